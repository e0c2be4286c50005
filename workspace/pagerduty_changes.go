package workspace

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// changeEvent is what somebody told PagerDuty that was changed about a service.
type changeEvent struct {
	id, summary, source string
	service             pagerService
	at                  time.Time
	details             map[string]json.RawMessage
	links               []object
}

// Change has PagerDuty know that something was changed about a service, by its
// name there, as if a pipeline had told it. Link and details may be empty.
func (w *Workspace) Change(service, summary string, at time.Time, link string, details map[string]string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	s, ok := find(w.pager.services, func(s pagerService) bool { return s.name == service })
	if !ok {
		return fmt.Errorf("PagerDuty has no service %q", service)
	}
	e := changeEvent{summary: summary, source: "pipeline", service: s, at: at, details: map[string]json.RawMessage{}}
	for name, text := range details {
		e.details[name], _ = json.Marshal(text) // a text can always be marshalled
	}
	if link != "" {
		e.links = []object{{"href": link, "text": "Details"}}
	}
	w.keepChange(e)
	return nil
}

// ChangeKey is the routing key of the integration of a service, by its name;
// empty where there is none.
func (w *Workspace) ChangeKey(service string) string {
	for n, s := range w.pager.services {
		if s.name == service {
			return w.pager.keys[n]
		}
	}
	return ""
}

// keepChange keeps a change event. The lock is held.
func (w *Workspace) keepChange(e changeEvent) {
	e.id = "01" + strings.ToUpper(w.letters("pagerduty-change", idLetters, 24))
	w.pager.changes = append(w.pager.changes, e)
}

// changeSummaryMost is how long the summary of a change event may be.
const changeSummaryMost = 1024

// enqueueChange is Events v2 for change events: the integration of the routing key
// says which service is meant.
func enqueueChange(c *vendorCall) vendorAnswer {
	var in struct {
		RoutingKey string `json:"routing_key"`
		Payload    struct {
			Summary, Source, Timestamp string
			Details                    map[string]json.RawMessage `json:"custom_details"`
		}
		Links []struct{ Href, Text string }
	}
	var problems []string
	ok := c.into(&in)
	at, dated := changeTime(in.Payload.Timestamp)
	n := slices.Index(c.pager.keys, in.RoutingKey)
	switch {
	case !ok:
		problems = append(problems, "the body is no JSON object")
	case n < 0 || in.RoutingKey == "":
		problems = append(problems, "'routing_key' is not valid")
	case in.Payload.Summary == "":
		problems = append(problems, "'payload.summary' is missing or blank")
	case len([]rune(in.Payload.Summary)) > changeSummaryMost:
		problems = append(problems, "'payload.summary' is too long")
	case !dated && in.Payload.Timestamp != "":
		problems = append(problems, "'payload.timestamp' is not in ISO 8601")
	case slices.ContainsFunc(in.Links, func(l struct{ Href, Text string }) bool { return l.Href == "" }):
		problems = append(problems, "'links' has one without 'href'")
	}
	if len(problems) > 0 {
		return vendorAnswer{http.StatusBadRequest, object{"status": "invalid event", "message": "Event object is invalid", "errors": problems}}
	}
	e := changeEvent{summary: in.Payload.Summary, source: in.Payload.Source, service: c.pager.services[n], at: at, details: in.Payload.Details}
	if !dated {
		e.at = c.now()
	}
	for _, l := range in.Links {
		e.links = append(e.links, object{"href": l.Href, "text": cmp.Or(l.Text, l.Href)})
	}
	c.keepChange(e)
	return vendorAnswer{http.StatusAccepted, object{"status": "success", "message": "Change event processed"}}
}

// changeTime reads the time of a change event, whose zone may be without a colon.
func changeTime(text string) (time.Time, bool) {
	for _, layout := range append([]string{"2006-01-02T15:04:05Z0700"}, isoTimes...) {
		if at, err := time.Parse(layout, text); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

func listChangeEvents(c *vendorCall) vendorAnswer {
	return c.changesOf(func(pagerService) bool { return true })
}

func listChangeEventsOfService(c *vendorCall) vendorAnswer {
	id := c.PathValue("id")
	if _, ok := find(c.pager.services, func(s pagerService) bool { return s.id == id }); !ok {
		return pagerMissing
	}
	return c.changesOf(func(s pagerService) bool { return s.id == id })
}

// changesOf is the change events that are asked for, the newest first. Times of
// the query have to be in UTC.
func (c *vendorCall) changesOf(of func(pagerService) bool) vendorAnswer {
	for _, key := range []string{"since", "until"} {
		if text := c.URL.Query().Get(key); text != "" && !strings.HasSuffix(text, "Z") {
			return pagerInvalid(key + " must be in UTC, as 2020-07-17T08:42:58Z.")
		}
	}
	since, until, refused := c.window()
	if refused != nil {
		return *refused
	}
	all := slices.Clone(c.pager.changes)
	slices.SortStableFunc(all, func(a, b changeEvent) int { return b.at.Compare(a.at) })
	found := []object{}
	for _, e := range all {
		if of(e.service) && !e.at.Before(since) && (until.IsZero() || e.at.Before(until)) {
			found = append(found, c.changeObject(e))
		}
	}
	return c.listed("change_events", found)
}

func (c *vendorCall) changeObject(e changeEvent) object {
	details := e.details
	if details == nil {
		details = map[string]json.RawMessage{}
	}
	return object{
		"id": e.id, "type": "change_event", "summary": e.summary, "source": e.source, "timestamp": pagerTime(e.at),
		"services":    []object{{"id": e.service.id, "type": "service_reference", "self": c.base + "/pagerduty/services/" + e.service.id}},
		"integration": object{"id": "PINT" + e.service.id[1:], "type": "inbound_integration_reference"},
		"links":       append([]object{}, e.links...), "images": []object{}, "custom_details": details,
	}
}
