package bot

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"muster/timeline"
)

// patience is how long an effect is tried before it is given up, how often it is
// at the least (a clock that jumps makes nothing too late), and how long the
// longest wait between two tries is.
func patience(e timeline.Effect) (total time.Duration, least int, between time.Duration) {
	if e.Urgency == timeline.Page && !e.Lasts {
		return 15 * time.Minute, 60, 10 * time.Second
	}
	return 24 * time.Hour, 10, time.Minute
}

// deliver tries an effect once, and settles it or puts it back.
func (b *Bot) deliver(ctx context.Context, e timeline.Effect) {
	log := b.Log.With("effect", e.Key(), "try", e.Tries)
	if after, needed := rest(e); needed {
		log.Error("Muster ended again and again while it tried this; it waits", "ends", e.Crashes, "after", after)
		e.Rested = e.Crashes
		b.postpone(ctx, e, after)
		return
	}
	began := b.now()
	facts, err := b.try(ctx, e)
	outcome := "done"
	defer func() { b.Meter.Delivered(e.To, outcome, b.now().Sub(began)) }()
	total, least, between := patience(e)
	if timeline.IsDoubtful(err) {
		e = e.Doubtful()
	}
	switch {
	case err == nil:
		log.Debug("delivered", "facts", len(facts))
	case timeline.IsRefusal(err):
		log.Warn("given up", "err", b.toLog(ctx, e, err))
		outcome = "given_up"
		facts = []timeline.Fact{timeline.Undelivered{Effect: e, Why: sentence(err)}}
	case e.Tries >= least && b.now().Sub(latest(e.Since, e.Renewed)) > total:
		log.Warn("given up", "err", b.toLog(ctx, e, err), "after", total)
		outcome = "given_up"
		facts = []timeline.Fact{timeline.Undelivered{Effect: e, Why: b.Desk.Texts.T("reason.too long", b.span(total), sentence(err))}}
	default:
		outcome = map[bool]string{true: "doubt", false: "again"}[timeline.IsDoubtful(err)]
		after := again(err, e.Tries, between)
		if e.Urgency == timeline.Page {
			after = min(after, between) // a page does not wait for whoever wants to be left alone: there may be another way
		}
		log.Info("to be tried again", "err", b.toLog(ctx, e, err), "after", after, "doubt", e.Doubt)
		b.postpone(ctx, e, after)
		b.tellTrouble(ctx, e, true)
		return
	}
	b.tellTrouble(ctx, e, false)
	b.settle(ctx, e, facts)
}

// toLog is what the log says of an error. One of a private incident may name
// what its members alone may read, such as a file; its card tells them.
func (b *Bot) toLog(ctx context.Context, e timeline.Effect, err error) any {
	if inc, unread := b.Desk.Journal.Incident(ctx, e.Incident); unread == nil && inc.Private {
		return "the incident is private: its channel is told"
	}
	return err
}

// crashesMost is how often the process may end while an effect is tried before
// the effect has to wait, so that what else there is gets done.
const crashesMost = 3

// rest returns how long an effect has to wait with which in hand the process
// has ended again and again: longer from time to time. It may be innocent.
func rest(e timeline.Effect) (after time.Duration, needed bool) {
	if e.Crashes < crashesMost || e.Rested == e.Crashes {
		return 0, false
	}
	most := time.Hour
	if e.Urgency == timeline.Page {
		most = 10 * time.Second
	}
	return min(most, time.Minute<<min(e.Crashes-crashesMost, 6)), true
}

// again returns how long to wait before the next try: what was asked for and a
// little more, or longer from try to try.
func again(err error, tries int, most time.Duration) time.Duration {
	if asked, ok := timeline.After(err); ok {
		return asked + rand.N(asked/10+time.Millisecond)
	}
	return wait(tries, most)
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

func (b *Bot) postpone(ctx context.Context, e timeline.Effect, after time.Duration) {
	e.NotUntil = b.now().Add(after)
	late := context.WithoutCancel(ctx) // that the bot stops is no crash
	if err := b.insist(ctx, e, func() error { return b.Desk.Journal.Store.Postpone(late, e) }); err != nil {
		b.Log.Error("an effect could not be put back; it is in doubt after the next start", "effect", e.Key(), "err", err)
	}
}

// settle writes down what came of an effect. What can not be written, as when
// the channel that was opened answers for another incident, is given up.
func (b *Bot) settle(ctx context.Context, e timeline.Effect, facts []timeline.Fact) {
	record := func(facts ...timeline.Fact) error {
		return b.insist(ctx, e, func() error {
			_, err := b.Desk.Journal.Settle(ctx, e, facts...)
			return err
		})
	}
	err := record(facts...)
	if errors.Is(err, timeline.ErrTaken) {
		err = record(timeline.Undelivered{Effect: e, Why: sentence(err)})
	}
	if err != nil && !errors.Is(err, timeline.ErrFailed) {
		e.Doubt = true
		b.postpone(ctx, e, pause)
	}
}

// insist tries to write while the store is full.
func (b *Bot) insist(ctx context.Context, e timeline.Effect, write func() error) error {
	for {
		err := write()
		if err == nil || errors.Is(err, timeline.ErrSettled) {
			return nil
		}
		b.Log.Error("writing what came of an effect", "effect", e.Key(), "err", err)
		if !errors.Is(err, timeline.ErrFull) {
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return err
		}
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// span is a length of time as a person reads it.
func (b *Bot) span(d time.Duration) string {
	if d < time.Hour {
		return b.Desk.Texts.T("reason.minutes", int(d.Minutes()))
	}
	return b.Desk.Texts.T("reason.hours", int(d.Hours()))
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
