// Package bot is the bot at work: it takes requests from the chat and turns
// them into facts, and it delivers the effects that the facts call for.
package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"muster/chat"
	"muster/commands"
	"muster/timeline"
)

// Bot takes requests and delivers effects. Fill its fields, and then call Run.
type Bot struct {
	Desk      commands.Desk
	Replies   chat.Replies
	Reactions map[string]timeline.Tag // emoji name → tag
	Past      Past                    // nil where nothing can be read back
	Home      *chat.Home              // nil where there is none
	Writer    chat.Writer             // takes in postmortems that people hand in
	Reviewer  *chat.Reviewer          // nil where nothing is reviewed
	Trouble   *Trouble                // nil where nobody looks at it
	Meter     Meter
	Log       *slog.Logger

	pools   []*pool
	rounds  []*round
	quiet   pulse
	gaps    chan struct{} // after which channels are to be read back
	refused chan struct{} // that something had to be
	reading atomic.Int64  // gaps that are waiting or being read

	mu    sync.Mutex
	since time.Time // when the chat last reached the bot before the gaps; zero where that is not known
}

// pools is who delivers what. Paging waits for nothing else.
var pools = []struct {
	from, to timeline.Urgency
	workers  int
}{
	{timeline.Page, timeline.Page, 4},
	{timeline.Room, timeline.Cosmetic, 16},
}

// New returns a bot over a desk. It takes over the journal's wake-up call.
func New(desk commands.Desk, replies chat.Replies, reactions map[string]timeline.Tag, log *slog.Logger) *Bot {
	b := &Bot{Desk: desk, Replies: replies, Reactions: reactions, Log: log, Meter: unmetered{}, gaps: make(chan struct{}, 1), refused: make(chan struct{}, 1)}
	for _, p := range pools {
		b.pools = append(b.pools, newPool(b, p.from, p.to, p.workers))
	}
	desk.Journal.Wake = b.Wake
	return b
}

// Run delivers effects until ctx ends or the store fails. It returns once what
// was under way has ended, at most grace later.
func (b *Bot) Run(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var all sync.WaitGroup
	for _, p := range b.pools {
		all.Go(func() {
			if err := p.run(ctx); err != nil {
				stop(err)
			}
		})
	}
	for _, r := range b.rounds {
		all.Go(func() { r.run(ctx) })
	}
	if b.Past != nil {
		all.Go(func() { b.catchUp(ctx) })
	}
	all.Wait()
	if err := context.Cause(ctx); errors.Is(err, timeline.ErrFailed) {
		return err
	}
	return nil
}

// Wake makes the bot look at once for effects that are due, as after the
// clock was set.
func (b *Bot) Wake() {
	for _, p := range b.pools {
		p.wake()
	}
}

// Go adds rounds, before the bot runs.
func (b *Bot) Go(rounds ...Round) {
	for _, r := range rounds {
		b.rounds = append(b.rounds, &round{Round: r, bot: b, wakes: make(chan struct{}, 1)})
	}
}

// Hurry makes the bot look at once for what is due, its rounds among it, as after
// the clock was set.
func (b *Bot) Hurry() {
	b.Wake()
	for _, r := range b.rounds {
		r.wake()
	}
}

// Settled waits until nothing that is due is left to deliver.
func (b *Bot) Settled(ctx context.Context) error {
	for {
		changed := b.quiet.next()
		idle, err := b.idle(ctx)
		if idle || err != nil {
			return err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("the bot is still at work: %w", ctx.Err())
		}
	}
}

func (b *Bot) idle(ctx context.Context) (bool, error) {
	if b.reading.Load() > 0 {
		return false, nil
	}
	for _, r := range b.rounds {
		if r.busy.Load() || r.isDue() {
			return false, nil
		}
	}
	for _, p := range b.pools {
		if p.busy.Load() > 0 {
			return false, nil
		}
		due, ok, err := b.Desk.Journal.Store.Due(ctx, p.from, p.to)
		if err != nil || ok && !due.After(b.now()) {
			return false, err
		}
	}
	return true, nil
}

func (b *Bot) now() time.Time { return b.Desk.Journal.Now() }

func (b *Bot) follower(name string) (timeline.Follower, bool) {
	for _, f := range b.Desk.Journal.Followers {
		if f.Name() == name {
			return f, true
		}
	}
	return nil, false
}

// pulse tells any number of listeners that something has changed.
type pulse struct {
	mu sync.Mutex
	ch chan struct{}
}

// next returns a channel that is closed at the next beat.
func (p *pulse) next() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ch == nil {
		p.ch = make(chan struct{})
	}
	return p.ch
}

func (p *pulse) beat() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ch != nil {
		close(p.ch)
		p.ch = nil
	}
}
