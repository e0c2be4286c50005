// Package web is the one HTTP client by which vendors are called: it waits for
// no one for long, tries again what may be sent twice, leaves a vendor alone
// that asks for it or that fails each time, follows no redirections, and tells
// no secrets in its errors. It logs nothing.
package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// Client calls one vendor. It is an [http.RoundTripper] for the vendor's own
// library, which may hide what the answer's head says.
type Client struct {
	name string
	next http.RoundTripper
	now  func() time.Time

	mu      sync.Mutex
	asked   time.Time // the vendor asked to be left alone until then
	spent   time.Time // all calls that it allows until then were made
	breaker breaker
}

// Options say who is called, and how.
type Options struct {
	Name string            // of the vendor, for errors: "PagerDuty"
	Next http.RoundTripper // carries the calls; nil for the network
	Now  func() time.Time  // nil for the machine's clock
}

// New returns a client; it calls nobody.
func New(o Options) *Client {
	c := &Client{name: o.Name, next: Next(o.Next), now: o.Now}
	if c.name == "" {
		c.name = "it"
	}
	if c.now == nil {
		c.now = time.Now
	}
	return c
}

// Next is a transport, or the network's where it is nil.
func Next(next http.RoundTripper) http.RoundTripper {
	if next == nil {
		return http.DefaultTransport
	}
	return next
}

// HTTP makes calls as an [http.Client] does, whose own errors show the whole
// address. Vendors' libraries take it in place of one.
type HTTP struct{ client *http.Client }

// HTTP returns what makes calls each of which takes so long at the most, with
// all its tries and with the reading of its answer.
func (c *Client) HTTP(most time.Duration) HTTP {
	return HTTP{&http.Client{Transport: c, Timeout: most, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// Do makes a call. Its errors tell no secrets.
func (h HTTP) Do(r *http.Request) (*http.Response, error) {
	answer, err := h.client.Do(r)
	var addressed *url.Error
	if errors.As(err, &addressed) {
		err = addressed.Err
	}
	return answer, cleaned("", err)
}

// RoundTrip implements [http.RoundTripper]. Where one more try is not to be
// made, what came of the last one is told: something was sent then.
func (c *Client) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := bodyOf(r)
	if err != nil {
		return nil, cleaned("", err)
	}
	first := body.first(r)
	probe, err := c.enter(isUrgent(r.Context()))
	if err != nil {
		drop(first)
		return nil, err
	}
	answer, err := c.send(first, probe)
	for _, wait := range waitsOf(r) {
		if !mayRepeat(classOf(r), answer, err) || c.Pause() > 0 || !rest(r.Context(), wait) {
			break
		}
		again, ok := body.again(r)
		if !ok {
			break
		}
		probe, refused := c.enter(false)
		if refused != nil {
			drop(again)
			break
		}
		discard(answer)
		answer, err = c.send(again, probe)
	}
	return answer, cleaned(c.name+" gave no answer: ", err)
}

// enter asks whether a call may be made; it may be the one that probes whether
// a vendor that failed is back.
func (c *Client) enter(urgent bool) (probe bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if wait := c.asked.Sub(now); wait > 0 {
		return false, unsentFor(c.name+" asked to be left alone", wait)
	}
	if urgent {
		return false, nil
	}
	if wait := c.spent.Sub(now); wait > 0 {
		return false, unsentFor(c.name+" takes no more calls", wait)
	}
	if wait := c.breaker.wait(now); wait > 0 {
		return false, unsentFor(c.name+" fails each time and is left alone", wait)
	}
	return c.breaker.probe(), nil
}

// send makes one try, and learns from it.
func (c *Client) send(r *http.Request, probe bool) (*http.Response, error) {
	answer, err := c.next.RoundTrip(r)
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	switch {
	case err != nil && errors.Is(r.Context().Err(), context.Canceled):
		c.breaker.abandoned(probe) // we hung up
	case err != nil || isFailure(answer.StatusCode):
		c.breaker.failed(now, probe)
	default:
		c.breaker.worked()
	}
	if err == nil {
		c.heed(answer, now)
	}
	return answer, err
}

// Pause returns for how long the vendor is left alone.
func (c *Client) Pause() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	return max(0, c.asked.Sub(now), c.spent.Sub(now), c.breaker.wait(now))
}
