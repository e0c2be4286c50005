package pagerduty_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"muster/integrations/pager"
	"muster/integrations/pager/pagerduty"
	"muster/timeline"
	"muster/torture"
	"muster/workspace"
)

// account is a PagerDuty of its own, with both ways to page.
type account struct {
	*workspace.Workspace
	rest   *pagerduty.REST
	events *pagerduty.Events
	ahead  *atomic.Int64
}

func open(t testing.TB) account {
	t.Helper()
	w, url := torture.Town(t)
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	return account{w,
		pagerduty.New(pagerduty.Options{APIURL: url + "/pagerduty/", Token: w.PagerDutyToken(), From: "ana@demo.example", Service: "checkout", Now: now}),
		pagerduty.NewEvents(url+"/pagerduty-events", w.RoutingKey(), nil, now), &ahead,
	}
}

// later lets time go by, by the adapter's clock.
func (a account) later(d time.Duration) { a.ahead.Add(int64(d)) }

func (a account) routes() map[string]pager.Route {
	return map[string]pager.Route{"rest": a.rest, "events": a.events}
}

var outage = pager.Page{Key: "muster/INC-1/1/1", Title: "INC-1 sev1: checkout is down", Incident: "INC-1", Severity: timeline.Sev1}

// TestAPageIsMadeOnce makes it twice, ends it twice, and makes another one.
func TestAPageIsMadeOnce(t *testing.T) {
	for name := range open(t).routes() {
		t.Run(name, func(t *testing.T) {
			a := open(t)
			route := a.routes()[name]
			var made pager.Made
			for range 2 {
				var err error
				if made, err = route.Page(t.Context(), outage); err != nil {
					t.Fatal(err)
				}
			}
			if found, ok, err := route.Find(t.Context(), outage); err != nil || !ok || found.Ref != made.Ref {
				t.Errorf("Find: %v, %v, %v", found, ok, err)
			}
			for range 2 {
				if err := route.Resolve(t.Context(), outage); err != nil {
					t.Error(err)
				}
			}
			pages := a.Pages()
			if len(pages) != 1 || pages[0].Status != "resolved" || !strings.Contains(pages[0].Title, "checkout is down") {
				t.Errorf("the pages are %+v", pages)
			}
		})
	}
}

// TestWhatFailsIsJudged breaks each call in each way, and tries it once more.
func TestWhatFailsIsJudged(t *testing.T) {
	calls := map[string]string{"rest": "pagerduty.incidents.create", "events": "pagerduty.enqueue"}
	for _, tt := range []struct {
		kind           string
		doubt, refused bool
		later          time.Duration
	}{
		{kind: "500", doubt: true}, {kind: "503", doubt: true}, {kind: "after_effect_500", doubt: true},
		{kind: "drop", doubt: true}, {kind: "after_effect_drop", doubt: true}, {kind: "429", later: time.Second},
	} {
		for name, call := range calls {
			t.Run(name+" "+tt.kind, func(t *testing.T) {
				a := open(t)
				route := a.routes()[name]
				if err := a.Break(workspace.Fault{Method: call, Kind: tt.kind}); err != nil {
					t.Fatal(err)
				}
				_, err := route.Page(t.Context(), outage)
				after, later := timeline.After(err)
				if err == nil || timeline.IsDoubtful(err) != tt.doubt || timeline.IsRefusal(err) != tt.refused || later != (tt.later > 0) {
					t.Errorf("it is judged as doubt %v, refusal %v, later %v (%v)", timeline.IsDoubtful(err), timeline.IsRefusal(err), later, err)
				}
				a.later(after)
				if _, err := route.Page(t.Context(), outage); err != nil || len(a.Pages()) != 1 {
					t.Errorf("the second try: %v, pages %v", err, a.Pages())
				}
			})
		}
	}
}

// TestRefusalsSayWhatToDo asks for what is not there, and with what is no good.
func TestRefusalsSayWhatToDo(t *testing.T) {
	a := open(t)
	server := a.rest
	for name, tt := range map[string]struct {
		route pager.Route
		page  func(pager.Page) pager.Page
		want  string
	}{
		"service": {server, func(p pager.Page) pager.Page { p.Service = "nosuch"; return p }, `no service called "nosuch"`},
		"person":  {server, func(p pager.Page) pager.Page { p.Email = "nobody@demo.example"; return p }, "nobody with the address"},
	} {
		_, err := tt.route.Page(context.Background(), tt.page(outage))
		if !timeline.IsRefusal(err) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want a refusal with %q", name, err, tt.want)
		}
	}
	if len(a.Pages()) != 0 {
		t.Errorf("somebody was paged: %v", a.Pages())
	}
}

func TestAPersonIsPaged(t *testing.T) {
	a := open(t)
	p := outage
	p.Email, p.Service = "CHI@demo.example", "Payments database"
	made, err := a.rest.Page(t.Context(), p)
	if err != nil || len(made.To) != 1 || made.To[0].Name != "Chi Okafor" {
		t.Errorf("%+v, %v", made, err)
	}
}

// TestAPageIsOneCall pages a service and a person after they were looked up ahead.
func TestAPageIsOneCall(t *testing.T) {
	a := open(t)
	if err := a.rest.Learn(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := a.Count("pagerduty.services.list") + a.Count("pagerduty.users.list")
	for _, p := range []pager.Page{outage, {Key: "2", Title: "t", Incident: "INC-2", Service: "PAYMENTS database", Email: "CHI@demo.example"}} {
		if _, err := a.rest.Page(t.Context(), p); err != nil {
			t.Error(err)
		}
	}
	if n := a.Count("pagerduty.services.list") + a.Count("pagerduty.users.list") - before; n > 0 {
		t.Errorf("they needed %d look-ups", n)
	}
}

// TestWhatWasLookedUpGrowsOld pages a service that was deleted and made again
// since it was looked up.
func TestWhatWasLookedUpGrowsOld(t *testing.T) {
	service, refused := "POLD", 0
	mux := http.NewServeMux()
	mux.HandleFunc("GET /services", func(rw http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(rw, `{"services":[{"id":%q,"name":"Checkout"}]}`, service)
	})
	mux.HandleFunc("GET /users", func(rw http.ResponseWriter, _ *http.Request) { fmt.Fprint(rw, `{"users":[]}`) })
	mux.HandleFunc("GET /incidents", func(rw http.ResponseWriter, _ *http.Request) { fmt.Fprint(rw, `{"incidents":[]}`) })
	mux.HandleFunc("POST /incidents", func(rw http.ResponseWriter, r *http.Request) {
		if body, _ := io.ReadAll(r.Body); !strings.Contains(string(body), service) {
			refused++
			rw.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(rw, `{"error":{"code":2001,"message":"Invalid Input Provided"}}`)
			return
		}
		rw.WriteHeader(http.StatusCreated)
		fmt.Fprint(rw, `{"incident":{"id":"Q1"}}`)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	rest := pagerduty.New(pagerduty.Options{APIURL: server.URL, Token: "t", From: "ana@demo.example"})
	if err := rest.Learn(t.Context()); err != nil {
		t.Fatal(err)
	}
	service = "PNEW"
	if made, err := rest.Page(t.Context(), outage); err != nil || made.Ref != "Q1" || refused != 1 {
		t.Errorf("%+v, %v, refused %d times", made, err, refused)
	}
}
