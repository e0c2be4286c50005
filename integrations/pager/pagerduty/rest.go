// Package pagerduty pages by PagerDuty: by its REST API, which knows people and
// services, and by Events v2, which is another host and needs no more than a
// routing key.
package pagerduty

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/PagerDuty/go-pagerduty"

	"muster/integrations/pager"
	"muster/integrations/web"
	"muster/timeline"
)

// REST pages by the REST API.
type REST struct {
	api      *pagerduty.Client
	web      *web.Client
	aside    *pagerduty.Client // for all but pages: where it is asked to wait, or fails, no page waits
	asideWeb *web.Client
	from     string
	service  string // the usual one, by name or ID; empty where there is one only

	url string

	mu     sync.Mutex
	known  map[string]string // IDs of services, policies and users by what they are looked up by
	people map[string]pager.Responder
}

// Options say which account to page in.
type Options struct {
	APIURL  string // "https://api.pagerduty.com"
	Token   string
	From    string // the e-mail address of a user of the account, on whose behalf pages are made
	Service string // the usual service, by name or ID
	HTTP    http.RoundTripper
	Now     func() time.Time // nil for the machine's clock
}

// callFor is how long one call may take: a page that hangs is to be tried by
// another route within seconds.
const callFor = 4 * time.Second

// New returns the REST API of an account; it calls nobody.
func New(o Options) *REST {
	by := web.Options{Name: (*REST)(nil).Name(), Next: o.HTTP, Now: o.Now}
	client := web.New(by)
	api := func(client *web.Client) *pagerduty.Client {
		c := pagerduty.NewClient(o.Token, pagerduty.WithAPIEndpoint(strings.TrimSuffix(o.APIURL, "/")))
		c.HTTPClient = client.HTTP(callFor)
		return c
	}
	aside := web.New(by)
	return &REST{
		api: api(client), web: client, aside: api(aside), asideWeb: aside, from: o.From, service: o.Service,
		url: strings.TrimSuffix(o.APIURL, "/"), known: map[string]string{}, people: map[string]pager.Responder{},
	}
}

// Name implements [pager.Route].
func (*REST) Name() string { return "PagerDuty" }

// Page implements [pager.Route]. What is refused because of what was looked up
// long ago is tried once more with what holds now.
func (r *REST) Page(ctx context.Context, p pager.Page) (pager.Made, error) {
	ctx = web.Urgent(ctx)
	remembered := r.remembers(p)
	made, err := r.page(ctx, p)
	if remembered && timeline.IsRefusal(err) && !r.remembers(p) {
		made, err = r.page(ctx, p)
	}
	return made, err
}

// page pages once. PagerDuty refuses a second open incident with the same key on
// the same service: the first one is found then.
func (r *REST) page(ctx context.Context, p pager.Page) (pager.Made, error) {
	service, policy, err := r.target(ctx, p.Service)
	if err != nil {
		return pager.Made{}, err
	}
	o := &pagerduty.CreateIncidentOptions{
		Title: clip(p.Title, titleMost), IncidentKey: p.Key, Urgency: "high",
		Service: &pagerduty.APIReference{ID: service, Type: "service_reference"},
		Body:    &pagerduty.APIDetails{Type: "incident_body", Details: details(p)},
	}
	if policy != "" {
		o.EscalationPolicy = &pagerduty.APIReference{ID: policy, Type: "escalation_policy_reference"}
	}
	if p.Link != "" {
		o.ConferenceBridge = &pagerduty.ConferenceBridge{ConferenceURL: p.Link}
	}
	if p.Email != "" {
		user, err := r.userID(ctx, p.Email)
		if err != nil {
			return pager.Made{}, err
		}
		o.Assignments = []pagerduty.Assignee{{Assignee: pagerduty.APIObject{ID: user, Type: "user_reference"}}}
	}
	made, err := r.api.CreateIncidentWithContext(ctx, r.onBehalf(o), o)
	if status(err) == http.StatusBadRequest {
		r.forget(p)
		found, ok, lookErr := r.Find(ctx, p)
		if lookErr != nil {
			return pager.Made{}, timeline.Doubtful(lookErr) // it may be there, made by an earlier try
		}
		if ok {
			return found, nil
		}
	}
	if err != nil {
		return pager.Made{}, r.judge("page", err)
	}
	return r.made(*made), nil
}

// titleMost is how many characters of a title PagerDuty shows everywhere; its
// own limit is higher.
const titleMost = 255

func clip(text string, most int) string {
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most-1]) + "…"
	}
	return text
}

// details is what the body of a page says.
func details(p pager.Page) string {
	text := p.Incident + " (" + p.Severity.String() + "). " + p.Details
	if p.Link != "" {
		text += "\n" + p.Link
	}
	return text
}

func (r *REST) made(i pagerduty.Incident) pager.Made {
	made := pager.Made{Ref: i.ID, ID: i.ID, URL: i.HTMLURL}
	if i.IncidentNumber > 0 {
		made.Ref = fmt.Sprintf("#%d", i.IncidentNumber)
	}
	for _, a := range i.Assignments {
		made.To = append(made.To, r.responder(a.Assignee))
	}
	return made
}

// Find implements [pager.Route].
func (r *REST) Find(ctx context.Context, p pager.Page) (pager.Made, bool, error) {
	found, ok, err := r.find(ctx, p)
	if err != nil || !ok {
		return pager.Made{}, false, err
	}
	return r.made(found), true, nil
}

// find looks for a page that was made here.
func (r *REST) find(ctx context.Context, p pager.Page) (pagerduty.Incident, bool, error) {
	return r.keyed(ctx, r.api, p.Key, func(i pagerduty.Incident) bool { return i.IncidentKey == p.Key })
}

// Trace implements [pager.Account]. One that went out as an event has its key with
// its alert, and none of its own.
func (r *REST) Trace(ctx context.Context, key string) (pager.Made, bool, error) {
	found, ok, err := r.keyed(ctx, r.aside, key, func(i pagerduty.Incident) bool { return i.IncidentKey == "" })
	if err == nil && !ok {
		found, ok, err = r.keyed(ctx, r.aside, key, func(i pagerduty.Incident) bool { return i.IncidentKey == key })
	}
	if err != nil || !ok {
		return pager.Made{}, false, err
	}
	return r.made(found), true, nil
}

// keyed looks by a key, which must not be empty: PagerDuty then returns every open
// incident.
func (r *REST) keyed(ctx context.Context, api *pagerduty.Client, key string, is func(pagerduty.Incident) bool) (pagerduty.Incident, bool, error) {
	all, err := api.ListIncidentsWithContext(ctx, pagerduty.ListIncidentsOptions{IncidentKey: key, Statuses: []string{"triggered", "acknowledged"}})
	if err != nil {
		return pagerduty.Incident{}, false, r.judge("look for a page", err)
	}
	for _, i := range all.Incidents {
		if is(i) {
			return i, true, nil
		}
	}
	return pagerduty.Incident{}, false, nil
}

// Resolve implements [pager.Route].
func (r *REST) Resolve(ctx context.Context, p pager.Page) error {
	id := p.ID
	if id == "" {
		found, ok, err := r.find(ctx, p)
		if err != nil || !ok {
			return err // what is not open is over
		}
		id = found.ID
	}
	err := r.manage(ctx, "end a page", r.from, pagerduty.ManageIncidentsOptions{ID: id, Status: "resolved"})
	if p.ID != "" && errors.Is(err, errGone) {
		return nil // somebody has deleted it there
	}
	return err
}

// status is the HTTP status of a refusal; 0 where there is none.
func status(err error) int {
	var refused pagerduty.APIError
	if errors.As(err, &refused) {
		return refused.StatusCode
	}
	return 0
}

// meanings says in plain words what refusals mean and what to do.
var meanings = map[int]string{
	1008: "PagerDuty knows no user with the address of pagerduty.from; put there the login e-mail of a user",
	1015: "nobody is on call for it in PagerDuty",
	2006: "PagerDuty refuses pagerduty.token; make a new one under Integrations, API Access Keys",
	2010: "pagerduty.token is read-only; make one that may write",
}

// judge says what an error means for trying again. PagerDuty's library hides
// what happened on the wire, so that whatever got no answer is in doubt.
func (r *REST) judge(what string, err error) error {
	if err == nil {
		return nil
	}
	told := fmt.Errorf("%s: %w", what, err)
	var refused pagerduty.APIError
	switch code := status(err); {
	case code == http.StatusTooManyRequests || web.IsPaused(err):
		return timeline.Later(told, max(time.Second, r.web.Pause(), r.asideWeb.Pause()))
	case code == 0 && web.IsUnsent(err):
		return timeline.NotDone(told)
	case code == 0 || code >= 500:
		return timeline.Doubtful(told)
	case errors.As(err, &refused) && refused.APIError.Valid:
		if meaning, ok := meanings[refused.APIError.ErrorObject.Code]; ok {
			return timeline.Refusal(errors.New(meaning))
		}
	}
	return timeline.Refusal(told)
}
