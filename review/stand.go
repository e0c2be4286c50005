package review

import (
	"cmp"
	"slices"
	"time"

	"muster/timeline"
)

// stand is how an incident stood at a moment.
type stand struct {
	severity  timeline.Severity
	status    timeline.Status
	mitigated time.Time // zero while it was not
	ended     time.Time // its last end; zero while it was not over
	endedBy   string    // what was said as it ended, else as it was mitigated
	reopened  int
}

// as is how the incident stood at a moment: later facts count for nothing.
func (l *Life) as(at time.Time) (s stand) {
	for _, step := range l.Course {
		if step.At.After(at) {
			break
		}
		s.severity = step.Severity
		if !step.Moved {
			continue
		}
		switch step.Status {
		case timeline.IsMitigated:
			s.mitigated = step.At
			s.endedBy = cmp.Or(step.Said, s.endedBy)
		case timeline.IsResolved, timeline.IsCancelled, timeline.IsMerged:
			s.ended = step.At
			s.endedBy = cmp.Or(step.Said, s.endedBy)
			if s.mitigated.IsZero() {
				s.mitigated = step.At
			}
		case timeline.IsClosed:
			if s.ended.IsZero() {
				s.ended = step.At
			}
		case timeline.Investigating:
			if s.status.IsOver() {
				s.reopened++
			}
			s.mitigated, s.ended, s.endedBy = time.Time{}, time.Time{}, "" // what ended did not hold
		}
		s.status = step.Status
	}
	return s
}

// counts reports whether an incident that stood so is one that counts: no
// exercise, not the same as another, and an incident at all.
func (l *Life) counts(s stand) bool {
	return !l.Drill && s.status != timeline.IsMerged && s.status != timeline.IsCancelled && s.status != ""
}

// lead is who commanded it last by a moment.
func (l *Life) lead(by time.Time) timeline.Person {
	for _, t := range slices.Backward(l.Terms) {
		if t.Role == timeline.Commander && !t.At.After(by) {
			return t.Person
		}
	}
	return timeline.Person{}
}

// terms are the roles that people took within a span of time, each person's once
// for each role.
func (l *Life) terms(from, to time.Time) (all []Term) {
	for _, t := range l.Terms {
		same := func(o Term) bool { return o.ID == t.ID && o.Role == t.Role }
		if t.ID != "" && within(t.At, from, to) && !slices.ContainsFunc(all, same) {
			all = append(all, t)
		}
	}
	return all
}

// isOpen reports whether it was not over.
func (s stand) isOpen() bool { return s.ended.IsZero() }

// reopenedWithin is how often it was taken up again within a span of time.
func (l *Life) reopenedWithin(from, to time.Time) (n int) {
	over := false
	for _, step := range l.Course {
		if !step.Moved {
			continue
		}
		if over && step.Status == timeline.Investigating && within(step.At, from, to) {
			n++
		}
		over = step.Status.IsOver()
	}
	return n
}

// within reports whether a moment is in a span: the first moment is in it, the
// last is not.
func within(at, from, to time.Time) bool { return !at.IsZero() && !at.Before(from) && at.Before(to) }
