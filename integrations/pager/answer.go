package pager

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"muster/timeline"
)

// HasManager reports whether there is somebody to wake when nobody else answers.
func (f Follower) HasManager(inc timeline.Incident) bool {
	return f.Manager != nil && f.Manager(inc) != ""
}

// managerEmail returns the address of whoever is woken when nobody else answers.
func (f Follower) managerEmail(ctx context.Context, inc timeline.Incident) (string, error) {
	if !f.HasManager(inc) {
		return "", timeline.Refusal(fmt.Errorf("%w: no manager is configured; page a person by name", ErrNobody))
	}
	who := f.Manager(inc)
	if strings.Contains(who, "@") {
		return who, nil
	}
	email, err := f.Email(ctx, who)
	if err != nil {
		return "", fmt.Errorf("find the manager's e-mail address: %w", timeline.NotDone(err))
	}
	return email, nil
}

// escalate wakes the second level. Where there is none, the manager is next.
func (f Follower) escalate(ctx context.Context, inc timeline.Incident, seq int) ([]timeline.Fact, error) {
	p, ok := inc.PageFor(seq)
	if !ok || !p.Waits() || p.Taken || !inc.Open() {
		return nil, nil
	}
	next := timeline.PageUnanswered{For: seq, Step: timeline.TheManager, Nobody: !f.HasManager(inc)}
	if p.ID == "" || f.Account == nil {
		return []timeline.Fact{next}, nil
	}
	if now, err := f.Account.Look(ctx, p.ID); err == nil {
		if facts := f.Who.settled(ctx, seq, now); len(facts) > 0 {
			return facts, nil
		}
	}
	to, err := f.Account.Escalate(ctx, p.ID, Second)
	switch {
	case timeline.IsRefusal(err):
		return []timeline.Fact{next}, nil
	case err != nil:
		return nil, timeline.NotDone(err) // to wake a level again wakes the same people
	}
	further := timeline.PageEscalated{For: seq, Level: Second}
	further.To, further.People = f.Who.all(ctx, to)
	return []timeline.Fact{further}, nil
}

// acknowledge takes a page on for whoever asked to.
func (f Follower) acknowledge(ctx context.Context, inc timeline.Incident, seq int, e timeline.Effect) ([]timeline.Fact, error) {
	var by timeline.Person
	if err := e.Read(&by); err != nil {
		return nil, err
	}
	p, ok := inc.PageFor(seq)
	if !ok || !p.Waits() {
		return nil, nil
	}
	if p.ID == "" || f.Account == nil {
		return nil, timeline.Refusal(errors.New("it went out by a route by which nothing can be acknowledged; acknowledge it on the telephone"))
	}
	email, err := f.Email(ctx, by.ID)
	if err != nil {
		return nil, fmt.Errorf("find the e-mail address: %w", timeline.NotDone(err))
	}
	if err := f.Account.Acknowledge(ctx, p.ID, email); err != nil {
		return nil, timeline.NotDone(err) // to acknowledge again changes nothing
	}
	return []timeline.Fact{timeline.PageAnswered{For: seq, By: by}}, nil
}
