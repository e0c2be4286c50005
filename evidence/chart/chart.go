// Package chart draws numbers over time as a picture for a postmortem or a chat:
// the lines, what is usual for them, when the incident was, and what was changed.
// The same picture is always the same bytes.
package chart

import (
	"bytes"
	"cmp"
	"fmt"
	"image/png"
	"slices"
	"time"
)

// Picture is what is to be drawn: panels one above the other, over one axis of
// time. Whatever is in it, it can be drawn; what makes no sense is left out.
type Picture struct {
	Title, Subtitle string
	Zone            *time.Location // whose clock the axis shows; nil is UTC
	From, To        time.Time
	Panels          []Panel // six at most are drawn
	Marks           []Mark
	Span            Span
	Words           Words
}

// Panel is one kind of number.
type Panel struct {
	Name  string
	Unit  string // see [Value]
	Lines []Line // eight at most are drawn, and the note tells of the others
	Band  []Range
	Note  string // a line below: where the numbers are from, and how old they are
}

// Line is one row of samples, in any order. Where there was none for three times
// as long as is usual between two, the line is broken.
type Line struct {
	Name   string
	Points []Point
}

// Point is one sample. One that is not a number counts as none.
type Point struct {
	At    time.Time
	Value float64
}

// Range is what is usual at a time, the limits included.
type Range struct {
	At        time.Time
	Low, High float64
}

// Mark is a change, drawn through all panels and named above the first. One
// outside the picture's time is left out.
type Mark struct {
	At     time.Time
	Label  string
	Strong bool // the likely cause: never thinned out
}

// Span is when the incident was; without To it is still open, and the zero Span
// is none.
type Span struct{ From, To time.Time }

// Words are those that a picture is drawn with. A missing one is English.
type Words struct {
	Usual     string // "usual": what the band is
	Incident  string // "incident"
	NoSamples string // "no samples"
	Changes   string // "+%d changes": more of them than there is room to name
	LeftOut   string // "%d more lines are not drawn"
	Day       func(time.Time) string
}

func (w Words) filled() Words {
	w.Usual = cmp.Or(w.Usual, "usual")
	w.Incident = cmp.Or(w.Incident, "incident")
	w.NoSamples = cmp.Or(w.NoSamples, "no samples")
	w.Changes = cmp.Or(w.Changes, "+%d changes")
	w.LeftOut = cmp.Or(w.LeftOut, "%d more lines are not drawn")
	if w.Day == nil {
		w.Day = func(t time.Time) string { return t.Format("Mon 2 Jan") }
	}
	return w
}

// How much of something is drawn.
const (
	mostPanels = 6
	mostLines  = 8
)

// PNG draws the picture, 1200 pixels wide: twice the size at which it is meant
// to be looked at.
func (p Picture) PNG() ([]byte, error) {
	fonts, err := openFonts()
	if err != nil {
		return nil, fmt.Errorf("the fonts that charts are drawn with can not be read: %w", err)
	}
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&out, drawn(p.tidy(), fonts)); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// tidy is the picture with nothing left to doubt: its words, its zone and its time
// are there, points are in order, and marks are those of its time.
func (p Picture) tidy() Picture {
	p.Words = p.Words.filled()
	if p.Zone == nil {
		p.Zone = time.UTC
	}
	if p.To.Before(p.From) {
		p.From, p.To = p.To, p.From
	}
	if p.To.Sub(p.From) < time.Second {
		p.From, p.To = p.From.Add(-time.Minute), p.To.Add(time.Minute)
	}
	p.Panels = slices.Clone(p.Panels[:min(len(p.Panels), mostPanels)])
	for i, panel := range p.Panels {
		p.Panels[i] = panel.tidy(p)
	}
	p.Marks = slices.DeleteFunc(slices.Clone(p.Marks), func(m Mark) bool { return !p.shows(m.At) })
	slices.SortStableFunc(p.Marks, func(a, b Mark) int { return a.At.Compare(b.At) })
	p.Marks = slices.Compact(p.Marks)
	p.Span = p.Span.within(p)
	return p
}

func (p Picture) shows(at time.Time) bool { return !at.Before(p.From) && !at.After(p.To) }

// within is the part of the span that the picture shows, and none where it shows
// nothing of it. One that is open ends with the picture.
func (s Span) within(p Picture) Span {
	if s.From.IsZero() || s.From.After(p.To) || !s.To.IsZero() && s.To.Before(p.From) {
		return Span{}
	}
	return s
}

func (p Panel) tidy(of Picture) Panel {
	if more := len(p.Lines) - mostLines; more > 0 {
		p.Note = joined(p.Note, fmt.Sprintf(of.Words.LeftOut, more))
		p.Lines = p.Lines[:mostLines]
	}
	p.Lines = slices.Clone(p.Lines)
	for i, line := range p.Lines {
		p.Lines[i].Points = slices.DeleteFunc(line.sorted(), func(s Point) bool { return !of.shows(s.At) })
	}
	p.Band = slices.DeleteFunc(sortedBand(p.Band), func(r Range) bool { return !of.shows(r.At) })
	return p
}

func joined(a, b string) string {
	if a == "" {
		return b
	}
	return a + " · " + b
}

// sorted are the samples in order, one for each moment: the last that was given.
func (l Line) sorted() []Point {
	points := slices.DeleteFunc(slices.Clone(l.Points), func(p Point) bool { return !usable(p.Value) })
	slices.SortStableFunc(points, func(a, b Point) int { return b.At.Compare(a.At) })
	slices.Reverse(points)
	return slices.CompactFunc(points, func(a, b Point) bool { return a.At.Equal(b.At) })
}

// sortedBand are the ranges in order, the lower limit first.
func sortedBand(band []Range) []Range {
	band = slices.DeleteFunc(slices.Clone(band), func(r Range) bool { return !usable(r.Low) || !usable(r.High) })
	for i, r := range band {
		band[i].Low, band[i].High = min(r.Low, r.High), max(r.Low, r.High)
	}
	slices.SortStableFunc(band, func(a, b Range) int { return a.At.Compare(b.At) })
	return slices.CompactFunc(band, func(a, b Range) bool { return a.At.Equal(b.At) })
}

// usable reports whether a number can be reckoned with without growing beyond
// what a float64 holds.
func usable(v float64) bool { return v > -1e300 && v < 1e300 }
