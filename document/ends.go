package document

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// closedOff ends with a text the code block that is open at its end, and makes the
// comments and the HTML text that are open there: none of them takes in what comes
// after.
func closedOff(text string) string {
	at, comment := 0, -1 // where the first of them begins
	open := eachLine(text, func(line string, isCode bool) {
		if after := strings.LastIndex(line, "-->") + 1; !isCode {
			if after > 0 {
				comment = -1
			}
			if begins := strings.Index(line[after:], "<!--"); begins >= 0 && comment < 0 {
				comment = at + after + begins
			}
		}
		at += len(line)
	})
	if comment >= 0 {
		text = text[:comment] + shownComments(text[comment:])
	}
	return ended(text, open)
}

// ended is a text with the fence that it still needs, and with the HTML as text that
// would go on after it. Whether it does is seen by reading it: a list ends the code
// block that stands in it, and a fence in HTML is none.
func ended(text, fence string) string {
	fences := fenceAtAll.FindAllString(text, -1)
	if fences == nil && !raw.MatchString(text) {
		return text
	}
	closed := text
	if fence != "" {
		closed += "\n" + fence
	}
	if len(text) > readMost {
		return closed
	}
	asText := func(text string) string {
		return besideCode(text, func(line string) string { return raw.ReplaceAllString(line, "$1&lt;") })
	}
	bare := raw.ReplaceAllString(text, "$1&lt;")
	ways := []string{closed, text, asText(closed), asText(text), bare}
	if fences != nil {
		last := "\n" + strings.TrimSpace(fences[len(fences)-1])
		ways = append(ways, text+last, bare+last)
	}
	for _, way := range ways {
		if isOver(way) {
			return way
		}
	}
	return bare
}

// readMost is how many bytes of a text are read to see where it ends: more than
// anybody may write into a part.
const readMost = 100_000

var fenceAtAll = regexp.MustCompile("(?m)^ *(```+|~~~+)")

// raw is what may begin HTML, of which some goes on over blank lines and headings.
var raw = regexp.MustCompile(`(?m)^( {0,3})<`)

// isOver reports whether a heading that comes after a text is one.
func isOver(text string) bool {
	last, ok := parse([]byte(text + "\n\n## x\n")).LastChild().(*ast.Heading)
	return ok && last.Level == 2
}

// shownComments makes what begins a comment text, but for code.
func shownComments(text string) string {
	return besideCode(text, func(line string) string { return strings.ReplaceAll(line, "<!--", "&lt;!--") })
}

// besideCode is a text whose lines are changed, but for those of code blocks.
func besideCode(text string, change func(line string) string) string {
	var b strings.Builder
	eachLine(text, func(line string, isCode bool) {
		if !isCode {
			line = change(line)
		}
		b.WriteString(line)
	})
	return b.String()
}

// eachLine calls f with each line of a text with its end, and whether it belongs to
// a code block. It returns the fence of the one that is open at the end.
func eachLine(text string, f func(line string, isCode bool)) (open string) {
	for line := range strings.SplitAfterSeq(text, "\n") {
		before := open
		open = fenced(open, strings.TrimSuffix(line, "\n"))
		f(line, before != "" || open != "")
	}
	return open
}
