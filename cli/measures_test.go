package cli

import (
	"bytes"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"muster/config"
	"muster/integrations/metrics"
	"muster/workspace"
)

// measuring is a local workspace, and a configuration whose SLIs ask it.
func measuring(t *testing.T, slis ...config.SLI) (*town, config.Config) {
	t.Helper()
	town, err := openTown("127.0.0.1:0", workspace.Options{Manifest: manifestForTests})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(town.close)
	c := config.Default()
	c.Store = "bolt:" + filepath.Join(t.TempDir(), "muster.db")
	c.Prometheus.URL = town.url + "/prometheus"
	c.Services = map[string]config.Service{"checkout": {SLIs: slis}}
	return town, c
}

func TestCheckAsksForEverySLI(t *testing.T) {
	odd := []config.SLI{
		{Name: "away", Source: "prometheus", Query: `away{service="{{.Service}}"}`}, {Name: "wrong", Source: "prometheus", Query: "sum(up)"}, {Name: "many", Source: "prometheus", Query: "many"},
	}
	town, c := measuring(t, append(checkoutSLIs, odd...)...)
	c.SLIs = []config.SLI{{Name: "orders", Source: "prometheus", Query: `requests_per_minute{service="checkout"}`}}
	for n := range 30 {
		town.Measure(workspace.Gauge{Name: "many", Labels: map[string]string{"n": strings.Repeat("x", n+1)}, At: func(time.Time) (float64, bool) { return 1, true }})
	}
	var out bytes.Buffer
	sh := &shell{out: &out}
	if sh.checkMeasures(t.Context(), c) {
		t.Error("all is well")
	}
	for _, want := range []string{
		"ok    Prometheus: a query\n",
		"ok    Prometheus: SLI of the company: orders, last sample 0 s ago\n",
		"ok    Prometheus: SLI of checkout: errors, last sample 0 s ago\n",
		"ok    Prometheus: SLI of checkout: saturation, last sample 0 s ago\n",
		`--    Prometheus: SLI of checkout: away: nothing in the last 10 minutes of away{service="checkout"}` + "\n",
		"FAIL  Prometheus: SLI of checkout: wrong: Prometheus says 1:1: parse error: the stand-in knows plain selectors only\n",
		"--    Prometheus: SLI of checkout: many: it gives 30 series, of which the first 20 are shown; sum them up\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, &out)
		}
	}
}

func TestCheckSaysOnceThatASourceIsAway(t *testing.T) {
	town, c := measuring(t, checkoutSLIs...)
	if err := town.Break(workspace.Fault{Method: "prometheus.*", Kind: "429", Count: -1}); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if sh := (&shell{out: &out}); sh.checkMeasures(t.Context(), c) || strings.Count(out.String(), "\n") != 1 || !strings.HasPrefix(out.String(), "FAIL  Prometheus: a query: ") {
		t.Errorf("it says %q", &out)
	}
}

func TestMeasuresAreWhatIsConfigured(t *testing.T) {
	town, c := measuring(t)
	c.Datadog.APIKey, c.Datadog.AppKey = "k", "k"
	i, err := Assemble(c, Outside{Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = i.Store.Close() })
	if len(i.Measures) != 2 || i.Measures["datadog"].Name() != "Datadog" {
		t.Errorf("there are %v", i.Measures)
	}
	q := metrics.Query{Text: checkoutSLIs[2].For("checkout").Query, From: town.Now().Add(-time.Hour), To: town.Now(), Step: time.Minute}
	if a, err := i.Measures["prometheus"].Range(t.Context(), q); err != nil || len(a.Series) != 1 || len(a.Series[0].Points) != 61 {
		t.Errorf("%+v, %v", a, err)
	}
}
