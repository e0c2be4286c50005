package evidence

import (
	"maps"
	"slices"
	"time"

	"muster/evidence/chart"
	"muster/integrations/metrics"
)

// How what is usual is told: by nine of ten samples of about the same time of day
// of the week before, or of all of them where those are few.
const (
	bandStep  = 10 * time.Minute
	bandAbout = 45 * time.Minute
	bandLeast = 12
	bandLow   = 0.05
	bandHigh  = 0.95
)

// band is what is usual from one time up to another, by what was before.
func band(parts []metrics.Series, from, to time.Time) (all []chart.Range) {
	if len(parts) != 1 || len(parts[0].Points) < bandLeast {
		return nil
	}
	points := parts[0].Points
	var every []float64
	for _, p := range points {
		every = append(every, p.Value)
	}
	slices.Sort(every)
	for at := from; ; at = at.Add(bandStep) {
		if at.After(to) {
			at = to // up to the edge
		}
		near := aboutSameTime(points, at)
		if len(near) < bandLeast {
			near = every
		}
		all = append(all, chart.Range{At: at, Low: near[int(bandLow*float64(len(near)-1))], High: near[int(bandHigh*float64(len(near)-1)+0.5)]})
		if !at.Before(to) {
			return all
		}
	}
}

// aboutSameTime are the values of about the same time on the days before,
// ascending.
func aboutSameTime(points []metrics.Point, at time.Time) (all []float64) {
	for day := at.Add(-24 * time.Hour); day.After(points[0].At.Add(-bandAbout)); day = day.Add(-24 * time.Hour) {
		a, _ := slices.BinarySearchFunc(points, day.Add(-bandAbout), func(p metrics.Point, t time.Time) int { return p.At.Compare(t) })
		for ; a < len(points) && !points[a].At.After(day.Add(bandAbout)); a++ {
			all = append(all, points[a].Value)
		}
	}
	slices.Sort(all)
	return all
}

func sortedKeys(all map[string]string) []string { return slices.Sorted(maps.Keys(all)) }
