package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"muster/templates"
	"muster/timeline"
)

// Understanding asks everybody involved whether they understand the root cause,
// before the meeting about an incident and after it. Who would like it explained
// is told to the host of the meeting, and to nobody else.
type Understanding struct {
	Chat  Chat
	Texts templates.Texts
	Now   func() time.Time
}

// Name is "understanding".
func (Understanding) Name() string { return "understanding" }

// Urgency is that of announcements.
func (Understanding) Urgency() timeline.Urgency { return timeline.Announce }

const (
	askWhether = "ask"
	tellHost   = "tell-host"
)

const (
	hostBefore = 30 * time.Minute // how long before the meeting the host is told who would like it explained
	hostAfter  = 4 * time.Hour    // how long after it, and after the host was told last
)

// React sets anew when each is asked: a meeting that was moved moves them.
func (Understanding) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	if inc.ID == timeline.House || inc.Open() || !stirsUnderstanding(ev.Fact) {
		return nil
	}
	var effects []timeline.Effect
	for _, q := range inquiries(inc) {
		e := timeline.Keep(q.do).OnObject(q.key())
		e.NotUntil = q.at
		effects = append(effects, e)
	}
	return effects
}

// stirsUnderstanding reports whether a fact may change who is asked, and when.
func stirsUnderstanding(f timeline.Fact) bool {
	switch f.(type) {
	case timeline.MeetingSet, timeline.Understood, timeline.Captured, timeline.Introduced, timeline.Joined,
		timeline.Resolved, timeline.Closed:
		return true
	}
	return false
}

// inquiry is one thing that somebody is asked or told around a meeting.
type inquiry struct {
	do     string // askWhether or tellHost
	after  bool   // the meeting, and not before it
	to     string
	at     time.Time
	wishes []timeline.Wish // that a host is told of
}

// key names an inquiry among those of its incident: "before U1".
func (q inquiry) key() string { return timeline.BeforeOrAfter(q.after) + " " + q.to }

// inquiries is who is still to be asked or told what, and when.
func inquiries(inc timeline.Incident) (all []inquiry) {
	set, ok := inc.Meeting()
	if !ok || inc.Open() || inc.Status == timeline.IsCancelled || inc.Status == timeline.IsMerged {
		return nil
	}
	last, _ := inc.LastMeetingSet()
	u := inc.Understanding()
	for _, id := range reachable(inc, inc.Involved()) {
		_, said := u.Before[id]
		if !said && !hasReminded(inc, timeline.UnderstandDue(false, id)) {
			at := atWork(inc, id, last.At)
			if at.After(set.At) {
				at = set.At // nobody sleeps through the meeting
			}
			all = append(all, inquiry{do: askWhether, to: id, at: at})
		}
		_, said = u.After[id]
		if asked, _ := inc.RemindedOf(timeline.UnderstandDue(true, id)); !said && asked.Before(set.End()) {
			all = append(all, inquiry{do: askWhether, after: true, to: id, at: atWork(inc, id, set.End())})
		}
	}
	return append(all, wishes(inc, set)...)
}

// wishes is what the host is still to be told.
func wishes(inc timeline.Incident, set timeline.MeetingSet) (all []inquiry) {
	host := set.Host
	if len(reachable(inc, []timeline.Person{host})) == 0 {
		return nil
	}
	if open, _ := inc.Wishes(false); len(open) > 0 {
		all = append(all, inquiry{do: tellHost, to: host.ID, at: set.At.Add(-hostBefore), wishes: open})
	}
	if open, told := inc.Wishes(true); len(open) > 0 {
		if told.Before(set.End()) {
			told = set.End()
		}
		all = append(all, inquiry{do: tellHost, after: true, to: host.ID, at: atWork(inc, host.ID, told.Add(hostAfter)), wishes: open})
	}
	return all
}

// Deliver asks or tells, where it is still due. What is due later by now, as after
// the meeting was moved, waits until then.
func (u Understanding) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	if e.Do != askWhether && e.Do != tellHost {
		return nil, unknownOrder(e)
	}
	all := inquiries(inc)
	at := slices.IndexFunc(all, func(q inquiry) bool { return q.do == e.Do && q.key() == e.On })
	if at < 0 {
		return nil, nil
	}
	q := all[at]
	set, _ := inc.Meeting()
	if wait := q.at.Sub(u.Now()); wait > 0 {
		return nil, timeline.Later(errors.New("it is due later by now"), wait)
	}
	if !q.after && !u.Now().Before(set.End()) {
		return nil, nil // it was before the meeting that this was to be known
	}
	if q.do == tellHost {
		return u.tell(ctx, inc, q, e)
	}
	due := timeline.UnderstandDue(q.after, q.to)
	_, times := inc.RemindedOf(due)
	e.Do += fmt.Sprintf("/%d", times)
	if err := PostOnce(ctx, u.Chat, q.to, u.asking(inc, set, q), e); err != nil {
		return nil, err
	}
	return []timeline.Fact{timeline.Reminded{Of: due}}, nil
}

func (u Understanding) asking(inc timeline.Incident, set timeline.MeetingSet, q inquiry) Message {
	text := u.Texts.T("understanding.ask before", inc.ID, inc.Title, templates.When(set.At), templates.Person(set.Host.ID))
	if q.after {
		text = u.Texts.T("understanding.ask after", inc.ID, inc.Title, templates.Person(set.Host.ID))
	}
	return Say(text).With(UnderstandButtons(u.Texts, inc.ID, q.after)...)
}

// tell tells the host who would like it explained.
func (u Understanding) tell(ctx context.Context, inc timeline.Incident, q inquiry, e timeline.Effect) ([]timeline.Fact, error) {
	var names []string
	seq := 0
	for _, w := range q.wishes {
		names, seq = append(names, templates.Person(w.By.ID)), max(seq, w.Seq)
	}
	text := u.Texts.T("understanding.wishes before", inc.ID, u.Texts.List(names))
	if q.after {
		text = u.Texts.T("understanding.wishes after", inc.ID, u.Texts.List(names))
	}
	e.Do += fmt.Sprintf("/%d", seq) // more that come meanwhile are a message of their own
	if err := PostOnce(ctx, u.Chat, q.to, Say(text), e); err != nil {
		return nil, err
	}
	return []timeline.Fact{timeline.Reminded{Of: timeline.ExplainDue(q.after, seq)}}, nil
}

// UnderstandButtons are the two answers to whether somebody understands the root
// cause.
func UnderstandButtons(t templates.Texts, id timeline.ID, after bool) Buttons {
	when := timeline.BeforeOrAfter(after)
	return Buttons{
		{Label: t.T("button.understood"), Command: fmt.Sprintf("understand %v %s yes", id, when), Primary: true},
		{Label: t.T("button.explain"), Command: fmt.Sprintf("understand %v %s explain", id, when)},
	}
}
