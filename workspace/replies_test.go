package workspace_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"muster/workspace"
)

// respond posts to the latest response URL of what a kind of payload came with.
func (a app) respond(body string) {
	a.t.Helper()
	var address string
	for _, c := range a.Calls(0) {
		if payload, ok := c.Data["payload"].(map[string]any); ok && c.Kind == "envelope" && payload["response_url"] != nil {
			address = payload["response_url"].(string)
		}
	}
	r, err := http.Post(address, "application/json", strings.NewReader(body))
	must(a.t, err)
	r.Body.Close()
	if r.StatusCode != http.StatusOK {
		a.t.Errorf("%s: status %d", body, r.StatusCode)
	}
}

// shows is what people see in a channel: who, for whom and what, without what
// Slack itself wrote.
func (a app) shows(channel string) string {
	a.t.Helper()
	messages, err := a.Messages(channel)
	must(a.t, err)
	var lines []string
	for _, m := range messages {
		line := m.Author + ": " + m.Reading
		if m.Only != "" {
			line = m.Author + " to " + m.Only + ": " + m.Reading
		}
		if !m.System() {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// TestACommandAnsweredForEverybody shows the command too, and has both in the history.
func TestACommandAnsweredForEverybody(t *testing.T) {
	a := open(t, workspace.Options{})
	must(t, a.InviteApp("ana", "general"))
	a.settled()
	socket := a.connect()
	go func() {
		frame := a.frame(socket)
		a.ack(socket, frame, map[string]any{"response_type": "in_channel", "text": "done by <@" + frame["payload"].(map[string]any)["user_id"].(string) + ">"})
	}()
	got, err := a.Say("ana", "general", "/test now")
	must(t, err)
	if want := "ana: /test now\ntester: done by @ana"; a.shows("general") != want || len(got.Ephemeral) != 0 {
		t.Errorf("people see\n%s\nwant\n%s", a.shows("general"), want)
	}
	past := a.call("conversations.history", url.Values{"channel": {channelID(t, a, "general")}, "limit": {"2"}})["messages"].([]any)
	for n, want := range []string{"bot_id", "client_msg_id"} { // the newest first
		if m := past[n].(map[string]any); m["ts"] == nil || m[want] == nil {
			t.Errorf("message %d is %v, without %s", n, m, want)
		}
	}
}

// TestResponseURLs answers a command, and a button, in every way.
func TestResponseURLs(t *testing.T) {
	for _, tt := range []struct{ name, acked, body, want string }{
		{"ephemeral", "", `{"text":"late"}`, "tester to ana: late"},
		{"for everybody", "", `{"text":"late","response_type":"in_channel"}`, "tester: late"},
		{"in place of the first answer", "wait", `{"text":"late","replace_original":true}`, "tester to ana: late"},
		{"which does not become visible to all", "wait", `{"text":"late","replace_original":true,"response_type":"in_channel"}`, "tester to ana: late"},
		{"with nothing to replace", "", `{"text":"late","replace_original":true}`, "tester to ana: late"},
		{"beside the first answer", "wait", `{"text":"late"}`, "tester to ana: wait\ntester to ana: late"},
		{"to take the first answer away", "wait", `{"delete_original":true}`, ""},
	} {
		t.Run("a command, "+tt.name, func(t *testing.T) {
			a := open(t, workspace.Options{})
			socket := a.connect()
			go func() { a.ack(socket, a.frame(socket), map[string]any{"text": tt.acked}) }()
			must(t, second(a.Say("ana", "general", "/test")))
			a.respond(tt.body)
			if got := a.shows("general"); got != tt.want {
				t.Errorf("people see\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
	for _, tt := range []struct{ name, body, want string }{
		{"ephemeral", `{"text":"late","response_type":"ephemeral"}`, "tester: press\ntester to ana: late"},
		{"for everybody", `{"text":"late","response_type":"in_channel"}`, "tester: press\ntester: late"},
		{"in its place", `{"text":"late","replace_original":true}`, "tester: late"},
		{"to take it away", `{"delete_original":true}`, ""},
	} {
		t.Run("a button, "+tt.name, func(t *testing.T) {
			a := open(t, workspace.Options{})
			a.answering()
			room := a.room()
			posted := a.call("chat.postMessage", url.Values{"channel": {room}, "text": {"press"}, "blocks": {`[{"type":"actions","elements":[{"type":"button","action_id":"b","text":{"type":"plain_text","text":"B"}}]}]`}})
			must(t, a.Join("ana", "room"))
			must(t, second(a.Click("ana", "room", fmt.Sprint(posted["ts"]), "b")))
			a.respond(tt.body)
			if got := a.shows("room"); got != tt.want {
				t.Errorf("people see\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}
