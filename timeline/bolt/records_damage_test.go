package bolt

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"muster/timeline"
)

// TestADamagedByteChangesNoRecord changes one byte at a time. What is served is
// what was written; where some is not served any more, that is told or proven.
func TestADamagedByteChangesNoRecord(t *testing.T) {
	const count = 300
	path := filepath.Join(t.TempDir(), "muster.db")
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	keys, want := make([]string, count), map[string]bool{}
	for n := range keys {
		keys[n] = fmt.Sprintf("key %03d", n)
	}
	err = s.Merge(t.Context(), "change", keys, func(n int, _ []byte) (timeline.Record, error) {
		r := timeline.Record{At: time.Unix(1_700_000_000+int64(n), 0).UTC(), Text: fmt.Appendf(nil, "what %s says", keys[n])}
		want[fmt.Sprint(r.At, string(r.Text))] = true
		return r, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(3, 4))
	for range flips {
		at, bit := random.IntN(len(whole)), byte(1)<<random.IntN(8)
		for whole[at] == 0 { // most of the file is not in use
			at = random.IntN(len(whole))
		}
		damaged := append([]byte(nil), whole...)
		damaged[at] ^= bit
		replace(t, path, damaged)
		readRecords(t, path, fmt.Sprintf("byte %d ^ %#x", at, bit), want)
	}
}

func readRecords(t *testing.T, path, damage string, want map[string]bool) {
	t.Helper()
	s, err := Open(path, Options{})
	if err != nil {
		return
	}
	defer s.Close()
	all, err := s.Dated(context.Background(), "change", time.Unix(0, 0), time.Unix(2_000_000_000, 0), 1000)
	for _, r := range all {
		if !want[fmt.Sprint(r.At, string(r.Text))] {
			t.Errorf("%s: %v %q is served", damage, r.At, r.Text)
		}
	}
	if err == nil && len(all) < len(want) && s.Prove(context.Background()) == nil {
		t.Errorf("%s: of %d records %d are served, without a word", damage, len(want), len(all))
	}
}
