package review

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"muster/timeline"
)

// repeats is what came again: a cause at its second time within some days, a
// service at its third, or at its second where a follow-up of an earlier time is
// overdue. The latest time is in the week.
func (m *maker) repeats() (all []Repeat) {
	causes, services := map[string][]int{}, map[string][]int{}
	from := m.r.To.AddDate(0, 0, -RepeatDays)
	for n, l := range m.lives {
		if !m.counts(n) || m.hides[n] || !within(l.Declared, from, m.r.To) {
			continue
		}
		if key := sameText(l.Cause); key != "" {
			causes[key] = append(causes[key], n)
		}
		if key := sameText(l.Service); key != "" {
			services[key] = append(services[key], n)
		}
	}
	all = m.repeated(causes, true)
	for _, r := range m.repeated(services, false) {
		told := slices.ContainsFunc(all, func(c Repeat) bool { return slices.Equal(c.Incidents, r.Incidents) })
		if !told && (r.Times > 2 || len(r.Late) > 0) {
			all = append(all, r)
		}
	}
	slices.SortStableFunc(all, func(a, b Repeat) int { return cmp.Compare(b.Times, a.Times) })
	return all
}

func (m *maker) repeated(groups map[string][]int, isCause bool) (all []Repeat) {
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		group := groups[key]
		last := m.lives[group[len(group)-1]]
		if len(group) < 2 || last.Declared.Before(m.r.From) {
			continue
		}
		r := Repeat{What: last.Service, IsCause: isCause, Times: len(group), Days: RepeatDays}
		if isCause {
			r.What = last.Cause
		}
		for i, n := range group {
			r.Incidents = append(r.Incidents, m.lives[n].ID)
			if i < len(group)-1 {
				r.Late = append(r.Late, m.owed(m.late(n))...)
			}
		}
		slices.SortStableFunc(r.Late, func(a, b Owed) int { return cmp.Compare(b.Days, a.Days) })
		all = append(all, r)
	}
	return all
}

// sameText is by what two texts are taken to say the same: their words alone,
// without case, spacing and what stands at their ends. Nothing is guessed.
func sameText(text string) string {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	return strings.TrimFunc(text, func(r rune) bool { return unicode.IsPunct(r) || unicode.IsSpace(r) })
}

// weights is how much each reason counts for talking about an incident.
var weights = map[Reason]int{Repeated: 6, Worst: 4, Returned: 3, Longest: 2, Asked: 2, Surprise: 1}

// reasons is every reason, in the order in which they are told.
var reasons = []Reason{Repeated, Worst, Longest, Returned, Asked, Surprise}

// pick is the incident of the week that is worth the most to talk about: the one
// with the heaviest reasons, then the more severe, then the earlier.
func (m *maker) pick() *Pick {
	var best *Pick
	weighs, machines := 0, m.hasMachines()
	for _, b := range m.r.Incidents { // the most severe first
		why, weight := m.why(b, machines), 0
		for _, r := range why {
			weight += weights[r]
		}
		if weight > weighs {
			best, weighs = &Pick{b, why}, weight
		}
	}
	return best
}

// why is all that makes an incident worth talking about.
func (m *maker) why(b Brief, machines bool) (why []Reason) {
	l := m.listed[b.ID]
	ended, longest := 0, time.Duration(0)
	for _, o := range m.r.Incidents {
		if !o.Open {
			ended, longest = ended+1, max(longest, o.Lasted)
		}
	}
	is := map[Reason]bool{
		Repeated: slices.ContainsFunc(m.r.Repeats, func(r Repeat) bool { return slices.Contains(r.Incidents, b.ID) }),
		Worst:    b.Severity == m.r.Incidents[0].Severity && b.Severity <= timeline.Sev2,
		Longest:  ended > 1 && !b.Open && b.Lasted == longest,
		Returned: b.Reopened > 0,
		Asked:    l.Puzzled > 0,
		Surprise: l.Source == "" && b.Severity <= timeline.Sev2 && machines,
	}
	for _, r := range reasons {
		if is[r] {
			why = append(why, r)
		}
	}
	return why
}

// hasMachines reports whether machines declare incidents here, as far as whoever
// reads it may know.
func (m *maker) hasMachines() bool {
	from := m.r.To.AddDate(0, 0, -RepeatDays)
	for n, l := range m.lives {
		if l.Source != "" && !m.hides[n] && within(l.Declared, from, m.r.To) {
			return true
		}
	}
	return false
}
