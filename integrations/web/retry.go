package web

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"time"
)

// Class says how often a call may reach the vendor.
type Class int

// The classes, the most careful first.
const (
	// Once is a call that does its work anew each time it is made.
	Once Class = iota
	// Keyed is a call that does its work once, however often it is made: by a
	// key in it, or because it says how something is to be.
	Keyed
	// Safe is a call that only looks.
	Safe
)

type (
	classKey  struct{}
	urgentKey struct{}
)

// As says what the calls made with a context are. Where nothing is said it
// follows from the method: GET and HEAD are safe, PUT and DELETE are keyed, all
// others are made once. A context says it, because the vendors' libraries hand
// on nothing else.
func As(ctx context.Context, class Class) context.Context {
	return context.WithValue(ctx, classKey{}, class)
}

// Urgent says that the calls made with a context wake somebody. They are made
// though the vendor fails each time, and though it takes no more calls by its
// own count; not where it asked to be left alone. They are not tried again
// here: who pages does that, and has another route.
func Urgent(ctx context.Context) context.Context { return context.WithValue(ctx, urgentKey{}, true) }

func isUrgent(ctx context.Context) bool { return ctx.Value(urgentKey{}) != nil }

func classOf(r *http.Request) Class {
	if class, ok := r.Context().Value(classKey{}).(Class); ok {
		return class
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead, "":
		return Safe
	case http.MethodPut, http.MethodDelete:
		return Keyed
	}
	return Once
}

// waits are those before each further try, at the most: what is away for longer
// is tried again by who makes the call.
var waits = []time.Duration{250 * time.Millisecond, time.Second}

func waitsOf(r *http.Request) []time.Duration {
	if isUrgent(r.Context()) {
		return nil
	}
	return waits
}

// mayRepeat reports whether a call may be tried again after what came of it.
func mayRepeat(class Class, answer *http.Response, err error) bool {
	if err != nil {
		return class != Once || isUnsent(err)
	}
	switch answer.StatusCode {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return class != Once
	case http.StatusInternalServerError: // it met something in the call itself, or was half done
		return class == Safe
	}
	return false
}

// isUnsent reports whether a call failed before there was a connection for it.
func isUnsent(err error) bool {
	var network *net.OpError
	return errors.As(err, &network) && network.Op == "dial"
}

// rest waits for between half of the time and all of it, so that not all come
// back at once. It does not where a context ends before there is as much time
// again for the call. A context ends by the machine's clock.
func rest(ctx context.Context, most time.Duration) bool {
	if end, ok := ctx.Deadline(); ok && time.Until(end) < 2*most {
		return false
	}
	timer := time.NewTimer(most/2 + rand.N(most/2))
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
