package chart

import (
	"image"
	"image/color"
	"slices"
)

// The colours. Each text has at least 4.5 to 1 against the ground and against the
// tint of the incident, and the lines differ in lightness as well as in hue, so
// that people who see fewer colours tell them apart.
var (
	ground  = color.NRGBA{0xfd, 0xfd, 0xfe, 0xff}
	border  = color.NRGBA{0xd3, 0xd9, 0xe0, 0xff}
	ink     = color.NRGBA{0x1b, 0x1f, 0x24, 0xff}
	quiet   = color.NRGBA{0x52, 0x5b, 0x66, 0xff}
	grid    = color.NRGBA{0xe6, 0xea, 0xee, 0xff}
	foot    = color.NRGBA{0x9a, 0xa4, 0xaf, 0xff}
	band    = color.NRGBA{0x16, 0x60, 0xb8, 0x26}
	tint    = color.NRGBA{0xff, 0xa0, 0x1e, 0x24}
	alarm   = color.NRGBA{0x8a, 0x4b, 0x00, 0xff}
	culprit = color.NRGBA{0xb0, 0x0f, 0x3a, 0xff}
	pole    = color.NRGBA{0x7b, 0x86, 0x92, 0xff}

	lineInks = [mostLines]color.NRGBA{
		{0x0b, 0x5c, 0xb5, 0xff}, {0xa8, 0x50, 0x00, 0xff}, {0x00, 0x7a, 0x66, 0xff}, {0x7b, 0x2c, 0x9e, 0xff},
		{0x3d, 0x47, 0x53, 0xff}, {0xc0, 0x2d, 0x78, 0xff}, {0x5d, 0x6e, 0x00, 0xff}, {0x00, 0x6f, 0x91, 0xff},
	}
)

// Measures, in pixels.
const (
	pictureWidth = 1200
	margin       = 36
	chipInside   = 10
	room         = pictureWidth - 2*margin
	titleHeight  = 44 // of one of its lines
	noteHeight   = 32
	rowHeight    = 38 // of labels and legends
	lineWidth    = 4
	denseWidth   = 3  // of a line with more samples than there are pixels
	keyWidth     = 34 // of the sample in a legend
	firstDashed  = 5  // lines from this one on are dashed
)

// drawn draws a tidy picture.
func drawn(p Picture, fonts *fonts) image.Image {
	f := arranged(p, fonts)
	c := canvas{image.NewRGBA(image.Rect(0, 0, pictureWidth, int(f.bottom))), fonts}
	c.box(0, 0, pictureWidth, f.bottom, border)
	c.box(2, 2, pictureWidth-2, f.bottom-2, ground)
	f.header(c)
	for _, v := range f.views {
		f.panel(c, v)
	}
	f.names(c)
	f.time(c)
	return c.RGBA
}

// header writes what the picture is.
func (f frame) header(c canvas) {
	for i, line := range f.title {
		c.text(heading, margin, f.titleAt+float64(i)*titleHeight, line, ink)
	}
	c.text(plain, margin, f.subtitleAt, c.clipped(plain, c.written(f.Subtitle), room), quiet)
}

// panel draws one panel, from what is behind to what is in front.
func (f frame) panel(c canvas, v view) {
	f.behind(c, v)
	f.usual(c, v)
	f.changes(c, v)
	c.level(f.left, f.right, v.bottom, 2, foot)
	for i, line := range v.Lines {
		f.line(c, v, line, i)
	}
	f.outlier(c, v)
	f.ends(c, v)
	c.text(strong, margin, v.nameAt, c.clipped(strong, c.written(v.Name), room), ink)
	f.legend(c, v)
	for i, line := range v.note {
		c.text(small, margin, v.noteAt+float64(i)*noteHeight, line, quiet)
	}
	if v.empty() {
		f.nothing(c, v)
	}
}

// nothing says that a panel is empty, on a ground of its own.
func (f frame) nothing(c canvas, v view) {
	text := c.clipped(plain, c.written(f.Words.NoSamples), f.right-f.left)
	x, y := (f.left+f.right)/2, (v.top+v.bottom)/2
	half := c.width(plain, text)/2 + 18
	c.rounded(x-half, y-24, x+half, y+24, 8, ground)
	c.textAround(plain, x, y+8, text, quiet)
}

// behind draws the incident and the grid.
func (f frame) behind(c canvas, v view) {
	if !f.Span.From.IsZero() {
		c.box(f.x(f.Span.From), v.top, f.spanEnd(), v.bottom, tint)
	}
	if v.empty() {
		return
	}
	for _, m := range f.moments {
		c.upright(f.x(m.at), v.top, v.bottom, 2, grid)
	}
	for _, t := range v.axis.ticks {
		y := v.y(t.value)
		c.level(f.left, f.right, y, 2, grid)
		c.textTo(small, f.left-14, y+8, c.written(t.text), quiet)
	}
}

func (f frame) spanEnd() float64 {
	if f.Span.To.IsZero() {
		return f.right
	}
	return f.x(f.Span.To)
}

// usual fills the band, and leaves out holes as lines do.
func (f frame) usual(c canvas, v view) {
	points := make([]Point, len(v.Band))
	for i, r := range v.Band {
		points[i] = Point{r.At, r.Low}
	}
	from := 0
	for _, run := range runs(points) {
		var above, below []xy
		for _, r := range v.Band[from : from+len(run)] {
			above, below = append(above, xy{f.exact(r.At), v.y(r.High)}), append(below, xy{f.exact(r.At), v.y(r.Low)})
		}
		slices.Reverse(below)
		c.shape([][]xy{append(above, below...)}, band)
		from += len(run)
	}
}

// changes draws the marks and the beginning of the incident through one panel.
func (f frame) changes(c canvas, v view) {
	for _, m := range f.plan.ticks {
		c.upright(f.x(m.At), v.top-7, v.top+9, 3, pole)
	}
	for _, m := range f.plan.lines {
		if !m.Strong {
			c.dashed(f.x(m.At), v.top, v.bottom, 2, pole)
		}
	}
	if f.shows(f.Span.From) {
		c.upright(f.x(f.Span.From), v.top, v.bottom, 3, alarm)
	}
	for _, m := range f.plan.lines {
		if m.Strong {
			c.upright(f.x(m.At), v.top, v.bottom, 4, culprit)
		}
	}
}

// names writes the labels of marks above the first panel, each on its pole.
func (f frame) names(c canvas) {
	top := f.views[0].top
	for _, l := range f.plan.labels {
		y := top - 16 - float64(l.row)*rowHeight
		from, to := l.extent()
		switch l.kind {
		case cause:
			c.upright(l.x, y, top, 4, culprit)
			c.rounded(from-2, y-26, to+2, y+9, 6, culprit)
			c.box(max(from-2, l.x-8), y-8, min(to+2, l.x+8), y+9, culprit) // no round corner on the pole
			c.text(strong, from+chipInside, y, l.text, ground)
		case outbreak:
			c.upright(l.x, y-19, top, 3, alarm)
			c.text(strong, from, y, l.text, alarm)
		default:
			c.upright(l.x, y-19, top, 2, pole)
			c.text(plain, from, y, l.text, quiet)
		}
	}
}

// line draws a line, a row of samples without holes after the other.
func (f frame) line(c canvas, v view, line Line, i int) {
	hue, width := lineInks[i], float64(lineWidth)
	if float64(len(line.Points)) > f.right-f.left {
		width = denseWidth
	}
	for _, run := range runs(line.Points) {
		path := f.path(v, run)
		if len(path) == 1 {
			c.dot(path[0], lineWidth, hue)
			continue
		}
		parts := [][]xy{path}
		if i >= firstDashed {
			parts = broken(path, 16, 8)
		}
		for _, part := range parts {
			c.stroke(part, width, hue)
		}
	}
}

// ends writes the last value of each line behind it, and what it is called.
func (f frame) ends(c canvas, v view) {
	for _, e := range v.ends {
		x := f.right + 14
		if e.inside {
			x = f.exact(e.at) + 14
		}
		c.haloed(strong, x, e.y+8, e.value, e.hue)
		if e.name != "" {
			c.haloed(plain, x+c.width(strong, e.value)+8, e.y+8, e.name, e.hue)
		}
	}
}

// legend says which line is which.
func (f frame) legend(c canvas, v view) {
	for _, k := range v.keys {
		middle := k.y - 8
		switch {
		case k.line < 0:
			c.box(k.x, middle-11, k.x+keyWidth, middle+11, band)
		case k.line >= firstDashed:
			c.level(k.x, k.x+keyWidth/2-2, middle, lineWidth+2, lineInks[k.line])
			c.level(k.x+keyWidth/2+4, k.x+keyWidth, middle, lineWidth+2, lineInks[k.line])
		default:
			c.level(k.x, k.x+keyWidth, middle, lineWidth+2, lineInks[k.line])
		}
		c.text(small, k.x+keyWidth+8, k.y, k.text, quiet)
	}
}

// time writes the axis of time below the last panel.
func (f frame) time(c canvas) {
	last := f.views[len(f.views)-1]
	for _, v := range f.views {
		for _, m := range f.moments {
			c.upright(f.x(m.at), v.bottom, v.bottom+8, 2, foot)
		}
	}
	for _, m := range f.moments {
		c.textAround(small, f.x(m.at), last.bottom+36, m.text, quiet)
	}
	for _, d := range f.days {
		c.text(small, d.x, last.bottom+d.down, d.text, quiet)
	}
}
