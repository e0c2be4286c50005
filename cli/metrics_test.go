package cli

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"muster/chat"
	"muster/config"
	"muster/timeline"
)

func TestMetrics(t *testing.T) {
	path, _ := configFile(t)
	c, err := config.Load(path, config.Tolerate)
	if err != nil {
		t.Fatal(err)
	}
	i, err := Assemble(c, Outside{Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer i.Store.Close()
	m := newMeters(i, time.Now)
	i.Bot.Meter = m
	m.up(true)
	req := chat.Request{ID: "1", By: timeline.Person{ID: "U1"}, What: chat.Typed{Text: "declare private sev1 service:canary the canary title"}}
	if _, err := i.Bot.Handle(context.Background(), req); err != nil {
		t.Fatal(err)
	}
	m.Delivered("board", "done", time.Second)
	got := httptest.NewRecorder()
	m.handler().ServeHTTP(got, httptest.NewRequest("GET", "/metrics", nil))
	for _, want := range []string{
		`muster_request_seconds_count{kind="typed",recorded="yes"} 1`, `muster_delivery_seconds_count{follower="board",outcome="done"} 1`,
		"muster_connected 1", "muster_effects_owed ", "muster_effects_late_seconds ", "go_goroutines ",
	} {
		if !strings.Contains(got.Body.String(), want) {
			t.Errorf("there is no %s in\n%s", want, got.Body)
		}
	}
	if strings.Contains(got.Body.String(), "canary") {
		t.Error("a title is in it")
	}
}
