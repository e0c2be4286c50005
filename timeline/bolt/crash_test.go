package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"muster/timeline"
)

// TestAnyOtherErrorEndsTheStore makes a commit fail in a way after which
// nobody can tell what is on the disk.
func TestAnyOtherErrorEndsTheStore(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "muster.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.db.Close(); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	for what, do := range map[string]func() error{
		"Commit": func() error {
			return s.Commit(ctx, timeline.Commit{Incident: 1, Names: []string{"INC-1"}, Now: time.Now()})
		},
		"Events": func() error { _, err := s.Events(ctx, 1, 0); return err },
		"Claim": func() error {
			_, err := s.Claim(ctx, timeline.Page, timeline.Cosmetic, time.Now(), 1)
			return err
		},
		"Due":  func() error { _, _, err := s.Due(ctx, timeline.Page, timeline.Cosmetic); return err },
		"Owed": func() error { _, err := s.Owed(ctx, time.Now()); return err },
	} {
		_ = s.Commit(ctx, timeline.Commit{Incident: 1, Names: []string{"INC-1"}, Now: time.Now()})
		if err := do(); !errors.Is(err, timeline.ErrFailed) {
			t.Errorf("%s: %v, want ErrFailed", what, err)
		}
	}
}

// TestCloseWhileManyWrite closes a store that more writers than fit into one
// transaction are at.
func TestCloseWhileManyWrite(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "muster.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for n := range 2000 {
		all.Go(func() {
			c := timeline.Commit{Incident: 1, Names: []string{fmt.Sprint(n)}, Now: time.Now()}
			if err := s.Commit(context.Background(), c); err != nil && !errors.Is(err, timeline.ErrFailed) {
				t.Error(err)
			}
		})
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	all.Wait()
}

// two writes a store with two events of one incident.
func two(t *testing.T) *Store {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "muster.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	first := timeline.Event{Incident: 1, Seq: 1, At: time.Now(), Fact: timeline.Noted{Text: "a"}}.Chained(timeline.Sum{})
	second := timeline.Event{Incident: 1, Seq: 2, At: time.Now(), Fact: timeline.Noted{Text: "b"}}.Chained(first.Sum)
	if err := s.Commit(t.Context(), timeline.Commit{Incident: 1, Events: []timeline.Event{first, second}, Now: time.Now()}); err != nil {
		t.Fatal(err)
	}
	return s
}

// lose takes events out of the file behind the store's back.
func lose(t *testing.T, s *Store, seqs ...int) {
	t.Helper()
	err := s.db.Update(func(tx *bbolt.Tx) error {
		for _, seq := range seqs {
			if err := tx.Bucket(bucketEvents).Delete(eventKey(1, seq)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestAMissingTailIsFound takes the last events out of the file, which leaves a
// chain that is whole, or none.
func TestAMissingTailIsFound(t *testing.T) {
	for _, seqs := range [][]int{{2}, {1, 2}} {
		s := two(t)
		lose(t, s, seqs...)
		if _, err := s.Events(t.Context(), 1, 0); !errors.Is(err, timeline.ErrBroken) {
			t.Errorf("Events without events %v: %v, want ErrBroken", seqs, err)
		}
	}
}

// TestADamagedStoreIsReadOnly finds damage in one incident, and goes on reading
// the other.
func TestADamagedStoreIsReadOnly(t *testing.T) {
	s := two(t)
	other := timeline.Event{Incident: 2, Seq: 1, At: time.Now(), Fact: timeline.Noted{Text: "c"}}.Chained(timeline.Sum{})
	c := timeline.Commit{Incident: 2, Events: []timeline.Event{other}, Effects: []timeline.Effect{{Incident: 2, To: "x", Do: "y"}}, Now: time.Now()}
	if err := s.Commit(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	lose(t, s, 2)
	if err := s.Prove(t.Context()); !errors.Is(err, timeline.ErrBroken) || !errors.Is(s.Damaged(), timeline.ErrBroken) {
		t.Errorf("Prove: %v, Damaged: %v", err, s.Damaged())
	}
	if events, err := s.Events(t.Context(), 2, 0); err != nil || len(events) != 1 {
		t.Errorf("what is whole is not read: %v", err)
	}
	if err := s.Commit(t.Context(), timeline.Commit{Incident: 2, Request: "r", Now: time.Now()}); !errors.Is(err, timeline.ErrDamaged) {
		t.Errorf("Commit: %v, want ErrDamaged", err)
	}
	if _, err := s.Claim(t.Context(), timeline.Page, timeline.Cosmetic, time.Now(), 1); !errors.Is(err, timeline.ErrDamaged) {
		t.Errorf("Claim: %v, want ErrDamaged", err)
	}
}

// TestWhatCanWaitIsRefusedFirst has a disk with little room left.
func TestWhatCanWaitIsRefusedFirst(t *testing.T) {
	s := two(t)
	s.space.free = func(string) (int64, error) { return tight - 1, nil }
	wait := timeline.Commit{Incident: 1, Request: "reaction", CanWait: true, Now: time.Now()}
	if err := s.Commit(t.Context(), wait); !errors.Is(err, timeline.ErrFull) {
		t.Errorf("what can wait: %v, want ErrFull", err)
	}
	if err := s.Commit(t.Context(), timeline.Commit{Incident: 1, Request: "resolve", Now: time.Now()}); err != nil {
		t.Errorf("what can not: %v", err)
	}
	s.space.free = func(string) (int64, error) { return tight, nil }
	s.space.looked = time.Time{}
	if err := s.Commit(t.Context(), wait); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

// TestRequestsAreForgottenInTime, but never the newest ten thousand.
func TestRequestsAreForgottenInTime(t *testing.T) {
	s := two(t)
	began := time.Now()
	answer := func(request string, at time.Time) error {
		return s.Commit(t.Context(), timeline.Commit{Incident: 1, Request: request, Now: at})
	}
	if err := answer("old", began); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for w := range 64 {
		all.Go(func() {
			for n := range keepLeast/64 + 1 {
				if err := answer(fmt.Sprint("new ", w, n), began.Add(time.Minute)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	late := began.Add(timeline.RequestsKept)
	if err := answer("old", late); !errors.Is(err, timeline.ErrRepeated) {
		t.Errorf("in time: %v, want ErrRepeated", err)
	}
	if err := answer("other", late.Add(2*sweepEach)); err != nil {
		t.Fatal(err)
	}
	if err := answer("old", late.Add(2*sweepEach)); err != nil {
		t.Errorf("after its time: %v, want it forgotten", err)
	}
}

// TestAClockThatIsSetBackHoldsUpNothing reopens a store in which an effect was
// put off by a clock that was ten years ahead.
func TestAClockThatIsSetBackHoldsUpNothing(t *testing.T) {
	q := newQueue()
	now := time.Now()
	q.add(timeline.Effect{Incident: 1, To: "room", Place: 1, Tries: 1, NotUntil: now.Add(10 * 365 * 24 * time.Hour)})
	q.add(timeline.Effect{Incident: 1, To: "timer", Place: 2, NotUntil: now.Add(48 * time.Hour)})
	q.add(timeline.Effect{Incident: 1, To: "paced", Place: 3, Tries: 1, NotUntil: now.Add(time.Minute)})
	if due := q.claim(timeline.Page, timeline.Cosmetic, now, 10); len(due) != 1 || due[0].To != "room" {
		t.Errorf("due are %v", due)
	}
}

// TestDamageIsToldAgain opens a store whose newest state is lost, twice: the
// first time must not hide it.
func TestDamageIsToldAgain(t *testing.T) {
	path, _ := grown(t)
	pages, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	newest := 0
	if at := os.Getpagesize(); binary.NativeEndian.Uint64(pages[at+metaBegin+48:]) > binary.NativeEndian.Uint64(pages[metaBegin+48:]) {
		newest = at
	}
	pages[newest+metaSum] ^= 1
	if err := os.WriteFile(path, pages, 0o600); err != nil {
		t.Fatal(err)
	}
	for n := range 2 {
		s, err := Open(path, Options{Ballast: 1 << 20})
		if err != nil {
			t.Fatal(err)
		}
		if s.Damaged() == nil {
			t.Errorf("start %d: nobody is told", n+1)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}
