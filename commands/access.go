package commands

import (
	"context"
	"errors"
	"fmt"
	"time"

	"muster/chat"
	"muster/policy"
	"muster/timeline"
)

// This file is the one place where people meet incidents: what someone may not
// see is not there.

// placeOf is an incident as someone sees it.
func placeOf(inc timeline.Incident, person string) policy.Place {
	switch {
	case !inc.Private:
		return policy.Public
	case inc.IsMember(person):
		return policy.Inside
	default:
		return policy.Outside
	}
}

// standingOf is what someone is; nobody at all where it can not be told.
func (d Desk) standingOf(ctx context.Context, person string) policy.Standing {
	if _, local := timeline.IsLocal(person); local {
		return policy.Local
	}
	if d.Standing == nil || person == "" {
		return policy.Unknown
	}
	return d.Standing(ctx, person)
}

// May reports whether someone may do something about an incident. It is for
// what is no command, such as a reaction.
func (d Desk) May(ctx context.Context, person string, act policy.Act, inc timeline.Incident) bool {
	return policy.Judge(d.standingOf(ctx, person), act, placeOf(inc, person)) == policy.Fine
}

// sees reports whether the caller may know of an incident.
func (c Call) sees(inc timeline.Incident) bool {
	return policy.Judge(c.Standing, policy.Read, placeOf(inc, c.Request.By.ID)) == policy.Fine
}

// allowed refuses what the caller may not do at all, and writes down that it was
// asked for.
func (c Call) allowed(ctx context.Context, place policy.Place, id timeline.ID) error {
	why := policy.Judge(c.Standing, c.Command.Act, place)
	if why == policy.Fine {
		return nil
	}
	once := fmt.Sprintf("refused %s %s %s", c.Request.By.ID, c.Command.Name, c.now().Format(time.DateOnly)) // whoever insists fills no disk
	cause := timeline.Cause{By: c.Request.By, Request: once, CanWait: true}
	_, err := c.Journal.Record(ctx, timeline.House, cause, timeline.Refused{What: c.Command.Name, Incident: id, Why: string(why)})
	if err != nil && !errors.Is(err, timeline.ErrRepeated) && !errors.Is(err, timeline.ErrFull) && !errors.Is(err, timeline.ErrDamaged) {
		return err
	}
	return c.sorry("refused."+string(why), c.Command.Name, c.Slash)
}

// load returns an incident that the caller may see; else it is unknown.
func (c Call) load(ctx context.Context, id timeline.ID) (timeline.Incident, error) {
	inc, err := c.Journal.Incident(ctx, id)
	if err == nil && !c.sees(inc) {
		return timeline.Incident{}, timeline.ErrUnknown
	}
	return inc, err
}

// here returns the incident of the channel that the call came from, if the
// caller may see it; else it is unknown.
func (c Call) here(ctx context.Context) (timeline.Incident, error) {
	inc, err := c.Journal.Named(ctx, c.Request.Channel)
	if err == nil && !c.sees(inc) {
		return timeline.Incident{}, timeline.ErrUnknown
	}
	return inc, err
}

// open returns the open incidents that the caller may see, the oldest first.
func (c Call) open(ctx context.Context) ([]timeline.Incident, error) {
	all, err := c.Journal.Open(ctx)
	return c.visible(all), err
}

func (c Call) visible(all []timeline.Incident) []timeline.Incident {
	var seen []timeline.Incident
	for _, inc := range all {
		if c.sees(inc) {
			seen = append(seen, inc)
		}
	}
	return seen
}

// tell answers with a text of the catalogue.
func (d Desk) tell(key string, args ...any) chat.Answer {
	return chat.Reply(chat.Say(d.Texts.T(key, args...)))
}

// sorry refuses with a text of the catalogue.
func (d Desk) sorry(key string, args ...any) error {
	return Sorry{Text: d.Texts.T(key, args...)}
}

// MayDeclare refuses whoever may not declare, before they see a form.
func (d Desk) MayDeclare(ctx context.Context, req chat.Request) error {
	c := Call{Desk: d, Request: req, Command: declare, Standing: d.standingOf(ctx, req.By.ID)}
	return c.allowed(ctx, policy.Anywhere, 0)
}
