// Package datadog asks Datadog for metrics, through version 1 of its API.
package datadog

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"muster/integrations/metrics"
	"muster/integrations/web"
	"muster/timeline"
)

// Source is one organization. It is a [metrics.Source].
type Source struct {
	o    Options
	web  *web.Client
	http web.HTTP
}

// Options say whose metrics they are.
type Options struct {
	URL    string // of the site's API: "https://api.datadoghq.com"
	APIKey string
	AppKey string
	HTTP   http.RoundTripper
	Now    func() time.Time // nil for the machine's clock
}

const callFor = 30 * time.Second

// New returns a source; it calls nobody.
func New(o Options) *Source {
	s := &Source{o: o, web: web.New(web.Options{Name: "Datadog", Next: o.HTTP, Now: o.Now})}
	s.http = s.web.HTTP(callFor)
	return s
}

// Name implements [metrics.Source].
func (s *Source) Name() string { return "Datadog" }

// answer is what Datadog sends: the series, or what is wrong.
//
// https://docs.datadoghq.com/api/latest/metrics/#query-timeseries-points
type answer struct {
	Status, Error, Message string
	Series                 []series
}

type series struct {
	Metric   string
	Scope    string        // "env:prod,service:checkout", or "*"
	Tags     []string      `json:"tag_set"`
	Interval float64       // in seconds
	Points   [][2]*float64 `json:"pointlist"` // milliseconds, and the value or nothing
}

// Range implements [metrics.Source]. How far points lie apart Datadog decides
// by the length of the window; where that is further than was asked, it is told.
func (s *Source) Range(ctx context.Context, q metrics.Query) (metrics.Answer, error) {
	if strings.TrimSpace(q.Text) == "" || q.Step <= 0 || q.To.Before(q.From) {
		return metrics.Answer{}, timeline.Refusal(errors.New("the query is empty, or its window or its steps are"))
	}
	var a answer
	err := s.call(ctx, "query", url.Values{
		"query": {q.Text}, "from": {strconv.FormatInt(q.From.Unix(), 10)}, "to": {strconv.FormatInt(q.To.Unix(), 10)},
	}, &a)
	if err != nil {
		return metrics.Answer{}, err
	}
	if a.Status != "ok" {
		return metrics.Answer{}, timeline.Refusal(&refused{http.StatusOK, s.clean(a.Error)})
	}
	g := metrics.Gathering{From: q.From, To: q.To}
	g.Warn(s.clean(a.Message))
	for _, one := range a.Series {
		if interval := time.Duration(one.Interval * float64(time.Second)); interval > q.Step {
			g.Warn(fmt.Sprintf("Datadog gives a point each %s, and not each %s as was asked", metrics.Span(interval), metrics.Span(q.Step)))
		}
		g.Add(one.labels(), one.points())
	}
	return g.Answer(), nil
}

// labels are the tags, and the metric under the name that Prometheus has for it.
func (s series) labels() map[string]string {
	tags := s.Tags
	if len(tags) == 0 && s.Scope != "*" {
		tags = strings.Split(s.Scope, ",")
	}
	labels := map[string]string{}
	if s.Metric != "" {
		labels["__name__"] = s.Metric
	}
	for _, tag := range tags {
		if name, value, _ := strings.Cut(tag, ":"); name != "" {
			labels[name] = value
		}
	}
	return labels
}

func (s series) points() (all []metrics.Point) {
	for _, p := range s.Points {
		if p[0] != nil && p[1] != nil {
			all = append(all, metrics.Point{At: time.UnixMilli(int64(*p[0])).UTC(), Value: *p[1]})
		}
	}
	return all
}

// Check verifies that Datadog answers, and takes the API key. The application
// key shows only when a query is asked.
func (s *Source) Check(ctx context.Context) error {
	var a struct{ Valid bool }
	err := s.call(ctx, "validate", nil, &a)
	if err == nil && !a.Valid {
		err = timeline.Refusal(errors.New(wrongKeys))
	}
	return err
}

// answerMost is how much of an answer is read, in bytes.
const answerMost = 32 << 20

func (s *Source) call(ctx context.Context, path string, query url.Values, into any) error {
	at := strings.TrimSuffix(s.o.URL, "/") + "/api/v1/" + path
	if len(query) > 0 {
		at += "?" + query.Encode()
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return timeline.Refusal(errors.New("datadog.url can not be called; write that of your site's API, such as https://api.datadoghq.eu"))
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("DD-API-KEY", s.o.APIKey)
	r.Header.Set("DD-APPLICATION-KEY", s.o.AppKey)
	response, err := s.http.Do(r)
	if err != nil {
		return s.judge(0, metrics.Hide(err, s.o.APIKey, s.o.AppKey))
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, answerMost+1))
	if response.StatusCode != http.StatusOK {
		return s.judge(response.StatusCode, s.told(response.StatusCode, text))
	}
	switch {
	case err != nil:
		return fmt.Errorf("the answer of Datadog breaks off: %w", metrics.Hide(err, s.o.APIKey, s.o.AppKey))
	case len(text) > answerMost:
		return timeline.Refusal(fmt.Errorf("Datadog answers with more than %d MiB; ask for fewer series, or for a shorter time", answerMost>>20))
	case bytes.HasPrefix(bytes.TrimSpace(text), []byte("<")):
		return timeline.Refusal(errors.New(webPage))
	}
	if err := json.Unmarshal(text, into); err != nil {
		return timeline.Refusal(fmt.Errorf("what answers at datadog.url is no Datadog: %s", s.clean(err.Error())))
	}
	return nil
}
