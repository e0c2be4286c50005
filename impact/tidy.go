package impact

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// tidy returns samples in order, each moment (and version) once, up to a time, without
// what is no number. It copies only what it has to change.
func tidy(s Series, at time.Time) Series {
	s = level(s)
	if !isTidy(s, at) {
		s = mend(s, at)
	}
	if s.Counts() && isCumulative(s) {
		s = rates(s)
	}
	return s
}

// level cuts slices that are not equally long.
func level(s Series) Series {
	n := len(s.Times)
	if s.Counts() {
		n = min(n, len(s.Bad), len(s.Total))
		s.Bad, s.Total, s.Values = s.Bad[:n], s.Total[:n], nil
	} else {
		n = min(n, len(s.Values))
		s.Values = s.Values[:n]
	}
	if s.Version != nil {
		n = min(n, len(s.Version))
		s.Version = s.Version[:n]
		if s.Counts() {
			s.Bad, s.Total = s.Bad[:n], s.Total[:n]
		} else {
			s.Values = s.Values[:n]
		}
	}
	s.Times = s.Times[:n]
	return s
}

func isTidy(s Series, at time.Time) bool {
	end := at.UnixMilli()
	for i, t := range s.Times {
		if t > end || i > 0 && t <= s.Times[i-1] || !s.usable(i) {
			return false
		}
	}
	return true
}

// usable reports whether a sample is a number that can be.
func (s Series) usable(i int) bool {
	if !s.Counts() {
		return finite(s.Values[i])
	}
	return finite(s.Bad[i]) && finite(s.Total[i]) && s.Bad[i] >= 0 && s.Total[i] >= 0
}

// finite reports whether a number can be reckoned with: sums of it do not
// overflow.
func finite(v float64) bool { return math.Abs(v) < 1e150 }

func mend(s Series, at time.Time) Series {
	end := at.UnixMilli()
	var order []int
	for i, t := range s.Times {
		if t <= end && s.usable(i) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(s.Times[a], s.Times[b]), cmp.Compare(s.versionOf(a), s.versionOf(b)), cmp.Compare(s.sortValue(a), s.sortValue(b)))
	})
	order = slices.CompactFunc(order, func(a, b int) bool { return s.same(a, b) })
	return s.pick(order)
}

func (s Series) versionOf(i int) string {
	if s.Version == nil {
		return ""
	}
	return s.Version[i]
}

func (s Series) sortValue(i int) float64 {
	if s.Counts() {
		return s.Total[i]*1e3 + s.Bad[i]
	}
	return s.Values[i]
}

// same reports whether two samples are one row that is there twice.
func (s Series) same(a, b int) bool {
	if s.Times[a] != s.Times[b] || s.versionOf(a) != s.versionOf(b) {
		return false
	}
	if s.Counts() {
		return s.Bad[a] == s.Bad[b] && s.Total[a] == s.Total[b]
	}
	return s.Values[a] == s.Values[b]
}

func (s Series) pick(order []int) (p Series) {
	for _, i := range order {
		p.Times = append(p.Times, s.Times[i])
		if s.Counts() {
			p.Bad, p.Total = append(p.Bad, s.Bad[i]), append(p.Total, s.Total[i])
		} else {
			p.Values = append(p.Values, s.Values[i])
		}
		if s.Version != nil {
			p.Version = append(p.Version, s.Version[i])
		}
	}
	if s.Counts() && p.Total == nil {
		p.Bad, p.Total = []float64{}, []float64{}
	}
	return p
}

// cumulativeLeast is how many samples it takes to tell a counter that only
// grows from counts of each step.
const cumulativeLeast = 30

// isCumulative reports whether counts only ever grow but for resets, as a
// counter does that nobody took the difference of.
func isCumulative(s Series) bool {
	if len(s.Times) < cumulativeLeast || s.Version != nil {
		return false
	}
	grew, fell := 0, 0
	for i := 1; i < len(s.Times); i++ {
		switch d := s.Total[i] - s.Total[i-1]; {
		case d > 0:
			grew++
		case d < 0 && s.Total[i] < s.Total[i-1]/2:
			fell++ // a reset
		case d < 0:
			return false
		}
		if s.Bad[i] < s.Bad[i-1] && s.Total[i] >= s.Total[i-1] {
			return false
		}
	}
	return 2*grew > len(s.Times) && 50*fell <= len(s.Times) && s.Total[len(s.Total)-1] > 0
}

// rates turns counters into counts of each step. After a reset the new value is
// the step; what comes after a gap of more than four steps is left out.
func rates(s Series) Series {
	r := Series{Bad: []float64{}, Total: []float64{}}
	most := int64(4 * 1000 * spacing(s.Times))
	for i := 1; i < len(s.Times); i++ {
		if s.Times[i]-s.Times[i-1] > most {
			continue
		}
		r.Times = append(r.Times, s.Times[i])
		r.Bad = append(r.Bad, step(s.Bad[i-1], s.Bad[i]))
		r.Total = append(r.Total, step(s.Total[i-1], s.Total[i]))
	}
	return r
}

func step(before, now float64) float64 {
	if now < before {
		return now
	}
	return now - before
}

// whole puts the versions of a series together: how much they serve adds up, and of
// what else is measured they are as many samples of the same moment.
func (s Series) whole(kind Measure) Series {
	if s.Counts() || kind != Throughput {
		return s
	}
	w := Series{Times: make([]int64, 0, len(s.Times)), Values: make([]float64, 0, len(s.Times))}
	for i, t := range s.Times {
		if n := len(w.Times); n > 0 && w.Times[n-1] == t {
			w.Values[n-1] += s.Values[i]
			continue
		}
		w.Times, w.Values = append(w.Times, t), append(w.Values, s.Values[i])
	}
	return w
}
