package templates

import (
	"regexp"
	"slices"
	"strings"

	"muster/timeline"
)

// causeParts are the parts of the postmortem that say why something happened, by
// their keys.
var causeParts = []string{"summary", "how", WhysPart, "badly", "surprised"}

// Blamed returns whom the causes among some parts name, as they name them. A name
// counts where it is written as one.
func (t Texts) Blamed(inc timeline.Incident, parts []timeline.PartWritten) (names []string) {
	known := inc.Known()
	for _, p := range parts {
		if !slices.Contains(causeParts, p.Part) {
			continue
		}
		for _, name := range namedIn(p.Text, known) {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// nameLeast is how many letters a part of a name has at the least that stands for
// somebody.
const nameLeast = 3

// namedIn returns the people that a text names, each by what it calls them first.
func namedIn(text string, known []timeline.Person) (found []string) {
	for _, p := range known {
		words := append([]string{p.Name}, strings.Fields(p.Name)...)
		if slices.Contains(People(text), p.ID) {
			found = append(found, p.Name)
			continue
		}
		at := slices.IndexFunc(words, func(word string) bool { return len([]rune(word)) >= nameLeast && hasWord(text, word) })
		if at >= 0 {
			found = append(found, words[at])
		}
	}
	return found
}

// hasWord reports whether a text has a word, written as it is.
func hasWord(text, word string) bool {
	for _, at := range regexp.MustCompile(regexp.QuoteMeta(word)).FindAllStringIndex(text, -1) {
		if !endsInLetter(text[:at[0]]) && !beginsWithLetter(text[at[1]:]) {
			return true
		}
	}
	return false
}

var (
	letterAtEnd   = regexp.MustCompile(`[\p{L}\p{N}]$`)
	letterAtStart = regexp.MustCompile(`^[\p{L}\p{N}]`)
)

func endsInLetter(text string) bool     { return letterAtEnd.MatchString(text) }
func beginsWithLetter(text string) bool { return letterAtStart.MatchString(text) }
