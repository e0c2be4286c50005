package impact

import (
	"math"
	"slices"
)

// siblingsLeast is how many other services' throughput it takes to tell what the
// demand as a whole does.
const siblingsLeast = 2

// relative returns the throughput of a service as a share of what its siblings
// have: what all of them lose together is nobody's doing. Siblings are services
// that it does not call; false where there are too few.
func (j *judge) relative(m *metric) (*line, bool) {
	if m.sli.Kind != Throughput || len(m.lines) == 0 || m.lines[0].grid.offset == 0 {
		return nil, false
	}
	own := &m.lines[0].grid
	var others []*grid
	for _, o := range j.metrics {
		if o == m || o.sli.Kind != Throughput || len(o.lines) == 0 || plain(o.sli.Service) == plain(m.sli.Service) || j.calls.calls(m.sli.Service, o.sli.Service) {
			continue
		}
		if g := &o.lines[0].grid; g.step == own.step && g.offset > 0 {
			others = append(others, g)
		}
	}
	if len(others) < siblingsLeast {
		return nil, false
	}
	l := &line{sli: m.sli, room: m.lines[0].room, grid: own.over(others), lengths: own.lengths()}
	if l.grid.have[l.grid.n] == 0 {
		return nil, false
	}
	l.prepare()
	return l, true
}

// over is a grid of logarithms without the middle of what the others do, each
// against its own usual value and smoothed over five bins.
func (g *grid) over(others []*grid) grid {
	r := grid{origin: g.origin, step: g.step, n: g.n, offset: g.offset, value: make([]float64, g.n)}
	usual := make([]float64, len(others))
	for i, o := range others {
		usual[i] = o.sum[o.n] / max(1, float64(o.have[o.n]))
	}
	shares := make([]float64, 0, len(others))
	for b := range g.n {
		shares = shares[:0]
		for i, o := range others {
			at := b + int(math.Round((g.origin-o.origin)/g.step))
			if v := o.mean(at-2, at+3); v == v {
				shares = append(shares, v-usual[i])
			}
		}
		r.value[b] = nan
		if len(shares) >= siblingsLeast {
			slices.Sort(shares)
			r.value[b] = g.value[b] - sorted(shares, 0.5)
		}
	}
	r.addUp()
	return r
}
