package chart_test

import (
	"bytes"
	"fmt"
	"image/png"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/evidence/chart"
)

func minutely(values ...float64) []chart.Point {
	var points []chart.Point
	for i, v := range values {
		points = append(points, chart.Point{At: at(i), Value: v})
	}
	return points
}

func TestFiguresAreThoseOfEachLine(t *testing.T) {
	points := minutely(3, math.NaN(), 1, 9, 9, 12, 4)
	slices.Reverse(points)
	p := chart.Panel{
		Lines: []chart.Line{{Name: "p99", Points: points}, {Name: "none"}},
		Band:  []chart.Range{{At: at(0), Low: 0, High: 8}, {At: at(4), Low: 0, High: 10}},
	}
	want := []chart.Figure{
		{Line: "p99", Samples: 6, Min: 1, MinAt: at(2), Max: 12, MaxAt: at(5), Last: 4, LastAt: at(6)},
		{Line: "none"},
	}
	if diff := cmp.Diff(want, p.Figures()); diff != "" {
		t.Error("after the band nothing is known to be unusual:\n", diff)
	}
	p.Band = append(p.Band, chart.Range{At: at(6), Low: 5, High: 11})
	if got := p.Figures()[0]; got.Outside != 2 || !got.FirstOutside.Equal(at(5)) {
		t.Errorf("%d samples are outside, the first at %s", got.Outside, got.FirstOutside)
	}
}

func TestTheSamePictureIsTheSameBytes(t *testing.T) {
	p := stacked()
	before := fmt.Sprint(p.Panels, p.Marks)
	first, err := p.PNG()
	if err != nil {
		t.Fatal(err)
	}
	second, err := p.PNG()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Error("drawn again, the picture is another")
	}
	if fmt.Sprint(p.Panels, p.Marks) != before {
		t.Error("drawing has changed what was drawn")
	}
}

// TestOrderIsNothing draws samples and marks in any order, and each twice.
func TestOrderIsNothing(t *testing.T) {
	p := latency()
	want, err := p.PNG()
	if err != nil {
		t.Fatal(err)
	}
	line := &p.Panels[0].Lines[0]
	line.Points = append(slices.Clone(line.Points), line.Points...)
	line.Points = append(line.Points, chart.Point{At: at(40), Value: math.NaN()}, chart.Point{At: at(41), Value: math.Inf(1)})
	slices.Reverse(line.Points)
	slices.Reverse(p.Panels[0].Band)
	p.Marks = append(slices.Clone(p.Marks), p.Marks...)
	p.Marks = append(p.Marks, chart.Mark{At: at(-1), Label: "before"}, chart.Mark{At: at(121), Label: "after", Strong: true})
	slices.Reverse(p.Marks)
	got, err := p.PNG()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("the order or the number of times matters")
	}
}

// TestOddPicturesAreDrawn draws what nobody would want.
func TestOddPicturesAreDrawn(t *testing.T) {
	t.Parallel()
	far := time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	odd := map[string]chart.Picture{
		"nothing at all":  {},
		"no panels":       {Title: "t", From: at(0), To: at(10), Marks: []chart.Mark{{At: at(3), Label: "m"}}},
		"no time":         {From: at(0), To: at(0), Panels: []chart.Panel{{Lines: []chart.Line{{Points: minutely(1)}}}}},
		"backwards":       {From: at(10), To: at(0), Panels: []chart.Panel{{Lines: []chart.Line{{Points: minutely(1, 2, 3)}}}}},
		"all of time":     {To: far, Panels: []chart.Panel{{Lines: []chart.Line{{Points: minutely(1, 2, 3)}}}}},
		"one mark":        {From: at(0), To: at(9), Marks: []chart.Mark{{At: at(9), Label: strings.Repeat("w", 5000), Strong: true}}},
		"emoji only":      {From: at(0), To: at(9), Title: "🚀", Marks: []chart.Mark{{At: at(4), Label: "🚀🚀"}}},
		"wrong words":     {From: at(0), To: at(9), Words: chart.Words{Changes: "%s%s", LeftOut: "%!"}},
		"seven panels":    {From: at(0), To: at(9), Panels: make([]chart.Panel, 7)},
		"open before":     {From: at(0), To: at(9), Span: chart.Span{From: at(-9)}},
		"over before":     {From: at(0), To: at(9), Span: chart.Span{From: at(-9), To: at(-5)}},
		"ends to begin":   {From: at(0), To: at(9), Span: chart.Span{From: at(5), To: at(2)}},
		"a band of one":   {From: at(0), To: at(9), Panels: []chart.Panel{{Band: []chart.Range{{At: at(1), Low: 3, High: 1}}}}},
		"all are causes":  {From: at(0), To: at(9), Marks: causes(200)},
		"causes at once":  {From: at(0), To: at(9), Marks: slices.Repeat([]chart.Mark{{At: at(9), Label: "a", Strong: true}, {At: at(9), Label: "b", Strong: true}}, 30)},
		"a row of others": {From: at(0), To: at(9), Panels: []chart.Panel{{Lines: make([]chart.Line, 200)}}},
	}
	for name, values := range map[string][]float64{
		"constant": {5, 5, 5}, "zero": {0, 0}, "negative": {-3, -2, -9}, "tiny": {1e-9, 2e-9}, "huge": {1e12, 1e12 + 1}, "both": {-1e12, 1e12},
		"no numbers": {math.NaN(), math.Inf(1)}, "the largest": {math.MaxFloat64, -math.MaxFloat64, 1e299, -1e299}, "the smallest": {5e-324, 1e-323},
	} {
		var panels []chart.Panel
		for _, unit := range []string{"", "s", "B", "ratio", "/min"} {
			panels = append(panels, chart.Panel{Unit: unit, Lines: []chart.Line{{Points: minutely(values...)}}})
		}
		odd[name] = chart.Picture{From: at(0), To: at(4), Panels: panels}
	}
	for name, p := range odd {
		picture, err := p.PNG()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if is, err := png.DecodeConfig(bytes.NewReader(picture)); err != nil || is.Width != 1200 || is.Height < 300 || is.Height > 4000 {
			t.Errorf("%s: the picture is %v: %v", name, is, err)
		}
	}
}

func causes(n int) []chart.Mark {
	var marks []chart.Mark
	for i := range n {
		marks = append(marks, chart.Mark{At: at(0).Add(time.Duration(i) * time.Second), Label: fmt.Sprintf("the cause %d", i), Strong: true})
	}
	return marks
}

// FuzzPNG draws anything: bytes are read as samples, marks and words.
func FuzzPNG(f *testing.F) {
	f.Add([]byte("some bytes"), "deploy 🚀 עברית", int64(7200), "s")
	f.Add([]byte{0, 255, 1, 254, 7, 7, 7, 128, 3}, "", int64(0), "B")
	f.Add([]byte{}, "a\nb\x00\xff", int64(-5), "/min")
	f.Fuzz(func(t *testing.T, some []byte, text string, seconds int64, unit string) {
		if len(some) > 60 || len(text) > 60 {
			return
		}
		to := at(0).Add(time.Duration(seconds) * time.Second)
		p := chart.Picture{Title: text, Subtitle: text, Zone: berlin, From: at(0), To: to, Span: chart.Span{From: at(len(some))}}
		panel := chart.Panel{Name: text, Unit: unit, Note: text}
		var points []chart.Point
		for i, b := range some {
			when := at(0).Add(time.Duration(b) * time.Duration(seconds) * (time.Second / 256))
			value := math.Ldexp(float64(b)-128, int(b)*i%2000-1000)
			points = append(points, chart.Point{At: when, Value: value})
			panel.Band = append(panel.Band, chart.Range{At: when, Low: -value, High: value})
			p.Marks = append(p.Marks, chart.Mark{At: when, Label: text, Strong: b%7 == 0})
		}
		panel.Lines = []chart.Line{{Name: text, Points: points}, {Points: points[len(points)/2:]}}
		p.Panels = []chart.Panel{panel, {Unit: unit}}
		picture, err := p.PNG()
		if err != nil {
			t.Fatal(err)
		}
		opened(t, picture)
		panel.Figures()
	})
}

func BenchmarkPNG(b *testing.B) {
	for _, panels := range []int{1, 4} {
		b.Run(fmt.Sprintf("panels=%d", panels), func(b *testing.B) {
			p := stacked()
			p.Panels = p.Panels[:panels]
			for i := range p.Panels {
				s := story{from: night, step: 5 * time.Second, samples: 1440, usual: 1, peak: 4, rises: 26 * time.Minute, recover: 88 * time.Minute, seed: uint64(i)}
				p.Panels[i].Lines[0].Points, p.Panels[i].Band = s.points(), s.band()
			}
			for b.Loop() {
				if _, err := p.PNG(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestManySamplesKeepTheirExtremes draws more samples than there are pixels.
func TestManySamplesKeepTheirExtremes(t *testing.T) {
	many := make([]chart.Point, 10_000)
	for i := range many {
		many[i] = chart.Point{At: at(0).Add(time.Duration(i) * 720 * time.Millisecond), Value: 10}
	}
	p := chart.Picture{From: at(0), To: at(120), Panels: []chart.Panel{{Lines: []chart.Line{{Points: many}}}}}
	flat, err := p.PNG()
	if err != nil {
		t.Fatal(err)
	}
	many[5003].Value = 0
	dip, err := p.PNG()
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(flat, dip) {
		t.Error("one sample in 10,000 that falls to nothing is not to be seen")
	}
}

// BenchmarkCrowd draws a picture with many changes, none of which stands alone.
func BenchmarkCrowd(b *testing.B) {
	p := crowd()
	p.Marks = append(p.Marks, causes(200)...)
	for b.Loop() {
		if _, err := p.PNG(); err != nil {
			b.Fatal(err)
		}
	}
}
