package document

import (
	"math"

	"codeberg.org/go-fonts/liberation/liberationmonoregular"
	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansitalic"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// typeface is one of the fonts of a PDF. What is strong and emphasised is bold:
// a fourth font of the family would weigh more than it says.
type typeface int

const (
	regular typeface = iota
	bold
	italic
	mono
	typefaces
)

// inFile is how fpdf knows each font.
var inFile = [typefaces]struct {
	family, style string
	ttf           []byte
}{
	regular: {"sans", "", liberationsansregular.TTF},
	bold:    {"sans", "B", liberationsansbold.TTF},
	italic:  {"sans", "I", liberationsansitalic.TTF},
	mono:    {"mono", "", liberationmonoregular.TTF},
}

// fonts measure the letters of a PDF. They are for one PDF, as they remember.
type fonts struct {
	fonts    [typefaces]*sfnt.Font
	advances [typefaces]map[rune]float64 // in thousandths of the size; missing for none
	buffer   sfnt.Buffer
}

// missing is the advance of a letter that a font does not have.
const missing = -1

func openFonts() (*fonts, error) {
	var all fonts
	for face, file := range inFile {
		parsed, err := sfnt.Parse(file.ttf)
		if err != nil {
			return nil, err
		}
		all.fonts[face], all.advances[face] = parsed, map[rune]float64{}
	}
	return &all, nil
}

// advance is how wide a letter is, in thousandths of the size.
func (f *fonts) advance(face typeface, r rune) float64 {
	if known, ok := f.advances[face][r]; ok {
		return known
	}
	width := f.measured(face, r)
	f.advances[face][r] = width
	return width
}

func (f *fonts) measured(face typeface, r rune) float64 {
	if r > 0xffff {
		return missing // fpdf writes letters of two bytes
	}
	parsed := f.fonts[face]
	i, err := parsed.GlyphIndex(&f.buffer, r)
	if err != nil || i == 0 {
		return missing
	}
	units := parsed.UnitsPerEm()
	width, err := parsed.GlyphAdvance(&f.buffer, i, fixed.I(int(units)), font.HintingNone)
	if err != nil {
		return missing
	}
	return math.Round(float64(width) / 64 * 1000 / float64(units))
}

func (f *fonts) has(face typeface, r rune) bool { return f.advance(face, r) != missing }

// width is how wide a text is, in millimetres, of letters that the font has.
func (f *fonts) width(face typeface, size float64, text string) float64 {
	sum := 0.0
	for _, r := range text {
		sum += max(0, f.advance(face, r))
	}
	return sum * size * point2mm / 1000
}

// point2mm is a point in millimetres.
const point2mm = 25.4 / 72
