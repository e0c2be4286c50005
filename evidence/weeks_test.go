package evidence_test

import (
	"bytes"
	"image/png"
	"strings"
	"testing"
	"time"

	"muster/evidence"
	"muster/review"
	"muster/templates"
	"muster/timeline"
)

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
