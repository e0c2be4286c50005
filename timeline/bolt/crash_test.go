package bolt

import (
	"context"
	"errors"
	"fmt"
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
		"Owed": func() error { _, err := s.Owed(ctx); return err },
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

// TestAMissingTailIsFound takes the last event out of the file, which leaves a
// chain that is whole.
func TestAMissingTailIsFound(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "muster.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	first := timeline.Event{Incident: 1, Seq: 1, At: time.Now(), Fact: timeline.Noted{Text: "a"}}.Chained(timeline.Sum{})
	second := timeline.Event{Incident: 1, Seq: 2, At: time.Now(), Fact: timeline.Noted{Text: "b"}}.Chained(first.Sum)
	ctx := context.Background()
	if err := s.Commit(ctx, timeline.Commit{Incident: 1, Events: []timeline.Event{first, second}, Now: time.Now()}); err != nil {
		t.Fatal(err)
	}
	for _, ev := range []timeline.Event{second, first} {
		err := s.submit(ctx, &write{
			check: func(*bbolt.Tx) error { return nil },
			put:   func(tx *bbolt.Tx) error { return tx.Bucket(bucketEvents).Delete(eventKey(1, ev.Seq)) },
			after: func() {},
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Events(ctx, 1, 0); !errors.Is(err, timeline.ErrBroken) {
			t.Errorf("Events without event %d: %v, want ErrBroken", ev.Seq, err)
		}
	}
}
