package bolt

import (
	"encoding/binary"
	"fmt"
	"os"

	"muster/timeline"
)

// bbolt trusts the file: a page that leads back to itself ends the process by
// an endless recursion, and a page that is in use and on the list of free ones
// is overwritten one day. So the pages are proven to be a tree before bbolt
// goes through them. What stands in them, our own sums prove.

// Kinds of pages, and where things are in them, in bytes.
const (
	branchPage   = 0x01
	leafPage     = 0x02
	freelistPage = 0x10
	pageHeader   = 16 // id, kind, count, overflow
	element      = 16 // of a branch: position, key size, page; of a leaf: kind, position, key size, value size
	bucketValue  = 16 // root page and sequence
	isBucket     = 0x01
	manyFree     = 0xFFFF // the count of free pages stands in the first element
)

// tree goes through the pages of a file.
type tree struct {
	file *os.File
	size int64 // of a page
	most uint64
	seen map[uint64]bool
}

// page is a page with all that its header promises.
type page struct {
	id       uint64
	kind     uint16
	count    int
	overflow uint32
	text     []byte
}

// proveTree proves that the pages which the newest meta page leads to are a
// tree, and that none of them counts as free.
func proveTree(path string, size int) (err error) {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	t := &tree{file: file, size: int64(size), seen: map[uint64]bool{0: true, 1: true}}
	root, free, err := t.newest()
	if err == nil {
		err = t.walk(root)
	}
	if err == nil {
		err = t.free(free)
	}
	if err != nil {
		return fmt.Errorf("%w: %v", timeline.ErrBroken, err)
	}
	return nil
}

// newest returns where the newest meta page that is good leads to.
func (t *tree) newest() (root, free uint64, err error) {
	var newest uint64
	found := false
	for n := range int64(2) {
		var meta [metaEnd]byte
		if _, err := t.file.ReadAt(meta[:], n*t.size); err != nil || !isMeta(meta) {
			continue
		}
		fields := meta[metaBegin+16:]
		if tx := binary.NativeEndian.Uint64(fields[32:]); !found || tx > newest {
			found, newest = true, tx
			root, free, t.most = binary.NativeEndian.Uint64(fields), binary.NativeEndian.Uint64(fields[16:]), binary.NativeEndian.Uint64(fields[24:])
		}
	}
	if !found {
		return 0, 0, fmt.Errorf("no meta page is good")
	}
	return root, free, nil
}

// read reads a page that was not seen before.
func (t *tree) read(id uint64) (p page, err error) {
	if id < 2 || id >= t.most {
		return p, fmt.Errorf("page %d is outside of the file", id)
	}
	head := make([]byte, pageHeader)
	if _, err := t.file.ReadAt(head, int64(id)*t.size); err != nil {
		return p, fmt.Errorf("page %d: %w", id, err)
	}
	p = page{
		id: binary.NativeEndian.Uint64(head), kind: binary.NativeEndian.Uint16(head[8:]),
		count: int(binary.NativeEndian.Uint16(head[10:])), overflow: binary.NativeEndian.Uint32(head[12:]),
	}
	if p.id != id || id+uint64(p.overflow) >= t.most {
		return p, fmt.Errorf("page %d says that it is page %d, and %d more", id, p.id, p.overflow)
	}
	for n := range uint64(p.overflow) + 1 {
		if t.seen[id+n] {
			return p, fmt.Errorf("two ways lead to page %d", id+n)
		}
		t.seen[id+n] = true
	}
	p.text = make([]byte, (int64(p.overflow)+1)*t.size)
	_, err = t.file.ReadAt(p.text, int64(id)*t.size)
	return p, err
}

// walk goes through all that a page leads to.
func (t *tree) walk(id uint64) error {
	p, err := t.read(id)
	if err != nil {
		return err
	}
	if p.kind != branchPage && p.kind != leafPage {
		return fmt.Errorf("page %d is neither a branch nor a leaf", id)
	}
	return t.elements(p)
}

// elements goes through what a page, or a bucket inside a page, holds.
func (t *tree) elements(p page) error {
	if pageHeader+p.count*element > len(p.text) {
		return fmt.Errorf("page %d has no room for %d elements", p.id, p.count)
	}
	for n := range p.count {
		at := pageHeader + n*element
		if p.kind == branchPage {
			if err := t.branch(p, at); err != nil {
				return err
			}
		} else if err := t.leaf(p, at); err != nil {
			return err
		}
	}
	return nil
}

func (t *tree) branch(p page, at int) error {
	e := p.text[at:]
	if _, err := p.within(at, binary.NativeEndian.Uint32(e), binary.NativeEndian.Uint32(e[4:])); err != nil {
		return err
	}
	return t.walk(binary.NativeEndian.Uint64(e[8:]))
}

func (t *tree) leaf(p page, at int) error {
	e := p.text[at:]
	key := binary.NativeEndian.Uint32(e[8:])
	value, err := p.within(at, binary.NativeEndian.Uint32(e[4:]), key, binary.NativeEndian.Uint32(e[12:]))
	if err != nil || binary.NativeEndian.Uint32(e)&isBucket == 0 {
		return err
	}
	if value = value[key:]; len(value) < bucketValue {
		return fmt.Errorf("page %d has a bucket of %d bytes", p.id, len(value))
	}
	if root := binary.NativeEndian.Uint64(value); root != 0 {
		return t.walk(root)
	}
	inside := value[bucketValue:]
	if len(inside) < pageHeader || binary.NativeEndian.Uint16(inside[8:]) != leafPage {
		return fmt.Errorf("page %d has a bucket inside that is no leaf", p.id)
	}
	return t.elements(page{id: p.id, kind: leafPage, count: int(binary.NativeEndian.Uint16(inside[10:])), text: inside})
}

// within returns what an element points to, which has to be inside its page.
func (p page) within(at int, position uint32, sizes ...uint32) ([]byte, error) {
	begin, end := uint64(at)+uint64(position), uint64(at)+uint64(position)
	for _, size := range sizes {
		end += uint64(size)
	}
	if end > uint64(len(p.text)) {
		return nil, fmt.Errorf("page %d has an element that ends outside of it", p.id)
	}
	return p.text[begin:end], nil
}

// free goes through the list of free pages.
func (t *tree) free(id uint64) error {
	p, err := t.read(id)
	if err != nil {
		return err
	}
	list := p.text[pageHeader:]
	count := uint64(p.count)
	if p.count == manyFree {
		count, list = binary.NativeEndian.Uint64(list), list[8:]
	}
	if p.kind != freelistPage || count*8 > uint64(len(list)) {
		return fmt.Errorf("page %d is no list of free pages", id)
	}
	for n := range count {
		free := binary.NativeEndian.Uint64(list[n*8:])
		if free >= t.most || t.seen[free] {
			return fmt.Errorf("page %d is in use, or is none, and counts as free", free)
		}
		t.seen[free] = true
	}
	return nil
}
