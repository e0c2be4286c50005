package datadog_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/integrations/metrics"
	"muster/integrations/metrics/datadog"
	"muster/integrations/metrics/metricstest"
	"muster/timeline"
)

// base is when the window ends that testdata answers for.
var base = time.Date(2026, 3, 12, 12, 0, 0, 0, time.UTC)

var question = metrics.Query{Text: "sum:trace.http.request.errors{service:checkout} by {version}.as_count()", From: base.Add(-50 * time.Minute), To: base, Step: time.Minute}

// answers says which file answers a query, written after Datadog's reference of
// its API, and with which status.
var answers = map[string]struct {
	file   string
	status int
}{
	question.Text: {"errors.json", 200}, "avg:system.cpu.user{*} by {host}": {"many.json", 200}, "sum:(": {"wrong.json", 400},
}

// organization serves what is in testdata to who has the keys.
func organization(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		answer, ok := answers[q.Get("query")]
		switch {
		case r.Header.Get("DD-API-KEY") != "hunter2-api" || r.URL.Path == "/api/v1/query" && r.Header.Get("DD-APPLICATION-KEY") != "hunter2-app":
			rw.WriteHeader(http.StatusForbidden)
			fmt.Fprint(rw, `{"errors":["Forbidden"]}`)
		case r.URL.Path == "/api/v1/validate":
			fmt.Fprint(rw, `{"valid":true}`)
		case r.Method != http.MethodGet || r.URL.Path != "/api/v1/query" || !ok || q.Get("from") != "1773313800" || q.Get("to") != "1773316800":
			t.Errorf("it asks %s %s", r.Method, r.URL)
		default:
			text, err := os.ReadFile(filepath.Join("testdata", answer.file))
			if err != nil {
				t.Error(err)
			}
			rw.WriteHeader(answer.status)
			_, _ = rw.Write(text)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestPromises(t *testing.T) {
	at := organization(t)
	metricstest.Run(t, func(_ testing.TB, through http.RoundTripper) metricstest.Subject {
		return metricstest.Subject{
			Source: datadog.New(datadog.Options{URL: at + "/", APIKey: "hunter2-api", AppKey: "hunter2-app", HTTP: through}),
			Query:  question, Wrong: "sum:(", Many: "avg:system.cpu.user{*} by {host}", Secrets: []string{"hunter2"},
		}
	})
}

func TestLabelsAndPoints(t *testing.T) {
	s := datadog.New(datadog.Options{URL: organization(t), APIKey: "hunter2-api", AppKey: "hunter2-app"})
	a, err := s.Range(t.Context(), question)
	if err != nil || len(a.Series) != 2 || len(a.Warnings) != 0 {
		t.Fatalf("%+v, %v", a, err)
	}
	first := a.Series[0]
	if first.Labels["version"] != "1.4.0" || first.Labels["service"] != "checkout" || first.Labels["__name__"] != "trace.http.request.errors" {
		t.Errorf("labels are %v", first.Labels)
	}
	if len(first.Points) != 46 || !first.Points[0].At.Equal(question.From) || first.Points[0].Value != 10 {
		t.Errorf("%d points, from %+v on", len(first.Points), first.Points[0])
	}
	fine := question
	fine.Step = 10 * time.Second
	if a, err = s.Range(t.Context(), fine); err != nil || !slices.Equal(a.Warnings, []string{"Datadog gives a point each 1m, and not each 10s as was asked"}) {
		t.Errorf("of a finer step: %q, %v", a.Warnings, err)
	}
}

func TestAnswersOfOtherShapes(t *testing.T) {
	body := ""
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { fmt.Fprint(rw, body) }))
	t.Cleanup(server.Close)
	s := datadog.New(datadog.Options{URL: server.URL})
	body = fmt.Sprintf(`{"status":"ok","message":"some shards are away","series":[{"scope":"host:a,canary","interval":1,"pointlist":[[%d,1.5],[%[1]d,2]]},{"scope":"*","pointlist":[[%[1]d,null]]}]}`, base.UnixMilli())
	a, err := s.Range(t.Context(), question)
	if err != nil || len(a.Series) != 1 || fmt.Sprint(a.Series[0].Labels) != "map[canary: host:a]" || len(a.Series[0].Points) != 1 || !slices.Equal(a.Warnings, []string{"some shards are away"}) {
		t.Errorf("%+v, %v", a, err)
	}
	body = `{"status":"error","error":"Rule 'scope_expr' didn't match\n at (1, 5)"}`
	if _, err := s.Range(t.Context(), question); !timeline.IsRefusal(err) || err.Error() != "Datadog says Rule 'scope_expr' didn't match at (1, 5)" {
		t.Errorf("of an error: %v", err)
	}
	body = `[]`
	if _, err := s.Range(t.Context(), question); !timeline.IsRefusal(err) || !strings.Contains(err.Error(), "no Datadog") {
		t.Errorf("of something else: %v", err)
	}
}

func TestCheck(t *testing.T) {
	at := organization(t)
	for key, want := range map[string]string{"hunter2-api": "", "other": "Datadog refuses datadog.api_key"} {
		err := datadog.New(datadog.Options{URL: at, APIKey: key}).Check(t.Context())
		if (err == nil) != (want == "") || err != nil && (!timeline.IsRefusal(err) || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v", key, err)
		}
	}
}
