package document

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"codeberg.org/go-fonts/dejavu/dejavumathtexgyre"
	"codeberg.org/go-fonts/dejavu/dejavusans"
	"github.com/google/go-cmp/cmp"
)

// mathematical is a font with letters that ours do not have.
func mathematical(t testing.TB) *Font {
	t.Helper()
	font, err := ReadFont(bytes.NewReader(dejavumathtexgyre.TTF))
	if err != nil {
		t.Fatal(err)
	}
	return font
}

// TestOwnFont holds that letters that our fonts do not have are written in the team's.
func TestOwnFont(t *testing.T) {
	d := Document{Title: "T", Language: "en", Markdown: "# ℊ and a ⎲ b\n\n**ℊ** `ℊ`", Font: mathematical(t)}
	p, err := d.openPDF(time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, piece := range p.pieces([]span{{kind: words, text: "ab ℊ⎲ ბ"}}, normal) {
		got = append(got, fmt.Sprint(piece.look.face, " ", piece.text))
	}
	if diff := cmp.Diff([]string{"0 ", "0 ab", "0  ", "7 ℊ⎲", "0  ", "6 ბ"}, got); diff != "" || p.lost {
		t.Errorf("it is cut up otherwise (lost %v) (-want +got):\n%s", p.lost, diff)
	}
	file, err := d.PDF(time.Unix(0, 0))
	if err != nil || !bytes.Contains(file, []byte("/BaseFont /utf8own")) {
		t.Errorf("it is not written in the team's own font: %v", err)
	}
	d.Markdown = "a"
	if file, _ := d.PDF(time.Unix(0, 0)); bytes.Contains(file, []byte("/BaseFont /utf8own")) {
		t.Error("a font is in a file that does not use it")
	}
}

// TestFontRefused holds what is said of files that are no font to write with.
func TestFontRefused(t *testing.T) {
	for want, ttf := range map[string]io.Reader{
		"it is no TrueType font":              strings.NewReader("<html>"),
		"it has more than 32 MB":              io.LimitReader(zeros{}, fontMost+1),
		"its letters have CFF outlines":       strings.NewReader("OTTO\x00\x0b"),
		"it is a collection of fonts":         strings.NewReader("ttcf\x00\x01"),
		"it is no TrueType font: sfnt":        bytes.NewReader(dejavumathtexgyre.TTF[:5000]),
		"it has no letters that Muster's own": bytes.NewReader(dejavusans.TTF),
	} {
		if _, err := ReadFont(ttf); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("it says %v, want %q", err, want)
		}
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { return len(b), nil }

// TestBrokenFonts holds that no font ends the process, and that the document comes
// without it: a file may be exchanged for a broken one.
func TestBrokenFonts(t *testing.T) {
	whole := dejavumathtexgyre.TTF
	for n := range 60 {
		broken := bytes.Clone(whole)
		if n%3 == 0 {
			broken = broken[:len(broken)*n/60]
		}
		for i := n; i < min(len(broken), 400); i += 7 + n {
			broken[i] ^= byte(1 + n)
		}
		_, _ = ReadFont(bytes.NewReader(broken)) // it may be refused or not
		d := Document{Title: "T", Markdown: "# ℊ ⎲\n\nabc", Font: &Font{broken}}
		if file, err := d.PDF(time.Unix(0, 0)); err != nil || !bytes.HasPrefix(file, []byte("%PDF-")) {
			t.Errorf("the document is not written: %v", err)
		}
	}
}

// TestEndlessFonts holds that a font is refused with which fpdf would not come to an end:
// a letter that is part of itself, one that has ever more parts, and spans of letters
// that lie over each other.
func TestEndlessFonts(t *testing.T) {
	whole := tables{dejavumathtexgyre.TTF, map[string]int{}}
	for n := range whole.word(4) {
		whole.at[string(whole.ttf[12+16*n:][:4])] = whole.long(12 + 16*n + 8)
	}
	made := func(glyph int, parts ...int) func(tables) {
		return func(t tables) {
			at := t.place(glyph)
			binary.BigEndian.PutUint16(t.ttf[at:], 1<<16-1)
			for n, part := range parts {
				flags := 1 << 5
				if n == len(parts)-1 {
					flags = 0
				}
				binary.BigEndian.PutUint16(t.ttf[at+10+6*n:], uint16(flags))
				binary.BigEndian.PutUint16(t.ttf[at+12+6*n:], uint16(part))
			}
		}
	}
	for want, breaks := range map[string][]func(tables){
		"part of itself": {made(50, 50)},
		"or has more":    {made(50, 51, 51), made(51, 52, 52), made(52, 53, 53), made(53, 54, 54), made(54, 55, 55), made(55, 56, 56), made(56, 57, 57), made(57, 58, 58), made(58, 59, 59)},
		"there many times": {func(t tables) {
			at := t.at["cmap"] + t.long(t.at["cmap"]+8)
			for n := range 40 {
				binary.BigEndian.PutUint16(t.ttf[at+14+2*n:], 1<<16-2)
			}
		}},
		"must not be put": {func(t tables) { binary.BigEndian.PutUint16(t.ttf[t.at["OS/2"]+8:], 2) }},
		"":                nil,
	} {
		broken := tables{bytes.Clone(whole.ttf), whole.at}
		for _, f := range breaks {
			f(broken)
		}
		if err := (&Font{broken.ttf}).sound(); !strings.Contains(fmt.Sprint(err), want) || (err == nil) != (want == "") {
			t.Errorf("it says %v, want %q", err, want)
		}
		if _, err := ReadFont(bytes.NewReader(broken.ttf)); (err == nil) != (want == "") {
			t.Errorf("with what is to be %q it is read: %v", want, err)
		}
	}
}

// TestMissing holds that the line on what is missing names the setting, where there is none.
func TestMissing(t *testing.T) {
	for _, tt := range []struct {
		d    Document
		want bool
	}{{Document{}, true}, {Document{Language: "de"}, true}, {Document{Font: &Font{}}, false}} {
		p := begun(t)
		p.Document, p.lost = tt.d, true
		p.sayWhatIsMissing()
		if got := strings.Contains(p.missing(), "documents.font"); got != tt.want {
			t.Errorf("of %v it says %q", tt.d, p.missing())
		}
	}
}

// TestWraps holds where lines of Chinese and Japanese may end.
func TestWraps(t *testing.T) {
	for text, want := range map[string]string{
		"支付失败。我们": "支|付|失|败。|我|们", "版本v412回滚": "版|本|v412|回|滚", "「テスト」ok": "「テ|ス|ト」|ok", "abc def": "abc def", "データ": "デー|タ",
	} {
		var b strings.Builder
		before := rune(0)
		for _, r := range text {
			if wraps(before, r) {
				b.WriteByte('|')
			}
			b.WriteRune(r)
			before = r
		}
		if got := b.String(); got != want {
			t.Errorf("%s wraps as %s, want %s", text, got, want)
		}
	}
}
