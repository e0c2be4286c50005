package slack_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"muster/chat"
	"muster/chat/slack"
	"muster/workspace"
)

// wire is a network in memory, so that time in a bubble can go by.
type wire struct {
	calls chan net.Conn
	once  sync.Once
	gone  chan struct{}
}

func newWire() *wire { return &wire{calls: make(chan net.Conn), gone: make(chan struct{})} }

func (w *wire) Accept() (net.Conn, error) {
	select {
	case c := <-w.calls:
		return c, nil
	case <-w.gone:
		return nil, net.ErrClosed
	}
}

func (w *wire) Close() error {
	w.once.Do(func() { close(w.gone) })
	return nil
}

func (w *wire) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

func (w *wire) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case w.calls <- far:
		return near, nil
	case <-w.gone:
		return nil, errors.New("nobody listens")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

const testManifest = `
display_information: {name: Test}
features: {bot_user: {display_name: test}, slash_commands: [{command: /test, description: Tests}]}
oauth_config: {scopes: {bot: [commands, channels:history]}}
settings: {socket_mode_enabled: true, event_subscriptions: {bot_events: [message.channels]}}
`

// listening runs a listener in a bubble while a script plays the people.
func listening(t *testing.T, handle slack.Handler, script func(t *testing.T, w *workspace.Workspace)) {
	synctest.Test(t, func(t *testing.T) {
		net := newWire()
		w, err := workspace.New(workspace.Options{Manifest: testManifest, URL: "http://slack.test", NoLimits: true})
		if err != nil {
			t.Fatal(err)
		}
		server := &http.Server{Handler: w}
		go server.Serve(net)
		client := &http.Client{Transport: &http.Transport{DialContext: net.dial}}
		s := slack.New(slack.Options{
			APIURL: "http://slack.test/api/", AppToken: w.AppToken(), BotToken: w.BotToken(), Command: "/test",
			Log: slog.New(slog.NewTextHandler(io.Discard, nil)), HTTP: client, Dial: net.dial,
		})
		ctx, stop := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() { s.Listen(ctx, handle, func(bool) {}) })
		time.Sleep(time.Minute)
		script(t, w)
		stop()
		all.Wait()
		w.Close()
		client.CloseIdleConnections()
		server.Close()
		net.Close()
	})
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
