package chart

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"
)

// style is one of the sizes and weights that texts have.
type style int

const (
	heading style = iota // the picture's title
	strong               // names of panels, labels that count
	plain                // everything else
	small                // marks of the axes, notes
	styles
)

// sizes are the heights of the styles, in pixels. None is below 22, so that a
// phone shows it at seven points.
var sizes = [styles]float64{heading: 36, strong: 25, plain: 25, small: 24}

// parsed are the two fonts, read once. They are safe for use by many.
var parsed = sync.OnceValues(func() (pair [2]*sfnt.Font, err error) {
	for i, ttf := range [][]byte{liberationsansregular.TTF, liberationsansbold.TTF} {
		if pair[i], err = opentype.Parse(ttf); err != nil {
			return pair, err
		}
	}
	return pair, nil
})

// fonts are what one picture is written with. They are not for use by many.
type fonts struct {
	faces  [styles]font.Face
	glyphs *sfnt.Font
	buffer sfnt.Buffer
}

func openFonts() (*fonts, error) {
	pair, err := parsed()
	if err != nil {
		return nil, err
	}
	f := &fonts{glyphs: pair[0]}
	for s := range f.faces {
		weight := pair[0]
		if style(s) == heading || style(s) == strong {
			weight = pair[1]
		}
		f.faces[s], err = opentype.NewFace(weight, &opentype.FaceOptions{Size: sizes[s], DPI: 72, Hinting: font.HintingNone})
		if err != nil {
			return nil, err
		}
	}
	return f, nil
}

// width is how wide a text is, in pixels.
func (f *fonts) width(s style, text string) float64 {
	return float64(font.MeasureString(f.faces[s], text)) / 64
}

// clipped is a text within a width, with … where it was too long.
func (f *fonts) clipped(s style, text string, most float64) string {
	if f.width(s, text) <= most {
		return text
	}
	runes := []rune(text)
	runes = runes[:min(len(runes), 400)]
	for n := len(runes); n > 0; n-- {
		short := strings.TrimRight(string(runes[:n]), " ") + "…"
		if f.width(s, short) <= most {
			return short
		}
	}
	return ""
}

// wrapped is a text in lines of a width, the last of them clipped.
func (f *fonts) wrapped(s style, text string, most float64, lines int) []string {
	if text == "" {
		return nil
	}
	words := strings.Split(text, " ")
	n := len(words)
	for n > 1 && f.width(s, strings.Join(words[:n], " ")) > most {
		n--
	}
	if lines == 1 || n == len(words) || f.width(s, words[0]) > most {
		return []string{f.clipped(s, text, most)}
	}
	return append([]string{strings.Join(words[:n], " ")}, f.wrapped(s, strings.Join(words[n:], " "), most, lines-1)...)
}

// longest is how much of a text is looked at, in bytes: more never fits.
const longest = 2000

// written is a text as these fonts can write it, on one line: pictures such as
// emoji are dropped, a row of letters that there are not becomes one "?", and what
// is read from right to left is put in the order in which it is drawn.
func (f *fonts) written(text string) string {
	var out []rune
	if len(text) > longest {
		text = text[:longest]
	}
	for _, r := range norm.NFC.String(strings.ToValidUTF8(text, "?")) {
		switch {
		case unicode.IsSpace(r) && !f.has(r) || unicode.IsControl(r):
			r = ' '
		case f.has(r) && !unicode.In(r, unicode.Cf):
		case !unicode.IsLetter(r) && !unicode.IsNumber(r):
			continue
		default:
			r = '?'
		}
		if n := len(out); (r == ' ' || r == '?') && n > 0 && out[n-1] == r {
			continue
		}
		out = append(out, r)
	}
	return strings.TrimSpace(string(leftToRight(out)))
}

func (f *fonts) has(r rune) bool {
	i, err := f.glyphs.GlyphIndex(&f.buffer, r)
	return err == nil && i != 0
}

// leftToRight turns around what is read from right to left, with the spaces
// between its words.
func leftToRight(text []rune) []rune {
	for i := 0; i < len(text); i++ {
		if !fromTheRight(text[i]) {
			continue
		}
		end := i + 1
		for j := end; j < len(text) && (fromTheRight(text[j]) || text[j] == ' '); j++ {
			if text[j] != ' ' {
				end = j + 1
			}
		}
		slices.Reverse(text[i:end])
		i = end
	}
	return text
}

func fromTheRight(r rune) bool { return unicode.In(r, unicode.Hebrew, unicode.Arabic) }
