package workspace

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

const (
	socketsMost = 10              // connections of one app
	ackMost     = 20 * 1024       // bytes of an acknowledgement; Slack drops longer ones without a word
	pingEvery   = 5 * time.Second // clients take a silent server for dead after 30 s
	refreshIn   = 18060 * time.Second
	debugIn     = 360 * time.Second // the same where the app asks for it
	warningFor  = 10 * time.Second
)

// conn is one socket of the app.
type conn struct {
	socket *websocket.Conn
	out    chan []byte // nil closes it
	gone   chan struct{}
	once   sync.Once
	silent atomic.Bool // sends no pings any more

	lasts   time.Duration // in the time of this machine
	refresh *time.Timer   // warns that the time is over
}

// hangUp drops the connection without a word.
func (c *conn) hangUp() {
	c.once.Do(func() {
		close(c.gone)
		_ = c.socket.Close() // it is being dropped
	})
}

// envelope is something that the app has to acknowledge.
type envelope struct {
	id      string
	kind    string
	payload object
	accepts bool // whether the acknowledgement may carry an answer
	attempt int
	reason  string
	sent    bool // it is on its way, not waiting to be sent again
	struck  bool // a fault has hit it: no other does

	released bool // it was held back, and is not any more
	deaf     bool // its acknowledgement will not be heard
	lapses   *time.Timer
	done     func(payload json.RawMessage, acked bool) // called with the lock held
}

var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

func (w *Workspace) serveSocket(rw http.ResponseWriter, r *http.Request) {
	if w.thaw(r.Context()) != nil {
		return
	}
	ticket := r.URL.Query().Get("ticket")
	w.mu.Lock()
	known := w.tickets[ticket] && !w.closed
	delete(w.tickets, ticket)
	w.mu.Unlock()
	if !known {
		http.Error(rw, "the ticket was used or never given", http.StatusForbidden)
		return
	}
	socket, err := upgrader.Upgrade(rw, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	c := &conn{socket: socket, out: make(chan []byte, 1024), gone: make(chan struct{}), lasts: refreshIn}
	if r.URL.Query().Get("debug_reconnects") == "true" {
		c.lasts = debugIn
	}
	socket.SetReadLimit(bodyMost)
	go w.write(c)
	w.admit(c)
	w.read(c)
	w.dismiss(c)
}

// admit says hello and counts the connection in, or sends it away.
func (w *Workspace) admit(c *conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		c.hangUp()
		return
	}
	if len(w.conns) >= socketsMost {
		w.farewell(c, "too_many_websockets")
		return
	}
	w.conns = append(w.conns, c)
	w.log("socket", object{"event": "connected", "connections": len(w.conns)})
	c.send(object{
		"type": "hello", "num_connections": len(w.conns),
		"debug_info":      object{"host": "workspace", "started": w.now().UTC().Format("2006-01-02 15:04:05.000"), "build_number": 1, "approximate_connection_time": int(c.lasts.Seconds())},
		"connection_info": object{"app_id": w.app.id},
	})
	c.refresh = time.AfterFunc(c.lasts-warningFor, func() { w.farewellNow(c) })
	w.showApp()
	w.beat()
}

func (w *Workspace) dismiss(c *conn) {
	c.hangUp()
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.refresh != nil {
		c.refresh.Stop()
	}
	w.conns = slices.DeleteFunc(w.conns, func(o *conn) bool { return o == c })
	w.log("socket", object{"event": "closed", "connections": len(w.conns)})
	w.showApp()
	w.beat()
}

// send queues a frame; a client that does not read is dropped.
func (c *conn) send(frame object) {
	text, err := json.Marshal(frame)
	if err != nil {
		panic(err) // unreachable: it is made of JSON
	}
	select {
	case c.out <- text:
	default:
		c.hangUp()
	}
}

func (w *Workspace) write(c *conn) {
	pings := time.NewTicker(pingEvery)
	defer pings.Stop()
	_ = c.socket.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second))
	for {
		var err error
		select {
		case text := <-c.out:
			if text == nil {
				c.hangUp()
				return
			}
			_ = w.thaw(context.Background()) // it ends with the workspace
			err = c.socket.WriteMessage(websocket.TextMessage, text)
		case <-pings.C:
			if !c.silent.Load() && !w.isFrozen() {
				err = c.socket.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second))
			}
		case <-c.gone:
			return
		}
		if err != nil {
			c.hangUp()
			return
		}
	}
}

// read takes acknowledgements until the connection ends.
func (w *Workspace) read(c *conn) {
	for {
		kind, text, err := c.socket.ReadMessage()
		if err != nil {
			return
		}
		_ = w.thaw(context.Background()) // it ends with the workspace
		if kind == websocket.TextMessage {
			w.acknowledged(text)
		}
	}
}

func (w *Workspace) acknowledged(text []byte) {
	var ack struct {
		ID      string          `json:"envelope_id"`
		Payload json.RawMessage `json:"payload"`
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(text) >= ackMost {
		w.log("dropped", object{"why": "an acknowledgement of 20 KB or more", "bytes": len(text)})
		return
	}
	if err := json.Unmarshal(text, &ack); err != nil {
		w.log("dropped", object{"why": "an acknowledgement that is no JSON object"})
		return
	}
	e, ok := w.pending[ack.ID]
	switch {
	case !ok:
		w.log("ack", object{"envelope_id": ack.ID, "late": true})
		return
	case e.deaf:
		w.log("ack", object{"envelope_id": ack.ID, "lost": true})
		return
	}
	w.log("ack", object{"envelope_id": ack.ID, "payload": ack.Payload})
	w.finish(e, ack.Payload, true)
}

// finish ends an envelope, acknowledged or not.
func (w *Workspace) finish(e *envelope, payload json.RawMessage, acked bool) {
	e.lapses.Stop()
	delete(w.pending, e.id)
	e.sent = false
	e.done(payload, acked)
	w.beat()
}

// underWay counts the envelopes that wait for their acknowledgement.
func (w *Workspace) underWay() int {
	n := w.carried
	for _, e := range w.pending {
		if e.sent {
			n++
		}
	}
	return n
}

// deliver sends an envelope to one of the connections. Where there is none, or
// no acknowledgement comes in time, done is called with acked false.
func (w *Workspace) deliver(e *envelope) {
	if e.id == "" {
		e.id = w.uuid("envelope")
	}
	if w.strikeEvent(e) {
		return
	}
	frame := object{"envelope_id": e.id, "type": e.kind, "payload": e.payload, "accepts_response_payload": e.accepts}
	if e.kind == "events_api" {
		frame["retry_attempt"], frame["retry_reason"] = e.attempt, e.reason
	}
	patience := w.o.Ack
	if c := w.connection(); c != nil {
		c.send(frame)
		w.log("envelope", frame)
	} else {
		patience = 0
	}
	w.expect(e, patience)
	held := w.held
	w.held = nil
	for _, before := range held {
		w.release(before)
	}
}

// expect waits for the acknowledgement of an envelope. The lock is held.
func (w *Workspace) expect(e *envelope, patience time.Duration) {
	w.pending[e.id] = e
	e.sent = true
	e.lapses = time.AfterFunc(patience, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.pending[e.id] == e {
			w.finish(e, nil, false)
		}
	})
}

// connection returns the next connection, in turn, that was not dropped; nil
// where there is none.
func (w *Workspace) connection() *conn {
	for range w.conns {
		w.turn++
		c := w.conns[w.turn%len(w.conns)]
		select {
		case <-c.gone:
		default:
			return c
		}
	}
	return nil
}

// Connections returns how many sockets the app has open.
func (w *Workspace) Connections() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.conns)
}

// Disconnect tells the app to connect anew, as Slack does every few hours:
// with a warning ten seconds ahead, or at once with any other reason.
func (w *Workspace) Disconnect(reason string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.conns {
		w.farewell(c, reason)
	}
}

func (w *Workspace) farewellNow(c *conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.farewell(c, "warning")
}

// farewell tells the app that a connection ends, and ends it.
func (w *Workspace) farewell(c *conn, reason string) {
	frame := object{"type": "disconnect", "reason": reason, "debug_info": object{"host": "workspace"}}
	if reason == "too_many_websockets" {
		frame["num_connections"], frame["connection_info"] = len(w.conns), object{"app_id": w.app.id}
	}
	c.send(frame)
	wait := time.Second
	if reason == "warning" {
		wait = warningFor
	}
	time.AfterFunc(wait, func() { w.retire(c) })
}

// retire closes a connection when all that was sent by it has gone out. From
// now on nothing more is.
func (w *Workspace) retire(c *conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conns = slices.DeleteFunc(w.conns, func(o *conn) bool { return o == c })
	select {
	case c.out <- nil:
	default:
		c.hangUp()
	}
}
