package prometheus_test

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"muster/config"
	"muster/integrations/metrics"
	"muster/integrations/metrics/metricstest"
	"muster/integrations/metrics/prometheus"
	"muster/timeline"
	"muster/torture"
)

// realServer starts Prometheus itself over what is back-filled, and returns its
// address. It ends with the test.
func realServer(t *testing.T) string {
	t.Helper()
	for _, program := range []string{"prometheus", "promtool"} {
		if _, err := exec.LookPath(program); err != nil {
			how := "there is no " + program + " on the PATH; on Debian: apt-get install prometheus"
			if os.Getenv("CI") == "true" {
				t.Fatal(how)
			}
			t.Skip(how)
		}
	}
	dir := t.TempDir()
	for name, text := range map[string]string{"om.txt": backfill(), "p.yml": "global: {}\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	fill := exec.CommandContext(t.Context(), "promtool", "tsdb", "create-blocks-from", "openmetrics", "om.txt", "data")
	fill.Dir = dir
	if out, err := fill.CombinedOutput(); err != nil {
		t.Fatalf("promtool: %v\n%s", err, out)
	}
	for range 3 { // somebody else may take the port between the two
		if at, ok := startServer(t, dir); ok {
			return at
		}
	}
	t.Fatal("Prometheus does not start; its last words are above")
	return ""
}

// startServer starts the program and waits until it is ready; it is not where
// the program ends first.
func startServer(t *testing.T, dir string) (address string, ok bool) {
	t.Helper()
	at := freePort(t)
	ctx, end := context.WithCancel(context.Background())
	server := exec.CommandContext(ctx, "prometheus", "--config.file=p.yml", "--storage.tsdb.path=data", "--storage.tsdb.retention.time=100y", "--web.listen-address="+at)
	server.Dir, server.WaitDelay = dir, 20*time.Second
	server.Cancel = func() error { return server.Process.Signal(syscall.SIGTERM) }
	said, err := server.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	over := make(chan struct{})
	var last []string
	ready := make(chan bool, 1)
	go func() {
		defer close(over)
		for lines := bufio.NewScanner(said); lines.Scan(); {
			last = append(last, lines.Text())
			if strings.Contains(lines.Text(), "ready to receive web requests") {
				ready <- true
			}
		}
		_ = server.Wait() // it is ended by a signal
	}()
	t.Cleanup(func() { end(); <-over })
	select {
	case <-ready:
	case <-over:
		t.Log(strings.Join(last[max(0, len(last)-5):], "\n"))
		return "", false
	case <-time.After(time.Minute):
		t.Fatal("Prometheus is not ready after a minute")
	}
	answer, err := http.Get("http://" + at + "/-/ready")
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	return "http://" + at, answer.StatusCode == http.StatusOK
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// TestRealPrometheus starts the program once for all that is asked of it.
func TestRealPrometheus(t *testing.T) {
	url := realServer(t)
	s := source(t, prometheus.Options{URL: url})
	t.Run("promises", func(t *testing.T) { metricstest.Run(t, subjectAt(url, "hunter2-token")) })
	t.Run("recordings", func(t *testing.T) { testRecordings(t, url) })
	t.Run("check", func(t *testing.T) {
		if err := s.Check(t.Context()); err != nil {
			t.Error(err)
		}
	})
	t.Run("parts", func(t *testing.T) { testParts(t, s) })
	t.Run("errors", func(t *testing.T) { testRealErrors(t, s) })
	t.Run("stand-in", func(t *testing.T) { testStandIn(t, url) })
	t.Run("SLIs", func(t *testing.T) { testSLIs(t, s) })
}

// testParts asks for a range that Prometheus does not give at once.
func testParts(t *testing.T, s *prometheus.Source) {
	q := metrics.Query{Text: "workers_busy", From: base.Add(-3 * time.Hour), To: base, Step: 400 * time.Millisecond}
	a, err := s.Range(t.Context(), q)
	if err != nil || len(a.Series) != 1 {
		t.Fatalf("%d series, %v", len(a.Series), err)
	}
	points := a.Series[0].Points
	if want := int(q.To.Sub(q.From)/q.Step) + 1; len(points) != want {
		t.Errorf("%d points, want %d", len(points), want)
	}
	for n, p := range points {
		if want := q.From.Add(time.Duration(n) * q.Step); !p.At.Equal(want) {
			t.Fatalf("point %d is at %v, want %v", n, p.At, want)
		}
	}
}

func testRealErrors(t *testing.T, s *prometheus.Source) {
	for query, want := range map[string]string{
		"sum(":       "Prometheus says ",
		`up{a=~"("}`: "missing closing )",
		`workers_busy / on(a) group_left() many * on() odd`: "many-to-many",
		`"text"`: "",
	} {
		_, err := s.Range(t.Context(), metrics.Query{Text: query, From: base.Add(-10 * time.Minute), To: base, Step: time.Minute})
		if !timeline.IsRefusal(err) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want a refusal with %q", query, err, want)
		}
	}
}

// testStandIn asks Prometheus and the local workspace's stand-in the same, which
// is refused by both, or answered by both.
func testStandIn(t *testing.T, address string) {
	_, town := torture.Town(t)
	said := func(at string, form url.Values) (status int, body string) {
		answer, err := http.PostForm(at+"/api/v1/query_range", form)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, strings.TrimSpace(string(text))
	}
	for _, change := range []string{
		"", "query=", "query={}", "query={a=~\".*\"}", "query=vector(1)", "start=", "start=x", "end=x", "end=1", "step=", "step=0", "step=-1", "step=x", "step=1.5s", "step=1m30s", "step=0.1",
		"timeout=x", "timeout=25000ms", "timeout=25.000s", "start=2026-03-12T11:30:00Z", "start=2026-03-12",
	} {
		form := url.Values{"query": {"nothing"}, "start": {seconds(base.Add(-time.Hour))}, "end": {seconds(base)}, "step": {"60"}}
		if key, value, ok := strings.Cut(change, "="); ok {
			form.Set(key, value)
		}
		realStatus, real := said(address, form)
		status, body := said(town+"/prometheus", form)
		if status != realStatus || !sameJSON(t, body, real) {
			t.Errorf("%q: the stand-in says %d %s\nPrometheus says %d %s", change, status, body, realStatus, real)
		}
	}
}

func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	var one, other any
	if err := cmp.Or(json.Unmarshal([]byte(a), &one), json.Unmarshal([]byte(b), &other)); err != nil {
		t.Fatal(err)
	}
	return reflect.DeepEqual(one, other)
}

// testSLIs asks what muster.example.yaml shows.
func testSLIs(t *testing.T, s *prometheus.Source) {
	c := exampleConfig(t)
	ask := func(query string) []metrics.Series {
		a, err := s.Range(t.Context(), metrics.Query{Text: query, From: base.Add(-2 * time.Hour), To: base, Step: time.Minute})
		if err != nil || len(a.Warnings) > 0 {
			t.Errorf("%s: %v, %q", query, err, a.Warnings)
		}
		return a.Series
	}
	for _, query := range []string{`workers_busy{service!="{{.Service}}"}`, `workers_busy{service!='{{.Service}}'}`} {
		odd := config.SLI{Query: query, Source: "prometheus"}.For("a\\n'b\"} or up")
		if len(ask(odd.Query)) != 1 {
			t.Errorf("%s gives nothing", odd.Query)
		}
	}
	got := map[string]map[string][]metrics.Point{} // by SLI or count, and by version
	for _, sli := range slices.Concat(c.SLIs, c.Services["checkout"].SLIs) {
		sli = sli.For("checkout")
		for n, query := range sli.Queries() {
			key := sli.Name
			if sli.IsCounted() {
				key += []string{" bad", " total"}[n]
			}
			got[key] = map[string][]metrics.Point{}
			for _, one := range ask(query) {
				got[key][one.Labels[cmp.Or(sli.VersionLabel, "none")]] = one.Points
			}
		}
	}
	for _, tt := range []struct {
		sli, version string
		points       int // at the least
		want         float64
	}{
		{"errors bad", "1.4.0", 121, 4}, {"errors total", "1.4.0", 121, 44}, {"errors bad", "1.5.0", 25, 20}, {"errors total", "1.5.0", 25, 100},
		{"p95 latency", "1.4.0", 121, 0.75}, {"requests", "", 121, 144}, {"workers in use", "", 121, 75},
		{"orders", "", 121, 30}, {"requests that fail bad", "", 121, 24}, {"requests that fail total", "", 121, 144}, {"p95 of all pages", "", 121, 0.75},
	} {
		points := got[tt.sli][tt.version]
		if len(points) < tt.points {
			t.Errorf("%s of %q: %d points, want %d", tt.sli, tt.version, len(points), tt.points)
			continue
		}
		if last := points[len(points)-1].Value; math.Abs(last-tt.want) > tt.want/50 {
			t.Errorf("%s of %q is %v in the end, want %v", tt.sli, tt.version, last, tt.want)
		}
		for _, p := range points { // the counters have begun anew an hour ago
			if p.Value < 0 || p.Value > tt.want*1.1 {
				t.Errorf("%s of %q is %v at %v", tt.sli, tt.version, p.Value, p.At)
			}
		}
	}
}

// exampleConfig is muster.example.yaml without the comment signs before its SLIs.
func exampleConfig(t *testing.T) config.Config {
	t.Helper()
	text, err := os.ReadFile("../../../muster.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	inside := false
	for _, line := range strings.Split(string(text), "\n") {
		spaces, comment, ok := strings.Cut(line, "# ")
		inside = ok && strings.TrimSpace(spaces) == "" && (inside || comment == "slis:")
		if inside || ok && strings.HasPrefix(comment, "url: https://prometheus") {
			line = spaces + comment
		}
		lines = append(lines, line)
	}
	path := filepath.Join(t.TempDir(), "muster.yaml")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(path, config.Tolerate)
	if err != nil {
		t.Fatal(fmt.Errorf("the examples: %w", err))
	}
	return c
}
