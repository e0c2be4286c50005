package commands

import (
	"context"
	"slices"
	"time"

	"muster/chat"
	"muster/policy"
	"muster/timeline"
)

// Nudge is whom to remind of follow-ups, and on which of their days.
type Nudge struct {
	Person string
	Day    string // "2026-11-27"
}

// Hours in which people are reminded, by their own clocks, Monday to Friday.
const (
	workBegins = 9
	workEnds   = 18
)

// Nudges returns who is to be reminded now of follow-ups that nobody has finished:
// those at work who have not been today.
func (d Desk) Nudges(ctx context.Context) ([]Nudge, error) {
	all, err := d.Journal.Unfinished(ctx)
	if err != nil {
		return nil, err
	}
	var people []string
	for _, inc := range all {
		for _, a := range inc.OpenActions() {
			people = append(people, a.DRI.ID, a.AgreedBy.ID, inc.Holder(timeline.Commander).ID)
		}
	}
	slices.Sort(people)
	var nudges []Nudge
	for _, id := range slices.Compact(people) {
		if id == "" || d.standingOf(ctx, id) == policy.Gone {
			continue
		}
		now := d.Journal.Now().In(d.zoneOf(ctx, id))
		day := now.Format(time.DateOnly)
		if isAtWork(now) && len(d.dueFor(ctx, all, id, now)) > 0 {
			nudges = append(nudges, Nudge{id, day})
		}
	}
	return nudges, nil
}

// zoneOf is someone's time zone or, where it is not known, the team's.
func (d Desk) zoneOf(ctx context.Context, person string) *time.Location {
	if d.Zone != nil {
		ctx, cancel := context.WithTimeout(ctx, lookFor)
		defer cancel()
		if zone, ok := d.Zone(ctx, person); ok {
			return zone
		}
	}
	return d.Texts.Zone
}

func isAtWork(now time.Time) bool {
	return isWorkday(now) && now.Hour() >= workBegins && now.Hour() < workEnds
}

func isWorkday(at time.Time) bool {
	return at.Weekday() != time.Saturday && at.Weekday() != time.Sunday
}

// reminding is one follow-up of which somebody is reminded, and why.
type reminding struct {
	owed
	why string // the key of the sentence
}

// dueFor lists what somebody is to be reminded of today, the oldest first.
func (d Desk) dueFor(ctx context.Context, all []timeline.Incident, person string, now time.Time) (found []reminding) {
	for _, o := range owedIn(all, func(inc timeline.Incident, _ timeline.Action) bool { return inc.IsOpenTo(person) }) {
		why := d.remindOf(o, person, now)
		if heir, ok := d.heirOf(ctx, o); ok {
			why = remindHeir(o, heir, person, now)
		}
		if why != "" {
			found = append(found, reminding{o, why})
		}
	}
	return found
}

// How long before the day somebody is reminded, and how often of what is overdue,
// in days.
const (
	overdueEach = 7
	acceptAfter = 1
)

// remindOf says why somebody is to be reminded of a follow-up today; empty where
// they are not. Whoever answers for it is reminded before the day, on it, on the
// next day that is one of work, and then each week; the commander of what is
// overdue, each week.
func (d Desk) remindOf(o owed, person string, now time.Time) string {
	today := now.Format(time.DateOnly)
	last, times := o.inc.RemindedOf(timeline.FollowUpDue(o.Seq, person))
	lastDay := last.In(now.Location()).Format(time.DateOnly)
	if times == 0 {
		lastDay = ""
	}
	overdue := timeline.DaysBetween(o.Due, today)
	weekly := lastDay <= o.Due || timeline.DaysBetween(lastDay, today) >= overdueEach
	switch {
	case lastDay == today:
		return ""
	case person != o.DRI.ID:
		if overdue > 0 && weekly && person == o.inc.Holder(timeline.Commander).ID {
			return "nudge.commander"
		}
		return ""
	case overdue > 0 && weekly:
		return "nudge.overdue"
	case overdue > 0:
		return ""
	case overdue == 0:
		return "nudge.today"
	}
	agreed := o.AgreedAt.In(now.Location()).Format(time.DateOnly)
	switch ahead := d.remindFrom(o.Due); {
	case ahead != "" && today >= ahead && lastDay < ahead && agreed < today:
		return "nudge.soon"
	case !o.Accepted && lastDay == "" && timeline.DaysBetween(agreed, today) >= acceptAfter:
		return "nudge.accept"
	}
	return ""
}

// heirOf is who is to find somebody else for a follow-up where the account of who
// answers for it is closed: who agreed on it, else the commander.
func (d Desk) heirOf(ctx context.Context, o owed) (heir string, ok bool) {
	isGone := func(id string) bool { return d.standingOf(ctx, id) == policy.Gone }
	if !isGone(o.DRI.ID) {
		return "", false
	}
	if by := o.AgreedBy.ID; by != "" && by != o.DRI.ID && !isGone(by) {
		return by, true
	}
	return o.inc.Holder(timeline.Commander).ID, true
}

// remindHeir says why somebody is to be reminded of a follow-up that nobody
// answers for: each week.
func remindHeir(o owed, heir, person string, now time.Time) string {
	last, times := o.inc.RemindedOf(timeline.FollowUpDue(o.Seq, person))
	ago := timeline.DaysBetween(last.In(now.Location()).Format(time.DateOnly), now.Format(time.DateOnly))
	if person != heir || times > 0 && ago < overdueEach {
		return ""
	}
	return "nudge.gone"
}

// remindFrom is the day from which on somebody is reminded ahead of a due day: a
// day of work; empty for never.
func (d Desk) remindFrom(due string) string {
	at, err := time.Parse(time.DateOnly, due)
	if err != nil || d.RemindAhead <= 0 {
		return ""
	}
	at = at.Add(-d.RemindAhead)
	for !isWorkday(at) {
		at = at.AddDate(0, 0, -1)
	}
	return at.Format(time.DateOnly)
}

// nudgeMost is how many follow-ups one message tells of.
const nudgeMost = 10

// Nudge is what somebody is told of their follow-ups on one day, with what can be
// done about each, and what they were reminded of. There is nothing to say where
// all is done by now, or the day is over: the next one has its own.
func (d Desk) Nudge(ctx context.Context, person, day string) (m chat.Message, of []chat.Reminded, err error) {
	all, err := d.Journal.Unfinished(ctx)
	if err != nil {
		return m, nil, err
	}
	now := d.Journal.Now().In(d.zoneOf(ctx, person))
	if now.Format(time.DateOnly) != day || !isAtWork(now) {
		return m, nil, nil
	}
	found := d.dueFor(ctx, all, person, now)
	if len(found) == 0 {
		return m, nil, nil
	}
	t := d.Texts
	m = chat.Message{Text: t.T("nudge.head"), Parts: []chat.Part{chat.Paragraph{Text: t.T("nudge.head")}}}
	for n, r := range found {
		if n == nudgeMost {
			more := t.T("nudge.more", len(found)-n, d.Slash)
			m.Text, m.Parts = m.Text+"\n"+more, append(m.Parts, chat.Small{Text: more})
			break
		}
		line := t.T(r.why, r.inc.ID, t.Action(r.Action, day), r.inc.Title)
		m.Text += "\n• " + line
		m.Parts = append(m.Parts, chat.Paragraph{Text: line}, chat.FollowUpButtons(t, r.inc.ID, r.Action))
		of = append(of, chat.Reminded{Incident: r.inc.ID, Of: timeline.FollowUpDue(r.Seq, person)})
	}
	return m, of, nil
}
