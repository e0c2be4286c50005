package commands

import (
	"context"

	"muster/chat"
	"muster/policy"
	"muster/timeline"
)

// keep is what the button under the notice of archiving stands for.
var keep = Command{
	Act:  policy.Record,
	Name: "keep", Args: "[INC-N]",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, _, err := c.incident(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		_, err = c.Journal.Decide(ctx, inc.ID, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
			if inc.KeepChannel {
				return nil, nil
			}
			if inc.Channel.ID == "" {
				return nil, c.sorry("turn.archived", inc.ID)
			}
			return []timeline.Fact{timeline.ArchiveKept{}}, nil
		})
		if err != nil {
			return chat.Answer{}, err
		}
		return c.tell("turn.kept", inc.ID), nil
	},
}
