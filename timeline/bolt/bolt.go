// Package bolt keeps timelines and effects in one bbolt file.
//
// Writers are grouped: while one transaction is being synced to the disk the
// next ones gather, and share the sync after it. A commit error after which
// nobody can tell what is on the disk ends the store for good: it answers
// [timeline.ErrFailed] until the process is started again and reads the file.
package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"muster/timeline"
)

// Store is a bbolt file, open. It implements [timeline.Store].
type Store struct {
	db     *bbolt.DB
	holder holder

	queue   *queue
	writes  chan *write
	closing chan struct{} // closed when nothing more is taken
	done    chan struct{} // closed when the writer has ended
	once    sync.Once     // for Close

	failed  atomic.Pointer[error] // set once, by the writer
	damaged atomic.Pointer[error] // set once, by whoever finds it
	full    atomic.Bool           // the latest write found no room
	space   space

	swept time.Time // when old requests were last forgotten; the writer's
}

// The buckets. Numbers in keys are big-endian, so that they sort.
var (
	bucketMeta     = []byte("meta")     // "version" → the version of this layout
	bucketEvents   = []byte("events")   // incident, seq → a line
	bucketHeads    = []byte("heads")    // incident → how many events it has, and the sum of the last
	bucketOpen     = []byte("open")     // incident → nothing where it is open, unfinished where it is over
	bucketNames    = []byte("names")    // name → incident
	bucketRequests = []byte("requests") // request → when, in Unix nanoseconds
	bucketTimes    = []byte("times")    // when, request → nothing
	bucketEffects  = []byte("effects")  // place → an effect
	bucketStates   = []byte("states")   // key of a desired state → place
)

var buckets = [][]byte{
	bucketMeta, bucketEvents, bucketHeads, bucketOpen, bucketNames,
	bucketRequests, bucketTimes, bucketEffects, bucketStates,
}

// Events implements [timeline.Store].
func (s *Store) Events(_ context.Context, id timeline.ID, after int) ([]timeline.Event, error) {
	var lines [][]byte
	var head []byte
	err := s.view(func(tx *bbolt.Tx) error {
		head = bytes.Clone(tx.Bucket(bucketHeads).Get(number(int(id))))
		c := tx.Bucket(bucketEvents).Cursor()
		for k, v := c.Seek(number(int(id))); isOf(k, id); k, v = c.Next() {
			lines = append(lines, bytes.Clone(v))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(lines) == 0 && head == nil {
		return nil, fmt.Errorf("%v: %w", id, timeline.ErrUnknown)
	}
	events, err := timeline.DecodeAll(lines)
	if err != nil {
		return nil, s.noted(fmt.Errorf("read %v: %w", id, err))
	}
	if !bytes.Equal(head, headOf(events)) {
		return nil, s.noted(fmt.Errorf("read %v: %w: its last events are missing", id, timeline.ErrBroken))
	}
	return events[min(after, len(events)):], nil
}

// Find implements [timeline.Store].
func (s *Store) Find(_ context.Context, name string) (timeline.ID, error) {
	var id timeline.ID
	err := s.view(func(tx *bbolt.Tx) error {
		v := tx.Bucket(bucketNames).Get([]byte(name))
		if v == nil {
			return fmt.Errorf("%q: %w", name, timeline.ErrUnknown)
		}
		id = timeline.ID(binary.BigEndian.Uint64(v))
		return nil
	})
	return id, err
}

// Last implements [timeline.Store].
func (s *Store) Last(context.Context) (timeline.ID, error) {
	var id timeline.ID
	err := s.view(func(tx *bbolt.Tx) error {
		if k, _ := tx.Bucket(bucketEvents).Cursor().Last(); k != nil {
			id = timeline.ID(binary.BigEndian.Uint64(k))
		}
		return nil
	})
	return id, err
}

// Open implements [timeline.Store].
func (s *Store) Open(context.Context) ([]timeline.ID, error) {
	return s.listed(func(v []byte) bool { return len(v) == 0 })
}

// unfinished marks an incident that is over and has something left to do.
var unfinished = []byte("unfinished")

// Unfinished implements [timeline.Store].
func (s *Store) Unfinished(context.Context) ([]timeline.ID, error) {
	return s.listed(func([]byte) bool { return true })
}

// listed returns the incidents that are on the list of those that matter now.
func (s *Store) listed(wanted func(mark []byte) bool) (ids []timeline.ID, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketOpen).ForEach(func(k, v []byte) error {
			if wanted(v) {
				ids = append(ids, timeline.ID(binary.BigEndian.Uint64(k)))
			}
			return nil
		})
	})
	return ids, err
}

// Close waits for what is being written and releases the file.
func (s *Store) Close() (err error) {
	s.once.Do(func() {
		close(s.closing)
		<-s.done
		s.holder.leave()
		err = s.db.Close()
	})
	return err
}

func (s *Store) view(read func(*bbolt.Tx) error) error {
	if err := s.failure(); err != nil {
		return err
	}
	return s.noted(guard(func() error { return s.db.View(read) }))
}

// noted takes note of damage.
func (s *Store) noted(err error) error {
	if errors.Is(err, timeline.ErrBroken) {
		s.damaged.CompareAndSwap(nil, &err)
	}
	return err
}

// Full reports whether the latest write found no room.
func (s *Store) Full() bool { return s.full.Load() }

// Damaged implements [timeline.Store].
func (s *Store) Damaged() error {
	if damaged := s.damaged.Load(); damaged != nil {
		return *damaged
	}
	return nil
}

func (s *Store) failure() error {
	if failed := s.failed.Load(); failed != nil {
		return *failed
	}
	return nil
}

// verdict says what a failed transaction means to those who asked for it.
func (s *Store) verdict(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(s.noted(err), timeline.ErrBroken) {
		return fmt.Errorf("%w: %w", timeline.ErrDamaged, err)
	}
	if errors.Is(err, bolterrors.ErrMaxSizeReached) || errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("%w: %v", timeline.ErrFull, err)
	}
	failed := fmt.Errorf("%w: %v", timeline.ErrFailed, err)
	s.failed.Store(&failed)
	return failed
}

// headOf is what tells that the last events are all there, which the chain by
// itself can not.
func headOf(events []timeline.Event) []byte {
	if len(events) == 0 {
		return nil
	}
	last := events[len(events)-1]
	return append(number(last.Seq), last.Sum[:]...)
}

func number(n int) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }

func eventKey(id timeline.ID, seq int) []byte {
	return binary.BigEndian.AppendUint64(number(int(id)), uint64(seq))
}

func isOf(key []byte, id timeline.ID) bool {
	return len(key) == 16 && binary.BigEndian.Uint64(key) == uint64(id)
}
