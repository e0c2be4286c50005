package bot

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"muster/chat"
	"muster/templates"
	"muster/timeline"
)

// What somebody writes in the file while it is being saved stays there, and is taken
// in at the next try.
func TestShelfLeavesWhatIsWrittenMeanwhile(t *testing.T) {
	texts := templates.New()
	dir := t.TempDir()
	var taken []string
	inc := timeline.Incident{ID: 1}.With(timeline.Event{Incident: 1, Seq: 1, At: time.Date(2026, 3, 12, 9, 20, 0, 0, time.UTC), Fact: timeline.Declared{Title: "down", Severity: timeline.Sev1}})
	path := filepath.Join(dir, "INC-1-postmortem.md")
	const theirs = "## Costs\n\nAbout 12,000 EUR.\n"
	s := Shelf{Dir: dir, Texts: texts, Binder: chat.Binder{Texts: texts}}
	s.Take = func(_ context.Context, _ timeline.ID, _ timeline.Cause, file string) (timeline.Incident, []timeline.PartWritten, error) {
		if taken = append(taken, file); len(taken) > 1 {
			return inc, nil, nil
		}
		return inc, nil, os.WriteFile(path, []byte(theirs), 0o600) // somebody saves it right now
	}
	_, err := s.Deliver(t.Context(), inc, timeline.Effect{Do: save})
	if _, later := timeline.After(err); !later {
		t.Fatalf("saved over what was written meanwhile: %v", err)
	}
	if _, err := s.Deliver(t.Context(), inc, timeline.Effect{Do: save}); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || taken[1] != theirs || !strings.Contains(string(got), "INC-1") {
		t.Errorf("taken in %q, and then there was %q, %v", taken, got, err)
	}
}
