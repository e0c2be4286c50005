package commands

import (
	"context"
	"strings"

	"muster/chat"
	"muster/policy"
	"muster/timeline"
)

var sev = Command{
	Act:  policy.Run,
	Name: "sev", Aliases: []string{"severity"}, Args: "[INC-N] N [REASON]", Example: "2 only one region is hit",
	Help: "Changes the severity, from 1 (the worst) to 4.",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, rest, err := c.ongoing(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		digit, reason, _ := severityIn("sev" + strings.TrimPrefix(strings.ToLower(rest), "sev"))
		to, err := timeline.ParseSeverity(digit)
		if digit == "" {
			return chat.Answer{}, c.misused("Say which severity: 1 (the worst) to 4.")
		}
		if err != nil {
			return chat.Answer{}, c.misused("%v.", err)
		}
		from := to
		_, err = c.record(ctx, inc.ID, func(inc timeline.Incident) ([]timeline.Fact, error) {
			if from = inc.Severity; from == to {
				return nil, nil
			}
			facts := []timeline.Fact{timeline.SeverityChanged{From: from, To: to}}
			if reason != "" {
				facts = append(facts, timeline.Noted{Text: chat.Clip(reason, textMost)})
			}
			return facts, nil
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
