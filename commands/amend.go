package commands

import (
	"context"
	"strconv"
	"strings"
	"time"

	"muster/chat"
	"muster/policy"
	"muster/timeline"
)

var amend = Command{
	Act:     policy.Record,
	Numbers: true,
	Name:    "amend", Aliases: []string{"edit", "move"}, Args: "[INC-N] #LINE [HH:MM] [TEXT]", Example: "#12 14:05 the pool was exhausted",
	Run: runAmend,
}

var hide = Command{
	Act:     policy.Record,
	Numbers: true,
	Name:    "hide", Args: "[INC-N] #LINE", Example: "#12",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		return c.setHidden(ctx, true)
	},
}

var unhide = Command{
	Act:     policy.Record,
	Numbers: true,
	Name:    "unhide", Args: "[INC-N] #LINE", Example: "#12",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		return c.setHidden(ctx, false)
	},
}

func runAmend(ctx context.Context, c Call) (chat.Answer, error) {
	inc, n, rest, err := c.lineNumber(ctx)
	if err != nil {
		return chat.Answer{}, err
	}
	on, text, err := c.timeOfDay(ctx, inc, rest)
	if err == nil {
		err = c.notTooLong(text)
	}
	if err != nil {
		return chat.Answer{}, err
	}
	if on == nil && text == "" {
		return chat.Answer{}, c.misused("amend.nothing", n)
	}
	inc, err = c.Journal.Decide(ctx, inc.ID, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
		l, err := c.line(inc, n)
		if err != nil {
			return nil, err
		}
		return c.amended(l, on, text)
	})
	if err != nil {
		return chat.Answer{}, err
	}
	l, _ := inc.Line(n)
	return c.tell("amend.done", n, inc.ID, c.lineText(l)), nil
}

// amended is what is to be recorded of a line that is to say something else, or
// to stand elsewhere.
func (c Call) amended(l timeline.Line, on func(time.Time) time.Time, text string) ([]timeline.Fact, error) {
	fact := timeline.Amended{Line: l.N, Text: text}
	if text != "" && !l.HasWords() {
		return nil, c.sorry("amend.no words", l.N, c.Slash)
	}
	if on != nil {
		fact.At = c.nearest(l.At, on).UTC()
	}
	if (text == "" || text == l.Text) && (on == nil || fact.At.Equal(l.At.Truncate(time.Minute))) {
		return nil, c.sorry("amend.same", l.N)
	}
	return []timeline.Fact{fact}, nil
}

// nearest is the time of day that is nearest to a moment, and not to come.
func (c Call) nearest(to time.Time, on func(time.Time) time.Time) time.Time {
	best := on(to).AddDate(0, 0, -1)
	for _, at := range []time.Time{on(to), on(to).AddDate(0, 0, 1)} {
		if at.Sub(to).Abs() < best.Sub(to).Abs() && at.Sub(c.now()) <= ahead {
			best = at
		}
	}
	return best
}

// setHidden hides a line, or shows it again.
func (c Call) setHidden(ctx context.Context, hidden bool) (chat.Answer, error) {
	inc, n, _, err := c.lineNumber(ctx)
	if err != nil {
		return chat.Answer{}, err
	}
	_, err = c.Journal.Decide(ctx, inc.ID, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
		l, err := c.line(inc, n)
		switch {
		case err != nil:
			return nil, err
		case l.Hidden == hidden && hidden:
			return nil, c.sorry("hide.already", n, c.Slash, inc.ID)
		case l.Hidden == hidden:
			return nil, c.sorry("hide.not hidden", n)
		}
		return []timeline.Fact{timeline.Hidden{Line: n, Off: !hidden}}, nil
	})
	if err != nil {
		return chat.Answer{}, err
	}
	if hidden {
		return c.tell("hide.done", n, inc.ID, c.Slash), nil
	}
	return c.tell("hide.undone", n, inc.ID), nil
}

// lineNumber reads which line of which incident is meant: "INC-12 #7", or "#7"
// in an incident's channel.
func (c Call) lineNumber(ctx context.Context) (inc timeline.Incident, n int, rest string, err error) {
	inc, rest, err = c.incident(ctx)
	if err != nil {
		return inc, 0, "", err
	}
	word, rest := firstWord(rest)
	n, err = strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(word, "#"), ":"))
	if err != nil || n < 1 {
		return inc, 0, "", c.misused("amend.which", c.Slash)
	}
	return inc, n, rest, nil
}

// line returns a line by its number.
func (c Call) line(inc timeline.Incident, n int) (timeline.Line, error) {
	l, ok := inc.Line(n)
	if !ok {
		return l, c.sorry("amend.no line", inc.ID, n, c.Slash)
	}
	return l, nil
}
