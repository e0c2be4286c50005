package bot

import (
	"context"
	"errors"
	"time"

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

// talkedOf is for how long people talk of a review in its thread.
const talkedOf = 14 * 24 * time.Hour

// readReview reads what was tagged in the thread of the latest review, and what
// became of the decisions there.
func (b *Bot) readReview(ctx context.Context) {
	house, err := b.Desk.Journal.Incident(ctx, timeline.House)
	if err != nil {
		b.Log.Warn("it could not be read which reviews were posted", "err", err)
	}
	if len(house.Reviews()) == 0 {
		return
	}
	review := house.Reviews()[len(house.Reviews())-1]
	as := reading{when: stamp(b.now()), channel: review.Message.Channel}
	if review.Message.TS < stamp(b.now().Add(-talkedOf)) {
		return
	}
	standing, _, err := b.Past.Thread(ctx, as.channel, review.Message.TS)
	if err != nil {
		b.Log.Warn("the thread of the review could not be read back", "err", err)
		return
	}
	for _, req := range as.missed(house, standing, false, b.Reactions) {
		if b.isNone(ctx, house, req) {
			continue
		}
		if _, err := b.Handle(ctx, req); err != nil {
			b.Log.Error("reading back the review", "err", err)
			return
		}
	}
}
