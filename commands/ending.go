package commands

import (
	"context"
	"fmt"

	"muster/chat"
	"muster/policy"
	"muster/timeline"
)

var mitigate = Command{
	Act:  policy.Run,
	Name: "mitigate", Aliases: []string{"mitigated"}, Args: "[INC-N] [TEXT]", Example: "traffic moved to the other region",
	Help: "Marks it as mitigated: customers no longer suffer, the work goes on.",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, text, err := c.ongoing(ctx)
		if err == nil {
			err = c.notTooLong(text)
		}
		if err != nil {
			return chat.Answer{}, err
		}
		already := false
		_, err = c.record(ctx, inc.ID, func(inc timeline.Incident) ([]timeline.Fact, error) {
			if already = inc.Status == timeline.IsMitigated; already {
				return nil, nil
			}
			return []timeline.Fact{timeline.Mitigated{Text: text}}, nil
		})
		if already {
			return reply("%v is mitigated already.%s To end it: `%s resolve %v`", inc.ID, c.notKept(text), c.Slash, inc.ID), err
		}
		return reply("%v is mitigated. When it is over: `%s resolve %v`", inc.ID, c.Slash, inc.ID), err
	},
}

var resolve = Command{
	Act:  policy.Run,
	Name: "resolve", Aliases: []string{"resolved", "close"}, Args: "[INC-N] [TEXT]", Example: "the rollback ended it",
	Help: "Ends it: the channel and the announcement say so.",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, text, err := c.ongoing(ctx)
		if err == nil {
			err = c.notTooLong(text)
		}
		if err != nil {
			return chat.Answer{}, err
		}
		_, err = c.record(ctx, inc.ID, func(timeline.Incident) ([]timeline.Fact, error) {
			return []timeline.Fact{timeline.Resolved{Text: text}}, nil
		})
		return reply("%v is resolved. To write it up: `%s postmortem %v`", inc.ID, c.Slash, inc.ID), err
	},
}

var reopen = Command{
	Act:  policy.Run,
	Name: "reopen", Args: "[INC-N] REASON", Example: "errors are back since 14:05",
	Help: "Takes back that it is resolved, or that it is mitigated.",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, rest, err := c.incident(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		if rest == "" {
			return chat.Answer{}, c.misused("Say why it is not over.")
		}
		if err := c.notTooLong(rest); err != nil {
			return chat.Answer{}, err
		}
		_, err = c.Journal.Decide(ctx, inc.ID, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
			if inc.Status == timeline.Investigating {
				return nil, sorry("%v is open, and not mitigated either.%s", inc.ID, c.notKept(rest))
			}
			return []timeline.Fact{timeline.Reopened{Reason: rest}}, nil
		})
		return reply("%v is being investigated again.", inc.ID), err
	},
}

// notKept says what becomes of a text that came with something that was not
// done.
func (c Call) notKept(text string) string {
	if text == "" {
		return ""
	}
	return fmt.Sprintf(" What you wrote was not recorded; `%s note` records it.", c.Slash)
}

var postmortem = Command{
	Act:  policy.Record,
	Name: "postmortem", Aliases: []string{"writeup"}, Args: "[INC-N]",
	Help: "Writes the postmortem from the timeline, posts it to the channel and saves it.",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, _, err := c.incident(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		inc, err = c.Journal.Record(ctx, inc.ID, c.cause(), timeline.Asked{For: timeline.Postmortem})
		if err != nil {
			return chat.Answer{}, err
		}
		text := fmt.Sprintf("The postmortem of %v is being written.", inc.ID)
		if inc.Open() {
			text += " It is not resolved yet; ask again when it is, and the file is written anew."
		}
		return chat.Reply(chat.Say(text)), nil
	},
}
