package timeline

import (
	"slices"
	"time"
)

// ReviewPosted tells that the review of a week was posted. House only, as are
// the facts below.
type ReviewPosted struct {
	Week    string  `json:"week"` // "2026-W47"
	Message Message `json:"message"`
	URL     string  `json:"url,omitempty"`
}

// DecisionDone tells that what a review decided was done. The decision is a tagged
// message in the review's thread.
type DecisionDone struct {
	Message Message `json:"message"`
}

// DecisionReopened tells that it was not done after all.
type DecisionReopened struct {
	Message Message `json:"message"`
}

func (ReviewPosted) kind() string     { return "review_posted" }
func (DecisionDone) kind() string     { return "decision_done" }
func (DecisionReopened) kind() string { return "decision_reopened" }

func (f ReviewPosted) String() string     { return "posted the review of " + f.Week }
func (f DecisionDone) String() string     { return "did what was decided in " + f.Message.TS }
func (f DecisionReopened) String() string { return "reopened what was decided in " + f.Message.TS }

// Decision is what a weekly review decided.
type Decision struct {
	Week    string // of the review in whose thread it stands
	Message Message
	Text    string
	By      Person // who said it
	URL     string
	At      time.Time
	Done    bool
	DoneAt  time.Time
}

// Reviews returns the reviews that were posted, the oldest first. It is for [House].
func (inc Incident) Reviews() []ReviewPosted { return inc.house.reviews }

// Review returns the review of a week, and whether it was posted. It is for [House].
func (inc Incident) Review(week string) (f ReviewPosted, ok bool) {
	at := slices.IndexFunc(inc.house.reviews, func(r ReviewPosted) bool { return r.Week == week })
	if at < 0 {
		return f, false
	}
	return inc.house.reviews[at], true
}

// ReviewAt returns the review that a message begins, and whether it does. It is
// for [House].
func (inc Incident) ReviewAt(m Message) (f ReviewPosted, ok bool) {
	at := slices.IndexFunc(inc.house.reviews, func(r ReviewPosted) bool { return r.Message == m })
	if at < 0 {
		return f, false
	}
	return inc.house.reviews[at], true
}

// IsReviewed reports whether a review was posted in a channel. It is for [House].
func (inc Incident) IsReviewed(channel string) bool {
	return slices.ContainsFunc(inc.house.reviews, func(r ReviewPosted) bool { return r.Message.Channel == channel })
}

// Decision returns what a review decided in a message, and whether it did. It is
// for [House].
func (inc Incident) Decision(m Message) (d Decision, ok bool) {
	if _, ok := inc.Tagged(m); !ok {
		return d, false // as nearly every message
	}
	all := inc.Decisions()
	at := slices.IndexFunc(all, func(d Decision) bool { return d.Message == m })
	if at < 0 {
		return d, false
	}
	return all[at], true
}

// Decisions returns what reviews decided, in the order in which it was said. It is
// for [House].
func (inc Incident) Decisions() (all []Decision) {
	weeks, done := map[Message]string{}, map[Message]time.Time{}
	for _, ev := range inc.Events {
		switch f := ev.Fact.(type) {
		case ReviewPosted:
			weeks[f.Message] = f.Week
		case DecisionDone:
			done[f.Message] = ev.At
		case DecisionReopened:
			delete(done, f.Message)
		}
	}
	for _, m := range inc.TaggedMessages() {
		week, ok := weeks[Message{m.Message.Channel, m.Thread}]
		if !ok || !m.On() || m.Deleted {
			continue
		}
		at, over := done[m.Message]
		all = append(all, Decision{Week: week, Message: m.Message, Text: m.Text, By: m.Author, URL: m.URL, At: m.At, Done: over, DoneAt: at})
	}
	return all
}
