package scenario_test

import (
	"cmp"
	"math"
	"slices"
	"time"

	"muster/impact"
	"muster/impact/scenario"
)

// The ways to find the culprit that everybody tries first.
var baselineNames = []string{"nearest before a 3 sigma onset", "largest 3 sigma of own metrics", "largest Mann-Whitney of own metrics"}

// rankings is the rank that each baseline gives the culprit.
func rankings(in impact.Input, truth scenario.Truth) map[string]int {
	onset := sigmaOnset(in)
	return map[string]int{
		baselineNames[0]: rankBy(in, truth, func(c impact.Change) float64 {
			if c.Start.After(onset) {
				return math.Inf(-1)
			}
			return -onset.Sub(c.Start).Minutes()
		}),
		baselineNames[1]: rankBy(in, truth, func(c impact.Change) float64 { return ofOwn(in, c, sigmas) }),
		baselineNames[2]: rankBy(in, truth, func(c impact.Change) float64 { return ofOwn(in, c, mannWhitney) }),
	}
}

func rankBy(in impact.Input, truth scenario.Truth, score func(impact.Change) float64) int {
	all := slices.Clone(in.Changes)
	scores := map[string]float64{}
	for _, c := range all {
		scores[c.ID] = score(c)
	}
	slices.SortStableFunc(all, func(a, b impact.Change) int { return cmp.Compare(scores[b.ID], scores[a.ID]) })
	return slices.IndexFunc(all, func(c impact.Change) bool { return c.ID == truth.Culprit }) + 1
}

// values are the samples of an SLI between two times.
func values(s impact.SLI, from, to time.Time) (all []float64) {
	a, _ := slices.BinarySearch(s.Series.Times, from.UnixMilli())
	b, _ := slices.BinarySearch(s.Series.Times, to.UnixMilli())
	for i := a; i < b; i++ {
		switch {
		case !s.Series.Counts():
			all = append(all, s.Series.Values[i])
		case s.Series.Total[i] > 0:
			all = append(all, s.Series.Bad[i]/s.Series.Total[i])
		}
	}
	if s.Bad == impact.Down {
		for i := range all {
			all[i] = -all[i]
		}
	}
	return all
}

func ofOwn(in impact.Input, c impact.Change, statistic func(before, after []float64) float64) float64 {
	most := math.Inf(-1)
	for _, s := range in.SLIs {
		if s.Service == c.Service {
			most = max(most, statistic(values(s, c.Start.Add(-2*time.Hour), c.Start), values(s, c.Start, c.Start.Add(30*time.Minute))))
		}
	}
	return most
}

func moments(all []float64) (mean, spread float64) {
	for _, v := range all {
		mean += v / float64(len(all))
	}
	for _, v := range all {
		spread += (v - mean) * (v - mean) / float64(len(all))
	}
	return mean, math.Sqrt(spread)
}

// sigmas is how many times the spread before the mean after is above that before.
func sigmas(before, after []float64) float64 {
	if len(before) < 10 || len(after) < 3 {
		return 0
	}
	mean, spread := moments(before)
	now, _ := moments(after)
	return (now - mean) / max(spread, 1e-9)
}

// mannWhitney is the z of the rank sum of what is after.
func mannWhitney(before, after []float64) float64 {
	n, m := float64(len(before)), float64(len(after))
	if n < 10 || m < 3 {
		return 0
	}
	type value struct {
		v     float64
		after bool
	}
	var all []value
	for _, v := range before {
		all = append(all, value{v, false})
	}
	for _, v := range after {
		all = append(all, value{v, true})
	}
	slices.SortFunc(all, func(a, b value) int { return cmp.Compare(a.v, b.v) })
	sum := 0.0
	for i := 0; i < len(all); {
		k := i
		for k < len(all) && all[k].v == all[i].v {
			k++
		}
		for _, v := range all[i:k] {
			if v.after {
				sum += float64(i+k+1) / 2
			}
		}
		i = k
	}
	return (sum - m*(m+1)/2 - n*m/2) / math.Sqrt(n*m*(n+m+1)/12)
}

// sigmaOnset is when the first SLI went three times its spread away for five
// minutes, in the last hours; the end where none did.
func sigmaOnset(in impact.Input) time.Time {
	first := in.At
	for _, s := range in.SLIs {
		mean, spread := moments(values(s, in.At.Add(-6*time.Hour), in.At.Add(-4*time.Hour)))
		for at := in.At.Add(-4 * time.Hour); at.Before(first); at = at.Add(time.Minute) {
			now, _ := moments(values(s, at, at.Add(5*time.Minute)))
			if now > mean+3*spread && at.Before(first) {
				first = at
			}
		}
	}
	return first
}
