package chat_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"muster/chat"
	"muster/review"
	"muster/templates"
	"muster/timeline"
)

// square is a channel that reviews are posted in.
type square struct {
	chat.Chat
	posted  []chat.Message
	shared  []chat.File
	there   bool // what is looked for is there
	whisper error
}

func (*square) ChannelNamed(context.Context, string) (timeline.Channel, error) {
	return timeline.Channel{ID: "C1"}, nil
}

func (s *square) Post(_ context.Context, _ string, m chat.Message) (timeline.Message, error) {
	s.posted = append(s.posted, m)
	return timeline.Message{Channel: "C1", TS: "1.1"}, nil
}

func (s *square) FindPost(context.Context, string, string, string, time.Time) (timeline.Message, bool, error) {
	return timeline.Message{Channel: "C1", TS: "1.1"}, s.there, nil
}

func (s *square) Share(_ context.Context, _ string, f chat.File) (string, error) {
	s.shared = append(s.shared, f)
	return "", nil
}

func (s *square) FindShared(context.Context, string, string, time.Time) (string, bool, error) {
	return "", s.there, nil
}

func (*square) Read(context.Context, timeline.Message) (chat.Said, error) {
	return chat.Said{}, errors.New("away")
}

// monday is when the review of 2026-W47 is posted.
var monday = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// week is a review of 20 incidents, with so many decisions.
func week(decisions int) review.Report {
	r := review.Report{Week: review.Week{Year: 2026, Number: 47}, Zone: "UTC", From: monday.AddDate(0, 0, -7), To: monday}
	for n := range 20 {
		r.Incidents = append(r.Incidents, review.Brief{ID: timeline.ID(n + 1), Title: strings.Repeat("the shop is slow ", 20), EndedBy: strings.Repeat("we waited ", 40), Severity: timeline.Sev2})
	}
	for n := range 30 {
		r.Overdue = append(r.Overdue, review.Owed{Incident: 1, Title: "x", Days: n, Action: timeline.Action{N: n + 1, ActionAgreed: timeline.ActionAgreed{What: strings.Repeat("mend it ", 40), DRI: timeline.Person{ID: "U1"}}}})
	}
	for n := range decisions {
		r.Decided = append(r.Decided, review.Decision{Decision: timeline.Decision{Text: fmt.Sprintf("decision %d %s", n, strings.Repeat("word ", 40)), Message: timeline.Message{Channel: "C1", TS: fmt.Sprint(n)}}})
	}
	return r
}

func reviewerOf(s *square, now time.Time, r review.Report) *chat.Reviewer {
	return &chat.Reviewer{
		Chat: s, Texts: templates.New(), Channel: "incidents", Journal: &timeline.Journal{Now: func() time.Time { return now }},
		Report:  func(context.Context, string, string) (review.Report, error) { return r, nil },
		File:    func(review.Report) string { return "the whole" },
		Picture: func(review.Report) ([]byte, string, error) { return []byte("png"), "twelve weeks", nil },
	}
}

func posting(until time.Time, doubt bool) timeline.Effect {
	e := timeline.Do("post-review", map[string]any{"week": "2026-W47", "until": until})
	e.Doubt = doubt
	return e
}

func TestAReviewThatIsNoNewsAnyMoreIsNotPosted(t *testing.T) {
	for _, tt := range []struct {
		after        time.Duration
		doubt, there bool
		posts, facts int
	}{
		{0, false, false, 1, 1},
		{72 * time.Hour, false, false, 1, 1},
		{73 * time.Hour, false, false, 0, 0},
		{73 * time.Hour, true, true, 0, 1},
		{73 * time.Hour, true, false, 0, 0},
		{time.Hour, true, true, 0, 1},
		{time.Hour, true, false, 1, 1},
	} {
		s := &square{there: tt.there}
		r := reviewerOf(s, monday.Add(tt.after), week(1))
		facts, err := r.Deliver(t.Context(), timeline.Fold(timeline.House, nil), posting(monday.Add(72*time.Hour), tt.doubt))
		if err != nil || len(s.posted) != tt.posts || len(facts) != tt.facts {
			t.Errorf("%v later, doubt %v, there %v: posted %d, facts %v, %v", tt.after, tt.doubt, tt.there, len(s.posted), facts, err)
		}
	}
}

func TestWhatAReviewsMessageCanNotHoldIsAFileInItsThread(t *testing.T) {
	posted := timeline.ReviewPosted{Week: "2026-W47", Message: timeline.Message{Channel: "C1", TS: "1.1"}}
	house := timeline.Fold(timeline.House, nil).With(timeline.Event{Seq: 1, Fact: posted})
	for decisions, want := range map[int]string{1: "review-2026-W47.png", 60: "review-2026-W47.md review-2026-W47.png"} {
		s := &square{}
		r := reviewerOf(s, monday, week(decisions))
		for _, e := range r.React(house, house.Events[0]) {
			if _, err := r.Deliver(t.Context(), house, e); err != nil {
				t.Fatal(err)
			}
			e.Doubt, s.there = true, true
			if _, err := r.Deliver(t.Context(), house, e); err != nil {
				t.Fatal(err)
			}
			s.there = false
		}
		var names []string
		for _, f := range s.shared {
			names = append(names, f.Name)
			if f.Thread != "1.1" || strings.HasSuffix(f.Name, "png") && f.Alt != "twelve weeks" {
				t.Errorf("%s is shared as %+v", f.Name, f)
			}
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("of %d decisions %q is shared, want %q", decisions, got, want)
		}
	}
}

func TestAReviewFitsIntoAMessage(t *testing.T) {
	for _, decisions := range []int{0, 1, 10, 40, 400} {
		m, whole := chat.ReviewSaid(templates.New(), week(decisions), chat.ReviewMost)
		size := 0
		for _, p := range m.Parts {
			if p, ok := p.(chat.Paragraph); ok {
				size += len(p.Text)
			}
		}
		if len(m.Parts) == 0 || len(m.Parts) > 47 || size > chat.ReviewMost || whole != (decisions < 40) {
			t.Errorf("with %d decisions: %d parts, %d bytes, whole: %v", decisions, len(m.Parts), size, whole)
		}
		if !strings.Contains(m.Text, fmt.Sprintf("decision %d ", max(0, decisions-1))) && decisions > 0 {
			t.Errorf("with %d decisions its text is not all", decisions)
		}
	}
}
