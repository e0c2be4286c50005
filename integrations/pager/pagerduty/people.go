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
