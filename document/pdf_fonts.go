package document

import (
	"math"

	"codeberg.org/go-fonts/dejavu/dejavusans"
	"codeberg.org/go-fonts/liberation/liberationmonoregular"
	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansitalic"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	arabicbold "eliasnaur.com/font/noto/sans/arabic/bold"
	arabicregular "eliasnaur.com/font/noto/sans/arabic/regular"
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
	arabicText
	arabicBold
	others // letters and signs that the fonts above do not have
	own    // the team's own; there need not be one
	typefaces
)

// instead are the fonts that are asked, in turn, for letters that a font does not have.
var instead = [typefaces][]typeface{
	regular: {arabicText, others, own},
	bold:    {arabicBold, others, own},
	italic:  {arabicText, others, own},
	mono:    {arabicText, others, own},
}

// inFile is how fpdf knows each font.
var inFile = [typefaces]struct {
	family, style string
	ttf           []byte
}{
	regular: {"sans", "", liberationsansregular.TTF},
	bold:    {"sans", "B", liberationsansbold.TTF},
	italic:  {"sans", "I", liberationsansitalic.TTF},
	mono:    {"mono", "", liberationmonoregular.TTF},

	arabicText: {"arabic", "", arabicregular.TTF},
	arabicBold: {"arabic", "B", arabicbold.TTF},
	others:     {"others", "", dejavusans.TTF},
	own:        {"own", "", nil},
}

// fonts measure the letters of a PDF. They are for one PDF, as they remember.
type fonts struct {
	files    [typefaces][]byte
	fonts    [typefaces]*sfnt.Font       // nil for none
	advances [typefaces]map[rune]float64 // in thousandths of the size; missing for none
	buffer   sfnt.Buffer
}

// missing is the advance of a letter that a font does not have.
const missing = -1

func openFonts(teams *Font) (*fonts, error) {
	var all fonts
	for face, file := range inFile {
		all.files[face] = file.ttf
	}
	if teams != nil {
		all.files[own] = teams.ttf
	}
	for face, ttf := range all.files {
		if ttf == nil {
			continue
		}
		parsed, err := sfnt.Parse(ttf)
		if err != nil {
			return nil, err
		}
		all.fonts[face], all.advances[face] = parsed, map[rune]float64{}
	}
	return &all, nil
}

// advance is how wide a letter is, in thousandths of the size.
func (f *fonts) advance(face typeface, r rune) float64 {
	if f.advances[face] == nil {
		return missing
	}
	if known, ok := f.advances[face][r]; ok {
		return known
	}
	width := f.measured(face, r)
	f.advances[face][r] = width
	return width
}

func (f *fonts) measured(face typeface, r rune) float64 {
	parsed := f.fonts[face]
	if r > 0xffff || parsed == nil { // fpdf writes letters of two bytes
		return missing
	}
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

// has reports whether a font or one instead of it has a letter.
func (f *fonts) has(face typeface, r rune) bool {
	return f.advance(f.faceOf(face, r), r) != missing
}

// faceOf is the font that writes a letter of a text in a font: that one, or the first
// instead of it that has the letter.
func (f *fonts) faceOf(face typeface, r rune) typeface {
	if f.advance(face, r) != missing {
		return face
	}
	for _, other := range instead[face] {
		if f.advance(other, r) != missing {
			return other
		}
	}
	return face
}

// bounds is the room that a letter takes.
func (f *fonts) bounds(face typeface, r rune) extent {
	i, err := f.fonts[face].GlyphIndex(&f.buffer, r)
	if err != nil {
		return extent{}
	}
	b, _, err := f.fonts[face].GlyphBounds(&f.buffer, i, fixed.I(1000), font.HintingNone)
	if err != nil {
		return extent{}
	}
	return extent{float64(b.Min.X) / 64, float64(b.Max.X) / 64, -float64(b.Max.Y) / 64, -float64(b.Min.Y) / 64}
}

// width is how wide a text of one font is, in millimetres.
func (f *fonts) width(face typeface, size float64, text string) float64 {
	sum := 0.0
	for _, r := range text {
		sum += max(0, f.advance(face, r))
	}
	return sum * size * point2mm / 1000
}

// point2mm is a point in millimetres.
const point2mm = 25.4 / 72
