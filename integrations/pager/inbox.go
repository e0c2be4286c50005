package pager

import (
	"context"

	"muster/timeline"
)

// Inbox takes what the paging service tells by itself. It is kept in the store
// before it is acknowledged, and taken in its order.
type Inbox struct {
	Watch *Watch
	// Woke is told whom an alarm has woken that is over. It may be nil.
	Woke func(ctx context.Context, a Alarm, woke []timeline.Person) error
}

// Name is "pager-inbox".
func (Inbox) Name() string { return "pager-inbox" }

// Urgency is that of the card.
func (Inbox) Urgency() timeline.Urgency { return timeline.Board }

const (
	take  = "take"
	ended = "ended"
)

// React does nothing: what is told is owed as it comes in.
func (Inbox) React(timeline.Incident, timeline.Event) []timeline.Effect { return nil }

// Keep owes it to take a happening, once for each key.
func (i Inbox) Keep(ctx context.Context, key string, h Happening) error {
	h.Text = i.Watch.Clean(h.Text)
	h.Alarm.Title = i.Watch.Clean(h.Alarm.Title)
	err := i.Watch.Journal.Owe(ctx, timeline.House, "pager "+key, i, timeline.Do(take, h).OnObject(key))
	if isRepeated(err) {
		return nil
	}
	return err
}

// KeepEnded owes it to see whom an alarm has woken that is over, once.
func (i Inbox) KeepEnded(ctx context.Context, a Alarm) error {
	err := i.Watch.Journal.Owe(ctx, timeline.House, "pager ended "+a.ID, i, timeline.Do(ended, a).OnObject(a.ID))
	if isRepeated(err) {
		return nil
	}
	return err
}

// Deliver takes it.
func (i Inbox) Deliver(ctx context.Context, _ timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	var h Happening
	if e.Do == ended {
		return nil, i.ended(ctx, e)
	}
	if e.Do != take {
		return nil, unknownOrder(e)
	}
	if err := e.Read(&h); err != nil {
		return nil, err
	}
	h.By = i.Watch.Account.Whole(ctx, h.By)
	for n := range h.To {
		h.To[n] = i.Watch.Account.Whole(ctx, h.To[n])
	}
	return nil, i.Watch.Take(ctx, h)
}

func (i Inbox) ended(ctx context.Context, e timeline.Effect) error {
	var a Alarm
	if err := e.Read(&a); err != nil || i.Woke == nil {
		return err
	}
	all, err := i.Watch.Account.Woken(ctx, a.ID)
	if err != nil {
		return err
	}
	_, woke := i.Watch.Who.all(ctx, all)
	return i.Woke(ctx, a, woke)
}
