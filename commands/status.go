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
	Help: "Shows who leads, how bad it is, how far it has come, and when the next update is due.",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, _, err := c.incident(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		text := c.Texts.Card(inc) + chat.NotDone(c.Texts, inc)
		if inc.Channel.ID != "" {
			text += "\nRoom: " + templates.Room(inc.Channel.ID, inc.Channel.Name)
		}
		return chat.Reply(chat.Say(text)), nil
	},
}

var list = Command{
	Act:  policy.Read,
	Name: "list", Aliases: []string{"ls"},
	Help: "Lists the incidents that are open.",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		open, err := c.open(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		if len(open) == 0 {
			return reply("No incident is open. To declare one: `%s declare sev1 WHAT IS WRONG`", c.Slash), nil
		}
		return reply("%s\n%s", openCount(len(open)), c.listed(open)), nil
	},
}

func openCount(n int) string {
	if n == 1 {
		return "One incident is open:"
	}
	return fmt.Sprintf("%d incidents are open:", n)
}

// listMost is how many incidents a list names.
const listMost = 15

// listed names incidents, the newest first.
func (c Call) listed(incidents []timeline.Incident) string {
	var lines []string
	for n := len(incidents) - 1; n >= 0; n-- {
		if len(lines) == listMost {
			lines = append(lines, fmt.Sprintf("and %d older ones", n+1))
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
		line += " · commander " + templates.Person(p.ID)
	}
	return line
}
