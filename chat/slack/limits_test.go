package slack

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/slack-go/slack"

	"muster/timeline"
)

func TestAMethodIsLeftAloneForAsLongAsSlackAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l limits
		called := 0
		call := func(method, channel string, err error) error {
			return l.call(t.Context(), method, channel, func() error { called++; return err })
		}
		limited := &slack.RateLimitedError{RetryAfter: 10 * time.Second}
		if _, ok := timeline.After(call("chat.postMessage", "C1", limited)); !ok || called != 1 {
			t.Fatal("the first call")
		}
		time.Sleep(5 * time.Second)
		if after, ok := timeline.After(call("chat.postMessage", "C1", nil)); !ok || after != 5*time.Second || called != 1 {
			t.Errorf("within the pause: wait %v, %d calls", after, called)
		}
		if err := call("chat.postMessage", "C2", nil); err != nil || called != 2 {
			t.Errorf("to another channel: %v", err)
		}
		if err := call("pins.add", "", nil); err != nil || called != 3 {
			t.Errorf("another method: %v", err)
		}
		time.Sleep(4 * time.Second)
		began := time.Now()
		if err := call("chat.postMessage", "C1", nil); err != nil || called != 4 || time.Since(began) != time.Second {
			t.Errorf("the end of the pause is waited for: %v, %v", err, time.Since(began))
		}
	})
}

// TestCallsStayWithinWhatSlackTakes calls as often as it may for ten minutes,
// and counts in every window.
func TestCallsStayWithinWhatSlackTakes(t *testing.T) {
	for _, tt := range []struct {
		method, channel string
		most            int
		window          time.Duration
	}{
		{"chat.update", "", 50, time.Minute},
		{"conversations.create", "", 20, time.Minute},
		{"chat.postMessage", "C1", 5, 5 * time.Second},
	} {
		t.Run(tt.method, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var l limits
				var made []time.Time
				for began := time.Now(); time.Since(began) < 10*time.Minute; {
					err := l.call(t.Context(), tt.method, tt.channel, func() error {
						made = append(made, time.Now())
						return nil
					})
					after, _ := timeline.After(err)
					time.Sleep(after)
				}
				for n := range made {
					if n >= tt.most && made[n].Sub(made[n-tt.most]) < tt.window {
						t.Fatalf("call %d: more than %d within %v", n, tt.most, made[n].Sub(made[n-tt.most]))
					}
				}
				if all := tt.most * int(10*time.Minute/tt.window); len(made) < all*9/10 {
					t.Errorf("%d calls, where %d are allowed", len(made), all)
				}
			})
		})
	}
}

// TestOneAtATimeAfterALimit has many call at once, after Slack has asked for a
// pause: only one may meet the next one.
func TestOneAtATimeAfterALimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l limits
		limited := &slack.RateLimitedError{RetryAfter: time.Second}
		_ = l.call(t.Context(), "chat.update", "", func() error { return limited }) // it is limited
		var until time.Time
		refused, early := 0, 0
		done := make(chan bool)
		for range 20 {
			go func() {
				defer func() { done <- true }()
				for {
					err := l.call(t.Context(), "chat.update", "", func() error {
						if time.Now().Before(until) {
							early++
						}
						time.Sleep(100 * time.Millisecond)
						if refused++; refused%3 == 0 {
							until = time.Now().Add(3 * time.Second)
							return &slack.RateLimitedError{RetryAfter: 3 * time.Second}
						}
						return nil
					})
					after, again := timeline.After(err)
					if !again {
						return
					}
					time.Sleep(after)
				}
			}()
		}
		for range 20 {
			<-done
		}
		if early > 0 {
			t.Errorf("%d calls while Slack wanted to be left alone", early)
		}
	})
}
