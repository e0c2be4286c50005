package document

import (
	"slices"
	"testing"
	"time"
	"unicode"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// begun is a PDF that is to be written.
func begun(t testing.TB) *pdf {
	t.Helper()
	p, err := Document{Language: "en"}.openPDF(time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// seen is a text as it is drawn, from the left.
func (p *pdf) seen(text string) string {
	return textOf(p.inPlace(p.pieces([]span{{kind: words, text: text}}, normal)))
}

// TestOrder holds in which order the letters of a line are drawn, from the left, and
// in which forms.
func TestOrder(t *testing.T) {
	p := begun(t)
	for _, tt := range []struct{ name, text, want string }{
		{"from the left", "abc 12", "abc 12"},
		{"from the right", "אבג דה", "הד גבא"},
		{"a number stays", "אב 12:30 גד", "דג 12:30 בא"},
		{"per cent stays", "אב 99.5% גד", "דג 99.5% בא"},
		{"Latin within Hebrew", "אב pool-2 גד", "דג pool-2 בא"},
		{"Hebrew within Latin", "see אב גד now", "see דג בא now"},
		{"a number within Hebrew within Latin", "see אב 12 גד now", "see דג 12 בא now"},
		{"brackets turn", "(אב)", "(בא)"},
		{"quotes turn", "אב «גד» < ה", "ה > «דג» בא"},
		{"brackets around Latin within Hebrew", "אב (pool-2) גד", "דג (pool-2) בא"},
		{"brackets around Hebrew within Latin", "a (אב) b", "a (בא) b"},
		{"the end of a sentence", "אב.", ".בא"},
		{"a mark stays on its letter", "אָב", "באָ"},
		{"a mark of direction", "see אב!\u200e גד", "see בא! דג"},
		{"letters join", "بيت", "ﺖﻴﺑ"},
		{"letters that join one side", "دار", "راد"},
		{"at the end after one that does not join", "وب", "بو"},
		{"lam and alef", "لا سلام", "مﻼﺳ ﻻ"},
		{"lam and alef with hamza", "الأمر", "ﺮﻣﻷا"},
		{"marks are none between", "بِت", "ﺖﺑِ"},
		{"doubled before its vowel", "مُحَمَّد", "ﺪﻤ\u0651\u064eﺤَﻣُ"},
		{"Persian with a gap that is none", "می‌خواهم", "ﻢﻫاﻮﺧﯽﻣ"},
		{"Persian letters", "گچ پژ", "ﮋﭘ ﭻﮔ"},
		{"Urdu letters", "ہے ٹھیک", "ﮏﯿﮭﭨ ﮯﮨ"},
		{"Kurdish", "کە", "ﻪﮐ"},
		{"drawn out", "بـت", "ﺖـﺑ"},
		{"joined to nothing", "ه\u200d", "ﻫ"},
		{"Arabic and a time", "منذ 09:12.", ".09:12 ﺬﻨﻣ"},
		{"Arabic numbers", "منذ ٠٩:١٢", "٠٩:١٢ ﺬﻨﻣ"},
		{"a day's parts are read from the right, as on any page", "في 2026-03-12", "12-03-2026 ﻲﻓ"},
		{"per cent is at the left in Arabic", "كان 5%", "%5 نﺎﻛ"},
		{"a question", "لماذا؟", "؟اذﺎﻤﻟ"},
		{"an address", "راجع https://a.b/c?d=1 الآن", "نﻵا https://a.b/c?d=1 ﻊﺟار"},
		{"Arabic within Latin", "v412 (متأخر) failed", "v412 (ﺮﺧﺄﺘﻣ) failed"},
		{"Arabic within Latin before a number", "at دار 12 ok", "at 12 راد ok"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := p.seen(tt.text); got != tt.want {
				t.Errorf("drawn as %s %+q, want %s %+q", got, got, tt.want, tt.want)
			}
		})
	}
}

// TestJoinsAcrossLooks holds that a word of two looks joins.
func TestJoinsAcrossLooks(t *testing.T) {
	p := begun(t)
	got := textOf(p.inPlace(p.pieces([]span{{kind: words, text: "ال"}, {kind: strong, in: []span{{kind: words, text: "بيت"}}}}, normal)))
	if want := "ﺖﻴﺒﻟا"; got != want {
		t.Errorf("drawn as %+q, want %+q", got, want)
	}
}

// TestFonts holds which font writes which letter.
func TestFonts(t *testing.T) {
	p := begun(t)
	for _, tt := range []struct {
		text string
		face typeface
		want typeface
	}{
		{"a é Ж λ ש →", bold, bold},
		{"ب ﺑ ؟ ٣ ۳ پ ہ ے", regular, arabicText},
		{"ب", italic, arabicText},
		{"ب", mono, arabicText},
		{"ب", bold, arabicBold},
		{"Հ ლ ✓ ⏎ ∮", regular, others},
	} {
		for _, r := range tt.text {
			if got := p.fonts.faceOf(tt.face, r); r != ' ' && got != tt.want {
				t.Errorf("%c is written in font %d, want %d", r, got, tt.want)
			}
		}
	}
}

// TestBrackets holds what pairs of brackets are read as by rule N0 of Unicode's
// bidirectional algorithm: x/text is wrong about those with letters of both
// directions inside.
func TestBrackets(t *testing.T) {
	for text, want := range map[string][]int{
		"٣(٣a)":      {2, 0, 2, 0, 0},
		"א(אa)":      {1, 0, 1, 0, 0},
		"a א(אa)":    {0, 0, 1, 0, 1, 0, 0},
		"א(٣a)":      {1, 0, 2, 0, 0},
		"א(ב)ג":      {1, 1, 1, 1, 1},
		"a (א) [ב]":  {0, 0, 0, 1, 0, 0, 0, 1, 0},
		"א [ב (a] c": {1, 0, 0, 1, 0, 0, 0, 0, 0, 0},
	} {
		if got := levels([]rune(text), false); !slices.Equal(got, want) {
			t.Errorf("%q is read %v, want %v", text, got, want)
		}
	}
}

// TestLevels holds our reading of the rest of it against that of x/text.
func TestLevels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.SampledFrom([]rune("ab אב بت 12 ٣٤ .,:+-/%$ <>«» !?")), 1, 24).Draw(t, "text")
		right := rapid.Bool().Draw(t, "right")
		base := bidi.LeftToRight
		if right {
			base = bidi.RightToLeft
		}
		var whole bidi.Paragraph
		if leading(string(text)) == nowhere || (leading(string(text)) == toLeft) != right {
			t.Skip() // x/text takes a direction for texts without letters alone
		}
		if _, err := whole.SetString(string(text), bidi.DefaultDirection(base)); err != nil {
			t.Fatal(err)
		}
		order, err := whole.Order()
		if err != nil {
			t.Fatal(err)
		}
		var want []int
		for i := range order.NumRuns() {
			run := order.Run(i)
			for range run.String() {
				want = append(want, int(run.Direction()))
			}
		}
		got := levels(text, right)
		for i := range got {
			got[i] %= 2
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%+q (from the right: %v) is read %v, want %v", string(text), right, got, want)
		}
	})
}

// scripts are letters that the letters of texts are drawn from in tests.
var scripts = []rune("abc אבָּ العربيةلأآإًٌٍَُِّْٰ ـ پچژگیک ہےٹڈں \u200c\u200d\u200e\u200f ۱۲٣٤12 .,:()«» Հლ✓ 日本 é\u0301 😀")

// keepsAll holds that what is drawn of a text is the text: every letter, in some order.
func keepsAll(t interface {
	Helper()
	Fatalf(string, ...any)
}, p *pdf, text string) {
	t.Helper()
	writable, _ := p.fonts.writable(regular, text)
	sorted := func(text string) string {
		runes := slices.DeleteFunc([]rune(norm.NFKD.String(text)), func(r rune) bool { return unicode.Is(unicode.Cf, r) || unicode.IsSpace(r) })
		for i, r := range runes {
			runes[i] = min(r, mirrored(r))
		}
		slices.Sort(runes)
		return string(runes)
	}
	flat := p.pieces([]span{{kind: words, text: text}}, normal)
	for _, q := range flat {
		for _, r := range q.text {
			if p.fonts.advance(q.look.face, r) == missing && r != ' ' {
				t.Fatalf("%q: the font %d does not have %q", text, q.look.face, r)
			}
		}
	}
	for what, got := range map[string]string{"cut up": textOf(flat), "drawn": textOf(p.inPlace(flat))} {
		if got, want := sorted(got), sorted(writable); got != want {
			t.Fatalf("%+q is %s as %+q, want the letters %+q", text, what, got, want)
		}
	}
	width := widthOf(p.inPlace(flat))
	if most := widthOf(flat); width > most+0.001 || width < most-0.001 {
		t.Fatalf("%+q is %.3f mm wide as measured and %.3f as drawn", text, most, width)
	}
	for _, l := range p.lines(flat, 20) {
		if l.width > 20.001 && len([]rune(textOf(l.pieces))) > 1 {
			t.Fatalf("%+q has a line of %.3f mm: %+q", text, l.width, textOf(l.pieces))
		}
	}
}

func TestNoLetterIsLost(t *testing.T) {
	p := begun(t)
	rapid.Check(t, func(t *rapid.T) {
		keepsAll(t, p, string(rapid.SliceOfN(rapid.SampledFrom(scripts), 0, 60).Draw(t, "text")))
	})
}

func FuzzLetters(f *testing.F) {
	for _, text := range []string{string(scripts), "لل\u064eا", "ال\u200dله", "()((אב]", "\u0301\u0651", "ﻼﷲﷺ", "\u2067א\u2069"} {
		f.Add(text)
	}
	p := begun(f)
	f.Fuzz(func(t *testing.T, text string) { keepsAll(t, p, printable(text)) })
}

// TestMarks holds that the marks of a letter stand on it, below it, and above each other.
func TestMarks(t *testing.T) {
	p := begun(t)
	for _, tt := range []struct {
		text  string
		above []bool // of each mark, from the letter on
	}{
		{"ب\u064e", []bool{true}}, {"ب\u0650", []bool{false}}, {"ل\u064e\u0651", []bool{true, true}}, {"ر\u064d", []bool{false}},
	} {
		pieces := p.inPlace(p.pieces([]span{{kind: words, text: tt.text}}, normal))
		letter := p.fonts.bounds(pieces[0].look.face, []rune(pieces[0].text)[0])
		bottom, top := letter.bottom, letter.top
		for i, above := range tt.above {
			mark := pieces[i+1]
			at := p.fonts.bounds(mark.look.face, []rune(mark.text)[0])
			up, aside := mark.above/normal.size/point2mm*1000, (mark.aside+pieces[0].width)/normal.size/point2mm*1000
			if above && at.bottom+up < top || !above && at.top+up > bottom {
				t.Errorf("%+q: %+q is not clear of it: from %.0f to %.0f, letter %.0f to %.0f", tt.text, mark.text, at.bottom+up, at.top+up, bottom, top)
			}
			if middle := (at.left+at.right)/2 + aside; middle < letter.left || middle > letter.right {
				t.Errorf("%+q: %+q is at %.0f, beside the letter from %.0f to %.0f", tt.text, mark.text, middle, letter.left, letter.right)
			}
			bottom, top = min(bottom, at.bottom+up), max(top, at.top+up)
		}
	}
}

// TestWritable holds what the font writes for what it does not have.
func TestWritable(t *testing.T) {
	f, err := openFonts(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		text, want string
		lost       bool
	}{
		{"Ana Petrović → ≥ 5 %", "Ana Petrović → ≥ 5 %", false},
		{"pinned 📌 ok ✅", "pinned :pushpin: ok :white_check_mark:", false},
		{"陈 was here", "□ was here", true},
		{"e\u0301\u202c\ufe0f", "é", false},
		{"⚠️ hot", ":warning: hot", false},
		{"שלום", "שלום", false},
		{"a\u202eb", "ab", false},
		{"مرحبا Հլ ლ ✓", "مرحبا Հլ ლ ✓", false},
	} {
		got, lost := f.writable(regular, tt.text)
		if got != tt.want || lost != tt.lost {
			t.Errorf("%q is written %q, %v; want %q, %v", tt.text, got, lost, tt.want, tt.lost)
		}
	}
}
