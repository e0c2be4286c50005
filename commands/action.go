package commands

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"muster/chat"
	"muster/policy"
	"muster/templates"
	"muster/timeline"
)

var action = Command{
	Act:  policy.Record,
	Name: "action", Aliases: []string{"followup", "follow-up"}, Args: `[INC-N] "WHAT" @dri [DUE]`, Example: `"add a memory alert" @ana friday`,
	Help: "Agrees on a follow-up: what is to be done, by whom, by when. It is filed as a ticket.",
	Run:  runAction,
}

var actions = Command{
	Act:  policy.Read,
	Name: "actions", Aliases: []string{"followups", "follow-ups"}, Args: "[INC-N]", Example: "INC-12",
	Help: "Lists the follow-ups of an incident.",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, _, err := c.incident(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		if len(inc.Actions) == 0 {
			return reply("%v has no follow-ups. To agree on one: `%s %s`", inc.ID, c.Slash, "action "+action.Example), nil
		}
		var lines []string
		for _, a := range inc.Actions {
			lines = append(lines, "• "+templates.Action(a))
		}
		return reply("Follow-ups of %v:\n%s", inc.ID, strings.Join(lines, "\n")), nil
	},
}

// dueByDefault is how long a follow-up may take where nobody says: what comes
// of something bad is not to wait.
var dueByDefault = map[timeline.Severity]int{timeline.Sev1: 7, timeline.Sev2: 14, timeline.Sev3: 30, timeline.Sev4: 60}

func runAction(ctx context.Context, c Call) (chat.Answer, error) {
	inc, rest, err := c.incident(ctx)
	if err != nil {
		return chat.Answer{}, err
	}
	agreed, err := c.agreed(ctx, inc, rest)
	if err != nil {
		return chat.Answer{}, err
	}
	if _, err := c.Journal.Record(ctx, inc.ID, c.cause(), agreed); err != nil {
		return chat.Answer{}, err
	}
	text := fmt.Sprintf("Agreed for %v: %s (%s, due %s).", inc.ID, agreed.What, templates.Person(agreed.DRI.ID), templates.Day(agreed.Due))
	if c.Tickets {
		text += " Its ticket is being filed."
	}
	return chat.Reply(chat.Say(text)), nil
}

// someone is a person in a text.
var someone = regexp.MustCompile(`<@[A-Z0-9]+>`)

// agreed reads what is to be done, by whom, and by when.
func (c Call) agreed(ctx context.Context, inc timeline.Incident, args string) (timeline.ActionAgreed, error) {
	var agreed timeline.ActionAgreed
	who := someone.FindAllStringIndex(args, -1)
	if len(who) == 0 {
		return agreed, c.misused("Say who answers for it: one person, with @. A group would mean nobody.")
	}
	at := who[len(who)-1]
	var err error
	if agreed.DRI, err = c.able(ctx, args[at[0]:at[1]]); err != nil {
		return agreed, err
	}
	agreed.What = strings.TrimSpace(strings.Trim(chat.CleanLine(args[:at[0]]), `"“” `))
	switch n := len([]rune(agreed.What)); {
	case n == 0:
		return agreed, c.misused("Say what is to be done, before the name.")
	case n > titleMost:
		return agreed, c.misused("It has %d characters; %d are the most.", n, titleMost)
	}
	now := c.now().In(c.zone(ctx, inc))
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	due := today.AddDate(0, 0, dueByDefault[inc.Severity])
	if text := strings.TrimSpace(args[at[1]:]); text != "" {
		if due, err = readDue(text, today); err != nil {
			return agreed, c.misused("%v.", err)
		}
	}
	agreed.Due = due.Format(time.DateOnly)
	return agreed, nil
}
