package pager

import (
	"context"
	"errors"
	"strconv"
	"time"

	"muster/timeline"
)

// Clock sees to it that somebody answers a page: where nobody does in time, the
// second level is woken, and then the manager. Each wait is a timer in the store.
type Clock struct {
	Account Account
	Who     Who
	Within  time.Duration // for the first level and for the second; 0 for never
	// Manager reports whether there is somebody to wake after the second level.
	Manager func(timeline.Incident) bool
	Now     func() time.Time
}

// Name is "pager-clock".
func (Clock) Name() string { return "pager-clock" }

// Urgency is that of pages.
func (Clock) Urgency() timeline.Urgency { return timeline.Page }

const wait = "wait"

// React sets the clock of a page that went out, or further. The manager's own
// page is the last one.
func (c Clock) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	seq := 0
	switch f := ev.Fact.(type) {
	case timeline.Paged:
		seq = f.For
	case timeline.PageUnanswered:
		seq = f.For
	case timeline.PageEscalated:
		seq = f.For
	case timeline.PageLapsed:
		seq = f.For
	}
	p, ok := inc.PageFor(seq)
	if !ok || c.Within == 0 || !inc.Open() || inc.Drill || !p.Waits() || !c.more(inc, p) {
		return nil
	}
	e := timeline.Keep(wait).OnObject(strconv.Itoa(seq))
	e.NotUntil = p.Since.Add(c.Within)
	return []timeline.Effect{e}
}

// more reports whether there is a step left for a page that nobody answers.
func (c Clock) more(inc timeline.Incident, p timeline.SentPage) bool {
	_, last := calledBy(inc, p.For).(timeline.PageUnanswered)
	return !last && p.Unasked < timeline.TheManager
}

// Deliver takes the next step, unless somebody has answered meanwhile.
func (c Clock) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	seq, err := strconv.Atoi(e.On)
	if err != nil || e.Do != wait {
		return nil, unknownOrder(e)
	}
	p, ok := inc.PageFor(seq)
	if !ok || !inc.Open() || !p.Waits() || !c.more(inc, p) {
		return nil, nil
	}
	due := p.Since.Add(c.Within)
	if p.Taken {
		due = due.Add(c.Within) // somebody has asked to take it on; that may fail
	}
	if ahead := due.Sub(c.Now()); ahead > 0 {
		return nil, timeline.Later(errors.New("it is due later by now"), ahead)
	}
	if p.ID != "" { // what is heard of acknowledgements may be half a minute old; where it can not be told, more people are woken
		if now, err := c.Account.Look(ctx, p.ID); err == nil {
			if facts := c.Who.settled(ctx, seq, now); len(facts) > 0 {
				return facts, nil
			}
		}
	}
	next := timeline.PageUnanswered{For: seq, Minutes: int(c.Within.Minutes()), Step: timeline.SecondLevel}
	if p.Unasked == timeline.SecondLevel || p.Level >= Second {
		next.Step, next.Nobody = timeline.TheManager, c.Manager == nil || !c.Manager(inc)
	}
	return []timeline.Fact{next}, nil
}
