package chart

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"slices"

	"golang.org/x/image/font"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// xy is a place in a picture, in pixels from its upper left corner.
type xy struct{ x, y float64 }

// canvas is what a picture is drawn on. Packages that draw are given the image
// itself: only that they know how to draw on fast.
type canvas struct {
	*image.RGBA
	*fonts
}

// box fills a rectangle, with edges on whole pixels so that they are sharp.
func (c canvas) box(x0, y0, x1, y1 float64, ink color.Color) {
	r := image.Rect(int(math.Round(x0)), int(math.Round(y0)), int(math.Round(x1)), int(math.Round(y1)))
	draw.Draw(c.RGBA, r, image.NewUniform(ink), image.Point{}, draw.Over)
}

// upright draws a vertical line, and level one across.
func (c canvas) upright(x, y0, y1, width float64, ink color.Color) {
	left := math.Round(x - width/2)
	c.box(left, y0, left+width, y1, ink)
}

func (c canvas) level(x0, x1, y, width float64, ink color.Color) {
	top := math.Round(y - width/2)
	c.box(x0, top, x1, top+width, ink)
}

// dashed draws a vertical line of dashes, from below.
func (c canvas) dashed(x, y0, y1, width float64, ink color.Color) {
	for y := y1; y > y0; y -= 14 {
		c.upright(x, max(y0, y-8), y, width, ink)
	}
}

// text writes from a point on the line that letters stand on, and returns where it
// ended.
func (c canvas) text(s style, x, y float64, text string, ink color.Color) float64 {
	d := font.Drawer{Dst: c.RGBA, Src: image.NewUniform(ink), Face: c.faces[s], Dot: fixed.Point26_6{X: fixed.Int26_6(x * 64), Y: fixed.Int26_6(math.Round(y) * 64)}}
	d.DrawString(text)
	return float64(d.Dot.X) / 64
}

// textTo writes up to a point, and textAround around one.
func (c canvas) textTo(s style, x, y float64, text string, ink color.Color) {
	c.text(s, x-c.width(s, text), y, text, ink)
}

func (c canvas) textAround(s style, x, y float64, text string, ink color.Color) {
	c.text(s, x-c.width(s, text)/2, y, text, ink)
}

// haloed writes on a light edge, so that it can be read over lines.
func (c canvas) haloed(s style, x, y float64, text string, ink color.Color) {
	for _, by := range []xy{{-3, 0}, {3, 0}, {0, -3}, {0, 3}, {-2, -2}, {2, -2}, {-2, 2}, {2, 2}} {
		c.text(s, x+by.x, y+by.y, text, ground)
	}
	c.text(s, x, y, text, ink)
}

// shape fills what polygons enclose together. All of them must turn the same way.
func (c canvas) shape(polygons [][]xy, ink color.Color) {
	low, high := xy{math.Inf(1), math.Inf(1)}, xy{math.Inf(-1), math.Inf(-1)}
	for _, polygon := range polygons {
		for _, p := range polygon {
			low, high = xy{min(low.x, p.x), min(low.y, p.y)}, xy{max(high.x, p.x), max(high.y, p.y)}
		}
	}
	frame := image.Rect(int(math.Floor(low.x)), int(math.Floor(low.y)), int(math.Ceil(high.x))+1, int(math.Ceil(high.y))+1)
	if len(polygons) == 0 || frame.Dx() > 4*c.Bounds().Dx() || frame.Dy() > 4*c.Bounds().Dy() {
		return
	}
	r := vector.NewRasterizer(frame.Dx(), frame.Dy())
	for _, polygon := range polygons {
		for i, p := range polygon {
			x, y := float32(p.x-float64(frame.Min.X)), float32(p.y-float64(frame.Min.Y))
			if i == 0 {
				r.MoveTo(x, y)
			} else {
				r.LineTo(x, y)
			}
		}
		r.ClosePath()
	}
	r.Draw(c.RGBA, frame, image.NewUniform(ink), image.Point{})
}

// dot draws a disc.
func (c canvas) dot(at xy, radius float64, ink color.Color) {
	round := make([]xy, 32)
	for i := range round {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(len(round)))
		round[i] = xy{at.x + radius*cos, at.y + radius*sin}
	}
	c.shape([][]xy{round}, ink)
}

// rounded fills a rectangle with round corners.
func (c canvas) rounded(x0, y0, x1, y1, radius float64, ink color.Color) {
	var outline []xy
	for corner, at := range []xy{{x1 - radius, y1 - radius}, {x0 + radius, y1 - radius}, {x0 + radius, y0 + radius}, {x1 - radius, y0 + radius}} {
		for i := range 9 {
			sin, cos := math.Sincos(math.Pi / 2 * (float64(corner) + float64(i)/8))
			outline = append(outline, xy{at.x + radius*cos, at.y + radius*sin})
		}
	}
	c.shape([][]xy{outline}, ink)
}

// stroke draws a line through points, with round joints.
func (c canvas) stroke(points []xy, width float64, ink color.Color) {
	var parts [][]xy
	half := width / 2
	var before xy // across the part before, half a width long
	for i := 1; i < len(points); i++ {
		p, q := points[i-1], points[i]
		length := math.Hypot(q.x-p.x, q.y-p.y)
		if length < 1e-9 {
			continue
		}
		across := xy{-(q.y - p.y) / length * half, (q.x - p.x) / length * half}
		parts = append(parts, []xy{{p.x + across.x, p.y + across.y}, {p.x - across.x, p.y - across.y}, {q.x - across.x, q.y - across.y}, {q.x + across.x, q.y + across.y}})
		if before != (xy{}) {
			parts = append(parts, joint(p, before, across))
		}
		before = across
	}
	c.shape(parts, ink)
}

// joint fills the wedge that is open between two parts of a line, on the outer
// side of the turn, in the direction in which the parts themselves turn.
func joint(at, before, after xy) []xy {
	turn := math.Atan2(before.x*after.y-before.y*after.x, before.x*after.x+before.y*after.y)
	side := 1.0
	if turn > 0 {
		side = -1
	}
	wedge := []xy{at}
	n := 1 + int(math.Abs(turn)/0.5)
	for i := range n + 1 {
		sin, cos := math.Sincos(turn * float64(i) / float64(n))
		wedge = append(wedge, xy{at.x + side*(before.x*cos-before.y*sin), at.y + side*(before.x*sin+before.y*cos)})
	}
	if turn < 0 {
		slices.Reverse(wedge)
	}
	return wedge
}

// broken cuts a line into dashes.
func broken(points []xy, dash, gap float64) [][]xy {
	var dashes [][]xy
	var current []xy
	left, on := dash, true
	for i := 1; i < len(points); i++ {
		p, q := points[i-1], points[i]
		if on && len(current) == 0 {
			current = []xy{p}
		}
		for length := math.Hypot(q.x-p.x, q.y-p.y); length > left; length = math.Hypot(q.x-p.x, q.y-p.y) {
			p = xy{p.x + (q.x-p.x)*left/length, p.y + (q.y-p.y)*left/length}
			if on {
				dashes, current = append(dashes, append(current, p)), nil
			} else {
				current = []xy{p}
			}
			on = !on
			left = gap
			if on {
				left = dash
			}
		}
		left -= math.Hypot(q.x-p.x, q.y-p.y)
		if on {
			current = append(current, q)
		}
	}
	if len(current) > 1 {
		dashes = append(dashes, current)
	}
	return dashes
}
