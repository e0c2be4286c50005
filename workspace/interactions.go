package workspace

import (
	"encoding/json"
	"fmt"
	"maps"
)

// interaction is what all interactive payloads have.
func (w *Workspace) interaction(kind string, u *user, trigger string) object {
	return object{
		"type": kind, "token": "deprecated", "api_app_id": w.app.id, "trigger_id": trigger,
		"team": object{"id": teamID, "domain": domain}, "enterprise": nil, "is_enterprise_install": false,
		"user":      object{"id": u.id, "username": u.name, "name": u.name, "team_id": u.workplace()},
		"action_ts": w.ts(),
	}
}

// errNoApp is what happens to a click when the app takes none.
var errNoApp = fmt.Errorf("the app's manifest has no interactivity")

// Click acts on an element of a message: it presses a button, or chooses what
// is given. A value picks one where several buttons have one action ID; it may
// be left out.
func (w *Workspace) Click(as, where, ts, actionID string, given ...string) (Answer, error) {
	return w.click(as, pointed{where: where, ts: ts, actionID: actionID, given: given})
}

// pointed is an element that someone acts on: of a message, or of a view.
type pointed struct {
	where, ts string
	view      string
	blockID   string // may be empty
	actionID  string
	given     Given
	values    Values // what stands in the other inputs of a view
}

func (w *Workspace) click(as string, at pointed) (Answer, error) {
	var answer Answer
	_, err := w.do(as, func(u *user) (Answer, *envelope, error) {
		if !w.app.Settings.Interactivity.Enabled {
			return Answer{}, nil, errNoApp
		}
		if at.view != "" {
			e, err := w.inView(u, at, &answer)
			return Answer{}, e, err
		}
		ch, err := w.place(u, at.where)
		if err != nil {
			return Answer{}, nil, err
		}
		m, ok := find(ch.messages, func(m *message) bool { return m.ts == at.ts && (m.only == "" || m.only == u.id) })
		if !ok {
			return Answer{}, nil, fmt.Errorf("there is no message %s in %s", at.ts, at.where)
		}
		p, ok := at.among(m.interactive())
		if !ok {
			return Answer{}, nil, fmt.Errorf("the message has no button %s", at.actionID)
		}
		if err := notOffered(p.element, at.given); err != nil {
			return Answer{}, nil, err
		}
		return Answer{}, w.inMessage(u, ch, m, p, at, &answer), nil
	})
	return answer, err
}

// interactive is what people can act on in a message.
func (m *message) interactive() []placed {
	all := interactive(decode(m.blocks))
	for _, a := range decode(m.attachments) {
		all = append(all, interactive(objectsOf(a["blocks"]))...)
	}
	return all
}

// among finds the element that is meant.
func (at pointed) among(all []placed) (placed, bool) {
	return find(all, func(p placed) bool {
		return textOf(p.element, "action_id") == at.actionID && (at.blockID == "" || textOf(p.block, "block_id") == at.blockID) &&
			(p.element["type"] != "button" || at.given.first() == "" || textOf(p.element, "value") == at.given.first())
	})
}

// actions is what a person did to an element, as payloads tell it.
func (w *Workspace) actions(p placed, given Given) []object {
	action := object{"action_id": p.element["action_id"], "block_id": p.block["block_id"], "type": p.element["type"], "action_ts": w.ts()}
	if p.element["type"] == "button" {
		action["text"] = p.element["text"]
		for _, key := range []string{"value", "style", "url"} {
			if p.element[key] != nil {
				action[key] = p.element[key]
			}
		}
		return []object{action}
	}
	for key, value := range heldBy(p.element, given) {
		action[key] = value
	}
	if p.element["placeholder"] != nil {
		action["placeholder"] = p.element["placeholder"]
	}
	return []object{action}
}

func (w *Workspace) inMessage(u *user, ch *channel, m *message, p placed, at pointed, answer *Answer) *envelope {
	w.happen(Happening{Kind: Pressed, Channel: ch.label(w), Person: u.name, Text: labelOf(p.element), Message: w.see(ch, m)})
	trigger := w.newTrigger(u, nil)
	payload := w.interaction("block_actions", u, trigger)
	payload["container"] = object{"type": "message", "message_ts": m.ts, "channel_id": ch.id, "is_ephemeral": m.only != ""}
	payload["channel"] = object{"id": ch.id, "name": ch.calledIn()}
	payload["state"] = object{"values": stateOf(decode(m.blocks), m.choose(u, p, at))}
	payload["response_url"] = w.replyURL(u, ch, m)
	payload["actions"] = w.actions(p, at.given)
	if m.only == "" {
		payload["message"] = w.messageJSON(ch, m)
	}
	return w.ask(payload, trigger, answer)
}

// choose notes what someone has chosen in a message, and returns all of it.
func (m *message) choose(u *user, p placed, at pointed) Values {
	if m.chosen == nil {
		m.chosen = map[string]Values{}
	}
	all := m.chosen[u.id]
	if all == nil {
		all = Values{}
		m.chosen[u.id] = all
	}
	maps.Copy(all, at.values)
	if p.element["type"] != "button" && p.element["type"] != "overflow" {
		all[textOf(p.block, "block_id")] = map[string]Given{at.actionID: at.given}
	}
	return all
}

// calledIn is a channel's name in payloads.
func (c *channel) calledIn() string {
	switch {
	case c.im:
		return "directmessage"
	case c.private:
		return "privategroup"
	default:
		return c.name
	}
}

// labelOf is what stands on an element.
func labelOf(e object) string {
	text, _ := e["text"].(object)
	if label := textOf(text, "text"); label != "" {
		return unescape.Replace(label)
	}
	return textOf(e, "action_id")
}

// inView acts on an element of a modal or of the Home tab.
func (w *Workspace) inView(u *user, at pointed, answer *Answer) (*envelope, error) {
	v, ok := w.viewOf(u, at.view)
	if !ok {
		return nil, fmt.Errorf("%s has no view %q open", u.name, at.view)
	}
	p, ok := at.among(interactive(decode(v.content.Blocks)))
	if !ok {
		return nil, fmt.Errorf("the view has no element %s", at.actionID)
	}
	values := Values{}
	for block, given := range at.values {
		values[block] = given
	}
	if at.given != nil && p.element["type"] != "button" {
		values[textOf(p.block, "block_id")] = map[string]Given{at.actionID: at.given}
	}
	trigger := w.newTrigger(u, v)
	payload := w.interaction("block_actions", u, trigger)
	payload["container"] = object{"type": "view", "view_id": v.id}
	payload["view"] = w.viewJSON(v, stateOf(decode(v.content.Blocks), values))
	payload["actions"] = w.actions(p, at.given)
	return w.ask(payload, trigger, answer), nil
}

// ask sends an interaction to the app.
func (w *Workspace) ask(payload object, trigger string, answer *Answer) *envelope {
	return &envelope{kind: "interactive", payload: payload, done: func(json.RawMessage, bool) {
		answer.View = w.modalOf(trigger)
	}}
}

// Suggest asks the app for what an external select offers for a text.
func (w *Workspace) Suggest(as string, where, ts, view, actionID, text string) (Answer, error) {
	var answer Answer
	_, err := w.do(as, func(u *user) (Answer, *envelope, error) {
		payload := w.interaction("block_suggestion", u, "")
		delete(payload, "trigger_id")
		at := pointed{actionID: actionID}
		var all []placed
		if v, ok := w.viewOf(u, view); ok {
			payload["container"], payload["view"] = object{"type": "view", "view_id": v.id}, w.viewJSON(v, object{})
			all = interactive(decode(v.content.Blocks))
		} else if ch, err := w.place(u, where); err == nil && ch.byTS[ts] != nil {
			m := ch.byTS[ts]
			payload["container"] = object{"type": "message", "message_ts": m.ts, "channel_id": ch.id, "is_ephemeral": false}
			payload["channel"], payload["message"] = object{"id": ch.id, "name": ch.calledIn()}, w.messageJSON(ch, m)
			all = m.interactive()
		}
		p, ok := at.among(all)
		if !ok {
			return Answer{}, nil, fmt.Errorf("there is no element %s", actionID)
		}
		payload["action_id"], payload["block_id"], payload["value"] = actionID, p.block["block_id"], text
		return Answer{}, &envelope{kind: "interactive", payload: payload, accepts: true, done: func(answered json.RawMessage, _ bool) {
			var offered object
			_ = json.Unmarshal(answered, &offered) // nothing is offered then
			answer.Options = listed(optionsOf(offered))
		}}, nil
	})
	return answer, err
}

// Shortcut picks a global shortcut.
func (w *Workspace) Shortcut(as, callbackID string) (Answer, error) {
	var answer Answer
	_, err := w.do(as, func(u *user) (Answer, *envelope, error) {
		if !w.hasShortcut("global", callbackID) {
			return Answer{}, nil, fmt.Errorf("the app has no global shortcut %q", callbackID)
		}
		trigger := w.newTrigger(u, nil)
		payload := w.interaction("shortcut", u, trigger)
		payload["callback_id"] = callbackID
		return Answer{}, w.ask(payload, trigger, &answer), nil
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
		trigger := w.newTrigger(u, nil)
		payload := w.interaction("message_action", u, trigger)
		payload["callback_id"], payload["message_ts"], payload["message"] = callbackID, ts, w.messageJSON(ch, m)
		payload["channel"], payload["response_url"] = object{"id": ch.id, "name": ch.calledIn()}, w.replyURL(u, ch, m)
		return Answer{}, w.ask(payload, trigger, &answer), nil
	})
	return answer, err
}

func (w *Workspace) hasShortcut(kind, callbackID string) bool {
	_, ok := find(w.app.Features.Shortcuts, func(s shortcut) bool { return s.Type == kind && s.Callback == callbackID })
	return ok && w.app.Settings.Interactivity.Enabled
}
