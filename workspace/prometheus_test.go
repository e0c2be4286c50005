package workspace_test

import (
	"encoding/json"
	"math"
	"net/url"
	"strings"
	"testing"
	"time"

	"muster/workspace"
)

// measured is a workspace on a clock that stands still, with a series that
// counts minutes from ten minutes ago on.
func measured(t *testing.T) app {
	t.Helper()
	a := open(t, workspace.Options{Seed: 1, Now: func() time.Time { return monday }})
	for _, version := range []string{"1", "2"} {
		a.Measure(workspace.Gauge{
			Name: "up", Labels: map[string]string{"service": "pay", "version": version}, From: monday.Add(-10 * time.Minute),
			At: func(at time.Time) (float64, bool) { return monday.Sub(at).Minutes(), true },
		})
	}
	return a
}

// measures is an answer of Prometheus.
type measures struct {
	Status, ErrorType, Error string
	Data                     struct {
		ResultType string
		Result     []struct {
			Metric map[string]string
			Values [][2]any
			Value  [2]any
		}
	}
}

// query asks by a form, or by the address.
func (a app) query(method, path string, form url.Values) (int, measures) {
	a.t.Helper()
	at, body, header := a.url+"/prometheus/api/v1/"+path, "", map[string]string{}
	if method == "POST" {
		body, header["Content-Type"] = form.Encode(), "application/x-www-form-urlencoded"
	} else {
		at += "?" + form.Encode()
	}
	status, text := call(a.t, method, at, body, header)
	var m measures
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		a.t.Fatalf("%v in %q", err, text)
	}
	return status, m
}

func window(query string) url.Values {
	return url.Values{"query": {query}, "start": {monday.Add(-time.Hour).Format(time.RFC3339)}, "end": {monday.Add(time.Hour).Format(time.RFC3339)}, "step": {"60"}}
}

func TestSelectors(t *testing.T) {
	a := measured(t)
	for query, want := range map[string]int{
		"up": 2, `up{version="1"}`: 1, `up{version!="1",service="pay"}`: 1, `{__name__=~"u.", version=~"1|2",}`: 2, `up{version!~"1|2"}`: 0, `up{other=""}`: 2,
		"down": 0, "up{}": 2, `up{service="pa"}`: 0, `up{service=~"pa"}`: 0, `requests_per_minute{service="checkout"}`: 1,
	} {
		for _, method := range []string{"GET", "POST"} {
			status, m := a.query(method, "query_range", window(query))
			if status != 200 || m.Data.ResultType != "matrix" || len(m.Data.Result) != want {
				t.Errorf("%s %s: %d, %+v, want %d series", method, query, status, m, want)
			}
		}
	}
	_, m := a.query("GET", "query_range", window("up"))
	if first := m.Data.Result[0]; len(first.Values) != 11 || first.Values[0][1] != "10" || first.Values[10][1] != "0" || first.Values[10][0] != float64(monday.Unix()) || first.Metric["__name__"] != "up" {
		t.Errorf("samples are %v of %v", first.Values, first.Metric)
	}
	if status, m := a.query("GET", "query", url.Values{"query": {"vector(1)"}}); status != 200 || m.Data.ResultType != "vector" || m.Data.Result[0].Value[1] != "1" {
		t.Errorf("of a moment: %d, %+v", status, m)
	}
}

func TestQueriesAreRefusedAsByPrometheus(t *testing.T) {
	a := measured(t)
	for _, tt := range []struct{ key, value, want string }{
		{"query", "", "1:1: parse error: no expression found in input"},
		{"query", "sum(up)", "1:1: parse error: the stand-in knows plain selectors only"},
		{"query", "up{version=1}", "1:1: parse error: the stand-in knows plain selectors only"},
		{"query", `up{version=~"("}`, "1:1: parse error: error parsing regexp: missing closing ): `^(?:()$`"},
		{"query", `{version=~".*"}`, "1:1: parse error: vector selector must contain at least one non-empty matcher"},
		{"start", "", `invalid parameter "start": cannot parse "" to a valid timestamp`},
		{"end", "soon", `invalid parameter "end": cannot parse "soon" to a valid timestamp`},
		{"end", "1", `invalid parameter "end": end timestamp must not be before start time`},
		{"step", "", `invalid parameter "step": cannot parse "" to a valid duration`},
		{"step", "0", `invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer`},
		{"step", "0.1", "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)"},
		{"timeout", "25.000s", `invalid parameter "timeout": cannot parse "25.000s" to a valid duration`},
		{"timeout", "x", `invalid parameter "timeout": cannot parse "x" to a valid duration`},
	} {
		form := window("up")
		form.Set(tt.key, tt.value)
		status, m := a.query("POST", "query_range", form)
		if status != 400 || m.Status != "error" || m.ErrorType != "bad_data" || m.Error != tt.want {
			t.Errorf("%s %q: %d, %+v, want %s", tt.key, tt.value, status, m, tt.want)
		}
	}
}

func TestMetricsAreFaultyAndOnRecord(t *testing.T) {
	a := measured(t)
	must(t, a.Break(workspace.Fault{Method: "prometheus.query_range", Kind: "503"}))
	if status, _ := call(t, "GET", a.url+"/prometheus/api/v1/query_range?"+window("up").Encode(), "", nil); status != 503 {
		t.Errorf("status %d", status)
	}
	calls := a.Calls(0)
	if last := calls[len(calls)-1].Data; last["method"] != "prometheus.query_range" || last["fault"] != "503" {
		t.Errorf("the journal has %v", last)
	}
	if status, text := call(t, "GET", a.url+"/prometheus/-/ready", "", nil); status != 200 || !strings.Contains(text, "Ready") {
		t.Errorf("%d %q", status, text)
	}
}

// TestGaugesFollowFromTheSeed asks for a day of what checkout does.
func TestGaugesFollowFromTheSeed(t *testing.T) {
	day := func(seed uint64, name string) []string {
		a := open(t, workspace.Options{Seed: seed, Now: func() time.Time { return monday }})
		form := window(name)
		form.Set("start", monday.Add(-24*time.Hour).Format(time.RFC3339))
		_, m := a.query("GET", "query_range", form)
		var all []string
		for _, v := range m.Data.Result[0].Values {
			all = append(all, v[1].(string))
		}
		return all
	}
	for _, name := range []string{"requests_per_minute", "errors_per_minute", "latency_p95_seconds", "saturation_ratio"} {
		one, again, other := day(1, name), day(1, name), day(2, name)
		if len(one) != 24*60+1 || strings.Join(one, " ") != strings.Join(again, " ") || strings.Join(one, " ") == strings.Join(other, " ") {
			t.Errorf("%s: %d samples, or they do not follow from the seed", name, len(one))
		}
	}
	a := measured(t)
	a.Measure(workspace.Gauge{Name: "requests_per_minute", Labels: map[string]string{"service": "checkout"}, At: func(time.Time) (float64, bool) { return math.NaN(), true }})
	if _, m := a.query("GET", "query_range", window("requests_per_minute")); len(m.Data.Result) != 1 || m.Data.Result[0].Values[0][1] != "NaN" {
		t.Errorf("what is measured anew is %+v", m.Data.Result)
	}
}
