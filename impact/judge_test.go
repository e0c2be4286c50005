package impact_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/impact"
	"muster/impact/scenario"
)

// usual is a service with three SLIs over five hours at 15 s, and one deploy an
// hour before noon, after which it fails.
func usual() impact.Input {
	m, start := newMaker(1), noon.Add(-time.Hour)
	const long, step = 5 * time.Hour, 15 * time.Second
	return impact.Input{
		At: noon,
		Changes: []impact.Change{
			{ID: "d1", Kind: impact.Deploy, Service: "checkout", Start: start, End: start.Add(time.Minute), Version: "v2", Previous: "v1", Author: "ana"},
			{ID: "f1", Kind: impact.Flag, Service: "search", Start: start.Add(-20 * time.Minute)},
		},
		SLIs: []impact.SLI{
			{Name: "errors", Service: "checkout", Kind: impact.Ratio, Bad: impact.Up, Series: m.counts(long, step, 600, 0.001, after(start.Add(time.Minute), 40))},
			{Name: "p95", Service: "checkout", Kind: impact.Latency, Bad: impact.Up, Unit: "ms", Series: m.values(long, step, 200, 0.05, always)},
			{Name: "rate", Service: "search", Kind: impact.Throughput, Bad: impact.Down, Series: m.values(long, step, 50, 0.05, always)},
		},
	}
}

// TestOddInput judges what no one would wish to: each gets a judgement that holds,
// or an error that says what is wrong.
func TestOddInput(t *testing.T) {
	for name, c := range map[string]struct {
		odd     func(in *impact.Input)
		verdict impact.Verdict // of the deploy
		err     string
	}{
		"as usual":       {func(*impact.Input) {}, impact.Unhealthy, ""},
		"nothing at all": {func(in *impact.Input) { *in = impact.Input{At: noon} }, "not listed", ""},
		"no time":        {func(in *impact.Input) { *in = impact.Input{} }, "", "at what time"},
		"no changes":     {func(in *impact.Input) { in.Changes = nil }, "not listed", ""},
		"no SLIs":        {func(in *impact.Input) { in.SLIs = nil }, impact.NotJudged, ""},
		"too many SLIs":  {func(in *impact.Input) { in.SLIs = make([]impact.SLI, 5001) }, "", "5001 SLIs"},
		"too many":       {func(in *impact.Input) { in.Changes = make([]impact.Change, 100_001) }, "", "100001 changes"},
		"one sample":     {each(func(s *impact.Series) { *s = keep(*s, func(i int) bool { return i == 1000 }) }), impact.NotJudged, ""},
		"empty series":   {each(func(s *impact.Series) { *s = impact.Series{} }), impact.NotJudged, ""},
		"only times":     {each(func(s *impact.Series) { s.Values, s.Bad, s.Total = nil, nil, nil }), impact.NotJudged, ""},
		"not equally long": {each(func(s *impact.Series) {
			if s.Counts() {
				s.Bad = s.Bad[:len(s.Bad)-40]
			}
		}), impact.Unhealthy, ""},
		"some NaN and Inf": {each(number(func(i int, v float64) float64 {
			switch i % 10 {
			case 3:
				return math.NaN()
			case 7:
				return math.Inf(1 - i%4)
			}
			return v
		})), impact.Unhealthy, ""},
		"all NaN":  {each(number(func(int, float64) float64 { return math.NaN() })), impact.NotJudged, ""},
		"all zero": {each(number(func(int, float64) float64 { return 0 })), impact.Healthy, ""},
		"constant": {each(number(func(int, float64) float64 { return 5 })), impact.Healthy, ""},
		"huge":     {each(number(func(_ int, v float64) float64 { return v * 1e140 })), "", ""},
		"tiny":     {each(number(func(_ int, v float64) float64 { return v * 1e-300 })), "", ""},
		"negative": {each(number(func(_ int, v float64) float64 { return -v })), impact.Healthy, ""},
		"more bad than there are": {each(func(s *impact.Series) {
			for i := range s.Bad {
				s.Bad[i] = 3 * s.Total[i]
			}
		}), impact.Healthy, ""},
		"gaps of an hour":      {each(func(s *impact.Series) { *s = keep(*s, func(i int) bool { return i < 300 || i > 540 }) }), impact.Unhealthy, ""},
		"gap since the change": {each(func(s *impact.Series) { *s = keep(*s, func(i int) bool { return i < 950 }) }), "", ""},
		"each row twice":       {each(func(s *impact.Series) { *s = together(*s, *s) }), impact.Unhealthy, ""},
		"other values at the same time": {each(func(s *impact.Series) {
			other := keep(*s, func(int) bool { return true })
			number(func(_ int, v float64) float64 { return v * 1.01 })(&other)
			*s = together(*s, other)
		}), impact.Unhealthy, ""},
		"backwards": {each(func(s *impact.Series) {
			slices.Reverse(s.Times)
			slices.Reverse(s.Values)
			slices.Reverse(s.Bad)
			slices.Reverse(s.Total)
		}), impact.Unhealthy, ""},
		"counters that were reset": {each(func(s *impact.Series) {
			for i := range s.Bad {
				if i > 0 && i != 500 {
					s.Bad[i], s.Total[i] = s.Bad[i]+s.Bad[i-1], s.Total[i]+s.Total[i-1]
				}
			}
		}), impact.Unhealthy, ""},
		"mixed steps":            {each(func(s *impact.Series) { *s = keep(*s, func(i int) bool { return i > 600 || i%4 == 0 }) }), impact.Unhealthy, ""},
		"a skewed clock":         {each(shifted(2 * time.Minute)), "", ""},
		"a clock hours off":      {each(shifted(7 * time.Hour)), impact.NotJudged, ""},
		"one sample of long ago": {each(func(s *impact.Series) { s.Times[0] = 0 }), "", ""},
		"before all samples":     {change(func(c *impact.Change) { c.Start = noon.Add(-24 * time.Hour) }), impact.NotJudged, ""},
		"after all samples": {func(in *impact.Input) {
			each(func(s *impact.Series) { *s = keep(*s, func(i int) bool { return i < 600 }) })(in)
		}, impact.NotJudged, ""},
		"just now":              {change(func(c *impact.Change) { c.Start = noon }), impact.NotJudged, ""},
		"later":                 {change(func(c *impact.Change) { c.Start = noon.Add(time.Second) }), "not listed", ""},
		"ended before it began": {change(func(c *impact.Change) { c.End = c.Start.Add(-time.Hour) }), impact.Unhealthy, ""},
		"a rollout of a year":   {change(func(c *impact.Change) { c.End = c.Start.AddDate(1, 0, 0) }), impact.Unhealthy, ""},
		"no start":              {change(func(c *impact.Change) { c.Start = time.Time{} }), impact.NotJudged, ""},
		"no service":            {change(func(c *impact.Change) { c.Service = "" }), impact.NotJudged, ""},
		"no services at all": {func(in *impact.Input) {
			for i := range in.Changes {
				in.Changes[i].Service = ""
			}
			for i := range in.SLIs {
				in.SLIs[i].Service = ""
			}
		}, "", ""},
		"the same ID twice": {func(in *impact.Input) { in.Changes[1].ID = "d1" }, "", ""},
		"unknown kinds": {func(in *impact.Input) {
			in.Changes[0].Kind = "merge"
			for i := range in.SLIs {
				in.SLIs[i].Kind, in.SLIs[i].Bad = "speed", "left"
			}
		}, impact.Unhealthy, ""},
		"the same SLI twice": {func(in *impact.Input) { in.SLIs = append(in.SLIs, in.SLIs...) }, impact.Unhealthy, ""},
		"calls in a circle": {func(in *impact.Input) {
			in.Calls = []impact.Call{{Caller: "checkout", Callee: "search"}, {Caller: "search", Callee: "checkout"}, {Caller: "search", Callee: "search"}, {}}
		}, impact.Unhealthy, ""},
		"ten thousand": {func(in *impact.Input) {
			for i := range 10_000 {
				in.Changes = append(in.Changes, impact.Change{ID: fmt.Sprint(i), Kind: impact.Flag, Service: "cart", Start: noon.Add(-time.Duration(i) * time.Second)})
			}
		}, impact.Unhealthy, ""},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			in := usual()
			c.odd(&in)
			j, err := impact.Judge(in)
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Errorf("%v, want %q", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			hold(t, in, j)
			if v := verdictOf(j, "d1"); c.verdict != "" && v != c.verdict {
				t.Errorf("the deploy is %s, want %s", v, c.verdict)
			}
		})
	}
}

func each(odd func(*impact.Series)) func(*impact.Input) {
	return func(in *impact.Input) {
		for i := range in.SLIs {
			odd(&in.SLIs[i].Series)
		}
	}
}

func change(odd func(*impact.Change)) func(*impact.Input) {
	return func(in *impact.Input) { odd(&in.Changes[0]) }
}

// number has other numbers in a series.
func number(other func(i int, v float64) float64) func(*impact.Series) {
	return func(s *impact.Series) {
		for _, all := range [][]float64{s.Values, s.Bad, s.Total} {
			for i, v := range all {
				all[i] = other(i, v)
			}
		}
	}
}

func shifted(by time.Duration) func(*impact.Series) {
	return func(s *impact.Series) {
		for i := range s.Times {
			s.Times[i] += by.Milliseconds()
		}
	}
}

// keep is a copy with some of the samples.
func keep(s impact.Series, which func(i int) bool) (k impact.Series) {
	for i := range s.Times {
		if which(i) {
			k = with(k, s, i)
		}
	}
	return k
}

// with has one more sample of another series.
func with(s, other impact.Series, i int) impact.Series {
	s.Times = append(s.Times, other.Times[i])
	if other.Counts() {
		s.Bad, s.Total = append(s.Bad, other.Bad[i]), append(s.Total, other.Total[i])
	} else {
		s.Values = append(s.Values, other.Values[i])
	}
	if other.Version != nil {
		s.Version = append(s.Version, other.Version[i])
	}
	return s
}

func together(a, b impact.Series) impact.Series {
	return impact.Series{
		Times: append(slices.Clip(a.Times), b.Times...), Values: append(slices.Clip(a.Values), b.Values...),
		Bad: append(slices.Clip(a.Bad), b.Bad...), Total: append(slices.Clip(a.Total), b.Total...), Version: append(slices.Clip(a.Version), b.Version...),
	}
}

// TestOrderMattersNot judges the same with all that is listed in another order, and
// once more as it is.
func TestOrderMattersNot(t *testing.T) {
	t.Parallel()
	for seed := uint64(1); seed <= 2; seed++ {
		in, _ := scenario.Make(seed)
		in.Changes = append(in.Changes, in.Changes[3]) // a change twice, the second time with something else about it
		in.Changes[len(in.Changes)-1].Service = "cart"
		want := mustJudge(t, in)
		if diff := cmp.Diff(want, mustJudge(t, in)); diff != "" {
			t.Error("judged twice:", diff)
		}
		r := rand.New(rand.NewPCG(seed, 1))
		r.Shuffle(len(in.Changes), func(i, k int) { in.Changes[i], in.Changes[k] = in.Changes[k], in.Changes[i] })
		r.Shuffle(len(in.SLIs), func(i, k int) { in.SLIs[i], in.SLIs[k] = in.SLIs[k], in.SLIs[i] })
		r.Shuffle(len(in.Calls), func(i, k int) { in.Calls[i], in.Calls[k] = in.Calls[k], in.Calls[i] })
		for i := range in.SLIs {
			shuffle(r, &in.SLIs[i].Series)
		}
		if diff := cmp.Diff(want, mustJudge(t, in)); diff != "" {
			t.Errorf("seed %d in another order: %s", seed, diff)
		}
	}
}

func shuffle(r *rand.Rand, s *impact.Series) {
	old := *s
	*s = impact.Series{}
	for _, i := range r.Perm(len(old.Times)) {
		*s = with(*s, old, i)
	}
}

// FuzzJudge makes an input of bytes: each few of them are a change, an SLI or a sample.
func FuzzJudge(f *testing.F) {
	f.Add([]byte{}, uint8(0))
	f.Add([]byte{0, 1, 2, 3, 1, 9, 9, 9, 2, 40, 30, 1, 2, 41, 30, 1, 2, 42, 30, 255}, uint8(1))
	f.Add([]byte(strings.Repeat("\x03\x10\x14\x20\x03\x10\x14\x28", 300)+strings.Repeat("\x03\x10\x14\xf0", 60)+"\x00\x3c\x14\x00\x00\x28\x14\x00"), uint8(0))
	f.Add([]byte("\x01\x00\x05\x00"+strings.Repeat("\x03\x10\x14\x20\x03\x11\x14\x28", 300)+"\x00\x3c\x14\x00"), uint8(1))
	f.Fuzz(func(t *testing.T, bytes []byte, sort uint8) {
		in := fromBytes(bytes, sort)
		j, err := impact.Judge(in)
		if err != nil {
			t.Fatal(err)
		}
		hold(t, in, j)
	})
}

var (
	someKinds    = []impact.Kind{impact.Deploy, impact.Flag, impact.Config, impact.Infra, impact.Rollback, "other"}
	someMeasures = []impact.Measure{impact.Ratio, impact.Latency, impact.Throughput, impact.Saturation, impact.Other, "odd"}
	someBad      = []impact.Direction{impact.Up, impact.Down, impact.Both, ""}
	someValues   = []float64{math.NaN(), math.Inf(1), math.Inf(-1), -1, 0, 1e-300, 1e149, 1e308, math.MaxFloat64}
)

func fromBytes(bytes []byte, sort uint8) impact.Input {
	in := impact.Input{At: noon, SLIs: []impact.SLI{{Name: "s", Service: "a"}}}
	at := noon.Add(-time.Duration(len(bytes)) * 20 * time.Second)
	for ; len(bytes) >= 4; bytes = bytes[4:] {
		a, b, c := int(bytes[1]), bytes[2], bytes[3]
		last := &in.SLIs[len(in.SLIs)-1]
		switch bytes[0] % 8 {
		case 0:
			in.Changes = append(in.Changes, impact.Change{
				ID: fmt.Sprint(b), Kind: someKinds[a%len(someKinds)], Service: string('a' + rune(c%4)), Start: noon.Add(-time.Duration(a) * time.Duration(b) * time.Second),
				End: noon.Add(-time.Duration(a) * time.Second), Version: string('0' + rune(c%3)), Previous: string('0' + rune(b%3)),
			})
		case 1:
			in.SLIs = append(in.SLIs, impact.SLI{Name: fmt.Sprint("s", b), Service: string('a' + rune(c%4)), Kind: someMeasures[a%len(someMeasures)], Bad: someBad[b%4]})
			if c%2 == 0 {
				in.SLIs[len(in.SLIs)-1].Series.Total = []float64{}
			}
		case 2:
			in.Calls = append(in.Calls, impact.Call{Caller: string('a' + rune(a%4)), Callee: string('a' + b%4)})
		default:
			at = at.Add(time.Duration(b) * time.Second)
			v := float64(c)
			if a < len(someValues) {
				v = someValues[a]
			}
			s := &last.Series
			s.Times = append(s.Times, at.UnixMilli())
			if s.Counts() {
				s.Bad, s.Total = append(s.Bad, v/4), append(s.Total, v)
			} else {
				s.Values = append(s.Values, v)
			}
			if sort%2 == 1 {
				s.Version = append(s.Version, string('0'+rune(a%3)))
			}
		}
	}
	return in
}
