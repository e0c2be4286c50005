package commands

import (
	"context"

	"muster/chat"
	"muster/policy"
	"muster/timeline"
)

var postmortem = Command{
	Act:  policy.Record,
	Name: "postmortem", Aliases: []string{"writeup"}, Args: "[INC-N]",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, _, err := c.incident(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		inc, err = c.Journal.Record(ctx, inc.ID, c.cause(), timeline.Asked{For: timeline.Postmortem})
		if err != nil {
			return chat.Answer{}, err
		}
		if inc.Open() {
			return c.tell("postmortem.early", inc.ID), nil
		}
		return c.tell("postmortem.asked", inc.ID), nil
	},
}
