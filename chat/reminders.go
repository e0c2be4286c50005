package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"muster/templates"
	"muster/timeline"
)

// Reminders asks people for what is due, with the button that settles it. What
// is due when follows from the timeline alone, so that a restart changes nothing.
type Reminders struct {
	Chat      Chat
	Texts     templates.Texts
	RoleAfter time.Duration // how long a role may be open before it is asked for; 0 for never
	Archive   time.Duration // how long after the end the channel is archived; 0 for never
	Now       func() time.Time
}

// Name is "reminders".
func (Reminders) Name() string { return "reminders" }

// Urgency is that of announcements.
func (Reminders) Urgency() timeline.Urgency { return timeline.Announce }

const remind = "remind"

const (
	againAtLeast = 15 * time.Minute // between two reminders of one thing
	againMost    = 3                // reminders of an update that is overdue
	endAfter     = 24 * time.Hour   // mitigated for so long, and not resolved
	surveyAfter  = time.Hour        // after the end, so that people can breathe
	noticeBefore = 24 * time.Hour   // before a channel is archived
	handoverFor  = 10 * time.Minute // an offer may be unanswered
	surveysMost  = 30               // people who are asked how it went
)

// duty is one thing that people are reminded of.
type duty struct {
	of    string // as in timeline.Reminded
	on    string // the person or the offer, where there may be several; empty for one
	at    time.Time
	offer timeline.Handover // of a handover
}

// key names a duty among those of its incident.
func (d duty) key() string { return strings.TrimSpace(d.of + " " + d.on) }

// React sets the time of each duty anew when the timeline goes on: a duty that
// is not due any more is settled at its old time, without a word.
func (r Reminders) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	if inc.ID == timeline.House || !stirs(ev.Fact) {
		return nil
	}
	var effects []timeline.Effect
	for _, d := range r.duties(inc) {
		e := timeline.Keep(remind).OnObject(d.key())
		e.NotUntil = d.at
		effects = append(effects, e)
	}
	return effects
}

// stirs reports whether a fact may change what is due.
func stirs(f timeline.Fact) bool {
	switch f.(type) {
	case timeline.ChannelOpened, timeline.SeverityChanged, timeline.Updated, timeline.Reminded, timeline.Snoozed,
		timeline.RoleGiven, timeline.RoleLeft, timeline.HandoverOffered, timeline.HandoverDeclined, timeline.Introduced,
		timeline.Mitigated, timeline.Resolved, timeline.Closed, timeline.Cancelled, timeline.Merged, timeline.Reopened, timeline.ArchiveKept, timeline.MeetingSet, timeline.MeetingCalledOff:
		return true
	}
	return false
}

// duties is what is due, and when.
func (r Reminders) duties(inc timeline.Incident) []duty {
	var all []duty
	switch {
	case inc.Channel.ID == "":
		return nil
	case inc.Open():
		all = append(all, duty{of: timeline.UpdateDue, at: r.updateAt(inc)}, duty{of: timeline.EndDue, at: endAt(inc)})
		for _, role := range []timeline.Role{timeline.Commander, timeline.Comms} {
			all = append(all, duty{of: timeline.RoleOpen + string(role), at: r.roleAt(inc, role)})
		}
		for _, h := range inc.Handovers {
			if inc.IsOpenTo(h.To.ID) {
				all = append(all, duty{of: timeline.HandoverDue, on: fmt.Sprint(h.Seq), at: h.At.Add(handoverFor), offer: h})
			}
		}
	case inc.Status == timeline.IsResolved || inc.Status == timeline.IsClosed:
		all = append(all, duty{of: timeline.ArchiveDue, at: r.noticeAt(inc)})
		for _, id := range surveyed(inc) {
			all = append(all, duty{of: timeline.SurveyDue, on: id, at: atWork(inc, id, inc.Resolved.Add(surveyAfter))})
		}
	}
	return slices.DeleteFunc(all, func(d duty) bool { return d.at.IsZero() || isOnce(d.of) && hasReminded(inc, d.key()) })
}

// isOnce reports whether people are reminded of something once.
func isOnce(of string) bool {
	return of == timeline.HandoverDue || of == timeline.SurveyDue || of == timeline.ArchiveDue
}

func hasReminded(inc timeline.Incident, key string) bool {
	_, times := inc.RemindedOf(key)
	return times > 0
}

// updateAt is when the comms lead is asked for an update: when it is due, some
// times more where it does not come, and whenever they asked to be.
func (r Reminders) updateAt(inc timeline.Incident) time.Time {
	due := r.Texts.NextUpdate(inc)
	last, times := inc.RemindedOf(timeline.UpdateDue)
	snoozed := inc.SnoozedUntil(timeline.UpdateDue)
	switch {
	case due.IsZero():
		return time.Time{}
	case snoozed.After(last) && snoozed.After(due):
		return snoozed
	case times >= againMost:
		return time.Time{}
	case last.Before(due):
		return due
	default:
		return last.Add(max(againAtLeast, r.Texts.Cadence(inc.Severity)/2))
	}
}

// roleAt is when somebody is asked to take a role that is free: once, and again
// where they asked to be.
func (r Reminders) roleAt(inc timeline.Incident, role timeline.Role) time.Time {
	key := timeline.RoleOpen + string(role)
	last, times := inc.RemindedOf(key)
	snoozed := inc.SnoozedUntil(key)
	switch {
	case r.RoleAfter == 0 || inc.Holder(role).ID != "":
		return time.Time{}
	case snoozed.After(last):
		return snoozed
	case times > 0:
		return time.Time{}
	default:
		return inc.FreeSince(role).Add(r.RoleAfter)
	}
}

// endAt is when the commander is asked whether what was mitigated is over: after
// a day, and each day again.
func endAt(inc timeline.Incident) time.Time {
	if inc.Status != timeline.IsMitigated {
		return time.Time{}
	}
	at := inc.Mitigated
	if last, _ := inc.RemindedOf(timeline.EndDue); last.After(at) {
		at = last
	}
	return atWork(inc, inc.Holder(timeline.Commander).ID, at.Add(endAfter))
}

// noticeAt is when the room is told that it is about to be archived.
func (r Reminders) noticeAt(inc timeline.Incident) time.Time {
	at := archiveAt(inc, r.Archive)
	if at.IsZero() || r.Archive <= noticeBefore {
		return time.Time{}
	}
	return at.Add(-noticeBefore)
}

// surveyed returns who is asked how it went: who took part, and has not answered.
func surveyed(inc timeline.Incident) []string {
	if inc.Drill {
		return nil
	}
	all := slices.DeleteFunc(reachable(inc, inc.TookPart()), inc.HasAnswered)
	return all[:min(len(all), surveysMost)]
}

// reachable returns, of some people, those whom the chat has and who may hear of
// an incident.
func reachable(inc timeline.Incident, people []timeline.Person) (ids []string) {
	for _, p := range people {
		isPerson := strings.HasPrefix(p.ID, "U") || strings.HasPrefix(p.ID, "W")
		if isPerson && inc.IsOpenTo(p.ID) && !inc.IsGone(p.ID) {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

// Working hours, in each person's own time zone.
const (
	workBegins = 9
	workEnds   = 18
)

// atWork moves a time into the hours in which someone works who is not on the
// incident any more: Monday to Friday, by their own clock as far as it is known.
func atWork(inc timeline.Incident, id string, at time.Time) time.Time {
	zone, ok := inc.Zone(id)
	if !ok {
		zone = time.UTC
	}
	local := at.In(zone)
	morning := time.Date(local.Year(), local.Month(), local.Day(), workBegins, 0, 0, 0, zone)
	switch {
	case local.Before(morning):
		local = morning
	case local.Hour() >= workEnds:
		local = morning.AddDate(0, 0, 1)
	}
	for local.Weekday() == time.Saturday || local.Weekday() == time.Sunday {
		local = time.Date(local.Year(), local.Month(), local.Day()+1, workBegins, 0, 0, 0, zone)
	}
	return local.UTC()
}

// Deliver asks, where it is still due. What is due later by now, as after the
// configuration was changed, waits until then.
func (r Reminders) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	if e.Do != remind {
		return nil, unknownOrder(e)
	}
	at := slices.IndexFunc(r.duties(inc), func(d duty) bool { return d.key() == e.On })
	if at < 0 {
		return nil, nil
	}
	d := r.duties(inc)[at]
	if wait := d.at.Sub(r.Now()); wait > 0 {
		return nil, timeline.Later(errors.New("it is due later by now"), wait)
	}
	to, m := r.asking(inc, d)
	if to != inc.Channel.ID && inc.Private && !inc.IsMember(to) {
		return nil, nil
	}
	_, times := inc.RemindedOf(e.On)
	e.Do += fmt.Sprintf("/%s/%d/%d", to, inc.Waiting.Unix(), times) // each time is a message of its own, to each person
	if err := PostOnce(ctx, r.Chat, to, m, e); err != nil {
		return nil, err
	}
	return []timeline.Fact{timeline.Reminded{Of: e.On}}, nil
}

// asking is whom to ask, and how.
func (r Reminders) asking(inc timeline.Incident, d duty) (to string, m Message) {
	t, id := r.Texts, inc.ID.String()
	switch {
	case d.of == timeline.UpdateDue:
		text := t.T("remind.update", inc.ID, templates.When(t.NextUpdate(inc)), inc.Title)
		if _, times := inc.RemindedOf(d.of); times > 0 {
			text = t.T("remind.update again", inc.ID, templates.When(t.NextUpdate(inc)), inc.Title, times+1)
		}
		to := r.first(inc, timeline.Comms, timeline.Commander)
		if last, times := inc.RemindedOf(d.of); times+1 >= againMost && !inc.SnoozedUntil(d.of).After(last) {
			to = inc.Channel.ID // whoever was asked does not answer: everybody hears it
		}
		return to, Say(text).With(append([]Button{
			{Label: t.T("button.update"), Command: "update " + id, Primary: true},
			{Label: t.T("button.nothing new"), Command: "nothing-new " + id},
		}, snoozes(t, id, d.of)...)...)
	case d.of == timeline.HandoverDue:
		h := d.offer
		text := t.T("remind.offer", inc.ID, t.RoleName(h.Role))
		if h.From.ID != "" {
			text = t.T("remind.handover", inc.ID, t.RoleName(h.Role), templates.Person(h.From.ID))
		}
		return h.To.ID, Say(text).With(
			Button{Label: t.T("button.accept", t.RoleName(h.Role)), Command: fmt.Sprintf("accept %s %s", id, h.Role), Primary: true},
			Button{Label: t.T("button.decline"), Command: fmt.Sprintf("decline %s %s", id, h.Role)},
		)
	case d.of == timeline.EndDue:
		return r.first(inc, timeline.Commander), Say(t.T("remind.end", inc.ID, templates.When(inc.Mitigated), inc.Title)).With(
			Button{Label: t.T("button.resolve"), Command: "resolve " + id, Primary: true},
		)
	case d.of == timeline.ArchiveDue:
		return inc.Channel.ID, Say(t.T("remind.archive", templates.When(archiveAt(inc, r.Archive)))).With(
			Button{Label: t.T("button.keep"), Command: "keep " + id},
		)
	case d.of == timeline.SurveyDue:
		return d.on, Say(t.T("remind.survey", inc.ID, inc.Title)).With(
			Button{Label: t.T("button.survey"), Command: "survey " + id, Primary: true},
		)
	}
	role := timeline.Role(strings.TrimPrefix(d.of, timeline.RoleOpen))
	return inc.Channel.ID, Say(t.T("remind.role", t.RoleName(role), t.Part(role).Duties)).With(
		append([]Button{claim(t, inc, role)}, snoozes(t, id, d.of)[:1]...)...,
	)
}

// first returns who holds the first of some roles that somebody holds and who
// can be reached, and may be; the channel where nobody does.
func (r Reminders) first(inc timeline.Incident, roles ...timeline.Role) string {
	for _, role := range roles {
		if p := inc.Holder(role); p.ID != "" && !isLocal(p.ID) && inc.IsOpenTo(p.ID) {
			return p.ID
		}
	}
	return inc.Channel.ID
}

// snoozeFor is how long people can put a reminder off, in minutes.
var snoozeFor = []int{10, 30, 60}

func snoozes(t templates.Texts, id, of string) []Button {
	var buttons []Button
	for _, minutes := range snoozeFor {
		buttons = append(buttons, Button{Label: t.T("button.snooze", minutes), Command: fmt.Sprintf("snooze %s %d %s", id, minutes, of)})
	}
	return buttons
}
