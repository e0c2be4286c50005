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
