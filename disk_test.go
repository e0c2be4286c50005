package main_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"muster/timeline"
	"muster/timeline/bolt"
)

// pageSize is what the store writes at once, and sector what a disk writes whole.
const (
	pageSize = 4096
	sector   = 512
)

// tortureImages makes of each commit what a power cut can leave of it, and
// opens that.
func tortureImages(t *testing.T, budget time.Duration) string {
	images := 0
	times := repeat(budget, func() bool {
		images += cutPower(t, 40, fewer(12))
		return !t.Failed()
	})
	return fmt.Sprintf("%d images of %d commits; each opens with what was committed before, or with all of it", images, 40*times)
}

// cutPower writes to a store, and tries so many images for each commit.
func cutPower(t *testing.T, commits, each int) (images int) {
	dir := memory(t)
	path := filepath.Join(dir, "muster.db")
	s, err := bolt.Open(path, bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	j := timeline.Journal{Store: s, Now: time.Now}
	for range 3 {
		if _, err := j.Declare(t.Context(), timeline.Cause{}, func([]timeline.Incident) ([]timeline.Fact, error) {
			return []timeline.Fact{timeline.Declared{Title: "x", Severity: timeline.Sev1}}, nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	before, were := read(t, path), lengths(t, s)
	for n := range commits {
		text := fmt.Sprintf("%d %x", n, bytes.Repeat([]byte{byte(n)}, rand.IntN(3000)))
		if _, err := j.Record(t.Context(), timeline.ID(1+n%3), timeline.Cause{}, timeline.Noted{Text: text}); err != nil {
			t.Fatal(err)
		}
		after, are := read(t, path), lengths(t, s)
		for range each {
			image, whole := cut(before, after)
			images++
			opens(t, filepath.Join(dir, "image.db"), image, whole, were, are)
		}
		before, were = after, are
	}
	return images
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.TrimRight(text, "\x00") // the file is longer than what is in use
	return append(text, make([]byte, 64*pageSize-len(text)%pageSize)...)
}

// lengths is how many events each incident has.
func lengths(t *testing.T, s timeline.Store) (all [3]int) {
	t.Helper()
	for n := range all {
		events, err := s.Events(context.Background(), timeline.ID(n+1), 0)
		if err != nil {
			t.Fatal(err)
		}
		all[n] = len(events)
	}
	return all
}

// cut returns what a power cut may leave of a commit. The store writes pages,
// syncs, writes the page that makes them count, and syncs: so that before the
// first sync any part of the pages may be there, torn ones too, and after it
// any part of that last page.
func cut(before, after []byte) (image []byte, whole bool) {
	image = append([]byte(nil), before...)
	if len(after) > len(image) && rand.IntN(2) == 0 {
		image = append(image, make([]byte, len(after)-len(image))...) // it grows first
	}
	last := rand.IntN(3) == 0
	if last && len(image) < len(after) {
		image = append(image, make([]byte, len(after)-len(image))...)
	}
	all := true
	for at := 0; at+sector <= len(after) && at+sector <= len(image); at += sector {
		counts := at < 2*pageSize // the two pages of which the newer one counts
		part := after[at : at+sector]
		switch {
		case bytes.Equal(image[at:at+sector], part):
		case counts && !last:
			all = false
		case counts || !last:
			if rand.IntN(2) == 0 {
				copy(image[at:], part)
			} else {
				all = false
			}
		default:
			copy(image[at:], part)
		}
	}
	return image, all
}

// opens opens an image, and checks that it holds what was there before or what
// was there after, and after where it is whole.
func opens(t *testing.T, path string, image []byte, whole bool, were, are [3]int) {
	t.Helper()
	if err := os.WriteFile(path, image, 0o600); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(path)
	s, err := bolt.Open(path, bolt.Options{})
	if err != nil {
		t.Errorf("an image does not open: %v", err)
		return
	}
	defer s.Close()
	if got := lengths(t, s); got != are && (whole || got != were) {
		t.Errorf("an image has %v events, where there were %v and are %v", got, were, are)
	}
}

// tortureFlips flips single bits of a store.
func tortureFlips(t *testing.T, budget time.Duration) string {
	dir := t.TempDir()
	path := filepath.Join(dir, "muster.db")
	lines := grow(t, path)
	whole := read(t, path)
	flips, served := 0, 0
	repeat(budget, func() bool {
		for range fewer(4000) {
			at := rand.IntN(len(whole))
			for whole[at] == 0 { // most of the file is not in use
				at = rand.IntN(len(whole))
			}
			bit := byte(1) << rand.IntN(8)
			whole[at] ^= bit
			flips++
			served += serves(t, filepath.Join(dir, fmt.Sprint("flip ", flips)), whole, fmt.Sprintf("byte %d ^ %#x", at, bit), lines)
			whole[at] ^= bit
		}
		return !t.Failed()
	})
	if served == 0 {
		t.Error("nothing was served at all")
	}
	return fmt.Sprintf("%d flips, and never anything but what was written, or an error", flips)
}

// grow writes some incidents, and returns the lines of their events.
func grow(t *testing.T, path string) (lines map[timeline.ID][]string) {
	t.Helper()
	s, err := bolt.Open(path, bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	j := timeline.Journal{Store: s, Now: time.Now}
	lines = map[timeline.ID][]string{}
	for n := range 4 {
		inc, err := j.Declare(t.Context(), timeline.Cause{}, func([]timeline.Incident) ([]timeline.Fact, error) {
			return []timeline.Fact{timeline.Declared{Title: fmt.Sprint("number ", n), Severity: timeline.Sev1}}, nil
		})
		for m := 0; m < 15 && err == nil; m++ {
			inc, err = j.Record(t.Context(), inc.ID, timeline.Cause{}, timeline.Noted{Text: fmt.Sprint("note ", m)})
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, ev := range inc.Events {
			lines[inc.ID] = append(lines[inc.ID], string(ev.Encode()))
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return lines
}

// serves opens a damaged store and counts what it serves, which has to be what
// was written, unless the store itself tells of the damage. Not to serve it is
// right.
func serves(t *testing.T, path string, text []byte, damage string, lines map[timeline.ID][]string) (served int) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(path) // a map of it may be left
	s, err := bolt.Open(path, bolt.Options{})
	if err != nil {
		return 0
	}
	defer s.Close()
	for id, want := range lines {
		events, err := s.Events(context.Background(), id, 0)
		if err != nil {
			if errors.Is(err, timeline.ErrUnknown) && s.Damaged() == nil {
				return served // its key is another one now: the number is missing, which verify tells
			}
			continue
		}
		served++
		for n, ev := range events {
			if n >= len(want) || string(ev.Encode()) != want[n] {
				t.Errorf("%s: event %d of %v is another one", damage, n+1, id)
				break
			}
		}
		if len(events) < len(want) && s.Damaged() == nil {
			t.Errorf("%s: %v has %d events, without a word", damage, id, len(events))
		}
	}
	return served
}
