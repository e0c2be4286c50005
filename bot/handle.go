package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"muster/chat"
	"muster/commands"
	"muster/timeline"
)

// Handle does what a request asks for, and returns the answer for the one who
// asked. When it returns, what was done is on the disk. An error means that
// nothing was: the chat must not be told that the request arrived, so that it
// sends it again.
func (b *Bot) Handle(ctx context.Context, req chat.Request) (chat.Answer, error) {
	began := b.now()
	answer, err := b.handle(ctx, req)
	if errors.Is(err, timeline.ErrFull) {
		b.readLater()
	}
	b.Meter.Handled(kindOf(req.What), err == nil, b.now().Sub(began))
	return answer, err
}

// kindOf names a kind of request: "typed", "reacted".
func kindOf(what chat.What) string {
	name := fmt.Sprintf("%T", what)
	return strings.ToLower(name[strings.LastIndex(name, ".")+1:])
}

func (b *Bot) handle(ctx context.Context, req chat.Request) (chat.Answer, error) {
	switch what := req.What.(type) {
	case chat.Typed:
		return b.answer(b.Desk.Do(ctx, req, what.Text))
	case chat.Submitted:
		return b.answerLater(ctx, req, func() (chat.Answer, error) { return b.Desk.Fill(ctx, req, what) })
	case chat.Pressed:
		return b.answerLater(ctx, req, func() (chat.Answer, error) { return b.Desk.Do(ctx, req, what.Command) })
	case chat.Mentioned:
		return b.answerLater(ctx, req, func() (chat.Answer, error) { return b.Desk.Do(ctx, req, what.Text) })
	case chat.Picked:
		return b.answerLater(ctx, req, func() (chat.Answer, error) { return b.picked(ctx, req, what) })
	case chat.TypedInThread:
		return b.answerLater(ctx, req, func() (chat.Answer, error) {
			return chat.Reply(chat.Say(b.Desk.Texts.T("thread", chat.Clip(what.Text, 200)))), nil
		})
	case chat.Reacted:
		return chat.Answer{}, b.reacted(ctx, req, what)
	case chat.Pinned:
		return chat.Answer{}, b.pinned(ctx, req, what)
	case chat.Changed:
		return chat.Answer{}, b.changed(ctx, req, what)
	case chat.Removed:
		return chat.Answer{}, b.removed(ctx, req, what)
	case chat.Arrived:
		return chat.Answer{}, b.arrived(ctx, req)
	case chat.Departed:
		return chat.Answer{}, b.departed(ctx, req)
	case chat.CameHome:
		return chat.Answer{}, b.cameHome(ctx, req)
	case chat.AccountClosed:
		return chat.Answer{}, b.accountClosed(ctx, req)
	case chat.Handed:
		return chat.Answer{}, b.handed(ctx, req, what)
	}
	return chat.Answer{}, nil
}

// answer turns what went wrong into words. A person who typed a command can
// do something about it; an error would only make the chat say "timeout".
func (b *Bot) answer(answer chat.Answer, err error) (chat.Answer, error) {
	var wrong commands.Sorry
	switch {
	case err == nil:
		return b.warned(answer), nil
	case errors.As(err, &wrong):
		m := chat.Say(wrong.Text)
		if len(wrong.Buttons) > 0 {
			m = m.With(wrong.Buttons...)
		}
		return chat.Reply(m), nil
	case errors.Is(err, timeline.ErrFailed):
		b.Log.Error("not known whether it is recorded", "err", err)
		return chat.Reply(chat.Say(b.Desk.Texts.T("answer.not known"))), nil
	case errors.Is(err, timeline.ErrFull):
		b.Log.Error("not recorded", "err", err)
		return chat.Reply(chat.Say(b.Desk.Texts.T("answer.full"))), nil
	case errors.Is(err, timeline.ErrBroken) && !errors.Is(err, timeline.ErrDamaged):
		b.Log.Error("not read", "err", err)
		return chat.Reply(chat.Say(b.Desk.Texts.T("answer.broken", b.damage()))), nil
	case errors.Is(err, timeline.ErrDamaged):
		b.Log.Error("not recorded", "err", err)
		return chat.Reply(chat.Say(b.Desk.Texts.T("answer.damaged", b.damage()))), nil
	default:
		b.Log.Error("not recorded", "err", err)
		return chat.Reply(chat.Say(b.Desk.Texts.T("answer.failed"))), nil
	}
}

// damage tells what a damaged store means.
func (b *Bot) damage() string { return b.Desk.Texts.T("answer.damage") }

// warned adds to an answer that there may be more than it tells.
func (b *Bot) warned(answer chat.Answer) chat.Answer {
	if answer.Message != nil && b.Desk.Journal.Store.Damaged() != nil {
		answer.Message.Text += "\n" + b.Desk.Texts.T("answer.not all", b.damage())
	}
	return answer
}

// answerLater is for requests that take no answer on the spot: what is to be
// said follows as a message. A form and what is wrong with one can not wait.
func (b *Bot) answerLater(ctx context.Context, req chat.Request, ask func() (chat.Answer, error)) (chat.Answer, error) {
	answer, err := b.answer(ask())
	if err != nil || answer.Message == nil || answer.Aloud {
		return answer, err
	}
	inc, err := b.Desk.Journal.Store.Find(ctx, req.Channel)
	if errors.Is(err, timeline.ErrUnknown) {
		inc, err = timeline.House, nil
		if _, form := req.What.(chat.Submitted); form {
			req.Channel = "" // the bot may not be where the form was opened: it is told in a direct message at once
		}
	}
	if err == nil {
		err = b.Desk.Journal.Owe(ctx, inc, req.ID+"#answer", b.Replies, b.Replies.Whisper(req, *answer.Message))
	}
	if errors.Is(err, timeline.ErrRepeated) {
		err = nil
	}
	if errors.Is(err, timeline.ErrFull) || errors.Is(err, timeline.ErrDamaged) {
		return chat.Answer{}, b.tellAtOnce(ctx, req, *answer.Message)
	}
	if err != nil {
		return chat.Answer{}, fmt.Errorf("answer request %s: %w", req.ID, err)
	}
	return chat.Answer{}, nil
}

// tellAtOnce answers without a record of it, for when none can be made. The
// request is over then: that it comes again would change nothing.
func (b *Bot) tellAtOnce(ctx context.Context, req chat.Request, m chat.Message) error {
	ctx, cancel := context.WithTimeout(ctx, chat.Patience)
	defer cancel()
	if _, err := b.Replies.Deliver(ctx, timeline.Incident{}, b.Replies.Whisper(req, m)); err != nil {
		b.Log.Warn("a request could not be answered", "request", req.ID, "err", err)
	}
	return nil
}
