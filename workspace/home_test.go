package workspace_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/workspace"
)

const homeView = `{"type":"home","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"%s"}},
	{"type":"actions","block_id":"row","elements":[{"type":"button","action_id":"mine","value":"7","text":{"type":"plain_text","text":"Mine"}}]}]}`

// payloads is the interactions that the app was sent since a line of the journal.
func (a app) payloads(since int, kind string) []map[string]any {
	var all []map[string]any
	for _, c := range a.Calls(since) {
		if payload, ok := c.Data["payload"].(map[string]any); ok && c.Kind == "envelope" && payload["type"] == kind {
			all = append(all, payload)
		}
	}
	return all
}

// TestTheHomeTab is opened, published, shown, pressed and published anew.
func TestTheHomeTab(t *testing.T) {
	a := everything(t)
	a.answering()
	ana, page := a.userID("ana"), a.stream("ana")
	since := len(a.Calls(0))
	must(t, a.OpenHome("ana"))
	if opened := a.events(since)[0]; opened["type"] != "app_home_opened" || opened["tab"] != "home" || opened["user"] != ana || opened["view"] != nil {
		t.Errorf("the app was told %v", opened)
	}
	view := a.call("views.publish", url.Values{"user_id": {ana}, "view": {fmt.Sprintf(homeView, "Your incidents")}})["view"].(map[string]any)
	hears(t, page, "Your incidents")
	var shown struct {
		Home map[string]any
	}
	a.control("GET", "/views?as=ana", nil, &shown)
	if shown.Home["id"] != view["id"] || shown.Home["type"] != "home" {
		t.Errorf("the page shows %v", shown.Home)
	}
	since = len(a.Calls(0))
	trigger := a.trigger(func() error {
		var done answer
		a.control("POST", "/act", map[string]any{"as": "ana", "do": "click", "view_id": view["id"], "action_id": "mine"}, &done)
		return nil
	})
	pressed := a.payloads(since, "block_actions")[0]
	container, within := pressed["container"].(map[string]any), pressed["view"].(map[string]any)
	if container["type"] != "view" || container["view_id"] != view["id"] || within["type"] != "home" || within["id"] != view["id"] || pressed["channel"] != nil || pressed["message"] != nil {
		t.Errorf("the app was told %v", pressed)
	}
	if got := a.call("views.open", url.Values{"trigger_id": {trigger}, "view": {modal}}); got["ok"] != true {
		t.Errorf("a modal from the Home tab: %v", got)
	}
	again := a.call("views.publish", url.Values{"user_id": {ana}, "hash": {view["hash"].(string)}, "view": {fmt.Sprintf(homeView, "None left")}})
	if again["ok"] != true || again["view"].(map[string]any)["id"] != view["id"] {
		t.Errorf("published anew: %v", again)
	}
	hears(t, page, "None left")
	if got := a.call("views.publish", url.Values{"user_id": {ana}, "hash": {view["hash"].(string)}, "view": {fmt.Sprintf(homeView, "Late")}}); got["error"] != "hash_conflict" {
		t.Errorf("with an old hash: %v", got)
	}
	since = len(a.Calls(0))
	must(t, a.OpenHome("ana"))
	if opened := a.events(since)[0]; opened["view"].(map[string]any)["id"] != view["id"] {
		t.Errorf("the second time the app was told %v", opened)
	}
	if open(t, workspace.Options{}).OpenHome("ana") == nil {
		t.Error("an app without a Home tab has one")
	}
}

const fourShortcuts = `
display_information: {name: Test app}
features:
  bot_user: {display_name: tester}
  shortcuts:
    - {name: Declare an incident, type: message, callback_id: declare, description: Does}
    - {name: Add to timeline, type: message, callback_id: note, description: Does}
    - {name: Make follow-up, type: message, callback_id: action, description: Does}
    - {name: Ask to move this to a thread, type: message, callback_id: thread, description: Does}
    - {name: Declare an incident, type: global, callback_id: declare, description: Does}
oauth_config: {scopes: {bot: [commands]}}
settings: {interactivity: {is_enabled: true}, socket_mode_enabled: true}
`

// TestEveryMessageShortcut is offered by the page, and can be picked.
func TestEveryMessageShortcut(t *testing.T) {
	a := open(t, workspace.Options{Manifest: fourShortcuts, Ack: 200 * time.Millisecond})
	a.answering()
	told := hears(t, a.stream("ana"), `"type":"state"`)
	said, err := a.Say("bo", "general", "something is wrong")
	must(t, err)
	since := len(a.Calls(0))
	callbacks := []string{"declare", "note", "action", "thread"}
	for _, callback := range callbacks {
		if !strings.Contains(told, `"callback_id":"`+callback+`"`) {
			t.Errorf("the page does not offer %s: %s", callback, told)
		}
		var done answer
		if a.control("POST", "/act", map[string]string{"as": "ana", "do": "message_shortcut", "channel": "general", "ts": said.TS, "callback_id": callback}, &done); done["ok"] != true {
			t.Errorf("%s: %v", callback, done)
		}
	}
	var picked []string
	for _, payload := range a.payloads(since, "message_action") {
		picked = append(picked, payload["callback_id"].(string))
		if message := payload["message"].(map[string]any); message["ts"] != said.TS || payload["message_ts"] != said.TS || payload["response_url"] == nil || payload["trigger_id"] == nil {
			t.Errorf("the app was told %v", payload)
		}
	}
	if !slices.Equal(picked, callbacks) {
		t.Errorf("the app was told of %v", picked)
	}
}
