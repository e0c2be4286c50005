package commands

import (
	"slices"
	"strings"

	"muster/chat"
	"muster/templates"
	"muster/timeline"
)

// lineKind is a word by which people ask for some lines of a timeline.
type lineKind struct {
	Name     string   // "key-events"; without the s it is the same
	Shown    []string // what such lines are called where they are shown
	Messages bool     // only messages that people tagged
	Hidden   bool     // what somebody has hidden, and nothing else
}

// lineKinds is every such word, in the order in which people see them.
var lineKinds = []lineKind{
	{Name: "notes", Shown: []string{"note"}},
	{Name: "tagged", Messages: true, Shown: tagWords()},
	{Name: "key-events", Shown: []string{string(timeline.KeyEvent)}},
	{Name: "findings", Shown: []string{string(timeline.Finding)}},
	{Name: "actions", Shown: []string{string(timeline.ActionTaken)}},
	{Name: "causes", Shown: []string{string(timeline.CauseTag)}},
	{Name: "updates", Shown: []string{"update", string(timeline.StatusUpdate)}},
	{Name: "follow-ups", Shown: []string{string(timeline.FollowUp), "ticket"}},
	{Name: "status", Shown: []string{"declared", "renamed", "identified", "mitigated", "resolved", "closed", "cancelled", "merged", "reopened"}},
	{Name: "severity", Shown: []string{"severity"}},
	{Name: "roles", Shown: []string{"role", "handover", "account"}},
	{Name: "tasks", Shown: []string{"task"}},
	{Name: "pages", Shown: []string{"page"}},
	{Name: "tickets", Shown: []string{"ticket"}},
	{Name: "joins", Shown: []string{"joined", "left", "access"}},
	{Name: "channels", Shown: []string{"channel"}},
	{Name: "changes", Shown: []string{timeline.Changes, "ruled out"}},
	{Name: "documents", Shown: []string{timeline.Postmortem, timeline.Metrics}},
	{Name: "gaps", Shown: []string{"caught up"}},
	{Name: "hidden", Hidden: true},
}

func tagWords() []string {
	var words []string
	for _, t := range timeline.Tags {
		words = append(words, string(t))
	}
	return words
}

// kindNames lists every kind, for people.
func kindNames() string {
	var names []string
	for _, k := range lineKinds {
		names = append(names, k.Name)
	}
	return strings.Join(names, ", ")
}

// named returns the kind that a word names: by its own name or, where there is
// none, by what its lines are called.
func (c Call) named(word string) (lineKind, bool) {
	word = strings.TrimSuffix(word, "s")
	for _, k := range lineKinds {
		if strings.TrimSuffix(k.Name, "s") == word {
			return k, true
		}
	}
	for _, k := range lineKinds {
		if !k.Messages && slices.ContainsFunc(k.Shown, func(shown string) bool { return c.isCalled(shown, word) }) {
			return k, true
		}
	}
	return lineKind{}, false
}

// isCalled reports whether a kind of line is shown as a word, in English or in
// the team's own words.
func (c Call) isCalled(shown, word string) bool {
	for _, name := range []string{shown, strings.ToLower(c.Texts.Kind(shown))} {
		if strings.TrimSuffix(hyphened(name), "s") == word {
			return true
		}
	}
	return false
}

func hyphened(name string) string { return strings.ReplaceAll(name, " ", "-") }

// fits reports whether a line is of the kind.
func (k lineKind) fits(l timeline.Line) bool {
	if k.Messages && !l.IsMessage() {
		return false
	}
	return k.Hidden || slices.ContainsFunc(templates.Kinds(l), func(kind string) bool {
		if _, published := timeline.PublishedIn(kind); published {
			kind = timeline.Postmortem
		}
		return slices.Contains(k.Shown, kind)
	})
}

// kindsIn reads the kinds that someone asks for.
func (c Call) kindsIn(args string) ([]lineKind, error) {
	args = strings.Join(strings.Fields(strings.ToLower(strings.ReplaceAll(args, ",", " "))), " ")
	for _, k := range lineKinds {
		for _, shown := range k.Shown {
			for _, name := range []string{shown, strings.ToLower(c.Texts.Kind(shown))} {
				args = strings.ReplaceAll(args, name, hyphened(name))
			}
		}
	}
	args = strings.ReplaceAll(args, "follow up", string(timeline.FollowUp))
	var kinds []lineKind
	for _, word := range strings.Fields(args) {
		k, ok := c.named(word)
		if !ok {
			return nil, c.sorry("timeline.no kind", chat.Clip(word, 60), kindNames())
		}
		kinds = append(kinds, k)
	}
	return kinds, nil
}

// ofKinds returns the lines that are of any of the kinds, all that are not
// hidden where none is named.
func ofKinds(inc timeline.Incident, kinds []lineKind) []timeline.Line {
	lines := inc.Lines()
	if slices.ContainsFunc(kinds, func(k lineKind) bool { return k.Hidden }) {
		lines = inc.HiddenLines()
	}
	return slices.DeleteFunc(lines, func(l timeline.Line) bool {
		return len(kinds) > 0 && !slices.ContainsFunc(kinds, func(k lineKind) bool { return k.fits(l) })
	})
}
