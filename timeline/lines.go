package timeline

import (
	"slices"
	"time"
)

// Line is one line of the timeline as people read it.
type Line struct {
	Seq      int       // the event that put it there
	At       time.Time // when it happened
	Recorded time.Time // when it was recorded
	By       Person    // who did or said it; the zero Person is the bot
	Fact     Fact      // what it tells; a Tagged where it is a message
	Message  TaggedMessage
}

// IsMessage reports whether the line is a message that people tagged.
func (l Line) IsMessage() bool {
	_, ok := l.Fact.(Tagged)
	return ok
}

// Lines returns the timeline as people read it, in the order in which things
// happened. A tagged message is one line, however many people tagged it and
// with however many emoji; a message whose tags were all taken back is none.
func (inc Incident) Lines() []Line {
	var lines []Line
	for _, ev := range inc.Events {
		if line, ok := inc.line(ev); ok {
			lines = append(lines, line)
		}
	}
	slices.SortStableFunc(lines, func(a, b Line) int { return a.At.Compare(b.At) })
	return lines
}

func (inc Incident) line(ev Event) (Line, bool) {
	line := Line{Seq: ev.Seq, At: ev.At, Recorded: ev.At, By: ev.By, Fact: ev.Fact}
	switch f := ev.Fact.(type) {
	case Tagged:
		m, _ := inc.Tagged(f.Message)
		if !m.On() || m.Since != ev.Seq {
			return Line{}, false
		}
		line.Message, line.By = m, m.Author
		if m.Captured() {
			line.At = m.At
		}
	case Joined:
		line.By = f.Person
	case Noted:
		if !f.At.IsZero() {
			line.At = f.At
		}
	case Linked:
		return line, slices.Contains(inc.Links, f) // the latest of its kind
	case Left:
		line.By = f.Person
	case Published:
		if f.For >= 1 && f.For < ev.Seq && f.For <= len(inc.Events) {
			line.By = inc.Events[f.For-1].By
		}
	case Declared, Titled, ChannelOpened, SeverityChanged, Updated, CaughtUp,
		RoleGiven, RoleLeft, HandoverOffered, HandoverDeclined, Deactivated,
		Identified, Mitigated, Resolved, Closed, Cancelled, Merged, Absorbed, Reopened, Archived, SideOpened,
		PageAsked, Paged, ActionAgreed, Ticketed, TaskSet, TaskTaken, TaskDone, TaskDropped,
		AccessGranted, GlassBroken:
	default:
		return Line{}, false
	}
	return line, true
}
