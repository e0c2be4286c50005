package workspace_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"muster/workspace"
)

const modal = `{"type":"modal","title":{"type":"plain_text","text":"T"},"submit":{"type":"plain_text","text":"Go"},"blocks":[
	{"type":"input","block_id":"b","label":{"type":"plain_text","text":"Name"},"element":{"type":"plain_text_input","action_id":"a"}},
	{"type":"actions","block_id":"more","elements":[{"type":"button","action_id":"deeper","text":{"type":"plain_text","text":"Deeper"}}]}]}`

// trigger makes Ana do something, and returns the trigger that came with it.
func (a app) trigger(deed func() error) string {
	a.t.Helper()
	before := len(a.Calls(0))
	done := make(chan error, 1)
	go func() { done <- deed() }()
	err := soon(func() error {
		for _, c := range a.Calls(before) {
			if payload, ok := c.Data["payload"].(map[string]any); ok && c.Kind == "envelope" && payload["trigger_id"] != nil {
				return nil
			}
		}
		return fmt.Errorf("no envelope with a trigger")
	})
	must(a.t, err)
	a.t.Cleanup(func() {
		if err := <-done; err != nil {
			a.t.Error(err)
		}
	})
	calls := a.Calls(before)
	for i := len(calls) - 1; i >= 0; i-- {
		if payload, ok := calls[i].Data["payload"].(map[string]any); ok && payload["trigger_id"] != nil {
			return payload["trigger_id"].(string)
		}
	}
	return ""
}

// answering acknowledges everything that arrives.
func (a app) answering() {
	socket := a.connect()
	go func() {
		for {
			var frame answer
			if socket.ReadJSON(&frame) != nil || socket.WriteJSON(map[string]any{"envelope_id": frame["envelope_id"]}) != nil {
				return
			}
		}
	}()
}

func TestViews(t *testing.T) {
	a := open(t, workspace.Options{})
	a.answering()
	typed := func() string {
		return a.trigger(func() error { _, err := a.Say("ana", "general", "/test"); return err })
	}
	trigger := typed()
	view := func(method string, args url.Values) (map[string]any, answer) {
		got := a.call(method, args)
		v, _ := got["view"].(map[string]any)
		return v, got
	}
	first, got := view("views.open", url.Values{"trigger_id": {trigger}, "view": {modal}})
	if first == nil || first["root_view_id"] != first["id"] || first["previous_view_id"] != nil {
		t.Fatalf("views.open: %v", got)
	}
	if _, got := view("views.open", url.Values{"trigger_id": {trigger}, "view": {modal}}); got["error"] != "exchanged_trigger_id" {
		t.Errorf("the same trigger again: %v", got)
	}
	if _, got := view("views.update", url.Values{"view_id": {first["id"].(string)}, "hash": {"1.old"}, "view": {modal}}); got["error"] != "hash_conflict" {
		t.Errorf("an old hash: %v", got)
	}
	if _, got := view("views.push", url.Values{"trigger_id": {typed()}, "view": {modal}}); got["error"] != "invalid_trigger_id" {
		t.Errorf("a push from elsewhere: %v", got)
	}
	top := first
	for n, want := range []string{"", "", "push_limit_reached"} {
		id := top["id"].(string)
		pulled := a.trigger(func() error {
			return a.tryControl("POST", "/act", map[string]string{"as": "ana", "do": "click", "view_id": id, "action_id": "deeper"}, &answer{})
		})
		pushed, got := view("views.push", url.Values{"trigger_id": {pulled}, "view": {modal}})
		switch {
		case want != "":
			if got["error"] != want {
				t.Errorf("push %d: %v, want %s", n+1, got, want)
			}
		case pushed == nil || pushed["previous_view_id"] != top["id"] || pushed["root_view_id"] != first["id"]:
			t.Fatalf("push %d: %v", n+1, got)
		default:
			top = pushed
		}
	}
	if _, err := a.Submit("ana", top["id"].(string), workspace.Values{}); err == nil || !strings.Contains(err.Error(), `"Name" is missing`) {
		t.Errorf("without a name: %v", err)
	}
	if _, err := a.Submit("ana", top["id"].(string), workspace.Values{"b": {"a": {"x"}}}); err != nil {
		t.Error(err)
	}
	if got := a.Form("ana"); got == top["id"] || got == "" {
		t.Errorf("on top is %q", got)
	}
}

func TestATriggerExpires(t *testing.T) {
	a := open(t, workspace.Options{})
	a.answering()
	trigger := a.trigger(func() error { _, err := a.Say("ana", "general", "/test"); return err })
	a.Advance(4 * time.Second)
	if got := a.call("views.open", url.Values{"trigger_id": {trigger}, "view": {modal}}); got["error"] != "expired_trigger_id" {
		t.Errorf("views.open: %v", got)
	}
}
