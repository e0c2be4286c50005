package slack

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"muster/timeline"
)

// TestFilesAreFetchedWithTheTokenAndFromSlackAlone asks for files that are to be
// had, and for some that must not be.
func TestFilesAreFetchedWithTheTokenAndFromSlackAlone(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("a stranger was asked for %s, with %q", r.URL, r.Header.Get("Authorization"))
	}))
	defer elsewhere.Close()
	mux := http.NewServeMux()
	mux.HandleFunc("/files/good.png", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer xoxb-1" {
			t.Errorf("it comes with %q", r.Header.Get("Authorization"))
		}
		w.Header().Set("Content-Type", "image/png")
		fmt.Fprint(w, "0123456789")
	})
	mux.Handle("/files/away.png", http.RedirectHandler(elsewhere.URL+"/x", http.StatusFound))
	mux.HandleFunc("/files/gone.png", http.NotFound)
	mux.HandleFunc("/files/broken.png", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	server := httptest.NewServer(mux)
	defer server.Close()
	s := New(Options{APIURL: server.URL + "/api/", BotToken: "xoxb-1", Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	s.self.Store(&identity{user: "U0BOT"})

	content, kind, err := s.Fetch(t.Context(), server.URL+"/files/good.png", 10)
	if string(content) != "0123456789" || kind != "image/png" || err != nil {
		t.Errorf("Fetch = %q, %q, %v", content, kind, err)
	}
	for _, tt := range []struct {
		name, url, why string
		refused        bool
	}{
		{"too large", server.URL + "/files/good.png", "it has more than", true},
		{"of a stranger", elsewhere.URL + "/x.png", "shows its token to nobody else", true},
		{"of one who looks like Slack", "https://slack.com.example.org/x.png", "shows its token to nobody else", true},
		{"of Slack in the clear", "http://files.slack.com/x.png", "shows its token to nobody else", true},
		{"sent elsewhere", server.URL + "/files/away.png", "not where Slack keeps files", true},
		{"deleted", server.URL + "/files/gone.png", "Slack has it no more", true},
		{"not to be had now", server.URL + "/files/broken.png", "502", false},
	} {
		most := int64(10)
		if tt.name == "too large" {
			most = 9
		}
		_, _, err := s.Fetch(t.Context(), tt.url, most)
		if err == nil || !strings.Contains(err.Error(), tt.why) || timeline.IsRefusal(err) != tt.refused || timeline.IsDoubtful(err) {
			t.Errorf("%s: %v (a refusal: %v)", tt.name, err, timeline.IsRefusal(err))
		}
	}
	for _, address := range []string{"https://files.slack.com/files-pri/T1-F1/download/a.png", "https://slack.com/x"} {
		if !s.isSlacks(address) {
			t.Errorf("%s is not taken for Slack's", address)
		}
	}
}
