package pagerduty

import (
	"context"
	"fmt"
	"slices"

	"muster/integrations/pager"
	"muster/timeline"
)

// Finding is one thing that was checked.
type Finding struct {
	What string
	Err  error // nil where it is well; it says what to do
	Note string
}

// Check verifies that pages could be made: the token, the user on whose behalf
// they are, the services, and what the plan is able to do. It pages nobody.
func (r *REST) Check(ctx context.Context, services []string, manager string) []Finding {
	abilities, err := r.aside.ListAbilitiesWithContext(ctx)
	if err != nil {
		return []Finding{{What: "token", Err: r.judge("pagerduty.token", err)}}
	}
	all := []Finding{{What: "token"}}
	add := func(what, key string, err error) {
		if err != nil {
			err = fmt.Errorf("%s: %w", key, timeline.NotDone(err))
		}
		all = append(all, Finding{What: what, Err: err})
	}
	_, err = r.userID(ctx, r.from)
	add("user "+r.from, "pagerduty.from", err)
	_, err = r.serviceID(ctx, "")
	add("usual service", "pagerduty.service", err)
	for _, name := range services {
		_, _, err := r.target(ctx, name)
		add("service "+name, "services", err)
		if err == nil {
			all = append(all, r.staffed(ctx, name))
		}
	}
	if manager != "" {
		_, err := r.userID(ctx, manager)
		add("manager "+manager, "pagerduty.manager", err)
	}
	if !slices.Contains(abilities.Abilities, "urgencies") {
		all = append(all, Finding{What: "abilities", Note: "the plan has no urgencies: every page is as loud as its service is"})
	}
	return all
}

// staffed looks whether there is somebody to wake, and somebody after them.
func (r *REST) staffed(ctx context.Context, name string) Finding {
	f := Finding{What: "on call for " + name}
	shifts, err := r.OnCall(ctx, name)
	switch {
	case err != nil:
		f.Err = timeline.NotDone(err)
	case len(shifts) == 0:
		f.Err = fmt.Errorf("nobody is on call for it; add somebody to its escalation policy")
	case shifts[len(shifts)-1].Level < pager.Second:
		f.Note = "its escalation policy has one level only: where they do not answer, the manager is next"
	}
	return f
}
