package templates

import (
	"strings"

	"muster/timeline"
)

// Action tells of a follow-up and how it stands, in one line. Today is a day such
// as "2026-11-27".
func (t Texts) Action(a timeline.Action, today string) string {
	text := t.T("follow-up.line", a.What, Person(a.DRI.ID), t.Day(a.Due))
	if a.Ticket.Ref != "" {
		text += ", " + Link(a.Ticket.URL, a.Ticket.Ref)
	}
	return text + t.actionStands(a, today)
}

// actionStands is what there is to say of a follow-up besides what it is.
func (t Texts) actionStands(a timeline.Action, today string) (text string) {
	add := func(key string, args ...any) { text += ", " + t.T("follow-up.stands."+key, args...) }
	switch {
	case a.Done:
		add("done")
		return text
	case a.Over:
		add("dropped", a.Why)
		return text
	}
	switch {
	case a.Seen.Gone:
		add("gone")
	case a.Seen.Status != "":
		add("ticket", a.Seen.Status)
	}
	if n := timeline.DaysBetween(a.Due, today); n > 0 {
		add("overdue", t.Days(n))
	}
	switch {
	case a.Proposal.For != 0:
		add("proposed", t.Proposal(a.Proposal))
	case !a.Accepted:
		add("not accepted")
	}
	return text
}

// Days is a number of days as people say it.
func (t Texts) Days(n int) string {
	if n == 1 {
		return t.T("follow-up.one day")
	}
	return t.T("follow-up.days", n)
}

// Proposal says what somebody wants a follow-up to be instead.
func (t Texts) Proposal(p timeline.ActionProposed) string {
	switch {
	case p.To.ID == "":
		return t.Day(p.Due)
	case p.Due == "":
		return Person(p.To.ID)
	}
	return t.T("follow-up.both", Person(p.To.ID), t.Day(p.Due))
}

// actionText is the text of a line that tells what became of a follow-up.
func (t Texts) actionText(l timeline.Line) string {
	switch f := l.Fact.(type) {
	case timeline.ActionChanged:
		return t.inThere(t.T("line.follow-up changed", l.FollowUp, t.ActionChanged(f)), f.Source)
	case timeline.ActionDone:
		return t.inThere(strings.TrimSpace(t.T("line.follow-up done", l.FollowUp, f.Text)), f.Source)
	case timeline.ActionDropped:
		return t.inThere(t.T("line.follow-up dropped", l.FollowUp, f.Why), f.Source)
	case timeline.ActionReopened:
		return t.inThere(t.T("line.follow-up reopened", l.FollowUp), f.Source)
	}
	return ""
}

// inThere adds to a text where it happened, where that was not here.
func (Texts) inThere(text, source string) string {
	if source == "" {
		return text
	}
	return text + " (" + source + ")"
}

// ActionChanged says who answers for a follow-up now, and by when.
func (t Texts) ActionChanged(f timeline.ActionChanged) string {
	var parts []string
	if f.To.ID != "" {
		parts = append(parts, Person(f.To.ID))
	}
	if f.Due != "" {
		parts = append(parts, t.T("follow-up.now due", t.Day(f.Due)))
	}
	if f.Why != "" {
		return t.T("follow-up.now because", strings.Join(parts, ", "), f.Why)
	}
	return t.T("follow-up.now", strings.Join(parts, ", "))
}

// action is a follow-up in the postmortem, each text in Markdown already.
type action struct {
	What, DRI, Due, Ticket, State string
	N                             int // as people call it
	Line                          int // the line of the message that it came from; 0 for none

	about timeline.Message
}

func (w writer) agreed() []action {
	var all []action
	for _, a := range w.inc.Actions {
		if a.Withdrawn {
			continue
		}
		told := action{N: a.N, What: atLineStart(w.md.Write(a.What)), DRI: w.who(a.DRI), Due: w.Day(a.Due), Ticket: w.T("postmortem.no ticket"), State: w.stateOf(a), about: a.About}
		if a.Ticket.Ref != "" {
			told.Ticket = w.md.Write(Link(a.Ticket.URL, a.Ticket.Ref))
		}
		all = append(all, told)
	}
	return all
}

// stateOf says in the postmortem how far a follow-up is.
func (w writer) stateOf(a timeline.Action) string {
	switch {
	case a.Done:
		return w.T("postmortem.follow-up done")
	case a.Over:
		return w.T("postmortem.follow-up dropped", w.md.Write(a.Why))
	case a.Accepted:
		return w.T("postmortem.follow-up accepted")
	}
	return w.T("postmortem.follow-up open")
}
