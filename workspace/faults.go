package workspace

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Fault is something that goes wrong on purpose.
//
// Kinds for a method of the Web API ("*" for all): "429", "500", "503" (it has
// no effect), "after_effect_500" (it takes effect and then fails), "drop" and
// "after_effect_drop" (the same, but the connection ends without an answer),
// "slow" (it takes three seconds), "error:CODE".
//
// Kinds for what the app is sent, by the type of the event, or
// "slash_commands" or "interactive", in Method ("*" for all events): "lose" (it
// never arrives, nor does it come again), "lose_ack" (its acknowledgement is
// not heard), "duplicate", "delay" (it arrives a second later) and "reorder"
// (it arrives after the next one, or a second later).
//
// Kinds for sockets, without a method, at once: "cut", "silence", and the
// reasons of a disconnection: "warning", "refresh_requested", "link_disabled",
// "too_many_websockets"; and "refuse" for the next calls that want to open one.
//
// Kinds for everything, until [Workspace.Mend]: "freeze" (nothing is answered or
// sent), and "revoke" (the token that Method names, "bot" or "app", is good no
// more; the bot's where it names none).
type Fault struct {
	Method      string  `json:"method"`
	Kind        string  `json:"kind"`
	Count       int     `json:"count"`       // how often; once where it is 0, for ever where it is negative
	Probability float64 `json:"probability"` // of striking each time; always where it is 0
}

type fault struct{ Fault }

const (
	retryAfter = 1 * time.Second
	slowly     = 3 * time.Second
	delay      = 1 * time.Second
)

var (
	methodFaults = []string{"429", "500", "503", "after_effect_500", "drop", "after_effect_drop", "slow"}
	eventFaults  = []string{"lose", "lose_ack", "duplicate", "delay", "reorder"}
	disconnects  = []string{"warning", "refresh_requested", "link_disabled", "too_many_websockets"}
	socketFaults = slices.Concat([]string{"cut", "silence"}, disconnects)
)

// Break makes something go wrong from now on.
func (w *Workspace) Break(f Fault) error {
	if f.Count == 0 {
		f.Count = 1
	}
	if f.Probability < 0 || f.Probability > 1 {
		return errors.New("a probability is from 0 to 1")
	}
	switch {
	case slices.Contains(socketFaults, f.Kind):
		w.breakSockets(f.Kind)
		return nil
	case f.Kind == "freeze":
		w.freeze()
		return nil
	case f.Kind == "revoke":
		return w.revoke(f.Method)
	case f.Kind == "refuse":
		f.Method = "apps.connections.open"
	case !slices.Contains(methodFaults, f.Kind) && !slices.Contains(eventFaults, f.Kind) && !strings.HasPrefix(f.Kind, "error:"):
		return fmt.Errorf("there is no fault of kind %q", f.Kind)
	case f.Method == "":
		return errors.New("name a method or an event, or * for all")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = append(w.faults, &fault{f})
	return nil
}

func (w *Workspace) breakSockets(kind string) {
	if slices.Contains(disconnects, kind) {
		w.Disconnect(kind)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.conns {
		if kind == "silence" {
			c.silent.Store(true)
		} else {
			c.hangUp()
		}
	}
}

// revoke makes a token good for nothing, and ends what it opened.
func (w *Workspace) revoke(token string) error {
	if token == "" {
		token = "bot"
	}
	if token != "bot" && token != "app" {
		return errors.New(`name the token to revoke: "bot" or "app"`)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.revoked[token] = true
	for _, c := range w.conns {
		c.hangUp()
	}
	return nil
}

func (w *Workspace) freeze() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.frozen == nil {
		w.frozen = make(chan struct{})
	}
}

// unfreeze lets everything go on. The lock is held.
func (w *Workspace) unfreeze() {
	if w.frozen != nil {
		close(w.frozen)
		w.frozen = nil
	}
}

func (w *Workspace) isFrozen() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.frozen != nil
}

// thaw waits while everything is frozen.
func (w *Workspace) thaw(ctx context.Context) error {
	w.mu.Lock()
	frozen := w.frozen
	w.mu.Unlock()
	if frozen == nil {
		return nil
	}
	select {
	case <-frozen:
		return nil
	case <-w.over:
		return errors.New("the workspace is closed")
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Mend ends all faults.
func (w *Workspace) Mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = nil
	clear(w.revoked)
	for _, c := range w.conns {
		c.silent.Store(false)
	}
	w.unfreeze()
}

// strike returns the fault that is to hit a method, and counts it.
func (w *Workspace) strike(method string) *fault {
	return w.take(func(f *fault) bool {
		return (f.Method == method || f.Method == "*") && !slices.Contains(eventFaults, f.Kind)
	})
}

func (w *Workspace) take(hits func(*fault) bool) *fault {
	for i, f := range w.faults {
		if !hits(f) || f.Probability > 0 && w.chance() >= f.Probability {
			continue
		}
		if f.Count--; f.Count == 0 {
			w.faults = slices.Delete(w.faults, i, i+1)
		}
		return f
	}
	return nil
}

// before reports whether the method must take no effect.
func (f *fault) before() bool {
	return !strings.HasPrefix(f.Kind, "after_effect") && f.Kind != "slow"
}

func (f *fault) refusal() error {
	if code, ok := strings.CutPrefix(f.Kind, "error:"); ok {
		return refuse(code)
	}
	if f.Kind == "refuse" {
		return refuse("internal_error")
	}
	return refuse("fault_" + f.Kind)
}

// answered answers in place of the method, and reports whether it did.
func (f *fault) answered(rw http.ResponseWriter, r *http.Request) bool {
	switch f.Kind {
	case "429":
		rw.Header().Set("Retry-After", fmt.Sprint(int(retryAfter.Seconds())))
		http.Error(rw, "", http.StatusTooManyRequests)
	case "503":
		http.Error(rw, "<html>service unavailable</html>", http.StatusServiceUnavailable)
	case "500", "after_effect_500":
		http.Error(rw, "<html>server error</html>", http.StatusInternalServerError)
	case "drop", "after_effect_drop":
		panic(http.ErrAbortHandler) // ends the connection without an answer
	case "slow":
		select {
		case <-time.After(slowly):
		case <-r.Context().Done():
		}
		return false
	default:
		return false
	}
	return true
}

// strikeEvent lets a fault hit an envelope, and reports whether it must not be
// delivered now.
func (w *Workspace) strikeEvent(e *envelope) bool {
	if e.struck {
		return false
	}
	event, _ := e.payload["event"].(object)
	hurt := w.take(func(f *fault) bool {
		return slices.Contains(eventFaults, f.Kind) && (event != nil && (f.Method == "*" || f.Method == event["type"]) || f.Method == e.kind)
	})
	if hurt == nil {
		return false
	}
	e.struck = true
	switch hurt.Kind {
	case "lose":
		if e.kind != "events_api" { // the person who waits for it sees it fail
			w.expect(e, w.o.Ack)
		}
		return true
	case "lose_ack":
		e.deaf = true
		return false
	case "duplicate":
		twin := *e
		twin.id, twin.done = "", func(json.RawMessage, bool) {}
		w.deliver(&twin)
		return false
	case "reorder":
		w.held = append(w.held, e)
	}
	w.after(delay, func() { w.release(e) })
	return true
}

// release delivers an envelope that was held back, unless it went out already.
func (w *Workspace) release(e *envelope) {
	if !e.released {
		e.released = true
		w.deliver(e)
	}
}
