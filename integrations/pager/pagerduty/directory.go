package pagerduty

import (
	"cmp"
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
		for offset := uint(0); ; offset += pageMost {
			page, err := r.api.ListServicesWithContext(ctx, pagerduty.ListServiceOptions{Query: name, Limit: pageMost, Offset: offset})
			if err != nil {
				return "", r.judge("look for a service", err)
			}
			for _, s := range page.Services {
				if strings.EqualFold(s.Name, name) || name == "" && len(page.Services) == 1 && !page.More {
					return s.ID, nil
				}
			}
			if !page.More || len(page.Services) == 0 {
				break
			}
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

// isID reports whether a name has the shape of PagerDuty's IDs.
func isID(name string) bool {
	return len(name) >= 7 && name[0] == 'P' && strings.ToUpper(name) == name && !strings.ContainsAny(name, " -_.")
}

// userID finds a user by the e-mail address. PagerDuty's query matches parts of
// names and addresses, so that it is compared here.
func (r *REST) userID(ctx context.Context, email string) (string, error) {
	return r.lookUp("user "+email, func() (string, error) {
		for offset := uint(0); ; offset += pageMost {
			page, err := r.api.ListUsersWithContext(ctx, pagerduty.ListUsersOptions{Query: email, Limit: pageMost, Offset: offset})
			if err != nil {
				return "", r.judge("look for a user", err)
			}
			for _, u := range page.Users {
				if strings.EqualFold(u.Email, email) {
					return u.ID, nil
				}
			}
			if !page.More || len(page.Users) == 0 {
				break
			}
		}
		return "", timeline.Refusal(fmt.Errorf("%w: PagerDuty knows nobody with the address %s; page the service instead", pager.ErrNobody, email))
	})
}

// forget makes the next page look up anew what may have been deleted and made
// again meanwhile.
func (r *REST) forget(p pager.Page) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.known, "service "+cmp.Or(p.Service, r.service))
	delete(r.known, "user "+p.Email)
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
	if err == nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.known[key] = id
	}
	return id, timeline.NotDone(err)
}
