package workspace

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// pagerduty stands in for PagerDuty: its REST API as far as a chat-ops bot needs
// it, webhooks v3 and Events v2. Who is paged is on record; nobody's telephone
// rings.
type pagerduty struct {
	token, key string // of the REST API, and the routing key of Events v2
	owner      string // whose token it is, by name
	services   []pagerService
	priorities []pagerPriority
	abilities  []string
	pages      []*page
	log        []*logEntry // of all pages, the oldest first
	hooks      []*pagerHook
	keys       []string // routing keys, by service; the first is key
	changes    []changeEvent
}

// pagerService is a service and what is done about its pages.
type pagerService struct {
	id, name string
	policy   *pagerPolicy
}

type pagerPriority struct{ id, name string }

// PagerDutyToken is the token of the REST API. It is a person's, Ana's.
func (w *Workspace) PagerDutyToken() string { return w.pager.token }

// RoutingKey is the key of Events v2.
func (w *Workspace) RoutingKey() string { return w.pager.key }

// pagerServices is which services there are, and who is on call for each, the
// first level first.
var pagerServices = []struct {
	name   string
	levels []string
}{
	{"Checkout", []string{"bo", "eli", "hana"}},
	{"Payments database", []string{"chi", "eli", "hana"}},
	{"Event delivery", []string{"bo", "eli", "hana"}},
}

// newPager makes the account. The order of the letters that are drawn is kept,
// so that a seed gives the same IDs as it always did: what is new comes last.
func (w *Workspace) newPager() pagerduty {
	id := func() string { return "P" + w.letters("pagerduty", idLetters, 6) }
	p := pagerduty{
		token: "u+" + w.letters("pagerduty", idLetters, 18), key: w.letters("pagerduty", hex, 32),
		owner: "ana", abilities: []string{"coordinated_responding", "urgencies"},
	}
	for _, s := range pagerServices {
		service := pagerService{id: id(), name: s.name, policy: &pagerPolicy{id: id(), name: s.name + " escalation"}}
		for _, name := range s.levels {
			service.policy.levels = append(service.policy.levels, pagerLevel{usual: name})
		}
		p.services = append(p.services, service)
	}
	for _, name := range []string{"P1", "P2", "P3", "P4"} {
		p.priorities = append(p.priorities, pagerPriority{id(), name})
	}
	for _, s := range p.services {
		for n := range scheduledLevels {
			s.policy.levels[n].schedule = id()
		}
	}
	p.keys = []string{p.key}
	for range p.services[1:] {
		p.keys = append(p.keys, w.letters("pagerduty-keys", hex, 32))
	}
	return p
}

// scheduledLevels is how many levels of a policy are schedules. Who comes after them
// is a target of the policy for good.
const scheduledLevels = 2

func (w *Workspace) routePager() {
	w.pager = w.newPager()
	for _, call := range []struct {
		pattern, name string
		do            func(*vendorCall) vendorAnswer
	}{
		{"POST /incidents", "incidents.create", createPage},
		{"GET /incidents", "incidents.list", listPages},
		{"PUT /incidents", "incidents.update", managePages},
		{"GET /incidents/{id}", "incident.get", ofPage(getPage)},
		{"PUT /incidents/{id}", "incident.update", ofPage(updatePage)},
		{"GET /incidents/{id}/log_entries", "incident.log_entries.list", ofPage(listLogOfPage)},
		{"GET /incidents/{id}/notes", "notes.list", ofPage(listPageNotes)},
		{"POST /incidents/{id}/notes", "notes.create", ofPage(createPageNote)},
		{"POST /incidents/{id}/responder_requests", "responder_requests.create", ofPage(requestResponders)},
		{"GET /log_entries", "log_entries.list", listLog},
		{"GET /change_events", "change_events.list", listChangeEvents},
		{"GET /services/{id}/change_events", "service.change_events.list", listChangeEventsOfService},
		{"GET /services", "services.list", listPagerServices},
		{"GET /services/{id}", "service.get", getPagerService},
		{"GET /escalation_policies", "escalation_policies.list", listPolicies},
		{"GET /escalation_policies/{id}", "escalation_policy.get", getPolicy},
		{"GET /users", "users.list", listPagerUsers},
		{"GET /users/me", "users.me", getPagerOwner},
		{"GET /users/{id}", "user.get", getPagerUser},
		{"GET /oncalls", "oncalls.list", listOnCalls},
		{"GET /priorities", "priorities.list", listPriorities},
		{"GET /abilities", "abilities.list", listAbilities},
		{"POST /webhook_subscriptions", "webhook_subscriptions.create", createPagerHook},
		{"GET /webhook_subscriptions", "webhook_subscriptions.list", listPagerHooks},
		{"GET /webhook_subscriptions/{id}", "webhook_subscription.get", getPagerHook},
		{"DELETE /webhook_subscriptions/{id}", "webhook_subscription.delete", deletePagerHook},
		{"POST /webhook_subscriptions/{id}/ping", "webhook_subscription.ping", pingPagerHook},
	} {
		verb, path, _ := strings.Cut(call.pattern, " ")
		serve := w.vendor("pagerduty."+call.name, pagerToken(call.do))
		if call.name == "incident.get" {
			serve = forPeople("phone", serve)
		}
		w.mux.HandleFunc(verb+" /pagerduty"+path, serve)
	}
	w.mux.HandleFunc("POST /pagerduty-events/v2/enqueue", w.vendor("pagerduty.enqueue", enqueue))
	w.mux.HandleFunc("POST /pagerduty-events/v2/change/enqueue", w.vendor("pagerduty.change.enqueue", enqueueChange))
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

func pagerInvalid(why ...string) vendorAnswer {
	return pagerRefusal(http.StatusBadRequest, 2001, "Invalid Input Provided", why...)
}

var (
	pagerMissing    = pagerRefusal(http.StatusNotFound, 2100, "Not Found")
	pagerNoSuchFrom = pagerRefusal(http.StatusBadRequest, 1008, "Requester User Not Found")
)

// from is the person whom the From header names.
func (c *vendorCall) from() (*user, bool) {
	return find(c.users, func(u *user) bool { return u.email != "" && strings.EqualFold(u.email, c.Header.Get("From")) })
}

// Lists come in parts of so many, unless the caller says how many, and not
// beyond so many in all.
const (
	pagerUsual  = 25
	pagerMost   = 100
	pagerBeyond = 10_000
)

// listed is the part of a list that is asked for, by limit and offset.
func (c *vendorCall) listed(name string, all []object) vendorAnswer {
	q := c.URL.Query()
	limit, offset := pagerUsual, 0
	for key, into := range map[string]*int{"limit": &limit, "offset": &offset} {
		if text := q.Get(key); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil || n < 0 {
				return pagerInvalid(key + " must be a number that is not negative.")
			}
			*into = n
		}
	}
	limit = min(max(limit, 1), pagerMost)
	if offset+limit > pagerBeyond {
		return pagerInvalid("Offset and limit must not add up to more than 10000.")
	}
	begin := min(offset, len(all))
	end := min(begin+limit, len(all))
	some := append([]object{}, all[begin:end]...)
	return vendorAnswer{http.StatusOK, object{name: some, "limit": limit, "offset": offset, "more": end < len(all), "total": nil}}
}

// pagerTime is how PagerDuty writes a time: in UTC, by the second.
func pagerTime(at time.Time) string { return at.UTC().Truncate(time.Second).Format(time.RFC3339) }

// isoTimes is what counts as ISO 8601 here.
var isoTimes = []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly}

// timeOf reads a time of the query; the zero time where there is none.
func (c *vendorCall) timeOf(key string) (time.Time, bool) {
	text := c.URL.Query().Get(key)
	for _, layout := range isoTimes {
		if at, err := time.Parse(layout, text); err == nil {
			return at, true
		}
	}
	return time.Time{}, text == ""
}

// window is since and until of the query, and what to answer where one of them
// is no time. They are zero where they are not given.
func (c *vendorCall) window() (since, until time.Time, refused *vendorAnswer) {
	since, ok := c.timeOf("since")
	until, ok2 := c.timeOf("until")
	if !ok || !ok2 {
		a := pagerInvalid("since and until must be in ISO 8601.")
		return since, until, &a
	}
	return since, until, nil
}

// chosen reports whether a list of the query, such as "statuses[]", is empty or
// has a value.
func (c *vendorCall) chosen(key, value string) bool {
	wanted := c.URL.Query()[key]
	return len(wanted) == 0 || slices.Contains(wanted, value)
}

// includes reports whether include[] of the query names something.
func (c *vendorCall) includes(what string) bool {
	return slices.Contains(c.URL.Query()["include[]"], what)
}
