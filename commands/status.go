package commands

import (
	"context"
	"fmt"
	"strings"

	"muster/chat"
	"muster/policy"
	"muster/templates"
	"muster/timeline"
)

var status = Command{
	Act:  policy.Read,
	Name: "status", Args: "[INC-N]",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, _, err := c.incident(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		text := c.Texts.Card(inc) + chat.NotDone(c.Texts, inc)
		if inc.Channel.ID != "" {
			text += "\n" + c.Texts.T("card.room") + ": " + templates.Room(inc.Channel.ID, inc.Channel.Name)
		}
		return chat.Reply(chat.Say(text)), nil
	},
}

var list = Command{
	Act:  policy.Read,
	Name: "list", Aliases: []string{"ls"},
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		open, err := c.open(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		if len(open) == 0 {
			return c.tell("list.none open", c.Slash), nil
		}
		return chat.Reply(chat.Say(c.openCount(len(open)) + "\n" + c.listed(open))), nil
	},
}

func (c Call) openCount(n int) string {
	if n == 1 {
		return c.Texts.T("list.one open")
	}
	return c.Texts.T("list.open", n)
}

// listMost is how many incidents a list names.
const listMost = 15

// listed names incidents, the newest first.
func (c Call) listed(incidents []timeline.Incident) string {
	var lines []string
	for n := len(incidents) - 1; n >= 0; n-- {
		if len(lines) == listMost {
			lines = append(lines, c.Texts.T("list.older", n+1))
			break
		}
		lines = append(lines, c.listLine(incidents[n]))
	}
	return strings.Join(lines, "\n")
}

func (c Call) listLine(inc timeline.Incident) string {
	line := fmt.Sprintf("• %v · %s · %s · %s", inc.ID, c.Texts.Severity(inc.Severity), c.Texts.Status(inc.Status), chat.Clip(inc.Title, 100))
	if inc.Private {
		line += " · " + c.Texts.T("list.private")
	}
	if inc.Drill {
		line += " · " + c.Texts.T("list.drill")
	}
	if inc.Channel.ID != "" {
		line += " · " + templates.Room(inc.Channel.ID, inc.Channel.Name)
	}
	if p := inc.Holder(timeline.Commander); p.ID != "" {
		line += " · " + c.Texts.RoleName(timeline.Commander) + " " + templates.Person(p.ID)
	}
	return line
}
