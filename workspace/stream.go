package workspace

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"
)

// reader is a page that someone looks at the workspace with. What happens is
// sent to it as it happens.
type reader struct {
	user *user
	out  chan []byte
	gone chan struct{}
	once sync.Once
}

// readerBacklog is how many changes a page may be behind. One that is further
// behind is cut off; it reads everything anew.
const readerBacklog = 4096

func (r *reader) end() { r.once.Do(func() { close(r.gone) }) }

// send queues a change for the page.
func (r *reader) send(change any) {
	select {
	case r.out <- encode(change):
	default:
		r.end()
	}
}

// streamBeat is how often a page hears that the stream is alive.
const streamBeat = 15 * time.Second

// serveStream sends changes to a page as server-sent events, from the whole
// state of things on.
func (w *Workspace) serveStream(rw http.ResponseWriter, r *http.Request) {
	me, ok := w.viewer(rw, r)
	if !ok {
		return
	}
	rw.Header().Set("Content-Type", "text/event-stream")
	rw.Header().Set("Cache-Control", "no-store")
	to := &reader{user: me, out: make(chan []byte, readerBacklog), gone: make(chan struct{})}
	w.mu.Lock()
	if w.closed {
		to.end()
	}
	to.send(object{"type": "state", "state": w.stateFor(me)})
	w.readers = append(w.readers, to)
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.readers = slices.DeleteFunc(w.readers, func(o *reader) bool { return o == to })
	}()
	to.pour(rw, r)
}

// pour writes what is queued, as much as there is at a time, until either end goes.
func (r *reader) pour(rw http.ResponseWriter, req *http.Request) {
	alive := time.NewTicker(streamBeat)
	defer alive.Stop()
	flush := http.NewResponseController(rw).Flush
	for {
		var err error
		select {
		case change := <-r.out:
			_, err = fmt.Fprintf(rw, "data: %s\n\n", change)
			for n := len(r.out); n > 0 && err == nil; n-- {
				_, err = fmt.Fprintf(rw, "data: %s\n\n", <-r.out)
			}
		case <-alive.C:
			_, err = fmt.Fprint(rw, ": alive\n\n")
		case <-r.gone:
			return
		case <-req.Context().Done():
			return
		}
		if err != nil || flush() != nil {
			return
		}
	}
}

// tell sends a change to every page whose reader may see it.
func (w *Workspace) tell(may func(*user) bool, change func(*user) any) {
	for _, r := range w.readers {
		if may(r.user) {
			r.send(change(r.user))
		}
	}
}

// sees reports whether someone may look into a channel.
func (c *channel) sees(u *user) bool {
	return c.has(u.id) || !c.private && !c.im && !u.confined()
}

// showReaders sends pages what happened to messages and channels.
func (w *Workspace) showReaders(h Happening) {
	ch, m := h.channel, h.message
	if len(w.readers) == 0 || ch == nil {
		return
	}
	if m == nil {
		w.changedChannel(ch)
		return
	}
	may := func(u *user) bool { return ch.sees(u) && (m.only == "" || m.only == u.id) }
	w.tell(may, func(*user) any {
		if h.Kind == Deleted && m.subtype != "tombstone" {
			return object{"type": "deleted", "channel": ch.id, "ts": m.ts}
		}
		return object{"type": "message", "channel": ch.id, "message": w.pageMessage(ch, m), "fresh": h.Kind == Posted || h.Kind == Whispered}
	})
}

// changedChannel sends pages what a channel is like now.
func (w *Workspace) changedChannel(ch *channel) {
	w.showChannel(ch, func(*user) bool { return true })
}

func (w *Workspace) showChannel(ch *channel, to func(*user) bool) {
	w.tell(to, func(u *user) any {
		if !ch.sees(u) {
			return object{"type": "gone", "channel": ch.id}
		}
		return object{"type": "channel", "channel": w.pageChannel(ch, u)}
	})
}

// viewsChanged sends someone's pages the modals that are open.
func (w *Workspace) viewsChanged(id string) {
	w.tell(func(u *user) bool { return u.id == id }, func(u *user) any {
		return object{"type": "views", "views": w.pageViews(u)}
	})
}

func (w *Workspace) homeChanged(of *user) {
	w.tell(func(u *user) bool { return u == of }, func(u *user) any {
		return object{"type": "home", "home": w.pageHome(u)}
	})
}

func (w *Workspace) peopleChanged() {
	w.tell(func(*user) bool { return true }, func(*user) any {
		return object{"type": "people", "people": w.pagePeople()}
	})
}

// showApp sends pages whether the app is connected.
func (w *Workspace) showApp() {
	w.tell(func(*user) bool { return true }, func(*user) any {
		return object{"type": "app", "app": w.pageApp()}
	})
}

func (w *Workspace) showStory() {
	w.tell(func(*user) bool { return true }, func(*user) any {
		return object{"type": "story", "story": w.pageStory()}
	})
}
