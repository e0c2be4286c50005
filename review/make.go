package review

import (
	"cmp"
	"slices"
	"time"

	"muster/timeline"
)

// Question is what is asked of a ledger.
type Question struct {
	Week Week           // the zero Week for the usual one: see [Ledger.Report]
	At   time.Time      // now
	Zone *time.Location // the team's; nil is UTC
	// Sees says which private incidents may be described to whoever reads the
	// report; nil for none of them. Every one counts.
	Sees func(Life) bool
}

// What figures go by.
const (
	UnwrittenAfter = 5 // days of work after which a postmortem is asked for
	RepeatDays     = 60
	FewestForP90   = 5

	weeksBefore = 4
	weeksShown  = 12
)

// maker makes one report.
type maker struct {
	Question
	lives []*Life   // those that may matter, in the order in which they were declared
	first time.Time // when the first of all was declared; zero where there is none
	house *house
	zones map[string]*time.Location

	known  time.Time // what is recorded after it counts for nothing
	today  string    // the day on which it is looked what is overdue
	stands []stand   // of each life
	hides  []bool    // of each life
	listed map[timeline.ID]*Life
	r      Report
}

func newMaker(q Question, all []*Life, h *house) *maker {
	if q.Zone == nil {
		q.Zone = time.UTC
	}
	m := &maker{Question: q, house: h, zones: map[string]*time.Location{}, listed: map[timeline.ID]*Life{}}
	if m.Week == (Week{}) {
		m.Week = m.usual(all)
	}
	m.date()
	m.choose(all)
	lives := m.lives
	m.stands, m.hides = make([]stand, len(lives)), make([]bool, len(lives))
	for n, l := range lives {
		m.stands[n] = l.as(m.known)
		m.hides[n] = l.Private && (q.Sees == nil || !q.Sees(*l))
	}
	return m
}

// usual is the week that is meant where none is named: the one under way if an
// incident was declared in it, else the last one.
func (m *maker) usual(all []*Life) Week {
	week := WeekOf(m.At.In(m.Zone))
	from := week.Begins(m.Zone)
	if slices.ContainsFunc(all, func(l *Life) bool {
		return !l.Declared.Before(from) && !l.Declared.After(m.At) && l.counts(l.as(m.At))
	}) {
		return week
	}
	return week.Plus(-1)
}

// choose leaves out the lives that no figure looks at: those that began later, and
// those that ended with all that came of them before the first week that is shown,
// which is longer ago than [RepeatDays].
func (m *maker) choose(all []*Life) {
	earliest := m.Week.Plus(-weeksShown).Begins(m.Zone)
	for _, l := range all {
		if m.first.IsZero() || l.Declared.Before(m.first) {
			m.first = l.Declared
		}
		if !l.Declared.After(m.known) && (l.unended || !l.latest.Before(earliest)) {
			m.lives = append(m.lives, l)
		}
	}
	slices.SortFunc(m.lives, func(a, b *Life) int {
		return cmp.Or(a.Declared.Compare(b.Declared), cmp.Compare(a.ID, b.ID))
	})
}

// date sets as of when the report is: now for the week under way and for the last
// one, so that what was done since is seen; for an older one its end, so that it
// says for ever what it said.
func (m *maker) date() {
	r := &m.r
	r.Week, r.Zone, r.From, r.To, r.At = m.Week, m.Zone.String(), m.Week.Begins(m.Zone), m.Week.Plus(1).Begins(m.Zone), m.At
	r.SoFar = m.At.Before(r.To)
	m.known = m.At
	if over := m.Week.Plus(2).Begins(m.Zone); !m.At.Before(over) {
		r.At, m.known = r.To, r.To.Add(-1)
	}
	m.today = r.At.In(m.Zone).Format(time.DateOnly)
}

func (m *maker) report() Report {
	r := &m.r
	r.Now, r.Before = m.figures(r.From, r.To), m.before()
	r.LeftOut = m.leftOut()
	m.incidents()
	m.overdue()
	r.Unwritten = m.unwritten()
	r.Pages = m.pages()
	r.Worn = m.worn()
	r.Decided = m.decided()
	r.Repeats = m.repeats()
	r.Pick = m.pick()
	r.Thanks = m.thanks()
	r.Weeks = m.bars()
	undone := slices.ContainsFunc(r.Decided, func(d Decision) bool { return !d.Done })
	r.Quiet = len(r.Incidents)+r.Hidden+r.Pages.Sent+r.Pages.Alarms+len(r.Overdue)+r.Unseen+len(r.Unwritten)+len(r.Worn) == 0 && !undone
	return *r
}

// counts reports whether a life counts, as it stood.
func (m *maker) counts(n int) bool {
	return m.lives[n].counts(m.stands[n]) && !m.lives[n].Declared.After(m.known)
}

// day is the day of a moment, by the team's clock.
func (m *maker) day(at time.Time) string { return at.In(m.Zone).Format(time.DateOnly) }

// brief is an incident in a few words, as it stood.
func (m *maker) brief(n int) Brief {
	l, s := m.lives[n], m.stands[n]
	b := Brief{
		ID: l.ID, Title: l.Title, Severity: s.severity, Status: s.status, Service: l.Service, Private: l.Private,
		Declared: l.Declared, Ended: s.ended, Open: s.isOpen(), Reopened: s.reopened, Cause: l.Cause, Lead: l.lead(m.known),
	}
	if b.Open {
		b.Lasted = max(0, m.r.At.Sub(l.Declared))
	} else {
		b.Lasted, b.EndedBy = s.ended.Sub(l.Declared), s.endedBy
	}
	return b
}

// incidents are those of the week.
func (m *maker) incidents() {
	r := &m.r
	for n, l := range m.lives {
		if !m.counts(n) || !l.Declared.Before(r.To) || !m.isOf(n) {
			continue
		}
		if m.hides[n] {
			r.Hidden++
			continue
		}
		r.Incidents = append(r.Incidents, m.brief(n))
		m.listed[l.ID] = l
	}
	slices.SortStableFunc(r.Incidents, func(a, b Brief) int { return cmp.Compare(a.Severity, b.Severity) })
}

// isOf reports whether an incident is one of the week: declared in it, or open in
// it.
func (m *maker) isOf(n int) bool {
	l, from := m.lives[n], m.r.From
	if !l.Declared.Before(from) {
		return true
	}
	then := l.as(from.Add(-1))
	return then.isOpen() || l.reopenedWithin(from, m.r.To) > 0
}

// lateness is a follow-up that is overdue, before it is told.
type lateness struct {
	n    int // the life
	todo *Todo
	turn Turn
}

// overdue is what is late, by who answers for it: first whose is the oldest.
func (m *maker) overdue() {
	r := &m.r
	var all []*lateness
	oldest := map[string]string{}
	for n := range m.lives {
		late := m.late(n)
		if m.hides[n] {
			r.Unseen += len(late)
			continue
		}
		for _, l := range late {
			if day, ok := oldest[l.turn.DRI.ID]; !ok || l.turn.Due < day {
				oldest[l.turn.DRI.ID] = l.turn.Due
			}
		}
		all = append(all, late...)
	}
	slices.SortStableFunc(all, func(a, b *lateness) int {
		x, y := a.turn.DRI.ID, b.turn.DRI.ID
		return cmp.Or(cmp.Compare(oldest[x], oldest[y]), cmp.Compare(x, y), cmp.Compare(a.turn.Due, b.turn.Due))
	})
	r.Overdue = m.owed(all)
}

// late are the follow-ups of an incident that are overdue.
func (m *maker) late(n int) (late []*lateness) {
	todos := m.lives[n].Todos
	for i := range todos {
		if turn, ok := todos[i].as(m.known); ok && turn.isOverdue(m.today) {
			late = append(late, &lateness{n, &todos[i], turn})
		}
	}
	return late
}

// owed tells of what is late.
func (m *maker) owed(late []*lateness) []Owed {
	if len(late) == 0 {
		return nil
	}
	all := make([]Owed, 0, len(late))
	for _, o := range late {
		l := m.lives[o.n]
		all = append(all, Owed{l.ID, l.Title, l.Private, o.todo.asOf(o.turn), timeline.DaysBetween(o.turn.Due, m.today)})
	}
	return all
}

// unwritten are the worst incidents that ended some days of work ago, and not so
// long ago that nobody would remember, and have no postmortem that was published since.
// Where somebody has agreed to write it, the follow-up tells when that is late.
func (m *maker) unwritten() (all []Brief) {
	for n, l := range m.lives {
		s := m.stands[n]
		switch {
		case !m.counts(n) || m.hides[n] || s.isOpen() || s.severity > timeline.Sev2 || l.isBeingWritten(m.known):
		case l.isWritten(s.ended, m.known):
		case s.ended.Before(m.r.At.AddDate(0, 0, -RepeatDays)) || m.workdays(s.ended) < UnwrittenAfter:
		default:
			all = append(all, m.brief(n))
		}
	}
	slices.SortStableFunc(all, func(a, b Brief) int { return a.Ended.Compare(b.Ended) })
	return all
}

// workdays is how many days of work have begun after the day of a moment, today
// included.
func (m *maker) workdays(since time.Time) (n int) {
	for day := since.In(m.Zone).AddDate(0, 0, 1); m.day(day) <= m.today; day = day.AddDate(0, 0, 1) {
		if day.Weekday() != time.Saturday && day.Weekday() != time.Sunday {
			n++
		}
	}
	return n
}

// decided is what the review before this one decided, and what earlier ones did
// that is still to be done.
func (m *maker) decided() (all []Decision) {
	week, last := m.Week.String(), ""
	for _, p := range m.house.posted {
		if p.week < week && !p.at.After(m.known) {
			last = max(last, p.week)
		}
	}
	for _, d := range m.house.decisions {
		if d.Week >= week || d.At.After(m.known) {
			continue
		}
		if d.DoneAt.After(m.known) {
			d.Done, d.DoneAt = false, time.Time{}
		}
		if d.Week == last || !d.Done {
			all = append(all, Decision{d, d.Week == last})
		}
	}
	slices.SortStableFunc(all, func(a, b Decision) int { return cmp.Compare(b.Week, a.Week) })
	return all
}
