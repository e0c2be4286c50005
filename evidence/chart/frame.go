package chart

import (
	"image/color"
	"math"
	"slices"
	"strings"
	"time"

	"muster/quantity"
)

// frame is a picture with its places, in pixels.
type frame struct {
	Picture
	*fonts
	title                       []string
	titleAt, subtitleAt, bottom float64
	left, right                 float64 // of all panels
	edgeLow, edgeHigh           float64 // how far labels may reach
	views                       []view
	plan                        plan
	moments                     []moment
	days                        []day
}

// view is a panel with its places.
type view struct {
	Panel
	axis
	note                        []string
	nameAt, top, bottom, noteAt float64
	ends                        []end
	keys                        []key
}

// end is what is written behind the end of a line.
type end struct {
	at          time.Time
	y           float64
	value, name string
	hue         color.Color
	inside      bool // the line ends so early that it is written in the field
}

// key is one part of a legend; line is -1 for the band.
type key struct {
	x, y float64
	text string
	line int
}

// widestEnd is how much room there is behind the lines, in pixels.
const widestEnd = 244.0

// keyGap is the room behind each part of a legend, in pixels.
const keyGap = 28.0

// day is the name of a day below the axis of time.
type day struct {
	x, down float64
	text    string
}

// arranged gives everything in a tidy picture its place.
func arranged(p Picture, fonts *fonts) frame {
	if len(p.Panels) == 0 {
		p.Panels = []Panel{{}}
	}
	f := frame{Picture: p, fonts: fonts, edgeLow: margin, edgeHigh: pictureWidth - margin}
	for _, panel := range p.Panels {
		f.views = append(f.views, view{Panel: panel, axis: panel.axis()})
	}
	f.sides()
	f.plan = f.planned()
	f.moments = moments(f.From, f.To, f.Zone, int((f.right-f.left)/100))
	y := f.below()
	for i := range f.views {
		y = f.stack(i, y)
	}
	f.bottom = y
	return f
}

// below is where the panels begin: below the title.
func (f *frame) below() float64 {
	y := float64(margin) - 4
	if f.title = f.wrapped(heading, f.written(f.Title), room, 2); len(f.title) > 0 {
		f.titleAt = y + 32
		y += 2 + float64(len(f.title))*titleHeight
	}
	if f.Subtitle != "" {
		f.subtitleAt = y + 26
		y += 38
	}
	if y > margin {
		y += 18
	}
	return y
}

// plotHeight is how high each panel's field is.
func (f *frame) plotHeight() float64 {
	if len(f.views) > 2 {
		return 206
	}
	return 264
}

// sides finds how much room the marks of the axes and the ends of lines need, the
// same for all panels.
func (f *frame) sides() {
	half := f.width(small, "00:00") / 2
	f.left = margin + half
	gutter := half
	for i := range f.views {
		v := &f.views[i]
		for _, t := range v.ticks {
			f.left = max(f.left, margin+14+f.width(small, f.written(t.text)))
		}
		v.top, v.bottom = 0, f.plotHeight()
		v.ends = f.endsOf(*v)
	}
	f.left = min(f.left, 300)
	for _, v := range f.views {
		for i, e := range v.ends {
			part := float64(f.To.Sub(e.at)) / float64(f.To.Sub(f.From))
			v.ends[i].inside = part*(pictureWidth-margin-f.left-widestEnd) > f.wide(e)+28
			if !v.ends[i].inside {
				gutter = max(gutter, 14+f.wide(e))
			}
		}
	}
	f.left, f.right = math.Ceil(f.left), math.Floor(pictureWidth-margin-gutter)
}

// stack places a panel below a height, and returns where the next may begin.
func (f *frame) stack(i int, y float64) float64 {
	v := &f.views[i]
	v.nameAt = y + 26
	y = f.keysOf(v, i) + 26
	if i == 0 && len(f.plan.labels) > 0 {
		y += float64(height(f.plan.labels))*rowHeight + 4
	}
	shift := y - v.top
	for e := range v.ends {
		v.ends[e].y += shift
	}
	v.top, v.bottom = y, y+f.plotHeight()
	y = v.bottom + 20
	if i == len(f.views)-1 {
		y = v.bottom + 46 + f.dated()
	}
	if v.note = f.wrapped(small, f.written(v.Note), room, 2); len(v.note) > 0 {
		v.noteAt = y + 30
		y += 12 + float64(len(v.note))*noteHeight
	}
	return y + 22
}

// y is where a value is in a panel.
func (v view) y(value float64) float64 {
	return v.bottom - (v.bottom-v.top)*(value-v.low)/(v.high-v.low)
}

func (p Panel) empty() bool {
	return !slices.ContainsFunc(p.Lines, func(l Line) bool { return len(l.Points) > 0 })
}

// axis is the panel's axis of values; without any, one without marks.
func (p Panel) axis() axis {
	low, high := math.Inf(1), math.Inf(-1)
	for _, line := range p.Lines {
		for _, s := range line.Points {
			low, high = min(low, s.Value), max(high, s.Value)
		}
	}
	for _, r := range p.Band {
		low, high = min(low, r.Low), max(high, r.High)
	}
	if low > high {
		return axis{low: 0, high: 1}
	}
	return axisOf(low, high, p.Unit)
}

// endsOf are the texts behind the ends of lines, where there are few and they
// neither touch nor are long.
func (f *frame) endsOf(v view) []end {
	if len(v.Lines) > 3 {
		return nil
	}
	var ends []end
	for i, line := range v.Lines {
		if len(line.Points) == 0 {
			continue
		}
		last := line.Points[len(line.Points)-1]
		e := end{at: last.At, y: v.y(last.Value), value: f.written(quantity.Text(last.Value, v.Unit)), hue: lineInks[i]}
		if len(v.Lines) > 1 || !strings.EqualFold(line.Name, v.Name) {
			e.name = f.written(line.Name)
		}
		if f.wide(e) > widestEnd-14 {
			return nil
		}
		ends = append(ends, e)
	}
	return apart(ends, v)
}

func (f *frame) wide(e end) float64 {
	w := f.width(strong, e.value)
	if e.name != "" {
		w += 8 + f.width(plain, e.name)
	}
	return w
}

// apart moves texts apart that nearly touch, and gives up where they are moved too
// far from their lines.
func apart(ends []end, v view) []end {
	const line, far = 30, 24
	slices.SortStableFunc(ends, func(a, b end) int { return int(math.Copysign(1, a.y-b.y)) })
	moved := slices.Clone(ends)
	for range 8 {
		for i := 1; i < len(moved); i++ {
			if short := line - (moved[i].y - moved[i-1].y); short > 0 {
				moved[i-1].y -= short / 2
				moved[i].y += short / 2
			}
		}
	}
	for i := range moved {
		if math.Abs(moved[i].y-ends[i].y) > far {
			return nil
		}
		moved[i].y = min(moved[i].y, v.bottom-6)
	}
	for i := len(moved) - 2; i >= 0; i-- {
		moved[i].y = min(moved[i].y, moved[i+1].y-line)
	}
	return moved
}

// keysOf places the legend: beside the panel's name, or in even rows below it. It
// returns where it ends. The band is explained once.
func (f *frame) keysOf(v *view, i int) float64 {
	v.keys = f.keysFor(*v, i)
	total := -keyGap
	for _, k := range v.keys {
		total += f.keyed(k)
	}
	if x := pictureWidth - margin - total; x > margin+f.width(strong, f.written(v.Name))+40 {
		f.row(v.keys, x, v.nameAt)
		return v.nameAt
	}
	rows := 1
	for !f.even(v.keys, rows) && rows < len(v.keys) {
		rows++
	}
	each := (len(v.keys) + rows - 1) / rows
	y := v.nameAt
	for keys := range slices.Chunk(v.keys, each) {
		y += rowHeight
		f.row(keys, margin, y)
	}
	return y
}

// even reports whether a legend fits into so many rows.
func (f *frame) even(keys []key, rows int) bool {
	for row := range slices.Chunk(keys, (len(keys)+rows-1)/rows) {
		if f.row(row, margin, 0) > pictureWidth-margin+keyGap {
			return false
		}
	}
	return true
}

// row places keys behind each other, and returns where they end.
func (f *frame) row(keys []key, x, y float64) float64 {
	for i := range keys {
		keys[i].x, keys[i].y = x, y
		x += f.keyed(keys[i])
	}
	return x
}

func (f *frame) keyed(k key) float64 { return keyWidth + 8 + f.width(small, k.text) + keyGap }

func (f *frame) keysFor(v view, i int) []key {
	var keys []key
	if len(v.ends) == 0 && len(v.Lines) > 0 && !v.empty() {
		for n, line := range v.Lines {
			if text := f.clipped(small, f.written(line.Name), 480); text != "" {
				keys = append(keys, key{line: n, text: text})
			}
		}
	}
	first := slices.IndexFunc(f.views, func(v view) bool { return len(v.Band) > 1 })
	if first == i {
		keys = append(keys, key{line: -1, text: f.clipped(small, f.written(f.Words.Usual), 300)})
	}
	return keys
}

// dated places the days below the axis of time, each under its first mark, and
// returns how much room they need. The zone stands below the end.
func (f *frame) dated() float64 {
	const apart = 24
	down := 66.0
	if len(f.moments) > 0 && f.moments[0].text == "" {
		down = 36
	}
	zone := f.written(zoneName(f.From, f.To, f.Zone))
	f.days = []day{{f.right - f.width(small, zone), 66, zone}}
	free := float64(pictureWidth - margin)
	if down == 66 {
		free = f.days[0].x - apart
	}
	for _, m := range slices.Backward(f.moments) {
		if !m.day {
			continue
		}
		text := f.clipped(small, f.written(f.Words.Day(m.at)), 300)
		wide, x := f.width(small, text), f.x(m.at)-f.width(small, "00:00")/2
		if m.text == "" {
			x = f.x(m.at) - wide/2
		}
		if len(f.days) == 1 {
			x = min(x, free-wide)
		}
		if x = max(x, margin); x+wide > free {
			continue
		}
		f.days = append(f.days, day{x, down, text})
		free = x - apart
	}
	return 30
}

// exact is where a time is, in parts of a pixel.
func (f frame) exact(at time.Time) float64 {
	return f.left + (f.right-f.left)*float64(at.Sub(f.From))/float64(f.To.Sub(f.From))
}

// runs are the rows of samples between holes: where there was none for more than
// three times the usual step.
func runs(points []Point) [][]Point {
	if len(points) == 0 {
		return nil
	}
	hole := 3 * usualStep(points)
	var all [][]Point
	from := 0
	for i := 1; i < len(points); i++ {
		if points[i].At.Sub(points[i-1].At) > hole {
			all, from = append(all, points[from:i]), i
		}
	}
	return append(all, points[from:])
}

// usualStep is the middle one of the times between samples.
func usualStep(points []Point) time.Duration {
	if len(points) < 2 {
		return 0
	}
	between := make([]time.Duration, len(points)-1)
	for i := range between {
		between[i] = points[i+1].At.Sub(points[i].At)
	}
	slices.Sort(between)
	return between[len(between)/2]
}

// path is where samples are in a panel. Of those within one column of pixels the
// first, the lowest, the highest and the last are enough.
func (f frame) path(v view, points []Point) []xy {
	var path []xy
	for from := 0; from < len(points); {
		column := math.Floor(f.exact(points[from].At))
		to, low, high := from, from, from
		for ; to < len(points) && math.Floor(f.exact(points[to].At)) == column; to++ {
			if points[to].Value < points[low].Value {
				low = to
			}
			if points[to].Value > points[high].Value {
				high = to
			}
		}
		for _, i := range slices.Compact(slices.Sorted(slices.Values([]int{from, low, high, to - 1}))) {
			path = append(path, xy{f.exact(points[i].At), v.y(points[i].Value)})
		}
		from = to
	}
	return path
}
