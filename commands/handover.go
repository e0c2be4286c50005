package commands

import (
	"context"
	"slices"

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
