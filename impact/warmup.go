package impact

// A service that starts anew is slow for some minutes, and harmlessly so. What
// its earlier deploys looked like in the same minutes is taken from what is seen.
const (
	warmFor     = 10 // minutes after a deploy
	warmPriors  = 10 // earlier deploys that count at the most
	warmLeast   = 3  // and at the least; with fewer, warmMask minutes are not looked at
	warmMask    = 4  // minutes
	warmApart   = 20 // minutes between two of them
	warmShare   = 0.8
	warmBadFrom = 3.0 // decades from which on a deploy was no harmless one
)

// restarts reports whether a change starts its service anew.
func (c *Change) restarts() bool { return c.Kind == Deploy || c.Kind == Rollback }

// warmLook is a look at so many bins after a deploy, by what its earlier deploys
// looked like, as bins; the newest last.
func (l *line) warmLook(bins int, earlier []int) look {
	k := look{bins: bins}
	if len(earlier) < warmLeast {
		k.skip = min(l.grid.steps(warmMask), max(0, bins-1))
		if l.grid.step > minute {
			k.skip = 0 // its samples are longer than a warm-up
		}
		return k
	}
	k.warm = l.envelope(earlier)
	return k
}

// envelope is how bad it usually is in each of the first minutes after a deploy.
func (l *line) envelope(earlier []int) []float64 {
	n := l.grid.steps(warmFor)
	curves := make([][]float64, n)
	for _, b := range earlier {
		expected := 0.0
		if l.grid.bad != nil {
			expected = l.before(b).rate
		} else if f, ok := l.forecast(b, persistence); ok {
			expected = f.base
		} else {
			continue
		}
		for i := range n {
			if b+i < l.grid.n {
				if r := l.bad(l.grid.value[b+i] - expected); r == r {
					curves[i] = append(curves[i], r)
				}
			}
		}
	}
	warm := make([]float64, n)
	for i, c := range curves {
		warm[i] = max(0, quantile(c, warmShare))
	}
	return warm
}
