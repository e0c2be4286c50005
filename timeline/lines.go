package timeline

import (
	"slices"
	"time"
)

// Line is one line of the timeline as people read it.
type Line struct {
	N          int       // its number, by which people call it; it never changes
	Seq        int       // the event that put it there
	At         time.Time // when it happened
	Recorded   time.Time // when it was recorded
	By         Person    // who did or said it; the zero Person is the bot
	CapturedBy []Person  // who tagged it, where it is a message
	Fact       Fact      // what it tells; a Tagged where it is a message
	Message    TaggedMessage
	FollowUp   int // the number of the follow-up that it is about; 0 for none

	Text      string    // what someone wrote, as it reads now; empty where it is no text of anybody's
	Former    []string  // what it said before each change, oldest first
	WasAt     time.Time // when it happened, as it was first recorded
	AmendedBy Person    // who last did; the zero Person where nobody has
	Hidden    bool      // somebody took it out of sight
}

// IsMessage reports whether the line is a message that people tagged.
func (l Line) IsMessage() bool {
	_, ok := l.Fact.(Tagged)
	return ok
}

// IsCause reports whether the line says what somebody holds to be a cause: a message
// that is tagged as one, or the text with which it was said to be known.
func (l Line) IsCause() bool {
	if _, known := l.Fact.(Identified); known {
		return l.Text != ""
	}
	return l.IsMessage() && l.Message.Count(CauseTag) > 0 && !l.Message.Deleted
}

// Lines returns the timeline as people read it, in the order in which things
// happened. A tagged message is one line, however many people tagged it and
// with however many emoji; a message whose tags were all taken back is none. What
// somebody has hidden is left out.
func (inc Incident) Lines() []Line {
	return without(inc.AllLines(), func(l Line) bool { return l.Hidden })
}

// HiddenLines returns what Lines leaves out.
func (inc Incident) HiddenLines() []Line {
	return without(inc.AllLines(), func(l Line) bool { return !l.Hidden })
}

// AllLines returns the timeline with what is hidden.
func (inc Incident) AllLines() []Line {
	var lines []Line
	for _, ev := range inc.Events {
		if line, ok := inc.line(ev); ok {
			lines = append(lines, inc.mended(line))
		}
	}
	slices.SortStableFunc(lines, func(a, b Line) int { return a.At.Compare(b.At) })
	return lines
}

// LineOf returns the line that an event put there, as it reads now, hidden or not,
// and whether it is one.
func (inc Incident) LineOf(ev Event) (Line, bool) {
	line, ok := inc.line(ev)
	if !ok {
		return Line{}, false
	}
	return inc.mended(line), true
}

// Line returns a line by its number, hidden or not.
func (inc Incident) Line(n int) (Line, bool) {
	all := inc.AllLines()
	at := slices.IndexFunc(all, func(l Line) bool { return l.N == n })
	if at < 0 {
		return Line{}, false
	}
	return all[at], true
}

func (inc Incident) line(ev Event) (Line, bool) {
	line := Line{N: ev.Seq, Seq: ev.Seq, At: ev.At, Recorded: ev.At, By: ev.By, Fact: ev.Fact}
	switch f := ev.Fact.(type) {
	case Tagged:
		m, _ := inc.Tagged(f.Message)
		if !m.On() || m.Since != ev.Seq {
			return Line{}, false
		}
		line.N, line.Message, line.By = m.First, m, m.Author
		line.CapturedBy = m.by()
		if m.Captured() {
			line.At = m.At
		}
	case Joined:
		line.By = f.Person
	case Noted:
		if !f.At.IsZero() {
			line.At = f.At
		}
	case ActionAgreed:
		a, _ := inc.Action(ev.Seq)
		return line, !a.Withdrawn
	case ActionChanged:
		line.FollowUp = inc.numberOf(f.For)
	case ActionDone:
		line.FollowUp = inc.numberOf(f.For)
	case ActionReopened:
		line.FollowUp = inc.numberOf(f.For)
	case ActionDropped:
		line.FollowUp = inc.numberOf(f.For)
		return line, !f.Withdrawn
	case Linked:
		return line, slices.Contains(inc.Links, f) // the latest of its kind
	case Left:
		line.By = f.Person
	case PageAnswered:
		if !inc.IsPageNews(ev.Seq) {
			return Line{}, false // it was told before
		}
		line.By = f.By
		if !f.At.IsZero() {
			line.At = f.At
		}
	case PageEnded:
		line.By = f.By
	case PageLapsed:
		return line, true
	case PageEscalated:
		return line, inc.IsPageNews(ev.Seq)
	case Published:
		if f.For >= 1 && f.For < ev.Seq && f.For <= len(inc.Events) {
			line.By = inc.Events[f.For-1].By
		}
	case Declared, Titled, ChannelOpened, SeverityChanged, Updated, CaughtUp,
		RoleGiven, RoleLeft, HandoverOffered, HandoverDeclined, Deactivated,
		Identified, Mitigated, Resolved, Closed, Cancelled, Merged, Absorbed, Reopened, Archived, SideOpened,
		ChangesJudged, CauseMarked, AuthorAsked, Drawn,
		PageAsked, Paged, PageUnanswered, Ticketed, TicketTwice, TaskSet, TaskTaken, TaskDone, TaskDropped,
		AccessGranted, GlassBroken, DraftApproved, MeetingSet, MeetingCalledOff:
	default:
		return Line{}, false
	}
	return line, true
}
