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

var handover = Command{
	Act:  policy.Run,
	Name: "handover", Aliases: []string{"hand-over"}, Args: "[INC-N] @user [ROLE]", Example: "@bo",
	Run: runHandover,
}

var accept = Command{
	Act:  policy.Run,
	Name: "accept", Args: "[INC-N] [ROLE]",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		return c.answerOffer(ctx, func(h timeline.Handover) (timeline.Fact, string) {
			return timeline.RoleGiven{Role: h.Role, To: h.To}, "handover.accepted"
		})
	},
}

var decline = Command{
	Act:  policy.Run,
	Name: "decline", Args: "[INC-N] [ROLE]",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		return c.answerOffer(ctx, func(h timeline.Handover) (timeline.Fact, string) {
			return timeline.HandoverDeclined{Role: h.Role, To: h.To}, "handover.declined"
		})
	},
}

func runHandover(ctx context.Context, c Call) (chat.Answer, error) {
	inc, rest, err := c.ongoing(ctx)
	if err != nil {
		return chat.Answer{}, err
	}
	whom, named := firstWord(rest)
	if whom == "" {
		return chat.Answer{}, c.misused("handover.whom")
	}
	to, err := c.able(ctx, whom)
	if err != nil {
		return chat.Answer{}, err
	}
	role, err := c.handed(inc, named)
	if err != nil {
		return chat.Answer{}, err
	}
	_, err = c.record(ctx, inc.ID, func(inc timeline.Incident) ([]timeline.Fact, error) {
		offered, waiting := inc.Offered(role)
		switch {
		case inc.Holder(role).ID == to.ID:
			return nil, c.sorry("handover.holds", templates.Person(to.ID), c.Texts.RoleName(role), inc.ID)
		case waiting && offered.To.ID == to.ID:
			return nil, c.sorry("handover.waits", templates.Person(to.ID))
		}
		return []timeline.Fact{timeline.HandoverOffered{Role: role, To: to, State: c.Texts.Handover(inc, role)}}, nil
	})
	if err != nil {
		return chat.Answer{}, err
	}
	return c.tell("handover.offered", templates.Person(to.ID), c.Texts.RoleName(role), inc.ID), nil
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

// answerOffer settles an offer that was made to whoever asks; whoever made it
// can take it back.
func (c Call) answerOffer(ctx context.Context, how func(timeline.Handover) (timeline.Fact, string)) (chat.Answer, error) {
	inc, rest, err := c.ongoing(ctx)
	if err != nil {
		return chat.Answer{}, err
	}
	var key string
	var settled timeline.Handover
	_, err = c.record(ctx, inc.ID, func(inc timeline.Incident) ([]timeline.Fact, error) {
		h, err := c.offer(inc, rest)
		if err != nil {
			return nil, err
		}
		fact, done := how(h)
		if _, accepts := fact.(timeline.RoleGiven); accepts && h.To.ID != c.Request.By.ID {
			return nil, c.sorry("handover.not yours", templates.Person(h.To.ID))
		}
		offeredBy := inc.Events[h.Seq-1].By.ID
		if !slices.Contains([]string{h.To.ID, h.From.ID, offeredBy}, c.Request.By.ID) {
			return nil, c.sorry("handover.between others", templates.Person(h.To.ID))
		}
		key, settled = done, h
		return []timeline.Fact{fact}, nil
	})
	if err != nil {
		return chat.Answer{}, err
	}
	return c.tell(key, c.Texts.RoleName(settled.Role), inc.ID, c.Texts.Part(settled.Role).Duties), nil
}

// offer is the offer that is meant: of the role that is named, or to or by whoever
// asks.
func (c Call) offer(inc timeline.Incident, named string) (timeline.Handover, error) {
	if named != "" {
		role, err := c.role(named)
		if err != nil {
			return timeline.Handover{}, err
		}
		if h, ok := inc.Offered(role); ok {
			return h, nil
		}
		return timeline.Handover{}, c.sorry("handover.none", inc.ID)
	}
	for _, h := range inc.Handovers {
		if h.To.ID == c.Request.By.ID || h.From.ID == c.Request.By.ID {
			return h, nil
		}
	}
	return timeline.Handover{}, c.sorry("handover.none", inc.ID)
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

// tick is what the button of a checklist stands for.
var tick = Command{
	Act:  policy.Run,
	Name: "tick", Args: "INC-N ROLE STEP", Hidden: true,
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, rest, err := c.ongoing(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		name, step := firstWord(rest)
		role, err := c.role(name)
		if err != nil {
			return chat.Answer{}, err
		}
		_, err = c.record(ctx, inc.ID, func(inc timeline.Incident) ([]timeline.Fact, error) {
			if inc.HasTicked(role, step) || step == "" {
				return nil, nil
			}
			return []timeline.Fact{timeline.Ticked{Role: role, Step: step}}, nil
		})
		if err != nil {
			return chat.Answer{}, err
		}
		return c.tell("role.ticked", step), nil
	},
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
