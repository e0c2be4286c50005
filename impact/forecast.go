package impact

import (
	"slices"
)

// manner is a way to tell what is to come from what was.
type manner int

const (
	persistence manner = iota // it goes on as in the last hour
	additive                  // as in the last hour, and then as on the days before
	seasonal                  // as on the days before
)

// blocks is into how many parts the last hour is cut: the median of their means
// is not moved by a part that is bad already.
const blocks = 6

// level is where the hour before a bin stood; NaN where that is not known.
func (g *grid) level(b int) float64 {
	return blockMedian(func(from, to int) float64 { return g.mean(from, to) }, b, g.steps(60))
}

// blockMedian is the median of the means of parts before a bin.
func blockMedian(mean func(from, to int) float64, b, length int) float64 {
	size := max(1, length/blocks)
	var found [blocks]float64
	n := 0
	for k := range blocks {
		to := b - k*size
		if to <= 0 {
			break
		}
		if m := mean(to-size, to); m == m {
			found[n] = m
			n++
		}
	}
	if n == 0 {
		return nan
	}
	means := found[:n]
	slices.Sort(means)
	return (means[(n-1)/2] + means[n/2]) / 2
}

// season is what earlier days tell of each bin: the median over up to seven of
// them of the value at the same time of day, smoothed over twenty minutes. Where
// there are two weeks, the same weekdays count instead of all days.
type season struct {
	sum   []float64 // of what is expected, up to a bin
	value []float64
	from  int // the first bin that has a whole day before it
}

func (g *grid) newSeason() (season, bool) {
	day := int(24*3600/g.step + 0.5)
	if g.n < day+g.steps(120) || day < 24 {
		return season{}, false
	}
	stride, days := day, min(7, g.n/day)
	if g.n/day >= 14 {
		stride, days = 7*day, g.n/(7*day)
	}
	half := max(1, g.steps(20)/2)
	smooth := make([]float64, g.n)
	for b := range smooth {
		smooth[b] = g.mean(b-half, b+half+1)
	}
	s := season{sum: make([]float64, g.n+1), value: make([]float64, g.n), from: stride}
	last := 0.0
	var found [7]float64
	for b := range g.n {
		n := 0
		for d := 1; d <= days; d++ {
			if at := b - d*stride; at >= 0 && at+half < b && smooth[at] == smooth[at] {
				found[n] = smooth[at]
				n++
			}
		}
		if n > 0 {
			slices.Sort(found[:n])
			last = (found[(n-1)/2] + found[n/2]) / 2
		}
		s.value[b] = last
		s.sum[b+1] = s.sum[b] + last
	}
	return s, true
}

func (s *season) mean(from, to int) float64 {
	from, to = max(0, from), min(to, len(s.value))
	if from >= to {
		return nan
	}
	return (s.sum[to] - s.sum[from]) / float64(to-from)
}

// forecast is what was to be expected from a bin on, known by what was before.
type forecast struct {
	grid   *grid
	season *season // nil for none
	base   float64 // what is added to the season, or all there is
}

// forecast tells from a bin on, in a manner; false where nothing is known.
func (l *line) forecast(b int, m manner) (forecast, bool) {
	f := forecast{grid: &l.grid}
	if m != persistence {
		if !l.seasoned || b < l.season.from+l.grid.steps(60) {
			return f, false
		}
		f.season = &l.season
	}
	if m == seasonal {
		return f, true
	}
	f.base = l.grid.level(b)
	if m == additive {
		f.base -= blockMedian(l.season.mean, b, l.grid.steps(60))
	}
	return f, f.base == f.base
}

// residual is how far the mean of a window is from what was expected; NaN where
// too little is there.
func (f forecast) residual(a, b int) float64 {
	r := f.grid.mean(a, b) - f.base
	if f.season != nil {
		r -= f.season.mean(a, b)
	}
	return r
}

// expected is what was expected of a window.
func (f forecast) expected(a, b int) float64 {
	if f.season == nil {
		return f.base
	}
	return f.base + f.season.mean(a, b)
}
