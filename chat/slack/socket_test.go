package slack_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"muster/chat"
	"muster/chat/slack"
	"muster/torture"
	"muster/workspace"
)

const testManifest = `
display_information: {name: Test}
features: {bot_user: {display_name: test}, slash_commands: [{command: /test, description: Tests}]}
oauth_config: {scopes: {bot: [commands, channels:history, app_mentions:read, "chat:write"]}}
settings: {socket_mode_enabled: true, event_subscriptions: {bot_events: [message.channels, app_mention]}}
`

// listening runs a listener in a bubble while a script plays the people.
func listening(t *testing.T, handle slack.Handler, script func(t *testing.T, w *workspace.Workspace)) {
	listeningWith(t, handle, unremembering{}, script)
}

func listeningWith(t *testing.T, handle slack.Handler, intake slack.Intake, script func(t *testing.T, w *workspace.Workspace)) {
	synctest.Test(t, func(t *testing.T) {
		net := torture.NewWire()
		w, err := workspace.New(workspace.Options{Manifest: testManifest, URL: "http://slack.test", NoLimits: true})
		if err != nil {
			t.Fatal(err)
		}
		server := &http.Server{Handler: w}
		go server.Serve(net)
		transport := net.Transport()
		s := slack.New(slack.Options{
			APIURL: "http://slack.test/api/", AppToken: w.AppToken(), BotToken: w.BotToken(), Command: "/test",
			Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Transport: transport, Dial: net.Dial,
		})
		ctx, stop := context.WithCancel(t.Context())
		if err := s.Identify(ctx); err != nil {
			t.Fatal(err)
		}
		if err := w.InviteApp("ana", "general"); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		all.Go(func() { s.Listen(ctx, handle, intake, func(bool) {}) })
		time.Sleep(time.Minute)
		script(t, w)
		stop()
		all.Wait()
		w.Close()
		transport.CloseIdleConnections()
		server.Close()
		net.Close()
	})
}

// unremembering is an intake that keeps nothing.
type unremembering struct{}

func (unremembering) Begin(string) int { return 0 }
func (unremembering) End(string)       {}
func (unremembering) Fail(string) int  { return 1 }
func (unremembering) SetAside(context.Context, string, []byte, string) error {
	return nil
}

func answering(context.Context, chat.Request) (chat.Answer, error) {
	return chat.Reply(chat.Say("yes")), nil
}

// TestARefreshLosesNothing asks every ten seconds for two days, in which Slack
// ends every connection after five hours, with a warning.
func TestARefreshLosesNothing(t *testing.T) {
	listening(t, answering, func(t *testing.T, w *workspace.Workspace) {
		if n := w.Connections(); n != 2 {
			t.Errorf("%d connections after a minute", n)
		}
		warned := 0
		for range 2 * 24 * 360 {
			if answer, err := w.Say("ana", "general", "/test"); err != nil || len(answer.Ephemeral) != 1 {
				t.Errorf("at %s: %v, %v", w.Now(), answer, err)
			}
			time.Sleep(10 * time.Second)
		}
		for _, c := range w.Calls(0) {
			if c.Kind == "socket" && c.Data["event"] == "connected" {
				warned++
			}
		}
		if warned < 18 {
			t.Errorf("it has connected %d times only", warned)
		}
	})
}

// TestAConnectionComesBack does to the connections what happens to them, and
// asks a minute later.
func TestAConnectionComesBack(t *testing.T) {
	for _, kind := range []string{"cut", "silence", "warning", "refresh_requested", "link_disabled", "too_many_websockets"} {
		t.Run(kind, func(t *testing.T) {
			listening(t, answering, func(t *testing.T, w *workspace.Workspace) {
				for range 5 {
					if err := w.Break(workspace.Fault{Kind: kind}); err != nil {
						t.Fatal(err)
					}
					time.Sleep(time.Minute)
					if answer, err := w.Say("ana", "general", "/test"); err != nil || len(answer.Ephemeral) != 1 {
						t.Errorf("%v, %v", answer, err)
					}
				}
				if n := w.Connections(); n != 2 {
					t.Errorf("%d connections", n)
				}
			})
		})
	}
}

// TestARefusedTokenIsTriedAgain revokes the token that opens connections, and
// gives it back.
func TestARefusedTokenIsTriedAgain(t *testing.T) {
	listening(t, answering, func(t *testing.T, w *workspace.Workspace) {
		if err := w.Break(workspace.Fault{Kind: "revoke", Method: "app"}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		if n := w.Connections(); n != 0 {
			t.Errorf("%d connections with a token that is no good", n)
		}
		w.Mend()
		time.Sleep(time.Minute)
		if _, err := w.Say("ana", "general", "/test"); err != nil {
			t.Error(err)
		}
	})
}

// TestDialsArePaced keeps Slack from giving out connections for an hour.
func TestDialsArePaced(t *testing.T) {
	listening(t, answering, func(t *testing.T, w *workspace.Workspace) {
		before := w.Count("apps.connections.open")
		for _, f := range []workspace.Fault{{Kind: "refuse", Count: -1}, {Kind: "cut"}} {
			if err := w.Break(f); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Hour)
		if n := w.Count("apps.connections.open") - before; n < 100 || n > 400 {
			t.Errorf("it was asked for %d connections in an hour", n)
		}
		w.Mend()
		time.Sleep(time.Minute)
		if _, err := w.Say("ana", "general", "/test"); err != nil {
			t.Error(err)
		}
	})
}

// memory is an intake that counts and keeps.
type memory struct {
	mu    sync.Mutex
	ends  map[string]int
	aside []string
}

func (m *memory) Begin(key string) int { m.mu.Lock(); defer m.mu.Unlock(); return m.ends[key] }
func (m *memory) End(string)           {}
func (m *memory) Fail(key string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ends[key]++
	return m.ends[key]
}
func (m *memory) SetAside(_ context.Context, _ string, frame []byte, _ string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.aside = append(m.aside, string(frame))
	return nil
}

func (m *memory) kept() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.aside)
}

// TestWhatFailsAgainAndAgainIsSetAside has a handler that one message and one
// command are too much for.
func TestWhatFailsAgainAndAgainIsSetAside(t *testing.T) {
	var tries atomic.Int64
	handle := func(_ context.Context, req chat.Request) (chat.Answer, error) {
		switch what := req.What.(type) {
		case chat.Typed:
			if what.Text == "poison" {
				panic("a fault")
			}
		case chat.Mentioned:
			tries.Add(1)
			panic("a fault")
		}
		return chat.Reply(chat.Say("yes")), nil
	}
	m := &memory{ends: map[string]int{}}
	listeningWith(t, handle, m, func(t *testing.T, w *workspace.Workspace) {
		if answer, err := w.Say("ana", "general", "/test poison"); err != nil || len(answer.Ephemeral) != 1 || !strings.Contains(answer.Ephemeral[0], "NOT recorded") {
			t.Errorf("%v, %v", answer, err)
		}
		if _, err := w.Say("ana", "general", "@test declare"); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Hour)
		if aside := m.kept(); tries.Load() != 3 || len(aside) != 2 || !strings.Contains(aside[1], "declare") {
			t.Errorf("tried %d times, set aside %q", tries.Load(), aside)
		}
		if answer, err := w.Say("ana", "general", "/test"); err != nil || len(answer.Ephemeral) != 1 {
			t.Errorf("afterwards: %v, %v", answer, err)
		}
	})
}

// TestASlowDiskIsTold has a handler that takes longer than Slack waits.
func TestASlowDiskIsTold(t *testing.T) {
	slow := func(context.Context, chat.Request) (chat.Answer, error) {
		time.Sleep(5 * time.Second)
		return chat.Reply(chat.Say("yes, at last")), nil
	}
	listening(t, slow, func(t *testing.T, w *workspace.Workspace) {
		answer, err := w.Say("ana", "general", "/test")
		if err != nil || len(answer.Ephemeral) != 1 || !strings.Contains(answer.Ephemeral[0], "NOT known yet") {
			t.Errorf("%v, %v", answer, err)
		}
		time.Sleep(10 * time.Second)
		messages, err := w.Messages("general")
		if err != nil || !slices.ContainsFunc(messages, func(m workspace.Message) bool { return m.Only == "ana" && m.Text == "yes, at last" }) {
			t.Errorf("the answer does not follow: %v, %v", messages, err)
		}
	})
}

// TestALongAnswerIsToldShort answers with more than Slack takes.
func TestALongAnswerIsToldShort(t *testing.T) {
	long := func(context.Context, chat.Request) (chat.Answer, error) {
		return chat.Reply(chat.Say(strings.Repeat("ä", 30_000))), nil
	}
	listening(t, long, func(t *testing.T, w *workspace.Workspace) {
		if answer, err := w.Say("ana", "general", "/test"); err != nil || len(answer.Ephemeral) != 1 {
			t.Errorf("%v", err)
		}
	})
}
