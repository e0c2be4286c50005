package scenario_test

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"muster/impact"
	"muster/impact/scenario"
)

// Seeds that the numbers of package impact were found on, and seeds that were
// never looked at while they were.
var (
	tuning    = seeds{1, 451}
	untouched = seeds{7001, 7601}
)

type seeds struct{ from, to uint64 }

// figures are what a run over seeds gives.
type figures struct {
	classes                          map[scenario.Class]*hits
	baselines                        map[string]*hits
	harmless, falsely, harmed, found int // deploys, and those called unhealthy
	flags, falseFlags                int
	runs, named, right, none, silent int
	sure                             [10]struct{ n, stated, right float64 }
}

type hits struct{ n, first, three int }

func (h *hits) add(rank int) {
	h.n++
	if rank == 1 {
		h.first++
	}
	if rank <= 3 {
		h.three++
	}
}

func (h *hits) String() string {
	return fmt.Sprintf("%.2f/%.2f", float64(h.first)/float64(max(1, h.n)), float64(h.three)/float64(max(1, h.n)))
}

// run judges all scenarios of some seeds, and has the baselines rank them.
func run(tb testing.TB, s seeds, baselines bool) *figures {
	f := &figures{classes: map[scenario.Class]*hits{}, baselines: map[string]*hits{}}
	for _, c := range scenario.Classes {
		f.classes[c] = &hits{}
	}
	var mu sync.Mutex
	var all sync.WaitGroup
	turn := make(chan bool, runtime.GOMAXPROCS(0))
	for seed := s.from; seed < s.to; seed++ {
		turn <- true
		all.Go(func() {
			defer func() { <-turn }()
			in, truth := scenario.Make(seed)
			j, err := impact.Judge(in)
			if err != nil {
				tb.Error(err)
				return
			}
			ranks := map[string]int{}
			if baselines && truth.Culprit != "" {
				ranks = rankings(in, truth)
			}
			mu.Lock()
			defer mu.Unlock()
			f.add(j, truth, ranks)
		})
	}
	all.Wait()
	return f
}

func (f *figures) add(j impact.Judgement, truth scenario.Truth, baselines map[string]int) {
	f.runs++
	for i, c := range j.Changes {
		if c.ID == truth.Culprit {
			f.classes[truth.Class].add(i + 1)
		}
	}
	for name, rank := range baselines {
		if f.baselines[name] == nil {
			f.baselines[name] = &hits{}
		}
		f.baselines[name].add(rank)
	}
	for _, c := range j.Changes {
		f.addVerdict(c, truth)
	}
	if len(j.Changes) > 0 {
		first := j.Changes[0]
		b := &f.sure[min(9, int(first.Probability*10))]
		b.n++
		b.stated += first.Probability
		if first.ID == truth.Culprit {
			b.right++
		}
	}
	if truth.Culprit == "" {
		f.none++
		if j.Named == "" {
			f.silent++
		}
	}
	if j.Named != "" {
		f.named++
		if j.Named == truth.Culprit {
			f.right++
		}
	}
}

func (f *figures) addVerdict(c impact.Judged, truth scenario.Truth) {
	bad := 0
	if c.Verdict == impact.Unhealthy {
		bad = 1
	}
	switch before := truth.Onset.Sub(c.Start); {
	case c.ID == truth.Culprit:
		f.harmed++
		f.found += bad
	case before < 35*time.Minute: // it is looked at while the harm is done
	case c.Kind == impact.Deploy:
		f.harmless++
		f.falsely += bad
	case c.Kind == impact.Flag || c.Kind == impact.Config:
		f.flags++
		f.falseFlags += bad
	}
}

// all is the figures of all scenarios with a culprit.
func (f *figures) all() *hits {
	sum := &hits{}
	for _, h := range f.classes {
		sum.n, sum.first, sum.three = sum.n+h.n, sum.first+h.first, sum.three+h.three
	}
	return sum
}

// ece is by how much what is stated of the first one differs from what is true of it.
func (f *figures) ece() float64 {
	sum := 0.0
	for _, b := range f.sure {
		sum += math.Abs(b.stated - b.right)
	}
	return sum / float64(f.runs)
}

func share(n, of int) float64 { return float64(n) / float64(max(1, of)) }

// BenchmarkSuite prints the figures of docs/impact.md:
//
//	go test ./impact/scenario -bench Suite -benchtime 1x -run '^$'
func BenchmarkSuite(b *testing.B) {
	for range b.N {
		tuned, fresh := run(b, tuning, false), run(b, untouched, true)
		print(tuned, fresh)
		b.ReportMetric(share(fresh.all().first, fresh.all().n), "top1")
		b.ReportMetric(share(fresh.falsely, fresh.harmless), "false/deploy")
	}
}

func print(tuned, fresh *figures) {
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	line := func(what string, value func(*figures) string) {
		fmt.Fprintf(w, "%s\t%s\t%s\n", what, value(tuned), value(fresh))
	}
	fmt.Fprintf(w, "top-1/top-3\ttuning seeds %d-%d\tuntouched seeds %d-%d\n", tuning.from, tuning.to-1, untouched.from, untouched.to-1)
	line("all", func(f *figures) string { return f.all().String() })
	for _, c := range scenario.Classes[:len(scenario.Classes)-1] {
		line(string(c), func(f *figures) string { return f.classes[c].String() })
	}
	for _, name := range baselineNames {
		line("baseline: "+name, func(f *figures) string {
			if f.baselines[name] == nil {
				return ""
			}
			return f.baselines[name].String()
		})
	}
	line("named: how many, of them right", func(f *figures) string {
		return fmt.Sprintf("%.2f, %.3f", share(f.named, f.runs), share(f.right, f.named))
	})
	line("left unnamed where none did it", func(f *figures) string { return fmt.Sprintf("%d of %d", f.silent, f.none) })
	line("stated against true (ECE)", func(f *figures) string { return fmt.Sprintf("%.3f", f.ece()) })
	line("harmless deploys called unhealthy", func(f *figures) string {
		return fmt.Sprintf("%.4f of %d", share(f.falsely, f.harmless), f.harmless)
	})
	line("harmless flags and settings called unhealthy", func(f *figures) string {
		return fmt.Sprintf("%.4f of %d", share(f.falseFlags, f.flags), f.flags)
	})
	line("harmful changes called unhealthy", func(f *figures) string { return fmt.Sprintf("%.3f of %d", share(f.found, f.harmed), f.harmed) })
	_ = w.Flush() // it writes to memory
	fmt.Fprint(os.Stdout, out.String())
}

// TestFigures holds a sample of untouched seeds to somewhat less than what
// docs/impact.md tells, as it is a small one.
func TestFigures(t *testing.T) {
	f := run(t, seeds{9001, 9046}, false)
	for what, c := range map[string]struct{ got, least float64 }{
		"first":                   {share(f.all().first, f.all().n), 0.8},
		"among the first three":   {share(f.all().three, f.all().n), 0.9},
		"named rightly":           {share(f.right, f.named), 0.85},
		"named":                   {share(f.named, f.runs), 0.45},
		"harmless not unhealthy":  {1 - share(f.falsely, f.harmless), 0.98},
		"harmful called so":       {share(f.found, f.harmed), 0.65},
		"stated against the true": {1 - f.ece(), 0.85},
	} {
		if c.got < c.least {
			t.Errorf("%s: %.3f, want %.3f at the least", what, c.got, c.least)
		}
	}
}
