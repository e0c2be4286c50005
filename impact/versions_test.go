package impact_test

import (
	"testing"
	"time"

	"muster/impact"
)

// canary is a test bed of four services with twenty minutes of history, of which
// some get a new version beside the old one. All that it serves is split by
// versions.
type canary struct {
	maker
	step    time.Duration
	label   func(service, version string) string
	changes []impact.Change
	slow    map[string]float64 // factor of a version, as in "cart v2"
	fails   map[string]float64 // share, of a version
	silent  map[string]bool
	warm    map[string]float64 // factor of a new version, in its first minute
	whole   map[string]bool    // services that are not split
	asRatio bool               // failures as shares
	hurt    time.Time          // when the factors begin to hold
}

func newCanary(seed uint64) *canary {
	return &canary{
		maker: newMaker(seed), step: 15 * time.Second, label: func(_, version string) string { return version },
		slow: map[string]float64{}, warm: map[string]float64{}, fails: map[string]float64{}, silent: map[string]bool{}, whole: map[string]bool{},
	}
}

// deploy begins a canary so many minutes before noon.
func (c *canary) deploy(service string, minutes float64) *impact.Change {
	c.changes = append(c.changes, impact.Change{
		ID: "to " + service, Kind: impact.Deploy, Service: service, Version: c.label("", "v2"), Previous: c.label("", "v1"),
		Start: noon.Add(-time.Duration(minutes * float64(time.Minute))),
	})
	return &c.changes[len(c.changes)-1]
}

var bed = []impact.Call{{Caller: "web", Callee: "cart"}, {Caller: "web", Callee: "search"}, {Caller: "cart", Callee: "stock"}}

func (c *canary) input() impact.Input {
	in := impact.Input{At: noon, Changes: c.changes, Calls: bed}
	for i, service := range []string{"web", "cart", "search", "stock"} {
		var errors, p95, rate impact.Series
		over(20*time.Minute, c.step, func(at time.Time) {
			for _, v := range c.running(service, at) {
				c.sample(service, v, at, float64(20*(i+1)), &errors, &p95, &rate)
			}
		})
		if c.whole[service] {
			errors.Version, p95.Version, rate.Version = nil, nil, nil
		}
		in.SLIs = append(in.SLIs,
			impact.SLI{Name: service + " errors", Service: service, Kind: impact.Ratio, Bad: impact.Up, Series: errors},
			impact.SLI{Name: service + " p95", Service: service, Kind: impact.Latency, Bad: impact.Up, Unit: "ms", Series: p95},
			impact.SLI{Name: service + " rate", Service: service, Kind: impact.Throughput, Bad: impact.Down, Series: rate})
	}
	return in
}

// running are the versions of a service at a time, v1 first.
func (c *canary) running(service string, at time.Time) []string {
	for _, d := range c.changes {
		if d.Service == service && !at.Before(d.Start.Add(20*time.Second)) {
			return []string{"v1", "v2"}
		}
	}
	return []string{"v1"}
}

// sample adds what one version did in one step. What it calls makes it fail and slow.
func (c *canary) sample(service, v string, at time.Time, usual float64, errors, p95, rate *impact.Series) {
	share, slow, fails := 1.0, 1.0, 0.001
	if n := len(c.running(service, at)); n > 1 {
		share = 0.5
	}
	if c.silent[service+" "+v] {
		return
	}
	if !at.Before(c.hurt) {
		slow, fails = max(1, c.slow[service+" "+v]), fails+c.fails[service+" "+v]
		for _, call := range bed {
			if call.Caller == service {
				for _, callee := range c.running(call.Callee, at) {
					part := 1 / float64(len(c.running(call.Callee, at)))
					slow += 0.5 * part * max(0, c.slow[call.Callee+" "+callee]-1)
					fails += part * c.fails[call.Callee+" "+callee]
				}
			}
		}
	}
	if len(c.running(service, at.Add(-time.Minute))) == 1 && v == "v2" {
		slow *= max(1, c.warm[service])
	}
	total := c.poisson(1000 * share * c.step.Minutes())
	bad := min(total, c.poisson(total*fails))
	name := c.label(service, v)
	add := func(s *impact.Series, value float64) {
		s.Times, s.Values, s.Version = append(s.Times, at.UnixMilli()), append(s.Values, value), append(s.Version, name)
	}
	add(p95, usual*slow*(1+0.05*c.NormFloat64()))
	add(rate, total/c.step.Seconds())
	if c.asRatio {
		add(errors, bad/max(1, total))
		return
	}
	errors.Times, errors.Bad, errors.Total, errors.Version = append(errors.Times, at.UnixMilli()), append(errors.Bad, bad), append(errors.Total, total), append(errors.Version, name)
}

// TestCanaries has several services get a new version minutes apart, with no more
// than twenty minutes of history: which one did it is to be seen in what its old
// version does, too.
func TestCanaries(t *testing.T) {
	for name, make := range map[string]func(c *canary) (culprit string){
		"the new version fails": func(c *canary) string {
			c.deploy("search", 6)
			c.deploy("cart", 4)
			c.deploy("stock", 3.5)
			c.fails["cart v2"] = 0.3
			return "to cart"
		},
		"its shares of failures": func(c *canary) string {
			c.asRatio = true
			c.deploy("search", 6)
			c.deploy("cart", 4)
			c.fails["search v2"] = 0.2
			return "to search"
		},
		"the new version is slow": func(c *canary) string {
			c.deploy("search", 7)
			c.deploy("stock", 5)
			c.deploy("web", 4.5)
			c.slow["stock v2"] = 4
			return "to stock"
		},
		"it is slow, and there are few samples": func(c *canary) string {
			c.step = time.Minute
			c.deploy("cart", 4)
			c.deploy("search", 3.5)
			c.slow["cart v2"] = 5
			return "to cart"
		},
		"another one is slow while it starts": func(c *canary) string {
			c.deploy("search", 2.5)
			c.deploy("cart", 4)
			c.warm["search"], c.warm["cart"] = 25, 10
			c.slow["cart v2"] = 4
			return "to cart"
		},
		"the new version never serves": func(c *canary) string {
			c.deploy("search", 6)
			c.deploy("cart", 5)
			c.deploy("web", 4)
			c.silent["cart v2"] = true
			return "to cart"
		},
		"it never serves, and no version is given of what was before": func(c *canary) string {
			c.deploy("search", 6)
			c.deploy("cart", 5).Previous = ""
			c.silent["cart v2"] = true
			return "to cart"
		},
		"the old version fails the same": func(c *canary) string {
			c.deploy("stock", 5)
			c.deploy("cart", 4.5)
			c.fails["stock v2"] = 0.5 // and cart's versions with it
			return "to stock"
		},
		"two within a minute": func(c *canary) string {
			c.deploy("cart", 4)
			c.deploy("stock", 3.6)
			c.fails["stock v2"] = 0.4
			return "to stock"
		},
		"only one service is split": func(c *canary) string {
			c.whole["cart"], c.whole["search"], c.whole["web"] = true, true, true
			c.deploy("cart", 5)
			c.deploy("stock", 4)
			c.fails["stock v2"] = 0.4
			return "to stock"
		},
		"versions as numbers with dots": func(c *canary) string {
			c.label = func(_, v string) string { return map[string]string{"v1": "1.4.1", "v2": "1.4.2"}[v] }
			c.deploy("cart", 5)
			c.deploy("search", 4)
			c.fails["search v2"] = 0.3
			return "to search"
		},
		"labels with the service's name": func(c *canary) string {
			c.deploy("cart", 5)
			c.deploy("search", 4)
			c.label = func(service, v string) string { return service + "-" + v }
			c.silent["search v2"] = true
			return "to search"
		},
		"labels that are no versions": func(c *canary) string {
			c.deploy("cart", 5)
			c.deploy("search", 4)
			c.label = func(_, v string) string { return map[string]string{"v1": "stable", "v2": "canary"}[v] }
			c.fails["cart v2"] = 0.3
			return "to cart"
		},
		"no version is given": func(c *canary) string {
			for _, d := range []*impact.Change{c.deploy("cart", 5), c.deploy("search", 4)} {
				d.Version, d.Previous = "", ""
			}
			for i := range c.changes {
				c.changes[i].Version, c.changes[i].Previous = "", ""
			}
			c.slow["cart v2"] = 4
			return "to cart"
		},
	} {
		t.Run(name, func(t *testing.T) {
			right := 0
			const runs = 6
			for seed := range uint64(runs) {
				c := newCanary(seed)
				c.hurt = noon.Add(-20 * time.Minute)
				culprit := make(c)
				if j := mustJudge(t, c.input()); first(j) == culprit {
					right++
				} else if seed == 0 {
					for _, one := range j.Changes {
						t.Log(one.ID, one.Rank, one.Probability, one.Findings)
					}
				}
			}
			if right < runs {
				t.Errorf("the right one is first in %d of %d", right, runs)
			}
		})
	}
}

// TestLabelsOfAnotherKind has a series split by the version of an interface, which
// says nothing of a deploy.
func TestLabelsOfAnotherKind(t *testing.T) {
	c := newCanary(3)
	c.deploy("cart", 5)
	c.changes[0].Version, c.changes[0].Previous = "v412", "v411"
	in := c.input()
	for i := range in.SLIs {
		for k := range in.SLIs[i].Series.Version {
			in.SLIs[i].Series.Version[k] = "v1"
		}
	}
	if j := mustJudge(t, in); j.Named != "" || j.Changes[0].Probability > 0.5 {
		t.Errorf("%q is named; %v", j.Named, j.Changes[0].Findings)
	}
}

// TestSplitThroughputAddsUp has a new version take half of the requests over, which
// is no loss of any.
func TestSplitThroughputAddsUp(t *testing.T) {
	m, start := newMaker(4), noon.Add(-time.Hour)
	all := m.values(8*time.Hour, time.Minute, 100, 0.05, always)
	var s impact.Series
	for i, at := range all.Times {
		s.Times, s.Values, s.Version = append(s.Times, at), append(s.Values, all.Values[i]), append(s.Version, "v1")
		if at >= start.UnixMilli() {
			s.Values[len(s.Values)-1] *= 0.5
			s.Times, s.Values, s.Version = append(s.Times, at), append(s.Values, all.Values[i]*0.5), append(s.Version, "v2")
		}
	}
	in := impact.Input{
		At: noon, Changes: []impact.Change{{ID: "d", Kind: impact.Deploy, Service: "cart", Start: start, Version: "v2", Previous: "v1"}},
		SLIs: []impact.SLI{{Name: "rate", Service: "cart", Kind: impact.Throughput, Bad: impact.Down, Series: s}},
	}
	if j := mustJudge(t, in); verdictOf(j, "d") != impact.Healthy {
		t.Errorf("it is %s: %v", verdictOf(j, "d"), j.Changes[0].Findings)
	}
}

// TestSharesOfSuccess has both versions succeed nearly always, which is no failure of both.
func TestSharesOfSuccess(t *testing.T) {
	m, start := newMaker(5), noon.Add(-10*time.Minute)
	var s impact.Series
	over(20*time.Minute, 15*time.Second, func(at time.Time) {
		s.Times, s.Values, s.Version = append(s.Times, at.UnixMilli()), append(s.Values, 0.999+0.0002*m.NormFloat64()), append(s.Version, "v1")
		if !at.Before(start) {
			s.Times, s.Values, s.Version = append(s.Times, at.UnixMilli()), append(s.Values, 0.7), append(s.Version, "v2")
		}
	})
	in := impact.Input{
		At: noon, Changes: []impact.Change{
			{ID: "d", Kind: impact.Deploy, Service: "cart", Start: start, Version: "v2", Previous: "v1"},
			{ID: "e", Kind: impact.Deploy, Service: "search", Start: start.Add(time.Minute), Version: "v2", Previous: "v1"},
		},
		SLIs: []impact.SLI{{Name: "good", Service: "cart", Kind: impact.Ratio, Bad: impact.Down, Series: s}},
	}
	if j := mustJudge(t, in); j.Named != "d" || j.Changes[0].Findings[1].Key == "" {
		t.Errorf("%q is named", j.Named)
	}
}
