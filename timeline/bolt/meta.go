package bolt

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"os"

	"muster/timeline"
)

// Where things are in bbolt's two meta pages, in bytes, each within its page.
const (
	metaBegin    = 16 // after the page's own header
	metaPageSize = metaBegin + 8
	metaSum      = metaBegin + 56 // FNV-1a over what is before it
	metaEnd      = metaSum + 8
	metaMagic    = 0xED0CDAED
)

// metas proves both of bbolt's meta pages. With one of them bbolt goes on, and
// shows what was there a commit before: a power cut can not do that, for a disk
// writes the few bytes of a meta page whole.
func metas(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	page := int64(os.Getpagesize())
	for n := range int64(2) {
		var meta [metaEnd]byte
		if _, err := file.ReadAt(meta[:], n*page); err != nil {
			return fmt.Errorf("%w: meta page %d can not be read: %v", timeline.ErrBroken, n, err)
		}
		if !isMeta(meta) {
			return fmt.Errorf("%w: meta page %d is not as it was written, so that the last commit may be missing", timeline.ErrBroken, n)
		}
		page = int64(binary.NativeEndian.Uint32(meta[metaPageSize:]))
	}
	return nil
}

func isMeta(page [metaEnd]byte) bool {
	sum := fnv.New64a()
	sum.Write(page[metaBegin:metaSum])
	return binary.NativeEndian.Uint32(page[metaBegin:]) == metaMagic && binary.NativeEndian.Uint64(page[metaSum:]) == sum.Sum64()
}
