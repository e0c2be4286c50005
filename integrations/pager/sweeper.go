package pager

import (
	"context"
	"fmt"
	"time"

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
		var looks []timeline.Effect
		for n, after := range looksAfter {
			look := timeline.Do(withdraw, doubted).OnObject(fmt.Sprintf("%d/%d", doubted.For, n+1))
			look.NotUntil = ev.At.Add(after)
			looks = append(looks, look)
		}
		return looks
	}
	return nil
}

// looksAfter is when the route in doubt is looked at: what timed out here may
// be done there later.
var looksAfter = []time.Duration{0, time.Minute, 10 * time.Minute}

// Deliver ends the page that was made by the route in doubt, if there is one.
func (s Sweeper) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	var doubted timeline.PageDoubted
	if err := e.Read(&doubted); err != nil {
		return nil, err
	}
	if doubted.For < 1 || doubted.For > len(inc.Events) {
		return nil, timeline.Refusal(fmt.Errorf("there is no event %d", doubted.For))
	}
	if made, _ := inc.PageFor(doubted.For); inc.Open() && doubted.Named && made.InPlaceOf != (timeline.Person{}) {
		return nil, nil // it woke whom it was for, and is their page
	}
	for _, r := range s.Routes {
		if r.Name() == doubted.Route {
			return nil, s.withdraw(ctx, inc, keyOf(inc, doubted.For), r)
		}
	}
	return nil, nil
}

// withdraw ends what a route has for a key, unless that is a page that counts.
func (s Sweeper) withdraw(ctx context.Context, inc timeline.Incident, key string, r Route) error {
	made, ok, err := r.Find(ctx, Page{Key: key})
	if err != nil || !ok || inc.Open() && isOnRecord(inc, made) {
		return timeline.NotDone(err)
	}
	return r.Resolve(ctx, Page{Key: key, ID: made.ID})
}
