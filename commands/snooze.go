package commands

import (
	"context"
	"slices"
	"strconv"
	"time"

	"muster/chat"
	"muster/policy"
	"muster/templates"
	"muster/timeline"
)

// nothingNew is what the button under a reminder stands for.
var nothingNew = Command{
	Act:  policy.Run,
	Name: "nothing-new", Args: "INC-N", Hidden: true,
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, _, err := c.ongoing(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		inc, err = c.record(ctx, inc.ID, func(timeline.Incident) ([]timeline.Fact, error) {
			return []timeline.Fact{timeline.Updated{Text: c.Texts.T("update.nothing new"), Nothing: true}}, nil
		})
		if err != nil {
			return chat.Answer{}, err
		}
		return c.tell("update.nothing", inc.ID, templates.When(c.Texts.NextUpdate(inc))), nil
	},
}

// snoozeMost is how many minutes a reminder can be put off.
const snoozeMost = 24 * 60

// snooze is what the buttons under a reminder stand for that put it off.
var snooze = Command{
	Act:     policy.Run,
	Numbers: true,
	Name:    "snooze", Args: "INC-N MINUTES [OF]", Hidden: true,
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, rest, err := c.ongoing(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		number, of := firstWord(rest)
		minutes, err := strconv.Atoi(number)
		if err != nil || minutes < 1 || minutes > snoozeMost {
			return chat.Answer{}, c.misused("update.snooze how long", snoozeMost)
		}
		if of == "" {
			of = timeline.UpdateDue
		}
		if !slices.Contains([]string{timeline.UpdateDue, timeline.RoleOpen + string(timeline.Commander), timeline.RoleOpen + string(timeline.Comms)}, of) {
			return chat.Answer{}, c.misused("update.snooze what")
		}
		until := c.now().Add(time.Duration(minutes) * time.Minute)
		_, err = c.record(ctx, inc.ID, func(timeline.Incident) ([]timeline.Fact, error) {
			return []timeline.Fact{timeline.Snoozed{Of: of, Until: until.UTC()}}, nil
		})
		if err != nil {
			return chat.Answer{}, err
		}
		return c.tell("update.snoozed", templates.When(until)), nil
	},
}
