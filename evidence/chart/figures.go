package chart

import (
	"sort"
	"time"
)

// Figure is what can be said of one line without seeing it.
type Figure struct {
	Line                 string
	Samples              int // without any, the others are zero
	Min, Max, Last       float64
	MinAt, MaxAt, LastAt time.Time // the first time that it was so
	Outside              int       // samples outside of what is usual
	FirstOutside         time.Time
}

// Figures are those of each line, in the panel's order, whether or not it is
// drawn.
func (p Panel) Figures() []Figure {
	band := sortedBand(p.Band)
	all := make([]Figure, len(p.Lines))
	for i, line := range p.Lines {
		all[i] = line.figures(band)
	}
	return all
}

func (l Line) figures(band []Range) Figure {
	f := Figure{Line: l.Name}
	for _, p := range l.sorted() {
		f.count(p, band)
	}
	return f
}

func (f *Figure) count(p Point, band []Range) {
	if f.Samples == 0 || p.Value < f.Min {
		f.Min, f.MinAt = p.Value, p.At
	}
	if f.Samples == 0 || p.Value > f.Max {
		f.Max, f.MaxAt = p.Value, p.At
	}
	f.Last, f.LastAt = p.Value, p.At
	f.Samples++
	usual, known := usualAt(band, p.At)
	if !known || p.Value >= usual.Low && p.Value <= usual.High {
		return
	}
	if f.Outside == 0 {
		f.FirstOutside = p.At
	}
	f.Outside++
}

// usualAt is what is usual at a time, between two ranges what lies between them.
// Before the first and after the last it is not known.
func usualAt(band []Range, at time.Time) (Range, bool) {
	i := sort.Search(len(band), func(i int) bool { return !band[i].At.Before(at) })
	switch {
	case i == len(band):
		return Range{}, false
	case band[i].At.Equal(at):
		return band[i], true
	case i == 0:
		return Range{}, false
	}
	a, b := band[i-1], band[i]
	part := float64(at.Sub(a.At)) / float64(b.At.Sub(a.At))
	return Range{at, a.Low + part*(b.Low-a.Low), a.High + part*(b.High-a.High)}, true
}
