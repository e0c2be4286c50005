package commands

import (
	"context"

	"muster/chat"
	"muster/policy"
	"muster/templates"
	"muster/timeline"
)

// able is person for someone who is to do something: guests, strangers, apps and
// closed accounts can not.
func (c Call) able(ctx context.Context, arg string) (timeline.Person, error) {
	p, err := c.person(arg)
	if err != nil || p.ID == c.Request.By.ID {
		return p, err
	}
	switch c.standingOf(ctx, p.ID) {
	case policy.Guest, policy.Stranger:
		return p, c.sorry("person.guest", templates.Person(p.ID))
	case policy.Gone:
		return p, c.sorry("person.gone", templates.Person(p.ID))
	case policy.Machine:
		return p, c.sorry("person.bot", templates.Person(p.ID))
	}
	return p, nil
}

// answering reads who is to answer for something about an incident: somebody who
// may hear of it.
func (c Call) answering(ctx context.Context, inc timeline.Incident, arg string) (timeline.Person, error) {
	p, err := c.able(ctx, arg)
	if err == nil && !inc.IsOpenTo(p.ID) {
		err = c.sorry("follow-up.outside", inc.ID, templates.Person(p.ID), c.Slash)
	}
	return p, err
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
		return timeline.Person{}, c.misused("person.nobody", chat.Clip(arg, 60))
	case c.Bot != nil && ids[0] == c.Bot():
		return timeline.Person{}, c.sorry("person.me")
	}
	return timeline.Person{ID: ids[0]}, nil
}
