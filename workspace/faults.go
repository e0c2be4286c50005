package workspace

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Fault is something that goes wrong on purpose.
//
// Kinds for a method of the Web API ("*" for all): "429", "500" (it has no
// effect), "after_effect_500" (it takes effect and then fails), "drop" and
// "after_effect_drop" (the same, but the connection ends without an answer),
// "slow" (it takes three seconds), "error:CODE".
//
// Kinds for events, by their type in Method ("*" for all): "lose" (it never
// arrives, nor does it come again), "duplicate", "delay" and "reorder" (it
// arrives a second later).
//
// Kinds for sockets, without a method, at once: "cut", "warning", "silence";
// and "refuse" for the next calls that want to open one.
type Fault struct {
	Method string `json:"method"`
	Kind   string `json:"kind"`
	Count  int    `json:"count"` // how often; once where it is 0, for ever where it is negative
}

type fault struct{ Fault }

const (
	retryAfter = 1 * time.Second
	slowly     = 3 * time.Second
	delay      = 1 * time.Second
)

var (
	methodFaults = []string{"429", "500", "after_effect_500", "drop", "after_effect_drop", "slow"}
	eventFaults  = []string{"lose", "duplicate", "delay", "reorder"}
	socketFaults = []string{"cut", "warning", "silence", "refuse"}
)

// Break makes something go wrong from now on.
func (w *Workspace) Break(f Fault) error {
	if f.Count == 0 {
		f.Count = 1
	}
	switch {
	case slices.Contains(socketFaults, f.Kind) && f.Kind != "refuse":
		return w.breakSockets(f.Kind)
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

func (w *Workspace) breakSockets(kind string) error {
	if kind == "warning" {
		w.Disconnect("warning")
		return nil
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
	return nil
}

// Mend ends all faults.
func (w *Workspace) Mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = nil
}

// strike returns the fault that is to hit a method, and counts it.
func (w *Workspace) strike(method string) *fault {
	return w.take(func(f *fault) bool {
		return (f.Method == method || f.Method == "*") && !slices.Contains(eventFaults, f.Kind)
	})
}

func (w *Workspace) take(hits func(*fault) bool) *fault {
	for i, f := range w.faults {
		if !hits(f) {
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
func (f *fault) answered(rw http.ResponseWriter) bool {
	switch f.Kind {
	case "429":
		rw.Header().Set("Retry-After", fmt.Sprint(int(retryAfter.Seconds())))
		http.Error(rw, "", http.StatusTooManyRequests)
	case "500", "after_effect_500":
		http.Error(rw, "<html>server error</html>", http.StatusInternalServerError)
	case "drop", "after_effect_drop":
		panic(http.ErrAbortHandler) // ends the connection without an answer
	case "slow":
		time.Sleep(slowly)
		return false
	default:
		return false
	}
	return true
}

// strikeEvent lets a fault hit an envelope, and reports whether it must not be
// delivered now.
func (w *Workspace) strikeEvent(e *envelope) bool {
	event, _ := e.payload["event"].(object)
	if e.kind != "events_api" || e.reason == "fault" {
		return false
	}
	hurt := w.take(func(f *fault) bool {
		return slices.Contains(eventFaults, f.Kind) && (f.Method == "*" || f.Method == event["type"])
	})
	if hurt == nil {
		return false
	}
	again := *e
	again.id, again.reason = "", "fault"
	switch hurt.Kind {
	case "lose":
		return true
	case "duplicate":
		w.deliver(&again)
		return false
	default:
		w.after(delay, func() { w.deliver(&again) })
		return true
	}
}
