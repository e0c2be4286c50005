package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"muster/chat"
	"muster/timeline"
)

func TestWhatErrorsMean(t *testing.T) {
	const (
		again   = "again"   // with nothing done
		refused = "refused" // for good
		doubted = "doubted" // it may have been done
		waits   = "waits"   // as long as Slack asks
	)
	refusal := func(code string) error { return slack.SlackErrorResponse{Err: code, Needed: "pins:write"} }
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"too many calls", &slack.RateLimitedError{RetryAfter: 7 * time.Second}, waits},
		{"the server failed", slack.StatusCodeError{Code: 503}, doubted},
		{"a proxy refused", slack.StatusCodeError{Code: 407}, again},
		{"nobody listens", &url.Error{Op: "Post", Err: &net.OpError{Op: "dial", Err: errors.New("refused")}}, again},
		{"the answer was cut off", &url.Error{Op: "Post", Err: io.ErrUnexpectedEOF}, doubted},
		{"no answer in time", context.DeadlineExceeded, doubted},
		{"an answer that is no JSON", &json.SyntaxError{}, doubted},
		{"Slack does not know itself", refusal("internal_error"), doubted},
		{"fatal, says Slack", refusal("fatal_error"), doubted},
		{"the token was revoked", refusal("token_revoked"), again},
		{"a scope is missing", refusal("missing_scope"), refused},
		{"the channel is archived", refusal("is_archived"), refused},
		{"a code that nobody knows", refusal("brand_new_code"), refused},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := judge("pins.add", tt.err)
			got := again
			if after, ok := timeline.After(err); ok {
				got = waits
				if after != 7*time.Second {
					t.Errorf("it waits %v", after)
				}
			}
			if timeline.IsRefusal(err) {
				got = refused
			}
			if timeline.IsDoubtful(err) {
				got = doubted
			}
			if got != tt.want || err.Error() == "" {
				t.Errorf("judged as %s (%v), want %s", got, err, tt.want)
			}
		})
	}
}

// FuzzMessagesKeepSlacksLimits draws a message with hostile texts of any length.
func FuzzMessagesKeepSlacksLimits(f *testing.F) {
	f.Add("<&>", 4000)
	f.Add("word ", 900)
	f.Fuzz(func(t *testing.T, text string, n int) {
		text = decode(strings.Repeat(text, 1+(n&0x3ff)))
		m := chat.Message{Text: text, Parts: []chat.Part{
			chat.Heading{Text: "x" + text}, chat.Paragraph{Text: text}, chat.Small{Text: "x" + text},
			chat.Fields{{Name: "a", Value: text}, {Name: text, Value: "b"}},
			chat.Buttons{{Label: "x" + text, Command: text, Confirm: "x" + text}},
		}}
		if got := utf8.RuneCountInString(pen{}.textOf(m, editMost)); got > editMost {
			t.Errorf("a text of %d characters", got)
		}
		for _, b := range (pen{}).blocksOf(m) {
			checkBlock(t, b)
		}
		if payload, err := json.Marshal(pen{}.answer(m, true)); err != nil || len(payload) >= 20<<10 {
			t.Errorf("an answer of %d bytes, %v", len(payload), err)
		}
	})
}

func checkBlock(t *testing.T, b slack.Block) {
	t.Helper()
	within := func(what string, o *slack.TextBlockObject, most int) {
		if n := utf8.RuneCountInString(o.Text); n < 1 || n > most {
			t.Errorf("%s of %d characters", what, n)
		}
	}
	switch b := b.(type) {
	case *slack.HeaderBlock:
		within("a header", b.Text, 150)
	case *slack.SectionBlock:
		if b.Text != nil {
			within("a section", b.Text, 3000)
		}
		for _, field := range b.Fields {
			within("a field", field, 2000)
		}
	case *slack.ActionBlock:
		button := b.Elements.ElementSet[0].(*slack.ButtonBlockElement)
		within("a button", button.Text, 75)
		within("a confirmation", button.Confirm.Title, 100)
		if n := utf8.RuneCountInString(button.Value); n > 2000 {
			t.Errorf("a value of %d characters", n)
		}
	}
}

func FuzzRequests(f *testing.F) {
	for _, kind := range []string{"slash_commands", "interactive", "events_api"} {
		f.Add(kind, `{"type":"block_actions","channel":{"id":"C1"},"actions":[{"action_id":"command-0-0","value":"comms INC-1"}]}`)
		f.Add(kind, `{"event_id":"Ev1","event":{"type":"reaction_added","user":"U1","reaction":"pushpin::skin-tone-2","item":{"type":"message","channel":"C1","ts":"1.2"},"event_ts":"3.4"}}`)
	}
	s := New(Options{APIURL: "http://localhost/", Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	f.Fuzz(func(t *testing.T, kind, payload string) {
		frame := frame{EnvelopeID: "e", Type: kind, Payload: json.RawMessage(payload)}
		_ = place(frame)
		if req, ok, err := s.request(frame); ok && (req.What == nil || err != nil) {
			t.Errorf("%+v, %v", req, err)
		}
	})
}

func TestRequests(t *testing.T) {
	s := New(Options{APIURL: "http://localhost/", Command: "/incident"})
	s.self.Store(&identity{user: "U0BOT", bot: "B0BOT"})
	event := func(inner string) frame {
		return frame{Type: "events_api", Payload: json.RawMessage(`{"event_id":"Ev1","event":` + inner + `}`)}
	}
	ana, at := timeline.Person{ID: "U1"}, timeline.Message{Channel: "C1", TS: "1.2"}
	for _, tt := range []struct {
		name  string
		frame frame
		want  chat.Request // the zero Request where it is none of ours
	}{
		{"a slash command", frame{Type: "slash_commands", Payload: json.RawMessage(`{"command":"/incident","text":"lead <@U2|bo> &amp; co","user_id":"U1","channel_id":"C1","trigger_id":"t"}`)},
			chat.Request{ID: "command t", By: ana, Channel: "C1", Trigger: "t", What: chat.Typed{Text: "lead <@U2> & co"}}},
		{"a reaction with a skin tone", event(`{"type":"reaction_added","user":"U1","reaction":"+1::skin-tone-4","item":{"type":"message","channel":"C1","ts":"1.2"},"event_ts":"3.4"}`),
			chat.Request{ID: "event Ev1", By: ana, What: chat.Reacted{Message: at, Emoji: "+1", On: true, When: "3.4"}}},
		{"a reaction to a file", event(`{"type":"reaction_added","user":"U1","reaction":"x","item":{"type":"file","file":"F1"}}`), chat.Request{}},
		{"our own reaction", event(`{"type":"reaction_added","user":"U0BOT","reaction":"x","item":{"type":"message","channel":"C1","ts":"1.2"}}`), chat.Request{}},
		{"a pin", event(`{"type":"pin_added","user":"U1","channel_id":"C1","item":{"type":"message","channel":"C1","message":{"ts":"1.2","text":"x"}},"event_ts":"3.4"}`),
			chat.Request{ID: "event Ev1", By: ana, What: chat.Pinned{Message: at, On: true, When: "3.4"}}},
		{"a pin taken off", event(`{"type":"pin_removed","user":"U1","channel_id":"C1","item":{"type":"message","channel":"C1","message":{"ts":"1.2","text":"x"}},"event_ts":"3.4"}`),
			chat.Request{ID: "event Ev1", By: ana, What: chat.Pinned{Message: at, When: "3.4"}}},
		{"our own pin", event(`{"type":"pin_added","user":"U0BOT","item":{"type":"message","channel":"C1","message":{"ts":"1.2"}}}`), chat.Request{}},
		{"a pinned file", event(`{"type":"pin_added","user":"U1","item":{"type":"file","file":{"id":"F1"}}}`), chat.Request{}},
		{"a form with a person and a day", frame{Type: "interactive", Payload: json.RawMessage(`{"type":"view_submission","trigger_id":"t","user":{"id":"U1"},"view":{"id":"V1","callback_id":"form","private_metadata":"{\"command\":\"action INC-1\",\"channel\":\"C1\"}","state":{"values":{"who":{"who":{"type":"users_select","selected_user":"U2"}},"due":{"due":{"type":"datepicker","selected_date":"2026-04-01"}},"odd":{"odd":{"selected_user":"U2> <!here"}}}}}}`)},
			chat.Request{ID: "view V1", By: ana, Channel: "C1", Trigger: "t", What: chat.Submitted{Command: "action INC-1", Values: map[string]string{"who": "<@U2>", "due": "2026-04-01", "odd": ""}}}},
		{"our own message", event(`{"type":"message","user":"U9","bot_id":"B0BOT","channel":"C1","channel_type":"im","text":"x"}`), chat.Request{}},
		{"an edit", event(`{"type":"message","subtype":"message_changed","channel":"C1","message":{"ts":"1.2","text":"new","user":"U2","edited":{"user":"U1","ts":"5.6"}},"previous_message":{"text":"old"}}`),
			chat.Request{ID: "event Ev1", By: ana, Channel: "C1", What: chat.Changed{Message: at, Text: "new", Was: "old", Version: "5.6"}}},
		{"a link that unfolds", event(`{"type":"message","subtype":"message_changed","channel":"C1","message":{"ts":"1.2","text":"new"},"previous_message":{"text":"new"}}`), chat.Request{}},
		{"a deletion", event(`{"type":"message","subtype":"message_deleted","channel":"C1","deleted_ts":"1.2","previous_message":{"text":"old","user":"U1"}}`),
			chat.Request{ID: "event Ev1", Channel: "C1", What: chat.Removed{Message: at, Author: ana, Was: "old"}}},
		{"a deletion that leaves replies", event(`{"type":"message","subtype":"message_changed","channel":"C1","message":{"subtype":"tombstone","ts":"1.2"},"previous_message":{"text":"old","user":"U1"}}`),
			chat.Request{ID: "event Ev1", Channel: "C1", What: chat.Removed{Message: at, Author: ana, Was: "old"}}},
		{"a mention", event(`{"type":"app_mention","user":"U1","channel":"C1","text":"<@U0BOT>: status","thread_ts":"1.2"}`),
			chat.Request{ID: "event Ev1", By: ana, Channel: "C1", Thread: "1.2", What: chat.Mentioned{Text: "status"}}},
		{"a mention by another bot", event(`{"type":"app_mention","bot_id":"B9","channel":"C1","text":"<@U0BOT> declare x"}`), chat.Request{}},
		{"a direct message", event(`{"type":"message","user":"U1","channel":"D1","channel_type":"im","text":"/incident help"}`),
			chat.Request{ID: "event Ev1", By: ana, What: chat.Mentioned{Text: "help"}}},
		{"a message in a channel", event(`{"type":"message","user":"U1","channel":"C1","channel_type":"channel","text":"hi"}`), chat.Request{}},
		{"an event of another shape", event(`{"type":"channel_rename","channel":{"id":"C1"}}`), chat.Request{}},
		{"a button under a message of an odd shape", frame{Type: "interactive", Payload: json.RawMessage(`{"type":"block_actions","trigger_id":"t","user":{"id":"U1"},"channel":{"id":"C1"},"message":{"blocks":7},"actions":[{"action_id":"command-0-0","value":"comms INC-1"}]}`)},
			chat.Request{ID: "block_actions t", By: ana, Channel: "C1", Trigger: "t", What: chat.Pressed{Command: "comms INC-1"}}},
		{"someone else's button", frame{Type: "interactive", Payload: json.RawMessage(`{"type":"block_actions","user":{"id":"U1"},"actions":[{"action_id":"vote","value":"x"}]}`)}, chat.Request{}},
		{"an unknown envelope", frame{Type: "brand_new", Payload: json.RawMessage(`{}`)}, chat.Request{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok, _ := s.request(tt.frame)
			if !ok {
				got = chat.Request{}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestNewConnectionsArePaced opens more connections than there may be at once.
func TestNewConnectionsArePaced(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "{}") }))
	defer server.Close()
	client := &http.Client{Transport: newPaced(http.DefaultTransport)}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	opened := 0
	for range 20 {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+"/api/apps.connections.open", nil)
		if err != nil {
			t.Fatal(err)
		}
		if answer, err := client.Do(r); err == nil {
			answer.Body.Close()
			opened++
		}
	}
	if opened != dialBurst {
		t.Errorf("%d were opened at once, want %d", opened, dialBurst)
	}
	if r, err := client.Post(server.URL+"/api/auth.test", "", nil); err != nil {
		t.Errorf("another method: %v", err)
	} else {
		r.Body.Close()
	}
}
