package review

import (
	"maps"
	"slices"
	"sync"

	"muster/timeline"
)

// Ledger holds the lives of all incidents. It may be used by many goroutines at
// once, and the zero Ledger is empty.
type Ledger struct {
	mu    sync.Mutex
	lives map[timeline.ID]*Life
	house *house
	stale map[timeline.ID]bool
}

// Take notes an incident as it is. Of one that it knows the later state holds, in
// whichever order they come.
func (l *Ledger) Take(inc timeline.Incident) {
	if inc.ID == timeline.House {
		h := houseOf(inc)
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.house == nil || l.house.events <= h.events {
			l.house = h
		}
		return
	}
	life := Of(inc)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lives == nil {
		l.lives = map[timeline.ID]*Life{}
	}
	if before, ok := l.lives[inc.ID]; !ok || before.events <= life.events {
		l.lives[inc.ID] = &life
	}
}

// Mark notes that something was recorded of an incident, so that it has to be
// taken anew before the next report.
func (l *Ledger) Mark(id timeline.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stale == nil {
		l.stale = map[timeline.ID]bool{}
	}
	l.stale[id] = true
}

// Stale returns the incidents that were marked since it was last called, the
// lowest first: whoever calls it takes them anew, or marks them again.
func (l *Ledger) Stale() []timeline.ID {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := slices.Sorted(maps.Keys(l.stale))
	l.stale = nil
	return all
}

// Report answers a question. It costs as much as there are incidents, however
// long their timelines are.
func (l *Ledger) Report(q Question) Report {
	l.mu.Lock()
	lives, h := slices.Collect(maps.Values(l.lives)), l.house
	l.mu.Unlock()
	if h == nil {
		h = &house{}
	}
	return newMaker(q, lives, h).report()
}
