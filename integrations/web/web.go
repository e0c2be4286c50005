// Package web is the one HTTP client by which vendors are called: it waits for
// no one for long, follows no redirections, and leaves a vendor alone that asks
// for it.
package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Client calls one vendor. It is an [http.RoundTripper] for the vendor's own
// library, which may hide what the answer's head says.
type Client struct {
	next http.RoundTripper

	mu    sync.Mutex
	until time.Time // the vendor asked to be left alone until then
}

// EnhanceYourCalm is the status by which some ask to be left alone in place of
// [http.StatusTooManyRequests].
const EnhanceYourCalm = 420

// pauseMost is the longest that a vendor is left alone: what asks for more is
// asked again then.
const pauseMost = 10 * time.Minute

// New returns a client that calls by next; the network's where it is nil.
func New(next http.RoundTripper) *Client { return &Client{next: Next(next)} }

// Next is a transport, or the network's where it is nil.
func Next(next http.RoundTripper) http.RoundTripper {
	if next == nil {
		return http.DefaultTransport
	}
	return next
}

// HTTP returns an HTTP client each of whose calls takes so long at the most.
func (c *Client) HTTP(most time.Duration) *http.Client {
	return &http.Client{Transport: c, Timeout: most, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// RoundTrip implements [http.RoundTripper].
func (c *Client) RoundTrip(r *http.Request) (*http.Response, error) {
	if wait := c.Pause(); wait > 0 {
		return nil, fmt.Errorf("%s for another %v", paused, wait.Round(time.Second))
	}
	answer, err := c.next.RoundTrip(r)
	if err == nil && (answer.StatusCode == http.StatusTooManyRequests || answer.StatusCode == EnhanceYourCalm) {
		c.pause(asked(answer.Header))
	}
	return answer, err
}

// paused is what a call is told that is not made.
const paused = "nothing was sent: it asked to be left alone"

// IsPaused reports whether an error is that of a call that was not made. A
// vendor's library may hide the error itself, but not what it says.
func IsPaused(err error) bool { return err != nil && strings.Contains(err.Error(), paused) }

// Pause returns for how long the vendor wants to be left alone.
func (c *Client) Pause() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return max(0, time.Until(c.until))
}

func (c *Client) pause(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.until = time.Now().Add(min(d, pauseMost))
}

// asked reads how long to wait: Retry-After as most have it, ratelimit-reset as
// PagerDuty has it. One that says nothing gets some seconds, and each a second
// at the least.
func asked(h http.Header) time.Duration { return max(time.Second, given(h)) }

func given(h http.Header) time.Duration {
	for _, name := range []string{"Retry-After", "ratelimit-reset"} {
		if seconds, err := strconv.ParseFloat(h.Get(name), 64); err == nil && seconds >= 0 {
			return time.Duration(seconds * float64(time.Second))
		}
		if at, err := http.ParseTime(h.Get(name)); err == nil {
			return time.Until(at)
		}
	}
	return 5 * time.Second
}
