package workspace

import (
	"net/http"
	"time"
)

// Call is one line of the workspace's journal: a call of the Web API, an
// envelope, an acknowledgement.
type Call struct {
	N    int       `json:"n"`
	At   time.Time `json:"at"`
	Kind string    `json:"kind"` // call, envelope, ack, reply, socket, dropped, hook
	Data object    `json:"data"`
}

// callsMost is how many lines the journal keeps; older ones are forgotten.
const callsMost = 100_000

// log writes a line. The lock is held.
func (w *Workspace) log(kind string, data object) {
	n := 1
	if len(w.calls) > 0 {
		n = w.calls[len(w.calls)-1].N + 1
	}
	if len(w.calls) >= callsMost {
		w.calls = append([]Call(nil), w.calls[callsMost/2:]...)
	}
	line := Call{n, w.now(), kind, data}
	w.calls = append(w.calls, line)
	if w.o.Journal != nil {
		_, _ = w.o.Journal.Write(append(encode(line), '\n')) // who keeps it sees to its disk
	}
}

// record writes down a call of the Web API, by which client, how it ended, and
// which fault struck it.
func (w *Workspace) record(r *http.Request, method string, args map[string]string, answer object, hurt *fault) {
	data := object{"method": method, "args": clipped(args), "agent": r.UserAgent(), "ok": answer["ok"]}
	if code, ok := answer["error"]; ok {
		data["error"] = code
	}
	if hurt != nil {
		data["fault"] = hurt.Kind
	}
	w.log("call", data)
}

// argMost is how many bytes of an argument are kept.
const argMost = 16 << 10

func clipped(args map[string]string) map[string]string {
	for key, value := range args {
		if len(value) > argMost {
			args[key] = value[:argMost] + "…"
		}
	}
	return args
}

// Calls returns the journal after line n.
func (w *Workspace) Calls(n int) []Call {
	w.mu.Lock()
	defer w.mu.Unlock()
	var after []Call
	for _, c := range w.calls {
		if c.N > n {
			after = append(after, c)
		}
	}
	return after
}

// Count returns how often a method was called, whatever came of it.
func (w *Workspace) Count(method string) int {
	n := 0
	for _, c := range w.Calls(0) {
		if c.Kind == "call" && c.Data["method"] == method {
			n++
		}
	}
	return n
}
