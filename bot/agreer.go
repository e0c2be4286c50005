package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"muster/chat"
	"muster/commands"
	"muster/templates"
	"muster/timeline"
)

// Agreer makes a follow-up of a message that someone tags as one, and takes it
// back with the last such tag.
type Agreer struct {
	Journal *timeline.Journal
	Desk    func() commands.Desk // under construction when the followers are put together
	Chat    chat.Chat
}

// Name is "agreer".
func (Agreer) Name() string { return "agreer" }

// Urgency is that of announcements.
func (Agreer) Urgency() timeline.Urgency { return timeline.Announce }

const (
	agree   = "agree"
	unagree = "take-back"
)

// React looks at messages that are tagged as follow-ups and were read.
func (Agreer) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	var at timeline.Message
	if inc.ID == timeline.House {
		return nil // what a review decides is no incident's follow-up
	}
	switch f := ev.Fact.(type) {
	case timeline.Captured:
		at = f.Message
	case timeline.Tagged:
		if f.Tag != timeline.FollowUp || f.Emoji == commands.FollowUpEmoji {
			return nil
		}
		at = f.Message
	case timeline.Untagged:
		if a, ok := from(inc, f.Message); ok && f.Tag == timeline.FollowUp && !tagsFollowUp(inc, f.Message) && !isFromMenu(inc, f.Message) {
			return []timeline.Effect{timeline.Do(unagree, a.Seq)}
		}
		return nil
	default:
		return nil
	}
	if _, agreed := from(inc, at); agreed || !tagsFollowUp(inc, at) {
		return nil
	}
	if m, _ := inc.Tagged(at); !m.Captured() {
		return nil
	}
	return []timeline.Effect{timeline.Do(agree, at)}
}

// tagsFollowUp reports whether a message is tagged as a follow-up by an emoji.
func tagsFollowUp(inc timeline.Incident, at timeline.Message) bool {
	m, _ := inc.Tagged(at)
	for _, mark := range m.Marks {
		if mark.On && mark.Tag == timeline.FollowUp && mark.Emoji != commands.FollowUpEmoji {
			return true
		}
	}
	return false
}

// isFromMenu reports whether a message was made a follow-up from a menu, which no
// emoji takes back.
func isFromMenu(inc timeline.Incident, at timeline.Message) bool {
	m, _ := inc.Tagged(at)
	return slices.ContainsFunc(m.Marks, func(mark timeline.Mark) bool { return mark.On && mark.Emoji == commands.FollowUpEmoji })
}

// from is the follow-up that a message was made, unless it was taken back.
func from(inc timeline.Incident, at timeline.Message) (timeline.Action, bool) {
	for _, a := range inc.Actions {
		if a.About == at && !a.Withdrawn {
			return a, true
		}
	}
	return timeline.Action{}, false
}

// Deliver agrees on it for whoever tagged it, once, or takes it back.
func (g Agreer) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	switch e.Do {
	case agree:
		return nil, g.agree(ctx, inc, e)
	case unagree:
		return nil, g.takeBack(ctx, inc, e)
	}
	return nil, timeline.Refusal(fmt.Errorf("this version of Muster does not know how to %q", e.Do))
}

func (g Agreer) agree(ctx context.Context, inc timeline.Incident, e timeline.Effect) error {
	var at timeline.Message
	if err := e.Read(&at); err != nil {
		return err
	}
	m, _ := inc.Tagged(at)
	by := tagger(m)
	desk := g.Desk()
	agreed, ok := desk.FollowUpOf(ctx, inc, m)
	if !ok {
		return g.whisper(ctx, inc, by, desk.Texts.T("follow-up.nobody for", desk.Slash))
	}
	return g.write(ctx, inc.ID, by, e, func(inc timeline.Incident) []timeline.Fact {
		if _, before := from(inc, at); before || !tagsFollowUp(inc, at) {
			return nil
		}
		return []timeline.Fact{agreed}
	})
}

// whisper tells whoever touched an emoji why nothing came of it.
func (g Agreer) whisper(ctx context.Context, inc timeline.Incident, to timeline.Person, text string) error {
	if to.ID == "" || inc.Channel.ID == "" {
		return nil
	}
	err := g.Chat.Whisper(ctx, inc.Channel.ID, to.ID, chat.Say(text))
	if timeline.IsRefusal(err) {
		return nil // they have left
	}
	return err
}

// tagger is who tagged a message as a follow-up first.
func tagger(m timeline.TaggedMessage) timeline.Person {
	for _, mark := range m.Marks {
		if mark.On && mark.Tag == timeline.FollowUp {
			return timeline.Person{ID: mark.Person}
		}
	}
	return timeline.Person{}
}

func (g Agreer) takeBack(ctx context.Context, inc timeline.Incident, e timeline.Effect) error {
	var seq int
	if err := e.Read(&seq); err != nil {
		return err
	}
	if e.Seq < 1 || e.Seq > len(inc.Events) {
		return nil
	}
	by := inc.Events[e.Seq-1].By
	if a, ok := inc.Action(seq); ok && isTaken(a, by) && !a.Over {
		desk := g.Desk()
		return g.whisper(ctx, inc, by, desk.Texts.T("follow-up.taken already", a.What, templates.Person(a.DRI.ID), desk.Slash, inc.ID, a.N))
	}
	return g.write(ctx, inc.ID, by, e, func(inc timeline.Incident) []timeline.Fact {
		a, ok := inc.Action(seq)
		if !ok || a.Over || isTaken(a, by) || tagsFollowUp(inc, a.About) {
			return nil
		}
		return []timeline.Fact{timeline.ActionDropped{For: seq, Why: g.Desk().Texts.T("follow-up.taken back"), Withdrawn: true}}
	})
}

// isTaken reports whether somebody else than the one who takes an emoji back has
// said yes to a follow-up: then it is not theirs alone.
func isTaken(a timeline.Action, by timeline.Person) bool { return a.Accepted && a.DRI.ID != by.ID }

// write writes what was decided, once for each effect.
func (g Agreer) write(ctx context.Context, id timeline.ID, by timeline.Person, e timeline.Effect, decide func(timeline.Incident) []timeline.Fact) error {
	_, err := g.Journal.Decide(ctx, id, timeline.Cause{By: by, Request: "effect " + e.Key()}, func(inc timeline.Incident) ([]timeline.Fact, error) {
		return decide(inc), nil
	})
	if errors.Is(err, timeline.ErrRepeated) {
		return nil
	}
	return err
}
