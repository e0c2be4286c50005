package commands

import (
	"context"

	"muster/chat"
	"muster/policy"
	"muster/templates"
	"muster/timeline"
)

var lead = giving(timeline.Commander, "Makes someone, or you, the commander.", "commander", "ic")

var comms = giving(timeline.Comms, "Makes someone, or you, the comms lead, who tells everybody outside the channel.")

var scribe = giving(timeline.Scribe, "Makes someone, or you, the scribe, who keeps the record.")

// giving is the command that gives a role.
func giving(r timeline.Role, help string, aliases ...string) Command {
	return Command{
		Act: policy.Run, Name: r.Verb(), Aliases: aliases, Args: "[INC-N] [@user]", Help: help, Example: "@ana",
		Run: func(ctx context.Context, c Call) (chat.Answer, error) { return c.give(ctx, r) },
	}
}

func (c Call) give(ctx context.Context, r timeline.Role) (chat.Answer, error) {
	inc, rest, err := c.ongoing(ctx)
	if err != nil {
		return chat.Answer{}, err
	}
	to, err := c.person(rest)
	if err != nil {
		return chat.Answer{}, err
	}
	already := false
	_, err = c.record(ctx, inc.ID, func(inc timeline.Incident) ([]timeline.Fact, error) {
		if already = inc.Holder(r).ID == to.ID; already {
			return nil, nil
		}
		return []timeline.Fact{timeline.RoleGiven{Role: r, To: to}}, nil
	})
	switch {
	case err != nil:
		return chat.Answer{}, err
	case already:
		return reply("%s is the %v of %v already.", templates.Person(to.ID), r, inc.ID), nil
	case to.ID == c.Request.By.ID:
		return reply("You are the %v of %v. %s", r, inc.ID, r.Duties()), nil
	default:
		return reply("%s is the %v of %v and is being told.", templates.Person(to.ID), r, inc.ID), nil
	}
}

// person reads whom an argument names; nobody named is whoever asks.
func (c Call) person(arg string) (timeline.Person, error) {
	word, _ := firstWord(arg)
	if word == "" || word == "me" {
		return c.Request.By, nil
	}
	ids := templates.People(word)
	switch {
	case len(ids) != 1 || word != templates.Person(ids[0]):
		return timeline.Person{}, c.misused("%q names nobody. Type @ and pick the person from the list.", chat.Clip(arg, 60))
	case c.Bot != nil && ids[0] == c.Bot():
		return timeline.Person{}, sorry("That is me, and I am a bot. It takes a person; type @ and pick one from the list.")
	}
	return timeline.Person{ID: ids[0]}, nil
}
