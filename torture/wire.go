package torture

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
)

// Wire is a network in memory with one server on it. Time in a bubble goes by
// while its ends wait for each other.
type Wire struct {
	calls chan net.Conn
	once  sync.Once
	gone  chan struct{}
}

// NewWire returns a network; serve it with an http.Server, and close it.
func NewWire() *Wire { return &Wire{calls: make(chan net.Conn), gone: make(chan struct{})} }

// Accept implements [net.Listener].
func (w *Wire) Accept() (net.Conn, error) {
	select {
	case c := <-w.calls:
		return c, nil
	case <-w.gone:
		return nil, net.ErrClosed
	}
}

// Close implements [net.Listener].
func (w *Wire) Close() error {
	w.once.Do(func() { close(w.gone) })
	return nil
}

// Addr implements [net.Listener].
func (w *Wire) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

// Dial connects to the server, whatever the address.
func (w *Wire) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case w.calls <- far:
		return near, nil
	case <-w.gone:
		return nil, errors.New("nobody listens")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Transport returns a client's end.
func (w *Wire) Transport() *http.Transport { return &http.Transport{DialContext: w.Dial} }
