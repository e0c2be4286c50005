package commands

import (
	"cmp"
	"context"
	"errors"
	"strings"

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
	aloud := false
	inc, err = c.Journal.Decide(ctx, inc.ID, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
		if err := c.mayTurn(inc, t.to); err != nil {
			return nil, err
		}
		aloud = c.isHeard(inc)
		return []timeline.Fact{t.fact(text, aloud)}, nil
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
	if m, ok := chat.Spoken(c.Texts, inc, inc.Events[len(inc.Events)-1]); ok && aloud {
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

var cancel = Command{
	Act:  policy.Run,
	Name: "cancel", Aliases: []string{"false-alarm"}, Args: "[INC-N] REASON", Example: "a test alert, nothing was wrong",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, reason, err := c.incident(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		if reason == "" {
			return chat.Answer{}, c.misused("turn.why cancel")
		}
		if err := c.notTooLong(reason); err != nil {
			return chat.Answer{}, err
		}
		_, err = c.Journal.Decide(ctx, inc.ID, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
			if err := c.mayTurn(inc, timeline.IsCancelled); err != nil {
				return nil, err
			}
			return []timeline.Fact{timeline.Cancelled{Reason: reason}}, nil
		})
		if err != nil {
			return chat.Answer{}, err
		}
		return c.tell("turn.cancelled", inc.ID, c.Slash), nil
	},
}

var merge = Command{
	Act:  policy.Run,
	Name: "merge", Aliases: []string{"dup", "duplicate"}, Args: "[INC-N] into INC-M [REASON]", Example: "into INC-12 the same outage",
	Run: runMerge,
}

func runMerge(ctx context.Context, c Call) (chat.Answer, error) {
	inc, into, reason, err := c.merged(ctx)
	if err != nil {
		return chat.Answer{}, err
	}
	err = c.Journal.Alone(func() error { // two could be merged into each other otherwise
		if into, err := c.load(ctx, into.ID); err != nil || !into.Open() {
			return cmp.Or(err, c.sorry("turn.into over", into.ID, c.Texts.Status(into.Status)))
		}
		_, err := c.Journal.Decide(ctx, inc.ID, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
			if err := c.mayTurn(inc, timeline.IsMerged); err != nil {
				return nil, err
			}
			return []timeline.Fact{timeline.Merged{Into: into.ID, Reason: reason, Channel: into.Channel}}, nil
		})
		return err
	})
	if err != nil {
		return chat.Answer{}, err
	}
	return c.tell("turn.merged into", inc.ID, into.ID), nil
}

// merged reads which incident is merged into which, and why.
func (c Call) merged(ctx context.Context) (inc, into timeline.Incident, reason string, err error) {
	first, rest := firstWord(c.Args)
	second, more := firstWord(rest)
	_, named := timeline.ParseID(second)
	switch _, numbered := timeline.ParseID(first); {
	case strings.EqualFold(first, "into"):
		c.Args = rest // of the incident that it is typed in
	case numbered == nil && (strings.EqualFold(second, "into") || named == nil):
		if inc, _, err = c.incident(ctx); err != nil {
			return inc, into, "", err
		}
		if c.Args = rest; strings.EqualFold(second, "into") {
			c.Args = more
		}
	case numbered != nil:
		return inc, into, "", c.misused("turn.into what")
	}
	if inc.ID == 0 {
		if inc, err = c.here(ctx); errors.Is(err, timeline.ErrUnknown) {
			err = c.misused("turn.into what")
		}
		if err != nil {
			return inc, into, "", err
		}
	}
	id, err := timeline.ParseID(strings.SplitN(c.Args+" ", " ", 2)[0])
	if err != nil {
		return inc, into, "", c.misused("turn.into what")
	}
	if into, reason, err = c.incident(ctx); err != nil {
		return inc, into, "", err
	}
	switch {
	case id == inc.ID:
		err = c.sorry("turn.into itself", inc.ID)
	case !into.Open():
		err = c.sorry("turn.into over", into.ID, c.Texts.Status(into.Status))
	case inc.Private != into.Private:
		err = c.sorry("turn.into private")
	case inc.Drill != into.Drill:
		err = c.sorry("turn.into drill")
	default:
		err = c.notTooLong(reason)
	}
	return inc, into, reason, err
}

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

var postmortem = Command{
	Act:  policy.Record,
	Name: "postmortem", Aliases: []string{"writeup"}, Args: "[INC-N]",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, _, err := c.incident(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		inc, err = c.Journal.Record(ctx, inc.ID, c.cause(), timeline.Asked{For: timeline.Postmortem})
		if err != nil {
			return chat.Answer{}, err
		}
		if inc.Open() {
			return c.tell("postmortem.early", inc.ID), nil
		}
		return c.tell("postmortem.asked", inc.ID), nil
	},
}
