package workspace

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// replyURL is a right to answer what someone did, for a while.
type replyURL struct {
	user    *user
	channel *channel
	message *message // what was acted on, if any
	left    int
	until   time.Time
}

// reply is what apps post to a response URL, or send with an acknowledgement.
type reply struct {
	Text     string          `json:"text"`
	Blocks   json.RawMessage `json:"blocks"`
	Type     string          `json:"response_type"`
	Replace  bool            `json:"replace_original"`
	Delete   bool            `json:"delete_original"`
	ThreadTS string          `json:"thread_ts"`
}

func (w *Workspace) replyURL(u *user, ch *channel, m *message) string {
	id := w.letters("reply", idLetters, 24)
	w.replies[id] = &replyURL{u, ch, m, repliesMost, w.now().Add(replyFor)}
	return w.base + "/response/" + id
}

func (w *Workspace) serveReplyURL(rw http.ResponseWriter, r *http.Request) {
	var m reply
	err := json.NewDecoder(http.MaxBytesReader(rw, r.Body, bodyMost)).Decode(&m)
	w.mu.Lock()
	defer w.mu.Unlock()
	to, ok := w.replies[r.PathValue("id")]
	if string(m.Blocks) == "null" {
		m.Blocks = nil
	}
	switch {
	case !ok || w.now().After(to.until):
		w.refuseReply(rw, http.StatusNotFound, "expired_url")
	case to.left == 0:
		w.refuseReply(rw, http.StatusNotFound, "used_url")
	case err != nil:
		w.refuseReply(rw, http.StatusBadRequest, "invalid_payload")
	case len(checkBlocks(orNone(m.Blocks), surfaceMessage)) > 0:
		w.refuseReply(rw, http.StatusBadRequest, "invalid_blocks")
	default:
		to.left--
		w.answerTo(to, m)
		_, _ = rw.Write([]byte("ok")) // the caller is gone: nothing to do
	}
}

func (w *Workspace) refuseReply(rw http.ResponseWriter, status int, code string) {
	w.log("reply", object{"error": code})
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	rw.WriteHeader(status)
	_ = json.NewEncoder(rw).Encode(object{"ok": false, "error": code}) // the caller is gone: nothing to do
}

func (w *Workspace) answerTo(to *replyURL, m reply) {
	w.log("reply", object{"text": m.Text})
	switch {
	case m.Delete && to.message != nil:
		w.remove(to.channel, to.message)
	case m.Replace && to.message != nil:
		to.message.text, to.message.blocks = m.Text, m.Blocks
		w.happen(Happening{Kind: Edited, Channel: to.channel.label(w), Message: w.see(to.channel, to.message)})
	default:
		w.showReply(to.user, to.channel, m)
	}
}

// showReply posts an answer: to everybody where it says so, else to one person.
func (w *Workspace) showReply(u *user, ch *channel, r reply) *message {
	m := &message{ts: w.ts(), user: w.app.user.id, bot: true, text: r.Text, blocks: r.Blocks, thread: r.ThreadTS}
	if r.Type == "in_channel" {
		w.put(ch, m)
		return m
	}
	m.only = u.id
	w.show(ch, m)
	return m
}

// interaction is what all interactive payloads have.
func (w *Workspace) interaction(kind string, u *user, trigger string) object {
	return object{
		"type": kind, "token": "deprecated", "api_app_id": w.app.id, "trigger_id": trigger,
		"team": object{"id": teamID, "domain": domain}, "enterprise": nil, "is_enterprise_install": false,
		"user":      object{"id": u.id, "username": u.name, "name": u.name, "team_id": teamID},
		"action_ts": w.ts(),
	}
}

// Click presses a button of a message. Value picks one where several buttons
// have one action ID; it may be empty.
func (w *Workspace) Click(as, where, ts, actionID, value string) (Answer, error) {
	var answer Answer
	_, err := w.do(as, func(u *user) (Answer, *envelope, error) {
		ch, err := w.place(u, where)
		if err != nil {
			return Answer{}, nil, err
		}
		m, ok := find(ch.messages, func(m *message) bool { return m.ts == ts && (m.only == "" || m.only == u.id) })
		if !ok {
			return Answer{}, nil, fmt.Errorf("there is no message %s in %s", ts, where)
		}
		b, ok := find(buttonsOf(m.blocks), func(b Button) bool { return b.ActionID == actionID && (value == "" || b.Value == value) })
		if !ok {
			return Answer{}, nil, fmt.Errorf("the message has no button %s", actionID)
		}
		return Answer{}, w.press(u, ch, m, b, &answer), nil
	})
	return answer, err
}

func (w *Workspace) press(u *user, ch *channel, m *message, b Button, answer *Answer) *envelope {
	w.happen(Happening{Kind: Pressed, Channel: ch.label(w), Person: u.name, Text: b.Label, Message: w.see(ch, m)})
	trigger := w.newTrigger(u)
	payload := w.interaction("block_actions", u, trigger)
	payload["container"] = object{"type": "message", "message_ts": m.ts, "channel_id": ch.id, "is_ephemeral": m.only != ""}
	payload["channel"] = object{"id": ch.id, "name": ch.name}
	payload["state"] = object{"values": object{}}
	payload["response_url"] = w.replyURL(u, ch, m)
	payload["actions"] = []object{{
		"action_id": b.ActionID, "block_id": b.BlockID, "type": "button", "value": b.Value, "action_ts": w.ts(),
		"text": object{"type": "plain_text", "text": escape.Replace(b.Label), "emoji": true},
	}}
	if m.only == "" {
		payload["message"] = w.messageJSON(ch, m)
	}
	return w.interactive(payload, trigger, answer)
}

func (w *Workspace) interactive(payload object, trigger string, answer *Answer) *envelope {
	return &envelope{kind: "interactive", payload: payload, done: func(json.RawMessage, bool) {
		answer.View = w.modalOf(trigger)
	}}
}

// Shortcut picks a global shortcut.
func (w *Workspace) Shortcut(as, callbackID string) (Answer, error) {
	var answer Answer
	_, err := w.do(as, func(u *user) (Answer, *envelope, error) {
		if !w.hasShortcut("global", callbackID) {
			return Answer{}, nil, fmt.Errorf("the app has no global shortcut %q", callbackID)
		}
		trigger := w.newTrigger(u)
		payload := w.interaction("shortcut", u, trigger)
		payload["callback_id"] = callbackID
		return Answer{}, w.interactive(payload, trigger, &answer), nil
	})
	return answer, err
}

// MessageShortcut picks a shortcut from the menu of a message.
func (w *Workspace) MessageShortcut(as, where, ts, callbackID string) (Answer, error) {
	var answer Answer
	_, err := w.do(as, func(u *user) (Answer, *envelope, error) {
		ch, err := w.place(u, where)
		if err != nil {
			return Answer{}, nil, err
		}
		m, ok := ch.message(ts)
		if !ok || !w.hasShortcut("message", callbackID) {
			return Answer{}, nil, fmt.Errorf("there is no message %s, or the app has no message shortcut %q", ts, callbackID)
		}
		trigger := w.newTrigger(u)
		payload := w.interaction("message_action", u, trigger)
		payload["callback_id"], payload["message_ts"], payload["message"] = callbackID, ts, w.messageJSON(ch, m)
		payload["channel"], payload["response_url"] = object{"id": ch.id, "name": ch.name}, w.replyURL(u, ch, m)
		return Answer{}, w.interactive(payload, trigger, &answer), nil
	})
	return answer, err
}

func (w *Workspace) hasShortcut(kind, callbackID string) bool {
	_, ok := find(w.app.Features.Shortcuts, func(s shortcut) bool { return s.Type == kind && s.Callback == callbackID })
	return ok
}

// Submit sends a modal in. Values are by block ID and action ID; what is left
// out keeps what stood there at first.
func (w *Workspace) Submit(as, viewID string, values map[string]map[string]string) (Answer, error) {
	var answer Answer
	_, err := w.do(as, func(u *user) (Answer, *envelope, error) {
		v, ok := w.views[viewID]
		if !ok || v.user != u.id {
			return Answer{}, nil, fmt.Errorf("%s has no modal %q open", as, viewID)
		}
		state, missing := stateOf(v.content.Blocks, values)
		if missing != "" {
			return Answer{}, nil, fmt.Errorf("%q is missing", missing)
		}
		trigger := w.newTrigger(u)
		payload := w.interaction("view_submission", u, trigger)
		payload["view"], payload["response_urls"] = w.viewJSON(v, state), []object{}
		return Answer{}, &envelope{kind: "interactive", payload: payload, accepts: true, done: func(answered json.RawMessage, _ bool) {
			w.submitted(v, answered, &answer)
		}}, nil
	})
	return answer, err
}

// submitted closes a modal, or shows what is wrong with it.
func (w *Workspace) submitted(v *view, payload json.RawMessage, answer *Answer) {
	var r struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
		View   *viewContent      `json:"view"`
	}
	_ = json.Unmarshal(payload, &r) // an empty acknowledgement closes it
	switch {
	case r.Action == "errors" && len(r.Errors) > 0:
		answer.Errors = r.Errors
	case r.Action == "update" && r.View != nil && len(r.View.check()) == 0:
		v.content = *r.View
		w.fill(v)
		answer.View = v.raw
	default:
		delete(w.views, v.id)
	}
}

// Dismiss closes a modal without sending it in.
func (w *Workspace) Dismiss(as, viewID string) (Answer, error) {
	return w.do(as, func(u *user) (Answer, *envelope, error) {
		v, ok := w.views[viewID]
		if !ok || v.user != u.id {
			return Answer{}, nil, fmt.Errorf("%s has no modal %q open", as, viewID)
		}
		delete(w.views, viewID)
		if !v.content.OnClose {
			return Answer{}, nil, nil
		}
		payload := w.interaction("view_closed", u, w.newTrigger(u))
		payload["view"], payload["is_cleared"] = w.viewJSON(v, object{}), false
		return Answer{}, &envelope{kind: "interactive", payload: payload}, nil
	})
}

// stateOf is what stands in a modal's inputs, or the label of one that has to
// be filled in.
func stateOf(blocks json.RawMessage, given map[string]map[string]string) (state object, missing string) {
	var all []struct {
		block
		Optional bool `json:"optional"`
	}
	_ = json.Unmarshal(blocks, &all) // they were checked before
	state = object{}
	for _, b := range all {
		if b.Type != "input" {
			continue
		}
		e := b.Element
		text, set := given[b.BlockID][e.ActionID]
		if !set {
			text = e.InitialValue
			if e.Initial != nil {
				text = e.Initial.Value
			}
		}
		if text == "" && !b.Optional {
			return nil, b.Label.Text
		}
		state[b.BlockID] = object{e.ActionID: valueOf(e, text)}
	}
	return state, ""
}

func valueOf(e *element, text string) object {
	if e.Type == "plain_text_input" {
		return object{"type": e.Type, "value": text}
	}
	for _, o := range e.Options {
		if o.Value == text {
			return object{"type": e.Type, "selected_option": o}
		}
	}
	return object{"type": e.Type, "selected_option": nil}
}
