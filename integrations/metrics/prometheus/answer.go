package prometheus

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"muster/integrations/metrics"
	"muster/timeline"
)

// answer is what the server sends.
type answer struct {
	Status   string
	Error    string
	Warnings []string
	Infos    []string
	Partial  bool `json:"isPartial"` // as VictoriaMetrics tells it
	Data     struct {
		Type   string `json:"resultType"`
		Result json.RawMessage
	}
}

// result is one series: of a range, or of a moment.
type result struct {
	Metric     map[string]string
	Values     []sample
	Value      *sample
	Histograms []json.RawMessage
	Histogram  json.RawMessage
}

// sample is [seconds, "value"].
type sample metrics.Point

// UnmarshalJSON implements [json.Unmarshaler].
func (s *sample) UnmarshalJSON(text []byte) error {
	var at float64
	var value string
	if err := json.Unmarshal(text, &[2]any{&at, &value}); err != nil {
		return err
	}
	number, err := strconv.ParseFloat(value, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) { // beyond the range it is infinite, and left out
		return fmt.Errorf("%q is no number", value)
	}
	s.At, s.Value = time.UnixMilli(int64(at*1000+0.5)).UTC(), number
	return nil
}

// gather adds one answer to what there is.
func (s *Source) gather(g *metrics.Gathering, a answer) error {
	for _, why := range a.Warnings {
		g.Warn(s.clean(why))
	}
	for _, why := range a.Infos {
		g.Warn(s.clean(why))
	}
	if a.Partial {
		g.Warn("the answer is partial")
	}
	all, err := resultsOf(a)
	if err != nil {
		return err
	}
	histograms := 0
	for _, r := range all {
		if len(r.Histograms) > 0 || r.Histogram != nil {
			histograms++
		}
		if r.Value != nil {
			r.Values = append(r.Values, *r.Value)
		}
		points := make([]metrics.Point, len(r.Values))
		for n, v := range r.Values {
			points[n] = metrics.Point(v)
		}
		g.Add(r.Metric, points)
	}
	if histograms > 0 {
		g.Warn(fmt.Sprintf("%d of its series are histograms, which are left out; ask for histogram_quantile(0.95, …) or the like", histograms))
	}
	return nil
}

func resultsOf(a answer) ([]result, error) {
	var all []result
	var err error
	switch a.Data.Type {
	case "matrix", "vector":
		err = json.Unmarshal(a.Data.Result, &all)
	case "scalar":
		one := result{Metric: map[string]string{}, Value: &sample{}}
		err = json.Unmarshal(a.Data.Result, one.Value)
		all = append(all, one)
	default:
		return nil, timeline.Refusal(fmt.Errorf("the query gives a %s, and not numbers over time", metrics.Told(a.Data.Type)))
	}
	if err != nil {
		return nil, timeline.Refusal(fmt.Errorf("the answer of Prometheus can not be read: %s", metrics.Told(err.Error())))
	}
	return all, nil
}
