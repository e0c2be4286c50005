package bot

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"muster/timeline"
)

// pool delivers the effects of some urgencies with a number of workers.
type pool struct {
	bot      *Bot
	from, to timeline.Urgency
	slots    chan struct{}
	wakes    chan struct{}
	busy     atomic.Int64 // claims and deliveries under way
	workers  sync.WaitGroup
}

const (
	grace   = 15 * time.Second // for what is under way when the bot stops
	onceFor = 30 * time.Second // that one try may take
	pause   = time.Second      // after the store could not be read
)

func newPool(b *Bot, from, to timeline.Urgency, workers int) *pool {
	return &pool{
		bot: b, from: from, to: to,
		slots: make(chan struct{}, workers), wakes: make(chan struct{}, 1),
	}
}

func (p *pool) wake() {
	select {
	case p.wakes <- struct{}{}:
	default:
	}
}

// run hands effects to workers as they become due.
func (p *pool) run(ctx context.Context) error {
	working, abort := context.WithCancel(context.WithoutCancel(ctx))
	defer abort()
	var err error
	for ctx.Err() == nil && !errors.Is(err, timeline.ErrFailed) {
		var wait time.Duration
		if wait, err = p.round(ctx, working); err != nil {
			p.bot.Log.Error("looking for what is due", "err", err)
			if wait = pause; errors.Is(err, timeline.ErrDamaged) {
				wait = forEver // until it is started with a store that is whole
			}
		}
		p.sleep(ctx, wait)
	}
	defer time.AfterFunc(grace, abort).Stop()
	p.workers.Wait()
	return err
}

// round starts what is due and returns how long there is nothing to do.
func (p *pool) round(ctx, working context.Context) (time.Duration, error) {
	p.busy.Add(1)
	defer p.bot.quiet.beat()
	defer p.busy.Add(-1)
	store, now := p.bot.Desk.Journal.Store, p.bot.now()
	free := cap(p.slots) - len(p.slots)
	if free == 0 {
		return forEver, nil // a worker that ends wakes the pool
	}
	due, err := store.Claim(ctx, p.from, p.to, now, free)
	if err != nil {
		return 0, err
	}
	for _, e := range due {
		p.start(working, e)
	}
	next, ok, err := store.Due(ctx, p.from, p.to)
	if err != nil || !ok || len(due) == free {
		return forEver, err
	}
	return max(0, next.Sub(now)), nil
}

// forEver is until someone wakes the pool.
const forEver = time.Hour

func (p *pool) sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(min(d, forEver))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-p.wakes:
	case <-ctx.Done():
	}
}

func (p *pool) start(ctx context.Context, e timeline.Effect) {
	p.slots <- struct{}{}
	p.busy.Add(1)
	p.workers.Go(func() {
		defer func() {
			<-p.slots
			p.busy.Add(-1)
			p.wake()
			p.bot.quiet.beat()
		}()
		p.bot.deliver(ctx, e)
	})
}

// wait returns how long to wait before another try: a random part of a span
// that doubles from try to try, so that many who fail together do not come
// back together.
func wait(tries int, most time.Duration) time.Duration {
	span := min(most, firstWait<<min(tries-1, 20))
	return time.Duration(rand.Int64N(int64(span)))
}

const firstWait = 500 * time.Millisecond
