package slack

import (
	"strings"
	"sync"
	"time"
)

// memory keeps what was looked up, by ID. What is in it is used for ever; when it
// has been good for long enough, one caller is told to look it up anew.
type memory[T any] struct {
	mu    sync.Mutex
	known map[string]finding[T]
}

type finding[T any] struct {
	what T
	at   time.Time // by the machine's clock
	good time.Duration
}

// recall returns what is known of an ID, and whether it is time to look again:
// once, however many ask.
func (m *memory[T]) recall(id string) (what T, known, stale bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f, known := m.known[id]
	if stale = known && time.Since(f.at) > f.good; stale {
		f.at = time.Now()
		m.known[id] = f
	}
	return f.what, known, stale
}

// keep remembers what an ID stands for, as good for so long.
func (m *memory[T]) keep(id string, what T, good time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil {
		m.known = map[string]finding[T]{}
	}
	m.known[id] = finding[T]{what, time.Now(), good}
}

// addresses are whom the bot has met, by their e-mail addresses.
type addresses struct {
	mu  sync.Mutex
	ids map[string]string
}

func (a *addresses) recall(email string) (id string, known bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	id, known = a.ids[strings.ToLower(email)]
	return id, known
}

func (a *addresses) keep(email, id string) {
	if email == "" {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.ids == nil {
		a.ids = map[string]string{}
	}
	a.ids[strings.ToLower(email)] = id
}

// background is work that nobody waits for while the bot runs.
type background struct {
	mu      sync.Mutex
	running sync.WaitGroup
	over    bool
}

// Go does something, unless the end has come.
func (b *background) Go(do func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.over {
		b.running.Go(do)
	}
}

// End waits for what was begun; from then on nothing is.
func (b *background) End() {
	b.mu.Lock()
	b.over = true
	b.mu.Unlock()
	b.running.Wait()
}
