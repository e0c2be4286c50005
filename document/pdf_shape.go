package document

import (
	"slices"
	"strings"
	"unicode"
)

// isUnseen reports whether a character only says how others are written: joiners
// and marks of direction.
func isUnseen(r rune) bool { return r >= 0xad && unicode.Is(unicode.Cf, r) }

// shaped cuts the pieces of a text into such as have one font and one direction,
// with the forms that its letters have beside each other.
func (p *pdf) shaped(text []piece, right bool) []piece {
	turned := right || slices.ContainsFunc(text, func(q piece) bool { return hasRight(q.text) })
	if !turned && !slices.ContainsFunc(text, func(q piece) bool { return !p.fonts.plain(q.look.face, q.text) }) {
		return text
	}
	var all []piece
	for len(text) > 0 { // to each end of a line
		end := slices.IndexFunc(text, func(q piece) bool { return q.ends }) + 1
		if end == 0 {
			end = len(text)
		}
		all = append(all, p.shapedLine(text[:end], right, turned)...)
		text = text[end:]
	}
	return all
}

func (p *pdf) shapedLine(text []piece, right, turned bool) (all []piece) {
	letters := lettersOf(text)
	if turned {
		runes := make([]rune, len(letters))
		for i, l := range letters {
			runes[i] = l.r
		}
		for i, level := range levels(runes, right) {
			letters[i].level = level
		}
		letters = joined(letters)
	}
	for n, piece := range text {
		end := 0
		for end < len(letters) && letters[end].of == n {
			end++
		}
		if piece.text == "" {
			all = append(all, piece)
		} else {
			all = append(all, p.split(piece, letters[:end])...)
		}
		letters = letters[end:]
	}
	return all
}

func lettersOf(text []piece) []letter {
	var all []letter
	for n, piece := range text {
		for _, r := range piece.text {
			all = append(all, letter{r: r, of: n})
		}
	}
	return all
}

// split cuts a piece by the fonts that have its letters, and by their levels.
func (p *pdf) split(of piece, letters []letter) (all []piece) {
	before := rune(0)
	for _, l := range letters {
		if isUnseen(l.r) {
			continue
		}
		next := of
		next.wraps, before = wraps(before, l.r), l.r
		next.look.face, next.level = p.fonts.faceOf(of.look.face, l.r), l.level
		if last := len(all) - 1; last >= 0 && !next.wraps && all[last].look == next.look && all[last].level == next.level {
			all[last].text += string(l.r)
			continue
		}
		next.text = string(l.r)
		all = append(all, next)
	}
	for i := range all {
		all[i].width = p.fonts.width(all[i].look.face, all[i].look.size, all[i].text)
	}
	return all
}

// neverFirst are characters that no line begins with, besides brackets that close.
const neverFirst = "、。，．・：；？！ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ%‰℃,.:;!?"

// wraps reports whether a line may end between two characters with no room between
// them: Chinese and Japanese have none.
func wraps(before, r rune) bool {
	if before < 0x2e80 && r < 0x2e80 || strings.ContainsRune(neverFirst, r) || unicode.In(r, unicode.Pe, unicode.Pf, unicode.Mn) || unicode.In(before, unicode.Ps, unicode.Pi) {
		return false
	}
	return before != 0 && (isIdeograph(before) || isIdeograph(r))
}

func isIdeograph(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r < 0x3040 || r >= 0xff00 && r < 0xff65
}

// inPlace are the pieces of a line as they are drawn, from the left.
func (p *pdf) inPlace(text []piece) []piece {
	text = slices.DeleteFunc(slices.Clone(text), func(q piece) bool { return q.text == "" })
	if !slices.ContainsFunc(text, func(q piece) bool { return q.level > 0 }) {
		return text
	}
	var all []piece
	for _, piece := range inOrder(text, func(q piece) int { return q.level }) {
		if piece.level%2 == 0 {
			all = append(all, piece)
		} else {
			all = append(all, p.turned(piece)...)
		}
	}
	return all
}

// turned is a piece that is read from the right, from the left: its last letter comes
// first, with its marks on it.
func (p *pdf) turned(of piece) (all []piece) {
	runes := []rune(of.text)
	for end := len(runes); end > 0; {
		start := end - 1
		for start > 0 && standsOn(runes[start]) {
			start--
		}
		letter := of
		letter.text = string(mirrored(runes[start]))
		letter.width = p.fonts.width(of.look.face, of.look.size, letter.text)
		all = append(append(all, letter), p.marked(letter, stacked(slices.Clone(runes[start+1:end])))...)
		end = start
	}
	return all
}

// marked are the marks of a letter, which is drawn before them.
func (p *pdf) marked(of piece, marks []rune) (all []piece) {
	on := p.fonts.bounds(of.look.face, []rune(of.text)[0])
	for _, r := range marks {
		mark := of
		mark.text, mark.width = string(r), 0
		var dx, dy float64
		dx, dy, on = on.placed(r, p.fonts.bounds(of.look.face, r))
		mark.aside, mark.above = dx*of.look.size*point2mm/1000-of.width, dy*of.look.size*point2mm/1000
		all = append(all, mark)
	}
	return all
}

// extent is the room that a letter takes, in thousandths of its size, above its line.
type extent struct{ left, right, bottom, top float64 }

// gap is between a letter and a mark.
const gap = 55

// placed is how far a mark is moved to stand on a letter, and the room of both.
func (e extent) placed(r rune, mark extent) (dx, dy float64, both extent) {
	middle := (mark.left + mark.right) / 2
	switch {
	case r == '\u05c1': // at the right of shin
		dx = e.right - mark.right
	case r == '\u05c2', r == '\u05b9': // at the left
		dx = e.left - mark.left
	default:
		dx = (e.left+e.right)/2 - middle
	}
	switch {
	case r < '\u0600': // Hebrew marks are as high as they are to be
		return dx, 0, e
	case mark.top < 200:
		dy = min(e.bottom, 0) - gap - mark.top
		e.bottom = mark.bottom + dy
	default:
		dy = e.top + gap - mark.bottom
		e.top = mark.top + dy
	}
	return dx, dy, e
}
