package commands

import (
	"cmp"
	"context"
	"fmt"
	"slices"
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
const listMost = 25

// listed names incidents, the worst first, and of those that are as bad the
// newest.
func (c Call) listed(incidents []timeline.Incident) string {
	var lines []string
	for n, inc := range worstFirst(incidents) {
		if n == listMost {
			lines = append(lines, c.Texts.T("list.more", len(incidents)-n))
			break
		}
		lines = append(lines, c.listLine(inc))
	}
	return strings.Join(lines, "\n")
}

func worstFirst(incidents []timeline.Incident) []timeline.Incident {
	sorted := slices.Clone(incidents)
	slices.SortFunc(sorted, func(a, b timeline.Incident) int {
		return cmp.Or(cmp.Compare(a.Severity, b.Severity), cmp.Compare(b.ID, a.ID))
	})
	return sorted
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
