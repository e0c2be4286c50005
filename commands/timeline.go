package commands

import (
	"context"
	"fmt"
	"strings"

	"muster/chat"
	"muster/templates"
	"muster/timeline"
)

var timelineOf = Command{
	Name: "timeline", Args: "[INC-N]",
	Help: "Shows the last lines of the timeline.",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, _, err := c.incident(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		lines := inc.Lines()
		head := fmt.Sprintf("The timeline of %v, %s:", inc.ID, inc.Title)
		if over := len(lines) - linesMost; over > 0 {
			head = fmt.Sprintf("The last %d of %d lines of %v, %s. All of them are in `%s postmortem %v`:", linesMost, len(lines), inc.ID, inc.Title, c.Slash, inc.ID)
			lines = lines[over:]
		}
		var text []string
		for _, l := range lines {
			text = append(text, lineText(l))
		}
		return chat.Reply(chat.Say(head + "\n" + strings.Join(text, "\n"))), nil
	},
}

// linesMost is how many lines are shown, and lineMost how many characters of each.
const (
	linesMost = 15
	lineMost  = 180
)

func lineText(l timeline.Line) string {
	who := "Muster"
	if l.By.ID != "" {
		who = templates.Person(l.By.ID)
	}
	kind, text := templates.What(l)
	line := fmt.Sprintf("• %s %s · %s", templates.When(l.At), who, kind)
	if text != "" {
		line += ": " + chat.Clip(text, lineMost)
	}
	if l.Message.Deleted {
		line += " (deleted since)"
	}
	return line
}
