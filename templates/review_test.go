package templates_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"muster/review"
	"muster/review/reviewtest"
	"muster/templates"
	"muster/timeline"
)

// reviewed is the report of a week of made-up incidents.
func reviewed(week review.Week, more ...timeline.Incident) review.Report {
	m := reviewtest.Maker{Dice: rand.New(rand.NewPCG(7, 7))}
	var l review.Ledger
	for _, inc := range append(m.Year(time.Date(2025, 12, 29, 0, 0, 0, 0, time.UTC))[:110], more...) {
		l.Take(inc)
	}
	return l.Report(review.Question{Week: week, At: week.Plus(1).Begins(time.UTC).Add(9 * time.Hour)})
}

// decisions are what the bot's own timeline has of a review.
func decisions() timeline.Incident {
	house := func(n int, f timeline.Fact) timeline.Event {
		return timeline.Event{Seq: n, At: time.Date(2026, 4, 6, 9, n, 0, 0, time.UTC), By: timeline.Person{ID: "U1"}, Fact: f}
	}
	m := timeline.Message{Channel: "C1", TS: "2.0"}
	return timeline.Fold(timeline.House, []timeline.Event{
		house(1, timeline.ReviewPosted{Week: "2026-W14", Message: timeline.Message{Channel: "C1", TS: "1.0"}}),
		house(2, timeline.Tagged{Message: m, Tag: timeline.FollowUp, Emoji: "dart", When: "2"}),
		house(3, timeline.Captured{Message: m, Author: timeline.Person{ID: "U1", Name: "Ana"}, Text: "# drop *every* disk alert\n[x](javascript:y) <b>", At: time.Date(2026, 4, 6, 10, 0, 0, 0, time.UTC), Thread: "1.0", URL: "https://chat.example/2"}),
	})
}

// TestGoldenReviews holds the weekly review to what was read and found good.
func TestGoldenReviews(t *testing.T) {
	for _, language := range templates.Languages() {
		texts, err := templates.New().In(language)
		if err != nil {
			t.Fatal(err)
		}
		for name, r := range map[string]review.Report{
			"full": reviewed(review.Week{Year: 2026, Number: 15}, decisions()), "quiet": reviewed(review.Week{Year: 2027, Number: 40}),
		} {
			if name == "quiet" {
				r.Overdue, r.Unseen, r.Quiet = nil, 0, true
			}
			got := texts.Review(r, []byte("a picture")).Markdown
			path := filepath.Join("testdata", "review-"+name+"-"+language+".golden")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want, err := os.ReadFile(path); err != nil || string(want) != got {
				t.Errorf("%s says something else (-update writes it):\n%s", path, got)
			}
			if strings.Contains(got, "%!") || language != templates.English && regexp.MustCompile(`\b(the|late|of)\b`).MatchString(got) {
				t.Errorf("in %s it says\n%s", language, got)
			}
		}
	}
}

// TestAReviewIsShort holds what a team reads in ten minutes, and that a quiet week
// is two lines.
func TestAReviewIsShort(t *testing.T) {
	texts := templates.New()
	quiet := review.Report{Quiet: true, From: time.Now(), To: time.Now()}
	if parts := texts.ReviewParts(quiet); len(parts) != 1 || len(parts[0].Lines) != 2 {
		t.Errorf("a quiet week is %+v", parts)
	} else if second := parts[0].Lines[1]; second != "Follow-ups to be done: 0, none overdue." {
		t.Errorf("before the first week of the record it says %q", second)
	}
	words := 0
	for week := range 20 {
		for _, p := range texts.ReviewParts(reviewed(review.Week{Year: 2026, Number: 1 + week})) {
			words = max(words, len(strings.Fields(strings.Join(p.Lines, " "))))
			if p.Name == "decide" && len(p.Owed) > 12 {
				t.Errorf("it has %d follow-ups", len(p.Owed))
			}
			for _, l := range p.Lines {
				if strings.Contains(l, "\n") || len([]rune(l)) > 700 {
					t.Errorf("a line is %q", l)
				}
			}
		}
	}
	if words > 500 { // two to three minutes, aloud
		t.Errorf("a part has %d words", words)
	}
}
