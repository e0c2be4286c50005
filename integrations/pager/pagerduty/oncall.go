package pagerduty

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/PagerDuty/go-pagerduty"

	"muster/integrations/pager"
	"muster/timeline"
)

// target finds what a page is for: a service or, where there is no service of
// that name, an escalation policy, which the usual service is then paged by.
func (r *REST) target(ctx context.Context, name string) (service, policy string, err error) {
	service, err = r.serviceID(ctx, name)
	if name == "" || !timeline.IsRefusal(err) {
		return service, "", err
	}
	policy, found, lookErr := r.policyID(ctx, name)
	if lookErr != nil {
		return "", "", lookErr
	}
	if !found {
		return "", "", err
	}
	service, err = r.serviceID(ctx, "")
	return service, policy, err
}

// policyID finds an escalation policy by its name.
func (r *REST) policyID(ctx context.Context, name string) (id string, found bool, err error) {
	id, err = r.lookUp(policyKey(name), func() (string, error) {
		page, err := r.api.ListEscalationPoliciesWithContext(ctx, pagerduty.ListEscalationPoliciesOptions{Query: name, Limit: pageMost})
		if err != nil {
			return "", r.judge("look for an escalation policy", err)
		}
		for _, p := range page.EscalationPolicies {
			if strings.EqualFold(p.Name, name) {
				return p.ID, nil
			}
		}
		return "", errUnknown
	})
	if err == errUnknown {
		return "", false, nil
	}
	return id, err == nil, err
}

// policyOf finds the escalation policy of a service.
func (r *REST) policyOf(ctx context.Context, service string) (string, error) {
	return r.lookUp(policyOfKey(service), func() (string, error) {
		s, err := r.aside.GetServiceWithContext(ctx, service, &pagerduty.GetServiceOptions{})
		if err != nil {
			return "", r.judge("look for a service", err)
		}
		return s.EscalationPolicy.ID, nil
	})
}

func policyKey(name string) string      { return "policy " + strings.ToLower(name) }
func policyOfKey(service string) string { return "policy of " + service }

// OnCall implements [pager.Account]. PagerDuty has folded in the overrides.
func (r *REST) OnCall(ctx context.Context, name string) ([]pager.Shift, error) {
	service, policy, err := r.target(ctx, name)
	if err == nil && policy == "" {
		policy, err = r.policyOf(ctx, service)
	}
	if err != nil {
		return nil, err
	}
	var all []pager.Shift
	err = eachPage(func(offset uint) (more bool, err error) {
		page, err := r.aside.ListOnCallsWithContext(ctx, pagerduty.ListOnCallOptions{
			EscalationPolicyIDs: []string{policy}, Includes: []string{"users"}, Earliest: true, Limit: pageMost, Offset: offset,
		})
		if err != nil {
			return false, timeline.NotDone(r.judge("look who is on call", err))
		}
		for _, o := range page.OnCalls {
			all = append(all, shift(o))
		}
		return page.More && len(page.OnCalls) > 0, nil
	})
	slices.SortStableFunc(all, func(a, b pager.Shift) int { return cmp.Compare(a.Level, b.Level) })
	return all, err
}

func shift(o pagerduty.OnCall) pager.Shift {
	until, _ := time.Parse(time.RFC3339, o.End) // empty: it has no end
	return pager.Shift{
		Responder: pager.Responder{ID: o.User.ID, Name: cmp.Or(o.User.Name, o.User.Summary), Email: o.User.Email},
		Level:     int(o.EscalationLevel), Until: until, Policy: o.EscalationPolicy.Summary,
	}
}

// errUnknown is that there is nothing of a name.
var errUnknown = timeline.Refusal(fmt.Errorf("there is nothing of that name"))
