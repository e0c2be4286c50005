package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"muster/chat"
	"muster/policy"
	"muster/templates"
	"muster/timeline"
)

var timelineOf = Command{
	Act:  policy.Read,
	Name: "timeline", Args: "[INC-N]",
	Help: "Shows the last lines of the timeline.",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, _, err := c.incident(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		lines := inc.Lines()
		shown := lastLines(lines)
		head := fmt.Sprintf("The timeline of %v, %s:", inc.ID, inc.Title)
		if len(shown) < len(lines) {
			head = fmt.Sprintf("The last %d of %d lines of %v, %s. All of them are in `%s postmortem %v`:", len(shown), len(lines), inc.ID, inc.Title, c.Slash, inc.ID)
		}
		return chat.Reply(chat.Say(head + "\n" + strings.Join(shown, "\n"))), nil
	},
}

// linesMost is how many lines are shown, lineMost how many characters of each,
// and allMost how many of all: an answer has little room.
const (
	linesMost = 20
	lineMost  = 180
	allMost   = 2500
)

// lastLines returns the newest lines, as many as there is room for.
func lastLines(lines []timeline.Line) []string {
	var shown []string
	room := allMost
	for n := len(lines) - 1; n >= 0 && len(shown) < linesMost; n-- {
		text := lineText(lines[n])
		if room -= len(text) + dateRoom; room < 0 {
			break
		}
		shown = append(shown, text)
	}
	slices.Reverse(shown)
	return shown
}

// dateRoom is how many characters a moment takes more in the chat than here.
const dateRoom = 50

func lineText(l timeline.Line) string {
	who := "Muster"
	switch {
	case l.By.ID != "":
		who = templates.Person(l.By.ID)
	case l.IsMessage():
		who = "someone"
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
