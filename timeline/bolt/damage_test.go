package bolt

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"muster/timeline"
)

// grown writes a store with some incidents, and returns its file and what
// stands in it.
func grown(t *testing.T) (path string, events map[timeline.ID][]timeline.Event) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "muster.db")
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	j := timeline.Journal{Store: s, Now: func() time.Time { return time.Unix(1_700_000_000, 0).UTC() }}
	events = map[timeline.ID][]timeline.Event{}
	for n := range 5 {
		inc, err := j.Declare(t.Context(), timeline.Cause{}, func([]timeline.Incident) ([]timeline.Fact, error) {
			return []timeline.Fact{timeline.Declared{Title: fmt.Sprint("number ", n), Severity: timeline.Sev1}}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for m := range 20 {
			if inc, err = j.Record(t.Context(), inc.ID, timeline.Cause{}, timeline.Noted{Text: fmt.Sprint("note ", m)}); err != nil {
				t.Fatal(err)
			}
		}
		events[inc.ID] = inc.Events
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path, events
}

// readAll opens a store and compares what it serves with what was written. Not
// to serve it is right; to serve anything else is not.
func readAll(t *testing.T, path, damage string, want map[timeline.ID][]timeline.Event) (served int) {
	t.Helper()
	s, err := Open(path, Options{})
	if err != nil {
		return 0
	}
	defer s.Close()
	for id, written := range want {
		got, err := s.Events(t.Context(), id, 0)
		if err != nil {
			continue
		}
		served++
		if len(got) != len(written) {
			t.Errorf("%s: %v has %d events, without a word", damage, id, len(got))
			continue
		}
		for n := range got {
			if got[n].Sum != written[n].Sum {
				t.Errorf("%s: event %d of %v is another one", damage, n+1, id)
			}
		}
	}
	return served
}

// flips is how many single bytes are changed, one at a time.
const flips = 100

func TestADamagedByteIsNeverServed(t *testing.T) {
	path, want := grown(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if n := readAll(t, path, "nothing", want); n != len(want) {
		t.Fatalf("undamaged it serves %d incidents", n)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range flips {
		at, bit := random.IntN(len(whole)), byte(1)<<random.IntN(8)
		for whole[at] == 0 { // most of the file is not in use
			at = random.IntN(len(whole))
		}
		damaged := append([]byte(nil), whole...)
		damaged[at] ^= bit
		replace(t, path, damaged)
		readAll(t, path, fmt.Sprintf("byte %d ^ %#x", at, bit), want)
	}
}

func TestAShortFileIsNeverServed(t *testing.T) {
	path, want := grown(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for size := 0; size < len(whole); size += len(whole)/50 + 1 {
		replace(t, path, whole[:size])
		readAll(t, path, fmt.Sprintf("cut to %d bytes", size), want)
	}
}

func replace(t *testing.T, path string, text []byte) {
	t.Helper()
	file := path + ".next" // another file, for a map of the last one may be left
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(file, path); err != nil {
		t.Fatal(err)
	}
}
