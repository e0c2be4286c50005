package scenario_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"muster/impact"
)

// noise is a kind of metric on which nothing is done, to see how often it is said
// that something was.
type noise struct {
	name string
	days int
	step time.Duration
	next func(r *rand.Rand) func(t float64) (value, sigma float64) // t in days
}

// remembering is a noise of spread 1 that remembers so much of the step before.
func remembering(r *rand.Rand, keep float64, push func() float64) func() float64 {
	v := 0.0
	return func() float64 {
		v = keep*v + math.Sqrt(1-keep*keep)*push()
		return v
	}
}

func daily(t, strength float64) float64 { return 1 - strength*math.Cos(2*math.Pi*t) }

var noises = []noise{
	{"seasonal, 7 days at 1 min", 7, time.Minute, func(r *rand.Rand) func(float64) (float64, float64) {
		fast, slow := remembering(r, 0.3+0.5*r.Float64(), r.NormFloat64), remembering(r, 0.995, r.NormFloat64)
		strength, sigma := 0.2+0.4*r.Float64(), 0.03+0.05*r.Float64()
		return func(t float64) (float64, float64) {
			return 100 * daily(t, strength) * math.Exp(sigma*fast()+0.5*sigma*slow()), 100 * sigma
		}
	}},
	{"remembers, 7 days at 1 min", 7, time.Minute, func(r *rand.Rand) func(float64) (float64, float64) {
		one, two := remembering(r, 0.9+0.09*r.Float64(), r.NormFloat64), remembering(r, 0.5, r.NormFloat64)
		return func(float64) (float64, float64) { return 50 + 3*one() + 2*two(), 3.6 }
	}},
	{"heavy tails, 7 days at 1 min", 7, time.Minute, func(r *rand.Rand) func(float64) (float64, float64) {
		heavy := func() float64 { // Student's t of three degrees
			return r.NormFloat64() / math.Sqrt((square(r.NormFloat64())+square(r.NormFloat64())+square(r.NormFloat64()))/3) / math.Sqrt(3)
		}
		one := remembering(r, 0.4*r.Float64(), heavy)
		strength := 0.4 * r.Float64()
		return func(t float64) (float64, float64) { return 200*daily(t, strength) + 20*one(), 20 }
	}},
	{"bursts, 7 days at 1 min", 7, time.Minute, func(r *rand.Rand) func(float64) (float64, float64) {
		one, burst := remembering(r, 0.6, r.NormFloat64), 0.0
		return func(t float64) (float64, float64) {
			if burst *= 0.93; r.IntN(1500) == 0 {
				burst = 10 * r.ExpFloat64()
			}
			return 40*daily(t, 0.3) + 2*one() + burst, 2
		}
	}},
	{"seasonal, 14 days at 5 min", 14, 5 * time.Minute, func(r *rand.Rand) func(float64) (float64, float64) {
		fast, slow := remembering(r, 0.5*r.Float64(), r.NormFloat64), remembering(r, 0.97, r.NormFloat64)
		strength := 0.5 * r.Float64()
		return func(t float64) (float64, float64) {
			return 60*daily(t, strength) + 3*fast() + 2*slow(), 3.6
		}
	}},
	{"heavy tails, 14 days at 5 min", 14, 5 * time.Minute, func(r *rand.Rand) func(float64) (float64, float64) {
		one := remembering(r, 0.3, func() float64 { return r.ExpFloat64() * r.NormFloat64() / math.Sqrt2 })
		return func(float64) (float64, float64) { return 30 + 4*one(), 4 }
	}},
}

func square(v float64) float64 { return v * v }

// origin is when all noise begins.
var origin = time.Date(2026, 2, 2, 0, 0, 0, 0, time.UTC)

// series is one metric of a noise, and its spread.
func (n noise) series(seed uint64) (s impact.Series, sigma float64) {
	r := rand.New(rand.NewPCG(seed, uint64(len(n.name))))
	next := n.next(r)
	for at := time.Duration(0); at < time.Duration(n.days)*24*time.Hour; at += n.step {
		v, one := next(at.Hours() / 24)
		sigma = one
		s.Times, s.Values = append(s.Times, origin.Add(at).UnixMilli()), append(s.Values, v)
	}
	return s, sigma
}

// judgeAt judges a flag that was flipped at a moment of a series.
func judgeAt(tb testing.TB, s impact.Series, moment, at time.Time) impact.Judged {
	n, _ := slices.BinarySearch(s.Times, at.UnixMilli()+1)
	seen := impact.Series{Times: s.Times[:n], Values: s.Values[:n]}
	j, err := impact.Judge(impact.Input{
		At: at, Changes: []impact.Change{{ID: "f", Kind: impact.Flag, Service: "a", Start: moment}},
		SLIs: []impact.SLI{{Name: "s", Service: "a", Kind: impact.Other, Bad: impact.Up, Series: seen}},
	})
	if err != nil || len(j.Changes) != 1 {
		tb.Error(err)
		return impact.Judged{}
	}
	return j.Changes[0]
}

// moments are so many moments of the last two days of a series, in which nothing is done.
func (n noise) moments(seed uint64, many int) (all []time.Time) {
	r := rand.New(rand.NewPCG(seed, 99))
	for range many {
		back := 35 + r.IntN(2*24*60)
		all = append(all, origin.Add(time.Duration(n.days)*24*time.Hour-time.Duration(back)*time.Minute))
	}
	return all
}

// calm is how often it is said of harmless moments that something was done.
type calm struct {
	judged, hundredth, twentieth, unhealthy int
}

// calibration judges harmless moments half an hour after them.
func (n noise) calibration(tb testing.TB, s seeds, each int) (c calm) {
	parallel(s, func(seed uint64, mu *sync.Mutex) {
		series, _ := n.series(seed)
		for _, m := range n.moments(seed, each) {
			one := judgeAt(tb, series, m, m.Add(30*time.Minute))
			mu.Lock()
			c.judged++
			c.hundredth += number(one.Tail < 0.01)
			c.twentieth += number(one.Tail < 0.05)
			c.unhealthy += number(one.Verdict == impact.Unhealthy)
			mu.Unlock()
		}
	})
	return c
}

// watch is what comes of judging each minute for half an hour.
type watch struct {
	harmless, falsely int
	shifted, found    int
	after             []float64 // minutes
}

// watched judges each minute after harmless moments, and after the metric went up by
// three times its spread.
func (n noise) watched(tb testing.TB, s seeds, each int) (w watch) {
	parallel(s, func(seed uint64, mu *sync.Mutex) {
		series, sigma := n.series(seed)
		for _, m := range n.moments(seed, each) {
			falsely := ever(tb, series, m)
			higher := series
			higher.Values = slices.Clone(series.Values)
			for i, t := range series.Times {
				if t >= m.UnixMilli() {
					higher.Values[i] += 3 * sigma
				}
			}
			found := ever(tb, higher, m)
			mu.Lock()
			w.harmless++
			w.falsely += number(falsely > 0)
			w.shifted++
			if found > 0 {
				w.found++
				w.after = append(w.after, float64(found))
			}
			mu.Unlock()
		}
	})
	return w
}

// ever is how many minutes after a moment a change is first called unhealthy; 0 for
// never.
func ever(tb testing.TB, s impact.Series, moment time.Time) int {
	for minute := 1; minute <= 30; minute++ {
		if judgeAt(tb, s, moment, moment.Add(time.Duration(minute)*time.Minute)).Verdict == impact.Unhealthy {
			return minute
		}
	}
	return 0
}

func number(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// parallel does something for each seed.
func parallel(s seeds, do func(seed uint64, mu *sync.Mutex)) {
	var mu sync.Mutex
	var all sync.WaitGroup
	turn := make(chan bool, runtime.GOMAXPROCS(0))
	for seed := s.from; seed < s.to; seed++ {
		turn <- true
		all.Go(func() {
			defer func() { <-turn }()
			do(seed, &mu)
		})
	}
	all.Wait()
}

// BenchmarkHarmless prints how often harmless moments look bad, over how often they
// should, and what comes of watching each minute:
//
//	go test ./impact/scenario -bench Harmless -benchtime 1x -run '^$'
func BenchmarkHarmless(b *testing.B) {
	for range b.N {
		for _, n := range noises {
			c, w := n.calibration(b, seeds{1, 61}, 50), n.watched(b, seeds{101, 111}, 20)
			slices.Sort(w.after)
			median := 0.0
			if len(w.after) > 0 {
				median = w.after[len(w.after)/2]
			}
			fmt.Printf("%-30s %d moments: below 0.01 %.2f times what it should be, below 0.05 %.2f times, unhealthy %.4f; watched: falsely %.3f, 3 sigma found %.3f after %.0f min\n",
				n.name, c.judged, share(c.hundredth, c.judged)/0.01, share(c.twentieth, c.judged)/0.05, share(c.unhealthy, c.judged), share(w.falsely, w.harmless), share(w.found, w.shifted), median)
		}
	}
}
