package commands

import (
	"context"

	"muster/chat"
	"muster/policy"
	"muster/timeline"
)

var follow = following("follow", false)

var unfollow = following("unfollow", true)

func following(name string, off bool) Command {
	return Command{
		Act: policy.Record, Name: name, Args: "[INC-N]", Example: "INC-12",
		Run: func(ctx context.Context, c Call) (chat.Answer, error) {
			inc, _, err := c.incident(ctx)
			if err != nil {
				return chat.Answer{}, err
			}
			_, err = c.Journal.Decide(ctx, inc.ID, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
				if inc.Follows(c.Request.By.ID) != off {
					return nil, nil
				}
				return []timeline.Fact{timeline.Followed{Off: off}}, nil
			})
			if err != nil {
				return chat.Answer{}, err
			}
			return c.tell("follow."+map[bool]string{false: "on", true: "off"}[off], inc.ID, c.Slash), nil
		},
	}
}
