package document

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
)

// Part is a part of a document: a heading, and the text up to the next one. Text
// before the first heading is a part without one.
type Part struct {
	Key     string // by which it is known, as its mark says; empty where it has none
	Level   int    // of the heading: 1 to 3; 0 where there is none
	Heading string
	Text    string // without blank lines around it
	Mark    string // what heading and text were when the mark was made; empty where there is no mark
}

// Sum stands for what a part says. Spaces at the ends of lines and blank lines
// around a text make no difference.
func (p Part) Sum() string {
	sum := sha256.Sum256([]byte(p.Heading + "\n" + tidy(p.Text)))
	return hex.EncodeToString(sum[:4])
}

// IsEdited reports whether somebody has changed the part since it was marked.
func (p Part) IsEdited() bool { return p.Mark == "" || p.Mark != p.Sum() }

// Headings of the first three levels begin parts. A mark is a comment at the end of
// one: the key, and the sum of the part as it was written out.
var (
	headingLine = regexp.MustCompile(`^ {0,3}(#{1,3})[ \t]+(.*?)[ \t]*$`)
	markAtEnd   = regexp.MustCompile(`[ \t]*<!-- ([\p{L}\p{N}-]+)(?: ([0-9a-f]{8}))? -->$`)
	fenceLine   = regexp.MustCompile("^ {0,3}(```+|~~~+)(.*)$")
)

// Split takes a text apart. [Join] of the parts is the text again, but for line ends,
// blank lines around parts, and marks. A heading with a mark begins a part also where
// a code block before it does not end.
func Split(text string) []Part {
	var parts []Part
	var now Part
	var lines []string
	end := func() {
		now.Text = tidy(strings.Join(lines, "\n"))
		if now.Level > 0 || now.Text != "" {
			parts = append(parts, now)
		}
	}
	open := ""
	for _, line := range strings.Split(plainLines(text), "\n") {
		m := headingLine.FindStringSubmatch(line)
		if open = fenced(open, line); isMarked(line) {
			open = "" // somebody forgot to close it
		}
		if open != "" || m == nil {
			lines = append(lines, line)
			continue
		}
		end()
		now, lines = Part{Level: len(m[1]), Heading: m[2]}, nil
		if at := markAtEnd.FindStringSubmatchIndex(now.Heading); at != nil {
			found := markAtEnd.FindStringSubmatch(now.Heading)
			now.Heading, now.Key, now.Mark = now.Heading[:at[0]], found[1], found[2]
		}
	}
	end()
	return parts
}

// isMarked reports whether a line is a heading with a mark as [Join] writes it, which
// begins a part wherever it stands.
func isMarked(line string) bool {
	m := headingLine.FindStringSubmatch(line)
	if m == nil {
		return false
	}
	mark := markAtEnd.FindStringSubmatch(m[2])
	return mark != nil && mark[2] != ""
}

// fenced is the fence of the code block that a line leaves open, given the one that
// was open before it; empty for none.
func fenced(open, line string) string {
	m := fenceLine.FindStringSubmatch(line)
	switch {
	case m == nil:
		return open
	case open == "" && strings.Contains(m[2], "`") && m[1][0] == '`':
		return "" // it is code within the line
	case open == "":
		return m[1]
	case m[1][0] == open[0] && len(m[1]) >= len(open) && strings.TrimSpace(m[2]) == "":
		return ""
	}
	return open
}

// Join puts parts together, each that has a key with a mark of what it says.
func Join(parts []Part) string {
	var all []string
	for _, p := range parts {
		if p.Level == 0 {
			all = append(all, p.Text)
			continue
		}
		line := strings.Repeat("#", p.Level) + " " + p.Heading
		if p.Key != "" {
			line += " <!-- " + p.Key + " " + p.Sum() + " -->"
		}
		if p.Text != "" {
			line += "\n\n" + p.Text
		}
		all = append(all, line)
	}
	return strings.Join(all, "\n\n") + "\n"
}

// Inner makes a text fit to be the text of one part: what would begin another is a
// heading of the fourth level, and a code block ends with it.
func Inner(text string) string {
	open, lines := "", strings.Split(tidy(plainLines(text)), "\n")
	for n, line := range lines {
		open = fenced(open, line)
		if open == "" && headingLine.MatchString(line) || isMarked(line) {
			lines[n] = "####" + strings.TrimLeft(strings.TrimLeft(line, " "), "#")
		}
	}
	return closedOff(strings.Join(lines, "\n"))
}

// Both is what two people made of one text, each without knowing of the other: the
// second's, and below it what the first added and the second does not have.
func Both(base, first, second string) string {
	base, first, second = tidy(base), tidy(first), tidy(second)
	switch {
	case first == base || first == second:
		return second
	case second == base:
		return first
	}
	had := map[string]int{}
	for _, line := range strings.Split(base, "\n") {
		had[line]++
	}
	theirs := map[string]bool{}
	for _, line := range strings.Split(second, "\n") {
		theirs[line] = true
	}
	var added []string
	for _, line := range strings.Split(first, "\n") {
		if had[line]--; had[line] < 0 && strings.TrimSpace(line) != "" && !theirs[line] {
			added = append(added, line)
		}
	}
	if len(added) == 0 {
		return second
	}
	return tidy(second + "\n\n" + strings.Join(added, "\n"))
}

// Slug is a heading as the key of a part: letters, digits and hyphens.
func Slug(heading string) string {
	words := strings.FieldsFunc(strings.ToLower(heading), func(r rune) bool {
		return !letterOrDigit.MatchString(string(r))
	})
	return strings.Join(words, "-")
}

var letterOrDigit = regexp.MustCompile(`[\p{L}\p{N}]`)

// plainLines is a text with line feeds alone at the ends of lines, and no
// byte-order mark.
func plainLines(text string) string {
	text = strings.TrimPrefix(text, "\ufeff")
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
}

// tidy takes away spaces at the ends of lines, and blank lines around a text.
func tidy(text string) string {
	lines := strings.Split(text, "\n")
	for n, line := range lines {
		lines[n] = strings.TrimRight(line, " \t")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}
