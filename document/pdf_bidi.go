package document

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
)

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
func hasRight(text string) bool { return strings.ContainsFunc(text, readsLeft) }

func readsLeft(r rune) bool {
	c := bidi.L
	if r >= 0x590 {
		c = class(r)
	}
	return c == bidi.R || c == bidi.AL || c == bidi.AN
}

func class(r rune) bidi.Class {
	p, _ := bidi.LookupRune(r)
	return p.Class()
}

// levels tells of each letter of a text how deep it lies: even for what is read from
// the left, odd for the right. It is Unicode's bidirectional algorithm (UAX 9)
// without its embeddings and isolates, which nobody types.
func levels(text []rune, right bool) []int {
	t := reading{text: text, base: bidi.L}
	if right {
		t.base = bidi.R
	}
	for i, r := range text {
		if k := class(r); k != bidi.BN && k < bidi.Control {
			t.at, t.kinds = append(t.at, i), append(t.kinds, k)
		}
	}
	t.numbers()
	t.signs()
	t.rest()
	t.brackets()
	t.neutrals()
	return t.levels()
}

// reading is a text whose letters' kinds become fewer, rule by rule.
type reading struct {
	text  []rune
	base  bidi.Class
	kinds []bidi.Class // of the letters that there is something to see of
	at    []int        // where they are in the text
}

// numbers gives marks the kind of their letters (W1), and makes numbers among Arabic letters such (W2, W3).
func (t *reading) numbers() {
	last, before := t.base, t.base
	for i, k := range t.kinds {
		switch k {
		case bidi.NSM:
			k = before
		case bidi.L, bidi.R, bidi.AL:
			last = k
		}
		if k == bidi.EN && last == bidi.AL {
			k = bidi.AN
		}
		t.kinds[i], before = k, k
	}
	for i, k := range t.kinds {
		if k == bidi.AL {
			t.kinds[i] = bidi.R
		}
	}
}

// signs makes 10:30 and 99.5% one number each (W4, W5).
func (t *reading) signs() {
	for i := 1; i+1 < len(t.kinds); i++ {
		before, after := t.kinds[i-1], t.kinds[i+1]
		switch k := t.kinds[i]; {
		case before != after:
		case before == bidi.EN && (k == bidi.ES || k == bidi.CS), before == bidi.AN && k == bidi.CS:
			t.kinds[i] = before
		}
	}
	t.eachRun(func(k bidi.Class) bool { return k == bidi.ET }, func(run []bidi.Class, before, after bidi.Class) {
		if before == bidi.EN || after == bidi.EN {
			fillWith(run, bidi.EN)
		}
	})
}

// rest makes what is left of signs neutral (W6), and numbers after Latin letters like these (W7).
func (t *reading) rest() {
	last := t.base
	for i, k := range t.kinds {
		switch k {
		case bidi.L, bidi.R:
			last = k
		case bidi.EN:
			if last == bidi.L {
				t.kinds[i] = bidi.L
			}
		case bidi.AN:
		default:
			t.kinds[i] = bidi.ON
		}
	}
}

// leaning is the direction that a kind has; ON for none.
func leaning(k bidi.Class) bidi.Class {
	if k == bidi.EN || k == bidi.AN {
		return bidi.R
	}
	return k
}

// brackets gives each pair of brackets the direction of what is in it (N0).
func (t *reading) brackets() {
	for _, pair := range t.pairs() {
		inside := t.kinds[pair[0]+1 : pair[1]]
		found := bidi.ON
		for _, k := range inside {
			if k = leaning(k); k == t.base {
				found = k
				break
			} else if k != bidi.ON {
				found = k
			}
		}
		if found != bidi.ON && found != t.base && t.before(pair[0]) != found {
			found = t.base
		}
		if found != bidi.ON {
			t.kinds[pair[0]], t.kinds[pair[1]] = found, found
		}
	}
}

// before is the direction of the last letter before another.
func (t *reading) before(i int) bidi.Class {
	for i--; i >= 0; i-- {
		if k := leaning(t.kinds[i]); k != bidi.ON {
			return k
		}
	}
	return t.base
}

// mostOpen is how many brackets may be open at a time.
const mostOpen = 63

// pairs are the pairs of brackets of a text, in the order in which they open.
func (t *reading) pairs() (all [][2]int) {
	type opened struct {
		closes rune
		at     int
	}
	var open []opened
	for i, at := range t.at {
		r := t.text[at]
		p, _ := bidi.LookupRune(r)
		switch {
		case t.kinds[i] != bidi.ON || !p.IsBracket():
		case p.IsOpeningBracket():
			if len(open) == mostOpen {
				return nil
			}
			open = append(open, opened{mirrored(r), i})
		default:
			for n := len(open) - 1; n >= 0; n-- {
				if open[n].closes == r {
					all, open = append(all, [2]int{open[n].at, i}), open[:n]
					break
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b [2]int) int { return a[0] - b[0] })
	return all
}

// neutrals gives what is between two letters of one direction that direction, and
// what is not the direction of the whole (N1, N2).
func (t *reading) neutrals() {
	t.eachRun(func(k bidi.Class) bool { return k == bidi.ON }, func(run []bidi.Class, before, after bidi.Class) {
		if before, after = leaning(before), leaning(after); before == after {
			fillWith(run, before)
		} else {
			fillWith(run, t.base)
		}
	})
}

// eachRun calls f with each run of some kinds, and with what is before and after it.
func (t *reading) eachRun(of func(bidi.Class) bool, f func(run []bidi.Class, before, after bidi.Class)) {
	for i := 0; i < len(t.kinds); i++ {
		end := i
		for end < len(t.kinds) && of(t.kinds[end]) {
			end++
		}
		if end == i {
			continue
		}
		before, after := t.base, t.base
		if i > 0 {
			before = t.kinds[i-1]
		}
		if end < len(t.kinds) {
			after = t.kinds[end]
		}
		f(t.kinds[i:end], before, after)
		i = end
	}
}

func fillWith(run []bidi.Class, k bidi.Class) {
	for i := range run {
		run[i] = k
	}
}

// levels tells the levels (I1, I2). What can not be seen lies where the letter before it does.
func (t *reading) levels() []int {
	all := make([]int, len(t.text))
	for i := range all {
		all[i] = -1
	}
	for i, k := range t.kinds {
		switch {
		case k == bidi.R:
			all[t.at[i]] = 1
		case k == bidi.L && t.base == bidi.L:
			all[t.at[i]] = 0
		default:
			all[t.at[i]] = 2
		}
	}
	before := 0
	if t.base == bidi.R {
		before = 1
	}
	for i, l := range all {
		if l < 0 {
			all[i] = before
		}
		before = all[i]
	}
	return all
}

// inOrder puts what has levels in the order in which it is drawn, from the left (L2).
func inOrder[T any](all []T, level func(T) int) []T {
	all = slices.Clone(all)
	for l := 2; l > 0; l-- {
		for i := 0; i < len(all); i++ {
			end := i
			for end < len(all) && level(all[end]) >= l {
				end++
			}
			slices.Reverse(all[i:end])
			i = max(i, end)
		}
	}
	return all
}

// mirrors are the characters that are turned around among what is read from the
// right, besides brackets.
var mirrors = map[rune]rune{'<': '>', '>': '<', '«': '»', '»': '«', '‹': '›', '›': '‹', '≤': '≥', '≥': '≤'}

func mirrored(r rune) rune {
	if other, ok := mirrors[r]; ok {
		return other
	}
	turned, _ := utf8.DecodeRuneInString(bidi.ReverseString(string(r)))
	return turned
}

// standsOn reports whether a character stands on the letter before it.
func standsOn(r rune) bool { return r >= 0x300 && unicode.Is(unicode.Mn, r) }
