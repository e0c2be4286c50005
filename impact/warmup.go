package impact

import (
	"math"
	"time"
)

// A service that starts anew is slow for some minutes, and harmlessly so. What
// its earlier deploys looked like in the same minutes is taken out of its
// metrics before anything is judged by them.
const (
	warmFor    = 10 // minutes after a deploy
	warmPriors = 10 // earlier deploys that count at the most
	warmLeast  = 3  // and at the least; with fewer, warmMask minutes are taken out whole
	warmMask   = 4  // minutes
	warmBrief  = 1  // minutes, where the history is short
	warmApart  = 20 // minutes between two of them
	warmShare  = 0.9
	warmTimes  = 2.0 // the mean of them, where failures are counted
	warmUsual  = 3.0 // a deploy that looks so many times worse than the others is no example
)

// restarts reports whether a change starts its service anew.
func (c *Change) restarts() bool { return c.Kind == Deploy || c.Kind == Rollback }

// start is a deploy as one line saw it: how bad each bin about it was, and where
// in the first bin it began.
type start struct {
	first float64 // minutes from the deploy to the middle of the first bin
	curve []float64
}

// cool takes warm-ups out of a line: of its own service, or of one that it calls.
func (l *line) cool(starts []time.Time, own bool) {
	if l.grid.step > minute {
		return // its samples are longer than a warm-up
	}
	var earlier []start
	var last time.Time
	for _, at := range starts {
		b := l.grid.bin(float64(at.UnixMilli()) / 1000)
		if b < 0 || b >= l.grid.n {
			continue
		}
		one, expected := l.start(b, at)
		switch {
		case len(earlier) >= warmLeast:
			l.subtract(b, expected, one.first, earlier)
		case own && l.grid.n >= l.grid.steps(historyLeast):
			l.mask(b, l.grid.steps(warmMask)+1)
		case own: // a short history only ranks, and would have nothing left
			l.mask(b, l.grid.steps(warmBrief))
		}
		if at.Sub(last) >= warmApart*time.Minute && usual(earlier, one) {
			earlier = append(earlier, one)
			earlier = earlier[max(0, len(earlier)-warmPriors):]
		}
		last = at
	}
}

// start is a deploy as it was seen from a bin on, and what was to be expected
// without it; NaN where that is not known.
func (l *line) start(b int, at time.Time) (start, float64) {
	n := l.grid.steps(warmFor)
	expected := nan
	if l.grid.bad != nil {
		expected = l.before(b).rate
	} else if f, ok := l.forecast(b, persistence); ok {
		expected = f.base
	}
	one := start{first: minutes(at, l.grid.at(b)) + l.grid.step/120, curve: make([]float64, n)}
	for i := range one.curve {
		one.curve[i] = nan
		if b+i < l.grid.n {
			one.curve[i] = l.bad(l.grid.value[b+i] - expected)
		}
	}
	return one, expected
}

// at is how bad it was so many minutes after a deploy; NaN where that is not known.
func (s start) at(since float64) float64 {
	x := since - s.first
	low := int(math.Floor(x))
	if x < 0 {
		return max(0, 1+x) * max(0, s.curve[0])
	}
	if low+1 >= len(s.curve) {
		return nan
	}
	return s.curve[low] + (x-float64(low))*(s.curve[low+1]-s.curve[low])
}

// usual reports whether a deploy was no worse, at its worst, than some times the
// others: one that did harm is no example.
func usual(earlier []start, one start) bool {
	if len(earlier) < warmLeast {
		return true
	}
	var peaks []float64
	for _, s := range earlier {
		peaks = append(peaks, peak(s.curve))
	}
	return peak(one.curve) <= warmUsual*max(quantile(peaks, 0.75), 0)
}

// peak is the worst of a curve.
func peak(curve []float64) float64 {
	most := 0.0
	for _, v := range curve {
		if v > most {
			most = v
		}
	}
	return most
}

// subtract takes the usual excess out of the bins after a deploy, but no more
// than there is.
func (l *line) subtract(b int, expected, first float64, earlier []start) {
	if expected != expected {
		return
	}
	g := &l.grid
	column := make([]float64, 0, len(earlier))
	for i := range min(g.steps(warmFor), g.n-b) {
		column = column[:0]
		for _, s := range earlier {
			if v := s.at(first + float64(i)); v == v {
				column = append(column, v)
			}
		}
		usual := quantile(column, warmShare)
		if g.bad != nil { // few requests fail in many starts, or in none
			usual = max(usual, warmTimes*mean(column))
		}
		if r := min(l.bad(g.value[b+i]-expected), usual); r > 0 {
			l.lower(b+i, expected, r)
		}
	}
}

// mean is the mean of values; 0 where there are none.
func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / max(1, float64(len(values)))
}

// lower takes an excess out of a bin.
func (l *line) lower(b int, expected, excess float64) {
	g := &l.grid
	switch {
	case g.bad != nil:
		g.bad[b] = max(0, g.bad[b]-excess*g.total[b])
		g.value[b] = g.bad[b] / g.total[b]
	case l.sli.Bad == Down || l.sli.Bad == Both && g.value[b] < expected:
		g.value[b] += excess
	default:
		g.value[b] -= excess
	}
}

// mask takes bins out whole.
func (l *line) mask(b, n int) {
	g := &l.grid
	for i := b; i < min(g.n, b+n); i++ {
		g.value[i] = nan
		if g.bad != nil {
			g.bad[i], g.total[i] = 0, 0
		}
	}
}

// coolAll takes the warm-ups out of all metrics.
func (j *judge) coolAll() {
	starts := map[string][]time.Time{}
	for _, s := range j.subjects {
		if s.restarts() {
			name := plain(s.Service)
			starts[name] = append(starts[name], s.Start)
		}
	}
	for _, m := range j.metrics {
		for _, l := range m.lines {
			name := plain(m.sli.Service)
			l.cool(starts[name], true)
			for _, callee := range j.calls.direct[name] {
				if callee != name {
					l.cool(starts[callee], false)
				}
			}
			l.grid.addUp()
		}
	}
}
