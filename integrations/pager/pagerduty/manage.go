package pagerduty

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/PagerDuty/go-pagerduty"

	"muster/integrations/pager"
	"muster/timeline"
)

// Codes of refusals that say that it is so already.
const (
	alreadyResolved     = 1001
	alreadyAcknowledged = 1002
)

// errGone is that there is no such page.
var errGone = errors.New("PagerDuty knows no such page any more")

// manage changes a page, on behalf of a user by the e-mail address. That it is so
// already is no error.
func (r *REST) manage(ctx context.Context, what, from string, o pagerduty.ManageIncidentsOptions) error {
	_, err := r.api.ManageIncidentsWithContext(ctx, from, []pagerduty.ManageIncidentsOptions{o})
	var refused pagerduty.APIError
	if errors.As(err, &refused) && refused.APIError.Valid && o.Status != "" {
		switch refused.APIError.ErrorObject.Code {
		case alreadyResolved, alreadyAcknowledged:
			return nil
		}
	}
	if status(err) == http.StatusNotFound {
		return timeline.Refusal(errGone)
	}
	return r.judge(what, err)
}

// Look implements [pager.Account].
func (r *REST) Look(ctx context.Context, id string) (pager.State, error) {
	i, err := r.aside.GetIncidentWithContext(ctx, id)
	if err != nil {
		return pager.State{}, timeline.NotDone(r.judge("look at a page", err))
	}
	state := pager.State{Over: i.Status == "resolved"}
	for _, a := range i.Assignments {
		state.To = append(state.To, r.Whole(ctx, r.responder(a.Assignee)))
	}
	for _, a := range i.Acknowledgements {
		if i.Status == "acknowledged" {
			state.Answered, _ = time.Parse(time.RFC3339, a.At) // zero: not known
			state.By = r.Whole(ctx, r.responder(a.Acknowledger))
		}
	}
	return state, nil
}

// Acknowledge implements [pager.Account].
func (r *REST) Acknowledge(ctx context.Context, id, email string) error {
	if isID(email) {
		email = r.Whole(ctx, pager.Responder{ID: email}).Email
	}
	return r.manage(ctx, "acknowledge a page", email, pagerduty.ManageIncidentsOptions{ID: id, Status: "acknowledged"})
}

// Escalate implements [pager.Account].
func (r *REST) Escalate(ctx context.Context, id string, level int) ([]pager.Responder, error) {
	if err := r.manage(ctx, "escalate a page", r.from, pagerduty.ManageIncidentsOptions{ID: id, EscalationLevel: uint(level)}); err != nil {
		return nil, err
	}
	i, err := r.aside.GetIncidentWithContext(ctx, id)
	if err != nil {
		return nil, nil // it is done; who they are is heard later
	}
	var to []pager.Responder
	for _, a := range i.Assignments {
		to = append(to, r.Whole(ctx, r.responder(a.Assignee)))
	}
	return to, nil
}

// Attach implements [pager.Account].
func (r *REST) Attach(ctx context.Context, id, address string) error {
	return r.manage(ctx, "attach the channel", r.from, pagerduty.ManageIncidentsOptions{ID: id, ConferenceBridge: &pagerduty.ConferenceBridge{ConferenceURL: address}})
}

// Note implements [pager.Account]. PagerDuty has no keys for notes, so that the
// text is looked for first.
func (r *REST) Note(ctx context.Context, id, text string) error {
	all, err := r.aside.ListIncidentNotesWithContext(ctx, id)
	if err != nil {
		return timeline.NotDone(r.judge("look for a note", err))
	}
	for _, n := range all {
		if strings.TrimSpace(n.Content) == strings.TrimSpace(text) {
			return nil
		}
	}
	_, err = r.aside.CreateIncidentNoteWithContext(ctx, id, pagerduty.IncidentNote{User: pagerduty.APIObject{Summary: r.from}, Content: text})
	return r.judge("note", err)
}
