package cli

import (
	"context"
	"slices"
	"strings"
	"time"

	"muster/chat"
	"muster/chat/slack"
	"muster/config"
	"muster/policy"
)

// directory is what standings are looked up in.
type directory interface {
	Profile(ctx context.Context, id string) (chat.Profile, error)
	InGroup(ctx context.Context, person, group string) (bool, error)
}

// lookUpFor is how long someone waits who is not known yet.
const lookUpFor = time.Second

// standings returns who is what: as the chat says, and as the configuration
// adds. Whom the chat can not be asked about is taken for a member: when
// everything is on fire, nobody is to be kept from declaring it. Private
// incidents stay closed to them all the same: their members are on record.
func standings(of directory, access config.Access) func(context.Context, string) policy.Standing {
	return func(ctx context.Context, person string) policy.Standing {
		ctx, cancel := context.WithTimeout(ctx, lookUpFor)
		defer cancel()
		p, err := of.Profile(ctx, person)
		switch {
		case slack.IsNobody(err):
			return policy.Unknown
		case err != nil:
			return presumed(person, access)
		}
		switch p.Kind {
		case chat.Member:
		case chat.Guest:
			return policy.Guest
		case chat.Stranger:
			return policy.Stranger
		case chat.Gone:
			return policy.Gone
		case chat.Local:
			return policy.Local
		default:
			return policy.Machine
		}
		switch {
		case among(ctx, of, person, access.Admins), len(access.Admins) == 0 && p.Admin:
			return policy.Admin
		case len(access.Responders) == 0, among(ctx, of, person, access.Responders):
			return policy.Responder
		default:
			return policy.Member
		}
	}
}

// presumed is someone of whom the chat does not say who it is: a member, who may
// run incidents where every member may, or by being listed.
func presumed(person string, access config.Access) policy.Standing {
	switch {
	case slices.Contains(access.Admins, person):
		return policy.Admin
	case slices.Contains(access.Responders, person):
		return policy.Responder
	case len(access.Responders) == 0:
		return policy.Presumed
	default:
		return policy.Member
	}
}

// among reports whether someone is in a list of people and user groups, by ID.
func among(ctx context.Context, of directory, person string, list []string) bool {
	if slices.Contains(list, person) {
		return true
	}
	for _, id := range list {
		if !strings.HasPrefix(id, "S") {
			continue
		}
		if in, _ := of.InGroup(ctx, person, id); in { // whom it can not be asked about is not in it
			return true
		}
	}
	return false
}
