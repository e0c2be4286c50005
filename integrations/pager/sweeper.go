package pager

import (
	"context"
	"fmt"
	"strconv"

	"muster/timeline"
)

// Sweeper takes back a page that went out twice: by a route that seemed to
// fail, and by the one that was taken in its place.
type Sweeper struct{ Follower }

// Name is "pager-sweeper".
func (Sweeper) Name() string { return "pager-sweeper" }

// Urgency is that of what nobody waits for.
func (Sweeper) Urgency() timeline.Urgency { return timeline.Cosmetic }

const withdraw = "withdraw"

// React looks at the route that is in doubt.
func (Sweeper) React(_ timeline.Incident, ev timeline.Event) []timeline.Effect {
	if doubted, ok := ev.Fact.(timeline.PageDoubted); ok {
		return []timeline.Effect{timeline.Do(withdraw, doubted).OnObject(strconv.Itoa(doubted.For))}
	}
	return nil
}

// Deliver ends the page that was made by the route in doubt, if there is one.
func (s Sweeper) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	var doubted timeline.PageDoubted
	if err := e.Read(&doubted); err != nil {
		return nil, err
	}
	if doubted.For < 1 || doubted.For > len(inc.Events) {
		return nil, timeline.Refusal(fmt.Errorf("there is no event %d", doubted.For))
	}
	p, err := s.pageFor(ctx, inc, doubted.For, insistOn)
	if err != nil {
		return nil, err
	}
	for _, r := range s.Routes {
		if r.Name() != doubted.Route {
			continue
		}
		made, ok, err := r.Find(ctx, p)
		if err != nil || !ok {
			return nil, err
		}
		return nil, r.Resolve(ctx, p, made)
	}
	return nil, nil
}
