package workspace

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// evaluate says what a query gives at each step. It knows plain selectors, such
// as up{job="api"}, and vector(1). The lock is held.
func (w *Workspace) evaluate(query string, start, end time.Time, step time.Duration) ([]series, error) {
	query = strings.TrimSpace(query)
	var gauges []Gauge
	switch one := (Gauge{At: func(time.Time) (float64, bool) { return 1, true }}); {
	case query == "":
		return nil, errors.New("1:1: parse error: no expression found in input")
	case query == "vector(1)":
		gauges = []Gauge{one}
	default:
		s, err := readSelector(query)
		if err != nil {
			return nil, err
		}
		for _, g := range w.gauges {
			if s.matches(g) {
				gauges = append(gauges, g.until(w.now()))
			}
		}
	}
	var all []series
	for _, g := range gauges {
		line := series{labels: g.labels()}
		for at := start; !at.After(end); at = at.Add(step) {
			if value, ok := g.at(at); ok {
				line.points = append(line.points, point{at, value})
			}
		}
		if len(line.points) > 0 {
			all = append(all, line)
		}
	}
	return all, nil
}

// selector is what picks series by their labels.
type selector []matcher

type matcher struct {
	label string
	is    func(value string) bool
}

func (s selector) matches(g Gauge) bool {
	labels := g.labels()
	for _, m := range s {
		if !m.is(labels[m.label]) { // a label that there is not is empty
			return false
		}
	}
	return true
}

var (
	selectorShape = regexp.MustCompile(`^([a-zA-Z_:][a-zA-Z0-9_:]*)?\s*(?:\{(.*)\})?$`)
	matcherShape  = regexp.MustCompile(`^\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*")\s*(,|$)`)
	errNotPlain   = errors.New("1:1: parse error: the stand-in knows plain selectors only")
)

func readSelector(query string) (selector, error) {
	m := selectorShape.FindStringSubmatch(query)
	if m == nil {
		return nil, errNotPlain
	}
	var s selector
	if m[1] != "" {
		s = append(s, matcher{"__name__", func(value string) bool { return value == m[1] }})
	}
	for rest := m[2]; strings.TrimSpace(rest) != ""; {
		one := matcherShape.FindStringSubmatch(rest)
		if one == nil {
			return nil, errNotPlain
		}
		rest = rest[len(one[0]):]
		value, err := strconv.Unquote(one[3])
		if err != nil {
			return nil, errNotPlain
		}
		is, err := comparison(one[2], value)
		if err != nil {
			return nil, err
		}
		s = append(s, matcher{one[1], is})
	}
	if s.matches(Gauge{}) {
		return nil, errors.New("1:1: parse error: vector selector must contain at least one non-empty matcher")
	}
	return s, nil
}

func comparison(how, with string) (func(string) bool, error) {
	like := strings.HasSuffix(how, "~")
	if !like {
		return func(value string) bool { return (value == with) == (how == "=") }, nil
	}
	expression, err := regexp.Compile("^(?:" + with + ")$")
	if err != nil {
		return nil, fmt.Errorf("1:1: parse error: %w", err)
	}
	return func(value string) bool { return expression.MatchString(value) == (how == "=~") }, nil
}
