package impact_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"muster/impact"
)

// TestWhatIsNamedIsNotCalledHealthy has a new version that never serves: its own
// service is as usual by the old one, and those that call it fail.
func TestWhatIsNamedIsNotCalledHealthy(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	at := time.Date(2026, 3, 12, 12, 0, 0, 0, time.UTC)
	start := at.Add(-25 * time.Minute)
	series := func(usual, after float64, version string) (s impact.Series) {
		for m := at.Add(-24 * time.Hour); !m.After(at); m = m.Add(time.Minute) {
			v := usual
			if m.After(start) {
				v = after
			}
			s.Times, s.Values = append(s.Times, m.UnixMilli()), append(s.Values, v*(1+0.05*r.NormFloat64()))
			if version != "" {
				s.Version = append(s.Version, version)
			}
		}
		return s
	}
	j, err := impact.Judge(impact.Input{
		At:      at,
		Changes: []impact.Change{{ID: "pay v2", Kind: impact.Deploy, Service: "pay", Start: start, Version: "v2", Previous: "v1"}},
		Calls:   []impact.Call{{Caller: "web", Callee: "pay"}, {Caller: "shop", Callee: "pay"}},
		SLIs: []impact.SLI{
			{Name: "pay p95", Service: "pay", Kind: impact.Latency, Bad: impact.Up, Series: series(100, 100, "v1")},
			{Name: "web errors", Service: "web", Kind: impact.Ratio, Bad: impact.Up, Series: series(0.002, 0.1, "")},
			{Name: "shop errors", Service: "shop", Kind: impact.Ratio, Bad: impact.Up, Series: series(0.002, 0.1, "")},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if j.Named != "pay v2" || j.Changes[0].Verdict != impact.Ailing {
		t.Errorf("%q is named, and it is %s (%.2f)", j.Named, j.Changes[0].Verdict, j.Changes[0].Probability)
	}
}
