// Package prometheus asks Prometheus for metrics, and whatever else speaks its
// HTTP API: Mimir, Thanos, VictoriaMetrics and others.
package prometheus

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"muster/integrations/metrics"
	"muster/integrations/web"
	"muster/timeline"
)

// Source is one server. It is a [metrics.Source].
type Source struct {
	o       Options
	base    *url.URL // with user and password
	secrets []string // that are sent
	web     *web.Client
	http    web.HTTP
	gets    atomic.Bool // it takes no POST
}

// Options say which server it is.
type Options struct {
	URL   string // "https://prometheus.example.com", with what comes before /api/v1; a user and a password in it are sent, and never told
	Token string // sent as a bearer; empty for none
	HTTP  http.RoundTripper
	Now   func() time.Time // nil for the machine's clock
}

// callFor is how long one call may take; the server is asked to give up a bit
// before, so that it says so.
const (
	callFor   = 30 * time.Second
	answerFor = 25 * time.Second
)

// New returns a source; it calls nobody.
func New(o Options) (*Source, error) {
	base, err := url.Parse(o.URL)
	if err != nil || base.Host == "" || base.RawQuery != "" || base.Fragment != "" {
		return nil, errors.New("prometheus.url is no web address; write such as https://prometheus.example.com, with what comes before /api/v1")
	}
	s := &Source{o: o, base: base, web: web.New(web.Options{Name: "Prometheus", Next: o.HTTP, Now: o.Now})}
	s.http = s.web.HTTP(callFor)
	s.secrets = []string{o.Token}
	if base.User != nil {
		password, _ := base.User.Password()
		basic := base64.StdEncoding.EncodeToString([]byte(base.User.Username() + ":" + password))
		s.secrets = append(s.secrets, password, url.QueryEscape(password), url.PathEscape(password), basic)
	}
	return s, nil
}

// Name implements [metrics.Source].
func (s *Source) Name() string { return "Prometheus" }

// stepsMost is how many steps are asked for at once. Prometheus gives 11,000
// points of a series, and not all that speak its language count alike.
//
// https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries
const stepsMost = 10_000

// partsMost is in how many parts a range is asked for at the most.
const partsMost = 10

// Range implements [metrics.Source]. What is more than the server gives at once
// is asked for in parts, the first of which begins where the window does.
func (s *Source) Range(ctx context.Context, q metrics.Query) (metrics.Answer, error) {
	from, to, step := q.From.Truncate(time.Millisecond), q.To.Truncate(time.Millisecond), q.Step.Round(time.Millisecond)
	switch {
	case strings.TrimSpace(q.Text) == "":
		return metrics.Answer{}, timeline.Refusal(errors.New("the query is empty"))
	case step <= 0 || to.Before(from):
		return metrics.Answer{}, timeline.Refusal(fmt.Errorf("from %s to %s in steps of %v is no window", from.Format(time.RFC3339), to.Format(time.RFC3339), q.Step))
	case to.Sub(from)/step >= stepsMost*partsMost:
		return metrics.Answer{}, timeline.Refusal(fmt.Errorf("%s in steps of %s are too many points; take steps of %s or longer",
			metrics.Span(to.Sub(from)), metrics.Span(step), metrics.Span((to.Sub(from)/(stepsMost*partsMost)).Truncate(time.Second)+time.Second)))
	}
	g := metrics.Gathering{From: from, To: to}
	for ; !from.After(to); from = from.Add(stepsMost * step) {
		end := from.Add((stepsMost - 1) * step)
		if end.After(to) {
			end = to
		}
		a, err := s.ask(ctx, "query_range", url.Values{
			"query": {q.Text}, "start": {seconds(from)}, "end": {seconds(end)}, "step": {strconv.FormatFloat(step.Seconds(), 'f', -1, 64)},
		})
		if err == nil {
			err = s.gather(&g, a)
		}
		if err != nil {
			return metrics.Answer{}, err
		}
	}
	return g.Answer(), nil
}

// seconds writes a time as Prometheus reads it, to the millisecond.
func seconds(t time.Time) string {
	return fmt.Sprintf("%d.%03d", t.Unix(), t.Nanosecond()/int(time.Millisecond))
}

// Check verifies that the server answers, and takes the token.
func (s *Source) Check(ctx context.Context) error {
	_, err := s.ask(ctx, "query", url.Values{"query": {"vector(1)"}})
	return err
}

// patience is how long the server may think: a bit less than we do.
func patience(ctx context.Context) string {
	most := answerFor
	if end, ok := ctx.Deadline(); ok { // a context ends by the machine's clock
		most = min(most, max(time.Second, time.Until(end)*9/10))
	}
	return strconv.FormatInt(most.Milliseconds(), 10) + "ms"
}
