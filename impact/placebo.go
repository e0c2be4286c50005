package impact

import (
	"math"
	"slices"
)

// How harmless moments are picked, and how many there are at the most and at
// the least for a rarity to be told.
const (
	placebosMost  = 300
	placebosLeast = 24
	placebosGood  = 120 // that many before a change, and those after it do not count
	placeboApart  = 2.0 // minutes, at the least
	settled       = 45  // minutes before now that are not taken for harmless
	historyLeast  = 120 // minutes before a change, for a verdict
)

// placebos are harmless moments of an SLI: bins from which it is looked on as if
// something had been changed.
func (l *line) pickPlacebos() {
	g := &l.grid
	first, last := g.steps(60), g.n-g.steps(settled)
	if last <= first {
		first, last = min(g.steps(20), g.n), g.n-g.steps(10)
	}
	if last <= first {
		return
	}
	apart := max(g.steps(placeboApart), int(math.Ceil(float64(last-first)/placebosMost)))
	for b := first; b < last; b += apart {
		l.placebos = append(l.placebos, b)
	}
}

// set is what harmless moments look like to one look, by one manner of telling
// what was to come.
type set struct {
	unit [len(scales)]float64 // what is large at each scale
	stat []moment             // ascending
	last int                  // bins of the look
}

// moment is one harmless moment.
type moment struct {
	bin  int
	stat float64
}

// calibrate looks at all harmless moments by one manner, for all looks, which
// are in bins and ascending.
func (l *line) calibrate(m manner, looks []int) []set {
	rows := l.room.rowsFor(len(looks) * len(l.placebos))
	known := make([]int, 0, len(l.placebos))
	for _, b := range l.placebos {
		f, ok := l.forecast(b, m)
		if !ok {
			continue
		}
		n := len(known)
		l.scanAll(f, b, looks, rows[n*len(looks):(n+1)*len(looks)])
		known = append(known, b)
	}
	sets := make([]set, len(looks))
	column := l.room.values[:0]
	stats := make([]moment, len(looks)*len(known))
	for n, bins := range looks {
		s := &sets[n]
		s.last = bins
		for i, length := range l.lengths {
			if length == 0 || length > bins {
				continue
			}
			column = column[:0]
			for k := range known {
				if e := rows[k*len(looks)+n][i]; e > math.Inf(-1) {
					column = append(column, e)
				}
			}
			s.unit[i] = l.unit(column)
		}
		s.stat = stats[n*len(known) : n*len(known) : (n+1)*len(known)]
		for k, b := range known {
			if v := s.combine(rows[k*len(looks)+n]); v > math.Inf(-1) {
				s.stat = append(s.stat, moment{b, v / l.grid.local(b)})
			}
		}
		slices.SortFunc(s.stat, byStat)
	}
	return sets
}

// unit is what is large at a scale: the upper quarter of harmless moments, and
// never nothing, so that a flat line that jumps is seen.
func (l *line) unit(column []float64) float64 {
	for _, q := range [...]float64{0.75, 0.95, 1} {
		if u := quantile(column, q); u > l.least {
			return u
		}
	}
	return l.least
}

// combine is the largest excess of all scales, each by what is large there.
func (s *set) combine(excess [len(scales)]float64) float64 {
	most := math.Inf(-1)
	for i, e := range excess {
		if s.unit[i] > 0 && e/s.unit[i] > most {
			most = e / s.unit[i]
		}
	}
	return most
}

// rarity is how rare something is among harmless moments.
type rarity struct {
	level   float64 // -log10 of how often a harmless moment looks as bad
	moments int     // that it was compared with
	worse   int     // of which so many look as bad
}

// levelMost is the rarest that is told apart.
const levelMost = 12

// rarity tells how rare a statistic is that was seen from a bin on.
func (s *set) rarity(stat float64, bin int, room *room) (r rarity, ok bool) {
	ref := s.reference(bin, room)
	if len(ref) < placebosLeast {
		return r, false
	}
	at, _ := slices.BinarySearch(ref, stat)
	r.moments, r.worse = len(ref), len(ref)-at
	r.level = min(levelMost, tailLevel(ref, stat, r.worse))
	return r, true
}

// reference are the harmless moments that what was seen from a bin on is held
// against, ascending. What was before it counts; where that is too little, what
// came after as well, but not what overlaps.
func (s *set) reference(bin int, room *room) []float64 {
	ref := room.values[:0]
	for _, m := range s.stat {
		if m.bin+s.last <= bin {
			ref = append(ref, m.stat)
		}
	}
	if len(ref) >= placebosGood {
		return ref
	}
	ref = ref[:0]
	for _, m := range s.stat {
		if m.bin+s.last <= bin || m.bin >= bin+s.last {
			ref = append(ref, m.stat)
		}
	}
	return ref
}

// tailLevel is -log10 of the share of harmless moments that are at least as bad.
// Beyond the worst fifth it goes on as an exponential: its middle, and not its
// mean, says how fast, so that an old incident among them changes little.
func tailLevel(ref []float64, stat float64, worse int) float64 {
	high := sorted(ref, 0.8)
	if stat <= high {
		return -math.Log10(float64(worse+1) / float64(len(ref)+1))
	}
	above := ref[int(0.8*float64(len(ref))):]
	slope := (sorted(above, 0.5) - high) / math.Ln2
	if slope <= 0 {
		sum := 0.0
		for _, v := range above {
			sum += v - high
		}
		slope = sum / float64(len(above))
	}
	slope = max(slope, 0.02*math.Abs(high), 1e-9)
	return -math.Log10(0.2) + (stat-high)/slope/math.Ln10
}
