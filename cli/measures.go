package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"muster/config"
	"muster/integrations/metrics"
	"muster/integrations/metrics/datadog"
	"muster/integrations/metrics/prometheus"
)

// gauge is a source of metrics that can be tried.
type gauge interface {
	metrics.Source
	Check(ctx context.Context) error
}

// gaugesOf returns who answers queries, by the word that SLIs have for it.
func gaugesOf(c config.Config, o Outside) (map[string]gauge, error) {
	all := map[string]gauge{}
	if c.Prometheus.Answers() {
		p, err := prometheus.New(prometheus.Options{URL: c.Prometheus.URL, Token: c.Prometheus.Token.Reveal(), HTTP: o.Transport, Now: o.Now})
		if err != nil {
			return nil, err
		}
		all["prometheus"] = p
	}
	if c.Datadog.Answers() {
		all["datadog"] = datadog.New(datadog.Options{
			URL: c.Datadog.URL, APIKey: c.Datadog.APIKey.Reveal(), AppKey: c.Datadog.AppKey.Reveal(), HTTP: o.Transport, Now: o.Now,
		})
	}
	return all, nil
}

// measuresOf is gaugesOf for those who only ask.
func measuresOf(c config.Config, o Outside) (map[string]metrics.Source, error) {
	gauges, err := gaugesOf(c, o)
	all := make(map[string]metrics.Source, len(gauges))
	for name, g := range gauges {
		all[name] = g
	}
	return all, err
}

// checkMeasures tries the sources, and asks each of them that answers for every
// SLI of its own.
func (sh *shell) checkMeasures(ctx context.Context, c config.Config) (well bool) {
	gauges, err := gaugesOf(c, Outside{})
	if err != nil {
		return sh.found("Prometheus", "address", err, "")
	}
	well = true
	for _, name := range slices.Sorted(maps.Keys(gauges)) {
		g := gauges[name]
		err := g.Check(ctx)
		well = sh.found(g.Name(), map[string]string{"prometheus": "a query", "datadog": "API key"}[name], err, "") && well
		if err != nil {
			delete(gauges, name) // its SLIs would say the same, each of them
		}
	}
	for _, s := range c.SLIs {
		well = sh.checkSLI(ctx, gauges[s.Source], "SLI of the company", s) && well
	}
	for _, name := range slices.SortedFunc(maps.Keys(c.Services), alphabetical) {
		for _, s := range c.Services[name].SLIs {
			well = sh.checkSLI(ctx, gauges[s.Source], "SLI of "+name, s.For(name)) && well
		}
	}
	return well
}

// What an SLI is asked for to see whether it is well.
const (
	probeFor  = 10 * time.Minute
	probeStep = 15 * time.Second
)

// checkSLI asks for the last minutes of an SLI, where there is somebody to ask.
func (sh *shell) checkSLI(ctx context.Context, g gauge, whose string, s config.SLI) (well bool) {
	if g == nil {
		return true
	}
	what := fmt.Sprintf("%s: %s", whose, s.Name)
	var age time.Duration
	var notes []string
	for _, query := range s.Queries() {
		now := time.Now()
		a, err := g.Range(ctx, metrics.Query{Text: query, From: now.Add(-probeFor), To: now, Step: probeStep})
		if err != nil {
			return sh.found(g.Name(), what, err, "")
		}
		last, ok := freshest(a)
		if !ok {
			notes = append(notes, fmt.Sprintf("nothing in the last %.0f minutes of %s", probeFor.Minutes(), query))
		} else {
			age = max(age, now.Sub(last))
		}
		if a.Cut > 0 {
			notes = append(notes, fmt.Sprintf("it gives %d series, of which the first %d are shown; sum them up", len(a.Series)+a.Cut, len(a.Series)))
		}
		notes = append(notes, a.Warnings...)
	}
	if len(notes) == 0 {
		what += fmt.Sprintf(", last sample %.0f s ago", age.Seconds())
	}
	return sh.found(g.Name(), what, nil, strings.Join(notes, "; "))
}

// freshest is when the latest sample of an answer was taken.
func freshest(a metrics.Answer) (last time.Time, ok bool) {
	for _, s := range a.Series {
		if at := s.Points[len(s.Points)-1].At; at.After(last) { // a series without points is none
			last, ok = at, true
		}
	}
	return last, ok
}
