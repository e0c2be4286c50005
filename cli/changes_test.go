package cli

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"muster/config"
	"muster/torture"
)

const pipelineSecret = "the-secret-of-the-pipeline"

// pipelines serves pipelines from a bot that is assembled and does not run.
func pipelines(t *testing.T, change func(*config.Config)) (*Instance, *httptest.Server) {
	t.Helper()
	c := config.Default()
	c.Store, c.HTTP.Secret = "bolt:"+filepath.Join(t.TempDir(), "muster.db"), machineSecret
	c.Services = map[string]config.Service{"checkout": {Changes: []string{"checkout-api"}}}
	c.Changes.Sources = map[string]config.ChangeSource{"ci": {Secret: pipelineSecret, Service: "checkout"}}
	if change != nil {
		change(&c)
	}
	i, err := Assemble(c, Outside{Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	h, err := listenHealth("", i, http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h.server.Handler)
	t.Cleanup(func() {
		server.Close()
		_ = i.Store.Close()
	})
	return i, server
}

func tellAt(t *testing.T, url, key, body string) (status int, answer string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return got.StatusCode, string(text)
}

func TestPipelinesTellOfChanges(t *testing.T) {
	i, server := pipelines(t, nil)
	for _, tt := range []struct {
		path, key, body string
		status          int
		want            string
	}{
		{"/v1/changes", pipelineSecret, `{"id":"1"}`, 201, `"source":"ci","status":"new"}`},
		{"/v1/changes", machineSecret, `{"id":"1","service":"checkout-api"}`, 201, `"source":"http","status":"new"}`},
		{"/v1/changes", pipelineSecret, `{"id":"1","status":"succeeded"}`, 200, `"status":"merged"`},
		{"/v1/changes", "wrong", `{"id":"1"}`, 401, "fits no source"},
		{"/v1/changes", pipelineSecret, `{"id":"2","service":"chekout"}`, 201, "It may be checkout"},
		{"/v1/changes", pipelineSecret, `{"id":"3","title":"with xoxb-0123456789-abcdefghij"}`, 201, "new"},
		{"/v2/change/enqueue", "", `{"routing_key":"` + pipelineSecret + `","payload":{"summary":"Build 7","timestamp":"` + time.Now().Format(time.RFC3339) + `"}}`, 202, `"status":"success"`},
	} {
		if status, answer := tellAt(t, server.URL+tt.path, tt.key, tt.body); status != tt.status || !strings.Contains(answer, tt.want) {
			t.Errorf("%s %s: %d %s, want %d with %s", tt.path, tt.body, status, answer, tt.status, tt.want)
		}
	}
	kept, err := i.Sources[0].Between(t.Context(), time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	if err != nil || len(kept) != 5 {
		t.Errorf("kept: %+v, %v", kept, err)
	}
	for _, c := range kept {
		if strings.Contains(c.Title, "xoxb-0") {
			t.Errorf("a token is kept: %q", c.Title)
		}
	}
}

func TestChangesAreDroppedInTime(t *testing.T) {
	i, server := pipelines(t, nil)
	if status, answer := tellAt(t, server.URL+"/v1/changes", pipelineSecret, `{"id":"1"}`); status != 201 {
		t.Fatal(status, answer)
	}
	i.Book.Now = func() time.Time { return time.Now().AddDate(0, 0, 31) }
	if err := i.retention().Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	if kept, err := i.Book.Between(t.Context(), time.Unix(0, 0), time.Now().Add(time.Hour)); err != nil || len(kept) > 0 {
		t.Errorf("kept: %+v, %v", kept, err)
	}
}

func TestChangesOfAStoreThatIsClosed(t *testing.T) {
	i, server := pipelines(t, nil)
	if err := i.Store.Close(); err != nil {
		t.Fatal(err)
	}
	if status, answer := tellAt(t, server.URL+"/v1/changes", pipelineSecret, `{"id":"1"}`); status != 503 || !strings.Contains(answer, "Send it again") {
		t.Errorf("%d %s", status, answer)
	}
}

func TestRepositoriesAreTheCodeOfServices(t *testing.T) {
	c := config.Default()
	c.Services = map[string]config.Service{
		"checkout": {Code: "https://github.com/Shop/Checkout/"}, "search": {Code: "git@github.com:shop/search.git"}, "none": {},
		"b": {Code: "https://github.com/shop/both"}, "a": {Code: "https://github.com/shop/both"},
	}
	of := codeOf(c)
	for repo, want := range map[string]string{"shop/checkout": "checkout", "shop/search": "search", "shop/both": "a", "shop/none": "", "p/checkout": ""} {
		if got := of(repo); got != want {
			t.Errorf("%s is the code of %q, want %q", repo, got, want)
		}
	}
}

// TestWhoIsAskedForChanges asks GitHub, which is away, and PagerDuty beside the
// book: who fails is named, and hides nothing else.
func TestWhoIsAskedForChanges(t *testing.T) {
	w, url := torture.Town(t)
	away := httptest.NewServer(http.NotFoundHandler())
	away.Close()
	i, server := pipelines(t, func(c *config.Config) {
		c.PagerDuty.APIURL, c.PagerDuty.Token, c.PagerDuty.From = url+"/pagerduty", config.Secret(w.PagerDutyToken()), "ana@demo.example"
		c.GitHub.APIURL, c.GitHub.Repositories = away.URL, []string{"shop/checkout"}
	})
	if err := w.Change("Checkout", "Build 7 with xoxb-0123456789-abcdefghij", w.Now().Add(-time.Minute), "", nil); err != nil {
		t.Fatal(err)
	}
	if status, answer := tellAt(t, server.URL+"/v1/changes", pipelineSecret, `{"id":"1"}`); status != 201 {
		t.Fatal(status, answer)
	}
	var told []string
	for _, s := range i.Sources {
		all, err := s.Between(t.Context(), w.Now().Add(-time.Hour), w.Now().Add(time.Hour))
		said := fmt.Sprint(s.Name(), " ", len(all), " ", err != nil)
		for _, c := range all {
			said += " " + c.Title
		}
		told = append(told, said)
	}
	if got := strings.Join(told, "; "); got != "Muster's book of changes 1 false ; GitHub 0 true; PagerDuty 1 false Build 7 with [redacted: Slack token]" {
		t.Errorf("%s", got)
	}
}

func TestCheckOfChanges(t *testing.T) {
	w, url := torture.Town(t)
	hub := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/shop/none") {
			rw.WriteHeader(http.StatusNotFound)
		}
		_, _ = rw.Write([]byte(`{}`))
	}))
	t.Cleanup(hub.Close)
	c := config.Default()
	c.PagerDuty.APIURL, c.PagerDuty.Token = url+"/pagerduty", config.Secret(w.PagerDutyToken())
	c.GitHub.APIURL, c.GitHub.Repositories = hub.URL, []string{"shop/checkout", "shop/none"}
	c.Changes.Sources = map[string]config.ChangeSource{"ci": {Secret: pipelineSecret}, "odd": {Secret: machineSecret, Service: "nothing"}}
	var out strings.Builder
	sh := &shell{out: &out}
	if sh.checkChanges(t.Context(), c) {
		t.Error("all is well")
	}
	for _, want := range []string{
		"ok    Changes: key of ci\n", "FAIL  Changes: key of odd: changes.sources.odd.service: the directory has no service \"nothing\"",
		"ok    GitHub: repository shop/checkout\n", "FAIL  GitHub: repository shop/none: GitHub has no repository shop/none", "ok    PagerDuty: change events\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it says %s\nand not %q", out.String(), want)
		}
	}
	c.HTTP.Listen = ""
	out.Reset()
	if sh.checkChanges(t.Context(), c); !strings.Contains(out.String(), "nobody can call, because http.listen is empty") {
		t.Errorf("it says %s", out.String())
	}
}
