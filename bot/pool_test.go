package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"muster/chat"
	"muster/commands"
	"muster/timeline"
	"muster/timeline/bolt"
)

// worker delivers notes: what it does with each follows from its text.
type worker struct {
	name    string
	urgency timeline.Urgency
	deliver func(context.Context, timeline.Effect) ([]timeline.Fact, error)
}

func (w worker) Name() string              { return w.name }
func (w worker) Urgency() timeline.Urgency { return w.urgency }
func (w worker) React(_ timeline.Incident, ev timeline.Event) []timeline.Effect {
	if n, ok := ev.Fact.(timeline.Noted); ok && strings.HasPrefix(n.Text, w.name) {
		return []timeline.Effect{timeline.Do(n.Text, nil)}
	}
	return nil
}

func (w worker) Deliver(ctx context.Context, _ timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	return w.deliver(ctx, e)
}

// inBubble runs a bot with followers inside a bubble of time, and stops it.
func inBubble(t *testing.T, followers []timeline.Follower, do func(*testing.T, *Bot, timeline.ID)) {
	path := filepath.Join(t.TempDir(), "muster.db")
	synctest.Test(t, func(t *testing.T) {
		store, err := bolt.Open(path, bolt.Options{})
		if err != nil {
			t.Fatal(err)
		}
		journal := &timeline.Journal{Store: store, Followers: followers, Now: time.Now}
		b := New(commands.Desk{Journal: journal}, chat.Replies{}, nil, slog.New(slog.NewTextHandler(io.Discard, nil)))
		ctx, stop := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() {
			if err := b.Run(ctx); err != nil {
				t.Error(err)
			}
		})
		inc, err := journal.Declare(ctx, timeline.Cause{}, func([]timeline.Incident) ([]timeline.Fact, error) {
			return []timeline.Fact{timeline.Declared{Title: "x", Severity: timeline.Sev1}}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		do(t, b, inc.ID)
		stop()
		all.Wait()
		store.Close()
	})
}

// pass lets time go by, and waits until all that it brings has happened.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func note(t *testing.T, b *Bot, id timeline.ID, text string) {
	t.Helper()
	if _, err := b.Desk.Journal.Record(t.Context(), id, timeline.Cause{}, timeline.Noted{Text: text}); err != nil {
		t.Fatal(err)
	}
}

// TestPagesWaitForNothing keeps every other worker busy for an hour.
func TestPagesWaitForNothing(t *testing.T) {
	var paged time.Time
	slow := worker{"slow", timeline.Room, func(ctx context.Context, _ timeline.Effect) ([]timeline.Fact, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}}
	page := worker{"page", timeline.Page, func(context.Context, timeline.Effect) ([]timeline.Fact, error) {
		paged = time.Now()
		return nil, nil
	}}
	inBubble(t, []timeline.Follower{slow, page}, func(t *testing.T, b *Bot, id timeline.ID) {
		for range 50 {
			inc, err := b.Desk.Journal.Declare(t.Context(), timeline.Cause{}, func([]timeline.Incident) ([]timeline.Fact, error) {
				return []timeline.Fact{timeline.Declared{Title: "y", Severity: timeline.Sev1}}, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			note(t, b, inc.ID, "slow")
		}
		began := time.Now()
		note(t, b, id, "page")
		pass(time.Second)
		if took := paged.Sub(began); paged.IsZero() || took > 100*time.Millisecond {
			t.Errorf("the page went out after %v", took)
		}
	})
}

func TestALaneKeepsItsOrderThroughRetries(t *testing.T) {
	var mu sync.Mutex
	var order []string
	fails := 5
	w := worker{"w", timeline.Room, func(_ context.Context, e timeline.Effect) ([]timeline.Fact, error) {
		mu.Lock()
		defer mu.Unlock()
		if e.Do == "w0" && fails > 0 {
			fails--
			return nil, errors.New("not yet")
		}
		order = append(order, e.Do)
		return nil, nil
	}}
	inBubble(t, []timeline.Follower{w}, func(t *testing.T, b *Bot, id timeline.ID) {
		for n := range 5 {
			note(t, b, id, fmt.Sprint("w", n))
		}
		pass(10 * time.Minute)
		if got := strings.Join(order, " "); got != "w0 w1 w2 w3 w4" {
			t.Errorf("delivered in the order %s", got)
		}
	})
}

func TestWhatErrorsMean(t *testing.T) {
	for _, tt := range []struct {
		name      string
		err       error
		tries     int  // within the first minute
		doubt     bool // of the second try
		undone    bool // it is given up within the first minute
		undoneDay bool // it is given up within two days
	}{
		{"a refusal ends at once", timeline.Refusal(errors.New("no")), 1, false, true, true},
		{"a wait is kept", timeline.Later(errors.New("busy"), 45*time.Second), 2, false, false, true},
		{"after doubt it is in doubt", timeline.Doubtful(errors.New("cut off")), 0, true, false, true},
		{"a plain error is tried again, for a day", errors.New("down"), 0, false, false, true},
		{"a fault of a follower is its own", nil, 1, false, true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tries, doubt := 0, false
			w := worker{"w", timeline.Room, func(_ context.Context, e timeline.Effect) ([]timeline.Fact, error) {
				if tries++; tries == 2 {
					doubt = e.Doubt
				}
				if tt.err == nil {
					panic("a fault")
				}
				return nil, tt.err
			}}
			inBubble(t, []timeline.Follower{w}, func(t *testing.T, b *Bot, id timeline.ID) {
				note(t, b, id, "w")
				pass(time.Minute)
				if tt.tries > 0 && tries != tt.tries || tt.tries == 0 && tries < 3 {
					t.Errorf("tried %d times in the first minute", tries)
				}
				if got := failures(t, b, id); (got == 1) != tt.undone {
					t.Errorf("%d were given up in the first minute", got)
				}
				pass(48 * time.Hour)
				if got := failures(t, b, id); (got == 1) != tt.undoneDay {
					t.Errorf("%d were given up in two days", got)
				}
				if doubt != tt.doubt {
					t.Errorf("the second try was in doubt: %v", doubt)
				}
			})
		})
	}
}

func failures(t *testing.T, b *Bot, id timeline.ID) int {
	t.Helper()
	inc, err := b.Desk.Journal.Incident(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return len(inc.Failures)
}

// TestStopFinishesWhatIsUnderWay stops a bot in the middle of a delivery.
func TestStopFinishesWhatIsUnderWay(t *testing.T) {
	ended := false
	w := worker{"w", timeline.Room, func(ctx context.Context, _ timeline.Effect) ([]timeline.Fact, error) {
		select {
		case <-time.After(5 * time.Second):
			ended = true
		case <-ctx.Done():
		}
		return nil, nil
	}}
	inBubble(t, []timeline.Follower{w}, func(t *testing.T, b *Bot, id timeline.ID) {
		note(t, b, id, "w")
		pass(time.Second)
	})
	if !ended {
		t.Error("it was cut off")
	}
}

// failing is a store that fails for good at the next commit.
type failing struct {
	timeline.Store
	mu     sync.Mutex
	failed bool
}

func (f *failing) Commit(ctx context.Context, c timeline.Commit) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failed = true
	return timeline.ErrFailed
}

func (f *failing) Claim(ctx context.Context, from, to timeline.Urgency, now time.Time, n int) ([]timeline.Effect, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failed {
		return nil, timeline.ErrFailed
	}
	return f.Store.Claim(ctx, from, to, now, n)
}

// TestAFailedStoreEndsTheBot lets a person's command be what finds the store
// failed, while the bot has nothing to deliver.
func TestAFailedStoreEndsTheBot(t *testing.T) {
	path := filepath.Join(t.TempDir(), "muster.db")
	synctest.Test(t, func(t *testing.T) {
		store, err := bolt.Open(path, bolt.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		journal := &timeline.Journal{Store: &failing{Store: store}, Now: time.Now}
		b := New(commands.Desk{Journal: journal}, chat.Replies{}, nil, slog.New(slog.NewTextHandler(io.Discard, nil)))
		ended := make(chan error, 1)
		go func() { ended <- b.Run(t.Context()) }()
		pass(time.Second)
		if _, err := journal.Record(t.Context(), 1, timeline.Cause{}, timeline.Noted{Text: "x"}); !errors.Is(err, timeline.ErrFailed) {
			t.Errorf("Record: %v", err)
		}
		began := time.Now()
		if err := <-ended; !errors.Is(err, timeline.ErrFailed) || time.Since(began) > time.Minute {
			t.Errorf("the bot ended with %v, after %v", err, time.Since(began))
		}
	})
}
