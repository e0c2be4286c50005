package workspace

import (
	"fmt"
	"net/http"
	"slices"
	"time"
)

// page is an incident there.
type page struct {
	number      int
	id          string
	key         string // of REST; empty for one of Events v2
	dedup       string // of Events v2: the key of its alert
	alarm       bool   // monitoring raised it, nobody asked for it here
	title, body string
	service     pagerService
	policy      *pagerPolicy
	urgency     string
	priority    string // "P1"; empty for none
	status      string // triggered, acknowledged, resolved
	assigned    []string
	level       int // of the policy that it is at; 0 where people were chosen by hand
	hands       int // how often it changed hands, so that an older timer does nothing
	taken       []taken
	bridge      conferenceBridge
	created     time.Time
	changed     time.Time // of its status
	changedBy   pagerAgent
	resolution  string
	notes       []pageNote
}

// taken is that somebody acknowledged.
type taken struct {
	by string
	at time.Time
}

type conferenceBridge struct {
	Number string `json:"conference_number"`
	URL    string `json:"conference_url"`
}

// pageFields are the fields of an incident that can be written.
type pageFields struct {
	ID, Type, Title, Urgency, Status, Resolution string
	Key                                          string                                   `json:"incident_key"`
	Level                                        int                                      `json:"escalation_level"`
	Assignments                                  []struct{ Assignee struct{ ID string } } `json:"assignments"`
	Bridge                                       *conferenceBridge                        `json:"conference_bridge"`
	Body                                         struct{ Details string }                 `json:"body"`
	ServiceRef                                   *reference                               `json:"service"`
	PolicyRef                                    *reference                               `json:"escalation_policy"`
	Priority                                     *reference                               `json:"priority"`
}

type reference struct{ ID, Type string }

func createPage(c *vendorCall) vendorAnswer {
	var in struct {
		Incident pageFields `json:"incident"`
	}
	who, ok := c.from()
	if !ok {
		return pagerNoSuchFrom
	}
	f := &in.Incident
	if !c.into(&in) || f.Type != "incident" || f.Title == "" {
		return pagerInvalid("Title cannot be empty.")
	}
	s, ok := find(c.pager.services, func(s pagerService) bool { return f.ServiceRef != nil && s.id == f.ServiceRef.ID })
	if !ok {
		return pagerInvalid("Service cannot be empty.")
	}
	if f.Key != "" && slices.ContainsFunc(c.pager.pages, func(p *page) bool { return p.key == f.Key && p.service.id == s.id && p.status != "resolved" }) {
		return pagerRefusal(http.StatusBadRequest, 2002, "Arguments Caused Error", "Open incident with matching dedup key already exists on this service")
	}
	if f.Urgency != "" && f.Urgency != "high" && f.Urgency != "low" {
		return pagerInvalid("Urgency must be high or low.")
	}
	chosen, refused := c.choose(f)
	if refused != nil {
		return *refused
	}
	p := &page{key: f.Key, title: f.Title, body: f.Body.Details, service: s, policy: s.policy, urgency: f.Urgency, priority: chosen.priority, assigned: chosen.assigned}
	if chosen.policy != nil {
		p.policy = chosen.policy
	}
	if f.Bridge != nil {
		p.bridge = *f.Bridge
	}
	c.raise(p, c.asUser(who), object{"type": "api"})
	if slices.Contains(p.assigned, who.name) {
		c.acknowledge(p, who) // one who pages oneself knows, and is not notified
	} else {
		c.ring(p)
	}
	return vendorAnswer{http.StatusCreated, object{"incident": c.pageObject(p)}}
}

// choice is what the references of the fields lead to.
type choice struct {
	policy   *pagerPolicy
	priority string
	assigned []string
}

// choose finds what the fields refer to.
func (c *vendorCall) choose(f *pageFields) (choice, *vendorAnswer) {
	var found choice
	var wrong []string
	if f.PolicyRef != nil {
		s, ok := find(c.pager.services, func(s pagerService) bool { return s.policy.id == f.PolicyRef.ID })
		if found.policy = s.policy; !ok {
			wrong = append(wrong, "Escalation policy not found")
		}
	}
	if f.Priority != nil {
		p, ok := find(c.pager.priorities, func(p pagerPriority) bool { return p.id == f.Priority.ID })
		if found.priority = p.name; !ok {
			wrong = append(wrong, "Priority not found")
		}
	}
	for _, a := range f.Assignments {
		u, ok := c.pagerUser(a.Assignee.ID)
		if !ok {
			wrong = append(wrong, "Assignee not found")
			continue
		}
		found.assigned = append(found.assigned, u.name)
	}
	if len(wrong) > 0 {
		a := pagerInvalid(wrong...)
		return found, &a
	}
	return found, nil
}

// ofPage does something to the page that the path names.
func ofPage(do func(*vendorCall, *page) vendorAnswer) func(*vendorCall) vendorAnswer {
	return func(c *vendorCall) vendorAnswer {
		p, ok := c.pageCalled(c.PathValue("id"))
		if !ok {
			return pagerMissing
		}
		return do(c, p)
	}
}

func (w *Workspace) pageCalled(id string) (*page, bool) {
	return find(w.pager.pages, func(p *page) bool { return p.id == id })
}

func getPage(c *vendorCall, p *page) vendorAnswer {
	return vendorAnswer{http.StatusOK, object{"incident": c.pageObject(p)}}
}

func updatePage(c *vendorCall, p *page) vendorAnswer {
	var in struct {
		Incident *pageFields `json:"incident"`
	}
	who, ok := c.from()
	if !ok {
		return pagerNoSuchFrom
	}
	if !c.into(&in) || in.Incident == nil {
		return pagerInvalid("Incident cannot be empty.")
	}
	if refused := c.change(p, in.Incident, who); refused != nil {
		return *refused
	}
	return getPage(c, p)
}

// managedMost is how many incidents one call can change.
const managedMost = 250

func managePages(c *vendorCall) vendorAnswer {
	var in struct {
		Incidents []pageFields `json:"incidents"`
	}
	who, ok := c.from()
	if !ok {
		return pagerNoSuchFrom
	}
	if !c.into(&in) || len(in.Incidents) == 0 || len(in.Incidents) > managedMost {
		return pagerInvalid(fmt.Sprintf("Incidents must be from 1 to %d.", managedMost))
	}
	changed := []object{}
	for n := range in.Incidents {
		p, ok := c.pageCalled(in.Incidents[n].ID)
		if !ok {
			return pagerMissing
		}
		if refused := c.change(p, &in.Incidents[n], who); refused != nil {
			return *refused
		}
		changed = append(changed, c.pageObject(p))
	}
	return vendorAnswer{http.StatusOK, object{"incidents": changed, "limit": pagerUsual, "offset": 0, "more": false, "total": nil}}
}

// change does what the fields ask for, or says why not; then nothing is changed.
func (c *vendorCall) change(p *page, f *pageFields, who *user) *vendorAnswer {
	chosen, refused := c.choose(f)
	if refused != nil {
		return refused
	}
	if refused := f.impossible(p); refused != nil {
		return refused
	}
	by := c.asUser(who)
	if f.Title != "" {
		p.title = f.Title
	}
	if f.Bridge != nil && *f.Bridge != p.bridge {
		p.bridge = *f.Bridge
		c.announce(p, "incident.conference_bridge.updated", by)
	}
	if f.Priority != nil && chosen.priority != p.priority {
		p.priority = chosen.priority
		c.note(p, logEntry{kind: "priority_change_log_entry", summary: "Priority changed to " + p.priority + " by " + who.realName, by: by})
		c.announce(p, "incident.priority_updated", by)
	}
	switch {
	case chosen.assigned != nil:
		c.assign(p, chosen.assigned, by)
	case chosen.policy != nil:
		p.policy = chosen.policy
		c.escalate(p, 1, by)
	case f.Level > 0:
		c.escalate(p, f.Level, by)
	}
	switch f.Status {
	case "acknowledged":
		c.acknowledge(p, who)
	case "resolved":
		p.resolution = f.Resolution
		c.resolve(p, by)
	}
	c.showPhone()
	return nil
}

// impossible says what can not be done to a page as it is.
func (f *pageFields) impossible(p *page) *vendorAnswer {
	policy := p.policy
	var a vendorAnswer
	switch {
	case p.status == "resolved" && (f.Status != "" || f.Level > 0 || f.PolicyRef != nil || len(f.Assignments) > 0):
		a = pagerRefusal(http.StatusBadRequest, 1001, "Incident Already Resolved")
	case p.status == "acknowledged" && f.Status == "acknowledged":
		a = pagerRefusal(http.StatusBadRequest, 1002, "Incident Already Acknowledged")
	case f.Status != "" && f.Status != "acknowledged" && f.Status != "resolved":
		a = pagerInvalid("Status must be acknowledged or resolved.")
	case f.Level < 0 || f.Level > len(policy.levels):
		a = pagerInvalid("Escalation level is not on the escalation policy.")
	case len(f.Assignments) > 0 && (f.PolicyRef != nil || f.Level > 0):
		a = pagerInvalid("Assignments can not be given with an escalation policy or level.")
	default:
		return nil
	}
	return &a
}

// pagesSince is how far back the list goes where the caller does not say: a
// month.
const pagesSince = 30 * 24 * time.Hour

func listPages(c *vendorCall) vendorAnswer {
	since, until, refused := c.window()
	if refused != nil {
		return *refused
	}
	q := c.URL.Query()
	if since.IsZero() && q.Get("date_range") != "all" {
		since = c.now().Add(-pagesSince)
	}
	found := []object{}
	for _, p := range c.pager.pages {
		key := q.Get("incident_key")
		open := p.status != "resolved"
		switch {
		case q.Has("incident_key") && key == "" && !open, // an empty key is no key: all that are open
			key != "" && p.key != key && p.dedup != key,
			!c.chosen("statuses[]", p.status), !c.chosen("service_ids[]", p.service.id), !c.chosen("urgencies[]", p.urgency),
			p.created.Before(since), !until.IsZero() && !p.created.Before(until):
		default:
			found = append(found, c.pageObject(p))
		}
	}
	return c.listed("incidents", found)
}

// pageObject is an incident as the REST API tells it.
func (w *Workspace) pageObject(p *page) object {
	assignments, acknowledgements := []object{}, []object{}
	for _, name := range p.assigned {
		assignments = append(assignments, object{"at": pagerTime(p.created), "assignee": w.userReference(name)})
	}
	for _, t := range p.taken {
		acknowledgements = append(acknowledgements, object{"at": pagerTime(t.at), "acknowledger": w.userReference(t.by)})
	}
	var key, bridge any
	if p.key != "" {
		key = p.key
	}
	if p.bridge != (conferenceBridge{}) {
		bridge = p.bridge
	}
	alerts := 0
	if p.dedup != "" {
		alerts = 1
	}
	open := alerts
	if p.status == "resolved" {
		open = 0
	}
	return object{
		"id": p.id, "type": "incident", "incident_number": p.number, "incident_key": key, "title": p.title, "summary": p.summary(),
		"description": p.title, "status": p.status, "urgency": p.urgency, "created_at": pagerTime(p.created), "updated_at": pagerTime(p.changed),
		"self": w.base + "/pagerduty/incidents/" + p.id, "html_url": w.pageURL(p), "assignments": assignments, "acknowledgements": acknowledgements,
		"service": w.pagerReference("service", p.service.id, p.service.name), "teams": []object{}, "pending_actions": []object{},
		"escalation_policy": w.pagerReference("escalation_policy", p.policy.id, p.policy.name), "priority": w.priorityObject(p.priority),
		"conference_bridge": bridge, "last_status_change_at": pagerTime(p.changed), "last_status_change_by": p.changedBy.json(w),
		"resolve_reason": nil, "alert_counts": object{"all": alerts, "triggered": open, "resolved": alerts - open},
		"body": object{"type": "incident_body", "details": p.body}, "is_mergeable": true, "assigned_via": p.assignedVia(),
	}
}

func (p *page) assignedVia() string {
	if p.level > 0 {
		return "escalation_policy"
	}
	return "direct_assignment"
}

func (p *page) summary() string { return fmt.Sprintf("[#%d] %s", p.number, p.title) }

// pageURL is where people look at a page.
func (w *Workspace) pageURL(p *page) string { return w.base + "/pagerduty/incidents/" + p.id }

func (w *Workspace) priorityObject(name string) any {
	p, ok := find(w.pager.priorities, func(p pagerPriority) bool { return p.name == name })
	if !ok {
		return nil
	}
	return object{"id": p.id, "type": "priority", "summary": p.name, "name": p.name, "description": "", "self": w.base + "/pagerduty/priorities/" + p.id, "html_url": nil}
}

func (w *Workspace) pagerReference(kind, id, summary string) object {
	path := map[string]string{"service": "services", "escalation_policy": "escalation_policies", "user": "users", "schedule": "schedules", "incident": "incidents"}[kind]
	return object{"id": id, "type": kind + "_reference", "summary": summary, "self": w.base + "/pagerduty/" + path + "/" + id, "html_url": nil}
}

func (w *Workspace) userReference(name string) object {
	u, ok := w.userNamed(name)
	if !ok {
		return w.pagerReference("user", "", name)
	}
	return w.pagerReference("user", pagerID(u), u.realName)
}
