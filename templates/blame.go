package templates

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"muster/timeline"
)

// causeParts are the parts of the postmortem that say why something happened, by
// their keys.
var causeParts = []string{"summary", "how", WhysPart, "badly", "surprised"}

// Blamed returns whom the causes among some parts name, as they name them. A name
// counts where it is written as one.
func (t Texts) Blamed(inc timeline.Incident, parts []timeline.PartWritten) (names []string) {
	for _, p := range parts {
		if !slices.Contains(causeParts, p.Part) {
			continue
		}
		for _, name := range NamedIn(inc, p.Text) {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// nameLeast is how many letters a part of a name has at the least that stands for
// somebody; in scripts that put a word into a letter or two, as Chinese does, two.
const nameLeast = 3

func standsForSomebody(word string) bool {
	least := nameLeast
	if first, _ := utf8.DecodeRuneInString(word); unspaced(first) {
		least = 2
	}
	return utf8.RuneCountInString(word) >= least
}

// unspaced reports whether a letter is of a script that puts no spaces between words.
func unspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai)
}

// NamedIn returns the people of an incident that a text names, each by what it calls
// them first.
func NamedIn(inc timeline.Incident, text string) (found []string) {
	for _, p := range inc.Known() {
		words := append([]string{p.Name}, strings.Fields(p.Name)...)
		if slices.Contains(People(text), p.ID) {
			found = append(found, p.Name)
			continue
		}
		at := slices.IndexFunc(words, func(word string) bool { return standsForSomebody(word) && hasWord(text, word) })
		if at >= 0 {
			found = append(found, words[at])
		}
	}
	return found
}

// hasWord reports whether a text has a word, written as it is.
func hasWord(text, word string) bool {
	for end := 0; ; {
		n := strings.Index(text[end:], word)
		if n < 0 {
			return false
		}
		begin := end + n
		end = begin + len(word)
		last, _ := utf8.DecodeLastRuneInString(text[:begin])
		next, _ := utf8.DecodeRuneInString(text[end:])
		if !isLetter(last) && !isLetter(next) {
			return true
		}
	}
}

// isLetter reports whether a word goes on with a letter.
func isLetter(r rune) bool { return (unicode.IsLetter(r) || unicode.IsNumber(r)) && !unspaced(r) }
