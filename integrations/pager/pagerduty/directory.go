package pagerduty

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/PagerDuty/go-pagerduty"

	"muster/integrations/pager"
	"muster/timeline"
)

// serviceID finds a service by its name or ID; the usual one where none is named.
func (r *REST) serviceID(ctx context.Context, name string) (string, error) {
	if name == "" {
		name = r.service
	}
	return r.lookUp("service "+name, func() (string, error) {
		all, err := r.api.ListServicesWithContext(ctx, pagerduty.ListServiceOptions{Query: query(name), Limit: pageMost})
		if err != nil {
			return "", r.judge("look for a service", err)
		}
		var names []string
		for _, s := range all.Services {
			if s.ID == name || strings.EqualFold(s.Name, name) || name == "" && len(all.Services) == 1 {
				return s.ID, nil
			}
			names = append(names, s.Name)
		}
		if isID(name) {
			return name, nil // a query is by name: PagerDuty says if there is no such ID
		}
		if name == "" {
			return "", timeline.Refusal(errors.New("no service was named; put the usual one into pagerduty.service"))
		}
		return "", timeline.Refusal(fmt.Errorf("%w: PagerDuty has no service called %q", pager.ErrNobody, name))
	})
}

const pageMost = 100

func query(name string) string {
	if isID(name) {
		return ""
	}
	return name
}

// isID reports whether a name has the shape of PagerDuty's IDs.
func isID(name string) bool {
	return len(name) >= 7 && name[0] == 'P' && strings.ToUpper(name) == name && !strings.ContainsAny(name, " -_.")
}

// userID finds a user by the e-mail address. PagerDuty's query matches parts of
// names and addresses, so that it is compared here.
func (r *REST) userID(ctx context.Context, email string) (string, error) {
	return r.lookUp("user "+email, func() (string, error) {
		all, err := r.api.ListUsersWithContext(ctx, pagerduty.ListUsersOptions{Query: email, Limit: pageMost})
		if err != nil {
			return "", r.judge("look for a user", err)
		}
		for _, u := range all.Users {
			if strings.EqualFold(u.Email, email) {
				return u.ID, nil
			}
		}
		return "", timeline.Refusal(fmt.Errorf("%w: PagerDuty knows nobody with the address %s; page the service instead", pager.ErrNobody, email))
	})
}

// lookUp remembers what was found. What was looked up has no effect, so that it
// is never in doubt.
func (r *REST) lookUp(key string, look func() (string, error)) (string, error) {
	r.mu.Lock()
	id, ok := r.known[key]
	r.mu.Unlock()
	if ok {
		return id, nil
	}
	id, err := look()
	if timeline.IsDoubtful(err) {
		return "", fmt.Errorf("nothing was done: %v", err)
	}
	if err == nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.known[key] = id
	}
	return id, err
}
