package workspace_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/workspace"
)

// TestOddArguments calls with what no client sends; the workspace goes on.
func TestOddArguments(t *testing.T) {
	a := open(t, workspace.Options{NoLimits: true})
	room := a.room()
	for _, tt := range []struct {
		method, want string
		args         url.Values
	}{
		{"chat.postMessage", "invalid_attachments", url.Values{"channel": {room}, "text": {"x"}, "attachments": {`[null]`}}},
		{"chat.postMessage", "invalid_attachments", url.Values{"channel": {room}, "attachments": {`[{"text":5}]`}}},
		{"chat.postMessage", "invalid_attachments", url.Values{"channel": {room}, "attachments": {`[{"fields":{"a":1}}]`}}},
		{"chat.postMessage", "invalid_blocks", url.Values{"channel": {room}, "blocks": {`[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[null]}]}]`}}},
		{"chat.postMessage", "invalid_blocks", url.Values{"channel": {room}, "blocks": {`[{"type":"table","rows":[[null]]}]`}}},
		{"chat.postMessage", "invalid_blocks_format", url.Values{"channel": {room}, "blocks": {`[`}}},
		{"chat.postMessage", "no_text", url.Values{"channel": {room}, "blocks": {`null`}, "attachments": {`null`}}},
		{"chat.postMessage", "invalid_metadata_format", url.Values{"channel": {room}, "text": {"x"}, "metadata": {`[]`}}},
		{"conversations.list", "invalid_cursor", url.Values{"cursor": {"from:-5"}}},
		{"conversations.list", "invalid_cursor", url.Values{"cursor": {"from:2x"}}},
		{"conversations.list", "invalid_types", url.Values{"types": {"secret"}}},
		{"conversations.history", "invalid_ts_oldest", url.Values{"channel": {room}, "oldest": {"abc"}}},
		{"conversations.invite", "user_not_found", url.Values{"channel": {room}, "users": {","}}},
		{"views.open", "invalid_arguments", url.Values{"trigger_id": {""}, "view": {"[]"}}},
		{"files.completeUploadExternal", "missing_scope", url.Values{"files": {`[{"id":7}]`}}},
	} {
		if got := a.call(tt.method, tt.args); got["error"] != tt.want {
			t.Errorf("%s %v: %v, want %s", tt.method, tt.args, got, tt.want)
		}
	}
	if got := a.call("auth.test", nil); got["ok"] != true {
		t.Errorf("then: %v", got)
	}
}

// TestScopesByKindOfChannel has an app that may do all to public channels, and
// nothing to others.
func TestScopesByKindOfChannel(t *testing.T) {
	a := open(t, workspace.Options{})
	id, err := a.AddChannel("ana", "war-room", true, "tester")
	must(t, err)
	for method, args := range map[string]url.Values{
		"conversations.info":     {"channel": {id}},
		"conversations.members":  {"channel": {id}},
		"conversations.history":  {"channel": {id}},
		"conversations.setTopic": {"channel": {id}, "topic": {"x"}},
		"conversations.archive":  {"channel": {id}},
		"conversations.rename":   {"channel": {id}, "name": {"x"}},
	} {
		if got := a.call(method, args); got["error"] != "missing_scope" || got["channel"] != nil {
			t.Errorf("%s: %v", method, got)
		}
	}
	if text, err := a.Transcript("war-room"); err != nil || text != "" {
		t.Errorf("it says %q, %v", text, err)
	}
}

func TestFilesOfOthersAreNotSeen(t *testing.T) {
	a := everything(t)
	if _, err := a.Upload("ana", "@bo", "secret.txt", []byte("secret")); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Upload("ana", "general", "open.txt", []byte("open")); err != nil {
		t.Fatal(err)
	}
	told, _ := json.Marshal(a.call("files.list", nil))
	if strings.Contains(string(told), "secret") || !strings.Contains(string(told), "open.txt") {
		t.Errorf("files.list: %s", told)
	}
}

// TestAnUpdateKeepsWhatItDoesNotName follows Slack's reference of chat.update.
func TestAnUpdateKeepsWhatItDoesNotName(t *testing.T) {
	a := open(t, workspace.Options{})
	room := a.room()
	blocks := `[{"type":"divider","block_id":"b"}]`
	posted := a.call("chat.postMessage", url.Values{"channel": {room}, "text": {"words"}, "blocks": {blocks}, "attachments": {`[{"text":"more"}]`}})
	ts := posted["ts"].(string)
	for _, tt := range []struct {
		name                      string
		args                      url.Values
		text, blocks, attachments bool
	}{
		{"attachments alone", url.Values{"attachments": {`[{"text":"other"}]`}}, true, true, true},
		{"metadata alone", url.Values{"metadata": {`{"event_type":"x","event_payload":{}}`}}, true, true, true},
		{"a text takes the blocks away", url.Values{"text": {"new"}}, true, false, true},
		{"no attachments", url.Values{"attachments": {`[]`}}, true, false, false},
	} {
		tt.args.Set("channel", room)
		tt.args.Set("ts", ts)
		got := a.call("chat.update", tt.args)
		m, _ := got["message"].(map[string]any)
		if (m["text"] != "") != tt.text || (m["blocks"] != nil) != tt.blocks || (m["attachments"] != nil) != tt.attachments {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

// TestAResponseURLLeavesPeoplesWordsAlone tries to forge what someone said.
func TestAResponseURLLeavesPeoplesWordsAlone(t *testing.T) {
	a := everything(t)
	a.answering()
	said, err := a.Say("ana", "general", "my own words")
	must(t, err)
	if _, err := a.MessageShortcut("ana", "general", said.TS, "keep"); err != nil {
		t.Fatal(err)
	}
	var address string
	for _, c := range a.Calls(0) {
		if payload, ok := c.Data["payload"].(map[string]any); ok && payload["type"] == "message_action" {
			address = payload["response_url"].(string)
		}
	}
	for _, body := range []string{`{"replace_original":true,"text":"forged"}`, `{"delete_original":true}`} {
		r, err := http.Post(address, "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
	}
	if text, err := a.Transcript("general"); err != nil || !strings.Contains(text, "ana: my own words") || strings.Contains(text, "forged") {
		t.Errorf("%s, %v", text, err)
	}
}

// TestAHeldCommandIsAnsweredOnce lets two commands overtake each other.
func TestAHeldCommandIsAnsweredOnce(t *testing.T) {
	a := open(t, workspace.Options{})
	a.answering()
	must(t, a.Break(workspace.Fault{Method: "slash_commands", Kind: "reorder"}))
	var all sync.WaitGroup
	for _, as := range []string{"ana", "bo"} {
		all.Go(func() {
			if _, err := a.Say(as, "general", "/test"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	a.Advance(time.Minute) // nothing comes of it any more
	a.settled()
}

// TestCloseEndsWhatWaits closes while a command is held back.
func TestCloseEndsWhatWaits(t *testing.T) {
	a := open(t, workspace.Options{})
	a.answering()
	must(t, a.Break(workspace.Fault{Method: "slash_commands", Kind: "delay"}))
	ended, typed := make(chan error, 1), make(chan struct{})
	a.Watch(func(h workspace.Happening) {
		if h.Kind == workspace.Typed {
			close(typed)
		}
	})
	go func() {
		_, err := a.Say("ana", "general", "/test")
		ended <- err
	}()
	<-typed
	a.Close()
	if err := <-ended; err == nil {
		t.Error("it was answered")
	}
}

const incidentManifest = `
display_information: {name: Other}
features: {bot_user: {display_name: other}, slash_commands: [{command: /incident, description: Tests}]}
oauth_config: {scopes: {bot: [commands]}}
settings: {socket_mode_enabled: true}
`

func TestOneStoryAtATime(t *testing.T) {
	a := open(t, workspace.Options{Manifest: incidentManifest})
	var mu sync.Mutex
	var all sync.WaitGroup
	begun := 0
	for range 20 {
		all.Go(func() {
			if a.PlayOutage(time.Hour) == nil {
				mu.Lock()
				defer mu.Unlock()
				begun++
			}
		})
	}
	all.Wait()
	if begun != 1 {
		t.Errorf("%d were begun at once", begun)
	}
	a.StopOutage()
	must(t, a.PlayOutage(time.Hour))
	a.Close()
	if a.PlayOutage(0) == nil {
		t.Error("a closed workspace plays")
	}
}

// TestWhatIsDueAtOnceKeepsItsOrder schedules messages for one second.
func TestWhatIsDueAtOnceKeepsItsOrder(t *testing.T) {
	a := open(t, workspace.Options{})
	room := a.room()
	at := a.Now().Add(time.Hour).Unix()
	for _, text := range []string{"1", "2", "3", "4", "5", "6"} {
		a.call("chat.scheduleMessage", url.Values{"channel": {room}, "text": {text}, "post_at": {fmt.Sprint(at)}})
	}
	a.Advance(2 * time.Hour)
	messages, err := a.Messages("room")
	must(t, err)
	var order strings.Builder
	for _, m := range messages {
		if m.Bot {
			order.WriteString(m.Text)
		}
	}
	if order.String() != "123456" {
		t.Errorf("they came as %s", order.String())
	}
}
