package scenario_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"muster/impact"
)

// traffic is failures of a service of which little is asked, over two days at 15 s: one
// in a thousand fails, in fits; from half an hour before the end on so many times more.
func traffic(seed uint64, perMinute, times float64) impact.Input {
	r := rand.New(rand.NewPCG(seed, 17))
	poisson := func(mean float64) (n float64) {
		for left := mean - r.ExpFloat64(); left > 0; n++ {
			left -= r.ExpFloat64()
		}
		return n
	}
	at := origin.Add(48 * time.Hour)
	start := at.Add(-30 * time.Minute)
	var s impact.Series
	worse := 1.0
	for t := origin; !t.After(at); t = t.Add(15 * time.Second) {
		if r.IntN(80) == 0 {
			worse = math.Exp(0.8*r.NormFloat64() - 0.32)
		}
		failing := min(1, 0.001*worse)
		if times > 1 && !t.Before(start) {
			failing = 0.001 * times
		}
		total := poisson(perMinute / 4)
		s.Times, s.Bad, s.Total = append(s.Times, t.UnixMilli()), append(s.Bad, min(total, poisson(total*failing))), append(s.Total, total)
	}
	return impact.Input{
		At: at, Changes: []impact.Change{{ID: "f", Kind: impact.Flag, Service: "a", Start: start}},
		SLIs: []impact.SLI{{Name: "s", Service: "a", Kind: impact.Ratio, Bad: impact.Up, Series: s}},
	}
}

// unhealthyOf is the share of runs in which the change is called unhealthy.
func unhealthyOf(tb testing.TB, s seeds, perMinute, times float64) float64 {
	found := 0
	parallel(s, func(seed uint64, mu *sync.Mutex) {
		j, err := impact.Judge(traffic(seed, perMinute, times))
		if err != nil {
			tb.Error(err)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		found += number(j.Changes[0].Verdict == impact.Unhealthy)
	})
	return share(found, int(s.to-s.from))
}

// BenchmarkTraffic prints how often few requests are judged falsely and rightly:
//
//	go test ./impact/scenario -bench Traffic -benchtime 1x -run '^$'
func BenchmarkTraffic(b *testing.B) {
	for range b.N {
		for _, perMinute := range []float64{6, 30, 120, 600} {
			s := seeds{1, 601}
			fmt.Printf("%3.0f requests a minute, 0.1 %% fail: falsely unhealthy %.4f; found at 0.5 %% %.3f, at 2 %% %.3f, at 10 %% %.3f\n",
				perMinute, unhealthyOf(b, s, perMinute, 1), unhealthyOf(b, s, perMinute, 5), unhealthyOf(b, s, perMinute, 20), unhealthyOf(b, s, perMinute, 100))
		}
	}
}

// TestLowTraffic has a service of few requests fail as usual, and a hundred times as
// often.
func TestLowTraffic(t *testing.T) {
	for _, perMinute := range []float64{6, 30} {
		if falsely := unhealthyOf(t, seeds{1, 101}, perMinute, 1); falsely > 0.01 {
			t.Errorf("at %v requests a minute, %.3f of harmless changes are called unhealthy", perMinute, falsely)
		}
		if found := unhealthyOf(t, seeds{1, 41}, perMinute, 100); found < 0.95 {
			t.Errorf("at %v requests a minute, %.3f are found where a tenth fails", perMinute, found)
		}
	}
}

// TestHarmlessMoments holds a small sample to what BenchmarkHarmless measures.
func TestHarmlessMoments(t *testing.T) {
	for _, n := range noises {
		c := n.calibration(t, seeds{501, 507}, 12)
		if share(c.hundredth, c.judged) > 0.05 || share(c.unhealthy, c.judged) > 0.03 {
			t.Errorf("%s: of %d harmless moments %d look as only one in a hundred should, and %d are unhealthy", n.name, c.judged, c.hundredth, c.unhealthy)
		}
	}
}
