package commands

import (
	"context"
	"slices"
	"strings"
	"time"

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

// claim is what the button of an open role stands for: unlike the command it
// never takes a role from someone.
var claim = Command{
	Act:  policy.Run,
	Name: "claim", Args: "INC-N ROLE", Hidden: true,
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, rest, err := c.ongoing(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		role, err := c.role(rest)
		if err != nil {
			return chat.Answer{}, err
		}
		return c.give(ctx, inc, role, c.Request.By, claiming)
	},
}

var stepDown = Command{
	Act:  policy.Run,
	Name: "step-down", Aliases: []string{"stepdown", "vacate"}, Args: "[INC-N] [ROLE]", Example: "scribe",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, rest, err := c.ongoing(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		role, err := c.handed(inc, rest)
		if err != nil {
			return chat.Answer{}, err
		}
		_, err = c.record(ctx, inc.ID, func(inc timeline.Incident) ([]timeline.Fact, error) {
			holder := inc.Holder(role)
			if holder.ID == "" {
				return nil, c.sorry("role.nobody", c.Texts.RoleName(role), inc.ID)
			}
			return []timeline.Fact{timeline.RoleLeft{Role: role, Of: holder}}, nil
		})
		if err != nil {
			return chat.Answer{}, err
		}
		return c.tell("role.free", c.Texts.RoleName(role), inc.ID), nil
	},
}

// role reads the name of a role, as people say it.
func (c Call) role(name string) (timeline.Role, error) {
	name = strings.ToLower(strings.TrimSpace(name))
	var all []string
	for _, p := range c.Texts.Parts() {
		if name == string(p.Role) || name == strings.ToLower(p.Name) || name == p.Role.Verb() {
			return p.Role, nil
		}
		all = append(all, string(p.Role))
	}
	return "", c.misused("role.unknown", chat.Clip(name, 40), strings.Join(all, ", "))
}

// handed is the role that is handed on: the one that is named, or the one that
// whoever asks holds; else that of the commander.
func (c Call) handed(inc timeline.Incident, named string) (timeline.Role, error) {
	if named != "" {
		return c.role(named)
	}
	for _, h := range inc.Holders {
		if h.Person.ID == c.Request.By.ID {
			return h.Role, nil
		}
	}
	return timeline.Commander, nil
}

// sameMoment is within how long two people who take a role take it at once: the
// second one has not seen that the first one did.
const sameMoment = 10 * time.Second

// tookJustNow reports whether somebody else took a role a moment ago.
func (c Call) tookJustNow(inc timeline.Incident, role timeline.Role) bool {
	for n := len(inc.Events) - 1; n > 0; n-- {
		ev := inc.Events[n]
		f, ok := ev.Fact.(timeline.RoleGiven)
		if !ok || f.Role != role {
			continue
		}
		return ev.By.ID == f.To.ID && f.To.ID != c.Request.By.ID && ev.Request != inc.Events[0].Request && c.now().Sub(ev.At) < sameMoment
	}
	return false
}
