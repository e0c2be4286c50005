package workspace_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"muster/workspace"
)

// posted calls chat.postMessage and returns the status; 0 where the connection
// ended without an answer.
func (a app) posted(channel, text string) int {
	a.t.Helper()
	r, err := http.PostForm(a.url+"/api/chat.postMessage", url.Values{"token": {a.BotToken()}, "channel": {channel}, "text": {text}})
	if err != nil {
		return 0
	}
	defer r.Body.Close()
	return r.StatusCode
}

func TestFaultsOfMethods(t *testing.T) {
	for _, tt := range []struct {
		kind   string
		status int
		effect bool
	}{
		{"429", 429, false}, {"500", 500, false}, {"503", 503, false}, {"drop", 0, false},
		{"after_effect_500", 500, true}, {"after_effect_drop", 0, true}, {"error:is_archived", 200, false},
	} {
		t.Run(tt.kind, func(t *testing.T) {
			a := open(t, workspace.Options{})
			room := a.room()
			must(t, a.Break(workspace.Fault{Method: "chat.postMessage", Kind: tt.kind, Count: 1}))
			if got := a.posted(room, "once"); got != tt.status {
				t.Errorf("status %d, want %d", got, tt.status)
			}
			text, err := a.Transcript("room")
			if err != nil || strings.Contains(text, "once") != tt.effect {
				t.Errorf("effect is not %v: %q, %v", tt.effect, text, err)
			}
			if got := a.posted(room, "twice"); got != http.StatusOK {
				t.Errorf("after the fault: status %d", got)
			}
		})
	}
}

// room makes a channel of the app's.
func (a app) room() string {
	a.t.Helper()
	return a.call("conversations.create", url.Values{"name": {"room"}})["channel"].(map[string]any)["id"].(string)
}

func TestAFaultStrikesByChance(t *testing.T) {
	struck := func() string {
		a := open(t, workspace.Options{Seed: 7, NoLimits: true})
		must(t, a.Break(workspace.Fault{Method: "auth.test", Kind: "error:internal_error", Count: -1, Probability: 0.5}))
		var out strings.Builder
		for range 40 {
			if a.call("auth.test", nil)["ok"] == true {
				out.WriteByte('.')
			} else {
				out.WriteByte('x')
			}
		}
		a.Mend()
		if a.call("auth.test", nil)["ok"] != true {
			t.Error("it strikes after it is mended")
		}
		return out.String()
	}
	first := struck()
	if n := strings.Count(first, "x"); n < 10 || n > 30 {
		t.Errorf("it struck %d times of 40", n)
	}
	if second := struck(); first != second {
		t.Errorf("the same seed strikes otherwise:\n%s\n%s", first, second)
	}
}

// arrivals is the texts of the messages that arrive on a socket.
func (a app) arrivals(socket *websocket.Conn, n int) []string {
	a.t.Helper()
	var texts []string
	for range n {
		frame := a.frame(socket)
		event, _ := frame["payload"].(map[string]any)["event"].(map[string]any)
		text, _ := event["text"].(string)
		texts = append(texts, text)
		a.ack(socket, frame, nil)
	}
	return texts
}

func TestFaultsOfEvents(t *testing.T) {
	for kind, want := range map[string]string{
		"lose": "two three", "duplicate": "one one two three", "reorder": "two one three", "lose_ack": "one two three one",
	} {
		t.Run(kind, func(t *testing.T) {
			a := open(t, workspace.Options{Ack: 300 * time.Millisecond})
			socket := a.connect()
			must(t, a.InviteApp("ana", "general"))
			a.ack(socket, a.frame(socket), nil) // its own arrival
			a.settled()
			must(t, a.Break(workspace.Fault{Method: "message", Kind: kind}))
			for _, text := range []string{"one", "two", "three"} {
				if _, err := a.Say("ana", "general", text); err != nil {
					t.Fatal(err)
				}
			}
			if got := strings.Join(a.arrivals(socket, len(strings.Fields(want))), " "); got != want {
				t.Errorf("arrived: %s, want %s", got, want)
			}
		})
	}
}

func TestACommandThatIsLostFailsForThePerson(t *testing.T) {
	a := open(t, workspace.Options{Ack: 50 * time.Millisecond})
	a.connect()
	must(t, a.Break(workspace.Fault{Method: "slash_commands", Kind: "lose"}))
	if _, err := a.Say("ana", "general", "/test"); err == nil || !strings.Contains(err.Error(), "operation_timeout") {
		t.Errorf("Say: %v", err)
	}
}

func TestARevokedTokenIsGoodForNothing(t *testing.T) {
	a := open(t, workspace.Options{})
	a.connect()
	must(t, a.Break(workspace.Fault{Kind: "revoke"}))
	if got := a.call("auth.test", nil); got["error"] != "token_revoked" {
		t.Errorf("auth.test: %v", got)
	}
	a.connected(0)
	a.Mend()
	if got := a.call("auth.test", nil); got["ok"] != true {
		t.Errorf("after it is mended: %v", got)
	}
}

func TestWhileItIsFrozenNothingIsAnswered(t *testing.T) {
	a := open(t, workspace.Options{})
	must(t, a.Break(workspace.Fault{Kind: "freeze"}))
	answered := make(chan answer, 1)
	go func() { answered <- a.call("auth.test", nil) }()
	select {
	case got := <-answered:
		t.Fatalf("it answered %v", got)
	case <-time.After(50 * time.Millisecond):
	}
	a.Mend()
	if got := <-answered; got["ok"] != true {
		t.Errorf("then it answered %v", got)
	}
}

func TestAConnectionIsToldToGo(t *testing.T) {
	for _, reason := range []string{"warning", "refresh_requested", "link_disabled", "too_many_websockets"} {
		a := open(t, workspace.Options{})
		socket := a.connect()
		must(t, a.Break(workspace.Fault{Kind: reason}))
		if got := a.frame(socket); got["type"] != "disconnect" || got["reason"] != reason {
			t.Errorf("%s: told %v", reason, got)
		}
	}
}

func TestFaultsThatThereAreNot(t *testing.T) {
	a := open(t, workspace.Options{})
	for _, f := range []workspace.Fault{{Kind: "sabotage", Method: "*"}, {Kind: "500"}, {Kind: "revoke", Method: "all"}, {Kind: "500", Method: "*", Probability: 2}} {
		if err := a.Break(f); err == nil {
			t.Errorf("%v was taken", f)
		}
	}
}
