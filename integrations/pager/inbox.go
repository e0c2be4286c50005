package pager

import (
	"context"

	"muster/timeline"
)

// Inbox takes what the paging service tells by itself. It is kept in the store
// before it is acknowledged, and taken in its order.
type Inbox struct{ Watch *Watch }

// Name is "pager-inbox".
func (Inbox) Name() string { return "pager-inbox" }

// Urgency is that of the card.
func (Inbox) Urgency() timeline.Urgency { return timeline.Board }

const take = "take"

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

// Deliver takes it.
func (i Inbox) Deliver(ctx context.Context, _ timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	var h Happening
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
