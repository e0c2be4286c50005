package metrics

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// SeriesMost is how many series an answer has at the most.
const SeriesMost = 20

// Gathering makes an answer of what a source sends, maybe in several parts. It
// keeps what an Answer promises, whatever is sent: points within the window, the
// oldest first, none twice, all of them numbers; and no more series than
// SeriesMost, always the same ones: the first by their labels.
type Gathering struct {
	From, To time.Time

	series   map[string]Series
	left     map[string]bool // the series that were left out, by their labels
	warnings []string
}

// Add adds points of a series, later ones than those that were added before.
func (g *Gathering) Add(labels map[string]string, points []Point) {
	key := keyOf(labels)
	if g.series == nil {
		g.series, g.left = map[string]Series{}, map[string]bool{}
	}
	if g.left[key] {
		return
	}
	s, known := g.series[key]
	if s.Labels == nil {
		s.Labels = labels
	}
	s.Points = g.append(s.Points, points)
	if len(s.Points) == 0 {
		return
	}
	g.series[key] = s
	if !known && len(g.series) > SeriesMost {
		last := slices.Max(slices.Collect(maps.Keys(g.series)))
		delete(g.series, last)
		g.left[last] = true
	}
}

func (g *Gathering) append(to, points []Point) []Point {
	for _, p := range points {
		isNumber := !math.IsNaN(p.Value) && !math.IsInf(p.Value, 0)
		isNew := len(to) == 0 || p.At.After(to[len(to)-1].At)
		if isNumber && isNew && !p.At.Before(g.From) && !p.At.After(g.To) {
			to = append(to, p)
		}
	}
	return to
}

// warningsMost is how many warnings an answer has at the most.
const warningsMost = 10

// Warn adds why the answer may not be the whole truth, once.
func (g *Gathering) Warn(why string) {
	if why != "" && !slices.Contains(g.warnings, why) && len(g.warnings) < warningsMost {
		g.warnings = append(g.warnings, why)
	}
}

// Answer returns what was gathered, the series in the order of their labels.
func (g *Gathering) Answer() Answer {
	a := Answer{Warnings: g.warnings, Cut: len(g.left)}
	for _, key := range slices.Sorted(maps.Keys(g.series)) {
		a.Series = append(a.Series, g.series[key])
	}
	return a
}

// keyOf is a text that no two sets of labels share.
func keyOf(labels map[string]string) string {
	var key strings.Builder
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		key.WriteString(strconv.Quote(name))
		key.WriteString(strconv.Quote(labels[name]))
	}
	return key.String()
}
