package bolt

import (
	"cmp"
	"context"
	"encoding/binary"
	"slices"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"muster/timeline"
)

// queue knows, in memory, what is owed: the file is read once, at the start.
// A lane is what one follower owes one incident; of pages, what it owes one
// object there.
type queue struct {
	mu    sync.Mutex
	lanes map[laneKey]*lane
	lane  map[uint64]laneKey // by place

	mended bool
}

type laneKey struct {
	incident timeline.ID
	to, on   string
}

func laneOf(e timeline.Effect) laneKey {
	if e.Urgency == timeline.Page {
		return laneKey{e.Incident, e.To, e.On}
	}
	return laneKey{incident: e.Incident, to: e.To}
}

// lane holds effects in the order they were called for.
type lane struct {
	effects []timeline.Effect
	claimed uint64 // the place of the one that is handed out; 0 for none
}

// change is what a commit does to the queue.
type change struct {
	removed  []uint64
	added    []timeline.Effect
	replaced []timeline.Effect // with others of the same place
}

func newQueue() *queue {
	return &queue{lanes: map[laneKey]*lane{}, lane: map[uint64]laneKey{}}
}

// restore takes in an effect from the file. One that was handed out may have
// taken effect.
func (q *queue) restore(k, v []byte) error {
	e, err := decode(binary.BigEndian.Uint64(k), v)
	if err != nil {
		return err
	}
	if e.Claimed {
		e.Effect = e.Doubtful()
		e.Crashes++
	}
	q.add(e.Effect)
	return nil
}

func (q *queue) apply(c change) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, place := range c.removed {
		q.remove(place)
	}
	for _, e := range c.added {
		q.add(e)
	}
	for _, e := range c.replaced {
		q.replace(e)
	}
}

func (q *queue) replace(e timeline.Effect) {
	l := q.lanes[q.lane[e.Place]]
	if l == nil {
		return
	}
	for n := range l.effects {
		if l.effects[n].Place == e.Place {
			l.effects[n] = e
		}
	}
}

func (q *queue) add(e timeline.Effect) {
	key := laneOf(e)
	l := q.lanes[key]
	if l == nil {
		l = &lane{}
		q.lanes[key] = l
	}
	l.effects = append(l.effects, e)
	q.lane[e.Place] = key
}

func (q *queue) remove(place uint64) {
	key := q.lane[place]
	delete(q.lane, place)
	l := q.lanes[key]
	if l == nil {
		return
	}
	l.effects = slices.DeleteFunc(l.effects, func(e timeline.Effect) bool { return e.Place == place })
	if l.claimed == place {
		l.claimed = 0
	}
	if len(l.effects) == 0 {
		delete(q.lanes, key)
	}
}

// head returns what is next in the lane, and when. A timer, an effect that
// was never tried and is not due, does not hold up what comes after it.
func (l *lane) head(now time.Time) (next timeline.Effect, due time.Time, ok bool) {
	if l.claimed != 0 {
		return timeline.Effect{}, time.Time{}, false
	}
	for _, e := range l.effects {
		if !ok || e.NotUntil.Before(due) {
			next, due, ok = e, e.NotUntil, true
		}
		if e.Tries > 0 || !e.NotUntil.After(now) {
			return e, e.NotUntil, true
		}
	}
	return next, due, ok
}

// furthest is the longest that an effect is put off which was tried before. What
// waits for longer was put off by a clock that has been set back since.
const furthest = 2 * time.Hour

// mend makes due what a clock that was set back would hold up. It is done once,
// for what was read from the file: a running process measures time by itself.
func (q *queue) mend(now time.Time) {
	if q.mended {
		return
	}
	q.mended = true
	for _, l := range q.lanes {
		for n := range l.effects {
			if e := &l.effects[n]; e.Tries > 0 && e.NotUntil.Sub(now) > furthest {
				e.NotUntil = now
			}
		}
	}
}

// claim marks up to n effects as handed out, in memory.
func (q *queue) claim(from, to timeline.Urgency, now time.Time, n int) []timeline.Effect {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.mend(now)
	var due []timeline.Effect
	for _, l := range q.lanes {
		e, at, ok := l.head(now)
		if ok && !at.After(now) && e.Urgency >= from && e.Urgency <= to {
			due = append(due, e)
		}
	}
	slices.SortFunc(due, func(a, b timeline.Effect) int {
		return cmp.Or(cmp.Compare(a.Urgency, b.Urgency), cmp.Compare(a.Place, b.Place))
	})
	due = due[:min(n, len(due))]
	for _, e := range due {
		q.lanes[q.lane[e.Place]].claimed = e.Place
	}
	return due
}

// release takes back a claim, and keeps the effect as given.
func (q *queue) release(e timeline.Effect) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.replace(e)
	if l := q.lanes[q.lane[e.Place]]; l != nil && l.claimed == e.Place {
		l.claimed = 0
	}
}

// Due implements [timeline.Store].
func (s *Store) Due(_ context.Context, from, to timeline.Urgency) (time.Time, bool, error) {
	if err := s.failure(); err != nil {
		return time.Time{}, false, err
	}
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	var first time.Time
	found := false
	for _, l := range s.queue.lanes {
		e, at, ok := l.head(time.Time{})
		if ok && e.Urgency >= from && e.Urgency <= to && (!found || at.Before(first)) {
			first, found = at, true
		}
	}
	return first, found, nil
}

// Oldest returns when the oldest of the effects between two urgencies that are
// not settled was called for, and whether there is one. Timers that are not due
// do not count.
func (s *Store) Oldest(from, to timeline.Urgency, now time.Time) (oldest time.Time, ok bool) {
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	for _, l := range s.queue.lanes {
		for _, e := range l.effects {
			if !isTimer(e, now) && e.Urgency >= from && e.Urgency <= to && (!ok || e.Since.Before(oldest)) {
				oldest, ok = e.Since, true
			}
		}
	}
	return oldest, ok
}

// Owed implements [timeline.Store].
func (s *Store) Owed(_ context.Context, now time.Time) (int, error) {
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	owed := 0
	for _, l := range s.queue.lanes {
		for _, e := range l.effects {
			if !isTimer(e, now) {
				owed++
			}
		}
	}
	return owed, s.failure()
}

// isTimer reports whether an effect waits for its time and was never tried.
func isTimer(e timeline.Effect, now time.Time) bool { return e.Tries == 0 && e.NotUntil.After(now) }

// Claim implements [timeline.Store].
func (s *Store) Claim(ctx context.Context, from, to timeline.Urgency, now time.Time, n int) ([]timeline.Effect, error) {
	chosen := s.queue.claim(from, to, now, n)
	if len(chosen) == 0 {
		return nil, s.failure()
	}
	var claimed []timeline.Effect
	var gone []uint64
	err := s.submit(ctx, &write{
		check: func(*bbolt.Tx) error { return nil },
		put: func(tx *bbolt.Tx) error {
			p := putter{tx: tx}
			for _, e := range chosen {
				if _, ok := read(tx, e.Place); !ok {
					gone = append(gone, e.Place) // a newer state took its place meanwhile
					continue
				}
				e.Tries++
				if e.Doubt && e.Doubted.IsZero() {
					e.Doubted = now.Round(0)
				}
				p.put(bucketEffects, number(int(e.Place)), encode(stored{e, true}))
				claimed = append(claimed, e)
			}
			return p.err
		},
		after: func() { s.queue.apply(change{removed: gone}) },
	})
	if err != nil {
		for _, e := range chosen {
			s.queue.release(e)
		}
		return nil, err
	}
	return claimed, nil
}

// Postpone implements [timeline.Store].
func (s *Store) Postpone(ctx context.Context, e timeline.Effect) error {
	var change change
	superseded := false
	return s.submit(ctx, &write{
		check: func(tx *bbolt.Tx) error {
			if _, ok := read(tx, e.Place); !ok {
				return timeline.ErrSettled
			}
			return nil
		},
		put: func(tx *bbolt.Tx) error {
			p := putter{tx: tx}
			if place := p.holds(e.Key()); e.State && place != e.Place {
				superseded = true
				p.giveWay(e, place)
			} else {
				p.put(bucketEffects, number(int(e.Place)), encode(stored{Effect: e}))
			}
			change = p.change
			return p.err
		},
		after: func() {
			if superseded {
				s.queue.apply(change)
			} else {
				s.queue.release(e)
			}
		},
	})
}

// giveWay drops a state that was in delivery when a newer one was called for.
// The newer one inherits the doubt.
func (p *putter) giveWay(e timeline.Effect, to uint64) {
	p.remove(e.Place)
	newer, ok := read(p.tx, to)
	if !ok {
		return
	}
	newer.Effect = inherit(newer.Effect, e)
	if !newer.NotUntil.After(e.NotUntil) { // a timer that was set meanwhile keeps its time
		newer.NotUntil, newer.Tries = e.NotUntil, e.Tries
	}
	p.put(bucketEffects, number(int(to)), encode(newer))
	p.change.replaced = append(p.change.replaced, newer.Effect)
}
