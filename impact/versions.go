package impact

import (
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
)

// What old and new versions, which run side by side, tell of a change, in the
// units of its score.
const (
	newFails   = 3.0  // the new version fails, the old one does not
	newSlow    = 2.0  // the new version is slow, the old one is not
	newSilent  = 2.5  // the new version never served, the old one did
	bothFail   = -2.0 // the old version fails just the same
	bothSlow   = -1.5 // the old version became as slow
	failsFrom  = 0.05 // share of requests
	failsTimes = 2.0
	sameTimes  = 1.5
	slowTimes  = 1.5
	silentFor  = 2 * time.Minute
	silentOld  = 2 // samples that the old version has to have served in

	settles    = time.Minute // in which a new version is slow, and harmlessly so
	valuesGood = 4           // samples of the new version, for its slowness to count whole
	valuesOld  = 2
	valuesWas  = 3
	wasFor     = 20 * time.Minute // before a change, in which it is looked how fast it was
)

// label is a version as a series names it, and when it is there first.
type label struct {
	name  string
	first int64
}

// splitUp keeps what is split by versions, with the versions as they are compared,
// and puts them together for all else.
func (m *metric) splitUp() {
	if m.series.Version == nil {
		return
	}
	m.split = m.series
	m.split.Version = make([]string, len(m.series.Times))
	names := map[string]string{}
	for i, raw := range m.series.Version {
		name, seen := names[raw]
		if !seen {
			name = version(raw, m.sli.Service)
			names[raw] = name
			if !slices.ContainsFunc(m.labels, func(l label) bool { return l.name == name }) && name != "" {
				m.labels = append(m.labels, label{name, m.series.Times[i]})
			}
		}
		m.split.Version[i] = name
	}
	m.series = m.series.whole(m.sli.Kind)
}

// version is a version as it is compared: "v412" is "412", and of a service
// reviews "reviews-v3" is "3".
func version(v, service string) string {
	v = plain(v)
	if rest, ok := strings.CutPrefix(v, plain(service)); ok && strings.TrimLeft(rest, "-_:/@. ") != rest {
		v = strings.TrimLeft(rest, "-_:/@. ")
	}
	return strings.TrimPrefix(strings.TrimPrefix(v, "v"), ".")
}

// alike reports whether two versions are named by one scheme: they differ in
// nothing but numbers.
func alike(a, b string) bool {
	scheme := func(v string) string {
		return strings.Join(strings.FieldsFunc(v, unicode.IsDigit), "0")
	}
	return scheme(a) == scheme(b)
}

// roles says which labels are the new version of a change, and which the old one;
// false where the labels have nothing to do with the change. Where its versions
// are not given, or named in another way, the new version is what is there for the
// first time since the change, and before the next one of its service.
func (m *metric) roles(c *Change, next time.Time) (now, old func(string) bool, known bool) {
	named, previous := version(c.Version, m.sli.Service), version(c.Previous, m.sli.Service)
	has := func(name string) bool {
		return name != "" && slices.ContainsFunc(m.labels, func(l label) bool { return l.name == name })
	}
	others := func(v string) bool { return v != named && v != "" }
	is := func(name string) func(string) bool { return func(v string) bool { return v == name } }
	from := c.Start.Add(-time.Duration(m.spacing * float64(time.Second))).UnixMilli()
	fresh := func(l label) bool {
		return c.restarts() && l.first >= from && (next.IsZero() || l.first < next.UnixMilli())
	}
	isFresh := func(v string) bool {
		return slices.ContainsFunc(m.labels, func(l label) bool { return l.name == v && fresh(l) })
	}
	switch {
	case has(named) && has(previous):
		return is(named), is(previous), true
	case has(named):
		return is(named), others, true
	case slices.ContainsFunc(m.labels, fresh):
		return isFresh, func(v string) bool { return v != "" && !isFresh(v) }, true
	case has(previous):
		return is(named), is(previous), named != ""
	}
	// The one before would be there, if the labels were versions of this kind.
	return is(named), others, named != "" && previous == "" && slices.ContainsFunc(m.labels, func(l label) bool { return alike(l.name, named) })
}

// sides is what the new and the old version did since a change began, and what the
// old one did before.
type sides struct {
	sli           *SLI
	now, old, was side
}

type side struct {
	served     int // samples in which there were requests
	bad, total float64
	values     []float64
}

// fails is the share of bad requests.
func (v sides) fails(s side) (float64, bool) {
	switch {
	case s.total > 0:
		return s.bad / s.total, true
	case len(s.values) == 0:
		return 0, false
	case v.sli.Bad == Down: // it is the share of good ones
		return 1 - mean(s.values), true
	}
	return mean(s.values), true
}

// sidesOf splits what an SLI did about a change.
func (m *metric) sidesOf(c *Change, next time.Time) (sides, bool) {
	v := sides{sli: m.sli}
	if m.split.Version == nil {
		return v, false
	}
	now, old, known := m.roles(c, next)
	if !known {
		return v, false
	}
	s := &m.split
	from := c.Start.UnixMilli()
	settled := int64(math.MaxInt64)
	first, _ := slices.BinarySearch(s.Times, from-wasFor.Milliseconds())
	for i := first; i < len(s.Times) && s.Times[i] < from+farAge.Milliseconds(); i++ {
		switch t, name := s.Times[i], s.Version[i]; {
		case t < from && old(name):
			v.was.add(m, i, true)
		case t < from:
		case now(name):
			if settled == math.MaxInt64 {
				settled = t + settles.Milliseconds()
			}
			v.now.add(m, i, t >= settled || v.sli.Kind != Latency || !c.restarts())
		case old(name):
			v.old.add(m, i, true)
		}
	}
	return v, true
}

// add adds a sample, and its value where that counts.
func (v *side) add(m *metric, i int, counts bool) {
	s := &m.split
	if s.Counts() {
		if s.Total[i] > 0 {
			v.served++
		}
		v.bad += s.Bad[i]
		v.total += s.Total[i]
		return
	}
	if s.Values[i] > 0 || m.sli.Kind == Ratio {
		v.served++
	}
	if counts {
		v.values = append(v.values, s.Values[i])
	}
}

// tellsServing is how well an SLI tells whether a version serves at all: by
// requests, by shares of them, or not.
func (m *metric) tellsServing() int {
	switch {
	case m.series.Counts() || m.sli.Kind == Throughput || m.sli.Kind == Latency:
		return 2
	case m.sli.Kind == Ratio:
		return 1
	}
	return 0
}

// sided is what versions tell of one change.
type sided struct {
	score    float64
	findings []Finding
}

// versions weighs what the versions of a change did, over all of its service's
// SLIs that are split: the strongest that speaks for it, and the strongest against.
func (j *judge) versions(s *subject) sided {
	next := j.nextRestart(s)
	var worst, best sided
	serving, silent, served := 1, Finding{}, false
	for _, m := range j.metrics {
		if plain(m.sli.Service) != s.service {
			continue
		}
		v, ok := m.sidesOf(s.Change, next)
		if !ok {
			continue
		}
		if tells := m.tellsServing(); tells >= serving {
			if tells > serving {
				serving, silent, served = tells, Finding{}, false
			}
			served = served || v.now.served > 0
			if v.old.served >= silentOld && s.age >= silentFor && silent.Key == "" {
				silent = Finding{"impact.silent version", []any{newVersion(s.Change), Count(v.old.served)}}
			}
		}
		switch score, f := v.compare(s.Change); {
		case score > worst.score:
			worst = sided{score, []Finding{f}}
		case score < best.score:
			best = sided{score, []Finding{f}}
		}
	}
	if !served && silent.Key != "" {
		return sided{newSilent, []Finding{silent}}
	}
	return sided{worst.score + best.score, append(worst.findings, best.findings...)}
}

// nextRestart is when the next deploy or rollback of a change's service began; zero
// where there is none.
func (j *judge) nextRestart(s *subject) time.Time {
	for _, o := range j.services[s.service] {
		if o.restarts() && o.Start.After(s.Start) {
			return o.Start
		}
	}
	return time.Time{}
}

// newVersion is the version that a change brought, as it is told.
func newVersion(c *Change) string {
	if c.Version == "" {
		return c.ID
	}
	return c.Version
}

// compare weighs the new version against the old one by one SLI.
func (v sides) compare(c *Change) (float64, Finding) {
	switch v.sli.Kind {
	case Ratio:
		return v.compareFailures(c)
	case Latency, Saturation:
		return v.compareValues(c)
	}
	return 0, Finding{}
}

func (v sides) compareFailures(c *Change) (float64, Finding) {
	now, ok := v.fails(v.now)
	old, both := v.fails(v.old)
	if !ok || !both || v.now.total > 0 && v.now.bad < failuresLeast && v.now.bad < v.now.total {
		return 0, Finding{}
	}
	shares := []any{newVersion(c), Quantity{now, "ratio"}, Quantity{old, "ratio"}}
	switch {
	case now > failsFrom && now > failsTimes*old:
		return newFails, Finding{"impact.new version fails", shares}
	case old >= failsFrom && now < sameTimes*old:
		return bothFail, Finding{"impact.old version fails too", shares}
	}
	return 0, Finding{}
}

// compareValues weighs how slow, or full, the new version is. Few samples count for
// less.
func (v sides) compareValues(c *Change) (float64, Finding) {
	if len(v.now.values) == 0 || len(v.old.values) < valuesOld || v.sli.Bad == Down {
		return 0, Finding{}
	}
	now, old := slices.Sorted(slices.Values(v.now.values)), slices.Sorted(slices.Values(v.old.values))
	a, b, was := sorted(now, 0.5), sorted(old, 0.5), quantile(v.was.values, 0.5)
	sure := min(1, float64(len(now))/valuesGood)
	told := []any{newVersion(c), v.sli.Name, Quantity{a, v.sli.Unit}, Quantity{b, v.sli.Unit}}
	switch {
	case b > 0 && a > slowTimes*b && sorted(now, 0.25) > sorted(old, 0.75):
		return newSlow * sure, Finding{"impact.new version slow", told}
	case len(v.was.values) >= valuesWas && was > 0 && b > slowTimes*was && a < b*(1+slowTimes)/2:
		return bothSlow * sure, Finding{"impact.old version slow too", append(told, Quantity{was, v.sli.Unit})}
	}
	return 0, Finding{}
}
