package commands

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"muster/chat"
	"muster/policy"
	"muster/templates"
	"muster/timeline"
)

// OnCall is someone who is on call now.
type OnCall struct {
	Person timeline.Person // with a name alone where they are not known in the chat
	Level  int             // of the escalation policy, from 1
	Until  time.Time       // zero where it has no end
}

// ErrNoService is that the paging service has neither a service nor a policy of a
// name.
var ErrNoService = errors.New("there is no such service")

var onCall = Command{
	Act:  policy.Read,
	Name: "oncall", Aliases: []string{"on-call"}, Args: "[SERVICE]", Example: "checkout",
	Run: runOnCall,
}

// rostersMost is how many services are looked up for one answer.
const rostersMost = 10

func runOnCall(ctx context.Context, c Call) (chat.Answer, error) {
	if c.OnCall == nil {
		return chat.Answer{}, c.sorry("oncall.none")
	}
	names := []string{c.service(unquoted(chat.CleanLine(c.Args)))}
	if names[0] == "" {
		if names = c.Services; len(names) == 0 {
			names = []string{""}
		}
	}
	var lines []string
	var buttons []chat.Button
	pageFor := c.pageFor(ctx)
	for n, name := range names {
		if n == rostersMost {
			lines = append(lines, c.Texts.T("oncall.more", len(names)-n, c.Slash))
			break
		}
		text, there := c.roster(ctx, name)
		lines = append(lines, text)
		if there && pageFor != "" && name != "" && len(buttons) < buttonsMost {
			buttons = append(buttons, chat.Button{Label: c.Texts.T("button.page", name), Command: fmt.Sprintf("page %s %q", pageFor, name)})
		}
	}
	m := chat.Say(strings.Join(lines, "\n"))
	if len(buttons) > 0 {
		m = m.With(buttons...)
	}
	return chat.Reply(m), nil
}

// buttonsMost is how many buttons stand under one answer.
const buttonsMost = 5

// pageFor is the incident that somebody would be paged for from here: the one of
// this channel, or the only one that is open; empty where it can not be told.
func (c Call) pageFor(ctx context.Context) string {
	if !c.Pages {
		return ""
	}
	if inc, err := c.here(ctx); err == nil && inc.Open() && !inc.Drill {
		return inc.ID.String()
	}
	open, err := c.open(ctx)
	if err != nil || len(open) != 1 || open[0].Drill {
		return ""
	}
	return open[0].ID.String()
}

// roster tells who is on call for a service, and whether anybody is.
func (c Call) roster(ctx context.Context, name string) (text string, there bool) {
	ctx, cancel := context.WithTimeout(ctx, onCallFor)
	defer cancel()
	title := name
	if title == "" {
		title = c.Texts.T("oncall.usual")
	}
	shifts, err := c.OnCall(ctx, name)
	switch {
	case errors.Is(err, ErrNoService):
		return c.Texts.T("oncall.unknown", title, c.Slash), false
	case timeline.IsRefusal(err):
		return c.Texts.T("oncall.refused", title, err), true
	case err != nil:
		return c.Texts.T("oncall.not known", title), true // to page does not depend on it
	case len(shifts) == 0:
		return c.Texts.T("oncall.nobody", title), false
	}
	var levels []string
	for _, s := range shifts {
		levels = append(levels, c.Texts.Shift(s.Level, personWord(s.Person), s.Until))
	}
	return c.Texts.T("oncall.roster", title, strings.Join(levels, "; ")), true
}

// personWord mentions someone, or names them where the chat does not know them.
func personWord(p timeline.Person) string {
	if p.ID == "" {
		return p.Name
	}
	return templates.Person(p.ID)
}
