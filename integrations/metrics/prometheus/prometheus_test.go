package prometheus_test

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"muster/integrations/metrics"
	"muster/integrations/metrics/metricstest"
	"muster/integrations/metrics/prometheus"
	"muster/timeline"
	"muster/torture"
	"muster/workspace"
)

// serving is a server that answers each query so.
func serving(t *testing.T, answer http.HandlerFunc) *prometheus.Source {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return source(t, prometheus.Options{URL: server.URL})
}

func success(body string) http.HandlerFunc {
	return func(rw http.ResponseWriter, _ *http.Request) { fmt.Fprint(rw, body) }
}

func ask(s *prometheus.Source, steps int) (metrics.Answer, error) {
	return s.Range(context.Background(), metrics.Query{Text: "up", From: base, To: base.Add(time.Duration(steps) * time.Second), Step: time.Second})
}

func TestNoAddress(t *testing.T) {
	for _, text := range []string{"", "prometheus", "https://ana:hunter2@%zz", "https://p.example/?tenant=1"} {
		if _, err := prometheus.New(prometheus.Options{URL: text}); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestHowItIsAsked(t *testing.T) {
	var got *http.Request
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		got = r
		fmt.Fprint(rw, `{"status":"success","data":{"resultType":"matrix","result":[]}}`)
	}))
	t.Cleanup(server.Close)
	inside := strings.Replace(server.URL, "://", "://ana:p%40ss@", 1) + "/prometheus/"
	for _, tt := range []struct {
		o    prometheus.Options
		want string
	}{
		{prometheus.Options{URL: inside}, "Basic YW5hOnBAc3M="}, {prometheus.Options{URL: inside, Token: "glsa"}, "Bearer glsa"}, {prometheus.Options{URL: server.URL + "/prometheus"}, ""},
	} {
		ctx, end := context.WithTimeout(t.Context(), 10*time.Second)
		_, err := source(t, tt.o).Range(ctx, metrics.Query{Text: "up", From: base, To: base.Add(time.Minute), Step: 1500 * time.Millisecond})
		end()
		patience, timeErr := strconv.Atoi(strings.TrimSuffix(got.PostForm.Get("timeout"), "ms"))
		if err != nil || timeErr != nil || patience < 5000 || patience > 9000 {
			t.Errorf("it is to think for %q (%v)", got.PostForm.Get("timeout"), err)
		}
		want := url.Values{"query": {"up"}, "start": {"1773316800.000"}, "end": {"1773316860.000"}, "step": {"1.5"}, "timeout": got.PostForm["timeout"]}
		if got.Method != "POST" || got.URL.Path != "/prometheus/api/v1/query_range" || got.Header.Get("Authorization") != tt.want || !reflect.DeepEqual(got.PostForm, want) {
			t.Errorf("%s %s, %q, %v", got.Method, got.URL, got.Header.Get("Authorization"), got.PostForm)
		}
	}
}

func TestWhoTakesNoPostIsAskedByGet(t *testing.T) {
	for _, status := range []int{403, 405, 501} {
		var methods []string
		s := serving(t, func(rw http.ResponseWriter, r *http.Request) {
			methods = append(methods, r.Method)
			if r.Method == "POST" {
				rw.WriteHeader(status)
				return
			}
			fmt.Fprintf(rw, `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"q":%q},"values":[[%d,"1"]]}]}}`, r.FormValue("query"), base.Unix())
		})
		for range 2 {
			if a, err := ask(s, 10); err != nil || a.Series[0].Labels["q"] != "up" {
				t.Errorf("%d: %+v, %v", status, a, err)
			}
		}
		if !slices.Equal(methods, []string{"POST", "GET", "GET"}) {
			t.Errorf("%d: it asks by %v", status, methods)
		}
	}
}

func TestRangesInParts(t *testing.T) {
	var windows []string
	s := serving(t, func(rw http.ResponseWriter, r *http.Request) {
		start, _ := strconv.ParseFloat(r.FormValue("start"), 64)
		end, _ := strconv.ParseFloat(r.FormValue("end"), 64)
		windows = append(windows, fmt.Sprintf("%v+%v", start-float64(base.Unix()), end-start))
		fmt.Fprintf(rw, `{"status":"success","warnings":["it is slow"],"data":{"resultType":"matrix","result":[
			{"metric":{"n":"1"},"values":[[%f,"1"],[%f,"1"],[%f,"2"]]},{"metric":{"n":"%v"},"values":[[%f,"3"]]}]}}`, start-1, start, end, start, end)
	})
	a, err := ask(s, 20000)
	if err != nil || !slices.Equal(windows, []string{"0+9999", "10000+9999", "20000+0"}) || !slices.Equal(a.Warnings, []string{"it is slow"}) {
		t.Errorf("it asks for %v (%v, %v)", windows, a.Warnings, err)
	}
	if len(a.Series) != 4 || len(a.Series[0].Points) != 5 {
		t.Errorf("it joins them to %+v", a.Series)
	}
	if _, err := ask(s, 100_000); !timeline.IsRefusal(err) || !strings.Contains(err.Error(), "take steps of 2") {
		t.Errorf("of too many points: %v", err)
	}
}

func TestWhatAnAnswerMayBe(t *testing.T) {
	at := base.Unix()
	for _, tt := range []struct {
		name, data string
		points     []float64
		warning    string
	}{
		{"a scalar", `"data":{"resultType":"scalar","result":[%d,"2"]}`, []float64{2}, ""},
		{"a vector", `"data":{"resultType":"vector","result":[{"metric":{},"value":[%d,"3"]}]}`, []float64{3}, ""},
		{"no numbers", `"data":{"resultType":"matrix","result":[{"metric":{},"values":[[%[1]d,"NaN"],[%[1]d,"+Inf"],[%[1]d,"-Inf"],[%[1]d,"1e999"],[%[1]d,"4"]]}]}`, []float64{4}, ""},
		{"histograms", `"data":{"resultType":"matrix","result":[{"metric":{},"histograms":[[%d,{"count":"1"}]]}]}`, nil, "1 of its series are histograms, which are left out"},
		{"spaces", `"data":{"resultType":"matrix","result":[{"metric":{},"values":[ [ %[1]d , "6" ] ,
			[ %[1]d.5 , "7" ] ] },{"metric":{"a":"b"},"values":[]},{"metric":{"a":"c"},"values":null}]}`, []float64{6, 7}, ""},
		{"warnings", `"warnings":["a store\nis away"],"data":{"resultType":"vector","result":[{"metric":{},"value":[%d,"5"]}]}`, []float64{5}, "a store is away"},
		{"infos", `"infos":["no counter"],"data":{"resultType":"vector","result":[{"metric":{},"value":[%d,"5"]}]}`, []float64{5}, "no counter"},
		{"a part", `"isPartial":true,"data":{"resultType":"vector","result":[{"metric":{},"value":[%d,"5"]}]}`, []float64{5}, "the answer is partial"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, err := ask(serving(t, success(fmt.Sprintf(`{"status":"success",`+tt.data+`}`, at))), 10)
			var got []float64
			for _, s := range a.Series {
				for _, p := range s.Points {
					got = append(got, p.Value)
				}
			}
			if err != nil || !slices.Equal(got, tt.points) || !strings.Contains(strings.Join(a.Warnings, "; "), tt.warning) || (tt.warning == "") != (len(a.Warnings) == 0) {
				t.Errorf("%v, %q, %v", got, a.Warnings, err)
			}
		})
	}
}

func TestAnswersThatAreRefused(t *testing.T) {
	for _, tt := range []struct {
		status     int
		body, want string
	}{
		{200, `{"status":"success","data":{"resultType":"string","result":[1,"x"]}}`, "gives a string, and not numbers"},
		{200, `{"status":"error","error":"odd"}`, "Prometheus says odd"},
		{200, `[]`, "what answers at prometheus.url is no Prometheus"},
		{200, `{"status":"success","data":{"resultType":"matrix","result":[{"values":[[1,"x"]]}]}}`, "can not be read"},
		{200, `{"status":"success","data":{"resultType":"matrix","result":[{"values":[[1],[2]]}]}}`, "can not be read"},
		{200, `{"status":"success","data":{"resultType":"matrix","result":[{"values":[[1,2]]}]}}`, "can not be read"},
		{200, `{"status":"success","data":{"resultType":"matrix","result":[{"values":[["1","2"]]}]}}`, "can not be read"},
		{400, `{"status":"error","errorType":"bad_data","error":"1:5: parse error:\n` + strings.Repeat("x", 1000) + `"}`, "Prometheus says 1:5: parse error: xxx"},
		{422, `{"status":"error","errorType":"execution","error":"many-to-many matching not allowed"}`, "many-to-many matching not allowed"},
		{401, `{"error":"who?"}`, "prometheus.token, or the user and the password in prometheus.url"},
		{403, `no`, "does not allow queries to the owner of prometheus.token"},
		{404, `404 page not found`, "there is no Prometheus at prometheus.url"},
		{302, ``, "most likely one to log in; set prometheus.url to an address that needs none, or prometheus.token to a token that is let through (it answers 302 and leads to login.example)"},
	} {
		_, err := ask(serving(t, func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Location", "https://login.example/?next=secret")
			rw.WriteHeader(tt.status)
			fmt.Fprint(rw, tt.body)
		}), 10)
		if !timeline.IsRefusal(err) || !strings.Contains(err.Error(), tt.want) || len(err.Error()) > 400 {
			t.Errorf("%d %.40s: %v, want a refusal with %q", tt.status, tt.body, err, tt.want)
		}
	}
}

func TestASlowQueryIsForLater(t *testing.T) {
	s := serving(t, func(rw http.ResponseWriter, _ *http.Request) {
		rw.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprint(rw, `{"status":"error","errorType":"timeout","error":"query timed out in expression evaluation"}`)
	})
	_, err := ask(s, 10)
	if after, ok := timeline.After(err); !ok || after < time.Second || !strings.Contains(err.Error(), "query timed out") {
		t.Errorf("it is to wait %v, %v (%v)", after, ok, err)
	}
}

// TestTheStandInKeepsThePromises measures what is asked for there.
func TestTheStandInKeepsThePromises(t *testing.T) {
	w, at := torture.Town(t)
	if err := w.SetTime(w.Now().Add(time.Hour)); err != nil { // the window begins and ends before now
		t.Fatal(err)
	}
	for n := range 30 {
		w.Measure(workspace.Gauge{Name: "many", Labels: map[string]string{"n": fmt.Sprint(n)}, At: func(time.Time) (float64, bool) { return 1, true }})
	}
	for n := range 2 {
		w.Measure(workspace.Gauge{Name: "odd", Labels: map[string]string{"n": fmt.Sprint(n)}, At: func(at time.Time) (float64, bool) {
			return []float64{1, math.NaN(), math.Inf(1), math.Inf(-1), 2}[at.Unix()/60%5], at.Unix()/60%7 > 0
		}})
	}
	metricstest.Run(t, func(_ testing.TB, through http.RoundTripper) metricstest.Subject {
		return metricstest.Subject{
			Source: source(t, prometheus.Options{URL: at + "/prometheus", Token: "hunter2-token", HTTP: through}),
			Query:  metrics.Query{Text: "odd", From: w.Now().Add(-30 * time.Minute), To: w.Now().Add(-10 * time.Minute), Step: time.Minute},
			Wrong:  "sum(", Many: "many", Secrets: []string{"hunter2"},
		}
	})
}

// TestTheStandIn asks the local workspace's own Prometheus.
func TestTheStandIn(t *testing.T) {
	w, at := torture.Town(t)
	s := source(t, prometheus.Options{URL: at + "/prometheus"})
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
	now := w.Now().Truncate(time.Second)
	w.Measure(workspace.Gauge{Name: "up", From: now.Add(-time.Hour), At: func(at time.Time) (float64, bool) { return float64(at.Minute()), at.Second() != 7 }})
	q := metrics.Query{Text: "up", From: now.Add(-4 * time.Hour), To: now, Step: time.Second}
	a, err := s.Range(t.Context(), q)
	if err != nil || len(a.Series) != 1 || len(a.Series[0].Points)/10 != 354 { // an hour, but for a second of each minute
		t.Fatalf("%d series, %v", len(a.Series), err)
	}
	q.Text = "sum(up)"
	if _, err := s.Range(t.Context(), q); !timeline.IsRefusal(err) || !strings.Contains(err.Error(), "the stand-in knows plain selectors only") {
		t.Errorf("what it does not know: %v", err)
	}
	for kind, later := range map[string]bool{"429": true, "500": false, "503": true, "drop": false} {
		w.Mend()
		if err := w.Break(workspace.Fault{Method: "prometheus.*", Kind: kind, Count: -1}); err != nil {
			t.Fatal(err)
		}
		s := source(t, prometheus.Options{URL: at + "/prometheus"})
		_, err := s.Range(t.Context(), q)
		if _, ok := timeline.After(err); err == nil || ok != later || timeline.IsRefusal(err) {
			t.Errorf("%s: %v, later %v", kind, err, ok)
		}
	}
}
