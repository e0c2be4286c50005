package review

import (
	"slices"
	"time"

	"muster/timeline"
)

// figures are those of a span of time. What counts is what was declared in it;
// each length of time belongs to the span in which it ended.
func (m *maker) figures(from, to time.Time) Figures {
	f := Figures{Weeks: 1, BySeverity: map[timeline.Severity]int{}}
	var acks, words, mitigated, resolved []time.Duration
	for n, l := range m.lives {
		acks = append(acks, m.acks(l, from, to)...)
		if !m.counts(n) {
			continue
		}
		s := m.stands[n]
		if within(l.Declared, from, to) {
			f.Incidents++
			f.BySeverity[s.severity]++
		}
		f.Reopened += l.reopenedWithin(from, m.upTo(to))
		words = m.lasting(words, l, l.FirstWord, from, to)
		mitigated = m.lasting(mitigated, l, s.mitigated, from, to)
		resolved = m.lasting(resolved, l, s.ended, from, to)
	}
	f.Ack, f.FirstWord, f.Mitigated, f.Resolved = spread(acks), spread(words), spread(mitigated), spread(resolved)
	return f
}

// upTo is the end of a span as far as it is known.
func (m *maker) upTo(to time.Time) time.Time {
	if m.known.Before(to) {
		return m.known.Add(1)
	}
	return to
}

// lasting adds how long it took from the declaration to a moment of the span.
func (m *maker) lasting(all []time.Duration, l *Life, at, from, to time.Time) []time.Duration {
	if !within(at, from, m.upTo(to)) {
		return all
	}
	return append(all, at.Sub(l.Declared))
}

// acks are how long pages waited for the first yes, of those that got it in the
// span. A page is one whatever became of its incident.
func (m *maker) acks(l *Life, from, to time.Time) (all []time.Duration) {
	for _, p := range l.Pages {
		if within(p.Answered, from, m.upTo(to)) && !l.Drill {
			all = append(all, p.Answered.Sub(p.At))
		}
	}
	return all
}

// spread is told by nearest rank, so that each figure is one that was really
// measured: the median is the middle one, of two the shorter.
func spread(all []time.Duration) Spread {
	slices.Sort(all)
	s := Spread{N: len(all)}
	if s.N > 0 {
		s.Median = all[(s.N+1)/2-1]
	}
	if s.N >= FewestForP90 {
		s.P90 = all[(9*s.N+9)/10-1]
	}
	return s
}

// before are the figures of the weeks before, as far as there is a record.
func (m *maker) before() Figures {
	weeks := 0
	if !m.first.IsZero() {
		for weeks < weeksBefore && m.first.Before(m.Week.Plus(-weeks).Begins(m.Zone)) {
			weeks++
		}
	}
	f := m.figures(m.Week.Plus(-weeks).Begins(m.Zone), m.r.From)
	f.Weeks = weeks
	return f
}

// leftOut is what was declared in the week and does not count.
func (m *maker) leftOut() (out LeftOut) {
	for n, l := range m.lives {
		if !within(l.Declared, m.r.From, m.upTo(m.r.To)) {
			continue
		}
		switch {
		case l.Drill:
			out.Drills++
		case m.stands[n].status == timeline.IsMerged:
			out.Merged++
		case m.stands[n].status == timeline.IsCancelled:
			out.Cancelled++
		}
	}
	return out
}

// bars are the last weeks at a glance, from the first of which there is a record
// on; some are told even where there is none.
func (m *maker) bars() []Bar {
	least, most := weeksBefore+1, weeksShown
	shown := least
	for !m.first.IsZero() && shown < most && m.first.Before(m.Week.Plus(1-shown).Begins(m.Zone)) {
		shown++
	}
	bars := make([]Bar, shown)
	ends, days := make([]time.Time, shown), make([]moments, shown)
	for i := range bars {
		week := m.Week.Plus(i + 1 - shown)
		bars[i] = Bar{Week: week, BySeverity: map[timeline.Severity]int{}}
		ends[i] = week.Plus(1).Begins(m.Zone)
		days[i] = moments{ends[i].Add(-1), m.day(ends[i])}
	}
	days[shown-1] = moments{m.known, m.today}
	begins := bars[0].Week.Begins(m.Zone)
	for n, l := range m.lives {
		if m.counts(n) && within(l.Declared, begins, m.upTo(m.r.To)) {
			at := slices.IndexFunc(ends, func(end time.Time) bool { return l.Declared.Before(end) })
			bars[at].BySeverity[m.stands[n].severity]++
		}
		for i := range l.Todos {
			l.Todos[i].count(bars, days)
		}
	}
	return bars
}

// moments are what was known as a week ended, and the day after it.
type moments struct {
	known time.Time
	today string
}

// count adds a follow-up to the weeks at whose ends it was still to be done.
func (t *Todo) count(bars []Bar, ends []moments) {
	last := t.Turns[len(t.Turns)-1]
	if last.Over && !last.At.After(ends[0].known) {
		return // it was over before, and stayed so
	}
	for i, end := range ends {
		turn, ok := t.as(end.known)
		if !ok || turn.Over {
			continue
		}
		bars[i].Open++
		if turn.isOverdue(end.today) {
			bars[i].Overdue++
		}
	}
}
