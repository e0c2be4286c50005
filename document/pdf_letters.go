package document

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/kyokomi/emoji/v2"
	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// replacement stands for each letter that a font does not have.
const replacement = '□'

// longestEmoji is how many characters are one picture at most: families are.
const longestEmoji = 8

// writable is a text as a font can write it, and whether letters had to be
// replaced. Emoji are written by their names: :pushpin:.
func (f *fonts) writable(face typeface, text string) (string, bool) {
	if f.hasAll(face, text) {
		return text, false
	}
	var b strings.Builder
	lost := false
	left := []rune(norm.NFC.String(text))
	for len(left) > 0 {
		r := left[0]
		if f.has(face, r) && !unicode.In(r, unicode.Cf) && !isPicture(left) {
			b.WriteRune(r)
			left = left[1:]
			continue
		}
		if name, n := emojiName(left); n > 0 {
			b.WriteString(name)
			left = left[n:]
			continue
		}
		left = left[1:]
		switch {
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case unicode.In(r, unicode.Cf, unicode.Mn, unicode.Cc, unicode.Variation_Selector):
		default:
			b.WriteRune(replacement)
			lost = true
		}
	}
	return b.String(), lost
}

func (f *fonts) hasAll(face typeface, text string) bool {
	for _, r := range text {
		if r >= 0x80 && (unicode.In(r, unicode.Cf, unicode.Mn) || !f.has(face, r)) || r < ' ' {
			return false
		}
	}
	return true
}

// isPicture reports whether a text begins with a letter that is to be a picture.
func isPicture(text []rune) bool { return len(text) > 1 && text[1] == 0xfe0f && text[0] > 0xff }

// emojiName is the name of the emoji that a text begins with, and how many
// characters it is made of.
func emojiName(text []rune) (string, int) {
	for n := min(len(text), longestEmoji); n > 0; n-- {
		if name, ok := emojiNames()[string(text[:n])]; ok && text[0] > 0xff {
			if n < len(text) && text[n] == 0xfe0f {
				n++
			}
			return name, n
		}
	}
	return "", 0
}

// emojiNames are the names of emoji: of several, the shortest.
var emojiNames = sync.OnceValue(func() map[string]string {
	names := map[string]string{}
	for name, picture := range emoji.CodeMap() {
		picture = strings.TrimSpace(picture)
		if known := names[picture]; known == "" || len(name) < len(known) || len(name) == len(known) && name < known {
			names[picture] = name
		}
	}
	return names
})

// leading is where a text is read to, by its first letter.
func leading(text string) leads {
	for _, r := range text {
		switch class(r) {
		case bidi.R, bidi.AL:
			return toLeft
		case bidi.L:
			return toRight
		}
	}
	return nowhere
}

// fromRight reports whether a text is read from right to left.
func fromRight(text string) bool { return leading(text) == toLeft }

// hasRight reports whether some of a text is read from right to left.
func hasRight(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r > 0x590 && (class(r) == bidi.R || class(r) == bidi.AL) })
}

func class(r rune) bidi.Class {
	p, _ := bidi.LookupRune(r)
	return p.Class()
}

// letter is a letter with how it looks.
type letter struct {
	r    rune
	look look
}

// ordered puts the letters of a line in the order in which they are drawn, from
// the left: Unicode's bidirectional algorithm without its embeddings, which no
// typed text has.
func ordered(line []letter, right bool) []letter {
	levels := levelsOf(line, right)
	for level := slices.Max(append(levels, 0)); level > 0; level-- {
		for i := 0; i < len(line); i++ {
			end := i
			for end < len(line) && levels[end] >= level {
				end++
			}
			if end > i {
				slices.Reverse(line[i:end])
				slices.Reverse(levels[i:end])
				i = end
			}
		}
	}
	for i := range line {
		if levels[i]%2 == 1 {
			line[i].r = []rune(bidi.ReverseString(string(line[i].r)))[0]
		}
	}
	return marksAfter(line)
}

// marksAfter puts what was turned around before its letter behind it again.
func marksAfter(line []letter) []letter {
	for i := 0; i < len(line); i++ {
		end := i
		for end < len(line) && unicode.Is(unicode.Mn, line[end].r) {
			end++
		}
		if end > i && end < len(line) && unicode.In(line[end].r, unicode.Hebrew, unicode.Arabic) {
			base := line[end]
			copy(line[i+1:end+1], line[i:end])
			line[i] = base
		}
		i = end
	}
	return line
}

// levelsOf are even for what is read from the left and odd for the right.
func levelsOf(line []letter, right bool) []int {
	kinds := strongKinds(line, right)
	base := 0
	if right {
		base = 1
	}
	levels := make([]int, len(line))
	for i, k := range kinds {
		switch {
		case k == bidi.R:
			levels[i] = 1
		case k == bidi.EN:
			levels[i] = 2
		case k == bidi.L && right:
			levels[i] = 2
		case k == bidi.L:
			levels[i] = 0
		default:
			levels[i] = base
		}
	}
	return levels
}

// strongKinds tells each letter L, R, a number among what is read from the right,
// or neutral and as the whole line.
func strongKinds(line []letter, right bool) []bidi.Class {
	kinds := make([]bidi.Class, len(line))
	last := bidi.L
	if right {
		last = bidi.R
	}
	for i, l := range line {
		kinds[i] = strongKind(class(l.r), last, kinds[:i])
		if kinds[i] == bidi.L || kinds[i] == bidi.R {
			last = kinds[i]
		}
	}
	joinNumbers(line, kinds)
	start := bidi.L
	if right {
		start = bidi.R
	}
	settle(kinds, start)
	return kinds
}

func strongKind(c, last bidi.Class, before []bidi.Class) bidi.Class {
	switch c {
	case bidi.L:
		return bidi.L
	case bidi.R, bidi.AL:
		return bidi.R
	case bidi.AN:
		return bidi.EN
	case bidi.EN:
		if last == bidi.L {
			return bidi.L
		}
		return bidi.EN
	case bidi.NSM:
		if len(before) > 0 {
			return before[len(before)-1]
		}
	}
	return bidi.ON
}

// joinNumbers keeps 10:30 and 99.5% one number each.
func joinNumbers(line []letter, kinds []bidi.Class) {
	for i := range kinds {
		if kinds[i] != bidi.ON {
			continue
		}
		before, after := i > 0 && kinds[i-1] == bidi.EN, i+1 < len(kinds) && kinds[i+1] == bidi.EN
		switch class(line[i].r) {
		case bidi.CS, bidi.ES:
			if before && after {
				kinds[i] = bidi.EN
			}
		case bidi.ET:
			if before || after {
				kinds[i] = bidi.EN
			}
		}
	}
}

// settle gives what is neutral between two letters of one direction that direction.
func settle(kinds []bidi.Class, start bidi.Class) {
	side := func(k bidi.Class) bidi.Class {
		if k == bidi.EN {
			return bidi.R
		}
		return k
	}
	before := start
	for i := 0; i < len(kinds); i++ {
		if kinds[i] != bidi.ON {
			before = side(kinds[i])
			continue
		}
		end := i
		for end < len(kinds) && kinds[end] == bidi.ON {
			end++
		}
		after := start
		if end < len(kinds) {
			after = side(kinds[end])
		}
		for ; i < end; i++ {
			if before == after {
				kinds[i] = before
			}
		}
		i--
	}
}
