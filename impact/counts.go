package impact

import (
	"math"
	"slices"
)

// Counts of few failures are no bell curve. They are judged by how often so many
// would come of the usual rate, as a negative binomial tells: a Poisson whose
// spread is what the history shows. What that gives is then held against
// harmless moments, as everything else is.

// baseline is the usual rate of failures, and their spread over it.
type baseline struct {
	rate   float64
	spread float64 // the variance over the mean, 1 at the least
	errors float64 // how many failures it stands on
}

// jeffreys is what is added to failures, so that none is not never.
const jeffreys = 0.5

// past is up to which bin it is taken for usual: what is just going on is not.
func (g *grid) past() int {
	if end := g.n - g.steps(settled); end >= g.n/2 {
		return end
	}
	return g.n
}

// newBaseline pools the middle of the history: the best and the worst tenth of
// half-hours do not count.
func (g *grid) newBaseline() baseline {
	type half struct{ bad, all float64 }
	var halves []half
	length, end := g.steps(30), g.past()
	for a := 0; a < end; a += length {
		b := min(end, a+length)
		if all := g.sumAll[b] - g.sumAll[a]; all > 0 {
			halves = append(halves, half{g.sumBad[b] - g.sumBad[a], all})
		}
	}
	slices.SortFunc(halves, func(a, b half) int {
		x, y := a.bad*b.all, b.bad*a.all
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	cut := len(halves) / 10
	var bl baseline
	all := 0.0
	for _, h := range halves[cut : len(halves)-cut] {
		bl.errors += h.bad
		all += h.all
	}
	bl.rate = (bl.errors + jeffreys) / (all + 1)
	bl.spread = g.spread(bl.rate)
	return bl
}

// young is the baseline of a short history: all that came before a bin.
func (g *grid) young(b int) baseline {
	bl := baseline{errors: g.sumBad[b], spread: 1}
	bl.rate = (bl.errors + jeffreys) / (g.sumAll[b] + 1)
	var all []float64
	for a := 0; a+youngPart <= b; a += youngPart {
		if mean := bl.rate * (g.sumAll[a+youngPart] - g.sumAll[a]); mean > 0.05 {
			d := g.sumBad[a+youngPart] - g.sumBad[a] - mean
			all = append(all, d*d/mean)
		}
	}
	bl.spread = max(1, quantile(all, 0.75)/1.32)
	return bl
}

// youngPart is over how many bins counts of a short history are taken together.
// 1.32 is what the 75th percentile of a chi square of one degree is.
const youngPart = 3

// spread is how much more counts of ten minutes vary than chance alone would
// have it. 2.71 is what the 90th percentile of a chi square of one degree is.
func (g *grid) spread(rate float64) float64 {
	var all []float64
	length, end := g.steps(10), g.past()
	for a := 0; a+length <= end; a += length {
		if mean := rate * (g.sumAll[a+length] - g.sumAll[a]); mean > 0.05 {
			d := g.sumBad[a+length] - g.sumBad[a] - mean
			all = append(all, d*d/mean)
		}
	}
	return max(1, quantile(all, 0.9)/2.71)
}

// before is the baseline for what comes after a bin: the last hour's own rate
// where that is worse.
func (l *line) before(b int) baseline {
	bl := l.base
	a := max(0, b-l.grid.steps(60))
	b = min(b, l.grid.n)
	if a >= b {
		return bl
	}
	if b < l.grid.steps(historyLeast) { // what comes after it would be most of what is known
		return l.grid.young(b)
	}
	bad, all := l.grid.sumBad[b]-l.grid.sumBad[a], l.grid.sumAll[b]-l.grid.sumAll[a]
	if r := (bad + jeffreys) / (all + 1); bad >= 3 && r > bl.rate {
		bl.rate = r
	}
	return bl
}

// How many failures it takes at the least, and by how much more than usual.
const (
	failuresLeast = 4
	timesLeast    = 1.5
)

// countScales is over how many lengths of windows it is looked, which costs the
// rarity so many decades.
var (
	countScales  = [...]float64{2, 5, 10, 20, 40}
	countPenalty = math.Log10(float64(len(countScales)))
)

// scanCounts is how rare the worst stretch of counts after a bin is, in decades,
// for each of several looks in bins, ascending. It returns the stretch of the
// last look.
func (l *line) scanCounts(b int, looks []int, out []float64) (at window) {
	bl := l.before(b)
	for i := range out {
		out[i] = 0
	}
	last := looks[len(looks)-1]
	lengthBefore := 0
	for _, m := range countScales {
		length := min(l.grid.steps(m), last)
		if length <= lengthBefore {
			continue
		}
		lengthBefore = length
		stride := max(1, length/2)
		most, a, tested := 0.0, b, 1.0
		for n, bins := range looks {
			for ; a+length <= b+bins; a += stride {
				if v := l.surprise(bl, a, a+length); v > most {
					most = v
					if at.to == 0 || v > at.excess {
						at = window{a, a + length, v}
					}
				}
				tested++
			}
			if v := most - math.Log10(tested) - countPenalty; v > out[n] {
				out[n] = v
			}
		}
	}
	return at
}

// surprise is how rare so many failures are in a stretch, in decades.
func (l *line) surprise(bl baseline, a, b int) float64 {
	b = min(b, l.grid.n)
	if a >= b {
		return 0
	}
	bad, all := l.grid.sumBad[b]-l.grid.sumBad[a], l.grid.sumAll[b]-l.grid.sumAll[a]
	mean := bl.rate * all
	if bad < failuresLeast || bad < timesLeast*mean {
		return 0
	}
	return tailDecades(bad, mean, bl.spread)
}

// tailDecades is -log10 of the chance that a count of a mean and a spread (its
// variance over its mean) is at least k: the saddlepoint approximation for whole
// numbers of Lugannani and Rice, right to a few hundredths.
func tailDecades(k, mean, spread float64) float64 {
	if k <= mean || mean <= 0 {
		return 0
	}
	tilt := math.Log(k / mean)
	exponent, deviation := k*tilt-(k-mean), math.Sqrt(k) // Poisson
	if spread > 1.0001 {                                 // negative binomial of size r
		r := mean / (spread - 1)
		shrink := math.Log((k + r) / (mean + r))
		exponent, deviation = k*tilt-(k+r)*shrink, math.Sqrt(k*(k+r)/r)
		tilt -= shrink
	}
	w := math.Sqrt(2 * max(exponent, 1e-12))
	if w > 25 {
		return exponent / math.Ln10
	}
	u := -math.Expm1(-tilt) * deviation
	density := math.Exp(-w*w/2) / math.Sqrt(2*math.Pi)
	p := math.Erfc(w/math.Sqrt2)/2 + density*(1/max(u, 1e-9)-1/w)
	return max(0, -math.Log10(min(1, max(p, 1e-300))))
}

// calibrateCounts looks at all harmless moments of counts, for all looks.
func (l *line) calibrateCounts(looks []int) []set {
	sets := make([]set, len(looks))
	out := make([]float64, len(looks))
	for n := range sets {
		sets[n].last = looks[n]
		sets[n].stat = make([]moment, 0, len(l.placebos))
	}
	for _, b := range l.placebos {
		l.scanCounts(b, looks, out)
		for n := range sets {
			sets[n].stat = append(sets[n].stat, moment{b, out[n]})
		}
	}
	for n := range sets {
		slices.SortFunc(sets[n].stat, byStat)
	}
	return sets
}

// countRarity holds the rarity that chance alone gives against harmless
// moments: where those are as surprising more often than they should be, the
// surprise counts for less.
func (s *set) countRarity(decades float64, bin int, room *room) (r rarity, ok bool) {
	ref := s.reference(bin, room)
	if len(ref) < placebosLeast {
		return r, false
	}
	at, _ := slices.BinarySearch(ref, decades)
	r.moments, r.worse = len(ref), len(ref)-at
	high := sorted(ref, 0.8)
	if decades <= high {
		r.level = min(decades, -math.Log10(float64(r.worse+1)/float64(len(ref)+1)))
		return r, true
	}
	above := ref[int(0.8*float64(len(ref))):]
	slope := max((sorted(above, 0.5)-high)/math.Ln2, 1/math.Ln10)
	r.level = min(levelMost, decades, -math.Log10(0.2)+(decades-high)/slope/math.Ln10)
	return r, true
}
