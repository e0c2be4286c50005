package workspace

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// triggerFor is how long a trigger may be used, once, where the options do not
// say otherwise.
const triggerFor = 3 * time.Second

// trigger is a short right to open a modal for someone.
type trigger struct {
	user string
	from *view // where it was pulled
	used bool
	over bool
	view *view // what it opened
}

// view is a modal that someone has open, or someone's Home tab.
type view struct {
	id, hash       string
	nth            int // of all that were opened
	user           string
	root, previous string // IDs of the views under it
	content        viewContent
	raw            object
}

type textObject struct {
	Type  string `json:"type"`
	Text  string `json:"text"`
	Emoji *bool  `json:"emoji,omitempty"`
}

type viewContent struct {
	Type     string          `json:"type"`
	Title    *textObject     `json:"title"`
	Submit   *textObject     `json:"submit"`
	Close    *textObject     `json:"close"`
	Blocks   json.RawMessage `json:"blocks"`
	Metadata string          `json:"private_metadata"`
	Callback string          `json:"callback_id"`
	External string          `json:"external_id"`
	Clear    bool            `json:"clear_on_close"`
	OnClose  bool            `json:"notify_on_close"`
	Disabled bool            `json:"submit_disabled"`
}

// newTrigger returns a trigger for what someone did, in a view or elsewhere.
// The lock is held.
func (w *Workspace) newTrigger(u *user, from *view) string {
	id := fmt.Sprintf("%d.%s.%s", w.now().UnixMilli(), w.letters("trigger", digits, 12), w.letters("trigger", hex, 32))
	t := &trigger{user: u.id, from: from}
	w.triggers[id] = t
	w.after(w.o.Trigger, func() {
		t.over = true
		w.beat()
		w.after(w.o.Trigger, func() { delete(w.triggers, id) })
	})
	return id
}

// stack puts a modal on top of those that someone has open.
func (w *Workspace) stack(v *view, user string) {
	w.opened++
	v.id, v.nth, v.user = w.id("V"), w.opened, user
	v.root = v.id
	if under := w.modals[user]; len(under) > 0 {
		v.root, v.previous = under[0].id, under[len(under)-1].id
	}
	w.modals[user] = append(w.modals[user], v)
	w.fill(v)
	w.happen(Happening{Kind: Asked, Person: w.nameOf(user), Text: v.content.Title.Text})
	w.viewsChanged(user)
}

// viewOf finds a modal or the Home tab of someone by its ID.
func (w *Workspace) viewOf(u *user, id string) (*view, bool) {
	if home := w.homes[u.id]; home != nil && home.id == id {
		return home, true
	}
	return find(w.modals[u.id], func(v *view) bool { return v.id == id })
}

// modalOf returns the modal that a trigger was used for.
func (w *Workspace) modalOf(triggerID string) any {
	if t := w.triggers[triggerID]; t != nil && t.view != nil {
		return t.view.raw
	}
	return nil
}

// Form returns the ID of the modal that someone has on top; empty where there
// is none.
func (w *Workspace) Form(as string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if v := w.latestView(as); v != nil {
		return v.id
	}
	return ""
}

// AwaitForm waits until someone has a modal open, and returns its ID.
func (w *Workspace) AwaitForm(ctx context.Context, as string) (id string, err error) {
	err = w.await(ctx, "a modal for "+as, func() bool {
		if v := w.latestView(as); v != nil {
			id = v.id
		}
		return id != ""
	})
	return id, err
}

func (w *Workspace) latestView(as string) *view {
	if u, ok := w.userNamed(as); ok {
		if stack := w.modals[u.id]; len(stack) > 0 {
			return stack[len(stack)-1]
		}
	}
	return nil
}

// Submit sends a modal in. What is left out keeps what stood there at first.
func (w *Workspace) Submit(as, viewID string, values Values) (Answer, error) {
	var answer Answer
	var wrong error
	_, err := w.do(as, func(u *user) (Answer, *envelope, error) {
		v, ok := find(w.modals[u.id], func(v *view) bool { return v.id == viewID })
		if !ok {
			return Answer{}, nil, fmt.Errorf("%s has no modal %q open", as, viewID)
		}
		blocks := decode(v.content.Blocks)
		state := stateOf(blocks, values)
		if label := missing(blocks, state); label != "" {
			return Answer{}, nil, fmt.Errorf("%q is missing", label)
		}
		for _, p := range interactive(blocks) {
			if wrong := misfit(p.element, values[textOf(p.block, "block_id")][textOf(p.element, "action_id")]); wrong != "" {
				label, _ := p.block["label"].(object)
				return Answer{}, nil, fmt.Errorf("%q %s", textOf(label, "text"), wrong)
			}
		}
		payload := w.interaction("view_submission", u, w.newTrigger(u, v))
		payload["view"], payload["response_urls"] = w.viewJSON(v, state), w.replyURLs(u, blocks, state)
		return Answer{}, &envelope{kind: "interactive", payload: payload, accepts: true, done: func(answered json.RawMessage, _ bool) {
			wrong = w.submitted(v, answered, &answer)
		}}, nil
	})
	if err == nil {
		err = wrong
	}
	return answer, err
}

// replyURLs is a response URL for each chosen conversation that asks for one.
func (w *Workspace) replyURLs(u *user, blocks []object, state object) []object {
	urls := []object{}
	for _, p := range interactive(blocks) {
		if p.element["response_url_enabled"] != true {
			continue
		}
		values, _ := state[textOf(p.block, "block_id")].(object)
		held, _ := values[textOf(p.element, "action_id")].(object)
		id, _ := held[elementKinds[textOf(p.element, "type")].key].(string)
		if ch, ok := w.channel(id); ok {
			urls = append(urls, object{"block_id": p.block["block_id"], "action_id": p.element["action_id"], "channel_id": ch.id, "response_url": w.replyURL(u, ch, nil)})
		}
	}
	return urls
}

// submitted does what the app answered to a modal that was sent in: closes it,
// shows what is wrong with it, or puts another in its place or on top.
func (w *Workspace) submitted(v *view, payload json.RawMessage, answer *Answer) error {
	var r struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
		View   json.RawMessage   `json:"view"`
	}
	_ = json.Unmarshal(payload, &r) // an empty acknowledgement closes it
	switch r.Action {
	case "errors":
		answer.Errors = r.Errors
		return w.wrongBlocks(v, r.Errors)
	case "clear":
		delete(w.modals, v.user)
	case "update", "push":
		fresh, problems := w.parseView(r.View, onModal)
		switch {
		case len(problems) > 0:
			w.log("dropped", object{"why": "an invalid view in an acknowledgement", "problems": problems})
			return fmt.Errorf("the app answered with a view that is not valid: %v", problems)
		case r.Action == "update":
			v.content = fresh.content
			w.fill(v)
		case len(w.modals[v.user]) >= stackMost:
			return fmt.Errorf("the app pushed a fourth modal")
		default:
			w.stack(fresh, v.user)
			v = fresh
		}
		answer.View = v.raw
	default:
		w.shut(v)
	}
	w.viewsChanged(v.user)
	return nil
}

// wrongBlocks tells whether errors are for blocks that are there: Slack shows
// no others.
func (w *Workspace) wrongBlocks(v *view, errors map[string]string) error {
	for _, id := range slices.Sorted(maps.Keys(errors)) {
		if !slices.ContainsFunc(decode(v.content.Blocks), func(b object) bool { return textOf(b, "block_id") == id && b["type"] == "input" }) {
			w.log("dropped", object{"why": "an error for a block that is no input", "block_id": id})
			return fmt.Errorf("the app answered with an error for the block %q, which is no input", id)
		}
	}
	return nil
}

// shut takes a modal off, with all that is on top of it.
func (w *Workspace) shut(v *view) {
	stack := w.modals[v.user]
	if i := slices.Index(stack, v); i >= 0 {
		w.modals[v.user] = slices.Clip(stack[:i])
	}
	w.viewsChanged(v.user)
}

// Dismiss closes a modal without sending it in.
func (w *Workspace) Dismiss(as, viewID string) (Answer, error) {
	return w.do(as, func(u *user) (Answer, *envelope, error) {
		v, ok := find(w.modals[u.id], func(v *view) bool { return v.id == viewID })
		if !ok {
			return Answer{}, nil, fmt.Errorf("%s has no modal %q open", as, viewID)
		}
		cleared := v.content.Clear
		if cleared {
			delete(w.modals, u.id)
			w.viewsChanged(u.id)
		} else {
			w.shut(v)
		}
		if !v.content.OnClose {
			return Answer{}, nil, nil
		}
		payload := w.interaction("view_closed", u, "")
		delete(payload, "trigger_id")
		payload["view"], payload["is_cleared"] = w.viewJSON(v, object{}), cleared
		return Answer{}, &envelope{kind: "interactive", payload: payload}, nil
	})
}

// OpenHome opens the app's Home tab.
func (w *Workspace) OpenHome(as string) error {
	_, err := w.do(as, func(u *user) (Answer, *envelope, error) {
		if !w.app.Features.Home.Home {
			return Answer{}, nil, errors.New("the app's manifest has no Home tab")
		}
		ch := w.direct(u)
		event := object{"type": "app_home_opened", "user": u.id, "channel": ch.id, "tab": "home"}
		if home := w.homes[u.id]; home != nil {
			event["view"] = home.raw
		}
		w.emit("app_home_opened", ch, event)
		return Answer{}, nil, nil
	})
	return err
}
