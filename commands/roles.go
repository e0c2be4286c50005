package commands

import (
	"context"
	"slices"
	"strings"

	"muster/chat"
	"muster/policy"
	"muster/templates"
	"muster/timeline"
)

var lead = giving(timeline.Commander, "commander", "ic")

var comms = giving(timeline.Comms)

var scribe = giving(timeline.Scribe)

// role gives any role, those of the configuration too.
var role = Command{
	Act:  policy.Run,
	Name: "role", Aliases: []string{"assign"}, Args: "[INC-N] ROLE [@user]", Example: "scribe @ana",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, rest, err := c.ongoing(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		r, whom, err := c.roleIn(rest)
		if err != nil {
			return chat.Answer{}, err
		}
		to, err := c.able(ctx, whom)
		if err != nil {
			return chat.Answer{}, err
		}
		return c.give(ctx, inc, r, to, wayOf(whom))
	},
}

// giving is the command that gives a role.
func giving(r timeline.Role, aliases ...string) Command {
	return Command{
		Act: policy.Run, Name: r.Verb(), Aliases: aliases, Args: "[INC-N] [@user]", Example: "@ana",
		Run: func(ctx context.Context, c Call) (chat.Answer, error) {
			inc, rest, err := c.ongoing(ctx)
			if err != nil {
				return chat.Answer{}, err
			}
			to, err := c.able(ctx, rest)
			if err != nil {
				return chat.Answer{}, err
			}
			return c.give(ctx, inc, r, to, wayOf(rest))
		},
	}
}

// way is how a role is given: who claims it takes it from nobody; who takes it
// for themselves does not take it from somebody who did so a moment ago; who
// names the person means it.
type way int

const (
	claiming way = iota
	taking
	naming
)

func wayOf(whom string) way {
	if strings.TrimSpace(whom) == "" {
		return taking
	}
	return naming
}

// give gives a role.
func (c Call) give(ctx context.Context, inc timeline.Incident, r timeline.Role, to timeline.Person, how way) (chat.Answer, error) {
	t, already := c.Texts, false
	_, err := c.record(ctx, inc.ID, func(inc timeline.Incident) ([]timeline.Fact, error) {
		holder := inc.Holder(r)
		if already = holder.ID == to.ID; already {
			return nil, nil
		}
		if holder.ID != "" && !inc.IsGone(holder.ID) && (how == claiming || how == taking && c.tookJustNow(inc, r)) {
			return nil, c.sorry("role.taken", templates.Person(holder.ID), t.RoleName(r), c.Slash, verbOf(r), templates.Person(c.Request.By.ID))
		}
		return []timeline.Fact{timeline.RoleGiven{Role: r, To: to}}, nil
	})
	switch {
	case err != nil:
		return chat.Answer{}, err
	case already:
		return c.tell("role.already", templates.Person(to.ID), t.RoleName(r), inc.ID), nil
	case to.ID == c.Request.By.ID:
		return c.tell("role.yours", t.RoleName(r), inc.ID, t.Part(r).Duties), nil
	default:
		return c.tell("role.given", templates.Person(to.ID), t.RoleName(r), inc.ID), nil
	}
}

// person reads whom an argument names; nobody named is whoever asks.
func (c Call) person(arg string) (timeline.Person, error) {
	word, _ := firstWord(arg)
	if word == "" || word == "me" {
		return c.Request.By, nil
	}
	ids := templates.People(word)
	switch {
	case len(ids) != 1 || word != templates.Person(ids[0]):
		return timeline.Person{}, c.misused("person.nobody", chat.Clip(arg, 60))
	case c.Bot != nil && ids[0] == c.Bot():
		return timeline.Person{}, c.sorry("person.me")
	}
	return timeline.Person{ID: ids[0]}, nil
}

// verbOf is how somebody is given a role: by a command of its own, or by role.
func verbOf(r timeline.Role) string {
	if slices.Contains(timeline.Roles, r) {
		return r.Verb()
	}
	return "role " + string(r)
}

// roleIn reads the name of a role in front of a text, of several words too, and
// returns the rest.
func (c Call) roleIn(text string) (r timeline.Role, rest string, err error) {
	for _, p := range c.Texts.Parts() {
		if rest, ok := cutFold(text, p.Name); ok {
			return p.Role, rest, nil
		}
	}
	name, rest := firstWord(text)
	r, err = c.role(name)
	return r, rest, err
}

// cutFold takes a name off the front of a text, whatever its case.
func cutFold(text, name string) (rest string, ok bool) {
	if len(text) < len(name) || !strings.EqualFold(text[:len(name)], name) {
		return text, false
	}
	rest = text[len(name):]
	return strings.TrimSpace(rest), rest == "" || rest[0] == ' '
}
