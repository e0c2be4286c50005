package document

import (
	"slices"
	"sync"

	"golang.org/x/text/unicode/norm"
)

// Arabic letters have up to four forms, by whether they join those beside them.
// fpdf writes characters and not a font's own glyphs, so that the forms are those
// that Unicode has for such writers: its presentation forms.
const (
	alone = iota
	atItsEnd
	atItsBeginning
	within
)

const (
	lam       = 'ل'
	tatweel   = 'ـ'
	nonJoiner = '\u200c'
	joiner    = '\u200d'
)

// arabic are the forms of letters, and of lam with the alef after it.
type arabic struct {
	letters map[rune][]rune
	withLam map[rune][]rune
}

// arabicForms are read off Unicode's own tables: the presentation forms decompose
// into their letters, and those of one letter follow each other: alone, at its end,
// at its beginning, within.
var arabicForms = sync.OnceValue(func() arabic {
	forms := arabic{letters: map[rune][]rune{'ە': {'ە', 'ﻪ'}}, withLam: map[rune][]rune{}} // Kurdish has a form of another's
	for _, block := range [][2]rune{{0xfe80, 0xfefc}, {0xfb50, 0xfbb1}, {0xfbd3, 0xfbe9}, {0xfbfc, 0xfbff}} {
		for form := block[0]; form <= block[1]; form++ {
			switch of := []rune(norm.NFKC.String(string(form))); {
			case len(of) == 1 && of[0] != form:
				forms.letters[of[0]] = append(forms.letters[of[0]], form)
			case len(of) == 2 && of[0] == lam:
				forms.withLam[of[1]] = append(forms.withLam[of[1]], form)
			}
		}
	}
	return forms
})

// joinsBefore reports whether a letter joins the one before it, and joinsAfter
// whether it joins the one after it.
func (a arabic) joinsBefore(r rune) bool {
	return r == tatweel || r == joiner || len(a.letters[r]) > atItsEnd
}

func (a arabic) joinsAfter(r rune) bool {
	return r == tatweel || r == joiner || len(a.letters[r]) > within
}

// letter is a letter of a text.
type letter struct {
	r     rune
	of    int // the piece that it is from
	level int
}

// joined gives the letters of a text their forms. Of lam and alef it makes one letter,
// with the marks of both.
func joined(text []letter) []letter {
	forms := arabicForms()
	out := make([]letter, 0, len(text))
	before := false // the letter before joins this one
	for i := 0; i < len(text); i++ {
		l := text[i]
		if standsOn(l.r) || isUnseen(l.r) && l.r != joiner && l.r != nonJoiner {
			out = append(out, l)
			continue
		}
		next := following(text, i)
		if alef, ok := forms.ligature(text, i, next); ok {
			of := forms.withLam[alef]
			l.r = of[alone]
			if before && len(of) > atItsEnd {
				l.r = of[atItsEnd]
			}
			out = append(append(out, l), text[i+1:next]...)
			before, i = false, next
			continue
		}
		l.r = forms.form(l.r, before, next < len(text) && forms.joinsBefore(text[next].r))
		before = forms.joinsAfter(text[i].r)
		out = append(out, l)
	}
	return out
}

// following is where the letter after another is, beyond its marks.
func following(text []letter, i int) int {
	for i++; i < len(text); i++ {
		if r := text[i].r; !standsOn(r) && (!isUnseen(r) || r == joiner || r == nonJoiner) {
			break
		}
	}
	return i
}

// ligature is the alef after a lam of the same piece.
func (a arabic) ligature(text []letter, i, next int) (rune, bool) {
	if text[i].r != lam || next == len(text) || text[next].of != text[i].of {
		return 0, false
	}
	return text[next].r, len(a.withLam[text[next].r]) > 0
}

// form is what a letter looks like between others. One that stands alone is itself.
func (a arabic) form(r rune, before, after bool) rune {
	form, forms := alone, a.letters[r]
	switch before, after = before && len(forms) > atItsEnd, after && len(forms) > within; {
	case before && after:
		form = within
	case before:
		form = atItsEnd
	case after:
		form = atItsBeginning
	}
	if form == alone {
		return r
	}
	return forms[form]
}

// stacked puts the marks of a letter in the order in which they stand on it, from
// the letter on: those that belong to it, then its doubling, then vowels.
func stacked(marks []rune) []rune {
	rank := func(r rune) int {
		switch r {
		case '\u0653', '\u0654', '\u0655':
			return 0
		case '\u0651':
			return 1
		}
		return 2
	}
	slices.SortStableFunc(marks, func(a, b rune) int { return rank(a) - rank(b) })
	return marks
}
