package impact

import (
	"math"
)

// scales are how long something has to go on to be seen, in minutes: the worst
// window of each is looked for.
var scales = [...]float64{2, 5, 10, 20, 40, 80}

// window is a stretch of bins and how far it is from what was expected, in the
// bad direction.
type window struct {
	from, to int
	excess   float64
}

// worst are the worst windows of each scale, as far as there are any.
type worst [len(scales)]window

// look is how much of what came after a moment is looked at, in bins, and how
// many of harmless moments it is held against; 0 for as many.
type look struct{ bins, as int }

// lengths are the scales in bins, each once; 0 for one that is there already.
func (g *grid) lengths() (all [len(scales)]int) {
	last := 0
	for i, m := range scales {
		if n := g.steps(m); n > last {
			all[i], last = n, n
		}
	}
	return all
}

// scan looks for the worst windows after a bin.
func (l *line) scan(f forecast, b int, k look) (found worst) {
	for i, length := range l.lengths {
		found[i].excess = math.Inf(-1)
		if length == 0 {
			continue
		}
		for a := b; a+length <= b+k.bins; a += max(1, length/4) {
			r := l.bad(f.residual(a, a+length))
			if r > found[i].excess {
				found[i] = window{a, a + length, r}
			}
		}
	}
	return found
}

// bad is how far a residual goes in the bad direction.
func (l *line) bad(r float64) float64 {
	switch l.sli.Bad {
	case Down:
		return -r
	case Both:
		return math.Abs(r)
	default:
		return r
	}
}

// scanAll looks for the worst windows after a bin for several looks at once, the
// shortest first, and writes their excess of each scale.
func (l *line) scanAll(f forecast, b int, looks []int, out [][len(scales)]float64) {
	for i, length := range l.lengths {
		if length == 0 {
			continue
		}
		most, a, stride := math.Inf(-1), b, max(1, length/4)
		for n, bins := range looks {
			for ; a+length <= b+bins; a += stride {
				if r := l.bad(f.residual(a, a+length)); r > most {
					most = r
				}
			}
			out[n][i] = most
		}
	}
}
