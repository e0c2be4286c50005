package commands

import (
	"context"

	"muster/chat"
	"muster/policy"
	"muster/timeline"
)

var transcript = Command{
	Act:  policy.Read,
	Name: "transcript", Args: "[INC-N]", Example: "INC-12",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, _, err := c.incident(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		if _, local := timeline.IsLocal(c.Request.By.ID); local {
			return chat.Answer{}, c.sorry("transcript.local")
		}
		if inc.Channel.ID == "" && inc.Archived.ID == "" {
			return chat.Answer{}, c.sorry("transcript.no channel", inc.ID)
		}
		_, err = c.Journal.Record(ctx, inc.ID, c.cause(), timeline.Asked{For: timeline.Transcript})
		return c.tell("transcript.begun", inc.ID), err
	},
}
