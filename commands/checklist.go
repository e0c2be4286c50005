package commands

import (
	"context"

	"muster/chat"
	"muster/policy"
	"muster/timeline"
)

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
