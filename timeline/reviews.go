package timeline

import "time"

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
func (inc Incident) Reviews() (all []ReviewPosted) {
	for _, ev := range inc.Events {
		if f, ok := ev.Fact.(ReviewPosted); ok {
			all = append(all, f)
		}
	}
	return all
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
