package workspace

import (
	"crypto/hmac"
	"crypto/sha256"
	hexes "encoding/hex"
	"net/http"
	"slices"
)

// pagerHook is a subscription of webhooks v3.
type pagerHook struct {
	id, secret string
	events     []string
	filter     reference // of the account, or of one service
	*courier
}

// pagerEvents is what can be subscribed to.
var pagerEvents = []string{
	"incident.acknowledged", "incident.annotated", "incident.conference_bridge.updated", "incident.delegated", "incident.escalated",
	"incident.priority_updated", "incident.reassigned", "incident.reopened", "incident.resolved", "incident.responder.added",
	"incident.responder.replied", "incident.status_update_published", "incident.triggered", "incident.unacknowledged",
}

func createPagerHook(c *vendorCall) vendorAnswer {
	var in struct {
		Subscription struct {
			Delivery struct{ Type, URL string } `json:"delivery_method"`
			Events   []string
			Filter   reference
		} `json:"webhook_subscription"`
	}
	if !c.into(&in) || in.Subscription.Delivery.Type != "http_delivery_method" || len(in.Subscription.Events) == 0 {
		return pagerInvalid("delivery_method and events cannot be empty.")
	}
	s := in.Subscription
	if !slices.Contains([]string{"account_reference", "service_reference"}, s.Filter.Type) {
		return pagerInvalid("Filter must be account_reference or service_reference.")
	}
	for _, event := range s.Events {
		if !slices.Contains(pagerEvents, event) {
			return pagerInvalid("Events has an unknown type: " + event)
		}
	}
	if err := nearby(s.Delivery.URL); err != nil {
		return pagerInvalid("Url is not allowed: " + err.Error())
	}
	h := c.addPagerHook(s.Delivery.URL, s.Events, s.Filter)
	o := c.hookObject(h)
	o["delivery_method"].(object)["secret"] = h.secret // it is told this once
	return vendorAnswer{http.StatusCreated, object{"webhook_subscription": o}}
}

func (w *Workspace) addPagerHook(to string, events []string, filter reference) *pagerHook {
	h := &pagerHook{id: "P" + w.letters("pagerduty-hook", idLetters, 6), secret: w.letters("pagerduty-hook", idLetters, 64), events: events, filter: filter, courier: &courier{to: to}}
	w.pager.hooks = append(w.pager.hooks, h)
	return h
}

// PagerHook has everything that happens at PagerDuty sent to an address on this
// machine, as webhooks v3, and returns the secret that they are signed with. It
// is empty where the address is elsewhere: then nothing is sent.
func (w *Workspace) PagerHook(url string) (secret string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if nearby(url) != nil {
		return ""
	}
	return w.addPagerHook(url, pagerEvents, reference{Type: "account_reference"}).secret
}

func (w *Workspace) hookObject(h *pagerHook) object {
	return object{
		"id": h.id, "type": "webhook_subscription", "active": true, "description": nil, "events": h.events, "filter": object{"type": h.filter.Type, "id": h.filter.ID},
		"delivery_method": object{"type": "http_delivery_method", "url": h.to, "temporarily_disabled": false, "custom_headers": []object{}},
	}
}

// ofHook does something to the subscription that the path names.
func ofHook(c *vendorCall, do func(*pagerHook) vendorAnswer) vendorAnswer {
	h, ok := find(c.pager.hooks, func(h *pagerHook) bool { return h.id == c.PathValue("id") })
	if !ok {
		return pagerMissing
	}
	return do(h)
}

func listPagerHooks(c *vendorCall) vendorAnswer {
	all := []object{}
	for _, h := range c.pager.hooks {
		all = append(all, c.hookObject(h))
	}
	return c.listed("webhook_subscriptions", all)
}

func getPagerHook(c *vendorCall) vendorAnswer {
	return ofHook(c, func(h *pagerHook) vendorAnswer {
		return vendorAnswer{http.StatusOK, object{"webhook_subscription": c.hookObject(h)}}
	})
}

func deletePagerHook(c *vendorCall) vendorAnswer {
	return ofHook(c, func(h *pagerHook) vendorAnswer {
		c.pager.hooks = slices.DeleteFunc(c.pager.hooks, func(o *pagerHook) bool { return o == h })
		h.waiting = nil
		return vendorAnswer{http.StatusNoContent, nil}
	})
}

func pingPagerHook(c *vendorCall) vendorAnswer {
	return ofHook(c, func(h *pagerHook) vendorAnswer {
		c.post(h, c.eventObject("pagey.ping", "pagey", nil, object{"message": "Hello from your friend Pagey!", "type": "ping"}))
		return vendorAnswer{http.StatusAccepted, nil}
	})
}

// announce sends subscribers what happened to a page. The lock is held.
func (w *Workspace) announce(p *page, event string, by pagerAgent) {
	w.publish(p, event, func() object { return w.eventObject(event, "incident", by.json(w), w.eventData(p)) })
}

// announceNote sends subscribers a note. The lock is held.
func (w *Workspace) announceNote(p *page, n pageNote) {
	u, _ := w.userNamed(n.by)
	w.publish(p, "incident.annotated", func() object {
		incident := w.pagerReference("incident", p.id, p.summary())
		incident["html_url"] = w.pageURL(p)
		return w.eventObject("incident.annotated", "incident", w.asUser(u).json(w), object{"id": n.id, "type": "incident_note", "incident": incident, "content": n.text, "trimmed": false})
	})
}

func (w *Workspace) publish(p *page, event string, payload func() object) {
	var made object
	for _, h := range w.pager.hooks {
		if !slices.Contains(h.events, event) || h.filter.Type == "service_reference" && h.filter.ID != p.service.id {
			continue
		}
		if made == nil {
			made = payload()
		}
		w.post(h, made)
	}
}

func (w *Workspace) eventObject(event, resource string, agent any, data object) object {
	return object{"event": object{
		"id": "01" + w.letters("pagerduty-event", idLetters, 24), "event_type": event, "resource_type": resource,
		"occurred_at": w.now().UTC().Format("2006-01-02T15:04:05.000Z07:00"), "agent": agent, "client": nil, "data": data,
	}}
}

// eventData is an incident as webhooks tell it.
func (w *Workspace) eventData(p *page) object {
	assignees := []object{}
	for _, name := range p.assigned {
		assignees = append(assignees, w.userReference(name))
	}
	whole := w.pageObject(p)
	data := object{"number": p.number, "assignees": assignees}
	for _, key := range []string{"id", "type", "self", "html_url", "status", "incident_key", "created_at", "title", "service", "escalation_policy", "teams", "urgency", "conference_bridge", "resolve_reason"} {
		data[key] = whole[key]
	}
	data["priority"] = nil
	if pr, ok := find(w.pager.priorities, func(o pagerPriority) bool { return o.name == p.priority }); ok {
		data["priority"] = object{"id": pr.id, "type": "priority_reference", "summary": pr.name, "self": w.base + "/pagerduty/priorities/" + pr.id, "html_url": nil}
	}
	return data
}

func (w *Workspace) post(h *pagerHook, payload object) {
	body := encode(payload)
	event, _ := payload["event"].(object)
	what, _ := event["event_type"].(string)
	w.bring(h.courier, parcel{what: what, body: body, header: map[string]string{
		"Content-Type": "application/json", "User-Agent": "PagerDuty-Webhook/V3.0", "X-PagerDuty-Signature": "v1=" + signature(h.secret, body),
		"X-Webhook-Id": w.uuid("pagerduty-parcel"), "X-Webhook-Subscription": h.id,
	}})
}

// signature is what a body is signed with: HMAC of SHA-256, in hex.
func signature(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return hexes.EncodeToString(mac.Sum(nil))
}
