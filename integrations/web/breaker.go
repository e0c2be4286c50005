package web

import (
	"net/http"
	"time"
)

// breaker keeps calls from a vendor that fails each time: after some failures
// in a row it is open for a while, and then lets one call through to probe
// whether the vendor is back. It is guarded by the client's mutex.
type breaker struct {
	failures int       // in a row
	until    time.Time // it is open until then, where there were enough of them
	probing  bool      // the call that probes is on its way
}

// When the breaker opens, and for how long: two calls with all their tries, and
// about as long as a vendor needs to start anew.
const (
	failuresMost = 5
	openFor      = 15 * time.Second
)

// probeAgain is how long to wait for the call that probes.
const probeAgain = time.Second

// wait returns for how long no call is let through.
func (b *breaker) wait(now time.Time) time.Duration {
	switch {
	case b.failures < failuresMost:
		return 0
	case b.probing:
		return max(probeAgain, b.until.Sub(now))
	}
	return max(0, b.until.Sub(now))
}

// probe reports whether the call that is let through now is the one that probes.
func (b *breaker) probe() bool {
	b.probing = b.failures >= failuresMost
	return b.probing
}

// worked closes the breaker.
func (b *breaker) worked() { *b = breaker{} }

// failed counts, and opens the breaker, or keeps it open, where it was enough.
func (b *breaker) failed(now time.Time, probe bool) {
	b.failures++
	b.until = now.Add(openFor)
	b.abandoned(probe)
}

// abandoned is for a call that says nothing of the vendor: where it was to
// probe, the next one does.
func (b *breaker) abandoned(probe bool) {
	if probe {
		b.probing = false
	}
}

// isFailure reports whether an answer says that the vendor is out of order. What
// it refuses, and what it does not know how to do, it answers in good order.
func isFailure(status int) bool {
	return status >= 500 && status != http.StatusNotImplemented && status != http.StatusHTTPVersionNotSupported
}
