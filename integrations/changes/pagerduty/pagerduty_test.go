package pagerduty_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"muster/integrations/changes"
	"muster/integrations/changes/changestest"
	"muster/integrations/changes/pagerduty"
	"muster/torture"
	"muster/workspace"
)

// open returns the change events of an account of its own.
func open(t testing.TB) (*workspace.Workspace, *pagerduty.Source) {
	t.Helper()
	w, url := torture.Town(t)
	return w, pagerduty.New(pagerduty.Options{APIURL: url + "/pagerduty/", Token: w.PagerDutyToken()})
}

func TestTheSourceKeepsItsPromises(t *testing.T) {
	changestest.Run(t, func(t testing.TB) changestest.Stand {
		trouble := changestest.Trouble("")
		w, url := torture.Town(t)
		s := pagerduty.New(pagerduty.Options{APIURL: url + "/pagerduty", Token: w.PagerDutyToken(), HTTP: troubled{&trouble}})
		return changestest.Stand{
			Source: s, Now: w.Now().Truncate(time.Second), Secret: w.PagerDutyToken(), Break: func(to changestest.Trouble) { trouble = to },
			Add: func(title string, at time.Time) {
				if err := w.Change("Checkout", title, at, "", nil); err != nil {
					t.Fatal(err)
				}
			},
		}
	})
}

// troubled is a network with something in the way.
type troubled struct{ by *changestest.Trouble }

func (n troubled) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := httptest.NewRecorder()
	switch *n.by {
	case changestest.Fails:
		answer.WriteHeader(500)
	case changestest.Busy:
		answer.WriteHeader(429)
	case changestest.Refuses:
		answer.WriteHeader(401)
	case changestest.Nonsense:
		_, _ = answer.WriteString("<html>")
	default:
		return http.DefaultTransport.RoundTrip(r)
	}
	return answer.Result(), nil
}

func TestAChangeEvent(t *testing.T) {
	w, s := open(t)
	at := w.Now().Add(-time.Minute).Truncate(time.Second)
	details := map[string]string{"version": "4.2", "commit": "abc", "user": "ana", "kind": "flag", "build": "7", "empty": ""}
	if err := w.Change("Event delivery", "Flag on", at, "https://ci.example/7", details); err != nil {
		t.Fatal(err)
	}
	all, err := s.Between(t.Context(), at, at.Add(time.Second))
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	c := all[0]
	if c.Service != "Event delivery" || c.Kind != changes.Flag || c.Title != "Flag on" || c.Version != "4.2" || c.Revision != "abc" || c.Author != "ana" || c.URL != "https://ci.example/7" {
		t.Errorf("%+v", c)
	}
	if c.Labels["build"] != "7" || c.Labels["source"] != "pipeline" || len(c.Labels) != 2 || c.Source != "pagerduty" {
		t.Errorf("%+v", c)
	}
}

// TestOddEvents answers as PagerDuty may: with several services or none, and with
// one event that can not be read.
func TestOddEvents(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/services/") {
			rw.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = rw.Write([]byte(`{"change_events":[
			{"id":"1","summary":"two","timestamp":"2026-03-04T12:00:00.315+0000","services":[{"id":"PA","summary":"A"},{"id":"PB","summary":"B"}],"custom_details":null},
			{"id":"2","summary":"none","timestamp":"2026-03-04T12:00:00Z","custom_details":{"service":"C","n":7,"deep":{}}},
			{"id":"3","summary":"unknown","timestamp":"2026-03-04T12:00:00Z","services":[{"id":"PX"}]},
			{"id":"4","summary":"odd","timestamp":"noon"}],"more":false}`))
	}))
	t.Cleanup(server.Close)
	s := pagerduty.New(pagerduty.Options{APIURL: server.URL, Token: "t"})
	noon := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	all, err := s.Between(t.Context(), noon, noon.Add(time.Minute))
	var got []string
	for _, c := range all {
		got = append(got, c.ID+":"+c.Service)
	}
	if told := strings.Join(got, ","); told != "1:A,1 PB:B,2:C,3:PX" {
		t.Errorf("it tells of %s", told)
	}
	if err == nil || !strings.Contains(err.Error(), `the time "noon"`) || !strings.Contains(err.Error(), "look up a service") {
		t.Errorf("what could not be read is told as %v", err)
	}
}

func TestRefusalsSayWhatToDo(t *testing.T) {
	for status, want := range map[int]string{401: "make a new REST API key", 403: "has to read the whole account", 402: "the plan"} {
		server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(status) }))
		s := pagerduty.New(pagerduty.Options{APIURL: server.URL, Token: "secret-token"})
		if err := s.Check(t.Context(), time.Now()); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret-token") {
			t.Errorf("%d: %v", status, err)
		}
		server.Close()
	}
}
