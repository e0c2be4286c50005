package workspace

import (
	"net/http"
	"slices"
)

// enqueue is Events v2.
func enqueue(c *vendorCall) vendorAnswer {
	var in struct {
		RoutingKey string `json:"routing_key"`
		Action     string `json:"event_action"`
		Dedup      string `json:"dedup_key"`
		Payload    struct{ Summary, Source, Severity string }
	}
	var problems []string
	switch {
	case !c.into(&in):
		problems = append(problems, "the body is no JSON object")
	case in.RoutingKey != c.pager.key:
		problems = append(problems, "'routing_key' is not valid")
	case !slices.Contains([]string{"trigger", "acknowledge", "resolve"}, in.Action):
		problems = append(problems, "'event_action' is invalid")
	case in.Action == "trigger" && (in.Payload.Summary == "" || in.Payload.Source == "" || !slices.Contains([]string{"critical", "error", "warning", "info"}, in.Payload.Severity)):
		problems = append(problems, "'payload' lacks summary, source or severity")
	case len(in.Dedup) > 255 || len(in.Payload.Summary) > 1024:
		problems = append(problems, "'dedup_key' or 'payload.summary' is too long")
	}
	if len(problems) > 0 {
		return vendorAnswer{http.StatusBadRequest, object{"status": "invalid event", "message": "Event object is invalid", "errors": problems}}
	}
	if in.Dedup == "" {
		in.Dedup = w32(c.Workspace)
	}
	c.event(in.Action, in.Dedup, in.Payload.Summary)
	return vendorAnswer{http.StatusAccepted, object{"status": "success", "message": "Event processed", "dedup_key": in.Dedup}}
}

// event does what an event asks for. An event that changes nothing is no error.
func (c *vendorCall) event(action, dedup, summary string) {
	open, ok := find(c.pager.pages, func(p *page) bool { return p.dedup == dedup && p.status != "resolved" })
	service := c.pager.services[0]
	switch {
	case action == "trigger" && !ok:
		p := &page{dedup: dedup, title: summary, service: service, policy: service.policy}
		c.raise(p, service.agent(), object{"type": "api"})
		c.ring(p)
	case action == "acknowledge" && ok && open.status == "triggered":
		open.status, open.changed, open.changedBy = "acknowledged", c.now(), service.agent()
		c.note(open, logEntry{kind: "acknowledge_log_entry", summary: "Acknowledged through the API.", by: service.agent(), channel: object{"type": "api"}})
		c.announce(open, "incident.acknowledged", service.agent())
		c.showPhone()
	case action == "resolve" && ok:
		c.resolve(open, service.agent())
	}
}

func w32(w *Workspace) string { return w.letters("dedup", hex, 32) }
