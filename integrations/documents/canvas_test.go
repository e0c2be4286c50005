package documents_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"muster/chat/slack"
	"muster/document"
	"muster/integrations/documents"
	"muster/integrations/documents/documentstest"
	"muster/torture"
	"muster/workspace"
)

// canvases are those of a workspace of its own, in which the bot has a channel.
func canvases(t testing.TB) (*workspace.Workspace, documents.Target) {
	t.Helper()
	w, url := torture.Town(t)
	s := slack.New(slack.Options{APIURL: url + "/api/", AppToken: w.AppToken(), BotToken: w.BotToken(), Log: slog.New(slog.DiscardHandler)})
	if err := s.Identify(t.Context()); err != nil {
		t.Fatal(err)
	}
	channel, err := s.OpenChannel(t.Context(), "inc-12", false)
	if err != nil {
		t.Fatal(err)
	}
	return w, within{documents.Canvas{Chat: s, Write: func(d document.Document) string { return d.Markdown }}, channel.ID}
}

// within publishes in a channel that has the ID it has.
type within struct {
	documents.Canvas
	channel string
}

func (w within) Publish(ctx context.Context, p documents.Publication) (documents.Published, error) {
	p.Channel = w.channel
	return w.Canvas.Publish(ctx, p)
}

func TestCanvasKeepsItsPromises(t *testing.T) {
	documentstest.Run(t, func(tb testing.TB) documentstest.Place {
		w, target := canvases(tb)
		must := func(err error) {
			if err != nil {
				tb.Fatal(err)
			}
		}
		return documentstest.Place{
			Target: target, Writes: []string{"conversations.canvases.create"}, Pass: func(time.Duration) {},
			Texts: func() (all []string) {
				if text, ok := w.Canvas("inc-12"); ok {
					all = append(all, text)
				}
				return all
			},
			Changes: func() int { return w.Count("conversations.canvases.create") },
			Break:   func(method, kind string) { must(w.Break(workspace.Fault{Method: method, Kind: kind})) },
			Refuse: func() string {
				must(w.Break(workspace.Fault{Method: "conversations.canvases.create", Kind: "error:canvas_disabled_user_team", Count: -1}))
				return "ask a workspace admin to turn them on, or set documents.canvas to false"
			},
			Elsewhere: func() bool {
				must(w.Join("ana", "inc-12"))
				must(w.WriteCanvas("ana", "inc-12", "Notes of the night."))
				return true
			},
		}
	})
}

func TestACanvasThatIsEmptyIsTaken(t *testing.T) {
	w, target := canvases(t)
	if err := w.Join("ana", "inc-12"); err != nil {
		t.Fatal(err)
	}
	if err := w.WriteCanvas("ana", "inc-12", ""); err != nil {
		t.Fatal(err)
	}
	made, err := target.Publish(t.Context(), documentstest.First)
	if text, _ := w.Canvas("inc-12"); err != nil || !strings.HasPrefix(text, "# INC-12") || made.URL == "" {
		t.Errorf("%q, %+v, %v", text, made, err)
	}
	long := documentstest.First
	long.Document.Markdown = strings.Repeat("much ", 1<<18)
	if _, err := target.Publish(t.Context(), long); err == nil || !strings.Contains(err.Error(), "a canvas takes 1048576") {
		t.Errorf("one that is too long: %v", err)
	}
}
