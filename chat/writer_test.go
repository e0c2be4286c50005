package chat

import (
	"strings"
	"testing"
	"time"

	"muster/templates"
	"muster/timeline"
)

// TestPublishedIsAsItWasApproved holds that the PDF in the channel has nothing that
// was written while Slack was away, after somebody approved what there was.
func TestPublishedIsAsItWasApproved(t *testing.T) {
	texts := templates.New()
	inc := timeline.Fold(1, nil)
	for n, f := range []timeline.Fact{
		timeline.Declared{Title: "down", Severity: timeline.Sev1}, timeline.Resolved{}, timeline.DraftApproved{},
		timeline.PartWritten{Part: "impact", Text: "Nobody has read this."},
	} {
		inc = inc.With(timeline.Event{Incident: 1, Seq: n + 1, At: time.Date(2026, 3, 12, 9, 20+n, 0, 0, time.UTC), By: timeline.Person{ID: "U1", Name: "Ana"}, Fact: f})
	}
	w := Writer{Texts: texts, Binder: Binder{Texts: texts}}
	want, err := w.written(inc.At(3), timeline.Effect{Seq: 3}, File{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := w.written(inc, timeline.Effect{Seq: 3}, File{})
	if err != nil || got.Content != want.Content {
		t.Errorf("it has what was written since: %v", err)
	}
}

// TestFileWithTooMuch holds what a file of the postmortem may not have: nobody waits
// until thousands of parts were compared, and no part goes beyond what can be read.
func TestFileWithTooMuch(t *testing.T) {
	texts := templates.New()
	declared := timeline.Event{Incident: 1, Seq: 1, At: time.Date(2026, 3, 12, 9, 20, 0, 0, time.UTC), Fact: timeline.Declared{Title: "down", Severity: timeline.Sev1}}
	inc := timeline.Fold(1, []timeline.Event{declared})
	ours := texts.Postmortem(inc)
	for _, tt := range []struct{ name, file, want string }{
		{"as many parts as there may be", ours + strings.Repeat("\n## x\n\ny\n", templates.PartsMost), ""},
		{"one part more", ours + strings.Repeat("\n## x\n\ny\n", templates.PartsMost+1), "parts, and can have"},
		{"hundreds of thousands", strings.Repeat("# x\n", 500_000), "it has 500000 parts"},
		{"a long part", ours + "\n## x\n\n" + strings.Repeat("y", templates.PartMost+1), "20001 characters"},
		{"no text", ours + "\x00", "no text in UTF-8"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := EditsOf(texts, inc, tt.file)
			if (err == nil) != (tt.want == "") || err != nil && (!timeline.IsRefusal(err) || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
}
