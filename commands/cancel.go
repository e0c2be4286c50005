package commands

import (
	"context"

	"muster/chat"
	"muster/policy"
	"muster/timeline"
)

var cancel = Command{
	Act:  policy.Run,
	Name: "cancel", Aliases: []string{"false-alarm"}, Args: "[INC-N] REASON", Example: "a test alert, nothing was wrong",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, reason, err := c.incident(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		if reason == "" {
			return chat.Answer{}, c.misused("turn.why cancel")
		}
		if err := c.notTooLong(reason); err != nil {
			return chat.Answer{}, err
		}
		_, err = c.Journal.Decide(ctx, inc.ID, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
			if err := c.mayTurn(inc, timeline.IsCancelled); err != nil {
				return nil, err
			}
			return []timeline.Fact{timeline.Cancelled{Reason: reason}}, nil
		})
		if err != nil {
			return chat.Answer{}, err
		}
		return c.tell("turn.cancelled", inc.ID, c.Slash), nil
	},
}
