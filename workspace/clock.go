package workspace

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"time"
)

// Now is the workspace's time.
func (w *Workspace) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now()
}

func (w *Workspace) now() time.Time { return w.o.Now().Add(w.offset) }

// furthest is how far the clock can be set forward in all.
const furthest = 100 * 365 * 24 * time.Hour

// Advance sets the workspace's clock forward; what was to happen in that time
// happens now, in its order.
func (w *Workspace) Advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	d = min(d, furthest-w.offset)
	w.offset += d
	w.runDue()
}

// SetTime sets the workspace's clock; what was to happen up to then happens
// now, in its order. The clock goes on from there.
func (w *Workspace) SetTime(to time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if to.Before(w.now()) {
		return fmt.Errorf("the clock only goes forward: it is %s", w.now().UTC().Format(time.RFC3339))
	}
	w.offset += to.Sub(w.now())
	w.runDue()
	return nil
}

// runDue lets everything happen that is due. The lock is held.
func (w *Workspace) runDue() {
	var due []*timer
	for t := range w.timers {
		if !t.due.After(w.now()) {
			due = append(due, t)
		}
	}
	slices.SortFunc(due, func(a, b *timer) int { return cmp.Or(a.due.Compare(b.due), a.n-b.n) })
	for _, t := range due {
		t.real.Stop()
		w.fire(t)
	}
}

// timer is something that is to happen at a time of the workspace's clock, or
// when that much time has gone by on this machine, whichever is first.
type timer struct {
	n    int // of all that were set
	due  time.Time
	real *time.Timer
	do   func()
}

// after does something, with the lock held, once a while has gone by. The lock
// is held.
func (w *Workspace) after(d time.Duration, do func()) { w.at(w.now().Add(d), do) }

// at does something at a time of the workspace's clock. The lock is held.
func (w *Workspace) at(due time.Time, do func()) {
	if w.closed {
		return
	}
	w.set++
	t := &timer{n: w.set, due: due, do: do}
	w.timers[t] = true
	t.real = time.AfterFunc(due.Sub(w.now()), func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.fire(t)
	})
}

// fire lets a timer do what it is for, once. The lock is held.
func (w *Workspace) fire(t *timer) {
	if w.timers[t] {
		delete(w.timers, t)
		t.do()
	}
}

// ts returns the next time stamp: seconds and microseconds, never the same
// twice.
func (w *Workspace) ts() string {
	w.lastTS = max(w.now().UnixMicro(), w.lastTS+1)
	return fmt.Sprintf("%d.%06d", w.lastTS/1e6, w.lastTS%1e6)
}

// chance is a number from 0 to 1, the same for the same seed.
func (w *Workspace) chance() float64 {
	w.letters("chance", digits, 1) // makes its source
	return w.random["chance"].Float64()
}

const idLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// id returns a new ID of a kind, such as U for people.
func (w *Workspace) id(kind string) string { return kind + "0" + w.letters(kind, idLetters, 9) }

// letters returns n random letters. Those for one purpose depend on nothing
// but the seed and how many there were before.
func (w *Workspace) letters(purpose, from string, n int) string {
	source, ok := w.random[purpose]
	if !ok {
		h := fnv.New64a()
		h.Write([]byte(purpose))
		source = rand.New(rand.NewPCG(w.o.Seed, h.Sum64()))
		w.random[purpose] = source
	}
	text := make([]byte, n)
	for i := range text {
		text[i] = from[source.IntN(len(from))]
	}
	return string(text)
}

const (
	hex    = "0123456789abcdef"
	digits = "0123456789"
)

func (w *Workspace) uuid(purpose string) string {
	part := func(n int) string { return w.letters(purpose, hex, n) }
	return fmt.Sprintf("%s-%s-4%s-a%s-%s", part(8), part(4), part(3), part(3), part(12))
}
