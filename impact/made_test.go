package impact_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"muster/impact"
)

// noon is the time at which what the tests make up is judged.
var noon = time.Date(2026, 3, 12, 12, 0, 0, 0, time.UTC)

// maker makes up series, the same for the same seed.
type maker struct{ *rand.Rand }

func newMaker(seed uint64) maker { return maker{rand.New(rand.NewPCG(seed, 7))} }

// over calls for each sample up to noon.
func over(long, step time.Duration, each func(at time.Time)) {
	for at := noon.Add(-long); !at.After(noon); at = at.Add(step) {
		each(at)
	}
}

// after is a factor that holds from a time on, and 1 before it.
func after(from time.Time, by float64) func(time.Time) float64 {
	return func(at time.Time) float64 {
		if at.Before(from) {
			return 1
		}
		return by
	}
}

func always(time.Time) float64 { return 1 }

// values are noisy values that remember, about a base, times a factor.
func (m maker) values(long, step time.Duration, base, spread float64, by func(time.Time) float64) (s impact.Series) {
	noise := 0.0
	over(long, step, func(at time.Time) {
		noise = 0.8*noise + 0.6*spread*m.NormFloat64()
		s.Times, s.Values = append(s.Times, at.UnixMilli()), append(s.Values, base*math.Exp(noise)*by(at))
	})
	return s
}

// counts are failures of so many requests a minute, which vary more than chance.
func (m maker) counts(long, step time.Duration, perMinute, failing float64, by func(time.Time) float64) (s impact.Series) {
	worse := 1.0
	over(long, step, func(at time.Time) {
		if m.IntN(40) == 0 {
			worse = math.Exp(0.7 * m.NormFloat64())
		}
		total := m.poisson(perMinute * step.Minutes())
		bad := min(total, m.poisson(total*min(1, failing*worse*by(at))))
		s.Times, s.Bad, s.Total = append(s.Times, at.UnixMilli()), append(s.Bad, bad), append(s.Total, total)
	})
	return s
}

func (m maker) poisson(mean float64) (n float64) {
	if mean > 100 {
		return math.Max(0, math.Round(mean+math.Sqrt(mean)*m.NormFloat64()))
	}
	for left := mean; ; n++ {
		if left -= m.ExpFloat64(); left < 0 {
			return n
		}
	}
}

// mustJudge judges, and holds the judgement to what is true of each.
func mustJudge(t testing.TB, in impact.Input) impact.Judgement {
	t.Helper()
	j, err := impact.Judge(in)
	if err != nil {
		t.Fatal(err)
	}
	hold(t, in, j)
	return j
}

// hold holds a judgement to what is true of each.
func hold(t testing.TB, in impact.Input, j impact.Judgement) {
	t.Helper()
	ids := map[string]bool{}
	for _, c := range in.Changes {
		if !c.Start.After(in.At) {
			ids[c.ID] = true
		}
	}
	sum := j.None
	for i, c := range j.Changes {
		sum += c.Probability
		switch {
		case !ids[c.ID]:
			t.Errorf("%q is there twice, or began later", c.ID)
		case !(c.Probability >= 0 && c.Probability <= 1) || !(c.Tail >= 0 && c.Tail <= 1):
			t.Errorf("%q has the probability %v and the tail %v", c.ID, c.Probability, c.Tail)
		case c.Rank < 1 || c.Rank > i+1 || i > 0 && c.Rank < j.Changes[i-1].Rank:
			t.Errorf("%q has the rank %d in place %d", c.ID, c.Rank, i+1)
		case c.Verdict == "" || c.Verdict != impact.NotJudged && !c.Measured:
			t.Errorf("%q is %q; measured: %v", c.ID, c.Verdict, c.Measured)
		}
		delete(ids, c.ID)
		holdFindings(t, c.Findings)
	}
	holdFindings(t, j.Unused)
	if len(ids) > 0 {
		t.Errorf("nothing is said of %v", ids)
	}
	if !(math.Abs(sum-1) < 1e-9) {
		t.Errorf("the probabilities sum to %v", sum)
	}
}

func holdFindings(t testing.TB, all []impact.Finding) {
	t.Helper()
	for _, f := range all {
		for _, a := range f.Args {
			switch a := a.(type) {
			case impact.Quantity:
				if math.IsNaN(a.Value) || math.IsInf(a.Value, 0) {
					t.Errorf("%s tells of %v", f.Key, a)
				}
			case impact.Count:
				if !(a >= 0) || math.IsInf(float64(a), 0) {
					t.Errorf("%s counts %v", f.Key, a)
				}
			case time.Duration:
				if a < 0 {
					t.Errorf("%s lasts %v", f.Key, a)
				}
			}
		}
	}
}

// verdictOf is the verdict of a change.
func verdictOf(j impact.Judgement, id string) impact.Verdict {
	for _, c := range j.Changes {
		if c.ID == id {
			return c.Verdict
		}
	}
	return "not listed"
}

// first is the ID of the change that is first.
func first(j impact.Judgement) string {
	if len(j.Changes) == 0 {
		return ""
	}
	return j.Changes[0].ID
}
