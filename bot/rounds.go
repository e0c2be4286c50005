package bot

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"muster/timeline"
)

// Round is something that is looked at from time to time, as for what people did
// elsewhere. Nothing is lost when one is left out: the next one finds the same.
type Round struct {
	Name string
	Each time.Duration // by the bot's clock
	Do   func(context.Context) error
}

// round is a Round at work.
type round struct {
	Round
	bot   *Bot
	wakes chan struct{}
	busy  atomic.Bool

	mu    sync.Mutex
	next  time.Time // when it is due; zero is now
	tries int       // that failed in a row
}

// roundFor is how long one round may take, and roundMost the longest that one
// which fails is waited for, unless it is longer anyway.
const (
	roundFor  = time.Minute
	roundMost = 5 * time.Minute
)

// run goes its rounds until ctx ends.
func (r *round) run(ctx context.Context) {
	for ctx.Err() == nil {
		if r.isDue() {
			r.once(ctx)
		}
		timer := time.NewTimer(min(max(0, r.due().Sub(r.bot.now())), forEver))
		select {
		case <-timer.C:
		case <-r.wakes:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

func (r *round) once(ctx context.Context) {
	r.busy.Store(true)
	defer r.bot.quiet.beat()
	defer r.busy.Store(false)
	ctx, cancel := context.WithTimeout(ctx, roundFor)
	defer cancel()
	err := r.Do(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	wait := r.Each
	if r.tries++; err == nil {
		r.tries = 0
	} else {
		wait = max(wait, min(r.Each<<min(r.tries-1, 6), roundMost)) // the first time as if nothing had failed
		if after, asked := timeline.After(err); asked {
			wait = max(wait, after)
		}
		r.bot.Log.Info("not looked at this time", "what", r.Name, "err", err, "again_in", wait.String())
	}
	r.next = r.bot.now().Add(wait)
}

func (r *round) due() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.next
}

func (r *round) isDue() bool { return !r.due().After(r.bot.now()) }

func (r *round) wake() {
	select {
	case r.wakes <- struct{}{}:
	default:
	}
}
