package document

import (
	"encoding/binary"
	"errors"
)

// fpdf follows the parts of a letter to wherever they lead, and fills in every span of
// letters: what has no end there ends the process, and no boundary holds that.
const (
	partsMost = 256     // of one letter, with the parts of its parts; fonts have a handful
	spansMost = 1 << 16 // how many letters the spans of a font have together, as none is in two
)

// tables are those of a TrueType font, by their names: where each begins.
type tables struct {
	ttf []byte
	at  map[string]int
}

// sound refuses a font that fpdf would not come to an end with, and one that is not to
// be embedded: fpdf would write so where the PDF is printed, into its midst.
func (f *Font) sound() (err error) {
	defer recovered(&err)
	t := tables{f.ttf, map[string]int{}}
	for n := range t.word(4) {
		t.at[string(f.ttf[12+16*n:][:4])] = t.long(12 + 16*n + 8)
	}
	if use := t.word(t.at["OS/2"] + 8); t.at["OS/2"] > 0 && (use == 2 || use&0x300 != 0) {
		return errors.New("it says that its letters must not be put into documents; take another")
	}
	for n := range t.word(t.at["cmap"] + 2) {
		if t.spans(t.at["cmap"]+t.long(t.at["cmap"]+4+8*n+4)) > spansMost {
			return errors.New("its tables are broken: a letter of it is there many times")
		}
	}
	known := map[int]int{}
	for glyph := range t.word(t.at["maxp"] + 4) {
		if t.parts(glyph, known) > partsMost {
			return errors.New("its tables are broken: a letter of it is part of itself, or has more parts than any letter")
		}
	}
	return nil
}

// spans is how many letters the spans of a table of letters have together; 0 for a
// table of another format than fpdf reads.
func (t tables) spans(at int) (sum int) {
	if t.word(at) != 4 {
		return 0
	}
	count := t.word(at+6) / 2
	for n := range count {
		last, first := t.word(at+14+2*n), t.word(at+16+2*count+2*n)
		sum += max(0, last-first+1)
	}
	return sum
}

// parts is how many parts a letter has, with those of its parts: itself, where it is
// drawn as one. What is part of itself has too many.
func (t tables) parts(glyph int, known map[int]int) int {
	if n, ok := known[glyph]; ok {
		return n
	}
	known[glyph] = partsMost + 1
	n, at := 1, t.place(glyph)
	if at < t.place(glyph+1) && t.word(at) >= 1<<15 {
		more := true
		for at += 10; more && n <= partsMost; {
			flags := t.word(at)
			n += t.parts(t.word(at+2), known)
			at, more = at+partSize(flags), flags&(1<<5) != 0
		}
	}
	known[glyph] = n
	return n
}

// partSize is how many bytes a part of a letter takes, by its flags.
func partSize(flags int) int {
	size := 6
	if flags&1 != 0 {
		size += 2
	}
	switch {
	case flags&(1<<3) != 0:
		size += 2
	case flags&(1<<6) != 0:
		size += 4
	case flags&(1<<7) != 0:
		size += 8
	}
	return size
}

// place is where a letter is drawn.
func (t tables) place(glyph int) int {
	if t.word(t.at["head"]+50) == 0 {
		return t.at["glyf"] + 2*t.word(t.at["loca"]+2*glyph)
	}
	return t.at["glyf"] + t.long(t.at["loca"]+4*glyph)
}

func (t tables) word(at int) int { return int(binary.BigEndian.Uint16(t.ttf[at:])) }

func (t tables) long(at int) int { return int(binary.BigEndian.Uint32(t.ttf[at:])) }
