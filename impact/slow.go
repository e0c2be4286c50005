package impact

import (
	"math"
	"slices"
	"time"
)

// What creeps up is not seen in half an hour. The slope up to now is held
// against the slopes up to harmless moments, and where it began is where a bent
// line fits best.
const (
	slowPart    = 5.0    // minutes that are one point
	slowLeast   = 45     // minutes after a change, before it is said to leak
	slowBack    = 6 * 60 // minutes in which the bend is looked for
	slowPenalty = 0.5    // decades, for looking a second time
	slowSpread  = 4.0    // by how much less the fit tells about where it began than it seems to
	slowFrom    = 1.3    // decades from which on the bend is looked for
)

// slowSpans are over how many minutes slopes are taken.
var slowSpans = [...]float64{60, 120, 240}

// slow is what creeps in a line.
type slow struct {
	rarity
	part  int // bins of a point
	first int // the bin of the first point
	wrong []float64
	least float64 // of wrong
	noise float64 // of a point, as a variance
	bend  int     // the bin in which it begins
	slope float64 // for each point
	from  float64 // where it stood before
	rise  float64 // by how much it has crept up to now
}

// spans is a number for each span over which slopes are taken.
type spans [len(slowSpans)]float64

// creeps looks whether a line creeps up to now.
func (l *line) creeps() (s slow) {
	s.part = l.grid.steps(slowPart)
	past := l.pastRises(s.part)
	unit := l.unitsOf(past)
	stats := make([]float64, 0, len(past))
	for _, r := range past {
		if v := unit.largest(r); v > math.Inf(-1) {
			stats = append(stats, v)
		}
	}
	now := unit.largest(l.rises(l.grid.n, s.part))
	if len(stats) < placebosLeast || math.IsInf(now, -1) {
		return s
	}
	slices.Sort(stats)
	at, _ := slices.BinarySearch(stats, now)
	s.moments, s.worse = len(stats), len(stats)-at
	s.level = max(0, min(levelMost, tailLevel(stats, now, s.worse)-slowPenalty))
	if s.level > slowFrom {
		l.bend(&s)
	}
	return s
}

// pastRises is by how much a line rose up to each harmless moment that is long enough ago.
func (l *line) pastRises(part int) (all []spans) {
	for _, b := range l.placebos {
		if b+l.grid.steps(slowSpans[len(slowSpans)-1]) <= l.grid.n {
			all = append(all, l.rises(b, part))
		}
	}
	return all
}

// unitsOf is what is a large rise over each span; 0 where there are too few to tell.
func (l *line) unitsOf(past []spans) (unit spans) {
	column := make([]float64, 0, len(past))
	for i := range unit {
		column = column[:0]
		for _, r := range past {
			if r[i] == r[i] {
				column = append(column, r[i])
			}
		}
		if len(column) >= placebosLeast {
			unit[i] = l.unit(column)
		}
	}
	return unit
}

// largest is the largest of rises, each by what is large over its span.
func (unit spans) largest(rises spans) float64 {
	most := math.Inf(-1)
	for i, v := range rises {
		if unit[i] > 0 && v/unit[i] > most {
			most = v / unit[i]
		}
	}
	return most
}

// rises is by how much a line rises, in the bad direction, over each span up to a
// bin; NaN where too little is there.
func (l *line) rises(b, part int) (all spans) {
	for i, span := range slowSpans {
		all[i] = l.rise(b, l.grid.steps(span)/part, part)
	}
	return all
}

// rise is by how much the straight line that fits so many parts up to a bin best goes up.
func (l *line) rise(b, n, part int) float64 {
	var s, st, sv, stt, stv float64
	for k := range n {
		v := l.point(b-(n-k)*part, part)
		if v != v {
			continue
		}
		t := float64(k)
		s, st, sv, stt, stv = s+1, st+t, sv+v, stt+t*t, stv+t*v
	}
	if d := s*stt - st*st; 2*s >= float64(n) && s >= 4 && d > 0 {
		return l.bad((s*stv - st*sv) / d * float64(n))
	}
	return nan
}

// point is the mean of a part, without what earlier days tell of it.
func (l *line) point(b, part int) float64 {
	if b < 0 || b >= l.grid.n {
		return nan
	}
	v := l.grid.mean(b, b+part)
	if l.best != persistence && b >= l.season.from {
		v -= l.season.mean(b, b+part)
	}
	return v
}

// bend looks for where a line begins to creep. Where a step explains it better
// than a slope, nothing creeps.
func (l *line) bend(s *slow) {
	n := l.grid.steps(slowBack) / s.part
	s.first = l.grid.n - n*s.part
	points := make([]float64, n)
	for k := range points {
		points[k] = l.point(s.first+k*s.part, s.part)
	}
	s.wrong = make([]float64, n)
	keep := 0.0
	for range 2 { // once to learn how long the noise remembers, once to make use of it
		keep = s.tryBends(l, points, keep)
		if s.wrong == nil {
			return
		}
	}
	s.noise = max(s.least/float64(max(1, n-3)), 1e-300)
}

// tryBends tries each point as the beginning, by what of each point does not
// follow from the one before. It returns how much of a point's noise goes on in
// the next.
func (s *slow) tryBends(l *line, points []float64, keep float64) float64 {
	s.least = math.Inf(1)
	best, as := -1, slowShapes[0]
	for k := range points {
		s.wrong[k] = math.Inf(1)
		if k < bendFirst || k > len(points)-int(slowLeast/slowPart) {
			continue
		}
		for _, shape := range slowShapes {
			wrong, from, slope := fit(points, k, keep, shape)
			if l.bad(slope) <= 0 || wrong >= s.wrong[k] {
				continue
			}
			if s.wrong[k] = wrong; wrong < s.least {
				s.least, best, s.from, s.slope, as = wrong, k, from, slope, shape
			}
		}
	}
	if best < 0 || bestStep(points, keep) < s.least {
		s.wrong = nil
		return 0
	}
	s.bend = s.first + best*s.part
	s.rise = s.slope * as(len(points)-1-best)
	return memory(points, best, s.from, s.slope, as)
}

// bendFirst is the first point in which a bend or a step is looked for: before it
// there is nothing to tell one from.
const bendFirst = 2

// bestStep is what the step that fits points best leaves.
func bestStep(points []float64, keep float64) float64 {
	least := math.Inf(1)
	for k := bendFirst; k < len(points); k++ {
		wrong, _, _ := fit(points, k, keep, func(int) float64 { return 1 })
		least = min(least, wrong)
	}
	return least
}

// slowShapes are how something creeps: evenly, or faster and faster.
var slowShapes = []func(since int) float64{
	func(n int) float64 { return float64(n) },
	func(n int) float64 { return float64(n * n) },
}

// memory is how much of what a fit leaves of a point goes on in the next, 0 to
// nearly 1.
func memory(points []float64, from int, level, slope float64, shape func(int) float64) float64 {
	rest := func(k int) float64 { return points[k] - level - slope*shaped(k, from, shape) }
	var own, next float64
	for k := 1; k < len(points); k++ {
		if a, b := rest(k-1), rest(k); a == a && b == b {
			own += a * a
			next += a * b
		}
	}
	return max(0, min(memoryMost, next/max(own, 1e-300)))
}

// memoryMost is the longest memory that noise is taken to have.
const memoryMost = 0.9

// shaped is a shape from a point on, and nothing before it.
func shaped(k, from int, shape func(int) float64) float64 {
	if k < from {
		return 0
	}
	return shape(k - from)
}

// fit fits a level and, from a point on, a shape on top of it, where so much of
// each point's noise goes on in the next; it returns the sum of squares that is
// left.
func fit(points []float64, from int, keep float64, shape func(since int) float64) (left, level, slope float64) {
	var n, sx, sv, sxx, sxv, svv float64
	for k := 1; k < len(points); k++ {
		v := points[k] - keep*points[k-1]
		if v != v {
			continue
		}
		x := shaped(k, from, shape) - keep*shaped(k-1, from, shape)
		n, sx, sv, sxx, sxv, svv = n+1, sx+x, sv+v, sxx+x*x, sxv+x*v, svv+v*v
	}
	d := n*sxx - sx*sx
	if n < 6 || d <= 0 {
		return math.Inf(1), 0, 0
	}
	slope = (n*sxv - sx*sv) / d
	level = (sv - slope*sx) / n
	left = svv - level*sv - slope*sxv
	return max(0, left), level / (1 - keep), slope
}

// closeness is how well a creeping that a change of a bin began explains the line,
// 0 to 1. It may begin some time after the change, as a rollout takes its time.
func (s *slow) closeness(b int) float64 {
	if s.wrong == nil {
		return 0
	}
	from, most := int(math.Round(float64(b-s.first)/float64(s.part))), 0.0
	for k := max(0, from); k < len(s.wrong); k++ {
		late := float64(k-from) * slowPart
		most = max(most, math.Exp(-(s.wrong[k]-s.least)/(2*s.noise*slowSpread)-late/slowLate))
	}
	if from < 0 {
		return 0
	}
	return most
}

// slowLate is after how many minutes a creeping that begins later counts for a
// third.
const slowLate = 60.0

// bendAt is when the creeping began.
func (l *line) bendAt() time.Time { return l.grid.at(l.slow.bend) }
