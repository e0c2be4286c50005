package templates

import (
	"time"

	"muster/timeline"
)

// Day writes a day, "2026-11-27", with its weekday: "Fri 27 Nov 2026".
func Day(day string) string {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return at.Format("Mon 2 Jan 2006")
}

// Action tells of a follow-up in one line.
func Action(a timeline.Action) string {
	text := a.What + ": " + Person(a.DRI.ID) + ", due " + Day(a.Due)
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
		told := action{What: atLineStart(w.md.Write(a.What)), DRI: w.who(a.DRI), Due: Day(a.Due), Ticket: "no ticket yet", about: a.About}
		if a.Ticket.Ref != "" {
			told.Ticket = w.md.Write(Link(a.Ticket.URL, a.Ticket.Ref))
		}
		all = append(all, told)
	}
	return all
}
