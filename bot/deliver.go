package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"muster/timeline"
)

// patience is how long an effect is tried before it is given up, and how long
// the longest wait between two tries is.
func patience(u timeline.Urgency) (total, between time.Duration) {
	if u == timeline.Page {
		return 15 * time.Minute, 10 * time.Second
	}
	return 24 * time.Hour, time.Minute
}

// deliver tries an effect once, and settles it or puts it back.
func (b *Bot) deliver(ctx context.Context, e timeline.Effect) {
	log := b.Log.With("effect", e.Key(), "try", e.Tries)
	facts, err := b.try(ctx, e)
	total, between := patience(e.Urgency)
	switch {
	case err == nil:
		log.Debug("delivered", "facts", len(facts))
	case timeline.IsRefusal(err):
		log.Warn("given up", "err", err)
		facts = []timeline.Fact{timeline.Undelivered{Effect: e, Why: sentence(err)}}
	case b.now().Sub(e.Since) > total:
		log.Warn("given up", "err", err, "after", total)
		facts = []timeline.Fact{timeline.Undelivered{Effect: e, Why: fmt.Sprintf("it was tried for %v. %s", total, sentence(err))}}
	default:
		after, told := timeline.After(err)
		if !told {
			after = wait(e.Tries, between)
		}
		log.Info("to be tried again", "err", err, "after", after, "doubt", timeline.IsDoubtful(err))
		b.postpone(ctx, e, after, timeline.IsDoubtful(err))
		return
	}
	b.settle(ctx, e, facts)
}

// try delivers an effect. A fault in a follower is that follower's failure,
// not the bot's end.
func (b *Bot) try(ctx context.Context, e timeline.Effect) (facts []timeline.Fact, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			facts, err = nil, timeline.Refusal(fmt.Errorf("a fault in Muster: %v", fault))
		}
	}()
	f, ok := b.follower(e.To)
	if !ok {
		return nil, timeline.Refusal(fmt.Errorf("%s is not configured", e.To))
	}
	inc, err := b.Desk.Journal.Incident(ctx, e.Incident)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, onceFor)
	defer cancel()
	return f.Deliver(ctx, inc, e)
}

func (b *Bot) postpone(ctx context.Context, e timeline.Effect, after time.Duration, doubt bool) {
	e.NotUntil, e.Doubt = b.now().Add(after), e.Doubt || doubt
	b.write(ctx, e, func() error { return b.Desk.Journal.Store.Postpone(ctx, e) })
}

func (b *Bot) settle(ctx context.Context, e timeline.Effect, facts []timeline.Fact) {
	b.write(ctx, e, func() error {
		_, err := b.Desk.Journal.Settle(ctx, e, facts...)
		return err
	})
}

// write insists on writing down what came of an effect while the store is
// full. Where it can not be written at all the effect stays handed out, and is
// in doubt after the next start.
func (b *Bot) write(ctx context.Context, e timeline.Effect, how func() error) {
	for {
		err := how()
		if err == nil || errors.Is(err, timeline.ErrSettled) {
			return
		}
		b.Log.Error("writing what came of an effect", "effect", e.Key(), "err", err)
		if !errors.Is(err, timeline.ErrFull) {
			return
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return
		}
	}
}

// sentence is an error as a person reads it.
func sentence(err error) string {
	text := err.Error()
	if text == "" {
		return "no reason was given."
	}
	if last := text[len(text)-1]; last != '.' && last != '!' && last != '?' {
		text += "."
	}
	return text
}
