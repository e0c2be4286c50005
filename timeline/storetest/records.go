package storetest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/timeline"
)

// RunRecords proves that a kind of store keeps [timeline.Records].
func RunRecords(t *testing.T, open Open) {
	for _, tt := range []struct {
		name string
		test func(*testing.T, Open)
	}{
		{"nothing is kept at first", testNoRecords},
		{"records come by their time", testDated},
		{"of many the newest are told", testNewest},
		{"a record is merged with what is kept", testMerge},
		{"a key that is given twice is merged twice", testMergeTwice},
		{"a merge is all or nothing", testMergeAllOrNothing},
		{"nil leaves a record as it is", testMergeNothing},
		{"kinds do not meet", testKinds},
		{"old records are forgotten", testForget},
		{"a record that moved is forgotten at its new time", testForgetMoved},
		{"what can not be kept is refused and harms nobody", testUnfit},
		{"many mergers of one record", testMergersTogether},
		{"records are kept and proven", testRecordsKept},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.test(t, open) })
	}
}

const kind = "letters"

func recordsOf(t *testing.T, s timeline.Store) timeline.Records {
	t.Helper()
	r, ok := s.(timeline.Records)
	if !ok {
		t.Fatalf("%T keeps no records", s)
	}
	return r
}

func freshRecords(t *testing.T, open Open) timeline.Records { return recordsOf(t, fresh(t, open)) }

// keep writes a record whatever was there before.
func keep(t *testing.T, r timeline.Records, kind, key string, at time.Time, text string) {
	t.Helper()
	err := r.Merge(ctx, kind, []string{key}, func(int, []byte) (timeline.Record, error) {
		return timeline.Record{At: at, Text: []byte(text)}, nil
	})
	if err != nil {
		t.Fatalf("Merge: %v", err)
	}
}

const minute = time.Minute

// wantDated compares the texts of an hour before and an hour after noon.
func wantDated(t *testing.T, r timeline.Records, want string) {
	t.Helper()
	wantBetween(t, r, noon.Add(-time.Hour), noon.Add(time.Hour), 100, want)
}

func wantBetween(t *testing.T, r timeline.Records, from, to time.Time, most int, want string) {
	t.Helper()
	all, err := r.Dated(ctx, kind, from, to, most)
	if err != nil {
		t.Fatalf("Dated: %v", err)
	}
	var got []string
	for _, one := range all {
		got = append(got, string(one.Text))
	}
	if told := strings.Join(got, " "); told != want {
		t.Errorf("from %v to %v, at most %d: %q, want %q", from, to, most, told, want)
	}
}

func testNoRecords(t *testing.T, open Open) {
	r := freshRecords(t, open)
	wantDated(t, r, "")
	if err := r.Forget(ctx, kind, noon); err != nil {
		t.Errorf("Forget: %v", err)
	}
}

func testDated(t *testing.T, open Open) {
	r := freshRecords(t, open)
	keep(t, r, kind, "3", noon.Add(3*minute), "c")
	keep(t, r, kind, "1", noon.Add(minute), "a")
	keep(t, r, kind, "2", noon.Add(2*minute), "b")
	keep(t, r, kind, "0", time.Unix(-5, 0), "before 1970")
	keep(t, r, kind, "2b", noon.Add(2*minute), "b2")
	wantDated(t, r, "a b b2 c")
	wantBetween(t, r, noon.Add(minute), noon.Add(3*minute), 100, "a b b2") // the first time is in it, the second is not
	wantBetween(t, r, noon.Add(minute+1), noon.Add(2*minute), 100, "")
	wantBetween(t, r, time.Time{}, noon.AddDate(5000, 0, 0), 100, "before 1970 a b b2 c")
	wantBetween(t, r, noon.Add(time.Hour), noon, 100, "")
	all, err := r.Dated(ctx, kind, noon, noon.Add(2*minute), 1)
	if err != nil || len(all) != 1 || !all[0].At.Equal(noon.Add(minute)) {
		t.Errorf("Dated: %+v, %v; want its time", all, err)
	}
}

func testNewest(t *testing.T, open Open) {
	r := freshRecords(t, open)
	for n := range 5 {
		keep(t, r, kind, fmt.Sprint(n), noon.Add(time.Duration(n)*minute), fmt.Sprint(n))
	}
	wantBetween(t, r, noon, noon.Add(time.Hour), 2, "3 4")
	wantBetween(t, r, noon, noon.Add(3*minute), 2, "1 2")
	wantBetween(t, r, noon, noon.Add(time.Hour), 0, "")
}

func testMerge(t *testing.T, open Open) {
	r := freshRecords(t, open)
	for n, want := range []string{"", "a", "ab"} {
		err := r.Merge(ctx, kind, []string{"k"}, func(_ int, kept []byte) (timeline.Record, error) {
			if string(kept) != want || (kept == nil) != (n == 0) {
				t.Errorf("merge %d is given %q, want %q", n, kept, want)
			}
			return timeline.Record{At: noon.Add(time.Duration(-n) * minute), Text: append(kept, byte('a'+n))}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	wantDated(t, r, "abc") // once, at its newest time
	wantBetween(t, r, noon.Add(-minute), noon.Add(minute), 100, "")
}

func testMergeTwice(t *testing.T, open Open) {
	r := freshRecords(t, open)
	err := r.Merge(ctx, kind, []string{"k", "k"}, func(n int, kept []byte) (timeline.Record, error) {
		return timeline.Record{At: noon.Add(time.Duration(n) * minute), Text: append(kept, byte('a'+n))}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	wantDated(t, r, "ab")
}

func testMergeAllOrNothing(t *testing.T, open Open) {
	r := freshRecords(t, open)
	no := errors.New("no")
	err := r.Merge(ctx, kind, []string{"1", "2"}, func(n int, _ []byte) (timeline.Record, error) {
		if n == 1 {
			return timeline.Record{}, no
		}
		return timeline.Record{At: noon, Text: []byte("a")}, nil
	})
	if !errors.Is(err, no) {
		t.Errorf("Merge: %v, want the error of merge", err)
	}
	wantDated(t, r, "")
	keep(t, r, kind, "3", noon, "c")
	wantDated(t, r, "c")
}

func testMergeNothing(t *testing.T, open Open) {
	r := freshRecords(t, open)
	keep(t, r, kind, "1", noon, "a")
	err := r.Merge(ctx, kind, []string{"1", "2"}, func(int, []byte) (timeline.Record, error) { return timeline.Record{}, nil })
	if err != nil {
		t.Fatal(err)
	}
	wantDated(t, r, "a")
}

func testKinds(t *testing.T, open Open) {
	r := freshRecords(t, open)
	for _, other := range []string{"letter", "letterss", "a", "z"} {
		keep(t, r, other, "k", noon, other)
	}
	keep(t, r, kind, "k", noon, "a")
	wantDated(t, r, "a")
	if err := r.Forget(ctx, kind, noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	wantDated(t, r, "")
	all, err := r.Dated(ctx, "letterss", noon, noon.Add(minute), 10)
	if err != nil || len(all) != 1 {
		t.Errorf("another kind was forgotten with it: %v, %v", all, err)
	}
}

func testForget(t *testing.T, open Open) {
	r := freshRecords(t, open)
	keys := make([]string, 2500)
	for n := range keys {
		keys[n] = fmt.Sprint(n)
	}
	err := r.Merge(ctx, kind, keys, func(n int, _ []byte) (timeline.Record, error) {
		return timeline.Record{At: noon.Add(time.Duration(n) * time.Second), Text: []byte(keys[n])}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Forget(ctx, kind, noon.Add(2498*time.Second)); err != nil {
		t.Fatal(err)
	}
	wantDated(t, r, "2498 2499")
	keep(t, r, kind, "0", noon, "again")
	wantDated(t, r, "again 2498 2499")
}

func testForgetMoved(t *testing.T, open Open) {
	r := freshRecords(t, open)
	keep(t, r, kind, "1", noon, "a")
	keep(t, r, kind, "1", noon.Add(10*minute), "b")
	if err := r.Forget(ctx, kind, noon.Add(5*minute)); err != nil {
		t.Fatal(err)
	}
	wantDated(t, r, "b")
}

func testUnfit(t *testing.T, open Open) {
	r := freshRecords(t, open)
	for what, write := range map[string]func() error{
		"a key that is too long": func() error {
			return r.Merge(ctx, kind, []string{strings.Repeat("x", 40<<10)}, func(int, []byte) (timeline.Record, error) {
				return timeline.Record{At: noon, Text: []byte("a")}, nil
			})
		},
		"a kind with a zero": func() error {
			return r.Merge(ctx, "a\x00b", []string{"k"}, func(int, []byte) (timeline.Record, error) {
				return timeline.Record{At: noon, Text: []byte("a")}, nil
			})
		},
		"a text that is too long": func() error {
			return r.Merge(ctx, kind, []string{"k"}, func(int, []byte) (timeline.Record, error) {
				return timeline.Record{At: noon, Text: make([]byte, 8<<20)}, nil
			})
		},
		"no time": func() error {
			return r.Merge(ctx, kind, []string{"k"}, func(int, []byte) (timeline.Record, error) {
				return timeline.Record{Text: []byte("a")}, nil
			})
		},
	} {
		if err := write(); err == nil || errors.Is(err, timeline.ErrFailed) {
			t.Errorf("%s: %v", what, err)
		}
	}
	keep(t, r, kind, "k", noon, "a")
	wantDated(t, r, "a")
}

func testMergersTogether(t *testing.T, open Open) {
	r := freshRecords(t, open)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 10 {
				err := r.Merge(ctx, kind, []string{"k"}, func(_ int, kept []byte) (timeline.Record, error) {
					return timeline.Record{At: noon, Text: append(kept, 'x')}, nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	wantDated(t, r, strings.Repeat("x", 80))
}

func testRecordsKept(t *testing.T, open Open) {
	dir := t.TempDir()
	s := open(t, dir)
	keep(t, recordsOf(t, s), kind, "1", noon, "a")
	s.Close()
	s = open(t, dir)
	defer s.Close()
	wantDated(t, recordsOf(t, s), "a")
	if proven, ok := s.(interface{ Damaged() error }); ok && proven.Damaged() != nil {
		t.Errorf("after it was opened again: %v", proven.Damaged())
	}
}
