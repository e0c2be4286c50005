package templates_test

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/impact"
	"muster/impact/scenario"
	"muster/templates"
)

var update = flag.Bool("update", false, "write the golden texts anew")

// night is when the golden judgements are made.
var night = time.Date(2026, 3, 12, 2, 30, 0, 0, time.UTC)

// quiet is a service with all that is measured of it, over six hours and as usual,
// until something is done to it.
type quiet struct {
	perMinute         float64
	fails, slow, fill func(since time.Duration) float64 // by how long after the deploy
	long              time.Duration
	deployed          time.Duration // before night
	more              []impact.Change
	calls             []impact.Call
	onlyErrors        bool
}

func same(v float64) func(time.Duration) float64 { return func(time.Duration) float64 { return v } }

// from is one value before a moment, and another after it.
func from(at time.Duration, before, since float64) func(time.Duration) float64 {
	return func(t time.Duration) float64 {
		if t < at {
			return before
		}
		return since
	}
}

func newQuiet() quiet {
	return quiet{perMinute: 600, fails: same(0.001), slow: same(1), fill: same(0.4), long: 6 * time.Hour, deployed: 27 * time.Minute}
}

func (q quiet) judge(t *testing.T) impact.Judgement {
	t.Helper()
	r := rand.New(rand.NewPCG(5, 5))
	start := night.Add(-q.deployed)
	var errors, p95, full impact.Series
	for at := night.Add(-q.long); !at.After(night); at = at.Add(30 * time.Second) {
		total := math.Round(q.perMinute/2 + math.Sqrt(q.perMinute/2)*0.5*r.NormFloat64())
		mean := total * q.fails(at.Sub(start))
		bad := math.Max(0, math.Round(mean+math.Sqrt(mean)*r.NormFloat64()))
		errors.Times, errors.Bad, errors.Total = append(errors.Times, at.UnixMilli()), append(errors.Bad, min(bad, total)), append(errors.Total, total)
		p95.Times, p95.Values = append(p95.Times, at.UnixMilli()), append(p95.Values, 200*q.slow(at.Sub(start))*(1+0.04*r.NormFloat64()))
		full.Times, full.Values = append(full.Times, at.UnixMilli()), append(full.Values, q.fill(at.Sub(start))+0.01*r.NormFloat64())
	}
	in := impact.Input{
		At: night, Calls: q.calls,
		Changes: append([]impact.Change{{ID: "payments v412", Kind: impact.Deploy, Service: "payments", Start: start, Version: "v412", Previous: "v411", Author: "Ana"}}, q.more...),
		SLIs: []impact.SLI{
			{Name: "payments errors", Service: "payments", Kind: impact.Ratio, Bad: impact.Up, Series: errors},
			{Name: "payments p95", Service: "payments", Kind: impact.Latency, Bad: impact.Up, Unit: "ms", Series: p95},
			{Name: "payments memory", Service: "payments", Kind: impact.Saturation, Bad: impact.Up, Unit: "ratio", Series: full},
		},
	}
	if q.onlyErrors {
		in.SLIs = in.SLIs[:1]
	}
	j, err := impact.Judge(in)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// TestGoldenJudgements holds the texts of judgements to files; -update writes them.
func TestGoldenJudgements(t *testing.T) {
	flag := impact.Change{ID: "rank-v2", Kind: impact.Flag, Service: "search", Start: night.Add(-27*time.Minute + 20*time.Second), Author: "Bo"}
	for name, change := range map[string]func(q *quiet){
		"errors":   func(q *quiet) { q.fails = from(6*time.Minute, 0.001, 0.032) },
		"latency":  func(q *quiet) { q.slow = from(5*time.Minute, 1, 1.7) },
		"together": func(q *quiet) { q.fails, q.more = from(5*time.Minute, 0.001, 0.05), []impact.Change{flag} },
		"leak": func(q *quiet) {
			q.deployed, q.long = 130*time.Minute, 30*time.Hour
			q.fill = func(t time.Duration) float64 { return 0.4 + 0.4*max(0, t.Hours())/2 }
		},
		"before": func(q *quiet) { q.fails = from(-12*time.Minute, 0.001, 0.04) },
		"few":    func(q *quiet) { q.perMinute, q.onlyErrors = 1, true },
		"early":  func(q *quiet) { q.deployed = 4 * time.Minute },
		"none":   func(q *quiet) { q.more = []impact.Change{flag} },
		"rollback": func(q *quiet) {
			q.deployed = 40 * time.Minute
			q.fails = func(t time.Duration) float64 {
				return from(22*time.Minute, from(6*time.Minute, 0.001, 0.04)(t), 0.001)(t)
			}
			q.more = []impact.Change{{ID: "payments back", Kind: impact.Rollback, Service: "payments", Start: night.Add(-19 * time.Minute), Version: "v411", Previous: "v412"}}
		},
		"short": func(q *quiet) { q.long, q.slow = 40*time.Minute, from(6*time.Minute, 1, 2) },
	} {
		t.Run(name, func(t *testing.T) {
			q := newQuiet()
			change(&q)
			j := q.judge(t)
			var out strings.Builder
			for _, language := range []string{templates.English, "de"} {
				texts, err := templates.New().In(language)
				if err != nil {
					t.Fatal(err)
				}
				write(&out, language, texts, j)
			}
			path := filepath.Join("testdata", "impact-"+name+".golden")
			if *update {
				if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want, err := os.ReadFile(path); err != nil || string(want) != out.String() {
				t.Errorf("%s says something else (-update writes it):\n%s", path, out.String())
			}
		})
	}
}

func write(out *strings.Builder, language string, texts templates.Texts, j impact.Judgement) {
	fmt.Fprintf(out, "-- %s, named: %q, none: %.0f %% --\n", language, j.Named, 100*j.None)
	for _, c := range j.Changes {
		fmt.Fprintf(out, "%d. %s: %s, %.0f %%\n", c.Rank, c.ID, c.Verdict, 100*c.Probability)
		for _, f := range c.Findings {
			fmt.Fprintf(out, "   %s\n", texts.Finding(f, time.UTC))
		}
	}
	for _, f := range j.Unused {
		fmt.Fprintf(out, "   (%s)\n", texts.Finding(f, time.UTC))
	}
}

// TestEveryJudgedLineTellsAll looks into the words of each judged change for what was
// seen and expected, counts or samples, when it began against the change, how rare it
// is, what speaks against it, and whom to ask.
func TestEveryJudgedLineTellsAll(t *testing.T) {
	wants := map[string]*regexp.Regexp{
		"seen and expected": regexp.MustCompile(`\d.*expected|now, .* before`),
		"counts":            regexp.MustCompile(`of [\d,]+ requests|over [\d,]+ samples|usual .* to `),
		"when":              regexp.MustCompile(`(after|before|with) the change \(\d\d:\d\d\)`),
		"how rare":          regexp.MustCompile(`[Hh]armless moments|too short to say`),
		"against":           regexp.MustCompile(`Against it: |Nothing speaks against it`),
		"person":            regexp.MustCompile(`Ask |not recorded who`),
	}
	for seed := uint64(3); seed < 9; seed++ {
		in, _ := scenario.Make(seed)
		in.Changes[7].Author = ""
		j, err := impact.Judge(in)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range j.Changes {
			var words []string
			for _, f := range c.Findings {
				words = append(words, templates.Texts{}.Finding(f, time.UTC))
			}
			if c.Verdict == impact.NotJudged && !c.Measured {
				continue
			}
			for what, want := range wants {
				if !slices.ContainsFunc(words, want.MatchString) {
					t.Errorf("seed %d, %s: %s is not told:\n%s", seed, c.ID, what, strings.Join(words, "\n"))
				}
			}
		}
	}
}
