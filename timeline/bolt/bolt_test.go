package bolt_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"muster/timeline"
	"muster/timeline/bolt"
	"muster/timeline/storetest"
)

func open(t testing.TB, dir string) timeline.Store {
	t.Helper()
	s, err := bolt.Open(filepath.Join(dir, "muster.db"), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStore(t *testing.T) { storetest.Run(t, open) }

func TestOpenNamesTheHolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "muster.db")
	s, err := bolt.Open(path, bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, err = bolt.Open(path, bolt.Options{Timeout: 50 * time.Millisecond})
	if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "process ") {
		t.Fatalf("second Open: %v; want the file and the process that holds it", err)
	}
}

func TestOpenTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "muster.db")
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			s, err := bolt.Open(path, bolt.Options{})
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			c := timeline.Commit{Incident: timeline.ID(n + 1), Names: []string{timeline.ID(n + 1).String()}, Now: time.Now()}
			if err := s.Commit(context.Background(), c); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	s := open(t, filepath.Dir(path))
	defer s.Close()
	for n := range 8 {
		if _, err := s.Find(context.Background(), timeline.ID(n+1).String()); err != nil {
			t.Errorf("what writer %d wrote is gone: %v", n, err)
		}
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if len(left) != 2 || err != nil { // the file and the note of its holder
		t.Errorf("left over: %v, %v", left, err)
	}
}

func TestOpenRefusesOtherFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "other.db")
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	if _, err := bolt.Open(path, bolt.Options{}); err == nil || !strings.Contains(err.Error(), "no store of Muster") {
		t.Errorf("Open of another bbolt file: %v", err)
	}
}

func TestFull(t *testing.T) {
	s, err := bolt.Open(filepath.Join(t.TempDir(), "muster.db"), bolt.Options{MaxSize: 256 << 10})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	write := func(n int, text string) error {
		ev := timeline.Event{Incident: timeline.ID(n), Seq: 1, At: time.Now(), Fact: timeline.Noted{Text: text}}
		return s.Commit(context.Background(), timeline.Commit{
			Incident: timeline.ID(n), Events: []timeline.Event{ev.Chained(timeline.Sum{})}, Now: time.Now(),
		})
	}
	if err := write(1, "small"); err != nil {
		t.Fatal(err)
	}
	if err := write(2, strings.Repeat("x", 512<<10)); !errors.Is(err, timeline.ErrFull) {
		t.Fatalf("a write over the limit: %v, want ErrFull", err)
	}
	if err := write(2, "small"); err != nil {
		t.Errorf("a small write after it: %v; a full store is not a broken one", err)
	}
}

func TestTornLineIsNeverServed(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	ev := timeline.Event{Incident: 1, Seq: 1, At: time.Now(), Fact: timeline.Noted{Text: "the truth"}}
	err := s.Commit(context.Background(), timeline.Commit{
		Incident: 1, Events: []timeline.Event{ev.Chained(timeline.Sum{})}, Now: time.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	path := filepath.Join(dir, "muster.db")
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lied := strings.Replace(string(file), "the truth", "the trick", 1)
	if err := os.WriteFile(path, []byte(lied), 0o600); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	defer s.Close()
	if _, err := s.Events(context.Background(), 1, 0); !errors.Is(err, timeline.ErrBroken) {
		t.Errorf("Events of a changed file: %v, want ErrBroken", err)
	}
}
