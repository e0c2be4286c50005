package evidence_test

import (
	"bytes"
	"flag"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"muster/evidence"
	"muster/review"
	"muster/review/reviewtest"
	"muster/templates"
	"muster/timeline"
)

var update = flag.Bool("update", false, "write the samples anew")

// TestBusyWeek holds the sample of a busy week, in words and as a picture, which
// docs/review.md shows.
func TestBusyWeek(t *testing.T) {
	m := reviewtest.Maker{Dice: rand.New(rand.NewPCG(7, 7))}
	var l review.Ledger
	for _, inc := range m.Year(time.Date(2025, 12, 29, 0, 0, 0, 0, time.UTC))[:110] {
		l.Take(inc)
	}
	week := review.Week{Year: 2026, Number: 15}
	r := l.Report(review.Question{Week: week, At: week.Plus(1).Begins(time.UTC).Add(9 * time.Hour)})
	texts := templates.New()
	picture, _, err := evidence.Weeks(texts, r)
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]string{"review.md": texts.Review(r, picture).Markdown, "review.png": string(picture)} {
		path := filepath.Join("..", "docs", "samples", "busy-week", name)
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(path); err != nil || string(want) != got {
			t.Errorf("%s is another by now (-update writes it): %v", path, err)
		}
	}
}

// TestWeeks draws a review and says the same in words, in each language.
func TestWeeks(t *testing.T) {
	week := review.Week{Year: 2026, Number: 47}
	r := review.Report{Week: week, From: time.Now(), To: time.Now(), Weeks: []review.Bar{
		{Week: week.Plus(-1)}, {Week: week, BySeverity: map[timeline.Severity]int{timeline.Sev1: 1, timeline.Sev3: 4}, Open: 7, Overdue: 2},
	}}
	for _, language := range templates.Languages() {
		texts, err := templates.New().In(language)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range []review.Report{r, {}} {
			picture, words, err := evidence.Weeks(texts, r)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := png.Decode(bytes.NewReader(picture)); err != nil {
				t.Error(err)
			}
			if len(r.Weeks) > 0 && (!strings.Contains(words, "2026-W47") || !strings.Contains(words, "sev1 1, sev3 4") || len([]rune(words)) > 2000) {
				t.Errorf("in %s it says %q", language, words)
			}
		}
	}
}
