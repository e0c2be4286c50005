package bolt

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"muster/timeline"
)

// write is one asker's part of a transaction. Check refuses it before
// anything is written; put writes; after is called once it is on the disk.
type write struct {
	check func(*bbolt.Tx) error
	put   func(*bbolt.Tx) error
	after func()
	err   error
	done  chan struct{}
}

// maxGroup is how many writes share one transaction at the most.
const maxGroup = 256

// write is the only goroutine that writes to the file.
func (s *Store) write() {
	defer close(s.done)
	for {
		select {
		case first := <-s.writes:
			s.commit(s.gather(first))
		case <-s.closing:
			return
		}
	}
}

// gather returns a write with all that wait behind it.
func (s *Store) gather(first *write) []*write {
	group := []*write{first}
	for len(group) < maxGroup {
		select {
		case w := <-s.writes:
			group = append(group, w)
		default:
			return group
		}
	}
	return group
}

func (s *Store) commit(group []*write) {
	err := s.failure()
	if damage := s.Damaged(); err == nil && damage != nil {
		err = fmt.Errorf("%w: %w", timeline.ErrDamaged, damage)
	}
	if err == nil {
		err = s.verdict(guard(func() error { return s.db.Update(func(tx *bbolt.Tx) error { return putAll(tx, group) }) }))
	}
	s.full.Store(errors.Is(err, timeline.ErrFull))
	for _, w := range group {
		if err != nil {
			w.err = err
		}
		if w.err == nil {
			w.after()
		}
		close(w.done)
	}
}

func putAll(tx *bbolt.Tx, group []*write) error {
	for _, w := range group {
		if w.err = w.check(tx); w.err != nil {
			continue
		}
		if err := w.put(tx); err != nil {
			return err
		}
	}
	return nil
}

// submit hands a write to the writer and waits for its end. It does not end
// early with ctx: what is under way may be written.
func (s *Store) submit(ctx context.Context, w *write) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w.done = make(chan struct{})
	select {
	case s.writes <- w:
	case <-s.closing:
		return fmt.Errorf("%w: it is closed", timeline.ErrFailed)
	}
	<-w.done
	return w.err
}

// Commit implements [timeline.Store].
func (s *Store) Commit(ctx context.Context, c timeline.Commit) error {
	if c.CanWait && s.space.isTight(s.db.Path()) {
		return fmt.Errorf("%w: less than %d MiB are left", timeline.ErrFull, tight>>20)
	}
	var change change
	return s.submit(ctx, &write{
		check: func(tx *bbolt.Tx) error { return check(tx, c) },
		put: func(tx *bbolt.Tx) (err error) {
			s.sweep(tx, c.Now)
			change, err = put(tx, c)
			return err
		},
		after: func() { s.queue.apply(change) },
	})
}

func check(tx *bbolt.Tx, c timeline.Commit) error {
	if c.Request != "" && tx.Bucket(bucketRequests).Get([]byte(c.Request)) != nil {
		return fmt.Errorf("request %s: %w", c.Request, timeline.ErrRepeated)
	}
	if c.Settles != nil && tx.Bucket(bucketEffects).Get(number(int(c.Settles.Place))) == nil {
		return fmt.Errorf("effect %s: %w", c.Settles.Key(), timeline.ErrSettled)
	}
	if seen := lastSeq(tx, c.Incident); len(c.Events) > 0 && seen != c.After {
		return fmt.Errorf("%v has %d events, not %d: %w", c.Incident, seen, c.After, timeline.ErrConflict)
	}
	for _, name := range c.Names {
		v := tx.Bucket(bucketNames).Get([]byte(name))
		if v != nil && timeline.ID(binary.BigEndian.Uint64(v)) != c.Incident {
			return fmt.Errorf("name %q: %w", name, timeline.ErrTaken)
		}
	}
	return nil
}

func lastSeq(tx *bbolt.Tx, id timeline.ID) int {
	c := tx.Bucket(bucketEvents).Cursor()
	k, _ := c.Seek(number(int(id) + 1))
	if k == nil {
		k, _ = c.Last()
	} else {
		k, _ = c.Prev()
	}
	if !isOf(k, id) {
		return 0
	}
	return int(binary.BigEndian.Uint64(k[8:]))
}

func put(tx *bbolt.Tx, c timeline.Commit) (change, error) {
	p := putter{tx: tx}
	for _, ev := range c.Events {
		p.put(bucketEvents, eventKey(ev.Incident, ev.Seq), ev.Encode())
	}
	if len(c.Events) > 0 {
		p.put(bucketHeads, number(int(c.Incident)), headOf(c.Events))
	}
	switch {
	case len(c.Events) == 0:
	case c.Open:
		p.put(bucketOpen, number(int(c.Incident)), nil)
	case c.Unfinished:
		p.put(bucketOpen, number(int(c.Incident)), unfinished)
	default:
		p.delete(bucketOpen, number(int(c.Incident)))
	}
	for _, name := range c.Names {
		p.put(bucketNames, []byte(name), number(int(c.Incident)))
	}
	if c.Request != "" {
		when := number(int(c.Now.UnixNano()))
		p.put(bucketRequests, []byte(c.Request), when)
		p.put(bucketTimes, append(when, c.Request...), nil)
		p.count(bucketTimes, 1)
	}
	if c.Settles != nil {
		p.settle(*c.Settles)
	}
	for _, e := range c.Effects {
		p.add(e)
	}
	return p.change, p.err
}

// putter writes until the first error, and gathers how the queue changes.
type putter struct {
	tx     *bbolt.Tx
	change change
	err    error
}

func (p *putter) put(bucket, key, value []byte) {
	if p.err == nil {
		p.err = p.tx.Bucket(bucket).Put(key, value)
	}
}

func (p *putter) delete(bucket, key []byte) {
	if p.err == nil {
		p.err = p.tx.Bucket(bucket).Delete(key)
	}
}

func (p *putter) settle(e timeline.Effect) {
	p.remove(e.Place)
	if e.State && p.holds(e.Key()) == e.Place {
		p.delete(bucketStates, []byte(e.Key()))
	}
}

func (p *putter) remove(place uint64) {
	p.delete(bucketEffects, number(int(place)))
	p.change.removed = append(p.change.removed, place)
	p.change.added = slices.DeleteFunc(p.change.added, func(e timeline.Effect) bool { return e.Place == place }) // of the same commit
}

// holds returns the place of a desired state, 0 where it is not owed.
func (p *putter) holds(key string) uint64 {
	if v := p.tx.Bucket(bucketStates).Get([]byte(key)); v != nil {
		return binary.BigEndian.Uint64(v)
	}
	return 0
}

func (p *putter) add(e timeline.Effect) {
	if e.State {
		e = p.supersede(e)
	}
	if p.err != nil {
		return
	}
	if e.Place, p.err = p.tx.Bucket(bucketEffects).NextSequence(); p.err != nil {
		return
	}
	p.put(bucketEffects, number(int(e.Place)), encode(stored{Effect: e}))
	if e.State {
		p.put(bucketStates, []byte(e.Key()), number(int(e.Place)))
	}
	p.change.added = append(p.change.added, e)
}

// supersede takes back an older state that is not in delivery. The newer one
// inherits its doubt.
func (p *putter) supersede(newer timeline.Effect) timeline.Effect {
	place := p.holds(newer.Key())
	old, ok := read(p.tx, place)
	if !ok || old.Claimed {
		return newer
	}
	p.remove(place)
	return inherit(newer, old.Effect)
}

// inherit returns a newer state with the doubt of the older one, and with the
// time from which on to look for what the older one may have done.
func inherit(newer, old timeline.Effect) timeline.Effect {
	if old.Doubt {
		newer.Doubt, newer.Since = true, old.Since
	}
	return newer
}

// stored is an effect as it stands in the file.
type stored struct {
	timeline.Effect
	Claimed bool `json:"claimed,omitempty"` // it is handed out
}

func encode(e stored) []byte {
	text, err := json.Marshal(e)
	if err != nil {
		panic(err) // unreachable: its parts were JSON before
	}
	return text
}

func read(tx *bbolt.Tx, place uint64) (stored, bool) {
	v := tx.Bucket(bucketEffects).Get(number(int(place)))
	if v == nil {
		return stored{}, false
	}
	e, err := decode(place, v)
	return e, err == nil
}

func decode(place uint64, text []byte) (stored, error) {
	var e stored
	if err := json.Unmarshal(text, &e); err != nil {
		return e, fmt.Errorf("effect at %d: %w", place, err)
	}
	e.Place = place
	return e, nil
}

// count counts what is in a bucket, in the bucket's own sequence.
func (p *putter) count(bucket []byte, by int) {
	b := p.tx.Bucket(bucket)
	if p.err == nil {
		p.err = b.SetSequence(uint64(max(0, int(b.Sequence())+by)))
	}
}

// sweepEach is how often old requests are forgotten, sweepMost how many at once,
// and keepLeast how many are kept however old they seem to be: a clock that
// jumps forward forgets nothing that Slack may still send again.
const (
	sweepEach = time.Minute
	sweepMost = 1000
	keepLeast = 10_000
)

func (s *Store) sweep(tx *bbolt.Tx, now time.Time) {
	if now.Sub(s.swept) < sweepEach {
		return
	}
	s.swept = now
	before := now.Add(-timeline.RequestsKept).UnixNano()
	p := putter{tx: tx}
	c := tx.Bucket(bucketTimes).Cursor()
	for range min(sweepMost, int(tx.Bucket(bucketTimes).Sequence())-keepLeast) {
		k, _ := c.First()
		if k == nil || int64(binary.BigEndian.Uint64(k)) >= before {
			return
		}
		request := append([]byte(nil), k[8:]...)
		p.count(bucketTimes, -1)
		if p.err != nil || c.Delete() != nil || tx.Bucket(bucketRequests).Delete(request) != nil {
			return // a full transaction fails at its commit, for all
		}
	}
}
