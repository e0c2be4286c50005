package chat

import (
	"context"
	"errors"
	"fmt"

	"muster/timeline"
)

// Nudger reminds people of their follow-ups, each in one direct message a day at
// the most. It is owed its effects by whoever looks at the calendar.
type Nudger struct {
	Chat    Chat
	Journal *timeline.Journal
	// Page is what somebody is told on a day, and what they are reminded of by it;
	// nothing where all is done.
	Page func(ctx context.Context, person, day string) (Message, []Reminded, error)
}

// Reminded is something on one incident's timeline that somebody was reminded of.
type Reminded struct {
	Incident timeline.ID
	Of       string
}

// Name is "nudger".
func (Nudger) Name() string { return "nudger" }

// Urgency is that of announcements.
func (Nudger) Urgency() timeline.Urgency { return timeline.Announce }

const nudge = "nudge"

// nudged is who, and on which of their days.
type nudged struct {
	Person string `json:"person"`
	Day    string `json:"day"`
}

// React does nothing: the calendar calls for reminders.
func (Nudger) React(timeline.Incident, timeline.Event) []timeline.Effect { return nil }

// Owe owes it to remind somebody on a day, once.
func (n Nudger) Owe(ctx context.Context, person, day string) error {
	key := fmt.Sprintf("nudge %s %s", person, day)
	err := n.Journal.Owe(ctx, timeline.House, key, n, timeline.Do(nudge, nudged{person, day}).OnObject(person+"/"+day))
	if errors.Is(err, timeline.ErrRepeated) {
		return nil
	}
	return err
}

// Deliver reminds, and writes down on each timeline what of.
func (n Nudger) Deliver(ctx context.Context, _ timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	var who nudged
	if e.Do != nudge {
		return nil, unknownOrder(e)
	}
	if err := e.Read(&who); err != nil {
		return nil, err
	}
	m, of, err := n.Page(ctx, who.Person, who.Day)
	if err != nil || len(of) == 0 || isLocal(who.Person) {
		return nil, err
	}
	if err := PostOnce(ctx, n.Chat, who.Person, m, e); err != nil {
		return nil, err
	}
	for _, r := range of {
		request := fmt.Sprintf("effect %s %v %s", e.Key(), r.Incident, r.Of)
		_, err := n.Journal.Record(ctx, r.Incident, timeline.Cause{Request: request}, timeline.Reminded{Of: r.Of})
		if err != nil && !errors.Is(err, timeline.ErrRepeated) {
			return nil, err
		}
	}
	return nil, nil
}
