package commands

import (
	"context"

	"muster/chat"
	"muster/policy"
	"muster/timeline"
)

var rename = Command{
	Act:  policy.Run,
	Name: "rename", Aliases: []string{"title"}, Args: "[INC-N] TITLE", Example: "checkout is down in Europe",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, rest, err := c.ongoing(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		title := chat.CleanLine(rest)
		if n := len([]rune(title)); n == 0 || n > titleMost {
			return chat.Answer{}, c.misused("turn.title", titleMost)
		}
		_, err = c.record(ctx, inc.ID, func(inc timeline.Incident) ([]timeline.Fact, error) {
			if inc.Title == title {
				return nil, nil
			}
			return []timeline.Fact{timeline.Titled{From: inc.Title, To: title}}, nil
		})
		if err != nil {
			return chat.Answer{}, err
		}
		return c.tell("turn.renamed", inc.ID, title), nil
	},
}
