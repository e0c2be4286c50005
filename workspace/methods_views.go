package workspace

import (
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"
)

var viewMethods = []method{
	{"views.open", tier4, nil, []string{"view"}, openView},
	{"views.push", tier4, nil, []string{"view"}, pushView},
	{"views.update", tier4, nil, []string{"view"}, updateView},
	{"views.publish", tier4, nil, []string{"user_id", "view"}, publishView},
}

// Limits of views, in characters, bytes and pieces. Source: Slack's reference
// of views.
const (
	viewTitleMost = 24
	viewDataMost  = 3000
	viewMost      = 250_000
	stackMost     = 3
)

var viewShape = shape{
	"type": must(oneOf("modal", "home")), "title": may(plain(viewTitleMost)), "submit": may(plain(viewTitleMost)), "close": may(plain(viewTitleMost)),
	"blocks": must(anything), "private_metadata": may(str(0, viewDataMost)), "callback_id": may(str(0, idMost)), "external_id": may(str(0, idMost)),
	"clear_on_close": may(flag), "notify_on_close": may(flag), "submit_disabled": may(flag),
}

func openView(c *call) (object, error) {
	t, err := c.trigger()
	if err != nil {
		return nil, err
	}
	v, err := c.readView(onModal, nil)
	if err != nil {
		return nil, err
	}
	t.used, t.view = true, v
	delete(c.modals, t.user)
	c.stack(v, t.user)
	return object{"view": v.raw}, nil
}

func pushView(c *call) (object, error) {
	t, err := c.trigger()
	switch {
	case err != nil:
		return nil, err
	case t.from == nil || !slices.Contains(c.modals[t.user], t.from):
		return nil, refuse("invalid_trigger_id")
	case len(c.modals[t.user]) >= stackMost:
		return nil, refuse("push_limit_reached")
	}
	v, err := c.readView(onModal, nil)
	if err != nil {
		return nil, err
	}
	t.used, t.view = true, v
	c.stack(v, t.user)
	return object{"view": v.raw}, nil
}

// trigger is what the call's trigger allows.
func (c *call) trigger() (*trigger, error) {
	id := c.args["trigger_id"]
	if id == "" {
		id = c.args["interactivity_pointer"]
	}
	if id == "" {
		return nil, invalid("invalid_arguments", []string{"[ERROR] missing required field: trigger_id"})
	}
	t, ok := c.triggers[id]
	switch {
	case !ok:
		return nil, refuse("invalid_trigger_id")
	case t.over:
		return nil, refuse("expired_trigger_id")
	case t.used:
		return nil, refuse("exchanged_trigger_id")
	}
	return t, nil
}

func updateView(c *call) (object, error) {
	v, ok := c.namedView()
	switch {
	case !ok:
		return nil, refuse("not_found")
	case c.args["hash"] != "" && c.args["hash"] != v.hash:
		return nil, refuse("hash_conflict")
	}
	fresh, err := c.readView(onModal, v)
	if err != nil {
		return nil, err
	}
	v.content = fresh.content
	c.fill(v)
	c.viewsChanged(v.user)
	return object{"view": v.raw}, nil
}

// namedView is the open modal that the call names.
func (c *call) namedView() (*view, bool) {
	id, external := c.args["view_id"], c.args["external_id"]
	for _, u := range c.users {
		for _, v := range c.modals[u.id] {
			if v.id == id || external != "" && v.content.External == external {
				return v, true
			}
		}
	}
	return nil, false
}

func publishView(c *call) (object, error) {
	u, ok := c.user(c.args["user_id"])
	former := c.homes[c.args["user_id"]]
	switch {
	case !ok || u.bot:
		return nil, invalid("invalid_arguments", []string{"[ERROR] no such user [json-pointer:/user_id]"})
	case !c.app.Features.Home.Home:
		return nil, refuse("not_enabled")
	case former != nil && c.args["hash"] != "" && c.args["hash"] != former.hash:
		return nil, refuse("hash_conflict")
	}
	v, err := c.readView(onHome, former)
	if err != nil {
		return nil, err
	}
	v.id, v.user = c.id("V"), u.id
	if former != nil {
		v.id = former.id
	}
	v.root = v.id
	c.homes[u.id] = v
	c.fill(v)
	c.homeChanged(u)
	return object{"view": v.raw}, nil
}

// readView reads the view of a call, which is to stand in place of a former one.
func (c *call) readView(on surface, former *view) (*view, error) {
	v, problems := c.parseView([]byte(c.args["view"]), on)
	if len(problems) > 0 {
		return nil, invalid("invalid_arguments", problems)
	}
	if len(c.args["view"]) > viewMost {
		return nil, refuse("view_too_large")
	}
	if id := v.content.External; id != "" {
		for _, stack := range c.modals {
			if slices.ContainsFunc(stack, func(o *view) bool { return o != former && o.content.External == id }) {
				return nil, refuse("duplicate_external_id")
			}
		}
	}
	return v, nil
}

// parseView reads a view, or tells what is wrong with it.
func (w *Workspace) parseView(raw json.RawMessage, on surface) (*view, []string) {
	v, fields, k := &view{}, object{}, &checker{on: on, kit: blockKit}
	if json.Unmarshal(raw, &fields) != nil || json.Unmarshal(raw, &v.content) != nil {
		return nil, []string{"[ERROR] view is not as documented [json-pointer:/view]"}
	}
	k.fields("/view", fields, viewShape)
	if v.content.Type != string(on) {
		k.refuse("/view/type", "must be %s", on)
	}
	if on == onModal && (v.content.Title == nil || utf8.RuneCountInString(v.content.Title.Text) == 0) {
		k.refuse("/view", "missing required field: title")
	}
	if on == onModal && v.content.Submit == nil && hasInput(v.content.Blocks) {
		k.refuse("/view/submit", "a submit button is needed where there is an input block")
	}
	problems := append(k.problems, checkBlocks(v.content.Blocks, on)...)
	if len(problems) == 0 {
		v.content.Blocks = w.named(v.content.Blocks)
	}
	return v, problems
}

// fill writes the view as the app sees it.
func (w *Workspace) fill(v *view) {
	v.hash = fmt.Sprintf("%d.%s", w.now().Unix(), w.letters("hash", hex, 8))
	v.raw = w.viewJSON(v, object{})
}

func (w *Workspace) viewJSON(v *view, values object) object {
	o := object{
		"id": v.id, "team_id": teamID, "type": v.content.Type, "title": v.content.Title, "submit": v.content.Submit, "close": v.content.Close,
		"blocks": v.content.Blocks, "private_metadata": v.content.Metadata, "callback_id": v.content.Callback, "external_id": v.content.External,
		"state": object{"values": values}, "hash": v.hash, "clear_on_close": v.content.Clear, "notify_on_close": v.content.OnClose,
		"submit_disabled": v.content.Disabled, "root_view_id": v.root, "previous_view_id": nil,
		"app_id": w.app.id, "app_installed_team_id": teamID, "bot_id": w.app.botID,
	}
	if v.previous != "" {
		o["previous_view_id"] = v.previous
	}
	return o
}
