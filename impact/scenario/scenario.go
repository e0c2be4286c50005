// Package scenario makes up two days of five services, with some fifty changes,
// of which one has done harm, or none. The same seed gives the same scenario.
// Judgements are tuned and tested on it.
package scenario

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"muster/impact"
)

// Class is what goes wrong.
type Class string

// The classes.
const (
	Errors3  Class = "errors +3 %"
	Errors06 Class = "errors +0.6 %"
	Low      Class = "low traffic"
	Latency  Class = "latency +60 %"
	Latency2 Class = "latency +25 %"
	Leak     Class = "leak"
	Drop     Class = "throughput -50 %"
	None     Class = "no change did it"
)

// Classes are all of them, in the order in which they are told.
var Classes = []Class{Errors3, Errors06, Low, Latency, Latency2, Leak, Drop, None}

// Truth is what really happened.
type Truth struct {
	Class   Class
	Culprit string // the ID of the change that did it; empty for none
	Service string // where it went wrong
	Onset   time.Time
}

// The scenario's size.
const (
	Days    = 2
	Step    = 15 * time.Second
	ticks   = Days * 24 * 60 * 4
	changes = 50
)

// begin is when every scenario begins.
var begin = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// End is the time at which a scenario is to be judged.
var End = begin.Add(Days * 24 * time.Hour)

// calls is who calls whom.
var calls = []impact.Call{{Caller: "web", Callee: "checkout"}, {Caller: "checkout", Callee: "payments"}, {Caller: "web", Callee: "search"}, {Caller: "checkout", Callee: "cart"}}

var names = []string{"web", "checkout", "payments", "search", "cart"}

// callers are the services that call one directly.
func callers(name string) (all []string) {
	for _, c := range calls {
		if c.Callee == name {
			all = append(all, c.Caller)
		}
	}
	return all
}

// service is one service over time; a number for each tick.
type service struct {
	name                string
	base                float64 // requests a second
	failing             float64 // share of requests that usually fail
	usual               float64 // milliseconds
	warm                float64 // how much slower it is when it starts, as a factor above 1
	warmTau             float64 // ticks
	warmFails           float64
	demand, fails, slow []float64
	fill                []float64
}

// world is a scenario in the making.
type world struct {
	*rand.Rand
	services map[string]*service
	changes  []impact.Change
	truth    Truth
	versions map[string]int
}

// Make makes the scenario of a seed.
func Make(seed uint64) (impact.Input, Truth) {
	w := &world{Rand: rand.New(rand.NewPCG(seed, 0x6d757374)), services: map[string]*service{}, versions: map[string]int{}}
	w.truth.Class = classOf(seed)
	w.truth.Service = names[w.IntN(len(names))]
	w.serve()
	w.change()
	w.disturb()
	w.harm()
	w.warmUps()
	in := impact.Input{At: End, Calls: calls, Changes: w.changes, SLIs: w.measure()}
	return in, w.truth
}

// classOf is the class of a seed: one of fifteen has no culprit.
func classOf(seed uint64) Class {
	if n := seed % 15; n < 14 {
		return Classes[n%7]
	}
	return None
}

func (w *world) uniform(low, high float64) float64 { return low + (high-low)*w.Float64() }

// wander is a noise that remembers for so many ticks, of a spread.
func (w *world) wander(memory, spread float64) []float64 {
	keep := math.Exp(-1 / memory)
	push := spread * math.Sqrt(1-keep*keep)
	all := make([]float64, ticks)
	v := w.NormFloat64() * spread
	for i := range all {
		v = keep*v + push*w.NormFloat64()
		all[i] = v
	}
	return all
}

// serve makes the services, and what they do where nothing happens.
func (w *world) serve() {
	entry := math.Exp(w.uniform(math.Log(2), math.Log(300)))
	peak := w.uniform(0.2, 0.6)
	common := w.wander(240, 0.08)
	for _, name := range names {
		s := &service{
			name: name, base: entry * w.uniform(0.25, 1), failing: math.Pow(10, w.uniform(-4, -2.6)), usual: math.Exp(w.uniform(math.Log(20), math.Log(600))),
			warm: w.uniform(0.3, 4), warmTau: w.uniform(2, 6), warmFails: w.uniform(0, 0.03),
		}
		if w.truth.Class == Low && name == w.truth.Service {
			s.base = w.uniform(0.1, 0.5)
		}
		own, level, walk := w.wander(60, 0.05), w.wander(120, 0.05), w.wander(1500, 0.06)
		for i := range ticks {
			day := 2 * math.Pi * float64(i) / (ticks / Days)
			load := (1 - peak*math.Cos(day)) * math.Exp(common[i]+own[i])
			s.demand = append(s.demand, load)
			s.slow = append(s.slow, (0.85+0.15*load)*math.Exp(level[i]+walk[i]))
			s.fails = append(s.fails, s.failing)
			s.fill = append(s.fill, 0.25+0.2*load)
		}
		drift := w.wander(1000, 0.025)
		for i := range ticks {
			s.fill[i] += drift[i]
		}
		w.services[name] = s
	}
}

// disturb adds what happens without any change: bursts of traffic, moments in
// which everything is slow, and hiccups of one service.
func (w *world) disturb() {
	for range 3 + w.IntN(5) {
		at, long, much := w.IntN(ticks), 20+w.IntN(60), w.uniform(1.4, 2.5)
		for _, s := range w.services {
			stretch(s.demand, at, long, much)
			stretch(s.slow, at, long, 1+(much-1)*0.15)
		}
	}
	for range w.IntN(3) {
		at, long, much := w.IntN(ticks), 12+w.IntN(28), w.uniform(1.2, 2)
		for _, s := range w.services {
			stretch(s.slow, at, long, much)
		}
	}
	for range 4 + w.IntN(5) {
		s := w.services[names[w.IntN(len(names))]]
		at, long := w.IntN(ticks), 8+w.IntN(24)
		if w.IntN(2) == 0 {
			stretch(s.slow, at, long, w.uniform(1.2, 1.8))
		} else {
			lift(s.fails, at, long, w.uniform(0.002, 0.02))
		}
	}
}

func stretch(all []float64, at, long int, by float64) {
	for i := at; i < min(at+long, len(all)); i++ {
		all[i] *= by
	}
}

func lift(all []float64, at, long int, by float64) {
	for i := at; i < min(at+long, len(all)); i++ {
		all[i] += by
	}
}

func tick(t time.Time) int { return int(t.Sub(begin) / Step) }

// add adds a change of a service.
func (w *world) add(kind impact.Kind, name string, at time.Time) *impact.Change {
	c := impact.Change{ID: fmt.Sprintf("c%03d", len(w.changes)+1), Kind: kind, Service: name, Start: at, Author: []string{"ana", "bo", "chi", "dee"}[w.IntN(4)]}
	if kind == impact.Deploy || kind == impact.Rollback {
		n := w.versions[name]
		w.versions[name] = n + 1
		c.Version, c.Previous = fmt.Sprintf("v%d", n+2), fmt.Sprintf("v%d", n+1)
		c.End = at.Add(time.Duration(w.uniform(30, 180)) * time.Second)
	}
	w.changes = append(w.changes, c)
	return &w.changes[len(w.changes)-1]
}

func (w *world) kind() impact.Kind {
	switch n := w.IntN(100); {
	case n < 60:
		return impact.Deploy
	case n < 80:
		return impact.Flag
	case n < 92:
		return impact.Config
	default:
		return impact.Infra
	}
}

// change adds the changes, harmless ones first, and the one that did it.
func (w *world) change() {
	before := time.Duration(w.uniform(8, 30) * float64(time.Minute))
	if w.truth.Class == Leak {
		before = time.Duration(w.uniform(70, 200) * float64(time.Minute))
	}
	w.truth.Onset = End.Add(-before).Truncate(time.Second)
	var times []time.Time
	for range changes - 6 {
		times = append(times, begin.Add(time.Duration(w.Float64()*float64(Days*24*time.Hour-time.Hour))))
	}
	slices.SortFunc(times, time.Time.Compare)
	for _, t := range times {
		w.add(w.kind(), names[w.IntN(len(names))], t.Truncate(time.Second))
	}
	w.culprit()
	for range 2 + w.IntN(4) { // decoys
		name := names[w.IntN(len(names))]
		for name == w.truth.Service {
			name = names[w.IntN(len(names))]
		}
		off := w.uniform(-12, 6)
		if w.IntN(3) == 0 {
			off = w.uniform(-1, 0.5)
		}
		w.add(w.kind(), name, w.truth.Onset.Add(time.Duration(off*float64(time.Minute))).Truncate(time.Second))
	}
}

func (w *world) culprit() {
	if w.truth.Class == None {
		return
	}
	kind, delay := impact.Deploy, w.ExpFloat64()*1.5
	switch w.IntN(5) {
	case 0:
		kind, delay = impact.Flag, w.ExpFloat64()*0.5
	case 1:
		kind, delay = impact.Config, w.ExpFloat64()*0.7
	}
	if w.IntN(10) == 0 {
		delay += w.uniform(3, 15)
	}
	at := w.truth.Onset.Add(-time.Duration(delay * float64(time.Minute))).Truncate(time.Second)
	w.truth.Culprit = w.add(kind, w.truth.Service, at).ID
	if w.truth.Class != Leak && End.Sub(w.truth.Onset) > 16*time.Minute && w.IntN(4) == 0 && kind == impact.Deploy {
		v := w.changes[len(w.changes)-1].Version
		back := w.add(impact.Rollback, w.truth.Service, End.Add(-time.Duration(w.uniform(6, 9)*float64(time.Minute))).Truncate(time.Second))
		back.Previous = v
	}
}

// harm does the harm, to the service and to those that call it.
func (w *world) harm() {
	from, to := tick(w.truth.Onset), ticks
	for _, c := range w.changes {
		if c.Kind == impact.Rollback {
			to = tick(c.Start.Add(time.Duration(w.uniform(30, 120)) * time.Second))
		}
	}
	class := w.truth.Class
	if class == None {
		class = []Class{Errors3, Latency, Errors06}[w.IntN(3)]
	}
	w.spread(w.truth.Service, class, from, to, 1)
}

func (w *world) spread(name string, class Class, from, to int, share float64) {
	s := w.services[name]
	long := to - from
	switch class {
	case Errors3:
		lift(s.fails, from, long, 0.03*share)
	case Errors06:
		lift(s.fails, from, long, 0.006*share)
	case Low:
		lift(s.fails, from, long, 0.1*share)
	case Latency:
		stretch(s.slow, from, long, 1+0.6*share)
	case Latency2:
		stretch(s.slow, from, long, 1+0.25*share)
	case Leak:
		for i := from; i < to; i++ {
			grown := float64(i-from) / 480 // two hours
			s.fill[i] += 0.35 * grown * share
			s.slow[i] *= 1 + 0.3*grown*grown*share
		}
	case Drop:
		stretch(s.demand, from, long, 1-0.5*share)
		for _, c := range calls {
			if c.Caller == name {
				w.spread(c.Callee, Drop, from, to, share*0.6)
			}
		}
		return
	}
	for _, caller := range callers(name) {
		w.spread(caller, class, from, to, share*w.uniform(0.2, 0.7))
	}
}

// warmUps makes services slow for some minutes after each deploy.
func (w *world) warmUps() {
	for _, c := range w.changes {
		if c.Kind != impact.Deploy && c.Kind != impact.Rollback {
			continue
		}
		s, much := w.services[c.Service], w.uniform(0.6, 1.4)
		for i := tick(c.Start); i < min(ticks, tick(c.Start)+40); i++ {
			left := math.Exp(-float64(i-tick(c.Start)) / s.warmTau)
			s.slow[i] *= 1 + s.warm*much*left
			s.fails[i] += s.warmFails * much * left
		}
	}
}

// measure is what is seen of the services.
func (w *world) measure() (all []impact.SLI) {
	for _, name := range names {
		s := w.services[name]
		var failed, p95, rate, full impact.Series
		for i := range ticks {
			at := begin.Add(time.Duration(i) * Step).UnixMilli()
			mean := s.base * s.demand[i] * Step.Seconds()
			n := w.poisson(mean)
			bad := min(n, w.poisson(n*min(1, s.fails[i])*w.gamma(8)))
			failed.Times, failed.Bad, failed.Total = append(failed.Times, at), append(failed.Bad, bad), append(failed.Total, n)
			rate.Times, rate.Values = append(rate.Times, at), append(rate.Values, n/Step.Seconds())
			full.Times, full.Values = append(full.Times, at), append(full.Values, min(1, s.fill[i]+0.01*w.NormFloat64()))
			if n > 0 {
				noise := 0.03 + 0.5/math.Sqrt(n)
				p95.Times, p95.Values = append(p95.Times, at), append(p95.Values, s.usual*s.slow[i]*math.Exp(noise*w.NormFloat64()))
			}
		}
		all = append(all,
			impact.SLI{Name: name + "-errors", Service: name, Kind: impact.Ratio, Bad: impact.Up, Series: w.gaps(failed)},
			impact.SLI{Name: name + "-p95", Service: name, Kind: impact.Latency, Bad: impact.Up, Unit: "ms", Series: w.gaps(p95)},
			impact.SLI{Name: name + "-rate", Service: name, Kind: impact.Throughput, Bad: impact.Down, Unit: "/s", Series: w.gaps(rate)},
			impact.SLI{Name: name + "-full", Service: name, Kind: impact.Saturation, Bad: impact.Up, Series: w.gaps(full)},
		)
	}
	return all
}

// gaps leaves a stretch of some series out.
func (w *world) gaps(s impact.Series) impact.Series {
	if w.IntN(10) > 0 {
		return s
	}
	n := len(s.Times)
	at := w.IntN(n)
	to := min(n, at+w.IntN(240))
	cut := func(v []float64) []float64 {
		if v == nil {
			return nil
		}
		return slices.Delete(v, at, to)
	}
	return impact.Series{Times: slices.Delete(s.Times, at, to), Values: cut(s.Values), Bad: cut(s.Bad), Total: cut(s.Total)}
}

// poisson is a count of a mean; a bell curve where that is as good.
func (w *world) poisson(mean float64) float64 {
	if mean > 40 {
		return math.Max(0, math.Round(mean+math.Sqrt(mean)*w.NormFloat64()))
	}
	limit, p, n := math.Exp(-mean), w.Float64(), 0.0
	for p > limit {
		p *= w.Float64()
		n++
	}
	return n
}

// gamma is a factor around 1, which makes counts vary more than chance alone
// would have it.
func (w *world) gamma(shape int) float64 {
	sum := 0.0
	for range shape {
		sum += w.ExpFloat64()
	}
	return sum / float64(shape)
}
