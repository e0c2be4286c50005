package cli

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"muster/config"
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
