package tracker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"muster/templates"
	"muster/timeline"
)

// Keeper keeps tickets in step with what is decided here, and looks at those of
// which the tracker tells that they have changed.
type Keeper struct {
	Texts   templates.Texts
	Tracker Tracker
	Contact func(ctx context.Context, person string) (name, who string, err error)
	Who     Who
	Address func(channel string) string // of a channel, in the web
}

// Who returns who someone of the tracker is in the chat, and whether they are
// known there. An error is that it can not be told now.
type Who func(ctx context.Context, p Person) (timeline.Person, bool, error)

// Name is "tracker-keeper".
func (Keeper) Name() string { return "tracker-keeper" }

// Urgency is that of tickets.
func (Keeper) Urgency() timeline.Urgency { return timeline.Announce }

// What is kept in step of a ticket, each by itself: what was changed there in the
// meantime stays.
const (
	keepDue = "due"
	keepWho = "who"
	keepEnd = "end"
	link    = "link"
	look    = "look"
)

// React passes on what is decided here. What came from the tracker does not go
// back.
func (k Keeper) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	if inc.Drill {
		return nil
	}
	switch f := ev.Fact.(type) {
	case timeline.ActionChanged:
		return k.changed(f)
	case timeline.ActionDone:
		return keep(f.Source, keepEnd, f.For)
	case timeline.ActionDropped:
		return keep(f.Source, keepEnd, f.For)
	case timeline.ActionReopened:
		return keep(f.Source, keepEnd, f.For)
	case timeline.Ticketed:
		return k.filed(inc, f)
	case timeline.TicketSeen:
		if before, _ := inc.At(ev.Seq - 1).Action(f.For); before.Seen.Gone && !f.Gone { // what was decided meanwhile did not reach it
			return slices.Concat(keep("", keepDue, f.For), keep("", keepWho, f.For), keep("", keepEnd, f.For))
		}
	case timeline.ChannelOpened:
		var effects []timeline.Effect
		for _, a := range inc.Actions {
			effects = append(effects, keep("", link, a.Seq)...)
		}
		return effects
	case timeline.Resolved, timeline.Closed, timeline.Cancelled, timeline.Merged, timeline.Reopened:
		return []timeline.Effect{timeline.Keep(keepEnd).OnObject(whole)}
	case timeline.Linked:
		if f.What == OwnTicket && !inc.Open() {
			return []timeline.Effect{timeline.Keep(keepEnd).OnObject(whole)}
		}
	}
	return nil
}

// filed links a new ticket back, and makes up for what was decided while it was
// being filed.
func (Keeper) filed(inc timeline.Incident, f timeline.Ticketed) []timeline.Effect {
	a, _ := inc.Action(f.For)
	effects := keep("", link, f.For)
	if a.Over {
		effects = append(effects, keep("", keepEnd, f.For)...)
	}
	for _, ev := range inc.Events {
		if c, ok := ev.Fact.(timeline.ActionChanged); ok && c.For == f.For {
			return append(append(effects, keep("", keepDue, f.For)...), keep("", keepWho, f.For)...)
		}
	}
	return effects
}

func (Keeper) changed(f timeline.ActionChanged) (effects []timeline.Effect) {
	if f.Due != "" {
		effects = append(effects, keep(f.Source, keepDue, f.For)...)
	}
	if f.To.ID != "" {
		effects = append(effects, keep(f.Source, keepWho, f.For)...)
	}
	return effects
}

func keep(source, what string, seq int) []timeline.Effect {
	if source != "" {
		return nil
	}
	return []timeline.Effect{timeline.Keep(what).OnObject(strconv.Itoa(seq))}
}

// Look is the order to look at a ticket, once for each key.
func (Keeper) Look(key string, seq int) timeline.Effect {
	return timeline.Do(look, seq).OnObject(key)
}

// Deliver brings one thing of a ticket to how it stands here. Where there is no
// ticket yet, it is filed as it stands.
func (k Keeper) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	if e.On == whole && e.Do == keepEnd {
		return nil, k.endWhole(ctx, inc)
	}
	if e.Do == look {
		return k.look(ctx, inc, e)
	}
	seq, err := strconv.Atoi(e.On)
	a, ok := inc.Action(seq)
	if err != nil || !ok {
		return nil, unknownOrder(e)
	}
	if a.Ticket.Ref == "" || a.Seen.Gone {
		return nil, nil
	}
	switch e.Do {
	case keepDue:
		return k.change(ctx, inc, a, Change{Due: a.Due})
	case keepWho:
		_, who, err := k.Contact(ctx, a.DRI.ID)
		if err != nil && !timeline.IsRefusal(err) {
			return nil, fmt.Errorf("find the e-mail address: %w", timeline.NotDone(err))
		}
		if who == "" {
			return nil, timeline.Refusal(errors.New("it is not known who they are there; whoever runs Muster writes it under people: in the configuration"))
		}
		return k.change(ctx, inc, a, Change{Who: who})
	case keepEnd:
		return k.end(ctx, inc, a)
	case link:
		if inc.Channel.ID == "" || inc.Private { // a tracker is read by more than those inside
			return nil, nil
		}
		return nil, k.link(ctx, inc, a)
	}
	return nil, unknownOrder(e)
}

// whereIn is how long it is waited for the chat to say where it is in the web, as
// right after a start.
const whereIn = 5 * time.Second

func (k Keeper) link(ctx context.Context, inc timeline.Incident, a timeline.Action) error {
	address := k.Address(inc.Channel.ID)
	if address == "" {
		return timeline.Later(errors.New("the chat has not said yet where the channel is"), whereIn)
	}
	return k.Tracker.Link(ctx, a.Ticket.Ref, linkKey(inc, a), address, fmt.Sprintf("%v: %s", inc.ID, k.Texts.PlainTitle(inc)))
}

func linkKey(inc timeline.Incident, a timeline.Action) string {
	return "muster:" + keyOf(inc, a.Seq)
}

// change changes a ticket, and tells how it stands then.
func (k Keeper) change(ctx context.Context, inc timeline.Incident, a timeline.Action, c Change) ([]timeline.Fact, error) {
	leftOut, err := k.Tracker.Change(ctx, a.Ticket.Ref, c)
	if err != nil {
		return nil, err
	}
	facts := k.since(ctx, inc, a)
	if len(leftOut) > 0 {
		facts = append(facts, timeline.TicketLeftOut{For: a.Seq, What: leftOut})
	}
	return facts, nil
}

func (k Keeper) end(ctx context.Context, inc timeline.Incident, a timeline.Action) ([]timeline.Fact, error) {
	how, why := NotOver, ""
	switch {
	case a.Done:
		how = Done
	case a.Over:
		how, why = Dropped, templates.Plain(func(id string) string { return inc.Person(id).Name }).Write(a.Why)
		if inc.Private {
			why = ""
		}
	}
	if err := k.Tracker.End(ctx, a.Ticket.Ref, how, why); err != nil {
		return nil, err
	}
	return k.since(ctx, inc, a), nil
}

// since is how a ticket stands after it was changed from here, so that nobody
// takes that for a change of somebody's there, and what somebody has changed there
// since it was last seen.
func (k Keeper) since(ctx context.Context, inc timeline.Incident, a timeline.Action) []timeline.Fact {
	facts, err := k.news(ctx, inc, a)
	if err != nil {
		return nil // it is done; it is looked at again
	}
	return facts
}

func (s Standing) seen(seq int) timeline.TicketSeen {
	return timeline.TicketSeen{For: seq, Status: s.Status, Due: s.Due, Assignee: s.Assignee.Name, Over: s.Over, Changed: s.Changed}
}

// endWhole ends the incident's own ticket with the incident.
func (k Keeper) endWhole(ctx context.Context, inc timeline.Incident) error {
	how := Done
	if inc.Open() {
		how = NotOver
	}
	if ref := own(inc).Ref; ref != "" {
		return k.Tracker.End(ctx, ref, how, "")
	}
	return nil
}

// look writes down what was changed about a ticket there.
func (k Keeper) look(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	var seq int
	if err := e.Read(&seq); err != nil {
		return nil, err
	}
	a, ok := inc.Action(seq)
	if !ok || a.Ticket.Ref == "" {
		return nil, nil
	}
	return k.news(ctx, inc, a)
}

// news is what was changed about a ticket since it was last seen.
func (k Keeper) news(ctx context.Context, inc timeline.Incident, a timeline.Action) ([]timeline.Fact, error) {
	s, err := k.Tracker.Look(ctx, a.Ticket.Ref)
	if errors.Is(err, ErrGone) {
		if a.Seen.Gone {
			return nil, nil
		}
		gone := a.Seen
		gone.For, gone.Gone = a.Seq, true
		return []timeline.Fact{gone}, nil
	}
	if err != nil {
		return nil, err
	}
	assignee, err := k.assignee(ctx, inc, s.Assignee)
	if err != nil {
		return nil, timeline.NotDone(err)
	}
	return Compare(k.Tracker.Name(), a, s, assignee), nil
}

// assignee is who someone of the tracker is in the chat; the zero Person for
// somebody who is not known there, or may not hear of the incident.
func (k Keeper) assignee(ctx context.Context, inc timeline.Incident, p Person) (timeline.Person, error) {
	if k.Who == nil || p == (Person{}) {
		return timeline.Person{}, nil
	}
	who, ok, err := k.Who(ctx, p)
	if err != nil || !ok || !inc.IsOpenTo(who.ID) {
		return timeline.Person{}, err
	}
	return timeline.Person{ID: who.ID}, nil
}
