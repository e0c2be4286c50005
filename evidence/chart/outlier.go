package chart

import (
	"math"
	"slices"

	"muster/quantity"
)

// outlier names the sample that stands out of a line that is alone, where its name
// hides least.
func (f frame) outlier(c canvas, v view) {
	if len(v.Lines) != 1 {
		return
	}
	point, low, is := v.standing()
	at := xy{f.exact(point.At), v.y(point.Value)}
	if !is || at.x > f.right-70 {
		return
	}
	text := c.written(quantity.Text(point.Value, v.Unit))
	place := f.free(v, at, c.width(strong, text), low)
	c.dot(at, 9, ground)
	c.dot(at, 7, lineInks[0])
	c.haloed(strong, place.x, place.y, text, lineInks[0])
}

// standing is the sample farthest outside of what is usual; where that is not
// known, the one farthest from the middle one if it is well away from it.
func (v view) standing() (point Point, low, is bool) {
	farthest := 0.0
	for _, p := range v.Lines[0].Points {
		usual, known := usualAt(v.Band, p.At)
		if by := max(p.Value-usual.High, usual.Low-p.Value); known && by > farthest {
			farthest, point, low = by, p, p.Value < usual.Low
		}
	}
	if farthest == 0 && len(v.Band) == 0 {
		middle := v.middle()
		for _, p := range v.Lines[0].Points {
			if by := math.Abs(p.Value - middle); by > farthest {
				farthest, point, low = by, p, p.Value < middle
			}
		}
	}
	return point, low, farthest > 0.15*(v.high-v.low)
}

// middle is the median of a line that is alone.
func (v view) middle() float64 {
	var values []float64
	for _, p := range v.Lines[0].Points {
		values = append(values, p.Value)
	}
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// free is the place for a text of a width beside a point in a panel that hides the
// least of the line: above it or below it if it can be.
func (f frame) free(v view, at xy, wide float64, low bool) xy {
	middle := min(max(at.x-wide/2, f.left+6), f.right-wide-6)
	above, below := xy{middle, at.y - 17}, xy{middle, at.y + 36}
	if low {
		above, below = below, above
	}
	places := []xy{above, below}
	for _, up := range []float64{8, -12, 28} {
		places = append(places, xy{at.x + 16, at.y + up}, xy{at.x - 16 - wide, at.y + up})
	}
	best, least := above, math.Inf(1)
	for _, p := range places {
		if p.x < f.left || p.x+wide > f.right || p.y-18 < v.top || p.y+1 > v.bottom {
			continue
		}
		if hidden := f.hidden(v, xy{p.x - 3, p.y - 20}, xy{p.x + wide + 3, p.y + 4}); hidden < least {
			best, least = p, hidden
		}
	}
	return best
}

// hidden is how much of the line lies within a rectangle, in pixels. The pole of a
// mark counts as 100 of them.
func (f frame) hidden(v view, low, high xy) float64 {
	sum := 0.0
	for _, m := range append(slices.Clone(f.plan.lines), Mark{At: f.Span.From}) {
		if x := f.x(m.At); x > low.x && x < high.x {
			sum += 100
		}
	}
	for _, run := range runs(v.Lines[0].Points) {
		path := f.path(v, run)
		for i := 1; i < len(path); i++ {
			sum += inside(path[i-1], path[i], low, high)
		}
	}
	return sum
}

// inside is how much of the line from one point to another lies in a rectangle.
func inside(a, b, low, high xy) float64 {
	length := math.Hypot(b.x-a.x, b.y-a.y)
	n := int(length/3) + 1
	in := 0
	for i := range n {
		part := (float64(i) + 0.5) / float64(n)
		x, y := a.x+part*(b.x-a.x), a.y+part*(b.y-a.y)
		if x > low.x && x < high.x && y > low.y && y < high.y {
			in++
		}
	}
	return length * float64(in) / float64(n)
}
