package workspace

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// courier brings what happens at a service to one address, one after the other.
type courier struct {
	to      string // the address
	tries   int    // how often one parcel is brought at most; 0 for ever
	waiting []parcel
	out     bool // a goroutine brings what waits
}

// parcel is one request.
type parcel struct {
	what   string // "incident.triggered", for the journal
	header map[string]string
	body   []byte
}

// A receiver has so long for its answer, as PagerDuty says, and so long passes
// before the next try.
const (
	courierPatience = 5 * time.Second
	courierAgain    = 1 * time.Second
)

// nearby reports why an address is not on this machine; deliveries go nowhere
// else, since what is brought here is made up.
func nearby(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("%q is no address", address)
	}
	ip := net.ParseIP(u.Hostname())
	if u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("%s is not on this machine", u.Host)
	}
	return nil
}

// bring has a parcel delivered after those that wait. The lock is held.
func (w *Workspace) bring(c *courier, p parcel) {
	if w.closed {
		return
	}
	c.waiting = append(c.waiting, p)
	w.carried++
	if !c.out {
		c.out = true
		w.couriers.Add(1)
		go w.deliverAll(c)
	}
}

// deliverAll brings everything that waits.
func (w *Workspace) deliverAll(c *courier) {
	defer w.couriers.Done()
	ctx := w.life
	for {
		p, more := w.nextParcel(c)
		if !more {
			return
		}
		for try := 1; w.deliverOnce(ctx, c.to, p) && (c.tries == 0 || try < c.tries); try++ {
			if !w.pause(courierAgain) {
				return
			}
		}
		w.carry(-1)
	}
}

// carry counts parcels that are on their way.
func (w *Workspace) carry(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.carried += n
	w.beat()
}

// nextParcel takes what waits longest.
func (w *Workspace) nextParcel(c *courier) (parcel, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed || len(c.waiting) == 0 {
		c.out = false
		return parcel{}, false
	}
	p := c.waiting[0]
	c.waiting = slices.Delete(c.waiting, 0, 1)
	return p, true
}

// pause lets a parcel wait by the workspace's clock; false means that the workspace
// closed. It is not on its way from the moment at which that clock can end the wait,
// and is again from the moment at which it does.
func (w *Workspace) pause(d time.Duration) bool {
	up := make(chan struct{})
	w.mu.Lock()
	w.after(d, func() {
		w.carried++
		close(up)
	})
	w.carried--
	w.beat()
	w.mu.Unlock()
	select {
	case <-up:
		return true
	case <-w.over:
		return false
	}
}

// deliverOnce brings a parcel once, and reports whether it is to be brought
// again: after a 429, a 5xx or no answer. Any other answer is the last word.
func (w *Workspace) deliverOnce(ctx context.Context, to string, p parcel) (again bool) {
	ctx, stop := context.WithTimeout(ctx, courierPatience)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(p.body))
	if err != nil {
		return false
	}
	for key, value := range p.header {
		req.Header[key] = []string{value}
	}
	status := 0
	transport := &http.Transport{DisableKeepAlives: true}
	if answer, err := transport.RoundTrip(req); err == nil {
		status = answer.StatusCode
		_ = answer.Body.Close() // nothing of it is wanted
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.log("hook", object{"to": to, "what": p.what, "status": status})
	w.beat()
	return status == 0 || status == http.StatusTooManyRequests || status >= 500
}
