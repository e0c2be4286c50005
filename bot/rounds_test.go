package bot

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"muster/commands"
	"muster/timeline"
)

// rounds runs one round for a while, and returns when it was looked.
func rounds(t *testing.T, each, long time.Duration, do func(n int) error) (looked []time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		b := &Bot{Desk: commands.Desk{Journal: &timeline.Journal{Now: time.Now}}, Log: slog.New(slog.DiscardHandler)}
		b.Go(Round{Name: "it", Each: each, Do: func(context.Context) error {
			looked = append(looked, time.Since(began))
			return do(len(looked))
		}})
		ctx, cancel := context.WithTimeout(t.Context(), long)
		defer cancel()
		b.rounds[0].run(ctx)
	})
	return looked
}

func TestRoundsComeInTime(t *testing.T) {
	looked := rounds(t, time.Minute, 150*time.Second, func(int) error { return nil })
	if len(looked) != 3 || looked[0] != 0 || looked[1] != time.Minute || looked[2] != 2*time.Minute {
		t.Errorf("it was looked after %v", looked)
	}
}

// TestRoundsThatFailComeSeldom lets one fail, asks for a pause, and work again.
func TestRoundsThatFailComeSeldom(t *testing.T) {
	away := errors.New("away")
	looked := rounds(t, 15*time.Second, time.Hour, func(n int) error {
		switch {
		case n <= 6:
			return away
		case n == 7:
			return timeline.Later(away, 20*time.Minute)
		}
		return nil
	})
	var waits []time.Duration
	for n := 1; n < 9; n++ {
		waits = append(waits, looked[n]-looked[n-1])
	}
	for n, want := range []time.Duration{15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 5 * time.Minute, 20 * time.Minute, 15 * time.Second} {
		if waits[n] != want {
			t.Errorf("the %d. wait is %v, want %v", n+1, waits[n], want)
		}
	}
}
