package prometheus_test

import (
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"muster/integrations/metrics"
	"muster/integrations/metrics/metricstest"
	"muster/integrations/metrics/prometheus"
)

var update = flag.Bool("update", false, "record anew what Prometheus answers")

// The queries whose answers are recorded, by the files they are in.
var recorded = map[string]string{"odd.json": "odd", "wrong.json": "sum(", "many.json": "many"}

var question = metrics.Query{Text: "odd", From: base.Add(-time.Hour), To: base.Add(-10 * time.Minute), Step: 5 * time.Minute / 2}

func source(t testing.TB, o prometheus.Options) *prometheus.Source {
	t.Helper()
	s, err := prometheus.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// subjectAt is Prometheus at an address, to which a user and a password are sent,
// or a token.
func subjectAt(address, token string) metricstest.Open {
	return func(t testing.TB, through http.RoundTripper) metricstest.Subject {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		u.User = url.UserPassword("muster", "hunter2 in the address")
		return metricstest.Subject{
			Source: source(t, prometheus.Options{URL: u.String(), Token: token, HTTP: through}),
			Query:  question, Wrong: recorded["wrong.json"], Many: recorded["many.json"],
			Secrets: []string{"hunter2", "bXVzdGVyOmh1bnRlcjI"},
		}
	}
}

// form is what a query is asked by.
func form(text string) url.Values {
	return url.Values{"query": {text}, "start": {seconds(question.From)}, "end": {seconds(question.To)}, "step": {"150"}}
}

func seconds(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

// recording is an answer of Prometheus 2.42, as it came.
type recording struct {
	Status int
	Body   json.RawMessage
}

// testRecordings writes the recordings anew. Other versions answer in other
// words, so they are not compared.
func testRecordings(t *testing.T, url string) {
	if !*update {
		t.Skip("they are written with -update")
	}
	for name, query := range recorded {
		answer, err := http.PostForm(url+"/api/v1/query_range", form(query))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(recording{answer.StatusCode, body})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join("testdata", name), append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestRecordedPrometheus holds the promises with what Prometheus has once answered.
func TestRecordedPrometheus(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		for name, query := range recorded {
			if r.FormValue("query") != query || r.URL.Path != "/prometheus/api/v1/query_range" {
				continue
			}
			text, err := os.ReadFile(filepath.Join("testdata", name))
			var kept recording
			if err == nil {
				err = json.Unmarshal(text, &kept)
			}
			if err != nil {
				t.Error(err)
			}
			rw.Header().Set("Content-Type", "application/json")
			rw.WriteHeader(kept.Status)
			_, _ = rw.Write(kept.Body)
			return
		}
		http.NotFound(rw, r)
	}))
	t.Cleanup(server.Close)
	metricstest.Run(t, subjectAt(server.URL+"/prometheus", ""))
}
