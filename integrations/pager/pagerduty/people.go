package pagerduty

import (
	"context"

	"github.com/PagerDuty/go-pagerduty"

	"muster/integrations/pager"
)

// meet remembers who somebody is.
func (r *REST) meet(u pagerduty.User) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.people[u.ID] = pager.Responder{ID: u.ID, Name: u.Name, Email: u.Email}
}

// responder is someone whom PagerDuty refers to, with the address as far as it is
// remembered.
func (r *REST) responder(ref pagerduty.APIObject) pager.Responder {
	r.mu.Lock()
	defer r.mu.Unlock()
	if known, ok := r.people[ref.ID]; ok {
		return known
	}
	return pager.Responder{ID: ref.ID, Name: ref.Summary}
}

// onBehalf is on whose behalf a page is made. PagerDuty takes a page for whoever
// makes it as acknowledged, and does not ring: such a one is made for somebody else.
func (r *REST) onBehalf(o *pagerduty.CreateIncidentOptions) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	own := r.known[userKey(r.from)]
	if len(o.Assignments) == 0 || o.Assignments[0].Assignee.ID != own || own == "" {
		return r.from
	}
	other := ""
	for id, p := range r.people {
		if id != own && p.Email != "" && (other == "" || p.Email < other) {
			other = p.Email
		}
	}
	if other == "" {
		return r.from
	}
	return other
}

// Whole implements [pager.Account]. What is not remembered is looked up.
func (r *REST) Whole(ctx context.Context, some pager.Responder) pager.Responder {
	if some.ID == "" || some.Email != "" {
		return some
	}
	u, err := r.aside.GetUserWithContext(ctx, some.ID, pagerduty.GetUserOptions{})
	if err != nil {
		return some
	}
	r.meet(*u)
	return pager.Responder{ID: u.ID, Name: u.Name, Email: u.Email}
}
