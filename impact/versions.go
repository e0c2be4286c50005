package impact

import (
	"math"
	"slices"
	"strings"
	"time"
)

// What old and new versions, which run side by side, tell of a change, in the
// units of its score.
const (
	newFails   = 3.0  // the new version fails, the old one does not
	newSlow    = 2.0  // the new version is slow, the old one is not
	newSilent  = 2.5  // the new version never served, the old one did
	bothFail   = -2.0 // the old version fails just the same
	failsFrom  = 0.05 // share of requests
	failsTimes = 2.0
	sameTimes  = 1.5
	slowTimes  = 1.5
	silentFor  = 2 * time.Minute
	silentOld  = 2 // samples that the old version has to have served in
)

// sides is what the new and the old version did since a change began.
type sides struct {
	sli      *SLI
	now, old side
}

type side struct {
	samples    int
	bad, total float64
	values     []float64
}

// served reports whether a version did anything.
func (s side) served() bool { return s.samples > 0 }

// fails is the share of bad requests.
func (s side) fails() (float64, bool) {
	switch {
	case s.total > 0:
		return s.bad / s.total, true
	case len(s.values) > 0:
		sum := 0.0
		for _, v := range s.values {
			sum += v
		}
		return sum / float64(len(s.values)), true
	}
	return 0, false
}

// version is a version as it is compared: "v412" is "412".
func version(v string) string {
	return strings.TrimPrefix(strings.ToLower(strings.TrimSpace(v)), "v")
}

// versionsOf splits what an SLI did since a change began, where it is split by
// versions at all and they are those of the change.
func versionsOf(c *Change, sli *SLI, s Series) (sides, bool) {
	v := sides{sli: sli}
	if s.Version == nil || c.Version == "" {
		return v, false
	}
	now, previous := version(c.Version), version(c.Previous)
	known := false
	from := c.Start.UnixMilli()
	for i, t := range s.Times {
		label := version(s.Version[i])
		known = known || label == now || label == previous && previous != ""
		if t < from {
			continue
		}
		switch {
		case label == now:
			v.now.add(s, i)
		case label == previous || previous == "":
			v.old.add(s, i)
		}
	}
	return v, known
}

func (v *side) add(s Series, i int) {
	if s.Counts() {
		if s.Total[i] > 0 {
			v.samples++
		}
		v.bad += s.Bad[i]
		v.total += s.Total[i]
		return
	}
	v.samples++
	v.values = append(v.values, s.Values[i])
}

// sided is what versions tell of one change.
type sided struct {
	score    float64
	findings []Finding
}

// versions weighs what the versions of a change did, over all of its service's
// SLIs that are split.
func (j *judge) versions(c *Change) (r sided) {
	silent, served := Finding{}, false
	for _, m := range j.metrics {
		if plain(m.sli.Service) != plain(c.Service) {
			continue
		}
		v, ok := versionsOf(c, m.sli, m.series)
		if !ok {
			continue
		}
		served = served || v.now.served()
		if !v.now.served() && v.old.samples >= silentOld && j.at.Sub(c.Start) >= silentFor && silent.Key == "" {
			silent = Finding{"impact.silent version", []any{c.Version, Count(v.old.samples)}}
		}
		score, f := v.compare(c)
		if math.Abs(score) > math.Abs(r.score) {
			r.score, r.findings = score, []Finding{f}
		}
	}
	if !served && silent.Key != "" && r.score < newSilent {
		return sided{newSilent, []Finding{silent}}
	}
	return r
}

// compare weighs the new version against the old one by one SLI.
func (v sides) compare(c *Change) (float64, Finding) {
	if !v.now.served() || !v.old.served() {
		return 0, Finding{}
	}
	if v.sli.Kind == Ratio {
		return v.compareFailures(c)
	}
	if v.sli.Kind == Latency || v.sli.Kind == Saturation {
		return v.compareValues(c)
	}
	return 0, Finding{}
}

func (v sides) compareFailures(c *Change) (float64, Finding) {
	now, ok := v.now.fails()
	old, both := v.old.fails()
	if !ok || !both || v.now.total > 0 && v.now.bad < failuresLeast && v.now.bad < v.now.total {
		return 0, Finding{}
	}
	shares := []any{c.Version, Quantity{now, "ratio"}, Quantity{old, "ratio"}}
	switch {
	case now > failsFrom && now > failsTimes*old:
		return newFails, Finding{"impact.new version fails", shares}
	case old >= failsFrom && now < sameTimes*old:
		return bothFail, Finding{"impact.old version fails too", shares}
	}
	return 0, Finding{}
}

// valuesLeast is how many samples each side needs.
const valuesLeast = 3

func (v sides) compareValues(c *Change) (float64, Finding) {
	if len(v.now.values) < valuesLeast || len(v.old.values) < valuesLeast {
		return 0, Finding{}
	}
	now, old := slices.Sorted(slices.Values(v.now.values)), slices.Sorted(slices.Values(v.old.values))
	a, b := sorted(now, 0.5), sorted(old, 0.5)
	if b > 0 && a > slowTimes*b && sorted(now, 0.25) > sorted(old, 0.75) {
		return newSlow, Finding{"impact.new version slow", []any{c.Version, v.sli.Name, Quantity{a, v.sli.Unit}, Quantity{b, v.sli.Unit}}}
	}
	return 0, Finding{}
}
