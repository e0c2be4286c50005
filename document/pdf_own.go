package document

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/image/font/sfnt"
)

// Font is a team's own font, for letters that ours do not have.
type Font struct{ ttf []byte }

// fontMost is how many bytes a font may have: those of all Chinese letters have 5 to 20 MB.
const fontMost = 32 << 20

// tried is how many of a font's letters are written before it is taken.
const tried = 500

// ReadFont reads a TrueType font, and tries to write with it.
func ReadFont(from io.Reader) (*Font, error) {
	ttf, err := io.ReadAll(io.LimitReader(from, fontMost+1))
	if err != nil {
		return nil, err
	}
	if len(ttf) > fontMost {
		return nil, fmt.Errorf("it has more than %d MB", fontMost>>20)
	}
	switch string(ttf[:min(4, len(ttf))]) {
	case "\x00\x01\x00\x00", "true":
	case "OTTO":
		return nil, errors.New("its letters have CFF outlines (OpenType); take the same font with TrueType outlines, mostly a file that ends in .ttf")
	case "ttcf":
		return nil, errors.New("it is a collection of fonts; take one of them out into a file of its own")
	default:
		return nil, errors.New("it is no TrueType font")
	}
	font := &Font{ttf}
	return font, font.try()
}

// try writes some letters of a font that may be broken in any way.
func (f *Font) try() error {
	letters, err := f.some()
	if err != nil {
		return err
	}
	if err := f.sound(); err != nil {
		return err
	}
	if _, err := (Document{Font: f, Markdown: letters}).guarded(time.Time{}); err != nil {
		return fmt.Errorf("it can not be written into a PDF: %w", err)
	}
	return nil
}

// some are the first letters of a font that ours do not have.
func (f *Font) some() (letters string, err error) {
	defer recovered(&err)
	if _, err := sfnt.Parse(f.ttf); err != nil {
		return "", fmt.Errorf("it is no TrueType font: %w", err)
	}
	all, err := openFonts(f)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for r, n := rune(0xa0), 0; r <= 0xffff && n < tried; r++ {
		if all.faceOf(regular, r) == own {
			b.WriteRune(r)
			n++
		}
	}
	if b.Len() == 0 {
		return "", errors.New("it has no letters that Muster's own fonts do not have")
	}
	return b.String(), nil
}

// guarded writes a PDF with a font of the team's own, at which neither we nor fpdf shall end.
func (d Document) guarded(made time.Time) (file []byte, err error) {
	defer recovered(&err)
	return d.pdf(made)
}

func recovered(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("its tables are broken: %v", r)
	}
}
