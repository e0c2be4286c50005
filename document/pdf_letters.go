package document

import (
	"strings"
	"sync"
	"unicode"

	"github.com/kyokomi/emoji/v2"
	"golang.org/x/text/unicode/norm"
)

// replacement stands for each letter that no font has.
const replacement = '□'

// longestEmoji is how many characters are one picture at most: families are.
const longestEmoji = 8

// writable is a text as the fonts can write it, and whether letters had to be
// replaced. Emoji are written by their names: :pushpin:. What says how letters join
// and where they are read to stays until they are shaped.
func (f *fonts) writable(face typeface, text string) (string, bool) {
	if f.plain(face, text) {
		return text, false
	}
	var b strings.Builder
	lost := false
	left := []rune(norm.NFC.String(text))
	for len(left) > 0 {
		r := left[0]
		if guides(r) || f.has(face, r) && !unicode.In(r, unicode.Cf, unicode.Variation_Selector) && !isPicture(left) {
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

// plain reports whether a font has all of a text, and nothing in it is to be shaped.
func (f *fonts) plain(face typeface, text string) bool {
	for _, r := range text {
		if r >= 0x80 && (unicode.In(r, unicode.Cf, unicode.Mn) || f.advance(face, r) == missing) || r < ' ' {
			return false
		}
	}
	return true
}

// guides reports whether a character says how letters join or where they are read to.
func guides(r rune) bool {
	return r == nonJoiner || r == joiner || r == '\u200e' || r == '\u200f' || r == '\u061c'
}

// inTwoBytes is a text as fpdf writes it beside the pages, in the letters of the
// reader's own fonts.
func inTwoBytes(text string) string {
	var b strings.Builder
	for left := []rune(text); len(left) > 0; {
		name, n := emojiName(left)
		switch r := left[0]; {
		case r <= 0xffff:
			b.WriteRune(r)
			n = 1
		case n > 0:
			b.WriteString(name)
		default:
			b.WriteRune(replacement)
			n = 1
		}
		left = left[n:]
	}
	return b.String()
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
