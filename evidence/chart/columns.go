package chart

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"slices"
	"strconv"
)

// Columns is a picture of counts, a column for each span of time: bars above, and
// lines below over the same columns. Whatever is in it, it can be drawn.
type Columns struct {
	Title, Subtitle string
	Names           []string // of the columns, from left to right; 26 at most are drawn, the last ones
	Bars            Counts   // stacked, the first at the bottom; four rows at most
	Lines           Counts   // four rows at most
	Now             bool     // the last column is not over
}

// Counts are rows of counts over the same columns.
type Counts struct {
	Name string
	Rows []Row
}

// Row is a count for each column; a missing one is none.
type Row struct {
	Name   string
	Counts []int
}

const (
	mostColumns  = 26
	mostCounts   = 4
	barsHigh     = 300.0 // pixels, as are those below
	countsHigh   = 190.0
	leastSegment = 26.0 // that has its count in it
)

// barInks go from dark to light, so that they are told apart without their hues;
// onBars is what is written on each.
var (
	barInks  = [mostCounts]color.NRGBA{{0x6b, 0x0f, 0x36, 0xff}, {0xc4, 0x4a, 0x10, 0xff}, {0xf2, 0xa9, 0x4b, 0xff}, {0xf7, 0xe3, 0xbd, 0xff}}
	onBars   = [mostCounts]color.NRGBA{ground, ground, ink, ink}
	rowInks  = [mostCounts]color.NRGBA{lineInks[0], culprit, lineInks[2], lineInks[4]}
	fewSteps = 4 // the least range of an axis of counts
)

// PNG draws the picture, as wide as a [Picture].
func (p Columns) PNG() ([]byte, error) {
	fonts, err := openFonts()
	if err != nil {
		return nil, fmt.Errorf("the fonts that charts are drawn with can not be read: %w", err)
	}
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&out, p.tidy().drawn(fonts)); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// tidy is the picture with as many counts in each row as there are columns, none of
// them below nothing.
func (p Columns) tidy() Columns {
	skip := max(0, len(p.Names)-mostColumns)
	p.Names = p.Names[skip:]
	for _, c := range []*Counts{&p.Bars, &p.Lines} {
		c.Rows = slices.Clone(c.Rows[:min(len(c.Rows), mostCounts)])
		for i := range c.Rows {
			counts := make([]int, len(p.Names))
			if own := c.Rows[i].Counts; len(own) > skip {
				copy(counts, own[skip:])
			}
			for n := range counts {
				counts[n] = min(max(counts[n], 0), 1e9)
			}
			c.Rows[i].Counts = counts
		}
	}
	return p
}

// field is where one kind of counts is drawn.
type field struct {
	Counts
	axis
	nameAt, top, bottom float64
}

func (f field) y(n int) float64 {
	return f.bottom - (f.bottom-f.top)*float64(n)/f.high
}

// countAxis has whole numbers alone, and is not made for so few that each would
// fill it.
func countAxis(most int) axis {
	a := axisOf(0, float64(max(most, fewSteps)), "")
	a.ticks = slices.DeleteFunc(a.ticks, func(t tick) bool { return t.value != math.Trunc(t.value) })
	return a
}

// highest is the highest column of stacked rows, and the highest count of any.
func (c Counts) highest(columns int) (stacked, alone int) {
	for n := range columns {
		sum := 0
		for _, r := range c.Rows {
			sum += r.Counts[n]
			alone = max(alone, r.Counts[n])
		}
		stacked = max(stacked, sum)
	}
	return stacked, alone
}

// table is the picture with its places, in pixels.
type table struct {
	Columns
	canvas
	left, right float64
}

// middle is the middle of a column, and wide how wide each is.
func (t table) middle(n int) float64 { return t.left + t.wide()*(float64(n)+0.5) }
func (t table) wide() float64        { return (t.right - t.left) / float64(max(len(t.Names), 1)) }

func (p Columns) drawn(fonts *fonts) image.Image {
	stacked, _ := p.Bars.highest(len(p.Names))
	_, alone := p.Lines.highest(len(p.Names))
	bars, lines := field{Counts: p.Bars, axis: countAxis(stacked)}, field{Counts: p.Lines, axis: countAxis(alone)}
	y := float64(margin) - 4 + titleHeight + 56
	bars.nameAt, bars.top = y+26, y+52
	bars.bottom = bars.top + barsHigh
	lines.nameAt, lines.top = bars.bottom+48, bars.bottom+78
	lines.bottom = lines.top + countsHigh
	bottom := lines.bottom + 66
	t := table{p, canvas{image.NewRGBA(image.Rect(0, 0, pictureWidth, int(bottom))), fonts}, margin, pictureWidth - margin}
	for _, f := range []field{bars, lines} {
		for _, tick := range f.ticks {
			t.left = max(t.left, margin+14+fonts.width(small, tick.text))
		}
	}
	t.right -= t.gutter(lines)
	t.box(0, 0, pictureWidth, bottom, border)
	t.box(2, 2, pictureWidth-2, bottom-2, ground)
	t.text(heading, margin, margin+28, t.clipped(heading, t.written(p.Title), room), ink)
	t.text(plain, margin, margin+66, t.clipped(plain, t.written(p.Subtitle), room), quiet)
	t.field(bars, barInks[:], true)
	t.field(lines, rowInks[:], false)
	t.bars(bars)
	t.lines(lines)
	t.columnNames(lines.bottom)
	return t.RGBA
}

// gutter is the room for the counts behind the lines.
func (t table) gutter(f field) (wide float64) {
	for _, r := range f.Rows {
		if n := len(r.Counts); n > 0 {
			wide = max(wide, 20+t.width(strong, strconv.Itoa(r.Counts[n-1])))
		}
	}
	return wide
}

// field draws what is behind the counts: the name, the legend, the grid.
func (t table) field(f field, inks []color.NRGBA, solid bool) {
	t.text(strong, margin, f.nameAt, t.clipped(strong, t.written(f.Name), room/2), ink)
	x := float64(pictureWidth - margin)
	for i, r := range slices.Backward(f.Rows) {
		name := t.clipped(small, t.written(r.Name), 200)
		x -= t.width(small, name)
		t.text(small, x, f.nameAt, name, ink)
		x -= keyWidth + 8
		if solid {
			t.box(x, f.nameAt-20, x+keyWidth, f.nameAt+2, foot)
			t.box(x+1, f.nameAt-19, x+keyWidth-1, f.nameAt+1, inks[i])
		} else {
			t.stroke([]xy{{x, f.nameAt - 8}, {x + keyWidth, f.nameAt - 8}}, lineWidth, inks[i])
			t.point(i, xy{x + keyWidth/2, f.nameAt - 8})
		}
		x -= keyGap
	}
	for _, k := range f.ticks {
		y := f.bottom - (f.bottom-f.top)*k.value/f.high
		t.level(t.left, t.right, y, 2, grid)
		t.textTo(small, t.left-14, y+8, k.text, quiet)
	}
	t.level(t.left, t.right, f.bottom, 2, foot)
}

// bars draws the stacked rows, each part with its count where there is room, and
// the sum above.
func (t table) bars(f field) {
	half := min(t.wide()*0.34, 46)
	for n := range t.Names {
		sum, x := 0, t.middle(n)
		for i, r := range f.Rows {
			count := r.Counts[n]
			if count == 0 {
				continue
			}
			low, high := f.y(sum), f.y(sum+count)
			sum += count
			t.box(x-half, high, x+half, low, foot)
			t.box(x-half+1, high+1, x+half-1, low-1, barInks[i])
			if low-high >= leastSegment && t.width(small, strconv.Itoa(count)) < 2*half-4 {
				t.textAround(small, x, (low+high)/2+8, strconv.Itoa(count), onBars[i])
			}
		}
		if sum > 0 {
			t.textAround(strong, x, f.y(sum)-10, strconv.Itoa(sum), ink)
		}
	}
}

// lines draws the rows one over the other, with the last count of each behind it.
func (t table) lines(f field) {
	placed := []float64{}
	for i, r := range f.Rows {
		var path []xy
		for n, count := range r.Counts {
			path = append(path, xy{t.middle(n), f.y(count)})
		}
		if len(path) == 0 {
			continue
		}
		t.stroke(path, lineWidth, rowInks[i])
		for _, at := range path {
			t.point(i, at)
		}
		y := path[len(path)-1].y + 9
		for slices.ContainsFunc(placed, func(other float64) bool { return math.Abs(other-y) < 28 }) {
			y += 28
		}
		if y > f.bottom+10 {
			y = slices.Min(append(placed, f.bottom+10)) - 28
		}
		placed = append(placed, y)
		t.text(strong, t.middle(len(path)-1)+16, y, strconv.Itoa(r.Counts[len(path)-1]), rowInks[i])
	}
}

// point marks a count of a row: a disc, or a square, so that rows are told apart by
// more than their colours.
func (t table) point(row int, at xy) {
	if row%2 == 0 {
		t.dot(at, 9, rowInks[row])
		return
	}
	t.box(at.x-6, at.y-6, at.x+6, at.y+6, rowInks[row])
	t.box(at.x-3, at.y-3, at.x+3, at.y+3, ground)
}

// columnNames writes the names of columns, as many as there is room for, the last
// in any case.
func (t table) columnNames(y float64) {
	each := 1
	for _, name := range t.Names {
		for t.width(small, t.written(name))+14 > t.wide()*float64(each) && each < len(t.Names) {
			each++
		}
	}
	for n, name := range t.Names {
		last := n == len(t.Names)-1
		if (len(t.Names)-1-n)%each != 0 {
			continue
		}
		s, hue := small, quiet
		if last {
			s, hue = strong, ink
		}
		text := t.written(name)
		if last && t.Now {
			text += "…"
		}
		t.textAround(s, t.middle(n), y+34, text, hue)
	}
}
