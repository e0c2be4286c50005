package impact

import "time"

// A service that starts anew is slow for some minutes, and harmlessly so. What
// its earlier deploys looked like in the same minutes is taken out of its
// metrics before anything is judged by them.
const (
	warmFor    = 10 // minutes after a deploy
	warmPriors = 10 // earlier deploys that count at the most
	warmLeast  = 3  // and at the least; with fewer, warmMask minutes are taken out whole
	warmMask   = 4  // minutes
	warmApart  = 20 // minutes between two of them
	warmShare  = 0.9
	warmUsual  = 3.0 // a deploy that looks so many times worse than the others is no example
)

// restarts reports whether a change starts its service anew.
func (c *Change) restarts() bool { return c.Kind == Deploy || c.Kind == Rollback }

// cool takes warm-ups out of a line: of its own service, and of those that it
// calls. It tells which deploys it could do that for.
func (l *line) cool(starts []time.Time, own bool) {
	if l.grid.step > minute {
		return // its samples are longer than a warm-up
	}
	n := l.grid.steps(warmFor)
	var curves [][]float64
	last := -n
	for _, at := range starts {
		b := l.grid.after(at)
		if b < 0 || b >= l.grid.n {
			continue
		}
		curve, expected := l.curve(b, n)
		switch {
		case len(curves) >= warmLeast:
			l.subtract(b, expected, envelope(curves, n))
		case own:
			l.mask(b, l.grid.steps(warmMask))
		}
		if b-last >= l.grid.steps(warmApart) && curve != nil && usual(curves, curve) {
			curves = append(curves, curve)
			if len(curves) > warmPriors {
				curves = curves[1:]
			}
		}
		last = b
	}
}

// curve is how bad each of the first bins after a deploy is; nil where it is not
// known what was to be expected. A negative first bin stands for a missing one.
func (l *line) curve(b, n int) ([]float64, float64) {
	expected := nan
	if l.grid.bad != nil {
		expected = l.before(b).rate
	} else if f, ok := l.forecast(b, persistence); ok {
		expected = f.base
	}
	if expected != expected || b+n > l.grid.n {
		return nil, expected
	}
	curve := make([]float64, n)
	for i := range curve {
		curve[i] = l.bad(l.grid.value[b+i] - expected)
	}
	return curve, expected
}

// usual reports whether a deploy was no worse, at its worst, than some times the
// others: one that did harm is no example.
func usual(curves [][]float64, curve []float64) bool {
	if len(curves) < warmLeast {
		return true
	}
	var peaks []float64
	for _, c := range curves {
		peaks = append(peaks, peak(c))
	}
	return peak(curve) <= warmUsual*max(quantile(peaks, 0.75), 0)
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

// envelope is how bad it usually is in each of the first minutes after a deploy.
func envelope(curves [][]float64, n int) []float64 {
	warm := make([]float64, n)
	column := make([]float64, 0, len(curves))
	for i := range n {
		column = column[:0]
		for _, c := range curves {
			if c[i] == c[i] {
				column = append(column, c[i])
			}
		}
		warm[i] = max(0, quantile(column, warmShare))
	}
	return warm
}

// subtract takes the usual excess out, but no more than there is.
func (l *line) subtract(b int, expected float64, warm []float64) {
	g := &l.grid
	for i := range warm[:min(len(warm), max(0, g.n-b))] {
		r := l.bad(g.value[b+i] - expected)
		if !(r > 0) || expected != expected {
			continue
		}
		r = min(r, warm[i])
		if g.bad != nil {
			g.bad[b+i] = max(0, g.bad[b+i]-r*g.total[b+i])
			g.value[b+i] = g.bad[b+i] / g.total[b+i]
			continue
		}
		if l.sli.Bad == Down || l.sli.Bad == Both && g.value[b+i] < expected {
			r = -r
		}
		g.value[b+i] -= r
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
