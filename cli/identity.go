package cli

import (
	"context"
	"strings"

	"muster/chat"
	"muster/config"
	"muster/integrations/pager"
	"muster/integrations/tracker"
	"muster/timeline"
)

// identities say who is who: in the chat, in the paging service and in the
// tracker. What the configuration says wins over the e-mail address.
type identities struct {
	people map[string]config.Identity // by the ID in the chat
	chat   interface {
		Contact(ctx context.Context, id string) (name, email string, err error)
		ByEmail(ctx context.Context, email string) (timeline.Person, bool, error)
		Profile(ctx context.Context, id string) (chat.Profile, error)
	}
}

// pagerEmail returns what the paging service knows someone by.
func (i identities) pagerEmail(ctx context.Context, id string) (string, error) {
	if known := i.people[id].PagerDuty; known != "" {
		return known, nil
	}
	_, email, err := i.chat.Contact(ctx, id)
	return email, err
}

// trackerContact returns someone's name, and what the tracker knows them by.
func (i identities) trackerContact(ctx context.Context, id string) (name, email string, err error) {
	known := i.people[id].Jira
	name, email, err = i.chat.Contact(ctx, id)
	if known != "" {
		return name, known, nil
	}
	return name, email, err
}

// who returns who someone of the paging service is in the chat.
func (i identities) who(ctx context.Context, r pager.Responder) (timeline.Person, bool) {
	p, ok, err := i.known(ctx, r.Email, func(known config.Identity) bool { return is(known.PagerDuty, r.ID, r.Email) })
	return p, ok && err == nil
}

// assignee returns who someone of the tracker is in the chat.
func (i identities) assignee(ctx context.Context, p tracker.Person) (timeline.Person, bool, error) {
	return i.known(ctx, p.Email, func(known config.Identity) bool { return is(known.Jira, p.ID, p.Email) })
}

func is(known string, names ...string) bool {
	for _, name := range names {
		if name != "" && strings.EqualFold(known, name) {
			return true
		}
	}
	return false
}

func (i identities) known(ctx context.Context, email string, isThem func(config.Identity) bool) (timeline.Person, bool, error) {
	for id, known := range i.people {
		if isThem(known) {
			p, err := i.chat.Profile(ctx, id)
			if err != nil {
				p.Name = "" // the ID is enough
			}
			return timeline.Person{ID: id, Name: p.Name}, true, nil
		}
	}
	if email == "" {
		return timeline.Person{}, false, nil
	}
	return i.chat.ByEmail(ctx, email)
}
