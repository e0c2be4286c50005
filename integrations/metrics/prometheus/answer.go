package prometheus

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
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
	Values     samples
	Value      *sample
	Histograms []json.RawMessage
	Histogram  json.RawMessage
}

// sample is [seconds, "value"].
type sample metrics.Point

// UnmarshalJSON implements [json.Unmarshaler].
func (s *sample) UnmarshalJSON(text []byte) error {
	at, value, two := strings.Cut(strings.Trim(string(text), "[] \t\r\n"), ",")
	seconds, err := strconv.ParseFloat(strings.TrimSpace(at), 64)
	quoted := strings.TrimSpace(value)
	if err != nil || !two || len(quoted) < 2 || quoted[0] != '"' || quoted[len(quoted)-1] != '"' {
		return fmt.Errorf("%s is no sample", text)
	}
	number, err := strconv.ParseFloat(quoted[1:len(quoted)-1], 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) { // beyond the range it is infinite, and left out
		return fmt.Errorf("%s is no number", quoted)
	}
	s.At, s.Value = time.UnixMilli(int64(math.Round(seconds*1000))).UTC(), number
	return nil
}

// samples is a list of them, which may be long: it is read without the detours
// of reading each one as JSON. The text is known to be JSON.
type samples []metrics.Point

// UnmarshalJSON implements [json.Unmarshaler].
func (all *samples) UnmarshalJSON(text []byte) error {
	text = bytes.TrimSpace(text)
	if len(text) < 2 || text[0] != '[' {
		return nil // null
	}
	for text = text[1:]; ; {
		end := bytes.IndexByte(text, ']')
		if end <= 0 {
			return nil
		}
		var one sample
		if err := one.UnmarshalJSON(bytes.TrimLeft(text[:end], ", \t\r\n")); err != nil {
			return err
		}
		*all = append(*all, metrics.Point(one))
		text = bytes.TrimLeft(text[end+1:], " \t\r\n")
		if len(text) == 0 || text[0] == ']' {
			return nil
		}
	}
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
			r.Values = append(r.Values, metrics.Point(*r.Value))
		}
		g.Add(r.Metric, r.Values)
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
