package chat

import (
	"fmt"
	"strings"

	"muster/templates"
	"muster/timeline"
)

// Spoken returns what is said in the channel about an event, and whether anything
// is: what the card shows at once need not be said as well.
func Spoken(t templates.Texts, inc timeline.Incident, ev timeline.Event) (Message, bool) {
	by := "Muster"
	if ev.By.ID != "" {
		by = templates.Person(ev.By.ID)
	}
	if text, ok := courseSaid(t, inc, ev, by); ok {
		return text, true
	}
	if text, ok := pageSaid(t, inc, ev); ok {
		return text, true
	}
	if text, ok := actionSaid(t, inc, ev, by); ok {
		return text, true
	}
	if text, ok := changeSaid(t, inc, ev, by); ok {
		return text, true
	}
	switch f := ev.Fact.(type) {
	case timeline.RoleGiven:
		return Say(roleSaid(t, f, ev.By)), ev.Request != inc.Events[0].Request || ev.Request == ""
	case timeline.RoleLeft:
		return Say(t.T("said.role left", templates.Person(f.Of.ID), t.RoleName(f.Role))).With(claim(t, inc, f.Role)), true
	case timeline.HandoverOffered:
		holder := inc.Holder(f.Role).ID
		if holder == "" {
			return Say(t.T("said.handover offered nobody", by, t.RoleName(f.Role), templates.Person(f.To.ID))), true
		}
		return Say(t.T("said.handover offered", by, t.RoleName(f.Role), templates.Person(f.To.ID), templates.Person(holder))), true
	case timeline.HandoverDeclined:
		return Say(t.T("said.handover declined", templates.Person(f.To.ID), t.RoleName(f.Role))), true
	case timeline.Deactivated:
		return gone(t, inc, f.Person), true
	case timeline.Updated:
		return Say(updateSaid(t, inc, by, f)), true
	case timeline.TaskSet:
		return taskSaid(t, inc, ev.Seq, by)
	case timeline.Noted:
		return notedThere(t, ev.By, f)
	case timeline.AccessAsked:
		return accessAsked(t, inc, ev.By, f), true
	case timeline.AccessGranted:
		return Say(t.T("said.access granted", by, templates.Person(f.To.ID))), true
	case timeline.GlassBroken:
		return Say(t.T("said.glass broken", by, f.Reason)), true
	case timeline.DraftApproved:
		return Say(t.T("said.draft approved", by, inc.ID)), true
	case timeline.Published:
		return Say(published(t, inc, f)), true
	case timeline.Undelivered:
		return failure(t, inc.ID, ev.Seq, f), true
	}
	return Message{}, false
}

// courseSaid is Spoken for what tells how far an incident has come.
func courseSaid(t templates.Texts, inc timeline.Incident, ev timeline.Event, by string) (Message, bool) {
	switch f := ev.Fact.(type) {
	case timeline.Titled:
		return Say(t.T("said.titled", by, f.To)), true
	case timeline.SeverityChanged:
		return Say(severitySaid(t, inc, by, f)), true
	case timeline.Identified:
		return Say(ended(t, "said.identified", by, f.Text)), true
	case timeline.Mitigated:
		return Say(ended(t, "said.mitigated", by, f.Text)), true
	case timeline.Resolved:
		return Say(ended(t, "said.resolved", by, f.Text)).With(
			Button{Label: t.T("button.postmortem"), Command: "postmortem " + inc.ID.String(), Primary: true},
		), true
	case timeline.Closed:
		return Say(ended(t, "said.closed", by, f.Text)), true
	case timeline.Cancelled:
		return Say(t.T("said.cancelled", by, f.Reason)), true
	case timeline.Merged:
		there := f.Into.String()
		if f.Channel.ID != "" {
			there += " (" + RoomOf(f.Channel) + ")"
		}
		return Say(strings.TrimSpace(t.T("said.merged", by, there, f.Reason))), true
	case timeline.Absorbed:
		return Say(absorbed(t, f)), true
	case timeline.Reopened:
		return Say(t.T("said.reopened", by, f.Reason)), true
	case timeline.ArchiveKept:
		return Say(t.T("said.archive kept", by)), true
	case timeline.ChannelOpened:
		if inc.Archived.ID != "" {
			return Say(t.T("said.goes on", inc.LastUpdate.Text, RoomOf(inc.Archived))), true
		}
	case timeline.SideOpened:
		return Say(t.T("said.side opened", templates.Room(f.Channel.ID, f.Channel.Name))), true
	}
	return Message{}, false
}

// absorbed tells of an incident that was the same, and of what was open there.
func absorbed(t templates.Texts, f timeline.Absorbed) string {
	title := f.Title
	if title == "" {
		title = t.T("said.private")
	}
	text := t.T("said.absorbed", f.Other, title)
	if len(f.Tasks) > 0 {
		text += "\n" + t.T("task.open", strings.Join(f.Tasks, "; "))
	}
	return text
}

// isAloud reports whether the whole room has seen what happened as the answer to
// the command that asked for it.
func isAloud(f timeline.Fact) bool {
	switch f := f.(type) {
	case timeline.Identified:
		return f.Aloud
	case timeline.Mitigated:
		return f.Aloud
	case timeline.Resolved:
		return f.Aloud
	case timeline.Closed:
		return f.Aloud
	case timeline.Reopened:
		return f.Aloud
	}
	return false
}

func roleSaid(t templates.Texts, f timeline.RoleGiven, by timeline.Person) string {
	to := templates.Person(f.To.ID)
	if f.To.ID == by.ID {
		return t.T("said.role taken", to, t.RoleName(f.Role))
	}
	return t.T("said.role given", templates.Person(by.ID), to, t.RoleName(f.Role))
}

// claim is the button by which somebody takes a role that nobody holds.
func claim(t templates.Texts, inc timeline.Incident, r timeline.Role) Button {
	return Button{Label: t.T("button.claim", t.RoleName(r)), Command: "claim " + inc.ID.String() + " " + string(r)}
}

// gone tells that the account of someone was closed who holds roles.
func gone(t templates.Texts, inc timeline.Incident, p timeline.Person) Message {
	var names []string
	var buttons []Button
	for _, h := range inc.Holders {
		if h.Person.ID == p.ID {
			names = append(names, t.RoleName(h.Role))
			buttons = append(buttons, claim(t, inc, h.Role))
		}
	}
	return Say(t.T("said.deactivated", templates.Person(p.ID), strings.Join(names, ", "))).With(buttons...)
}

// severitySaid tells of another severity and of all that follows from it.
func severitySaid(t templates.Texts, inc timeline.Incident, by string, f timeline.SeverityChanged) string {
	text := t.T("said.severity", by, t.Severity(f.From), t.Severity(f.To), t.Meaning(f.To))
	if due := t.NextUpdate(inc); !due.IsZero() {
		text += " " + t.T("said.severity updates", t.Span(t.Cadence(f.To)), templates.When(due))
	}
	if t.Follows != nil {
		if more := t.Follows(inc, f); more != "" {
			text += " " + more
		}
	}
	return text
}

func updateSaid(t templates.Texts, inc timeline.Incident, by string, f timeline.Updated) string {
	if f.Nothing {
		return t.T("said.nothing new", by)
	}
	text := t.T("said.update", by, f.Text)
	if f.Actions != "" {
		text += "\n" + t.T("said.actions", f.Actions)
	}
	if f.Needs != "" {
		text += "\n" + t.T("said.needs", f.Needs)
	}
	if due := t.NextUpdate(inc); !due.IsZero() {
		text += "\n" + t.T("said.next update", templates.When(due))
	}
	return text
}

func taskSaid(t templates.Texts, inc timeline.Incident, seq int, by string) (Message, bool) {
	task, ok := inc.Task(seq)
	if !ok {
		return Message{}, false
	}
	switch {
	case task.Done:
		return Say(t.T("said.task done", task.N, task.What)), true
	case task.Over:
		return Say(t.T("said.task dropped", task.N, task.What)), true
	}
	return Say(t.T("said.task set", by, t.Task(task))).With(taskButtons(t, inc, task)...), true
}

// taskButtons are what can be done about a task.
func taskButtons(t templates.Texts, inc timeline.Incident, task timeline.Task) []Button {
	done := Button{Label: t.T("button.task done", task.N), Command: fmt.Sprintf("task %v done %d", inc.ID, task.N)}
	if task.By.ID != "" {
		return []Button{done}
	}
	return []Button{{Label: t.T("button.task take", task.N), Command: fmt.Sprintf("task %v take %d", inc.ID, task.N)}, done}
}

// accessAsked asks those inside whether to let someone in.
func accessAsked(t templates.Texts, inc timeline.Incident, by timeline.Person, f timeline.AccessAsked) Message {
	text := t.T("said.access asked", templates.Person(by.ID))
	if f.Why != "" {
		text += " " + f.Why
	}
	return Say(text).With(Button{
		Label: t.T("button.let in"), Command: "grant " + inc.ID.String() + " " + templates.Person(by.ID),
	})
}

// filed tells of a ticket, and of what it lacks.
func filed(t templates.Texts, inc timeline.Incident, f timeline.Ticketed) string {
	what := templates.Link(f.URL, f.Ref)
	for _, a := range inc.Actions {
		if a.Seq == f.For {
			what += ": " + a.What
		}
	}
	text := t.T("said.filed", what)
	if len(f.LeftOut) > 0 {
		text += " " + t.T("said.filed without", strings.Join(f.LeftOut, ", "))
	}
	return text
}

// published tells what the public status page says now, and what it lacks.
func published(texts templates.Texts, inc timeline.Incident, f timeline.Published) string {
	by, words := "Muster", ""
	if asked, ok := inc.PublishAskedBy(f.For); ok {
		by, words = templates.Person(inc.Events[f.For-1].By.ID), asked.Text
	}
	text := texts.T("publish.done", by, texts.PublishedWords(f), words)
	if len(f.LeftOut) > 0 {
		text += "\n" + texts.T("publish.left out", strings.Join(f.LeftOut, ", "))
	}
	return text
}

func ended(t templates.Texts, key, by, text string) string {
	if text == "" {
		return t.T(key, by)
	}
	return strings.TrimSuffix(t.T(key, by), ".") + ": " + text
}

// failure tells what could not be done, why, and the two ways out.
func failure(t templates.Texts, id timeline.ID, seq int, f timeline.Undelivered) Message {
	return Say(t.T("said.failed", Order(t, f.Effect), f.Why)).With(waysOut(t, id, seq)...)
}

// waysOut is what can be done about a failure.
func waysOut(t templates.Texts, id timeline.ID, seq int) Buttons {
	return Buttons{
		{Label: t.T("button.retry"), Command: fmt.Sprintf("retry %v %d", id, seq), Primary: true},
		{Label: t.T("button.drop"), Command: fmt.Sprintf("drop %v %d", id, seq)},
	}
}
