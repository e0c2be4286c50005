package chat

import (
	"context"
	"fmt"
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
	of string // as in timeline.Reminded
	on string // the person it is asked of, where each is asked; empty for one message
	at time.Time
}

// React sets the time of each duty anew when the timeline goes on: a duty that
// is not due any more is settled at its old time, without a word.
func (r Reminders) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	if inc.ID == timeline.House || !stirs(ev.Fact) {
		return nil
	}
	var effects []timeline.Effect
	for _, d := range r.duties(inc) {
		e := timeline.Keep(remind).OnObject(strings.TrimSpace(d.of + " " + d.on))
		e.NotUntil = d.at
		effects = append(effects, e)
	}
	return effects
}

// stirs reports whether a fact may change what is due.
func stirs(f timeline.Fact) bool {
	switch f.(type) {
	case timeline.ChannelOpened, timeline.SeverityChanged, timeline.Updated, timeline.Reminded, timeline.Snoozed,
		timeline.RoleGiven, timeline.RoleLeft, timeline.HandoverOffered, timeline.HandoverDeclined,
		timeline.Mitigated, timeline.Resolved, timeline.Closed, timeline.Cancelled, timeline.Merged, timeline.Reopened, timeline.ArchiveKept:
		return true
	}
	return false
}

// duties is what is due, and when.
func (r Reminders) duties(inc timeline.Incident) []duty {
	var all []duty
	add := func(of, on string, at time.Time) {
		last, _ := inc.RemindedOf(of)
		if snoozed := inc.SnoozedUntil(of); !at.IsZero() && (snoozed.After(at) || snoozed.After(last) && !last.IsZero()) {
			at = snoozed
		}
		if !at.IsZero() {
			all = append(all, duty{of, on, at})
		}
	}
	if inc.Channel.ID == "" {
		return nil
	}
	if inc.Open() {
		add(timeline.UpdateDue, "", r.updateAt(inc))
		for _, role := range []timeline.Role{timeline.Commander, timeline.Comms} {
			add(timeline.RoleOpen+string(role), "", r.roleAt(inc, role))
		}
		for _, h := range inc.Handovers {
			if _, times := inc.RemindedOf(timeline.HandoverDue); times == 0 && inc.IsOpenTo(h.To.ID) {
				add(timeline.HandoverDue, "", h.At.Add(handoverFor))
			}
		}
		add(timeline.EndDue, "", endAt(inc))
		return all
	}
	if inc.Status != timeline.IsResolved && inc.Status != timeline.IsClosed || inc.Resolved.IsZero() {
		return all
	}
	for _, id := range tookPart(inc) {
		if _, times := inc.RemindedOf(timeline.SurveyDue + " " + id); times == 0 && !inc.Drill {
			all = append(all, duty{timeline.SurveyDue, id, atWork(inc, id, inc.Resolved.Add(surveyAfter))})
		}
	}
	if _, times := inc.RemindedOf(timeline.ArchiveDue); r.Archive > noticeBefore && !inc.KeepChannel && times == 0 {
		add(timeline.ArchiveDue, "", inc.Resolved.Add(r.Archive-noticeBefore))
	}
	return all
}

// updateAt is when the comms lead is asked for an update: when it is due, and
// some times more where it does not come.
func (r Reminders) updateAt(inc timeline.Incident) time.Time {
	due := r.Texts.NextUpdate(inc)
	last, times := inc.RemindedOf(timeline.UpdateDue)
	switch {
	case due.IsZero() || times >= againMost:
		return time.Time{}
	case last.Before(due):
		return due
	default:
		return last.Add(max(againAtLeast, r.Texts.Cadence(inc.Severity)/2))
	}
}

// roleAt is when somebody is asked to take a role, once.
func (r Reminders) roleAt(inc timeline.Incident, role timeline.Role) time.Time {
	_, times := inc.RemindedOf(timeline.RoleOpen + string(role))
	if r.RoleAfter == 0 || times > 0 && inc.SnoozedUntil(timeline.RoleOpen+string(role)).IsZero() || times > 1 || inc.Holder(role).ID != "" {
		return time.Time{}
	}
	return inc.Declared.Add(r.RoleAfter)
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

// tookPart returns who is asked how it went: who holds a role, and who said or
// did something that is on the timeline.
func tookPart(inc timeline.Incident) []string {
	seen := map[string]bool{"": true}
	var all []string
	add := func(id string) {
		if !seen[id] && !isLocal(id) && inc.IsOpenTo(id) && len(all) < surveysMost {
			all = append(all, id)
		}
		seen[id] = true
	}
	for _, h := range inc.Holders {
		add(h.Person.ID)
	}
	for _, m := range inc.TaggedMessages() {
		if m.On() && strings.HasPrefix(m.Author.ID, "U") || strings.HasPrefix(m.Author.ID, "W") {
			add(m.Author.ID)
		}
	}
	return all
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

// Deliver asks, where it is still due.
func (r Reminders) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	if e.Do != remind {
		return nil, unknownOrder(e)
	}
	for _, d := range r.duties(inc) {
		if strings.TrimSpace(d.of+" "+d.on) != e.On || d.at.After(e.NotUntil) {
			continue
		}
		to, m := r.asking(inc, d)
		_, times := inc.RemindedOf(e.On)
		e.Do += fmt.Sprintf("/%d/%d", inc.Waiting.Unix(), times) // each time is a message of its own
		if err := postOnce(ctx, r.Chat, to, m, e); err != nil {
			return nil, err
		}
		return []timeline.Fact{timeline.Reminded{Of: e.On}}, nil
	}
	return nil, nil
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
		return r.first(inc, timeline.Comms, timeline.Commander), Say(text).With(append([]Button{
			{Label: t.T("button.update"), Command: "update " + id, Primary: true},
			{Label: t.T("button.nothing new"), Command: "nothing-new " + id},
		}, snoozes(t, id, d.of)...)...)
	case d.of == timeline.HandoverDue:
		h := inc.Handovers[0]
		return h.To.ID, Say(t.T("remind.handover", inc.ID, t.RoleName(h.Role), templates.Person(h.From.ID))).With(
			Button{Label: t.T("button.accept", t.RoleName(h.Role)), Command: fmt.Sprintf("accept %s %s", id, h.Role), Primary: true},
			Button{Label: t.T("button.decline"), Command: fmt.Sprintf("decline %s %s", id, h.Role)},
		)
	case d.of == timeline.EndDue:
		return r.first(inc, timeline.Commander), Say(t.T("remind.end", inc.ID, templates.When(inc.Mitigated), inc.Title)).With(
			Button{Label: t.T("button.resolve"), Command: "resolve " + id, Primary: true},
		)
	case d.of == timeline.ArchiveDue:
		return inc.Channel.ID, Say(t.T("remind.archive", templates.When(inc.Resolved.Add(r.Archive)))).With(
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
