package evidence

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"muster/impact"
	"muster/integrations/metrics"
)

// sample is one sample of one version.
type sample struct {
	at      int64 // Unix milliseconds
	version string
}

// valued is what a query gave, as package impact takes it. Several series that do
// not tell versions apart are added up.
func valued(s SLI, a metrics.Answer) (r impact.Series) {
	sum := map[sample]float64{}
	for _, part := range a.Series {
		for _, p := range part.Points {
			sum[sample{p.At.UnixMilli(), part.Labels[s.Label]}] += p.Value
		}
	}
	split := isSplit(s, a)
	for _, k := range inOrder(sum) {
		r.Times, r.Values = append(r.Times, k.at), append(r.Values, sum[k])
		if split {
			r.Version = append(r.Version, k.version)
		}
	}
	return r
}

// counted is a ratio of counts, and the ratio as one line for each version.
func counted(s SLI, bad, total metrics.Answer) (r impact.Series, parts []metrics.Series) {
	sum := func(a metrics.Answer) map[sample]float64 {
		all := map[sample]float64{}
		for _, part := range a.Series {
			for _, p := range part.Points {
				all[sample{p.At.UnixMilli(), part.Labels[s.Label]}] += p.Value
			}
		}
		return all
	}
	of, some := sum(total), sum(bad)
	r.Bad, r.Total = []float64{}, []float64{}
	split := isSplit(s, total)
	lines := map[string][]metrics.Point{}
	for _, k := range inOrder(of) {
		r.Times = append(r.Times, k.at)
		r.Bad, r.Total = append(r.Bad, some[k]), append(r.Total, of[k]) // none is no series at all
		if split {
			r.Version = append(r.Version, k.version)
		}
		if of[k] > 0 {
			lines[k.version] = append(lines[k.version], metrics.Point{At: time.UnixMilli(k.at).UTC(), Value: some[k] / of[k]})
		}
	}
	for _, version := range slices.Sorted(maps.Keys(lines)) {
		parts = append(parts, metrics.Series{Labels: map[string]string{s.Label: version}, Points: lines[version]})
	}
	return r, parts
}

// isSplit reports whether an answer tells versions apart.
func isSplit(s SLI, a metrics.Answer) bool {
	return s.Label != "" && slices.ContainsFunc(a.Series, func(p metrics.Series) bool { return p.Labels[s.Label] != "" })
}

func inOrder(all map[sample]float64) []sample {
	return slices.SortedFunc(maps.Keys(all), func(a, b sample) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.version, b.version))
	})
}
