package bolt

import (
	"encoding/binary"
	"errors"
	"os"
	"testing"

	"muster/timeline"
)

// TestPagesThatAreNoTreeAreNotGoneThrough changes a page of each kind so that
// bbolt would never come to an end, or read or overwrite what it must not.
func TestPagesThatAreNoTreeAreNotGoneThrough(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, pages []byte){
		"a branch leads back to itself": func(t *testing.T, pages []byte) {
			at := pageOf(t, pages, branchPage)
			binary.NativeEndian.PutUint64(pages[at+pageHeader+8:], uint64(at/os.Getpagesize()))
		},
		"two ways lead to one page": func(t *testing.T, pages []byte) {
			at := pageOf(t, pages, branchPage) + pageHeader
			copy(pages[at+8:at+16], pages[at+element+8:at+element+16])
		},
		"a branch leads out of the file": func(t *testing.T, pages []byte) {
			binary.NativeEndian.PutUint64(pages[pageOf(t, pages, branchPage)+pageHeader+8:], 1<<40)
		},
		"an element ends outside of its page": func(t *testing.T, pages []byte) {
			binary.NativeEndian.PutUint32(pages[pageOf(t, pages, leafPage)+pageHeader+12:], 1<<20)
		},
		"more elements than there is room for": func(t *testing.T, pages []byte) {
			binary.NativeEndian.PutUint16(pages[pageOf(t, pages, leafPage)+10:], 60_000)
		},
		"a page that is in use counts as free": func(t *testing.T, pages []byte) {
			free := pageOf(t, pages, freelistPage)
			leaf := pageOf(t, pages, leafPage) / os.Getpagesize()
			binary.NativeEndian.PutUint16(pages[free+10:], 1)
			binary.NativeEndian.PutUint64(pages[free+pageHeader:], uint64(leaf))
		},
	} {
		t.Run(name, func(t *testing.T) {
			path, _ := grown(t)
			pages, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			change(t, pages)
			if err := os.WriteFile(path, pages, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := Open(path, Options{}); !errors.Is(err, timeline.ErrBroken) {
				t.Errorf("Open: %v, want ErrBroken", err)
			}
		})
	}
}

// pageOf finds a page of a kind that is in use, with some elements.
func pageOf(t *testing.T, pages []byte, kind uint16) int {
	t.Helper()
	size := os.Getpagesize()
	found := 0
	for at := 2 * size; at < len(pages); at += size {
		id := binary.NativeEndian.Uint64(pages[at:])
		if binary.NativeEndian.Uint16(pages[at+8:]) == kind && int(id) == at/size && (kind == freelistPage || binary.NativeEndian.Uint16(pages[at+10:]) > 1) && inUse(pages, size, id) {
			found = at
		}
	}
	if found == 0 {
		t.Fatalf("no page of kind %#x in %d pages", kind, len(pages)/size)
	}
	return found
}

// inUse reports whether the newest state needs a page.
func inUse(pages []byte, size int, id uint64) bool {
	file, err := os.CreateTemp("", "muster-pages-")
	if err != nil {
		return false
	}
	defer os.Remove(file.Name())
	defer file.Close()
	if _, err := file.Write(pages); err != nil {
		return false
	}
	t := &tree{file: file, size: int64(size), seen: map[uint64]bool{0: true, 1: true}}
	root, free, err := t.newest()
	if err != nil || t.walk(root) != nil {
		return false
	}
	return t.seen[id] || id == free
}
