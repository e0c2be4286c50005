package workspace

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// pagerduty stands in for PagerDuty: its REST API as far as a chat-ops bot needs
// it, and Events v2. Who is paged is on record; nobody's telephone rings.
type pagerduty struct {
	token, key string // of the REST API, and the routing key of Events v2
	services   []pagerService
	pages      []*page
}

// pagerService is a service and who is on call for it, the first level first.
type pagerService struct {
	id, name, policy string
	onCall           []string // names of people
}

// page is an incident there.
type page struct {
	number     int
	id         string
	key        string // of REST; empty for one of Events v2
	dedup      string // of Events v2
	title      string
	service    pagerService
	urgency    string
	status     string // triggered, acknowledged, resolved
	assigned   []string
	conference string
	created    time.Time
}

// PagerDutyToken is the token of the REST API.
func (w *Workspace) PagerDutyToken() string { return w.pager.token }

// RoutingKey is the key of Events v2.
func (w *Workspace) RoutingKey() string { return w.pager.key }

func (w *Workspace) routePager() {
	w.pager = pagerduty{
		token: "u+" + w.letters("pagerduty", idLetters, 18), key: w.letters("pagerduty", hex, 32),
		services: []pagerService{
			{"P" + w.letters("pagerduty", idLetters, 6), "Checkout", "P" + w.letters("pagerduty", idLetters, 6), []string{"bo", "eli"}},
			{"P" + w.letters("pagerduty", idLetters, 6), "Payments database", "P" + w.letters("pagerduty", idLetters, 6), []string{"chi", "eli"}},
		},
	}
	for pattern, do := range map[string]func(*vendorCall) vendorAnswer{
		"POST incidents": createPage, "GET incidents": listPages, "PUT incidents": managePages,
		"GET services": listPagerServices, "GET users": listPagerUsers, "GET oncalls": listOnCalls, "GET abilities": listAbilities,
	} {
		verb, what, _ := strings.Cut(pattern, " ")
		name := "pagerduty." + what + "." + map[string]string{"POST": "create", "GET": "list", "PUT": "update"}[verb]
		w.mux.HandleFunc(verb+" /pagerduty/"+what, w.vendor(name, pagerToken(do)))
	}
	w.mux.HandleFunc("POST /pagerduty-events/v2/enqueue", w.vendor("pagerduty.enqueue", enqueue))
}

// pagerToken lets in who has the token.
func pagerToken(do func(*vendorCall) vendorAnswer) func(*vendorCall) vendorAnswer {
	return func(c *vendorCall) vendorAnswer {
		given := c.Header.Get("Authorization")
		if given != "Token token="+c.pager.token && given != "Bearer "+c.pager.token {
			return pagerRefusal(http.StatusUnauthorized, 2006, "Authentication failed")
		}
		return do(c)
	}
}

func pagerRefusal(status, code int, message string, why ...string) vendorAnswer {
	problem := object{"code": code, "message": message}
	if len(why) > 0 {
		problem["errors"] = why
	}
	return vendorAnswer{status, object{"error": problem}}
}

// from is the person whom the From header names.
func (c *vendorCall) from() (*user, bool) {
	return find(c.users, func(u *user) bool { return u.email != "" && strings.EqualFold(u.email, c.Header.Get("From")) })
}

func createPage(c *vendorCall) vendorAnswer {
	var in struct {
		Incident struct {
			Type, Title, Urgency string
			Key                  string                                   `json:"incident_key"`
			Service              struct{ ID, Type string }                `json:"service"`
			Assignments          []struct{ Assignee struct{ ID string } } `json:"assignments"`
			Conference           struct {
				URL string `json:"conference_url"`
			} `json:"conference_bridge"`
		} `json:"incident"`
	}
	if _, ok := c.from(); !ok {
		return pagerRefusal(http.StatusBadRequest, 1008, "Requester User Not Found")
	}
	if !c.into(&in) || in.Incident.Type != "incident" || in.Incident.Title == "" {
		return pagerRefusal(http.StatusBadRequest, 2001, "Invalid Input Provided", "Title cannot be empty.")
	}
	service, ok := find(c.pager.services, func(s pagerService) bool { return s.id == in.Incident.Service.ID })
	if !ok {
		return pagerRefusal(http.StatusBadRequest, 2001, "Invalid Input Provided", "Service cannot be empty.")
	}
	key := in.Incident.Key
	if key != "" && slices.ContainsFunc(c.pager.pages, func(p *page) bool { return p.key == key && p.service.id == service.id && p.status != "resolved" }) {
		return pagerRefusal(http.StatusBadRequest, 2002, "Arguments Caused Error", "Open incident with matching dedup key already exists on this service")
	}
	p := c.raise(service, in.Incident.Title)
	p.key, p.urgency, p.conference = key, in.Incident.Urgency, in.Incident.Conference.URL
	for n, a := range in.Incident.Assignments {
		u, ok := find(c.users, func(u *user) bool { return pagerID(u) == a.Assignee.ID })
		if !ok {
			return pagerRefusal(http.StatusBadRequest, 2001, "Invalid Input Provided", "Assignee not found")
		}
		if n == 0 {
			p.assigned = nil
		}
		p.assigned = append(p.assigned, u.name)
	}
	c.pager.pages = append(c.pager.pages, p)
	return vendorAnswer{http.StatusCreated, object{"incident": c.pageObject(p)}}
}

// raise makes a page for who is on call for a service.
func (w *Workspace) raise(s pagerService, title string) *page {
	return &page{
		number: len(w.pager.pages) + 1, id: "Q" + w.letters("page", idLetters, 13), title: title, service: s,
		urgency: "high", status: "triggered", assigned: s.onCall[:1], created: w.now(),
	}
}

func pagerID(u *user) string { return "P" + u.id[len(u.id)-6:] }

func (c *vendorCall) pageObject(p *page) object {
	var assignments []object
	for _, name := range p.assigned {
		u, _ := find(c.users, func(u *user) bool { return u.name == name })
		assignments = append(assignments, object{"at": p.created.UTC().Format(time.RFC3339), "assignee": object{"id": pagerID(u), "type": "user_reference", "summary": u.realName}})
	}
	var key any
	if p.key != "" {
		key = p.key
	}
	return object{
		"id": p.id, "type": "incident", "incident_number": p.number, "incident_key": key, "title": p.title, "summary": p.title,
		"status": p.status, "urgency": p.urgency, "created_at": p.created.UTC().Format(time.RFC3339),
		"html_url": c.base + "/pagerduty/incidents/" + p.id, "assignments": assignments,
		"service":           object{"id": p.service.id, "type": "service_reference", "summary": p.service.name},
		"escalation_policy": object{"id": p.service.policy, "type": "escalation_policy_reference", "summary": p.service.name + " escalation"},
	}
}

func listPages(c *vendorCall) vendorAnswer {
	q := c.URL.Query()
	found := []object{}
	for _, p := range c.pager.pages {
		open := p.status != "resolved"
		switch key := q.Get("incident_key"); {
		case q.Has("incident_key") && key == "" && !open, key != "" && p.key != key,
			len(q["statuses[]"]) > 0 && !slices.Contains(q["statuses[]"], p.status),
			len(q["service_ids[]"]) > 0 && !slices.Contains(q["service_ids[]"], p.service.id):
		default:
			found = append(found, c.pageObject(p))
		}
	}
	return vendorAnswer{http.StatusOK, object{"incidents": found, "limit": 25, "offset": 0, "more": false, "total": nil}}
}

func managePages(c *vendorCall) vendorAnswer {
	var in struct {
		Incidents []struct {
			ID, Type, Status string
			Conference       struct {
				URL string `json:"conference_url"`
			} `json:"conference_bridge"`
		} `json:"incidents"`
	}
	if _, ok := c.from(); !ok {
		return pagerRefusal(http.StatusBadRequest, 1008, "Requester User Not Found")
	}
	if !c.into(&in) || len(in.Incidents) == 0 {
		return pagerRefusal(http.StatusBadRequest, 2001, "Invalid Input Provided")
	}
	changed := []object{}
	for _, change := range in.Incidents {
		p, ok := find(c.pager.pages, func(p *page) bool { return p.id == change.ID })
		switch {
		case !ok:
			return pagerRefusal(http.StatusNotFound, 2100, "Not Found")
		case p.status == "resolved" && change.Status != "":
			return pagerRefusal(http.StatusBadRequest, 1001, "Incident Already Resolved")
		case p.status == "acknowledged" && change.Status == "acknowledged":
			return pagerRefusal(http.StatusBadRequest, 1002, "Incident Already Acknowledged")
		}
		if change.Status != "" {
			p.status = change.Status
		}
		if change.Conference.URL != "" {
			p.conference = change.Conference.URL
		}
		changed = append(changed, c.pageObject(p))
	}
	return vendorAnswer{http.StatusOK, object{"incidents": changed}}
}

func listPagerServices(c *vendorCall) vendorAnswer {
	q := c.URL.Query()
	found := []object{}
	for _, s := range c.pager.services {
		if strings.Contains(strings.ToLower(s.name), strings.ToLower(q.Get("query"))) {
			found = append(found, object{"id": s.id, "type": "service", "name": s.name, "summary": s.name, "escalation_policy": object{"id": s.policy, "type": "escalation_policy_reference"}})
		}
	}
	return vendorAnswer{http.StatusOK, object{"services": found, "limit": 25, "offset": 0, "more": false}}
}

func listPagerUsers(c *vendorCall) vendorAnswer {
	query := strings.ToLower(c.URL.Query().Get("query"))
	found := []object{}
	for _, u := range c.users {
		if u.email != "" && (strings.Contains(strings.ToLower(u.email), query) || strings.Contains(strings.ToLower(u.realName), query)) {
			found = append(found, object{"id": pagerID(u), "type": "user", "name": u.realName, "summary": u.realName, "email": u.email, "time_zone": "Etc/UTC"})
		}
	}
	return vendorAnswer{http.StatusOK, object{"users": found, "limit": 25, "offset": 0, "more": false}}
}

func listOnCalls(c *vendorCall) vendorAnswer {
	found := []object{}
	policies := c.URL.Query()["escalation_policy_ids[]"]
	for _, s := range c.pager.services {
		if len(policies) > 0 && !slices.Contains(policies, s.policy) {
			continue
		}
		for level, name := range s.onCall {
			u, _ := find(c.users, func(u *user) bool { return u.name == name })
			found = append(found, object{
				"escalation_level": level + 1, "start": nil, "end": nil, "schedule": nil,
				"escalation_policy": object{"id": s.policy, "type": "escalation_policy_reference"},
				"user":              object{"id": pagerID(u), "type": "user", "summary": u.realName, "name": u.realName, "email": u.email},
			})
		}
	}
	return vendorAnswer{http.StatusOK, object{"oncalls": found, "limit": 25, "offset": 0, "more": false}}
}

func listAbilities(*vendorCall) vendorAnswer {
	return vendorAnswer{http.StatusOK, object{"abilities": []string{"coordinated_responding", "urgencies"}}}
}

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
	open, ok := find(c.pager.pages, func(p *page) bool { return p.dedup == in.Dedup && p.status != "resolved" })
	switch {
	case in.Action == "trigger" && !ok:
		p := c.raise(c.pager.services[0], in.Payload.Summary)
		p.dedup = in.Dedup
		c.pager.pages = append(c.pager.pages, p)
	case in.Action == "acknowledge" && ok:
		open.status = "acknowledged"
	case in.Action == "resolve" && ok:
		open.status = "resolved"
	}
	return vendorAnswer{http.StatusAccepted, object{"status": "success", "message": "Event processed", "dedup_key": in.Dedup}}
}

func w32(w *Workspace) string { return w.letters("dedup", hex, 32) }

// Page is a page that somebody was sent.
type Page struct {
	Number int       `json:"number"`
	At     time.Time `json:"at"`
	ID     string    `json:"id"`
	Title  string    `json:"title"`
	To     []string  `json:"to"` // names of people
	Status string    `json:"status"`
	By     string    `json:"by"` // "rest" or "events"
	Room   string    `json:"room,omitempty"`
}

// Pages returns every page that was sent, the first one first.
func (w *Workspace) Pages() []Page {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := []Page{}
	for _, p := range w.pager.pages {
		by := "rest"
		if p.dedup != "" {
			by = "events"
		}
		all = append(all, Page{p.number, p.created, p.id, p.title, p.assigned, p.status, by, p.conference})
	}
	return all
}

// AnswerPage has whoever was paged acknowledge a page, by its ID.
func (w *Workspace) AnswerPage(id string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, ok := find(w.pager.pages, func(p *page) bool { return p.id == id })
	if !ok || p.status != "triggered" {
		return fmt.Errorf("no page %s waits for an answer", id)
	}
	p.status = "acknowledged"
	return nil
}
