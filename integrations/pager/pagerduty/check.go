package pagerduty

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/PagerDuty/go-pagerduty"

	"muster/integrations/pager"
	"muster/timeline"
)

// Finding is one thing that was checked.
type Finding struct {
	What string
	Err  error // nil where it is well; it says what to do
	Note string
}

// Wanted is what the configuration names, by its keys; what is empty is not looked
// for.
type Wanted struct {
	Services   map[string]string // by name or ID
	People     map[string]string // by login e-mail or ID
	Priorities []string
}

// Check verifies that pages could be made: the token, the user on whose behalf
// they are, the services, the people, and what the plan is able to do. It pages
// nobody.
func (r *REST) Check(ctx context.Context, wanted Wanted) []Finding {
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
	add("user "+r.from, "pagerduty.from", r.checkUser(ctx, r.from))
	_, err = r.serviceID(ctx, "")
	add("usual service", "pagerduty.service", err)
	for _, key := range named(wanted.Services) {
		name := wanted.Services[key]
		_, _, err := r.target(ctx, name)
		add("service "+name, key, err)
		if err == nil {
			all = append(all, r.staffed(ctx, name))
		}
	}
	for _, key := range named(wanted.People) {
		add("user "+wanted.People[key], key, r.checkUser(ctx, wanted.People[key]))
	}
	if len(wanted.Priorities) > 0 {
		add("priorities", "pagerduty.declare.priorities", r.checkPriorities(ctx, wanted.Priorities))
	}
	if !slices.Contains(abilities.Abilities, "urgencies") {
		all = append(all, Finding{What: "abilities", Note: "the plan has no urgencies: every page is as loud as its service is"})
	}
	return all
}

// named are the keys that name something, in order.
func named(wanted map[string]string) (keys []string) {
	for key, name := range wanted {
		if name != "" {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// checkUser looks for a user by the login e-mail or the ID.
func (r *REST) checkUser(ctx context.Context, who string) error {
	_, err := r.userID(ctx, who)
	if err == nil && isID(who) {
		_, err = r.aside.GetUserWithContext(ctx, who, pagerduty.GetUserOptions{})
		err = r.judge("look for a user", err)
	}
	if errors.Is(err, pager.ErrNobody) || timeline.IsRefusal(err) {
		return fmt.Errorf("PagerDuty has no user %q; it has to be the e-mail address that somebody logs in with there, or their ID", who)
	}
	return err
}

// checkPriorities looks whether there are some priorities.
func (r *REST) checkPriorities(ctx context.Context, names []string) error {
	page, err := r.aside.ListPrioritiesWithContext(ctx, pagerduty.ListPrioritiesOptions{Limit: pageMost})
	if err != nil {
		return r.judge("look for priorities", err)
	}
	var there []string
	for _, p := range page.Priorities {
		there = append(there, p.Name)
	}
	for _, name := range names {
		if !slices.Contains(there, name) {
			return fmt.Errorf("PagerDuty has no priority %q; it has %s", name, cmp.Or(strings.Join(there, ", "), "none"))
		}
	}
	return nil
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
