package impact

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// line is one SLI made ready to be looked at, or that SLI relative to its
// siblings.
type line struct {
	sli      *SLI
	grid     grid
	season   season
	seasoned bool
	best     manner  // that told best what was to come
	weight   float64 // of that one against simply going on, the more the better it told
	lengths  [len(scales)]int
	least    float64 // the least excess that is large
	base     baseline
	placebos []int
	looks    []int // in bins, ascending
	sets     [2][]set
	counted  []set
	slow     slow
	room     *room
}

// room is what the lines of a judgement reckon in, one after the other.
type room struct {
	values [placebosMost + 1]float64
	rows   [][len(scales)]float64
}

// rowsFor is room for so many rows.
func (r *room) rowsFor(n int) [][len(scales)]float64 {
	r.rows = slices.Grow(r.rows[:0], n)
	return r.rows[:n]
}

// newLine puts an SLI on a grid; false where there is nothing of it.
func newLine(m *metric, at time.Time, r *room) (*line, bool) {
	g, ok := newGrid(m, at)
	if !ok || g.have[g.n] == 0 {
		return nil, false
	}
	l := &line{sli: m.sli, room: r, grid: g, lengths: g.lengths()}
	if g.bad != nil {
		l.base = g.newBaseline()
	}
	return l, true
}

// prepare makes a line ready whose grid is as it stays.
func (l *line) prepare() {
	g := &l.grid
	g.addNoise()
	l.lengths = g.lengths()
	l.least = max(1e-9*math.Abs(g.sum[g.n])/float64(g.have[g.n]), 1e-12)
	l.season, l.seasoned = g.newSeason()
	if g.bad != nil {
		l.base = g.newBaseline()
	}
	l.pickPlacebos()
	l.best = l.bestManner()
}

// mannerTries is on how many harmless half-hours the manners are compared, and
// mannerBetter by how much one has to be better than a simpler one.
const (
	mannerTries  = 80
	mannerBetter = 0.98
	mannerEven   = 0.5 // what two manners count that are as good as each other
)

// bestManner is the manner that was least wrong about harmless half-hours.
func (l *line) bestManner() manner {
	if !l.seasoned {
		return persistence
	}
	best, wrong, simple := persistence, math.Inf(1), 0.0
	half := l.grid.steps(30)
	stride := max(1, len(l.placebos)/mannerTries)
	for _, m := range []manner{persistence, additive, seasonal} {
		var all []float64
		for k := 0; k < len(l.placebos); k += stride {
			b := l.placebos[k]
			if _, ok := l.forecast(b, additive); !ok {
				continue // all are compared on the same
			}
			if f, ok := l.forecast(b, m); ok {
				if r := math.Abs(f.residual(b, b+half)); r == r {
					all = append(all, r)
				}
			}
		}
		w := quantile(all, 0.5)
		if m == persistence {
			simple = w
		}
		if len(all) > 0 && w < mannerBetter*wrong {
			best, wrong = m, w
		}
	}
	if l.weight = mannerEven; simple > 0 {
		l.weight = 1 - mannerEven*min(1, wrong/simple)
	}
	return best
}

// ready calibrates the line for the looks that are wanted.
func (l *line) ready(looks []int) {
	slices.Sort(looks)
	l.looks = slices.Compact(looks)
	if len(l.placebos) < placebosLeast || len(l.looks) == 0 {
		return
	}
	if l.grid.bad != nil {
		l.counted = l.calibrateCounts(l.looks)
		return
	}
	l.sets[0] = l.calibrate(persistence, l.looks)
	if l.best != persistence {
		l.sets[1] = l.calibrate(l.best, l.looks)
	}
}

// setFor is the harmless moments for a look.
func (l *line) setFor(sets []set, k look) *set {
	n, ok := slices.BinarySearch(l.looks, cmp.Or(k.as, k.bins))
	if !ok || n >= len(sets) {
		return nil
	}
	return &sets[n]
}

// found is what a line did after a moment.
type found struct {
	rarity
	window   window
	expected float64 // of the window
	unit     float64 // what is large at its scale
	known    bool    // it could be compared with harmless moments
	crude    bool    // there were too few of them, and it was reckoned by its spread alone
}

// after looks at what a line did after a bin.
func (l *line) after(b int, k look) found {
	if l.grid.bad != nil {
		return l.afterCounts(b, k)
	}
	manners := [2]manner{persistence, l.best}
	var all [2]found
	n := 0
	for i, m := range manners {
		if i == 1 && m == persistence {
			break
		}
		f, ok := l.forecast(b, m)
		if !ok {
			continue
		}
		if one := l.byManner(f, l.setFor(l.sets[i], k), b, k); one.known {
			all[n] = one
			n++
		}
	}
	switch n {
	case 0:
		return l.crudely(b, k)
	case 1:
		return all[0]
	}
	both := all[1]
	both.level = (1-l.weight)*all[0].level + l.weight*all[1].level
	return both
}

func (l *line) byManner(f forecast, s *set, b int, k look) (r found) {
	if s == nil {
		return r
	}
	w := l.scan(f, b, k)
	best, stat := -1, math.Inf(-1)
	for i := range w {
		if s.unit[i] > 0 && w[i].excess/s.unit[i] > stat {
			best, stat = i, w[i].excess/s.unit[i]
		}
	}
	if best < 0 || math.IsInf(stat, -1) {
		return r
	}
	r.rarity, r.known = s.rarity(stat/l.grid.local(b), b, l.room)
	r.window, r.unit = w[best], s.unit[best]
	r.expected = f.expected(r.window.from, r.window.to)
	return r
}

func (l *line) afterCounts(b int, k look) (r found) {
	var out [1]float64
	g := &l.grid
	r.window = l.scanCounts(b, []int{k.bins}, out[:])
	if r.window.to == 0 {
		r.window = window{min(b, g.n), min(b+k.bins, g.n), 0}
	}
	bl := l.before(b)
	r.expected, r.unit = bl.rate, bl.rate
	r.window.excess = g.rate(r.window.from, r.window.to) - bl.rate
	if g.sumAll[min(g.n, b+k.bins)] <= g.sumAll[min(g.n, b)] {
		return r // nothing was asked of it
	}
	if s := l.setFor(l.counted, k); s != nil {
		if r.rarity, r.known = s.countRarity(out[0], b, l.room); r.known {
			return r
		}
	}
	r.level, r.crude = l.crude(out[0], r), true
	return r
}

// rate is the share of bad requests in a stretch; 0 where there were none.
func (g *grid) rate(a, b int) float64 {
	a, b = max(0, min(a, g.n)), max(0, min(b, g.n))
	if all := g.sumAll[b] - g.sumAll[a]; all > 0 {
		return (g.sumBad[b] - g.sumBad[a]) / all
	}
	return 0
}

// crudeMost is the rarest, in decades, that is said of a line whose history is
// too short for harmless moments.
const crudeMost = 5

// crudely reckons by the spread of what came before, where the history is too
// short for harmless moments: enough to rank by, not to judge by.
func (l *line) crudely(b int, k look) (r found) {
	g := &l.grid
	var before []float64
	for i := max(0, b-g.steps(60)); i < min(b, g.n); i++ {
		if v := g.value[i]; v == v {
			before = append(before, v)
		}
	}
	if len(before) < 3 {
		return r
	}
	middle := quantile(before, 0.5)
	for i, v := range before {
		before[i] = math.Abs(v - middle)
	}
	spread := max(1.4826*quantile(before, 0.5), 0.03*math.Abs(middle), l.least)
	f := forecast{grid: g, base: middle}
	for _, w := range l.scan(f, b, k) {
		n := float64(max(1, w.to-w.from))
		z := w.excess / spread / math.Sqrt(1/n+1/float64(len(before))) / 2 // half: samples follow each other
		if p := math.Erfc(z/math.Sqrt2) / 2; w.to > 0 && -math.Log10(p) > r.level {
			r.level, r.window = -math.Log10(max(p, 1e-9)), w
		}
	}
	r.expected, r.unit, r.crude = middle, spread, r.window.to > 0
	r.level = l.crude(r.level, r)
	return r
}

// crudeWhole is by how much something has to grow for a crude level to count
// whole: without harmless moments it is not known what is usual, and what is large
// is less likely to be.
const crudeWhole = 1.5

// crude is a level that was reckoned without harmless moments.
func (l *line) crude(level float64, r found) float64 {
	if l.sli.Kind != Ratio && l.sli.Kind != Latency {
		return min(crudeMost, level)
	}
	excess, usual := l.plainExcess(r)
	if usual <= 0 || excess <= 0 {
		return min(crudeMost, level)
	}
	return min(crudeMost, level) * min(1, math.Log(1+excess/usual)/math.Log(crudeWhole))
}

// byStat puts moments in order.
func byStat(a, b moment) int {
	switch {
	case a.stat < b.stat:
		return -1
	case a.stat > b.stat:
		return 1
	}
	return a.bin - b.bin
}
