package workspace

import (
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"
)

var viewMethods = []method{
	{"views.open", nil, []string{"trigger_id", "view"}, openView},
	{"views.update", nil, []string{"view"}, updateView},
}

// Limits of modals, in characters. Source: Slack's reference of views.
const (
	viewTitleMost = 24
	metadataMost  = 3000
	callbackMost  = 255
	viewBlockMost = 100
)

// triggerFor is how long a trigger may be used, once.
const triggerFor = 3 * time.Second

// trigger is a short right to open a modal for someone.
type trigger struct {
	user string
	used bool
	over bool
	view *view // what it opened
}

// view is a modal that someone has open.
type view struct {
	id, hash string
	nth      int // of all that were opened
	user     string
	content  viewContent
	raw      object
}

type viewContent struct {
	Type     string          `json:"type"`
	Title    textObject      `json:"title"`
	Submit   *textObject     `json:"submit"`
	Close    *textObject     `json:"close"`
	Blocks   json.RawMessage `json:"blocks"`
	Metadata string          `json:"private_metadata"`
	Callback string          `json:"callback_id"`
	OnClose  bool            `json:"notify_on_close"`
}

// newTrigger returns a trigger for what someone did. The lock is held.
func (w *Workspace) newTrigger(u *user) string {
	id := fmt.Sprintf("%d.%s.%s", w.now().UnixMilli(), w.letters("trigger", digits, 12), w.letters("trigger", hex, 32))
	t := &trigger{user: u.id}
	w.triggers[id] = t
	time.AfterFunc(triggerFor, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		t.over = true
		w.beat()
	})
	return id
}

func openView(c *call) (object, error) {
	t, ok := c.triggers[c.args["trigger_id"]]
	switch {
	case !ok:
		return nil, refuse("invalid_trigger_id")
	case t.over:
		return nil, refuse("expired_trigger_id")
	case t.used:
		return nil, refuse("exchanged_trigger_id")
	}
	v, err := c.readView()
	if err != nil {
		return nil, err
	}
	t.used, t.view = true, v
	c.opened++
	v.id, v.nth, v.user = c.id("V"), c.opened, t.user
	c.views[v.id] = v
	c.fill(v)
	c.happen(Happening{Kind: Asked, Person: c.nameOf(v.user), Text: v.content.Title.Text})
	c.beat()
	return object{"view": v.raw}, nil
}

func updateView(c *call) (object, error) {
	v, ok := c.views[c.args["view_id"]]
	switch {
	case !ok:
		return nil, refuse("not_found")
	case c.args["hash"] != "" && c.args["hash"] != v.hash:
		return nil, refuse("hash_conflict")
	}
	fresh, err := c.readView()
	if err != nil {
		return nil, err
	}
	v.content = fresh.content
	c.fill(v)
	return object{"view": v.raw}, nil
}

func (c *call) readView() (*view, error) {
	v := &view{}
	if err := json.Unmarshal([]byte(c.args["view"]), &v.content); err != nil {
		return nil, invalid("invalid_arguments", []string{"[ERROR] view is no JSON object"})
	}
	if problems := v.content.check(); len(problems) > 0 {
		return nil, invalid("invalid_arguments", problems)
	}
	return v, nil
}

func (v viewContent) check() []string {
	var problems []string
	refuse := func(format string, args ...any) { problems = append(problems, "[ERROR] "+fmt.Sprintf(format, args...)) }
	if v.Type != "modal" {
		refuse("must provide a modal [json-pointer:/view/type]")
	}
	if n := utf8.RuneCountInString(v.Title.Text); n == 0 || n > viewTitleMost {
		refuse("must be more than 0 and less than %d characters [json-pointer:/view/title/text]", viewTitleMost+1)
	}
	for name, text := range map[string]*textObject{"submit": v.Submit, "close": v.Close} {
		if text != nil && (text.Text == "" || utf8.RuneCountInString(text.Text) > viewTitleMost) {
			refuse("must be less than %d characters [json-pointer:/view/%s/text]", viewTitleMost+1, name)
		}
	}
	if len(v.Metadata) > metadataMost {
		refuse("must be less than %d characters [json-pointer:/view/private_metadata]", metadataMost+1)
	}
	if len(v.Callback) > callbackMost {
		refuse("must be less than %d characters [json-pointer:/view/callback_id]", callbackMost+1)
	}
	if v.Submit == nil && hasInput(v.Blocks) {
		refuse("a submit button is needed where there is an input block [json-pointer:/view/submit]")
	}
	return append(problems, checkBlocks(v.Blocks, surfaceModal)...)
}

// fill writes the view as the app sees it.
func (w *Workspace) fill(v *view) {
	v.hash = fmt.Sprintf("%d.%s", w.now().Unix(), w.letters("hash", hex, 8))
	v.raw = w.viewJSON(v, object{})
}

func (w *Workspace) viewJSON(v *view, values object) object {
	return object{
		"id": v.id, "team_id": teamID, "type": "modal", "title": v.content.Title, "submit": v.content.Submit, "close": v.content.Close,
		"blocks": v.content.Blocks, "private_metadata": v.content.Metadata, "callback_id": v.content.Callback, "external_id": "",
		"state": object{"values": values}, "hash": v.hash, "clear_on_close": false, "notify_on_close": v.content.OnClose,
		"root_view_id": v.id, "previous_view_id": nil, "app_id": w.app.id, "app_installed_team_id": teamID, "bot_id": w.app.botID,
	}
}
