package chart

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"
)

// label is a text above the first panel, on a pole that stands at its time.
type label struct {
	x     float64 // of the pole
	text  string
	width float64
	kind  kind
	left  bool // it flies to the left of its pole
	row   int  // the first is next to the panel
}

// kind is what a label stands for.
type kind int

const (
	change   kind = iota
	cause         // a strong mark
	outbreak      // where the incident begins
	several       // changes too close to be named
)

// How many labels there are at most.
const (
	mostNamed   = 24
	mostRows    = 6
	mostCrowded = 8 // within a quarter of the picture
	mostCauses  = 12
)

// standoff is how far a text is from its pole; a chip begins on it.
func (l label) standoff() float64 {
	if l.kind == cause {
		return 0
	}
	return 9
}

func (l label) extent() (float64, float64) {
	if l.left {
		return l.x - l.standoff() - l.width, l.x - l.standoff()
	}
	return l.x + l.standoff(), l.x + l.standoff() + l.width
}

// covers reports whether a pole at a place would cross the label.
func (l label) covers(x float64) bool {
	low, high := l.extent()
	near := l.standoff()*0.6 - 0.5 // its own pole does not cross it
	if l.left {
		return x > low-10 && x < high+near
	}
	return x > low-near && x < high+10
}

// placed are labels with their sides and rows, so that no label lies over another
// nor over another's pole. It is not always possible.
func placed(labels []label, low, high float64) ([]label, bool) {
	var best []label
	for split := len(labels); split >= 0; split-- {
		tried := slices.Clone(labels)
		for i := range tried {
			tried[i].left = i >= split
		}
		if !within(tried, low, high) || !stacked(tried) {
			continue
		}
		if best == nil || height(tried) < height(best) {
			best = tried
		}
	}
	return best, best != nil
}

func within(labels []label, low, high float64) bool {
	return !slices.ContainsFunc(labels, func(l label) bool {
		from, to := l.extent()
		return from < low || to > high
	})
}

func height(labels []label) int {
	rows := 0
	for _, l := range labels {
		rows = max(rows, l.row+1)
	}
	return rows
}

// stacked gives labels their rows: of two that would touch, the one whose pole the
// other covers is below.
func stacked(labels []label) bool {
	for range len(labels) + 1 {
		changed := false
		for i := range labels {
			for j := range labels[i+1:] {
				lift, fine := raised(&labels[i], &labels[i+1+j])
				if !fine {
					return false
				}
				changed = changed || lift
			}
		}
		if !changed {
			return true
		}
	}
	return false
}

// raised lifts one of two labels above the other where they would touch, the one
// on the left unless the other must be. It can not be done where each covers the
// other's pole.
func raised(a, b *label) (lifted, possible bool) {
	above, below := a, b
	switch overA, overB := b.covers(a.x), a.covers(b.x); {
	case overA && overB:
		return false, false
	case overA:
		above, below = b, a
	case !overB && !touching(*a, *b):
		return false, true
	}
	if above.row > below.row {
		return false, true
	}
	above.row = below.row + 1
	return true, true
}

func touching(a, b label) bool {
	aLow, aHigh := a.extent()
	bLow, bHigh := b.extent()
	return aLow < bHigh+14 && bLow < aHigh+14
}

// plan is what is drawn of the marks.
type plan struct {
	labels []label
	lines  []Mark // through all panels
	ticks  []Mark // only hinted at
}

// planned names as many marks as there is room for, the likely causes first, then
// those nearest to where the incident began.
func (f frame) planned() plan {
	ranked := f.ranked()
	for named := min(len(ranked), mostNamed); ; named-- {
		causes := min(mostCauses, count(ranked, func(m Mark) bool { return m.Strong }))
		for _, widest := range []float64{460, 320, 200} {
			p := f.naming(ranked, max(named, causes), widest)
			labels, fine := placed(p.labels, f.edgeLow, f.edgeHigh)
			if fine && (named <= causes || height(labels) <= mostRows && !f.crowded(labels)) {
				p.labels = labels
				return p
			}
		}
		if named <= causes {
			return f.unnamed(ranked)
		}
	}
}

// unnamed is the plan where not even the likely causes can be named: their lines
// stand, with the labels that there is room for.
func (f frame) unnamed(ranked []Mark) plan {
	p := f.naming(ranked, min(mostCauses, count(ranked, func(m Mark) bool { return m.Strong })), 200)
	var kept []label
	for _, l := range p.labels {
		more := append(slices.Clone(kept), l)
		if _, fine := placed(more, f.edgeLow, f.edgeHigh); fine {
			kept = more
		}
	}
	p.labels, _ = placed(kept, f.edgeLow, f.edgeHigh)
	return p
}

func count(marks []Mark, is func(Mark) bool) int {
	n := 0
	for _, m := range marks {
		if is(m) {
			n++
		}
	}
	return n
}

// ranked are the marks, those first that most deserve a name.
func (f frame) ranked() []Mark {
	ranked := slices.Clone(f.Marks)
	near := f.Span.From
	if i := slices.IndexFunc(ranked, func(m Mark) bool { return m.Strong }); near.IsZero() && i >= 0 {
		near = ranked[i].At
	}
	if near.IsZero() {
		near = f.To
	}
	slices.SortStableFunc(ranked, func(a, b Mark) int {
		if a.Strong != b.Strong {
			if a.Strong {
				return -1
			}
			return 1
		}
		return cmp.Compare(distance(a.At, near), distance(b.At, near))
	})
	return ranked
}

// distance is how far a change is from the beginning of the incident. One after it
// is no cause, and counts as if it were farther away.
func distance(at, began time.Time) time.Duration {
	if at.After(began) {
		return 4 * at.Sub(began)
	}
	return began.Sub(at)
}

// naming is the plan in which so many marks are named, and the others counted.
func (f frame) naming(ranked []Mark, named int, widest float64) plan {
	p := plan{lines: slices.Clone(ranked[:named]), ticks: slices.Clone(ranked[named:])}
	for _, marks := range [][]Mark{p.lines, p.ticks} {
		slices.SortStableFunc(marks, func(a, b Mark) int { return a.At.Compare(b.At) })
	}
	for _, m := range p.lines {
		kind := change
		if m.Strong {
			kind = cause
		}
		p.add(f, m.At, m.Label, kind, widest)
	}
	for _, group := range f.groups(p.ticks) {
		text := fmt.Sprintf(f.Words.Changes, len(group))
		if len(group) == 1 {
			text = "+1"
		}
		p.add(f, group[len(group)/2].At, text, several, widest)
	}
	if !f.Span.From.IsZero() {
		p.add(f, later(f.Span.From, f.From), f.incident(), outbreak, widest)
	}
	slices.SortStableFunc(p.labels, func(a, b label) int { return cmp.Compare(a.x, b.x) })
	return p
}

func (p *plan) add(f frame, at time.Time, text string, kind kind, widest float64) {
	s, inside := plain, 0.0
	if kind == cause {
		s, inside = strong, 2*chipInside
	}
	if kind == outbreak {
		s = strong
	}
	text = f.clipped(s, f.written(text), widest-inside)
	if text == "" {
		return
	}
	p.labels = append(p.labels, label{x: f.x(at), text: text, width: f.width(s, text) + inside, kind: kind})
}

// groups are marks that are close to each other.
func (f frame) groups(marks []Mark) [][]Mark {
	var all [][]Mark
	for i, m := range marks {
		if i == 0 || f.x(m.At)-f.x(marks[i-1].At) > 120 {
			all = append(all, nil)
		}
		all[len(all)-1] = append(all[len(all)-1], m)
	}
	return all
}

// crowded reports whether too many labels stand within a quarter of the picture.
func (f frame) crowded(labels []label) bool {
	for i := mostCrowded; i < len(labels); i++ {
		if labels[i].x-labels[i-mostCrowded].x < (f.right-f.left)/4 {
			return true
		}
	}
	return false
}

// incident is what is said where it begins: "incident 01:31–02:48", and with its
// day where the picture shows several.
func (f frame) incident() string {
	began, ended := f.Span.From.In(f.Zone), f.Span.To.In(f.Zone)
	text := f.Words.Incident + " "
	if f.To.Sub(f.From) > 24*time.Hour {
		text += f.Words.Day(began) + ", "
	}
	text += began.Format("15:04") + "–"
	switch {
	case f.Span.To.IsZero():
		return text
	case ended.Sub(began) > 24*time.Hour:
		return text + f.Words.Day(ended) + ", " + ended.Format("15:04")
	}
	return text + ended.Format("15:04")
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// x is where a time is, in pixels.
func (f frame) x(at time.Time) float64 {
	whole := float64(f.To.Sub(f.From))
	return math.Round(f.left + (f.right-f.left)*math.Min(1, math.Max(0, float64(at.Sub(f.From))/whole)))
}
