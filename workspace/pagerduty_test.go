package workspace_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PagerDuty/go-pagerduty"
	"github.com/PagerDuty/go-pagerduty/webhookv3"

	"muster/workspace"
)

// monday is when the clock stands in these tests: a Monday, before the shifts change.
var monday = time.Date(2026, 1, 5, 8, 30, 0, 0, time.UTC)

// pagers is a PagerDuty of its own, on a clock that stands still.
type pagers struct {
	app
	*pagerduty.Client
	services, people map[string]string // IDs by name
}

func openPagers(t *testing.T) pagers {
	t.Helper()
	a := open(t, workspace.Options{Seed: 1, Now: func() time.Time { return monday }})
	p := pagers{a, pagerduty.NewClient(a.PagerDutyToken(), pagerduty.WithAPIEndpoint(a.url+"/pagerduty")), map[string]string{}, map[string]string{}}
	services, err := p.ListServicesWithContext(t.Context(), pagerduty.ListServiceOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range services.Services {
		p.services[s.Name] = s.ID
	}
	people, err := p.ListUsersWithContext(t.Context(), pagerduty.ListUsersOptions{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range people.Users {
		name, _, _ := strings.Cut(u.Email, "@")
		p.people[name] = u.ID
	}
	return p
}

const from = "ana@demo.example"

func (p pagers) raise(o pagerduty.CreateIncidentOptions) *pagerduty.Incident {
	p.t.Helper()
	if o.Service == nil {
		o.Service = &pagerduty.APIReference{ID: p.services["Checkout"], Type: "service_reference"}
	}
	if o.Title == "" {
		o.Title = "checkout is down"
	}
	made, err := p.CreateIncidentWithContext(p.t.Context(), from, &o)
	if err != nil {
		p.t.Fatal(err)
	}
	return made
}

// call makes a plain call, and returns the status and the answer.
func call(t *testing.T, method, url, body string, header map[string]string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for key, value := range header {
		r.Header.Set(key, value)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

func (p pagers) call(method, path, body string) (int, string) {
	p.t.Helper()
	return call(p.t, method, p.url+"/pagerduty"+path, body, map[string]string{"Authorization": "Token token=" + p.PagerDutyToken(), "From": from})
}

// log is the kinds of lines in the log of a page, the oldest first.
func (p pagers) log(id string) (kinds []string) {
	p.t.Helper()
	_, text := p.call("GET", "/incidents/"+id+"/log_entries?limit=100", "")
	var answer struct {
		Entries []struct{ Type string } `json:"log_entries"`
	}
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		p.t.Fatal(err)
	}
	for _, e := range slices.Backward(answer.Entries) {
		kinds = append(kinds, strings.TrimSuffix(e.Type, "_log_entry"))
	}
	return kinds
}

func TestAPageEscalatesByItself(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(p pagers, id string) error
		want string // who has it after two hours
	}{
		{"nobody answers", func(pagers, string) error { return nil }, "hana"},
		{"somebody acknowledges", func(p pagers, id string) error { return p.AnswerPage(id) }, "bo"},
		{"somebody resolves", func(p pagers, id string) error { return p.ResolvePageAs("bo", id) }, "bo"},
		{"somebody escalates by hand", func(p pagers, id string) error {
			return errors.Join(p.EscalatePageAs("bo", id), p.AnswerPageAs("eli", id))
		}, "eli"},
		{"a level is asked for", func(p pagers, id string) error {
			_, err := p.ManageIncidentsWithContext(p.t.Context(), from, []pagerduty.ManageIncidentsOptions{{ID: id, EscalationLevel: 3}})
			return err
		}, "hana"},
		{"it is assigned to somebody", func(p pagers, id string) error {
			_, err := p.ManageIncidentsWithContext(p.t.Context(), from, []pagerduty.ManageIncidentsOptions{{ID: id, Assignments: []pagerduty.Assignee{{Assignee: pagerduty.APIObject{ID: p.people["fay"], Type: "user_reference"}}}}})
			return err
		}, "fay"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := openPagers(t)
			id := p.raise(pagerduty.CreateIncidentOptions{}).ID
			if err := tt.do(p, id); err != nil {
				t.Fatal(err)
			}
			for range 4 {
				p.Advance(30 * time.Minute)
			}
			if to := p.Pages()[0].To; len(to) != 1 || to[0] != tt.want {
				t.Errorf("it is with %v, want %s", to, tt.want)
			}
		})
	}
}

func TestAPageForOneselfIsAcknowledged(t *testing.T) {
	p := openPagers(t)
	made := p.raise(pagerduty.CreateIncidentOptions{Assignments: []pagerduty.Assignee{{Assignee: pagerduty.APIObject{ID: p.people["ana"], Type: "user_reference"}}}})
	if made.Status != "acknowledged" || len(made.Acknowledgements) != 1 || p.Pages()[0].AcknowledgedBy != "ana" {
		t.Errorf("%+v", made)
	}
	if got := p.log(made.ID); !slices.Equal(got, []string{"trigger", "assign", "acknowledge"}) {
		t.Errorf("the log is %v", got)
	}
}

func TestAnAcknowledgementLapses(t *testing.T) {
	p := openPagers(t)
	id := p.raise(pagerduty.CreateIncidentOptions{}).ID
	if p.LapsePage(id) == nil {
		t.Error("what nobody acknowledged has lapsed")
	}
	if err := errors.Join(p.AnswerPage(id), p.LapsePage(id)); err != nil {
		t.Fatal(err)
	}
	if got := p.Pages()[0]; got.Status != "triggered" || got.AcknowledgedBy != "" {
		t.Errorf("%+v", got)
	}
	if got := p.log(id); !slices.Equal(got[3:], []string{"acknowledge", "unacknowledge", "notify"}) {
		t.Errorf("the log is %v", got)
	}
}

func TestTheLogOfAPage(t *testing.T) {
	p := openPagers(t)
	id := p.raise(pagerduty.CreateIncidentOptions{}).ID
	p.Advance(31 * time.Minute)
	if err := errors.Join(p.AnswerPageAs("eli", ""), p.NotePage("eli", id, "looking"), p.ResolvePageAs("eli", id)); err != nil {
		t.Fatal(err)
	}
	want := []string{"trigger", "assign", "notify", "escalate", "notify", "acknowledge", "annotate", "resolve"}
	if got := p.log(id); !slices.Equal(got, want) {
		t.Errorf("the log is %v, want %v", got, want)
	}
	for _, tt := range []struct {
		query, want string
		status      int
	}{
		{"", `"channel":{"content":"looking","summary":"looking","type":"note"}`, 200},
		{"?limit=100", `"notification":{"address":null,"status":"success","type":"push_notification"}`, 200},
		{"?limit=2&offset=1", `"limit":2,"log_entries"`, 200},
		{"?limit=2&offset=1", `"more":true`, 200},
		{"?include[]=incidents", `"incident_number":1`, 200},
		{"?since=2026-01-05T09:01:00Z", `"resolve_log_entry"`, 200},
		{"?since=2026-01-05T09:02:00Z", `"log_entries":[]`, 200},
		{"?since=yesterday", `"code":2001`, 400},
		{"?offset=9990&limit=100", `"code":2001`, 400},
	} {
		if status, text := p.call("GET", "/log_entries"+tt.query, ""); status != tt.status || !strings.Contains(text, tt.want) {
			t.Errorf("%s: %d %s, want %s", tt.query, status, text, tt.want)
		}
	}
	if _, text := p.call("GET", "/log_entries?is_overview=true", ""); strings.Contains(text, "notify_log_entry") {
		t.Errorf("the overview tells who was notified: %s", text)
	}
}

// TestTheClientPanicsOnAChannelWithoutType keeps what reality does to the client.
func TestTheClientPanicsOnAChannelWithoutType(t *testing.T) {
	p := openPagers(t)
	p.raise(pagerduty.CreateIncidentOptions{})
	if err := p.EscalatePageAs("bo", ""); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if recover() == nil {
			t.Error("the client took a channel of type null")
		}
	}()
	_, _ = p.ListLogEntriesWithContext(t.Context(), pagerduty.ListLogEntriesOptions{}) // it does not get that far
}

func TestPagesAreChanged(t *testing.T) {
	p := openPagers(t)
	first := p.raise(pagerduty.CreateIncidentOptions{IncidentKey: "k1"}).ID
	for _, tt := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", "/incidents/" + first, "", 200, `"escalation_policy":{`},
		{"GET", "/incidents/QNOSUCH", "", 404, `"code":2100`},
		{"PUT", "/incidents/" + first, `{"incident":{"type":"incident_reference","escalation_level":4}}`, 400, `"code":2001`},
		{"PUT", "/incidents/" + first, `{"incident":{"type":"incident_reference","status":"acknowledged"}}`, 200, `"acknowledger":{`},
		{"PUT", "/incidents/" + first, `{"incident":{"type":"incident_reference","status":"acknowledged"}}`, 400, `"code":1002`},
		{"PUT", "/incidents/" + first, `{"incident":{"type":"incident_reference","escalation_level":2}}`, 200, `"status":"triggered"`},
		{"PUT", "/incidents/" + first, `{"incident":{"type":"incident_reference","conference_bridge":{"conference_url":"https://meet.example/1"}}}`, 200, `https://meet.example/1`},
		{"GET", "/incidents?incident_key=k1", "", 200, first},
		{"GET", "/incidents?urgencies[]=low", "", 200, `"incidents":[]`},
		{"GET", "/incidents?since=2026-01-06", "", 200, `"incidents":[]`},
		{"PUT", "/incidents/" + first, `{"incident":{"type":"incident_reference","status":"resolved","resolution":"done"}}`, 200, `"status":"resolved"`},
		{"PUT", "/incidents", `{"incidents":[{"id":"` + first + `","type":"incident_reference","status":"resolved"}]}`, 400, `"code":1001`},
	} {
		if status, text := p.call(tt.method, tt.path, tt.body); status != tt.status || !strings.Contains(text, tt.want) {
			t.Errorf("%s %s %s: %d %s, want %d %s", tt.method, tt.path, tt.body, status, text, tt.status, tt.want)
		}
	}
	status, text := call(t, "PUT", p.url+"/pagerduty/incidents/"+first, `{"incident":{}}`, map[string]string{"Authorization": "Token token=" + p.PagerDutyToken(), "From": "nobody@demo.example"})
	if status != 400 || !strings.Contains(text, "1008") {
		t.Errorf("an unknown From: %d %s", status, text)
	}
}

func TestListsComeInParts(t *testing.T) {
	p := openPagers(t)
	for range 3 {
		p.raise(pagerduty.CreateIncidentOptions{})
	}
	for _, tt := range []struct {
		offset uint
		more   bool
	}{{0, true}, {2, false}} {
		got, err := p.ListIncidentsWithContext(t.Context(), pagerduty.ListIncidentsOptions{Limit: 2, Offset: tt.offset})
		if err != nil || got.More != tt.more || got.Limit != 2 {
			t.Errorf("from %d: %+v, %v", tt.offset, got.APIListObject, err)
		}
	}
}

func TestWhoIsOnCall(t *testing.T) {
	p := openPagers(t)
	policies, err := p.ListEscalationPoliciesWithContext(t.Context(), pagerduty.ListEscalationPoliciesOptions{Query: "checkout"})
	if err != nil || len(policies.EscalationPolicies) != 1 {
		t.Fatal(policies, err)
	}
	policy := policies.EscalationPolicies[0].ID
	ask := func(includes ...string) []pagerduty.OnCall {
		got, err := p.ListOnCallsWithContext(t.Context(), pagerduty.ListOnCallOptions{EscalationPolicyIDs: []string{policy}, Includes: includes})
		if err != nil || len(got.OnCalls) != 3 {
			t.Fatal(got, err)
		}
		return got.OnCalls
	}
	plain := ask()
	if plain[0].User.Email != "" || plain[0].User.Summary != "Bo Lindqvist" || plain[0].End != "2026-01-05T09:00:00Z" || plain[0].Schedule.ID == "" {
		t.Errorf("the first level is %+v", plain[0])
	}
	if last := plain[2]; last.End != "" || last.Schedule.ID != "" || last.User.Summary != "Hana Sato" {
		t.Errorf("the last level is %+v", last)
	}
	if got := ask("users")[1].User.Email; got != "eli@demo.example" {
		t.Errorf("with people included the address is %q", got)
	}
	if err := p.Override("Checkout", 1, "fay", monday.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got := ask()[0]; got.User.Summary != "Fay Osei" || got.End != "2026-01-05T09:30:00Z" {
		t.Errorf("put in is %+v", got)
	}
	p.raise(pagerduty.CreateIncidentOptions{})
	p.Advance(2 * time.Hour)
	if got := ask()[0].User.Summary; got != "Bo Lindqvist" || p.Pages()[0].To[0] == "bo" {
		t.Errorf("after it the first level is %s, and the page went to %v", got, p.Pages()[0].To)
	}
}

func TestPagerRefusals(t *testing.T) {
	p := openPagers(t)
	if p.Override("Checkout", 3, "fay", monday.Add(time.Hour)) == nil || p.Override("Nowhere", 1, "fay", monday.Add(time.Hour)) == nil {
		t.Error("somebody was put in where there is no schedule")
	}
	if p.AnswerPageAs("bo", "") == nil || p.PagerHook("https://example.com/hook") != "" {
		t.Error("what can not be done was done")
	}
	if _, err := p.Alarm("Nowhere", "x", "", ""); err == nil {
		t.Error("an alarm of no service went off")
	}
	id := p.raise(pagerduty.CreateIncidentOptions{}).ID
	p.SetAbilities()
	body := `{"requester_id":"` + p.people["ana"] + `","message":"help","responder_request_targets":[{"responder_request_target":{"id":"` + p.people["chi"] + `","type":"user_reference"}}]}`
	if status, text := p.call("POST", "/incidents/"+id+"/responder_requests", body); status != 402 || !strings.Contains(text, "2014") {
		t.Errorf("%d %s", status, text)
	}
	p.SetAbilities("coordinated_responding")
	if status, text := p.call("POST", "/incidents/"+id+"/responder_requests", body); status != 200 || !strings.Contains(text, "Chi Okafor") {
		t.Errorf("%d %s", status, text)
	}
}

func TestNotesOfAPage(t *testing.T) {
	p := openPagers(t)
	id := p.raise(pagerduty.CreateIncidentOptions{}).ID
	note, err := p.CreateIncidentNoteWithContext(t.Context(), id, pagerduty.IncidentNote{Content: "the migration", User: pagerduty.APIObject{Summary: from}})
	if err != nil || note.Content != "the migration" || note.User.Summary != "Ana Ruiz" {
		t.Fatal(note, err)
	}
	notes, err := p.ListIncidentNotesWithContext(t.Context(), id)
	if err != nil || len(notes) != 1 || notes[0].ID != note.ID || p.Pages()[0].Notes[0] != "the migration" {
		t.Errorf("%+v, %v", notes, err)
	}
	if _, err := p.CreateIncidentNoteWithContext(t.Context(), id, pagerduty.IncidentNote{Content: "by nobody"}); err == nil {
		t.Error("a note without From was taken")
	}
}

func TestAnAlarm(t *testing.T) {
	p := openPagers(t)
	id, err := p.Alarm("Event delivery", "delivery takes minutes", "low", "P2")
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.GetIncidentWithContext(t.Context(), id)
	if err != nil || got.Service.Summary != "Event delivery" || got.Urgency != "low" || got.Priority.Summary != "P2" || got.AlertCounts.All != 1 || got.IncidentKey != "" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestEventsAreIncidentsWithAnAlert(t *testing.T) {
	p := openPagers(t)
	body := `{"routing_key":"` + p.RoutingKey() + `","event_action":"%","dedup_key":"d1","payload":{"summary":"s","source":"x","severity":"critical"}}`
	for _, action := range []string{"trigger", "acknowledge", "acknowledge", "resolve"} {
		if status, text := call(t, "POST", p.url+"/pagerduty-events/v2/enqueue", strings.Replace(body, "%", action, 1), nil); status != 202 {
			t.Fatal(status, text)
		}
	}
	found, err := p.ListIncidentsWithContext(t.Context(), pagerduty.ListIncidentsOptions{Limit: 5})
	if err != nil || len(found.Incidents) != 1 {
		t.Fatal(found, err)
	}
	if _, text := p.call("GET", "/incidents?incident_key=d1", ""); !strings.Contains(text, `"incident_key":null`) || !strings.Contains(text, found.Incidents[0].ID) {
		t.Errorf("by the key of the alert there is %s", text)
	}
	if got := p.log(found.Incidents[0].ID); !slices.Equal(got, []string{"trigger", "assign", "notify", "acknowledge", "resolve"}) {
		t.Errorf("the log is %v", got)
	}
}

func TestWhoseTokenItIs(t *testing.T) {
	p := openPagers(t)
	me, err := p.GetCurrentUserWithContext(t.Context(), pagerduty.GetCurrentUserOptions{})
	if err != nil || me.Email != from {
		t.Errorf("%+v, %v", me, err)
	}
	priorities, err := p.ListPrioritiesWithContext(t.Context(), pagerduty.ListPrioritiesOptions{})
	if err != nil || len(priorities.Priorities) != 4 || priorities.Priorities[0].Name != "P1" {
		t.Errorf("%+v, %v", priorities, err)
	}
}

// received is a hook that came in.
type received struct {
	header http.Header
	body   []byte
}

// receiver takes hooks, and answers them with statuses in turn, then with 202.
func receiver(t *testing.T, statuses ...int) (url string, came chan received) {
	t.Helper()
	came = make(chan received, 100)
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // a short one fails its signature
		status := http.StatusAccepted
		if len(statuses) > 0 {
			status, statuses = statuses[0], statuses[1:]
		}
		rw.WriteHeader(status)
		came <- received{r.Header, body}
	}))
	t.Cleanup(server.Close)
	return server.URL, came
}

func next(t *testing.T, came chan received) received {
	t.Helper()
	select {
	case got := <-came:
		return got
	case <-time.After(10 * time.Second):
		t.Fatal("no hook came")
		return received{}
	}
}

func TestPagerHooksComeInOrder(t *testing.T) {
	url, came := receiver(t, 500, 400)
	p := openPagers(t)
	secret := p.PagerHook(url)
	id := p.raise(pagerduty.CreateIncidentOptions{}).ID
	if err := errors.Join(p.NotePage("bo", id, "on it"), p.AnswerPageAs("bo", id), p.ResolvePageAs("bo", id)); err != nil {
		t.Fatal(err)
	}
	var events []string
	for range 5 { // the first one failed and came again; the second was refused, and did not
		got := next(t, came)
		r := httptest.NewRequest("POST", "/", bytes.NewReader(got.body))
		r.Header = got.header
		if err := webhookv3.VerifySignature(r, secret); err != nil || got.header.Get("X-Webhook-Id") == "" {
			t.Error(err, got.header)
		}
		var in struct {
			Event struct {
				Type string `json:"event_type"`
				Data struct{ ID, Type, Title, Content string }
			}
		}
		if err := json.Unmarshal(got.body, &in); err != nil {
			t.Fatal(err)
		}
		events = append(events, in.Event.Type+" "+in.Event.Data.Type+" "+in.Event.Data.Title+in.Event.Data.Content)
	}
	want := []string{
		"incident.triggered incident checkout is down", "incident.triggered incident checkout is down", "incident.annotated incident_note on it",
		"incident.acknowledged incident checkout is down", "incident.resolved incident checkout is down",
	}
	if !slices.Equal(events, want) {
		t.Errorf("there came %q, want %q", events, want)
	}
}

func TestHookSubscriptions(t *testing.T) {
	url, came := receiver(t)
	p := openPagers(t)
	body := `{"webhook_subscription":{"type":"webhook_subscription","delivery_method":{"type":"http_delivery_method","url":"` + url + `"},"events":["incident.resolved"],"filter":{"type":"account_reference"}}}`
	status, text := p.call("POST", "/webhook_subscriptions", body)
	var made struct {
		Subscription struct {
			ID       string
			Delivery struct{ Secret string } `json:"delivery_method"`
		} `json:"webhook_subscription"`
	}
	if err := json.Unmarshal([]byte(text), &made); err != nil || status != 201 || made.Subscription.Delivery.Secret == "" {
		t.Fatal(status, text, err)
	}
	path := "/webhook_subscriptions/" + made.Subscription.ID
	if status, text := p.call("GET", path, ""); status != 200 || strings.Contains(text, "secret") {
		t.Errorf("%d %s", status, text)
	}
	p.raise(pagerduty.CreateIncidentOptions{})
	if err := p.ResolvePageAs("bo", ""); err != nil {
		t.Fatal(err)
	}
	if got := next(t, came); !bytes.Contains(got.body, []byte("incident.resolved")) {
		t.Errorf("there came %s", got.body)
	}
	if status, _ := p.call("DELETE", path, ""); status != 204 {
		t.Error(status)
	}
	if status, _ := p.call("GET", path, ""); status != 404 {
		t.Error(status)
	}
	if status, text := p.call("POST", "/webhook_subscriptions", strings.Replace(body, url, "https://example.com", 1)); status != 400 {
		t.Errorf("an address elsewhere: %d %s", status, text)
	}
}
