package review

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"muster/timeline"
)

// Life is what counts of one incident: about a KB, however long its timeline is.
// Its moments are those of the facts themselves, so that no later edit moves them.
type Life struct {
	ID         timeline.ID
	Title      string
	Service    string
	Source     string // what declared it, where no person did
	Private    bool
	Drill      bool
	DeclaredBy timeline.Person
	MergedInto timeline.ID
	Cause      string // as people marked it: the change, else the first message tagged as a cause

	Declared  time.Time
	Detected  time.Time   // as a note says; zero where none does
	FirstWord time.Time   // when everybody was told for the first time; zero where nobody was
	Published []time.Time // when its postmortem was, each time
	Course    []Step
	Pages     []Page
	Terms     []Term
	Todos     []Todo
	Puzzled   int // people who would like the cause explained, where enough have answered

	members []string  // of a private one
	alert   string    // as a machine called it
	latest  time.Time // when something was recorded last
	unended bool      // it is open, or a follow-up is
	events  int
}

// Step is a moment in which the status of an incident changed, or its severity.
type Step struct {
	At       time.Time
	Status   timeline.Status
	Severity timeline.Severity
	Moved    bool   // the status did, and not the severity
	Said     string // as it was mitigated or resolved; empty where nothing was
}

// Page is a page that went out.
type Page struct {
	At       time.Time
	People   []Reached // those who are known in the chat
	Answered time.Time // the first yes; zero where there was none
	By       Reached   // who said it
	Said     []Opinion
}

// Reached is somebody whom a page reached.
type Reached struct {
	timeline.Person
	Zone string // the name of their time zone; empty where it is not on record
}

// Opinion is what somebody said of a page.
type Opinion struct {
	By      string
	At      time.Time
	Verdict timeline.Verdict
}

// Term tells that somebody took a role.
type Term struct {
	timeline.Person
	Role timeline.Role
	At   time.Time
}

// textMost is how many characters are kept of what people wrote.
const textMost = 300

// Of is what counts of an incident.
func Of(inc timeline.Incident) Life {
	l := Life{
		ID: inc.ID, Title: clipped(inc.Title), Service: inc.Service, Source: inc.Source, Private: inc.Private, Drill: inc.Drill,
		DeclaredBy: known(inc, inc.DeclaredBy), MergedInto: inc.MergedInto, Declared: inc.Declared, events: len(inc.Events),
	}
	if l.Private {
		l.members = inc.Members()
	}
	l.Pages = pagesOf(inc)
	for _, ev := range inc.Events {
		l.follow(inc, ev)
	}
	l.Cause = causeOf(inc)
	l.Todos = todosOf(inc)
	l.Course, l.Terms = slices.Clone(l.Course), slices.Clone(l.Terms) // no larger than they are
	l.unended = inc.Open() || inc.Unfinished()
	if n := len(inc.Events); n > 0 {
		l.latest = inc.Events[n-1].At
	}
	l.Puzzled = inc.Puzzled()
	return l
}

// follow takes from one event what counts.
func (l *Life) follow(inc timeline.Incident, ev timeline.Event) {
	switch f := ev.Fact.(type) {
	case timeline.Declared:
		l.move(ev.At, timeline.IsDeclared)
		l.Course[len(l.Course)-1].Severity = f.Severity
		if f.Source != "" {
			l.alert = clipped(f.Title)
		}
	case timeline.SeverityChanged:
		last := l.last()
		l.Course = append(l.Course, Step{At: ev.At, Status: last.Status, Severity: f.To})
	case timeline.RoleGiven:
		l.give(inc, f, ev.At)
	case timeline.Updated:
		if l.FirstWord.IsZero() {
			l.FirstWord = ev.At
		}
	case timeline.Noted:
		l.note(inc, f, ev)
	case timeline.Identified:
		l.move(ev.At, timeline.IsIdentified)
	case timeline.Mitigated:
		l.move(ev.At, timeline.IsMitigated)
		l.end(inc, ev)
	case timeline.Resolved:
		l.move(ev.At, timeline.IsResolved)
		l.end(inc, ev)
	case timeline.Closed:
		l.move(ev.At, timeline.IsClosed)
	case timeline.Cancelled:
		l.move(ev.At, timeline.IsCancelled)
	case timeline.Merged:
		l.move(ev.At, timeline.IsMerged)
	case timeline.Reopened:
		l.move(ev.At, timeline.Investigating)
	case timeline.DraftApproved:
		l.Published = append(l.Published, ev.At)
	}
}

// written is when its postmortem was first published; zero where it was not.
func (l *Life) written() time.Time {
	if len(l.Published) == 0 {
		return time.Time{}
	}
	return l.Published[0]
}

// isWritten reports whether its postmortem was published between two moments.
func (l *Life) isWritten(from, to time.Time) bool {
	return slices.ContainsFunc(l.Published, func(at time.Time) bool { return !at.Before(from) && !at.After(to) })
}

func (l *Life) last() Step {
	if len(l.Course) == 0 {
		return Step{}
	}
	return l.Course[len(l.Course)-1]
}

func (l *Life) move(at time.Time, to timeline.Status) {
	l.Course = append(l.Course, Step{At: at, Status: to, Severity: l.last().Severity, Moved: true})
}

// end keeps what was said as it ended. What was hidden since is not told.
func (l *Life) end(inc timeline.Incident, ev timeline.Event) {
	if line, ok := inc.LineOf(ev); ok && !line.Hidden {
		l.Course[len(l.Course)-1].Said = clipped(line.Text)
	}
}

func (l *Life) give(inc timeline.Incident, f timeline.RoleGiven, at time.Time) {
	to := known(inc, f.To)
	if f.Role == timeline.Commander && l.last().Status == timeline.IsDeclared {
		l.move(at, timeline.Investigating)
	}
	l.Terms = append(l.Terms, Term{to, f.Role, at})
}

// note takes the moment from a note that says when it was detected.
func (l *Life) note(inc timeline.Incident, f timeline.Noted, ev timeline.Event) {
	if !strings.HasPrefix(strings.ToLower(f.Text), "detected") {
		return
	}
	at := f.At
	if at.IsZero() {
		at = ev.At
	}
	line, ok := inc.LineOf(ev)
	if ok && !line.Hidden && (l.Detected.IsZero() || at.Before(l.Detected)) {
		l.Detected = at
	}
}

// causeOf is the cause as people marked it: the change that did it, else the
// first message that is tagged as a cause.
func causeOf(inc timeline.Incident) string {
	if mark, ok := inc.KnownCause(); ok {
		return clipped(mark.What)
	}
	for _, m := range inc.TaggedMessages() {
		if m.Count(timeline.CauseTag) == 0 || m.Deleted || m.Since < 1 || m.Since > len(inc.Events) {
			continue
		}
		if line, ok := inc.LineOf(inc.Events[m.Since-1]); ok && !line.Hidden && line.Text != "" {
			return clipped(line.Text)
		}
	}
	return ""
}

func pagesOf(inc timeline.Incident) []Page {
	if len(inc.Pages) == 0 {
		return nil
	}
	pages, at := make([]Page, len(inc.Pages)), map[int]int{}
	for n, p := range inc.Pages {
		pages[n].At, at[p.For] = p.At, n
		for _, person := range p.People {
			pages[n].People = append(pages[n].People, reached(inc, person))
		}
	}
	for _, ev := range inc.Events {
		switch f := ev.Fact.(type) {
		case timeline.PageAnswered:
			if n, ok := at[f.For]; ok && pages[n].Answered.IsZero() && inc.IsPageNews(ev.Seq) {
				pages[n].answer(inc, f, ev.At)
			}
		case timeline.PageJudged:
			if n, ok := at[f.For]; ok {
				pages[n].Said = append(pages[n].Said, Opinion{ev.By.ID, ev.At, f.Verdict})
			}
		}
	}
	return pages
}

// answer notes the first yes. By the pager's clock it may be from before the page.
func (p *Page) answer(inc timeline.Incident, f timeline.PageAnswered, recorded time.Time) {
	p.Answered, p.By = f.At, reached(inc, f.By)
	if f.At.IsZero() {
		p.Answered = recorded
	}
	if p.Answered.Before(p.At) {
		p.Answered = p.At
	}
	if f.By.ID != "" && !slices.ContainsFunc(p.People, func(r Reached) bool { return r.ID == f.By.ID }) {
		p.People = append(p.People, p.By)
	}
}

func reached(inc timeline.Incident, p timeline.Person) Reached {
	return Reached{known(inc, p), inc.ZoneName(p.ID)}
}

// known is someone with the name that is on record.
func known(inc timeline.Incident, p timeline.Person) timeline.Person {
	if p.ID == "" {
		return p
	}
	return timeline.Person{ID: p.ID, Name: cmp.Or(inc.Person(p.ID).Name, p.Name)}
}

func clipped(text string) string {
	if r := []rune(text); len(r) > textMost {
		return strings.TrimSpace(string(r[:textMost-1])) + "…"
	}
	return text
}

// IsOpenTo reports whether somebody may hear of the incident: of a private one its
// members alone.
func (l Life) IsOpenTo(person string) bool {
	return !l.Private || person != "" && slices.Contains(l.members, person)
}
