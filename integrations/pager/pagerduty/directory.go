package pagerduty

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
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
	return r.lookUp(serviceKey(name), func() (string, error) {
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
	if isID(email) {
		return email, nil // as the configuration may have it
	}
	return r.lookUp(userKey(email), func() (string, error) {
		for offset := uint(0); ; offset += pageMost {
			page, err := r.api.ListUsersWithContext(ctx, pagerduty.ListUsersOptions{Query: email, Limit: pageMost, Offset: offset})
			if err != nil {
				return "", r.judge("look for a user", err)
			}
			for _, u := range page.Users {
				if strings.EqualFold(u.Email, email) {
					r.meet(u)
					return u.ID, nil
				}
			}
			if !page.More || len(page.Users) == 0 {
				break
			}
		}
		return "", timeline.Refusal(fmt.Errorf("%w: PagerDuty knows nobody with the address %s; page the service instead, or have whoever runs Muster write their login there under people: in its configuration", pager.ErrNobody, email))
	})
}

// learnMost is how many pages of services, and of users, are looked up ahead:
// the rest of a larger account is looked up when it is needed.
const learnMost = 10

// Learn implements [pager.Learner].
func (r *REST) Learn(ctx context.Context) error {
	learned := map[string]string{}
	services := 0
	err := eachPage(func(offset uint) (more bool, err error) {
		page, err := r.aside.ListServicesWithContext(ctx, pagerduty.ListServiceOptions{Limit: pageMost, Offset: offset})
		if err != nil {
			return false, err
		}
		for _, s := range page.Services {
			learned[serviceKey(s.Name)], learned[serviceKey(s.ID)] = s.ID, s.ID
			learned[serviceKey("")] = s.ID
			learned[policyOfKey(s.ID)] = s.EscalationPolicy.ID
			services++
		}
		return page.More && len(page.Services) > 0, nil
	})
	if services != 1 {
		delete(learned, serviceKey("")) // the usual one is known without a name only where it is the only one
	}
	r.learn(learned)
	if err != nil {
		return fmt.Errorf("look up PagerDuty's services: %w", err)
	}
	clear(learned)
	err = eachPage(func(offset uint) (more bool, err error) {
		page, err := r.aside.ListUsersWithContext(ctx, pagerduty.ListUsersOptions{Limit: pageMost, Offset: offset})
		if err != nil {
			return false, err
		}
		for _, u := range page.Users {
			learned[userKey(u.Email)] = u.ID
			r.meet(u)
		}
		return page.More && len(page.Users) > 0, nil
	})
	r.learn(learned)
	if err != nil {
		return fmt.Errorf("look up PagerDuty's users: %w", err)
	}
	return nil
}

func eachPage(look func(offset uint) (more bool, err error)) error { return pages(learnMost, look) }

// pages reads page after page, up to a number.
func pages(most uint, look func(offset uint) (more bool, err error)) error {
	for n := range most {
		if more, err := look(n * pageMost); err != nil || !more {
			return err
		}
	}
	return nil
}

func (r *REST) learn(learned map[string]string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	maps.Copy(r.known, learned)
}

// forget makes the next page look up anew what may have been deleted and made
// again meanwhile.
func (r *REST) forget(p pager.Page) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.known, serviceKey(cmp.Or(p.Service, r.service)))
	delete(r.known, userKey(p.Email))
}

// remembers reports whether the service of a page need not be looked up.
func (r *REST) remembers(p pager.Page) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, ok := r.known[serviceKey(cmp.Or(p.Service, r.service))]
	return ok
}

// What services and users are remembered by, whatever their case.
func serviceKey(name string) string { return "service " + strings.ToLower(name) }
func userKey(email string) string   { return "user " + strings.ToLower(email) }

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
