package tracker

import (
	"context"
	"fmt"
	"slices"
	"time"

	"muster/timeline"
)

// Sweeper closes a ticket that was filed twice, as after an answer that was lost
// and a search that lagged.
type Sweeper struct{ Follower }

// Name is "tracker-sweeper".
func (Sweeper) Name() string { return "tracker-sweeper" }

// Urgency is that of what nobody waits for.
func (Sweeper) Urgency() timeline.Urgency { return timeline.Cosmetic }

const sweep = "sweep"

// sweepsAfter is when the tracker is asked for a second ticket.
var sweepsAfter = []time.Duration{5 * time.Minute, 2 * time.Hour}

// React looks after what is in doubt.
func (Sweeper) React(_ timeline.Incident, ev timeline.Event) []timeline.Effect {
	f, ok := ev.Fact.(timeline.TicketDoubted)
	if !ok {
		return nil
	}
	var effects []timeline.Effect
	for n, after := range sweepsAfter {
		e := timeline.Do(sweep, f.For).OnObject(fmt.Sprintf("%d/%d", f.For, n+1))
		e.NotUntil = ev.At.Add(after)
		effects = append(effects, e)
	}
	return effects
}

// Deliver closes every ticket of a follow-up, or of the incident itself, but the one that is on record.
func (s Sweeper) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	var seq int
	if e.Do != sweep {
		return nil, unknownOrder(e)
	}
	if err := e.Read(&seq); err != nil {
		return nil, err
	}
	counts := own(inc) // the ticket that stays
	if a, ok := inc.Action(seq); ok {
		counts = a.Ticket
	}
	if counts.Ref == "" {
		return nil, nil
	}
	found, err := s.Tracker.Find(ctx, keyOf(inc, seq))
	if err != nil {
		return nil, err
	}
	var facts []timeline.Fact
	for _, other := range found {
		if other.Ref == counts.Ref || isTold(inc, seq, other.Ref) {
			continue
		}
		if err := s.Tracker.End(ctx, other.Ref, Dropped, s.Texts.T("ticket.twice", counts.Ref)); err != nil {
			return nil, err
		}
		facts = append(facts, timeline.TicketTwice{For: seq, Ref: other.Ref, URL: other.URL})
	}
	return facts, nil
}

func isTold(inc timeline.Incident, seq int, ref string) bool {
	return slices.ContainsFunc(inc.Events, func(ev timeline.Event) bool {
		f, ok := ev.Fact.(timeline.TicketTwice)
		return ok && f.For == seq && f.Ref == ref
	})
}
