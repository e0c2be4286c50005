package commands

import (
	"context"
	"fmt"

	"muster/chat"
	"muster/policy"
	"muster/timeline"
)

var update = Command{
	Act:  policy.Run,
	Name: "update", Args: "[INC-N] TEXT", Example: "we know the cause; a fix is being rolled out, done in 20 minutes",
	Help:   "Tells everybody, in the channel and in the announcement, how things stand.",
	Inputs: []string{"text"},
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, rest, err := c.ongoing(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		if _, filled := c.Request.What.(chat.Submitted); rest == "" && !filled && c.Request.Trigger != "" {
			return chat.Ask(updateForm(inc)), nil
		}
		text, err := c.text(rest)
		if err != nil {
			return chat.Answer{}, err
		}
		_, err = c.record(ctx, inc.ID, func(timeline.Incident) ([]timeline.Fact, error) {
			return []timeline.Fact{timeline.Updated{Text: text}}, nil
		})
		return reply("The update of %v is being posted.", inc.ID), err
	},
}

func updateForm(inc timeline.Incident) chat.Form {
	return chat.Form{
		Command: fmt.Sprintf("update %v", inc.ID), Title: fmt.Sprintf("Update %v", inc.ID), Submit: "Post the update",
		Fields: []chat.Input{{
			Name: "text", Label: "How do things stand?", Long: true, Max: textMost,
			Hint: "What is known, what is being done, what is needed, and when you say more. Everybody reads it.",
		}},
	}
}
