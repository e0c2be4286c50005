package bot

import (
	"context"
	"errors"

	"muster/chat"
	"muster/commands"
	"muster/policy"
	"muster/timeline"
)

// taggedElsewhere is for a tag where there is no incident: in the thread of a
// review it makes a decision.
func (b *Bot) taggedElsewhere(ctx context.Context, req chat.Request, what chat.Reacted, tag timeline.Tag) error {
	house, err := b.Desk.Journal.Incident(ctx, timeline.House)
	if err != nil {
		return err
	}
	if b.Reviewer == nil || !house.IsReviewed(what.Message.Channel) {
		return b.explainTagging(ctx, req, what)
	}
	if !b.Desk.May(ctx, req.By.ID, policy.Record, house) {
		return nil
	}
	if known, _ := house.Tagged(what.Message); known.Captured() {
		return b.mark(ctx, timeline.House, req, what, tag)
	}
	err = b.Reviewer.Tagged(ctx, req, what, tag)
	if errors.Is(err, timeline.ErrRepeated) {
		return nil
	}
	return err
}

// pickedElsewhere is taggedElsewhere for the menu of a message, which tells its
// thread.
func (b *Bot) pickedElsewhere(ctx context.Context, req chat.Request, what chat.Picked) (chat.Answer, error) {
	house, err := b.Desk.Journal.Incident(ctx, timeline.House)
	if err != nil {
		return chat.Answer{}, err
	}
	_, inReview := house.ReviewAt(timeline.Message{Channel: what.About.Channel, TS: what.Said.Thread})
	if b.Reviewer == nil || !inReview || !b.Desk.May(ctx, req.By.ID, policy.Record, house) {
		return chat.Reply(chat.Say(b.Desk.Texts.T("tagging.no incident"))), nil
	}
	as := chat.Reacted{Message: what.About, Emoji: commands.ShortcutEmoji, On: true, When: what.When}
	return chat.Answer{}, b.taggedElsewhere(ctx, req, as, timeline.KeyEvent)
}

// tickedDecision is ticked for what a review decided.
func (b *Bot) tickedDecision(ctx context.Context, req chat.Request, what chat.Reacted) (isOne bool, err error) {
	house, err := b.Desk.Journal.Incident(ctx, timeline.House)
	if err != nil {
		return false, err
	}
	if _, isOne = house.Decision(what.Message); !isOne || !b.Desk.May(ctx, req.By.ID, policy.Record, house) {
		return isOne, nil
	}
	return true, b.decide(ctx, timeline.House, req, func(house timeline.Incident) timeline.Fact {
		if d, ok := house.Decision(what.Message); !ok || d.Done {
			return nil
		}
		return timeline.DecisionDone{Message: what.Message}
	})
}
