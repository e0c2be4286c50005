package bolt_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"muster/timeline"
	"muster/timeline/bolt"
	"muster/timeline/storetest"
)

func TestRecords(t *testing.T) { storetest.RunRecords(t, open) }

// keep writes records of a kind, a second apart.
func keep(t testing.TB, s *bolt.Store, from, count int, text string) {
	t.Helper()
	keys := make([]string, count)
	for n := range keys {
		keys[n] = fmt.Sprint("key ", from+n)
	}
	err := s.Merge(context.Background(), "change", keys, func(n int, _ []byte) (timeline.Record, error) {
		return timeline.Record{At: time.Unix(int64(1_700_000_000+from+n), 0), Text: []byte(text)}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func openAt(t testing.TB, path string) *bolt.Store {
	t.Helper()
	s, err := bolt.Open(path, bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func dated(s *bolt.Store) ([]timeline.Record, error) {
	return s.Dated(context.Background(), "change", time.Unix(0, 0), time.Unix(2_000_000_000, 0), 1000)
}

func TestRecordsAreBackedUpAndRestored(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, filepath.Join(dir, "muster.db"))
	defer s.Close()
	keep(t, s, 0, 10, "a")
	if err := s.Backup(t.Context(), filepath.Join(dir, "copy")); err != nil {
		t.Fatal(err)
	}
	if err := bolt.Restore(t.Context(), filepath.Join(dir, "copy"), filepath.Join(dir, "restored.db")); err != nil {
		t.Fatal(err)
	}
	restored := openAt(t, filepath.Join(dir, "restored.db"))
	defer restored.Close()
	if all, err := dated(restored); err != nil || len(all) != 10 {
		t.Errorf("of ten records %d are restored: %v", len(all), err)
	}
}

// TestRecordsOfAnOlderStore takes the buckets of records away, as an older Muster
// has none, and goes back and forth between the two.
func TestRecordsOfAnOlderStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "muster.db")
	openAt(t, path).Close()
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.View(func(tx *bbolt.Tx) error {
		if tx.Bucket([]byte("records")) != nil || string(tx.Bucket([]byte("meta")).Get([]byte("version"))) != "1" {
			return errors.New("a store without records is another one than an older Muster makes")
		}
		return nil
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	s := openAt(t, path)
	if all, err := dated(s); err != nil || len(all) != 0 {
		t.Errorf("%v, %v", all, err)
	}
	keep(t, s, 0, 1, "a")
	if err := s.Prove(t.Context()); err != nil {
		t.Error(err)
	}
	s.Close()
	s = openAt(t, path)
	defer s.Close()
	if all, err := dated(s); err != nil || len(all) != 1 {
		t.Errorf("%v, %v", all, err)
	}
}

func TestADamagedRecordIsNeverServed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "muster.db")
	s := openAt(t, path)
	keep(t, s, 0, 3, "the truth")
	s.Close()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.ReplaceAll(file, []byte("the truth"), []byte("the trick")), 0o600); err != nil {
		t.Fatal(err)
	}
	s = openAt(t, path)
	defer s.Close()
	if err := s.Prove(t.Context()); !errors.Is(err, timeline.ErrBroken) {
		t.Errorf("Prove: %v, want ErrBroken", err)
	}
	if all, err := dated(s); !errors.Is(err, timeline.ErrBroken) || len(all) > 0 {
		t.Errorf("Dated: %q, %v, want ErrBroken", all, err)
	}
	err = s.Merge(t.Context(), "change", []string{"new"}, func(int, []byte) (timeline.Record, error) {
		return timeline.Record{At: time.Now(), Text: []byte("a")}, nil
	})
	if !errors.Is(err, timeline.ErrDamaged) {
		t.Errorf("Merge into a damaged store: %v, want ErrDamaged", err)
	}
}

// TestHalfARecordIsFound takes away one of the two places in which a record is.
func TestHalfARecordIsFound(t *testing.T) {
	for _, bucket := range []string{"records", "dated"} {
		path := filepath.Join(t.TempDir(), "muster.db")
		s := openAt(t, path)
		keep(t, s, 0, 3, "a")
		s.Close()
		db, err := bbolt.Open(path, 0o600, nil)
		if err != nil {
			t.Fatal(err)
		}
		err = db.Update(func(tx *bbolt.Tx) error {
			k, _ := tx.Bucket([]byte(bucket)).Cursor().First()
			return tx.Bucket([]byte(bucket)).Delete(k)
		})
		if err := errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
		s = openAt(t, path)
		if err := s.Prove(t.Context()); !errors.Is(err, timeline.ErrBroken) {
			t.Errorf("without one of %s: %v, want ErrBroken", bucket, err)
		}
		s.Close()
	}
}

func TestRecordsOfAFullStore(t *testing.T) {
	s, err := bolt.Open(filepath.Join(t.TempDir(), "muster.db"), bolt.Options{MaxSize: 256 << 10})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	err = s.Merge(t.Context(), "change", []string{"k"}, func(int, []byte) (timeline.Record, error) {
		return timeline.Record{At: time.Now(), Text: make([]byte, 512<<10)}, nil
	})
	if !errors.Is(err, timeline.ErrFull) || !s.Full() {
		t.Errorf("a record over the limit: %v, want ErrFull", err)
	}
	keep(t, s, 0, 1, "small")
}

// BenchmarkDated reads the twenty newest of many records, and those of a minute
// in their middle: how many there are besides makes no difference.
func BenchmarkDated(b *testing.B) {
	for _, count := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprint(count), func(b *testing.B) {
			s := openAt(b, filepath.Join(b.TempDir(), "muster.db"))
			defer s.Close()
			for from := 0; from < count; from += 1000 {
				keep(b, s, from, 1000, "a change of about the usual length, as a pipeline tells of it")
			}
			middle := time.Unix(int64(1_700_000_000+count/2), 0)
			for b.Loop() {
				newest, err := s.Dated(context.Background(), "change", time.Unix(0, 0), time.Unix(2_000_000_000, 0), 20)
				if err != nil || len(newest) != 20 {
					b.Fatal(len(newest), err)
				}
				some, err := s.Dated(context.Background(), "change", middle, middle.Add(time.Minute), 100)
				if err != nil || len(some) != 60 {
					b.Fatal(len(some), err)
				}
			}
		})
	}
}
