package slack

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"muster/chat"
	"muster/review"
	"muster/templates"
	"muster/timeline"
)

// longReview has more of everything than a message holds.
func longReview() review.Report {
	from := time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC)
	r := review.Report{Week: review.Week{Year: 2026, Number: 47}, Zone: "UTC", From: from, To: from.AddDate(0, 0, 7)}
	long := strings.Repeat("<größer & teurer> ", 20)
	for n := range 30 {
		action := timeline.Action{N: n + 1, ActionAgreed: timeline.ActionAgreed{What: long, DRI: timeline.Person{ID: "U0123456789"}}}
		r.Overdue = append(r.Overdue, review.Owed{Incident: 1234, Title: long, Days: n, Action: action})
		r.Incidents = append(r.Incidents, review.Brief{ID: timeline.ID(n + 1), Title: long, EndedBy: long, Severity: timeline.Sev2})
		if n < 10 {
			r.Decided = append(r.Decided, review.Decision{Decision: timeline.Decision{
				Text: long, URL: "https://example.slack.com/archives/C0123456789/p1763368200000100?thread_ts=1763368200.000100",
				Message: timeline.Message{Channel: "C0123456789", TS: fmt.Sprintf("1763368200.%06d", n)},
			}})
		}
	}
	return r
}

func TestTheLongestReviewKeepsItsButtons(t *testing.T) {
	for _, language := range templates.Languages() {
		texts, err := templates.New().In(language)
		if err != nil {
			t.Fatal(err)
		}
		p := pen{texts}
		m, _ := chat.ReviewSaid(texts, longReview(), chat.ReviewMost)
		if blocks := p.blocksOf(m); len(blocks) > blocksMost-2 {
			t.Errorf("%s: %d blocks", language, len(blocks))
		}
		if n := len(p.textOf(m, postMost)); n >= postMost {
			t.Errorf("%s: its words are cut", language)
		}
		m, _ = chat.ReviewSaid(texts, longReview(), chat.ReviewAnswerMost)
		payload, err := json.Marshal(p.answer(m.With(chat.Button{Label: "x", Command: "review"}), false))
		if err != nil || !strings.Contains(string(payload), `"blocks"`) || len(payload) > ackMost-1000 {
			t.Errorf("%s: an answer of %d bytes, with blocks: %v, %v", language, len(payload), strings.Contains(string(payload), `"blocks"`), err)
		}
	}
}
