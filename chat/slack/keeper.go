package slack

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"
)

// Two connections are kept, begun apart, so that there is one while the other
// is made anew. Slack sends each frame to one of them.
const (
	keepers   = 2
	apart     = 15 * time.Second // longer than from a warning to the end
	redialMin = time.Second
	redialMax = 30 * time.Second
)

// keeper keeps one connection up. When Slack warns that it ends, the next one is
// opened before the old one is left.
type keeper struct {
	*Slack
	take func(*socket, []byte)
	told func() // is called when a connection begins or is lost

	mu      sync.Mutex
	current *socket
	old     sync.WaitGroup // connections that are still read
}

// keep keeps a connection up until ctx ends.
func (k *keeper) keep(ctx context.Context, after time.Duration) {
	defer k.old.Wait()
	if !sleep(ctx, after) {
		return
	}
	for wait := redialMin; ctx.Err() == nil; {
		c, err := k.dial(ctx, k.take)
		if err != nil {
			k.report(err, wait)
			sleep(ctx, wait/2+rand.N(wait/2))
			wait = min(2*wait, redialMax)
			continue
		}
		wait = redialMin
		k.serve(ctx, c)
	}
}

func (k *keeper) report(err error, wait time.Duration) {
	switch {
	case IsBadToken(err):
		k.o.Log.Error("Slack refuses slack.app_token: make an app-level token with the scope connections:write", "err", err, "again_in", wait.String())
	case errors.Is(err, context.Canceled):
	default:
		k.o.Log.Warn("no connection to Slack", "err", err, "again_in", wait.String())
	}
}

// serve reads a connection until it ends or is to be replaced.
func (k *keeper) serve(ctx context.Context, c *socket) {
	k.mu.Lock()
	k.current = c
	k.mu.Unlock()
	k.told()
	k.old.Go(func() {
		defer context.AfterFunc(ctx, c.leave)()
		began := time.Now()
		err := c.read()
		k.Meter.SocketEnded(time.Since(began))
		if ctx.Err() == nil {
			k.o.Log.Info("a connection to Slack ended", "err", err)
		}
		if errors.Is(err, errDisabled) {
			k.o.Log.Error("Slack ended the connection", "err", err)
		}
		k.told()
	})
	select {
	case <-c.gone:
		sleep(ctx, rand.N(redialMin)) // many that were cut at once do not come back at once
	case <-c.retiring:
	case <-ctx.Done():
	}
}

// live is the connection that is up; nil where there is none.
func (k *keeper) live() *socket {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.current == nil || k.current.hasEnded() {
		return nil
	}
	return k.current
}

// sleep waits, and reports whether ctx goes on.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
