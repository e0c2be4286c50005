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
	Act:     policy.Read,
	Numbers: true,
	Name:    "timeline", Args: "[INC-N] [KIND…]", Example: "notes roles",
	Run: runTimeline,
}

func runTimeline(ctx context.Context, c Call) (chat.Answer, error) {
	inc, rest, err := c.incident(ctx)
	if err != nil {
		return chat.Answer{}, err
	}
	kinds, err := c.kindsIn(rest)
	if err != nil {
		return chat.Answer{}, err
	}
	lines := ofKinds(inc, kinds)
	if len(lines) == 0 {
		return c.tell("timeline.none", inc.ID, inc.Title), nil
	}
	shown := c.lastLines(lines)
	head := c.Texts.T("timeline.all", inc.ID, inc.Title)
	switch {
	case len(shown) < len(lines):
		head = c.Texts.T("timeline.last", len(shown), len(lines), inc.ID, inc.Title, c.Slash)
	case len(kinds) > 0:
		head = c.Texts.T("timeline.some", inc.ID, inc.Title)
	}
	text := head + "\n" + strings.Join(shown, "\n")
	if n := len(inc.HiddenLines()); n > 0 && len(kinds) == 0 {
		text += "\n" + c.Texts.T("timeline.hidden", n, c.Slash, inc.ID)
	}
	return chat.Reply(chat.Say(text)), nil
}

// linesMost is how many lines are shown, lineMost how many characters of each,
// and allMost how many of all: an answer has little room.
const (
	linesMost = 20
	lineMost  = 180
	allMost   = 2500
)

// lastLines returns the newest lines, as many as there is room for.
func (c Call) lastLines(lines []timeline.Line) []string {
	var shown []string
	room := allMost
	for n := len(lines) - 1; n >= 0 && len(shown) < linesMost; n-- {
		text := c.lineText(lines[n])
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

func (c Call) lineText(l timeline.Line) string {
	who := "Muster"
	switch {
	case l.By.ID != "":
		who = templates.Person(l.By.ID)
	case l.IsMessage():
		who = c.Texts.T("person.someone")
	}
	kind, text := c.Texts.What(l)
	line := fmt.Sprintf("• #%d %s %s · %s", l.N, templates.When(l.At), who, kind)
	if text != "" {
		line += ": " + chat.Clip(text, lineMost)
	}
	if l.AmendedBy.ID != "" {
		line += " (" + c.Texts.T("postmortem.amended", templates.Person(l.AmendedBy.ID)) + ")"
	}
	if l.Message.Deleted {
		line += " (" + c.Texts.T("timeline.deleted") + ")"
	}
	return line
}
