package impact

import (
	"math"
	"slices"
	"time"
)

// minute is the step of the grid where samples come at least as often.
const minute = 60.0

// grid is one SLI with a bin for each step, and sums by which the mean of any
// stretch costs the same.
type grid struct {
	origin float64 // Unix seconds of the first bin
	step   float64 // seconds
	n      int     // bins
	value  []float64
	bad    []float64 // of counts, for each bin; nil else
	total  []float64
	sum    []float64 // of value up to a bin, without missing ones
	have   []int32   // how many bins are there up to a bin
	noise  []float64 // winsorised steps from bin to bin, summed up
	typic  float64   // the mean such step
	sumBad []float64
	sumAll []float64
	offset float64 // of what is kept as logarithms; 0 where values are kept as they are
}

// newGrid puts samples up to a time, which are in order, into bins.
func newGrid(m *metric, at time.Time) (grid, bool) {
	s, kind := &m.series, m.sli.Kind
	if len(s.Times) == 0 {
		return grid{}, false
	}
	g := grid{step: max(minute, math.Round(m.spacing))} // their own step where it is longer
	first := float64(s.Times[0]) / 1000
	g.origin = math.Floor(first/g.step) * g.step
	g.n = int((float64(at.UnixMilli())/1000-g.origin)/g.step) + 1
	if g.n <= 0 || g.n > binsMost {
		return grid{}, false
	}
	g.fill(s)
	if kind == Latency || kind == Throughput {
		g.toLogs()
	}
	g.addUp()
	return g, true
}

// offsetShare is the share of the usual value below which logarithms become as
// good as straight: near nothing, noise is no multiple of what is there.
const offsetShare = 0.1

// toLogs keeps logarithms in place of values that are never negative: what goes
// up by half counts the same by night and by day.
func (g *grid) toLogs() {
	usual := make([]float64, 0, g.n)
	for _, v := range g.value {
		if v < 0 {
			return
		}
		if v == v {
			usual = append(usual, v)
		}
	}
	if g.bad != nil || len(usual) == 0 {
		return
	}
	if g.offset = offsetShare * quantile(usual, 0.5); g.offset <= 0 {
		g.offset = 0
		return
	}
	for b, v := range g.value {
		g.value[b] = math.Log(v + g.offset)
	}
}

// plain is a value as it was measured.
func (g *grid) plain(v float64) float64 {
	if g.offset == 0 {
		return v
	}
	return max(0, math.Exp(v)-g.offset)
}

// binsMost is how many bins a series may have: more than a year of minutes is
// a mistake in its times.
const binsMost = 600_000

// spacing is the usual distance between samples in seconds.
func spacing(times []int64) float64 {
	stride := max(1, len(times)/512)
	gaps := make([]int64, 0, len(times)/stride+1)
	for i := stride; i < len(times); i += stride {
		if d := times[i] - times[i-1]; d > 0 {
			gaps = append(gaps, d)
		}
	}
	if len(gaps) == 0 {
		return minute
	}
	slices.Sort(gaps)
	return float64(gaps[len(gaps)/2]) / 1000
}

func (g *grid) fill(s *Series) {
	g.value = make([]float64, g.n)
	count := make([]int32, g.n)
	if s.Counts() {
		g.bad, g.total = make([]float64, g.n), make([]float64, g.n)
	}
	for i, t := range s.Times {
		b := g.bin(float64(t) / 1000)
		if b < 0 || b >= g.n {
			continue
		}
		count[b]++
		if s.Counts() {
			g.bad[b] += s.Bad[i]
			g.total[b] += s.Total[i]
			continue
		}
		g.value[b] += s.Values[i]
	}
	for b, n := range count {
		switch {
		case s.Counts() && g.total[b] > 0:
			g.value[b] = g.bad[b] / g.total[b]
		case s.Counts() || n == 0:
			g.value[b] = nan
		default:
			g.value[b] /= float64(n)
		}
	}
}

func (g *grid) bin(t float64) int { return int(math.Floor((t - g.origin) / g.step)) }

// after is the first bin that is not before a time, but for a little of it.
func (g *grid) after(t time.Time) int {
	return int(math.Ceil((float64(t.UnixMilli())/1000-g.origin)/g.step - 0.3))
}

// at is when a bin begins.
func (g *grid) at(b int) time.Time {
	return time.UnixMilli(int64((g.origin + float64(b)*g.step) * 1000)).UTC()
}

// steps is a time in bins, one at the least.
func (g *grid) steps(minutes float64) int { return max(1, int(math.Round(minutes*60/g.step))) }

// addUp adds up what is in the bins, and does so again where that was changed.
func (g *grid) addUp() {
	if g.sum == nil {
		g.sum, g.have = make([]float64, g.n+1), make([]int32, g.n+1)
		if g.bad != nil {
			g.sumBad, g.sumAll = make([]float64, g.n+1), make([]float64, g.n+1)
		}
	}
	for b, v := range g.value {
		g.sum[b+1], g.have[b+1] = g.sum[b], g.have[b]
		if v == v {
			g.sum[b+1] += v
			g.have[b+1]++
		}
	}
	for b := range g.bad {
		g.sumBad[b+1], g.sumAll[b+1] = g.sumBad[b]+g.bad[b], g.sumAll[b]+g.total[b]
	}
}

// addNoise sums up how far it goes from bin to bin. A jump counts no more than
// five times the usual, so that what is to be found is no noise.
func (g *grid) addNoise() {
	g.noise = make([]float64, g.n+1)
	stride := max(1, g.n/2048)
	jumps := make([]float64, 0, g.n/stride+1)
	for b := 1; b < g.n; b += stride {
		if d := math.Abs(g.value[b] - g.value[b-1]); d == d {
			jumps = append(jumps, d)
		}
	}
	most := 5 * quantile(jumps, 0.5)
	if !(most > 0) {
		most = math.Inf(1)
	}
	for b := range g.value {
		g.noise[b+1] = g.noise[b]
		if b > 0 {
			if d := math.Abs(g.value[b] - g.value[b-1]); d == d {
				g.noise[b+1] += min(d, most)
			}
		}
	}
	g.typic = g.noise[g.n] / max(1, float64(g.have[g.n]))
}

// mean is the mean of the bins from a up to b; NaN where fewer than half of
// them are there.
func (g *grid) mean(a, b int) float64 {
	a, b = max(0, a), min(g.n, b)
	if a >= b {
		return nan
	}
	n := int(g.have[b] - g.have[a])
	if 2*n < b-a {
		return nan
	}
	return (g.sum[b] - g.sum[a]) / float64(n)
}

// missing reports whether there is nothing of a bin.
func (g *grid) missing(b int) bool { return b < 0 || b >= g.n || g.value[b] != g.value[b] }

// share is how much of the bins from a up to b is there, 0 to 1.
func (g *grid) share(a, b int) float64 {
	a, b = max(0, a), min(g.n, b)
	if a >= b {
		return 0
	}
	return float64(g.have[b]-g.have[a]) / float64(b-a)
}

// local is how much noisier the last hour before a bin is than usual, as a
// factor on what counts as large.
func (g *grid) local(b int) float64 {
	b = min(b, g.n)
	a := max(0, b-g.steps(60))
	n := float64(g.have[b] - g.have[a])
	if n < 3 || g.typic <= 0 {
		return 1
	}
	near := (g.noise[b] - g.noise[a]) / n
	return math.Sqrt((near + 0.25*g.typic) / (1.25 * g.typic))
}
