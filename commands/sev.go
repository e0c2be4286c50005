package commands

import (
	"context"

	"muster/chat"
	"muster/timeline"
)

var sev = Command{
	Name: "sev", Aliases: []string{"severity"}, Args: "[INC-N] N", Example: "2",
	Help: "Changes the severity, from 1 (the worst) to 4.",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, rest, err := c.ongoing(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		to, err := timeline.ParseSeverity(rest)
		if err != nil {
			return chat.Answer{}, c.misused("%v.", err)
		}
		from := to
		_, err = c.record(ctx, inc.ID, func(inc timeline.Incident) ([]timeline.Fact, error) {
			if from = inc.Severity; from == to {
				return nil, nil
			}
			return []timeline.Fact{timeline.SeverityChanged{From: from, To: to}}, nil
		})
		switch {
		case err != nil:
			return chat.Answer{}, err
		case from == to:
			return reply("%v is %v already.", inc.ID, to), nil
		default:
			return reply("%v is %v now: %s.", inc.ID, to, to.Meaning()), nil
		}
	},
}
