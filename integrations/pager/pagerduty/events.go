package pagerduty

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"muster/integrations/pager"
	"muster/integrations/web"
	"muster/timeline"
)

// Events pages by Events v2. The library's own client for it loses why an event
// was refused.
type Events struct {
	web  *web.Client
	http web.HTTP
	url  string
	key  string
}

// NewEvents returns the events of one integration, which is one service's. It
// calls nobody. Now may be nil, for the machine's clock.
func NewEvents(url, routingKey string, next http.RoundTripper, now func() time.Time) *Events {
	client := web.New(web.Options{Name: (*Events)(nil).Name(), Next: next, Now: now})
	return &Events{web: client, http: client.HTTP(callFor), url: strings.TrimSuffix(strings.TrimSuffix(url, "/"), enqueue) + enqueue, key: routingKey}
}

// Name implements [pager.Route].
func (*Events) Name() string { return "PagerDuty events" }

// enqueue is where events go.
const enqueue = "/v2/enqueue"

// event is what is sent.
type event struct {
	RoutingKey string   `json:"routing_key"`
	Action     string   `json:"event_action"`
	Dedup      string   `json:"dedup_key"`
	Payload    *payload `json:"payload,omitempty"`
}

type payload struct {
	Summary  string            `json:"summary"`
	Source   string            `json:"source"`
	Severity string            `json:"severity"`
	Details  map[string]string `json:"custom_details,omitempty"`
}

// summaryMost and dedupMost are PagerDuty's limits, in characters.
const (
	summaryMost = 1024
	dedupMost   = 255
)

// Page implements [pager.Route]. The same key makes no second alert while the
// first one is open.
func (v *Events) Page(ctx context.Context, p pager.Page) (pager.Made, error) {
	details := map[string]string{"incident": p.Incident, "details": p.Details}
	if p.Service != "" {
		details["service"] = p.Service
	}
	if p.Email != "" {
		details["for"] = p.Email
	}
	if p.Link != "" {
		details["channel"] = p.Link
	}
	err := v.send(web.Urgent(ctx), event{RoutingKey: v.key, Action: "trigger", Dedup: clip(p.Key, dedupMost), Payload: &payload{
		Summary: clip(p.Title, summaryMost), Source: "muster", Severity: "critical", Details: details,
	}})
	return pager.Made{Anybody: p.Email != ""}, err
}

// Find implements [pager.Route]. Events can not be looked for; to end one that
// there never was does nothing, so it is taken to be there.
func (v *Events) Find(_ context.Context, p pager.Page) (pager.Made, bool, error) {
	return pager.Made{}, true, nil
}

// Resolve implements [pager.Route].
func (v *Events) Resolve(ctx context.Context, p pager.Page) error {
	return v.send(ctx, event{RoutingKey: v.key, Action: "resolve", Dedup: clip(p.Key, dedupMost)})
}

func (v *Events) send(ctx context.Context, e event) error {
	body, err := json.Marshal(e)
	if err != nil {
		return timeline.Refusal(err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, v.url, bytes.NewReader(body))
	if err != nil {
		return timeline.Refusal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := v.http.Do(r)
	if err != nil {
		if web.IsPaused(err) {
			return timeline.Later(err, max(time.Second, v.web.Pause()))
		}
		if web.IsUnsent(err) {
			return err
		}
		return timeline.Doubtful(err)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(answer.Body, 4<<10)) // as much as there is
	switch told := fmt.Errorf("%s %s", answer.Status, strings.TrimSpace(string(text))); {
	case answer.StatusCode == http.StatusAccepted || answer.StatusCode == http.StatusOK:
		return nil
	case answer.StatusCode == http.StatusTooManyRequests:
		return timeline.Later(told, max(time.Second, v.web.Pause()))
	case answer.StatusCode >= 500:
		return timeline.Doubtful(told)
	case strings.Contains(string(text), "routing_key"):
		return timeline.Refusal(fmt.Errorf("PagerDuty refuses pagerduty.routing_key; copy the Integration Key of an Events API v2 integration (%w)", told))
	default:
		return timeline.Refusal(told)
	}
}
