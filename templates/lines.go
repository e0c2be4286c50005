package templates

import (
	"cmp"
	"strings"
	"time"

	"muster/timeline"
)

// Kinds returns what a line of a timeline is, in words that are the same in every
// language: the tags of a message, else one word for the fact.
func Kinds(l timeline.Line) []string {
	if !l.IsMessage() {
		return []string{kindOf(l.Fact)}
	}
	var all []string
	for _, tag := range l.Message.Tags() {
		all = append(all, string(tag))
	}
	return all
}

// Kind is what a kind of line is called, and what a tag is.
func (t Texts) Kind(kind string) string {
	if where, ok := timeline.PublishedIn(kind); ok {
		return t.T("publishing.kind", t.PublishedIn(where))
	}
	if t.Has("kind." + kind) {
		return t.T("kind." + kind)
	}
	return kind
}

// PublishedIn says in which place a postmortem is published: "in GitHub".
func (t Texts) PublishedIn(where string) string {
	if where == "canvas" {
		return t.T("publishing.in canvas")
	}
	return t.T("publishing.in", where)
}

// What says what a line of a timeline is, and its text.
func (t Texts) What(l timeline.Line) (kind, text string) {
	for _, k := range Kinds(l) {
		kind = join(kind, t.Kind(k))
	}
	switch m := l.Message; {
	case l.Text != "":
		return kind, l.Text
	case !l.IsMessage():
		return kind, cmp.Or(t.workText(l.Fact), t.pageText(l.Fact), t.actionText(l), t.changeText(l.Fact), t.peopleText(l.Fact), t.courseText(l.Fact))
	case m.Deleted:
		return kind, t.T("line.deleted unread")
	case m.Captured():
		return kind, t.T("line.no text")
	default:
		return kind, t.T("line.unread")
	}
}

// kindOf is what a fact is, as a line; empty for one that is none.
func kindOf(f timeline.Fact) string {
	switch f := f.(type) {
	case timeline.ChannelOpened, timeline.Archived, timeline.SideOpened:
		return "channel"
	case timeline.PageAsked, timeline.Paged, timeline.PageUnanswered, timeline.PageEscalated, timeline.PageAnswered, timeline.PageLapsed, timeline.PageEnded:
		return "page"
	case timeline.RoleGiven, timeline.RoleLeft:
		return "role"
	case timeline.HandoverOffered, timeline.HandoverDeclined:
		return "handover"
	case timeline.AccessGranted, timeline.GlassBroken:
		return "access"
	case timeline.Merged, timeline.Absorbed:
		return "merged"
	case timeline.TaskSet, timeline.TaskTaken, timeline.TaskDone, timeline.TaskDropped:
		return "task"
	case timeline.ActionAgreed, timeline.ActionChanged, timeline.ActionDone, timeline.ActionDropped, timeline.ActionReopened:
		return string(timeline.FollowUp)
	case timeline.Ticketed, timeline.TicketTwice:
		return "ticket"
	case timeline.SeverityChanged:
		return "severity"
	case timeline.CaughtUp:
		return "caught up"
	case timeline.Deactivated:
		return "account"
	case timeline.Published:
		return "status page"
	case timeline.DraftApproved:
		return timeline.Postmortem
	case timeline.MeetingSet, timeline.MeetingCalledOff:
		return "meeting"
	case timeline.Linked:
		return f.What
	case timeline.ChangesJudged, timeline.AuthorAsked:
		return timeline.Changes
	case timeline.Drawn:
		return timeline.Metrics
	case timeline.CauseMarked:
		if f.Not {
			return "ruled out"
		}
		return string(timeline.CauseTag)
	}
	return wordOf(f)
}

// wordOf is kindOf for facts that are lines by themselves.
func wordOf(f timeline.Fact) string {
	switch f.(type) {
	case timeline.Declared:
		return "declared"
	case timeline.Noted:
		return "note"
	case timeline.Updated:
		return "update"
	case timeline.Titled:
		return "renamed"
	case timeline.Joined:
		return "joined"
	case timeline.Left:
		return "left"
	case timeline.Identified:
		return "identified"
	case timeline.Mitigated:
		return "mitigated"
	case timeline.Resolved:
		return "resolved"
	case timeline.Closed:
		return "closed"
	case timeline.Cancelled:
		return "cancelled"
	case timeline.Reopened:
		return "reopened"
	}
	return ""
}

// courseText is the text of a fact that tells how far an incident has come.
func (t Texts) courseText(f timeline.Fact) string {
	switch f := f.(type) {
	case timeline.Declared:
		return t.T("line.declared", t.Severity(f.Severity), f.Title)
	case timeline.SeverityChanged:
		return t.T("line.severity", t.Severity(f.From), t.Severity(f.To))
	case timeline.Titled:
		return f.To
	case timeline.Merged:
		return strings.TrimSpace(t.T("line.merged", f.Into, f.Reason))
	case timeline.Absorbed:
		return t.T("line.absorbed", f.Other, f.Title)
	case timeline.ChannelOpened:
		return t.T("line.opened", f.Channel.Name)
	case timeline.SideOpened:
		return t.T("line.opened", f.Channel.Name)
	case timeline.Archived:
		return t.T("line.archived", f.Channel.Name)
	case timeline.CaughtUp:
		return t.caughtUp(f)
	case timeline.Published:
		return t.T("line.published", t.PublishedWords(f))
	case timeline.DraftApproved:
		return t.T("line.draft approved")
	case timeline.MeetingSet:
		return t.T("line.meeting", When(f.At))
	case timeline.MeetingCalledOff:
		return t.T("line.meeting off")
	case timeline.Linked:
		if f.What == timeline.Postmortem {
			return t.T("line.written")
		}
		if _, ok := timeline.PublishedIn(f.What); ok {
			return Link(f.URL, t.T("publishing.line"))
		}
		return Link(f.URL, f.Ref)
	}
	return timeline.TextOf(f)
}

func (t Texts) caughtUp(f timeline.CaughtUp) string {
	text := t.T("line.caught up", f.Changes)
	if f.To.Sub(f.From) < time.Minute {
		return text
	}
	return t.T("line.away", When(f.From), When(f.To), text)
}

// peopleText is the text of a fact that tells who does what.
func (t Texts) peopleText(f timeline.Fact) string {
	switch f := f.(type) {
	case timeline.RoleGiven:
		return t.T("line.role given", Person(f.To.ID), t.RoleName(f.Role))
	case timeline.RoleLeft:
		return t.T("line.role left", Person(f.Of.ID), t.RoleName(f.Role))
	case timeline.HandoverOffered:
		return t.T("line.handover offered", t.RoleName(f.Role), Person(f.To.ID))
	case timeline.HandoverDeclined:
		return t.T("line.handover declined", Person(f.To.ID), t.RoleName(f.Role))
	case timeline.Deactivated:
		return t.T("line.deactivated", Person(f.Person.ID))
	case timeline.AccessGranted:
		return t.T("line.let in", Person(f.To.ID))
	case timeline.GlassBroken:
		return t.T("line.glass broken", f.Reason)
	}
	return ""
}

// workText is the text of a fact that tells of pages, tasks and follow-ups.
func (t Texts) workText(f timeline.Fact) string {
	switch f := f.(type) {
	case timeline.PageAsked:
		return strings.TrimSpace(t.T("line.page asked", t.PageAskedFor(f), f.Text))
	case timeline.Paged:
		return t.PagedWords(f)
	case timeline.ActionAgreed:
		return t.T("line.follow-up", f.What, Person(f.DRI.ID), t.Day(f.Due))
	case timeline.Ticketed:
		return t.T("line.filed", Link(f.URL, f.Ref))
	case timeline.TicketTwice:
		return t.T("line.filed twice", Link(f.URL, f.Ref))
	case timeline.TaskSet:
		return f.What
	case timeline.TaskTaken:
		return t.T("line.task taken", Person(f.By.ID))
	case timeline.TaskDone:
		return t.T("line.task done")
	case timeline.TaskDropped:
		return t.T("line.task dropped")
	}
	return ""
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + ", " + b
}
