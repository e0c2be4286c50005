package chat

import (
	"context"
	"errors"
	"fmt"

	"muster/templates"
	"muster/timeline"
)

// tagged is a tag on a message that may be a decision.
type tagged struct {
	By      timeline.Person  `json:"by"`
	Message timeline.Message `json:"message"`
	Tag     timeline.Tag     `json:"tag"`
	Emoji   string           `json:"emoji"`
	On      bool             `json:"on"`
	When    string           `json:"when"`
}

// decided is a decision that somebody is told of.
type decided struct {
	Message timeline.Message `json:"message"`
	Person  string           `json:"person"`
}

// Tagged owes it to look whether a message that somebody tagged stands in the
// thread of a review: the chat does not tell that with the tag.
func (r *Reviewer) Tagged(ctx context.Context, req Request, what Reacted, tag timeline.Tag) error {
	t := tagged{By: req.By, Message: what.Message, Tag: tag, Emoji: what.Emoji, On: what.On, When: what.When}
	return r.Journal.Owe(ctx, timeline.House, req.ID, r, timeline.Do(lookAtTag, t).OnObject(req.ID))
}

// look reads a message that somebody tagged. In the thread of a review it is a
// decision; what stands elsewhere is not kept, and whoever tagged it is told once
// that it is not.
func (r *Reviewer) look(ctx context.Context, house timeline.Incident, t tagged, e timeline.Effect) error {
	said, err := r.Chat.Read(ctx, t.Message)
	if errors.Is(err, ErrGone) {
		return nil
	}
	if err != nil {
		return err
	}
	cause := timeline.Cause{By: t.By, Request: "effect " + e.Key()}
	_, err = r.Journal.Decide(ctx, house.ID, cause, func(house timeline.Incident) ([]timeline.Fact, error) {
		if _, ok := house.ReviewAt(timeline.Message{Channel: t.Message.Channel, TS: said.Thread}); !ok {
			return strayTag(house, t), nil
		}
		return decision(house, t, said), nil
	})
	if errors.Is(err, timeline.ErrRepeated) {
		return nil
	}
	return err
}

// strayTag tells whoever tags what is in no review's thread, the first time.
func strayTag(house timeline.Incident, t tagged) []timeline.Fact {
	if !t.On || house.WasTold(t.By, timeline.AboutTagging) {
		return nil
	}
	return []timeline.Fact{timeline.Told{What: timeline.AboutTagging, Channel: t.Message.Channel}}
}

// decision is what a tag on a message in a review's thread tells.
func decision(house timeline.Incident, t tagged, said Said) []timeline.Fact {
	if !house.IsNews(t.Message, t.By, t.Emoji, t.When) {
		return nil
	}
	if !t.On {
		return []timeline.Fact{timeline.Untagged{Message: t.Message, Tag: t.Tag, Emoji: t.Emoji, When: t.When}}
	}
	facts := []timeline.Fact{timeline.Tagged{Message: t.Message, Tag: t.Tag, Emoji: t.Emoji, When: t.When}}
	if known, _ := house.Tagged(t.Message); !known.Captured() {
		facts = append(facts, timeline.Captured{
			Message: t.Message, Author: said.Author, Text: said.Text, At: said.At, URL: said.URL, Version: said.Version, Thread: said.Thread,
		})
	}
	return facts
}

// confirm tells whoever tagged a decision first, in its thread and for their eyes
// only, what becomes of it. Twice heard is better than not at all.
func (r *Reviewer) confirm(ctx context.Context, house timeline.Incident, d decided) error {
	known, ok := house.Decision(d.Message)
	if !ok || known.Done || isLocal(d.Person) {
		return nil
	}
	m, _ := house.Tagged(d.Message)
	said := Say(r.Texts.T("reviewing.noted", Clip(known.Text, 100)))
	said.Thread = m.Thread
	err := r.Chat.Whisper(ctx, d.Message.Channel, d.Person, said)
	if timeline.IsRefusal(err) {
		return nil // they are not there; the next review shows it
	}
	return err
}

// DecisionButton tells that what a review decided was done, or that it was not.
func DecisionButton(t templates.Texts, d timeline.Decision) Button {
	deed := "done"
	if d.Done {
		deed = "reopen"
	}
	return Button{Label: t.T("button.decision "+deed, Clip(d.Text, 40)), Command: fmt.Sprintf("decision %s %s %s", deed, d.Message.Channel, d.Message.TS)}
}
