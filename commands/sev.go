package commands

import (
	"context"
	"strings"

	"muster/chat"
	"muster/policy"
	"muster/timeline"
)

var sev = Command{
	Act:     policy.Run,
	Numbers: true,
	Name:    "sev", Aliases: []string{"severity"}, Args: "[INC-N] N [REASON]", Example: "2 only one region is hit",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, rest, err := c.ongoing(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		to, reason, err := c.severityOf(rest)
		if err != nil {
			return chat.Answer{}, err
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
			return c.tell("sev.already", inc.ID, c.Texts.Severity(to)), nil
		default:
			return c.tell("sev.now", inc.ID, c.Texts.Severity(to), c.Texts.Meaning(to)), nil
		}
	},
}

// severityOf reads a severity, by its number or by the team's name for it, and
// the reason behind it.
func (c Call) severityOf(args string) (s timeline.Severity, reason string, err error) {
	word, rest := firstWord(args)
	if s, ok := c.Texts.SeverityCalled(word); ok {
		return s, rest, nil
	}
	digit, reason, _ := severityIn("sev" + strings.TrimPrefix(strings.ToLower(args), "sev"))
	if digit == "" {
		return 0, "", c.misused("sev.which")
	}
	if s, err = timeline.ParseSeverity(digit); err != nil {
		return 0, "", c.misused("sev.unknown", digit)
	}
	return s, reason, nil
}
