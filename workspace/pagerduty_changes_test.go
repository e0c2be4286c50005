package workspace_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/PagerDuty/go-pagerduty"
)

// changeEvents asks for change events, and returns their summaries.
func (p pagers) changeEvents(path string) (status int, summaries string, more bool) {
	p.t.Helper()
	status, text := call(p.t, "GET", p.url+"/pagerduty"+path, "", map[string]string{"Authorization": "Token token=" + p.PagerDutyToken()})
	var body struct {
		Events []struct{ Summary string } `json:"change_events"`
		More   bool
	}
	if err := json.Unmarshal([]byte(text), &body); err != nil {
		p.t.Fatal(err)
	}
	var all []string
	for _, e := range body.Events {
		all = append(all, e.Summary)
	}
	return status, strings.Join(all, " "), body.More
}

func TestChangeEvents(t *testing.T) {
	p := openPagers(t)
	events := pagerduty.NewClient("", pagerduty.WithV2EventsAPIEndpoint(p.url+"/pagerduty-events"))
	_, err := events.CreateChangeEventWithContext(t.Context(), pagerduty.ChangeEvent{
		RoutingKey: p.RoutingKey(),
		Payload:    pagerduty.ChangeEventPayload{Summary: "sent", Source: "ci", Timestamp: "2026-01-05T08:00:00.000+0000", CustomDetails: map[string]any{"version": "4.2"}},
		Links:      []pagerduty.ChangeEventLink{{Href: "https://ci.example/1", Text: "Build"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for n, at := range []time.Time{monday.Add(-time.Hour), monday.Add(-2 * time.Hour)} {
		if err := p.Change("Event delivery", fmt.Sprint("told", n), at, "https://ci.example/2", map[string]string{"author": "ana"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Change("Nothing", "x", monday, "", nil); err == nil {
		t.Error("a service that there is not has a change")
	}
	for _, tt := range []struct {
		path   string
		status int
		want   string
		more   bool
	}{
		{"/change_events", 200, "sent told0 told1", false},
		{"/change_events?limit=2", 200, "sent told0", true},
		{"/change_events?limit=2&offset=2", 200, "told1", false},
		{"/change_events?since=2026-01-05T07:00:00Z&until=2026-01-05T08:00:00Z", 200, "told0", false},
		{"/change_events?since=2026-01-05T07:00:00%2B01:00", 400, "", false},
		{"/change_events?until=yesterdayZ", 400, "", false},
		{"/services/" + p.services["Event delivery"] + "/change_events", 200, "told0 told1", false},
		{"/services/" + p.services["Checkout"] + "/change_events", 200, "sent", false},
		{"/services/PNONE/change_events", 404, "", false},
	} {
		if status, got, more := p.changeEvents(tt.path); status != tt.status || got != tt.want || more != tt.more {
			t.Errorf("%s: %d %q, more %v", tt.path, status, got, more)
		}
	}
	if status, _ := call(t, "GET", p.url+"/pagerduty/change_events", "", nil); status != 401 {
		t.Errorf("without a token: %d", status)
	}
}

func TestChangeEventsThatAreRefused(t *testing.T) {
	p := openPagers(t)
	for body, want := range map[string]string{
		`no`: "no JSON object",
		`{"routing_key":"wrong","payload":{"summary":"x"}}`:                                                             "'routing_key' is not valid",
		`{"payload":{"summary":"x"}}`:                                                                                   "'routing_key' is not valid",
		`{"routing_key":"` + p.RoutingKey() + `","payload":{"source":"x"}}`:                                             "'payload.summary' is missing",
		`{"routing_key":"` + p.RoutingKey() + `","payload":{"summary":"` + strings.Repeat("x", 1025) + `"}}`:            "'payload.summary' is too long",
		`{"routing_key":"` + p.RoutingKey() + `","payload":{"summary":"x","timestamp":"yesterday"}}`:                    "'payload.timestamp'",
		`{"routing_key":"` + p.RoutingKey() + `","payload":{"summary":"x"},"links":[{"text":"x"}]}`:                     "'links'",
		`{"routing_key":"` + p.ChangeKey("Event delivery") + `x","payload":{"summary":"x"}}`:                            "'routing_key' is not valid",
		`{"routing_key":"` + p.ChangeKey("Event delivery") + `","payload":{"summary":"by the key of another service"}}`: "Change event processed",
	} {
		status, text := call(t, "POST", p.url+"/pagerduty-events/v2/change/enqueue", body, nil)
		if well := strings.HasPrefix(want, "Change"); well != (status == 202) || !well && status != 400 || !strings.Contains(text, want) {
			t.Errorf("%.60s: %d %s", body, status, text)
		}
	}
	if _, got, _ := p.changeEvents("/services/" + p.services["Event delivery"] + "/change_events"); got != "by the key of another service" {
		t.Errorf("kept: %q", got)
	}
}
