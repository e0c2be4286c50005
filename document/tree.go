package document

import "strings"

// tree is a document as it was read, which all that it becomes is written from.
// Nothing in it is markup: texts are plain, links lead where they may, pictures
// are there, no two places have one id, and no paragraph is empty.
type tree struct {
	blocks []block
	linked map[string]bool // the ids that links of the text lead to
}

// block is a part of a document that stands by itself.
type block struct {
	kind     blockKind
	level    int    // of a heading, from 1 to 6
	id       string // of a heading
	text     []span // of a heading and a paragraph
	code     string // of a listing, without the last line's end
	language string // of a listing; empty for not told
	numbered bool   // of a list
	start    int    // of a numbered list
	tight    bool   // a list with no room between its points
	blocks   []block
	rows     [][][]span // of a table; the first is its head, and all have as many cells
	sides    []side     // of a table, by column
}

type blockKind int

const (
	paragraph blockKind = iota
	heading
	listing // code
	quote   // of blocks
	list    // of points
	point   // of blocks
	table
	rule
)

// side is where a column of a table has its texts.
type side int

const (
	atStart side = iota
	atMiddle
	atEnd
)

// span is a part of a text.
type span struct {
	kind spanKind
	text string // of words and code; what a picture shows
	to   string // where a link leads; a picture's key; an anchor's id
	done bool   // of a box
	in   []span // of strong, emphasis, struck and link
}

type spanKind int

const (
	words spanKind = iota
	code
	strong
	emphasis
	struck
	link
	picture
	anchor
	lineBreak
	box // of a list of what is to be done
)

// todo returns the box that a point begins with, if it does, and the point without.
func todo(b block) (span, block, bool) {
	if len(b.blocks) == 0 || b.blocks[0].kind != paragraph || b.blocks[0].text[0].kind != box {
		return span{}, b, false
	}
	inner := append([]block(nil), b.blocks...)
	first := inner[0].text[0]
	inner[0].text = trimmed(append([]span(nil), inner[0].text[1:]...))
	b.blocks = inner
	return first, b, true
}

// plain is a text without its marks, on one line.
func plain(text []span) string {
	var b strings.Builder
	for _, s := range text {
		switch s.kind {
		case lineBreak:
			b.WriteByte(' ')
		default:
			b.WriteString(s.text)
			b.WriteString(plain(s.in))
		}
	}
	return strings.TrimSpace(b.String())
}

// eachText calls f with each text of the blocks, in order, and puts what it
// returns in its place.
func eachText(blocks []block, f func([]span) []span) {
	for i := range blocks {
		b := &blocks[i]
		b.text = f(b.text)
		for _, row := range b.rows {
			for n := range row {
				row[n] = f(row[n])
			}
		}
		eachText(b.blocks, f)
	}
}

// eachSpan calls f with each span of a text and with those within, in order.
func eachSpan(text []span, f func(*span)) {
	for i := range text {
		f(&text[i])
		eachSpan(text[i].in, f)
	}
}
