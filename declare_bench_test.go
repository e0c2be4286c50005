package main_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/config"
	"muster/workspace"
)

// roundTrip is how long each call takes, to Slack and to PagerDuty, in the
// measurements of how soon a declaration is of use.
const roundTrip = 100 * time.Millisecond

// far is the workspace as it is a round trip away. Sockets are as near as ever:
// what comes by them has been on its way already.
func far(town http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/") || strings.HasPrefix(r.URL.Path, "/pagerduty") {
			time.Sleep(roundTrip)
		}
		town.ServeHTTP(rw, r)
	})
}

// farStage is a stage with the real clock and paging, all of whose calls take a
// round trip.
func farStage(b *testing.B) (s *stage, end func()) {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	s, err = furnish(b.TempDir(), listener, workspace.Options{NoLimits: true})
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(far(s.town))
	end = func() {
		s.close()
		server.Close()
	}
	s.address = strings.TrimPrefix(server.URL, "http://")
	s.config.Slack.APIURL = server.URL + "/api/"
	if err := s.town.InviteApp("ana", "incidents"); err != nil { // as it is from the first announcement on
		b.Fatal(err)
	}
	if _, err := s.pager(nil); err != nil {
		b.Fatal(err)
	}
	s.config.Services = map[string]config.Service{"search": {Description: "Finds things.", PagerDuty: "Checkout"}}
	s.stands = true // the bot calls as often as it likes: declarations come faster here than Slack would take them
	if err := s.start(); err != nil {
		b.Fatal(err)
	}
	return s, end
}

// The moments of a declaration, from the typed command on, as they have happened
// in the workspace or at PagerDuty.
var moments = []string{"created", "usable", "paged", "announced"}

// declareFar declares, and measures each moment.
func declareFar(b *testing.B, s *stage, n int, with string) map[string]time.Duration {
	b.Helper()
	after := lastCall(s)
	began := time.Now()
	if _, err := s.town.Say(people[n%8], "general", fmt.Sprintf("/incident declare sev1 %s number %d is down", with, n)); err != nil {
		b.Fatal(err)
	}
	if err := s.rest(); err != nil {
		b.Fatal(err)
	}
	at := momentsOf(s.town.Calls(after), began)
	at["usable"] = max(at["invited"], at["posted"])
	for _, what := range append(slices.Clip(moments), "invited", "posted") {
		if at[what] == 0 {
			b.Fatalf("it was not %s: %v", what, at)
		}
	}
	return at
}

// momentsOf is when each thing happened first, as the workspace's journal has it.
func momentsOf(calls []workspace.Call, began time.Time) map[string]time.Duration {
	at := map[string]time.Duration{}
	calls = slices.DeleteFunc(calls, func(c workspace.Call) bool { return c.Kind != "call" || c.Data["ok"] != true })
	to := func(c workspace.Call) string {
		args, _ := c.Data["args"].(map[string]string)
		return args["channel"]
	}
	room := ""
	if n := slices.IndexFunc(calls, func(c workspace.Call) bool { return c.Data["method"] == "conversations.invite" }); n >= 0 {
		room = to(calls[n])
	}
	for _, c := range calls {
		what, _ := c.Data["method"].(string)
		switch {
		case what == "chat.postMessage" && to(c) == room:
			what = "posted"
		case what == "chat.postMessage" && !strings.HasPrefix(to(c), "U"):
			what = "announced"
		default:
			what = map[string]string{"conversations.create": "created", "conversations.invite": "invited", "pagerduty.incidents.create": "paged"}[what]
		}
		if _, known := at[what]; !known {
			at[what] = c.At.Sub(began)
		}
	}
	return at
}

// lastCall is the last line of the workspace's journal.
func lastCall(s *stage) int {
	calls := s.town.Calls(0)
	if len(calls) == 0 {
		return 0
	}
	return calls[len(calls)-1].N
}

// BenchmarkDeclare declares where every call takes 100 ms, and measures how long
// it takes from the typed command until there is a channel, the declarer is
// invited and something stands there to be read, the page has arrived, and it is
// announced. Fresh is the first declaration after a start, warm is any other, and
// service is one of a service of the directory, whose room begins with its text.
func BenchmarkDeclare(b *testing.B) {
	b.Run("fresh", func(b *testing.B) {
		var all []map[string]time.Duration
		for n := range b.N {
			s, end := farStage(b)
			time.Sleep(shortly)
			all = append(all, declareFar(b, s, n, ""))
			end()
		}
		tellMoments(b, all)
	})
	for _, kind := range []struct{ name, with string }{{"warm", ""}, {"service", "service:search"}} {
		b.Run(kind.name, func(b *testing.B) {
			s, end := farStage(b)
			defer end()
			declareFar(b, s, 0, kind.with)
			var all []map[string]time.Duration
			for n := range b.N {
				all = append(all, declareFar(b, s, n+1, kind.with))
			}
			tellMoments(b, all)
		})
	}
}

// shortly is how long after it is connected a bot is fresh, and has looked up
// what it looks up ahead.
const shortly = 500 * time.Millisecond

// tellMoments tells the median and the worst of each moment, in milliseconds,
// and the median in round trips.
func tellMoments(b *testing.B, all []map[string]time.Duration) {
	b.ReportMetric(0, "ns/op") // it is the moments that count
	for _, what := range moments {
		var took []time.Duration
		for _, at := range all {
			took = append(took, at[what])
		}
		slices.Sort(took)
		median := took[len(took)/2]
		b.ReportMetric(median.Seconds()*1000, what+"-ms")
		b.ReportMetric(took[len(took)-1].Seconds()*1000, what+"-worst-ms")
		b.ReportMetric(float64(median)/float64(roundTrip), what+"-trips")
	}
}
