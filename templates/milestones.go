package templates

import (
	"time"

	"muster/timeline"
)

// milestone is a moment that durations are measured to.
type milestone struct{ Name, At, After, How string }

// milestones are the moments that durations are measured to, each end and each
// reopening among them.
func (w writer) milestones() []milestone {
	detected, noted := w.inc.Detected()
	how := w.T("milestone.as noted")
	if !noted {
		how = w.T("milestone.as declared", w.Command)
	}
	all := []milestone{{w.T("milestone.detected"), w.moment(detected), "", how}}
	once := map[string]bool{}
	for _, l := range w.inc.AllLines() {
		name, ok := milestoneOf(l.Fact)
		if !ok || once[name] && (name == firstUpdate || name == acknowledged) {
			continue
		}
		once[name] = true
		how := w.howKnown(l)
		all = append(all, milestone{w.T("milestone." + name), w.moment(l.At), w.Span(l.At.Sub(detected)), how})
	}
	return all
}

// howKnown tells how it is known when something happened.
func (w writer) howKnown(l timeline.Line) string {
	_, answered := l.Fact.(timeline.PageAnswered)
	switch {
	case !l.At.Equal(l.WasAt):
		return w.T("postmortem.moved by", w.who(l.AmendedBy))
	case answered:
		return w.T("milestone.by pager")
	case l.By.ID == "":
		return w.T("milestone.by muster")
	}
	return w.T("milestone.by command")
}

// The milestones of which only the first counts.
const (
	firstUpdate  = "first update"
	acknowledged = "acknowledged"
)

// milestoneOf names the milestone that a fact is, if it is one.
func milestoneOf(f timeline.Fact) (name string, ok bool) {
	switch f.(type) {
	case timeline.Declared:
		return "declared", true
	case timeline.PageAnswered:
		return acknowledged, true
	case timeline.Updated:
		return firstUpdate, true
	case timeline.Identified:
		return "identified", true
	case timeline.Mitigated:
		return "mitigated", true
	case timeline.Resolved:
		return "resolved", true
	case timeline.Reopened:
		return "reopened", true
	}
	return "", false
}

func (w writer) moment(t time.Time) string { return t.In(w.Zone).Format("2006-01-02 15:04 MST") }

// at writes the time of a line: with the day where the timeline has several.
func (w writer) at(t time.Time) string {
	if w.days {
		return t.In(w.Zone).Format("2006-01-02 15:04")
	}
	return t.In(w.Zone).Format("15:04")
}

// near writes a time with its day where that is another one than that of the time beside it.
func (w writer) near(t, beside time.Time) string {
	if t.In(w.Zone).Format(time.DateOnly) != beside.In(w.Zone).Format(time.DateOnly) {
		return t.In(w.Zone).Format("2006-01-02 15:04")
	}
	return w.at(t)
}

func (w writer) severalDays() bool {
	lines := w.inc.Lines()
	if len(lines) == 0 {
		return false
	}
	day := func(l timeline.Line) string { return l.At.In(w.Zone).Format(time.DateOnly) }
	return day(lines[0]) != day(lines[len(lines)-1])
}
