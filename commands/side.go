package commands

import (
	"context"

	"muster/chat"
	"muster/policy"
	"muster/timeline"
)

var side = Command{
	Act:  policy.Record,
	Name: "side", Aliases: []string{"biz"}, Args: "[INC-N]",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, _, err := c.ongoing(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		inc, err = c.record(ctx, inc.ID, func(inc timeline.Incident) ([]timeline.Fact, error) {
			if inc.Side.ID != "" {
				return nil, nil
			}
			return []timeline.Fact{timeline.SideAsked{}}, nil
		})
		if err != nil {
			return chat.Answer{}, err
		}
		if inc.Side.ID != "" {
			return c.tell("side.there", chat.RoomOf(inc.Side)), nil
		}
		return c.tell("side.coming", inc.ID), nil
	},
}
