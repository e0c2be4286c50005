package commands

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"muster/chat"
	"muster/templates"
	"muster/timeline"
)

// TestTwoFormsLoseNothing has people fill in the form of the postmortem at the same
// time, again and again: what either wrote stands until one who has read it takes it
// out, and what they left alone stays as it is.
func TestTwoFormsLoseNothing(t *testing.T) {
	d := newsdesk(t, timeline.Declared{Title: "x", Severity: timeline.Sev1}, timeline.Resolved{Text: "# over\n- the pool"}, timeline.PartWritten{Part: "well", Text: "```\n# code\n```\nas it was\n\nas it was"})
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		ask := func(who string) *draft { n++; return filled(t, d, who, n) }
		first, second := ask("UANA"), ask("UBO")
		for _, f := range []*draft{first, second} {
			if _, err := d.Do(t.Context(), f.request, f.line); err != nil {
				t.Fatal(err)
			}
		}
		inc, err := d.Journal.Incident(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range []*draft{first, second} {
			for part, sentence := range f.added {
				if text := templates.WrittenText(inc, part); !strings.Contains(text, sentence) {
					t.Fatalf("%q is lost in %s: %q", sentence, part, text)
				}
			}
		}
		for _, part := range templates.PeoplesParts {
			if now := templates.WrittenText(inc, part); first.added[part]+second.added[part] == "" && now != templates.WrittenText(first.inc, part) {
				t.Fatalf("nobody wrote %s, and it says %q", part, now)
			}
		}
	})
}

// draft is a form as somebody sends it in.
type draft struct {
	inc     timeline.Incident // as it was when they asked for it
	added   map[string]string // a sentence for each part that they edited
	request chat.Request
	line    string
}

// filled is the form that somebody gets now, with some of its parts edited.
func filled(t *rapid.T, d Desk, who string, n int) *draft {
	inc, err := d.Journal.Incident(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	f := &draft{inc, map[string]string{}, chat.Request{ID: fmt.Sprint("form ", n), By: timeline.Person{ID: who}}, ""}
	answer, err := d.Do(t.Context(), chat.Request{ID: fmt.Sprint("ask ", n), By: f.request.By, Trigger: "1", What: chat.Typed{Text: "postmortem INC-1 edit"}}, "postmortem INC-1 edit")
	if err != nil || answer.Form == nil {
		t.Fatalf("no form: %v", err)
	}
	values := map[string]string{}
	for _, field := range answer.Form.Fields {
		values[field.Name] = field.Value
		if !rapid.Bool().Draw(t, "edited") {
			continue
		}
		f.added[field.Name] = fmt.Sprintf("%s wrote %d.", who, n)
		lines := strings.Split(field.Value, "\n")
		at := rapid.IntRange(0, len(lines)).Draw(t, "line")
		if lines = slices.Insert(lines, at, f.added[field.Name]); rapid.Bool().Draw(t, "instead") && at+1 < len(lines) {
			lines = slices.Delete(lines, at+1, at+2)
		}
		values[field.Name] = strings.Join(lines, "\n")
	}
	f.line = answer.Form.Command
	f.request.What = chat.Submitted{Command: answer.Form.Command, Values: values}
	return f
}
