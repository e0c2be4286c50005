package workspace

import (
	"fmt"
	"time"
)

// Now is the workspace's time.
func (w *Workspace) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now()
}

func (w *Workspace) now() time.Time { return w.o.Now().Add(w.offset) }

// Advance sets the workspace's clock forward; what was to happen in that time
// happens now.
func (w *Workspace) Advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.offset += d
	for t := range w.timers {
		if !t.due.After(w.now()) {
			t.real.Reset(0)
		}
	}
}

// timer is something that is to happen at a time of the workspace's clock.
type timer struct {
	due  time.Time
	real *time.Timer
}

// after does something, with the lock held, once a while has gone by. The lock
// is held.
func (w *Workspace) after(d time.Duration, do func()) {
	t := &timer{due: w.now().Add(d)}
	w.timers[t] = true
	t.real = time.AfterFunc(d, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.timers[t] {
			delete(w.timers, t)
			do()
		}
	})
}

// ts returns the next time stamp: seconds and microseconds, never the same
// twice.
func (w *Workspace) ts() string {
	w.lastTS = max(w.now().UnixMicro(), w.lastTS+1)
	return fmt.Sprintf("%d.%06d", w.lastTS/1e6, w.lastTS%1e6)
}

const idLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// id returns a new ID of a kind, such as U for people.
func (w *Workspace) id(kind string) string { return kind + "0" + w.random(idLetters, 9) }

func (w *Workspace) random(letters string, n int) string {
	text := make([]byte, n)
	for i := range text {
		text[i] = letters[w.ids.IntN(len(letters))]
	}
	return string(text)
}

const hex = "0123456789abcdef"

func (w *Workspace) uuid() string {
	return fmt.Sprintf("%s-%s-4%s-a%s-%s", w.random(hex, 8), w.random(hex, 4), w.random(hex, 3), w.random(hex, 3), w.random(hex, 12))
}
