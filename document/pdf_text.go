package document

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// look is how letters look, and where they lead.
type look struct {
	face   typeface
	size   float64 // in points
	ink    ink
	struck bool
	to     string // where they lead; empty for nowhere
}

// ink is a colour.
type ink [3]int

var (
	black = ink{29, 35, 48}
	grey  = ink{91, 100, 114}
	blue  = ink{26, 95, 180}
	faint = ink{217, 221, 227}
	tint  = ink{244, 245, 247}
)

// piece is a word, the room between two, or a mark in a text. Lines are broken in
// rooms, and in words that are longer than a line.
type piece struct {
	look    look
	text    string
	width   float64 // in millimetres
	room    bool
	ends    bool   // the line
	wraps   bool   // a line may begin with it, without room before it
	anchor  string // its id
	leads   leads
	picture *span

	level        int     // odd for what is read from right to left
	aside, above float64 // how far a mark is moved from where it would be, in millimetres
}

// leads is the direction that a text has by what was typed: letters that are
// replaced have none.
type leads int

const (
	nowhere leads = iota
	toRight
	toLeft
)

// line is a line of a text.
type line struct {
	pieces []piece
	width  float64
	right  bool // it belongs to a text that is read from right to left
}

// pieces cuts a text up, as it is to be drawn.
func (p *pdf) pieces(text []span, l look) []piece {
	all := p.cutUp(text, l)
	return p.shaped(all, p.isRight(all))
}

func (p *pdf) cutUp(text []span, l look) []piece {
	var all []piece
	for _, s := range text {
		switch s.kind {
		case words:
			all = append(all, p.cut(s.text, l)...)
		case code:
			l := l
			l.face, l.size = mono, l.size*0.93
			all = append(all, p.cut(s.text, l)...)
		case picture:
			all = append(all, piece{look: l, picture: &s})
		case anchor:
			all = append(all, piece{look: l, anchor: s.to})
		case lineBreak:
			all = append(all, piece{look: l, ends: true})
		case box:
			all = append(all, p.cut(map[bool]string{true: "[x]\u00a0", false: "[\u00a0\u00a0]\u00a0"}[s.done], l)...)
		default:
			all = append(all, p.cutUp(s.in, looking(s, l))...)
		}
	}
	return all
}

// looking is how a text within another looks.
func looking(s span, l look) look {
	switch s.kind {
	case strong:
		l.face = bold
	case emphasis:
		if l.face == regular {
			l.face = italic
		}
	case struck:
		l.struck = true
	case link:
		l.ink, l.to = blue, s.to
	}
	return l
}

// cut cuts words at their rooms.
func (p *pdf) cut(text string, l look) []piece {
	var all []piece
	if leads := leading(text); leads != nowhere {
		all = append(all, piece{look: l, leads: leads})
	}
	text, lost := p.fonts.writable(l.face, strings.ReplaceAll(text, "\t", " "))
	p.lost = p.lost || lost
	for text != "" {
		n := strings.IndexFunc(text, isRoom)
		switch {
		case n < 0:
			n = len(text)
		case n == 0:
			_, n = utf8.DecodeRuneInString(text)
			all = append(all, piece{look: l, text: " ", width: p.fonts.width(l.face, l.size, " "), room: true})
			text = text[n:]
			continue
		}
		all = append(all, piece{look: l, text: text[:n], width: p.fonts.width(l.face, l.size, text[:n])})
		text = text[n:]
	}
	return all
}

func isRoom(r rune) bool {
	return unicode.IsSpace(r) && r != '\u00a0' && r != '\u2007' && r != '\u202f'
}

// lines puts a text into lines of a width.
func (p *pdf) lines(text []piece, width float64) []line {
	b := breaker{pdf: p, most: width}
	for _, piece := range text {
		switch {
		case piece.ends:
			b.endWord()
			b.endLine()
		case piece.room:
			b.endWord()
			b.room = append(b.room, piece)
		default:
			if piece.wraps {
				b.endWord()
			}
			b.word = append(b.word, piece)
		}
	}
	b.endWord()
	if len(b.line.pieces) > 0 || len(b.all) == 0 {
		b.endLine()
	}
	for i := range b.all {
		b.all[i].right = p.isRight(text)
	}
	return b.all
}

// isRight reports whether a text is read from right to left.
func (p *pdf) isRight(text []piece) bool {
	for _, piece := range text {
		if piece.leads != nowhere {
			return piece.leads == toLeft
		}
	}
	return p.fromRight
}

func textOf(text []piece) string {
	var b strings.Builder
	for _, p := range text {
		b.WriteString(p.text)
	}
	return b.String()
}

// breaker fills lines with words.
type breaker struct {
	*pdf
	most       float64
	all        []line
	line       line
	room, word []piece // that the line may be given
}

func (b *breaker) endLine() {
	b.all = append(b.all, b.line)
	b.line, b.room = line{}, nil
}

func (b *breaker) endWord() {
	if len(b.word) == 0 {
		return
	}
	word := widthOf(b.word)
	if len(b.line.pieces) > 0 && b.line.width+widthOf(b.room)+word > b.most && b.line.width > 0 {
		b.endLine()
	}
	if b.line.width > 0 {
		b.put(b.room...)
	}
	if b.room = nil; b.line.width+word > b.most {
		b.putTorn(b.word)
	} else {
		b.put(b.word...)
	}
	b.word = nil
}

func (b *breaker) put(pieces ...piece) {
	for _, p := range pieces {
		b.line.pieces = append(b.line.pieces, p)
		b.line.width += p.width
	}
}

// putTorn puts a word that is longer than a line, as much of it as fits on each.
func (b *breaker) putTorn(word []piece) {
	for _, p := range word {
		start, width := 0, 0.0
		for i, r := range p.text {
			w := max(0, b.fonts.advance(p.look.face, r)) * p.look.size * point2mm / 1000
			if b.line.width+width+w > b.most && b.line.width+width > 0 {
				torn := p
				torn.text, torn.width = p.text[start:i], width
				b.put(torn)
				b.endLine()
				start, width = i, 0
			}
			width += w
		}
		rest := p
		rest.text, rest.width = p.text[start:], width
		b.put(rest)
	}
}

func widthOf(pieces []piece) (sum float64) {
	for _, p := range pieces {
		sum += p.width
	}
	return sum
}

// draw draws a line whose letters stand on a height, from x on.
func (p *pdf) draw(l line, x, base float64) {
	for _, piece := range l.pieces {
		if at, ok := p.places[piece.anchor]; ok && piece.anchor != "" {
			p.file.SetLink(at, max(0, base-6), p.file.PageNo())
		}
	}
	pieces := p.inPlace(l.pieces)
	for i := 0; i < len(pieces); {
		run := pieces[i]
		for i++; i < len(pieces) && pieces[i].follows(run); i++ {
			run.text += pieces[i].text
			run.width += pieces[i].width
		}
		p.run(run, x, base)
		x += run.width
	}
}

// follows reports whether a piece can be written in one with the one before it.
func (q piece) follows(before piece) bool {
	return q.look == before.look && q.aside == 0 && q.above == 0 && before.aside == 0 && before.above == 0
}

// run draws letters of one look.
func (p *pdf) run(run piece, x, base float64) {
	if run.text == "" {
		return
	}
	p.use(run.look)
	p.file.Text(x+run.aside, base-run.above, run.text)
	if run.width == 0 {
		return
	}
	size := run.look.size * point2mm
	if run.look.struck {
		p.stroke(run.look.ink, 0.2)
		p.file.Line(x, base-size*0.28, x+run.width, base-size*0.28)
	}
	place, inside := strings.CutPrefix(run.look.to, "#")
	switch at, ok := p.places[place]; {
	case run.look.to == "":
	case inside && ok:
		p.file.Link(x, base-size, run.width, size*1.3, at)
	case !inside:
		p.file.LinkString(x, base-size, run.width, size*1.3, run.look.to)
	}
}

// use takes a font and a colour, unless they are in use.
func (p *pdf) use(l look) {
	if face, page := inFile[l.face], p.file.PageNo(); p.used != (inUse{l.face, l.size, page}) {
		p.file.AddUTF8FontFromBytes(face.family, face.style, p.fonts.files[l.face]) // once; a font that is not used is not in the file
		p.file.SetFont(face.family, face.style, l.size)
		p.used = inUse{l.face, l.size, page}
	}
	p.file.SetTextColor(l.ink[0], l.ink[1], l.ink[2])
}

func (p *pdf) stroke(i ink, width float64) {
	p.file.SetDrawColor(i[0], i[1], i[2])
	p.file.SetLineWidth(width)
}

func (p *pdf) fill(i ink, x, y, w, h float64) {
	p.file.SetFillColor(i[0], i[1], i[2])
	p.file.Rect(x, y, w, h, "F")
}
