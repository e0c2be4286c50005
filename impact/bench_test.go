package impact_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"muster/impact"
	"muster/impact/scenario"
)

// BenchmarkJudge is one judgement of the size that an incident has: 50 changes, 20
// SLIs, two days at 15 s. The others show that twice as much takes twice as long:
//
//	go test ./impact -bench Judge -benchmem -cpu 1 -run '^$'
func BenchmarkJudge(b *testing.B) {
	plain, _ := scenario.Make(1)
	for _, c := range []struct {
		name string
		in   impact.Input
	}{
		{"50x20x2d", plain},
		{"100x20x2d", moreChanges(plain, 2)},
		{"50x40x2d", moreSLIs(plain, 2)},
		{"50x20x4d", moreDays(plain, 2)},
		{"10000x20x2d", moreChanges(plain, 200)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := impact.Judge(c.in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// moreChanges has each change so many times, seconds apart.
func moreChanges(in impact.Input, times int) impact.Input {
	all := in.Changes
	in.Changes = nil
	for k := range times {
		for _, c := range all {
			c.ID = fmt.Sprintf("%s-%d", c.ID, k)
			c.Start = c.Start.Add(time.Duration(-7*k) * time.Second)
			in.Changes = append(in.Changes, c)
		}
	}
	return in
}

// moreSLIs has each SLI so many times.
func moreSLIs(in impact.Input, times int) impact.Input {
	all := in.SLIs
	in.SLIs = nil
	for k := range times {
		for _, s := range all {
			s.Name = fmt.Sprintf("%s-%d", s.Name, k)
			in.SLIs = append(in.SLIs, s)
		}
	}
	return in
}

// moreDays has the days of each SLI so many times.
func moreDays(in impact.Input, times int) impact.Input {
	in.SLIs = slices.Clone(in.SLIs)
	for i := range in.SLIs {
		s := in.SLIs[i].Series
		var longer impact.Series
		for k := times - 1; k >= 0; k-- {
			back := int64(k) * scenario.Days * 24 * int64(time.Hour/time.Millisecond)
			for _, t := range s.Times {
				longer.Times = append(longer.Times, t-back)
			}
			longer.Values = append(longer.Values, s.Values...)
			longer.Bad = append(longer.Bad, s.Bad...)
			longer.Total = append(longer.Total, s.Total...)
		}
		in.SLIs[i].Series = longer
	}
	return in
}
