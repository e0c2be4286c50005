package bolt_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"muster/timeline"
)

var parallel = []int{1, 32} // writers for each core

// BenchmarkAppend appends events beside bbolt's own Batch on the same disk,
// with records of the same size.
func BenchmarkAppend(b *testing.B) {
	event := func(id timeline.ID, before timeline.Event) timeline.Event {
		ev := timeline.Event{Incident: id, Seq: before.Seq + 1, At: time.Now(), Fact: timeline.Noted{Text: "a line of the usual length, as people write it"}}
		return ev.Chained(before.Sum)
	}
	for _, writers := range parallel {
		b.Run(fmt.Sprintf("store/%d", writers), func(b *testing.B) {
			s := open(b, b.TempDir())
			defer s.Close()
			var last atomic.Int64
			b.SetParallelism(writers)
			b.RunParallel(func(pb *testing.PB) {
				id, before := timeline.ID(last.Add(1)), timeline.Event{}
				for n := 0; pb.Next(); n++ {
					ev := event(id, before)
					c := timeline.Commit{Incident: id, After: n, Events: []timeline.Event{ev}, Open: true, Now: time.Now(), Request: fmt.Sprint(id, "/", n)}
					if err := s.Commit(context.Background(), c); err != nil {
						b.Error(err)
						return
					}
					before = ev
				}
			})
		})
		b.Run(fmt.Sprintf("batch/%d", writers), func(b *testing.B) {
			db, err := bbolt.Open(filepath.Join(b.TempDir(), "raw.db"), 0o600, nil)
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			if err := db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("x")); return err }); err != nil {
				b.Fatal(err)
			}
			var last atomic.Int64
			line := event(1, timeline.Event{}).Encode()
			b.SetParallelism(writers)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					key := fmt.Appendf(nil, "%016d", last.Add(1))
					if err := db.Batch(func(tx *bbolt.Tx) error { return tx.Bucket([]byte("x")).Put(key, line) }); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}

// BenchmarkStart opens a store of 10,000 incidents, 100 of them open, with 20
// events each, and lists the open ones.
func BenchmarkStart(b *testing.B) {
	const incidents, ongoing, events = 10_000, 100, 20
	dir := b.TempDir()
	fill(b, dir, incidents, ongoing, events)
	for b.Loop() {
		s := open(b, dir)
		j := &timeline.Journal{Store: s, Now: time.Now}
		list, err := j.Open(context.Background())
		if err != nil || len(list) != ongoing {
			b.Fatal(len(list), err)
		}
		s.Close()
	}
}

func fill(b *testing.B, dir string, incidents, ongoing, events int) {
	b.Helper()
	s := open(b, dir)
	defer s.Close()
	for id := timeline.ID(1); int(id) <= incidents; id++ {
		c := timeline.Commit{Incident: id, Names: []string{id.String()}, Open: int(id) > incidents-ongoing, Now: time.Now()}
		var before timeline.Event
		for n := range events {
			var fact timeline.Fact = timeline.Noted{Text: "a line of the usual length, as people write it"}
			if n == 0 {
				fact = timeline.Declared{Title: "x", Severity: timeline.Sev2}
			}
			before = timeline.Event{Incident: id, Seq: n + 1, At: time.Now(), Fact: fact}.Chained(before.Sum)
			c.Events = append(c.Events, before)
		}
		if err := s.Commit(context.Background(), c); err != nil {
			b.Fatal(err)
		}
	}
}
