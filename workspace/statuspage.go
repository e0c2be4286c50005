package workspace

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// publicPage stands in for Atlassian Statuspage: one page with some components.
type publicPage struct {
	token, id  string
	components []*component
	incidents  []*publicIncident
}

type component struct{ id, name, status string }

type publicIncident struct {
	id, name, status string
	components       []*component // that it hits, or has hit
	metadata         map[string]object
	updates          []publicUpdate
	begun            time.Time
}

type publicUpdate struct {
	status, body string
	at           time.Time
	shown        map[*component]string // what the components have shown since
}

const publicPageID = "kctbh9vrtdwd"

// StatuspageToken returns the ID of the status page, and the token that
// publishes on it.
func (w *Workspace) StatuspageToken() (page, token string) { return w.public.id, w.public.token }

func (w *Workspace) routeStatuspage() {
	w.public = publicPage{id: publicPageID, token: w.letters("statuspage", hex, 32)}
	for _, name := range []string{"Checkout", "Search", "Event delivery", "Login"} {
		w.public.components = append(w.public.components, &component{w.letters("statuspage", hex, 12), name, "operational"})
	}
	for pattern, do := range map[string]struct {
		name string
		do   func(*vendorCall) vendorAnswer
	}{
		"GET ":                  {"statuspage.page", showPublicPage},
		"GET /components":       {"statuspage.components.list", listComponents},
		"GET /incidents":        {"statuspage.incidents.list", listPublicIncidents},
		"POST /incidents":       {"statuspage.incidents.create", createPublicIncident},
		"GET /incidents/{id}":   {"statuspage.incidents.get", getPublicIncident},
		"PATCH /incidents/{id}": {"statuspage.incidents.update", updatePublicIncident},
	} {
		verb, path, _ := strings.Cut(pattern, " ")
		w.mux.HandleFunc(verb+" /statuspage/v1/pages/{page}"+path, w.vendor(do.name, publisher(do.do)))
	}
	w.mux.HandleFunc("GET /status", w.serveStatus)
}

// publisher lets in who has the token, to the one page.
func publisher(do func(*vendorCall) vendorAnswer) func(*vendorCall) vendorAnswer {
	return func(c *vendorCall) vendorAnswer {
		switch {
		case c.Header.Get("Authorization") != "OAuth "+c.public.token:
			return vendorAnswer{http.StatusUnauthorized, object{"error": "Could not authenticate"}}
		case c.PathValue("page") != c.public.id:
			return vendorAnswer{http.StatusNotFound, object{"error": "Record not found"}}
		}
		return do(c)
	}
}

func showPublicPage(c *vendorCall) vendorAnswer {
	return vendorAnswer{http.StatusOK, object{"id": c.public.id, "name": "Demo", "url": c.base + "/status"}}
}

func listComponents(c *vendorCall) vendorAnswer {
	q := c.URL.Query()
	perPage, err := strconv.Atoi(q.Get("per_page"))
	page, pageErr := strconv.Atoi(q.Get("page"))
	if err != nil || pageErr != nil || perPage < 1 || perPage > 100 || page < 1 {
		return vendorAnswer{http.StatusBadRequest, object{"error": "this stand-in wants per_page (1 to 100) and page: without them the list is limited to one call a minute"}}
	}
	all := []object{}
	for n, some := range c.public.components {
		if n/perPage == page-1 {
			all = append(all, some.json())
		}
	}
	return vendorAnswer{http.StatusOK, all}
}

func (c *component) json() object {
	return object{"id": c.id, "page_id": publicPageID, "name": c.name, "status": c.status, "group": false, "group_id": nil}
}

func listPublicIncidents(c *vendorCall) vendorAnswer {
	limit, err := strconv.Atoi(c.URL.Query().Get("limit"))
	if err != nil || limit < 1 || limit > 100 {
		limit = 100
	}
	all := []object{}
	for _, i := range slices.Backward(c.public.incidents) {
		if len(all) < limit {
			all = append(all, c.publicJSON(i))
		}
	}
	return vendorAnswer{http.StatusOK, all}
}

func (w *Workspace) publicJSON(i *publicIncident) object {
	components, updates := []object{}, []object{}
	for _, some := range i.components {
		components = append(components, some.json())
	}
	for _, u := range slices.Backward(i.updates) {
		updates = append(updates, object{"status": u.status, "body": u.body, "created_at": u.at})
	}
	return object{
		"id": i.id, "page_id": publicPageID, "name": i.name, "status": i.status, "impact": i.impact(), "metadata": i.metadata,
		"shortlink": w.base + "/status#" + i.id, "created_at": i.begun, "components": components, "incident_updates": updates,
	}
}

// impact is how bad it is, as the worst of its components says.
func (i *publicIncident) impact() string {
	words := []string{"none", "minor", "major", "critical"}
	worst := 0
	for _, u := range i.updates {
		for _, status := range u.shown {
			worst = max(worst, slices.Index([]string{"operational", "degraded_performance", "partial_outage", "major_outage"}, status))
		}
	}
	return words[worst]
}

var (
	publicStates    = []string{"investigating", "identified", "monitoring", "resolved"}
	componentStates = []string{"operational", "under_maintenance", "degraded_performance", "partial_outage", "major_outage"}
)

// publicFields are the fields of an incident that are known here.
type publicFields struct {
	Name       *string           `json:"name"`
	Status     string            `json:"status"`
	Body       string            `json:"body"`
	IDs        []string          `json:"component_ids"`
	Components map[string]string `json:"components"`
	Metadata   map[string]any    `json:"metadata"`
	Deliver    *bool             `json:"deliver_notifications"`
}

const (
	publicNameMost = 255
	publicBodyMost = 25000
)

// wrong is what Statuspage does not take.
func (f publicFields) wrong(p *publicPage) (all []string) {
	if f.Name != nil && (strings.TrimSpace(*f.Name) == "" || len([]rune(*f.Name)) > publicNameMost) {
		all = append(all, "Name can't be blank, and is at most 255 characters")
	}
	if f.Status != "" && !slices.Contains(publicStates, f.Status) {
		all = append(all, "Status is invalid")
	}
	if len([]rune(f.Body)) > publicBodyMost {
		all = append(all, "Body is too long (maximum is 25000 characters)")
	}
	ids := slices.Clone(f.IDs)
	for id, status := range f.Components {
		if ids = append(ids, id); !slices.Contains(componentStates, status) {
			all = append(all, "Component status "+status+" is invalid")
		}
	}
	for _, id := range ids {
		if _, ok := find(p.components, func(c *component) bool { return c.id == id }); !ok {
			all = append(all, "Component "+id+" is not a component of this page")
		}
	}
	for key, value := range f.Metadata {
		if _, ok := value.(map[string]any); !ok {
			all = append(all, "Metadata "+key+" must be an object")
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// publicFieldsOf reads a body strictly, and says what is wrong with it.
func publicFieldsOf(c *vendorCall) (f publicFields, refused *vendorAnswer) {
	var in struct {
		Incident *publicFields `json:"incident"`
	}
	strict := json.NewDecoder(bytes.NewReader(c.body))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&in); err != nil || in.Incident == nil {
		return f, &vendorAnswer{http.StatusBadRequest, object{"error": fmt.Sprint("incident is missing or invalid: ", err)}}
	}
	if wrong := in.Incident.wrong(&c.public); len(wrong) > 0 {
		return f, &vendorAnswer{http.StatusUnprocessableEntity, object{"error": wrong}}
	}
	return *in.Incident, nil
}

func createPublicIncident(c *vendorCall) vendorAnswer {
	f, refused := publicFieldsOf(c)
	if refused != nil {
		return *refused
	}
	if f.Name == nil {
		return vendorAnswer{http.StatusUnprocessableEntity, object{"error": []string{"Name can't be blank"}}}
	}
	i := &publicIncident{id: c.letters("statuspage", hex, 12), status: "investigating", metadata: map[string]object{}, begun: c.now()}
	c.public.incidents = append(c.public.incidents, i)
	c.tellPublic(i, f)
	return vendorAnswer{http.StatusCreated, c.publicJSON(i)}
}

func (c *vendorCall) publicIncident() (*publicIncident, bool) {
	return find(c.public.incidents, func(i *publicIncident) bool { return i.id == c.PathValue("id") })
}

func getPublicIncident(c *vendorCall) vendorAnswer {
	i, ok := c.publicIncident()
	if !ok {
		return vendorAnswer{http.StatusNotFound, object{"error": "Record not found"}}
	}
	return vendorAnswer{http.StatusOK, c.publicJSON(i)}
}

func updatePublicIncident(c *vendorCall) vendorAnswer {
	i, ok := c.publicIncident()
	if !ok {
		return vendorAnswer{http.StatusNotFound, object{"error": "Record not found"}}
	}
	f, refused := publicFieldsOf(c)
	if refused != nil {
		return *refused
	}
	c.tellPublic(i, f)
	return vendorAnswer{http.StatusOK, c.publicJSON(i)}
}

// tellPublic puts an update on the page. The lock is held.
func (w *Workspace) tellPublic(i *publicIncident, f publicFields) {
	if f.Name != nil {
		i.name = *f.Name
	}
	if f.Status != "" {
		i.status = f.Status
	}
	for key, value := range f.Metadata {
		i.metadata[key], _ = value.(map[string]any) // it is checked
	}
	u := publicUpdate{status: i.status, body: f.Body, at: w.now(), shown: map[*component]string{}}
	for _, some := range w.public.components {
		status, ok := f.Components[some.id]
		if ok {
			some.status, u.shown[some] = status, status
		}
		if (ok || slices.Contains(f.IDs, some.id)) && !slices.Contains(i.components, some) {
			i.components = append(i.components, some)
		}
	}
	i.updates = append(i.updates, u)
}

// PublicComponent is a component as customers see it.
type PublicComponent struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Status string `json:"status"`
}

// PublicUpdate is one notice, as customers see it.
type PublicUpdate struct {
	Status string    `json:"status"`
	Body   string    `json:"body"`
	At     time.Time `json:"at"`
}

// PublicIncident is an incident, as customers see it.
type PublicIncident struct {
	ID         string         `json:"id"`
	Name       string         `json:"name"`
	Status     string         `json:"status"`
	Impact     string         `json:"impact"`
	Components []string       `json:"components"`
	Updates    []PublicUpdate `json:"updates"` // the newest first
}

// PublicPage is the status page, as customers see it.
type PublicPage struct {
	Components []PublicComponent `json:"components"`
	Incidents  []PublicIncident  `json:"incidents"` // the newest first
}

// PublicPage returns what customers see.
func (w *Workspace) PublicPage() PublicPage {
	w.mu.Lock()
	defer w.mu.Unlock()
	page := PublicPage{Components: []PublicComponent{}, Incidents: []PublicIncident{}}
	for _, c := range w.public.components {
		page.Components = append(page.Components, PublicComponent{c.id, c.name, c.status})
	}
	for _, i := range slices.Backward(w.public.incidents) {
		seen := PublicIncident{ID: i.id, Name: i.name, Status: i.status, Impact: i.impact(), Components: []string{}}
		for _, c := range i.components {
			seen.Components = append(seen.Components, c.name)
		}
		for _, u := range slices.Backward(i.updates) {
			seen.Updates = append(seen.Updates, PublicUpdate{u.status, u.body, u.at})
		}
		page.Incidents = append(page.Incidents, seen)
	}
	return page
}

// TakeDown takes an incident off the status page, as somebody there may.
func (w *Workspace) TakeDown(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.public.incidents = slices.DeleteFunc(w.public.incidents, func(i *publicIncident) bool { return i.id == id })
}
