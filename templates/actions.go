package templates

import "muster/timeline"

// Action tells of a follow-up in one line.
func (t Texts) Action(a timeline.Action) string {
	text := t.T("follow-up.line", a.What, Person(a.DRI.ID), t.Day(a.Due))
	if a.Ticket.Ref != "" {
		text += ", " + Link(a.Ticket.URL, a.Ticket.Ref)
	}
	return text
}

// action is a follow-up in the postmortem, each text in Markdown already.
type action struct {
	What, DRI, Due, Ticket string
	Line                   int // the line of the message that it came from; 0 for none

	about timeline.Message
}

func (w writer) agreed() []action {
	var all []action
	for _, a := range w.inc.Actions {
		told := action{What: atLineStart(w.md.Write(a.What)), DRI: w.who(a.DRI), Due: w.Day(a.Due), Ticket: w.T("postmortem.no ticket"), about: a.About}
		if a.Ticket.Ref != "" {
			told.Ticket = w.md.Write(Link(a.Ticket.URL, a.Ticket.Ref))
		}
		all = append(all, told)
	}
	return all
}
