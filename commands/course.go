package commands

import (
	"context"
	"errors"

	"muster/chat"
	"muster/policy"
	"muster/timeline"
)

// turn is a change of status, as a command makes it.
type turn struct {
	to      timeline.Status
	fact    func(text string, aloud bool) timeline.Fact
	done    string // the text that answers it
	already string // and the one where nothing was to be done; with the text that was not kept
}

var identify = Command{
	Act:  policy.Run,
	Name: "identify", Aliases: []string{"identified"}, Args: "[INC-N] [TEXT]", Example: "a connection leak in version 41",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		return c.turn(ctx, turn{timeline.IsIdentified, func(text string, aloud bool) timeline.Fact {
			return timeline.Identified{Text: text, Aloud: aloud}
		}, "turn.identified", "turn.identified already"})
	},
}

var mitigate = Command{
	Act:  policy.Run,
	Name: "mitigate", Aliases: []string{"mitigated"}, Args: "[INC-N] [TEXT]", Example: "traffic moved to the other region",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		return c.turn(ctx, turn{timeline.IsMitigated, func(text string, aloud bool) timeline.Fact {
			return timeline.Mitigated{Text: text, Aloud: aloud}
		}, "turn.mitigated", "turn.mitigated already"})
	},
}

var resolve = Command{
	Act:  policy.Run,
	Name: "resolve", Aliases: []string{"resolved"}, Args: "[INC-N] [TEXT]", Example: "the rollback ended it",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		return c.turn(ctx, turn{timeline.IsResolved, func(text string, aloud bool) timeline.Fact {
			return timeline.Resolved{Text: text, Aloud: aloud}
		}, "turn.resolved", "turn.over"})
	},
}

var closeIncident = Command{
	Act:  policy.Run,
	Name: "close", Aliases: []string{"closed"}, Args: "[INC-N] [TEXT]", Example: "reviewed on Monday",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		return c.turn(ctx, turn{timeline.IsClosed, func(text string, aloud bool) timeline.Fact {
			return timeline.Closed{Text: text, Aloud: aloud}
		}, "turn.closed", "turn.closed already"})
	},
}

var reopen = Command{
	Act:  policy.Run,
	Name: "reopen", Args: "[INC-N] REASON", Example: "errors are back since 14:05",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, rest, err := c.incident(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		if rest == "" {
			return chat.Answer{}, c.misused("turn.why reopen")
		}
		c.Args = inc.ID.String() + " " + rest
		return c.turn(ctx, turn{timeline.Investigating, func(text string, aloud bool) timeline.Fact {
			return timeline.Reopened{Reason: text, Aloud: aloud}
		}, "turn.reopened", "turn.open already"})
	},
}

// may says from which statuses a change of status makes sense.
var may = map[timeline.Status][]timeline.Status{
	timeline.IsIdentified:  {timeline.IsDeclared, timeline.Investigating},
	timeline.IsMitigated:   {timeline.IsDeclared, timeline.Investigating, timeline.IsIdentified},
	timeline.IsResolved:    {timeline.IsDeclared, timeline.Investigating, timeline.IsIdentified, timeline.IsMitigated},
	timeline.IsClosed:      {timeline.IsResolved},
	timeline.IsCancelled:   {timeline.IsDeclared, timeline.Investigating, timeline.IsIdentified, timeline.IsMitigated},
	timeline.IsMerged:      {timeline.IsDeclared, timeline.Investigating, timeline.IsIdentified, timeline.IsMitigated},
	timeline.Investigating: {timeline.IsIdentified, timeline.IsMitigated, timeline.IsResolved, timeline.IsClosed, timeline.IsCancelled, timeline.IsMerged},
}

// errAlready says that an incident is so far already.
var errAlready = errors.New("it is so already")

// turn changes the status. Where the whole room sees the answer, nothing more
// need be said there.
func (c Call) turn(ctx context.Context, t turn) (chat.Answer, error) {
	inc, text, err := c.incident(ctx)
	if err == nil {
		err = c.notTooLong(text)
	}
	if err != nil {
		return chat.Answer{}, err
	}
	aloud, at := false, 0
	inc, err = c.Journal.Decide(ctx, inc.ID, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
		if err := c.mayTurn(inc, t.to); err != nil {
			return nil, err
		}
		aloud, at = c.isHeard(inc), len(inc.Events)
		facts := []timeline.Fact{t.fact(text, aloud)}
		if t.to == timeline.IsResolved {
			facts = append(facts, c.writeUpDue(ctx, inc)...)
		}
		return facts, nil
	})
	if errors.Is(err, errAlready) {
		return c.tell(t.already, inc.ID, c.notKept(text), c.Slash), nil
	}
	if wrong, ok := err.(Sorry); ok {
		wrong.Text += c.notKept(text)
		return chat.Answer{}, wrong
	}
	if err != nil {
		return chat.Answer{}, err
	}
	if m, ok := chat.Spoken(c.Texts, inc, inc.Events[at]); ok && aloud {
		return chat.ReplyAloud(m), nil
	}
	return c.tell(t.done, inc.ID, c.Slash), nil
}

// mayTurn refuses a change of status that makes no sense.
func (c Call) mayTurn(inc timeline.Incident, to timeline.Status) error {
	for _, from := range may[to] {
		if inc.Status == from {
			return nil
		}
	}
	switch {
	case to == timeline.Investigating || to == inc.Status && inc.Open() || to == timeline.IsClosed && inc.Status == timeline.IsClosed:
		return errAlready
	case to == timeline.IsIdentified && inc.Status == timeline.IsMitigated:
		return c.sorry("turn.past that", inc.ID, c.Slash)
	case to == timeline.IsClosed && inc.Open():
		return c.sorry("turn.not resolved", inc.ID, c.Slash)
	}
	return c.stillOpen(inc)
}

// isHeard reports whether everybody in the incident's channel can see the answer
// to the call: it was typed there, or a button there was pressed.
func (c Call) isHeard(inc timeline.Incident) bool {
	if inc.Channel.ID == "" || c.Request.Channel != inc.Channel.ID || c.Request.Thread != "" {
		return false
	}
	switch c.Request.What.(type) {
	case chat.Typed:
		return true
	case chat.Pressed:
		return c.Request.ReplyTo != ""
	}
	return false
}

// notKept says what becomes of a text that came with something that was not
// done.
func (c Call) notKept(text string) string {
	if text == "" {
		return ""
	}
	return " " + c.Texts.T("turn.not kept", c.Slash)
}
