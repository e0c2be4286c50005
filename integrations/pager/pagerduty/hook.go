package pagerduty

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/PagerDuty/go-pagerduty"
	"github.com/PagerDuty/go-pagerduty/webhookv3"

	"muster/integrations/pager"
)

// ErrForged is that PagerDuty did not send a webhook.
var ErrForged = errors.New("the signature does not fit")

// hook is a webhook of version 3 as far as it is read.
type hook struct {
	Event struct {
		ID    string              `json:"id"`
		Type  string              `json:"event_type"`
		At    time.Time           `json:"occurred_at"`
		Agent pagerduty.APIObject `json:"agent"`
		Data  struct {
			incident
			Number    int                   `json:"number"`
			Assignees []pagerduty.APIObject `json:"assignees"`
			Content   string                `json:"content"`  // of a note
			Incident  *incident             `json:"incident"` // what a note is about
		} `json:"data"`
	} `json:"event"`
}

// hooked is what webhooks tell, as far as it is heard.
var hooked = map[string]pager.What{
	"incident.triggered": pager.Raised, "incident.acknowledged": pager.Answered, "incident.resolved": pager.Ended,
	"incident.escalated": pager.Escalated, "incident.reassigned": pager.Escalated, "incident.annotated": pager.Annotated,
	"incident.unacknowledged": pager.Lapsed, "incident.priority_updated": pager.Raised,
}

// ReadHook reads a webhook that is signed with a secret. It returns a key that is
// the same when it is sent again, and whether it tells anything that is heard.
func ReadHook(head http.Header, body []byte, secret string) (key string, h pager.Happening, heard bool, err error) {
	if webhookv3.VerifySignature(&http.Request{Header: head, Body: io.NopCloser(bytes.NewReader(body))}, secret) != nil {
		return "", h, false, ErrForged
	}
	var in hook
	if err := json.Unmarshal(body, &in); err != nil {
		return "", h, false, fmt.Errorf("it is no webhook of version 3: %w", err)
	}
	ev := in.Event
	what, heard := hooked[ev.Type]
	h = pager.Happening{ID: ev.ID, What: what, At: ev.At, Text: ev.Data.Content, Alarm: ev.Data.alarm()}
	if ev.Data.Incident != nil {
		h.Alarm = ev.Data.Incident.alarm()
	}
	if ev.Data.Number > 0 {
		h.Alarm.Ref = fmt.Sprintf("#%d", ev.Data.Number)
	}
	if isUser(ev.Agent) {
		h.By = pager.Responder{ID: ev.Agent.ID, Name: ev.Agent.Summary}
	}
	for _, a := range ev.Data.Assignees {
		h.To = append(h.To, pager.Responder{ID: a.ID, Name: a.Summary})
	}
	key = head.Get("X-Webhook-Id")
	if key == "" {
		key = ev.ID
	}
	return key, h, heard && key != "" && h.Alarm.ID != "", nil
}
