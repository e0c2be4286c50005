package impact_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"muster/impact"
	"muster/impact/scenario"
)

// told is a scenario, and how it was judged.
type told struct {
	in        impact.Input
	truth     scenario.Truth
	judgement impact.Judgement
	err       error
}

// scenarios are some with a culprit, of all classes but one, each judged once.
var scenarios = sync.OnceValue(func() map[uint64]told {
	all := map[uint64]told{}
	for _, seed := range []uint64{22, 23, 24, 25, 26} {
		in, truth := scenario.Make(seed)
		j, err := impact.Judge(in)
		all[seed] = told{in, truth, j, err}
	}
	return all
})

// metamorphic judges some scenarios as they are and altered, and compares.
func metamorphic(t *testing.T, alter func(in *impact.Input, truth scenario.Truth, r *rand.Rand), compare func(t *testing.T, truth scenario.Truth, before, after impact.Judgement)) {
	t.Helper()
	t.Parallel()
	for seed, s := range scenarios() {
		t.Run(fmt.Sprint(seed, " ", s.truth.Class), func(t *testing.T) {
			if s.err != nil || s.truth.Culprit == "" {
				t.Fatal("there is nothing to compare with", s.err)
			}
			in := s.in
			in.Changes, in.SLIs = slices.Clone(in.Changes), slices.Clone(in.SLIs)
			each(func(s *impact.Series) {
				s.Times, s.Values, s.Bad, s.Total = slices.Clone(s.Times), slices.Clone(s.Values), slices.Clone(s.Bad), slices.Clone(s.Total)
			})(&in)
			alter(&in, s.truth, rand.New(rand.NewPCG(seed, 3)))
			compare(t, s.truth, s.judgement, mustJudge(t, in))
		})
	}
}

func ranks(j impact.Judgement) (all []string) {
	for _, c := range j.Changes {
		all = append(all, fmt.Sprint(c.ID, " ", c.Verdict))
	}
	return all
}

func sameRanks(t *testing.T, _ scenario.Truth, before, after impact.Judgement) {
	t.Helper()
	if diff := cmp.Diff(ranks(before), ranks(after)); diff != "" || before.Named != after.Named {
		t.Errorf("named %q and then %q; %s", before.Named, after.Named, diff)
	}
}

func TestUnitsChangeNothing(t *testing.T) {
	metamorphic(t, func(in *impact.Input, _ scenario.Truth, _ *rand.Rand) {
		for i := range in.SLIs {
			if in.SLIs[i].Kind == impact.Latency {
				number(func(_ int, v float64) float64 { return v * 1000 })(&in.SLIs[i].Series)
			}
		}
	}, sameRanks)
}

func TestOtherServicesThatAreWellChangeNotWhoIsFirst(t *testing.T) {
	metamorphic(t, func(in *impact.Input, _ scenario.Truth, r *rand.Rand) {
		m := maker{r}
		for i := range 20 {
			s := m.values(scenario.Days*24*time.Hour, scenario.Step, 100, 0.1, always)
			shifted(in.At.Sub(noon))(&s)
			in.SLIs = append(in.SLIs, impact.SLI{Name: fmt.Sprint("other", i), Service: fmt.Sprint("other", i), Kind: []impact.Measure{impact.Latency, impact.Saturation, impact.Other}[i%3], Bad: impact.Up, Series: s})
		}
	}, func(t *testing.T, _ scenario.Truth, before, after impact.Judgement) {
		t.Helper()
		if first(before) != first(after) {
			t.Errorf("%s was first, and then %s", first(before), first(after))
		}
	})
}

// TestMissingSamplesMakeNoneUnhealthy leaves three of ten samples out. One change of
// three hundred may flip: a handful of failures just after a start, where few requests
// are made, is near the edge.
func TestMissingSamplesMakeNoneUnhealthy(t *testing.T) {
	var flipped atomic.Int64
	t.Run("judged", func(t *testing.T) {
		metamorphic(t, func(in *impact.Input, _ scenario.Truth, r *rand.Rand) {
			each(func(s *impact.Series) { *s = keep(*s, func(int) bool { return r.Float64() < 0.7 }) })(in)
		}, func(t *testing.T, _ scenario.Truth, before, after impact.Judgement) {
			t.Helper()
			for _, c := range before.Changes {
				if c.Verdict == impact.Healthy && verdictOf(after, c.ID) == impact.Unhealthy {
					flipped.Add(1)
				}
			}
		})
	})
	if flipped.Load() > 1 {
		t.Errorf("%d healthy changes are unhealthy without three of ten samples", flipped.Load())
	}
}

func TestWhatCameLaterIsAcquitted(t *testing.T) {
	metamorphic(t, func(in *impact.Input, truth scenario.Truth, _ *rand.Rand) {
		for i := range in.Changes {
			if c := &in.Changes[i]; c.ID == truth.Culprit {
				late := truth.Onset.Add(6 * time.Minute).Sub(c.Start)
				c.Start = c.Start.Add(late)
				if !c.End.IsZero() {
					c.End = c.End.Add(late)
				}
			}
		}
	}, func(t *testing.T, truth scenario.Truth, _, after impact.Judgement) {
		t.Helper()
		if truth.Class == scenario.Leak {
			return // what has leaked for six minutes is not seen yet
		}
		if after.Named == truth.Culprit {
			t.Errorf("%s is named, and came after it was bad", truth.Culprit)
		}
	})
}

func TestTimeBackwardsBlamesNobody(t *testing.T) {
	metamorphic(t, func(in *impact.Input, truth scenario.Truth, _ *rand.Rand) {
		begin := in.At.Add(-scenario.Days * 24 * time.Hour)
		for i := range in.SLIs {
			for k, at := range in.SLIs[i].Series.Times {
				in.SLIs[i].Series.Times[k] = begin.UnixMilli() + in.At.UnixMilli() - at
			}
		}
		for i := range in.Changes {
			in.Changes[i].Start, in.Changes[i].End = begin.Add(in.At.Sub(in.Changes[i].Start)), time.Time{}
		}
	}, func(t *testing.T, truth scenario.Truth, _, after impact.Judgement) {
		t.Helper()
		if after.Named != "" {
			t.Errorf("%s is named where time runs backwards", after.Named)
		}
	})
}

func TestWholeDaysChangeNothing(t *testing.T) {
	metamorphic(t, func(in *impact.Input, _ scenario.Truth, _ *rand.Rand) {
		const days = 24 * 365 * time.Hour
		in.At = in.At.Add(days)
		each(shifted(days))(in)
		for i := range in.Changes {
			in.Changes[i].Start = in.Changes[i].Start.Add(days)
			if !in.Changes[i].End.IsZero() {
				in.Changes[i].End = in.Changes[i].End.Add(days)
			}
		}
	}, sameRanks)
}

func TestZonesChangeNothing(t *testing.T) {
	zone := time.FixedZone("far", 13*3600+1800)
	metamorphic(t, func(in *impact.Input, _ scenario.Truth, _ *rand.Rand) {
		in.At = in.At.In(zone)
		in.Changes = slices.Clone(in.Changes)
		for i := range in.Changes {
			in.Changes[i].Start, in.Changes[i].End = in.Changes[i].Start.In(zone), in.Changes[i].End.In(zone)
		}
	}, func(t *testing.T, _ scenario.Truth, before, after impact.Judgement) {
		t.Helper()
		if diff := cmp.Diff(before, after, cmpopts.EquateApproxTime(0)); diff != "" {
			t.Error(diff)
		}
	})
}
