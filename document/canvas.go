package document

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Canvas returns the document in the Markdown that Slack's canvases take: three
// levels of headings, lists, tables, quotes and code. It has no pictures and no
// places to lead to: what they show and say stands there as text.
func (d Document) Canvas() string {
	return canvasBlocks(d.read().blocks, false) + "\n"
}

// canvasBlocks are blocks with an empty line between them; those of a tight list
// have none.
func canvasBlocks(blocks []block, tight bool) string {
	var all []string
	for _, b := range blocks {
		if text := canvasBlock(b); text != "" {
			all = append(all, text)
		}
	}
	if tight {
		return strings.Join(all, "\n")
	}
	return strings.Join(all, "\n\n")
}

func canvasBlock(b block) string {
	switch b.kind {
	case paragraph:
		return canvasText(b.text)
	case heading:
		return canvasHeading(b)
	case listing:
		fence := fenceFor(b.code, 3)
		return fence + word.FindString(b.language) + "\n" + b.code + "\n" + fence
	case quote:
		return prefixed(canvasBlocks(b.blocks, false), "> ", "> ")
	case list:
		return canvasList(b)
	case table:
		return canvasTable(b)
	case rule:
		return "---"
	}
	return ""
}

// word is a name of a language that can stand behind a fence.
var word = regexp.MustCompile(`^[\w+#.-]+`)

func canvasHeading(b block) string {
	text := strings.ReplaceAll(canvasText(b.text), "\n", " ")
	switch {
	case text == "":
		return ""
	case b.level > 3:
		return "**" + strings.ReplaceAll(text, "**", "") + "**"
	}
	return strings.Repeat("#", b.level) + " " + text
}

func canvasList(b block) string {
	var all []string
	for i, p := range b.blocks {
		mark := "- "
		if b.numbered {
			mark = fmt.Sprintf("%d. ", b.start+i)
		}
		all = append(all, prefixed(canvasBlocks(p.blocks, b.tight), mark, strings.Repeat(" ", len(mark))))
	}
	if b.tight {
		return strings.Join(all, "\n")
	}
	return strings.Join(all, "\n\n")
}

// prefixed is a text with a mark before its first line and another before the rest.
func prefixed(text, first, rest string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		mark := rest
		if i == 0 {
			mark = first
		}
		lines[i] = strings.TrimRight(mark+line, " ")
	}
	return strings.Join(lines, "\n")
}

func canvasTable(b block) string {
	var lines []string
	for i, row := range b.rows {
		line := "|"
		for _, cell := range row {
			line += " " + strings.ReplaceAll(strings.ReplaceAll(canvasText(cell), "\n", " "), "|", `\|`) + " |"
		}
		lines = append(lines, line)
		if i == 0 {
			lines = append(lines, "|"+strings.Repeat(" --- |", len(row)))
		}
	}
	return strings.Join(lines, "\n")
}

func canvasText(text []span) string {
	var b strings.Builder
	for _, s := range text {
		b.WriteString(canvasSpan(s))
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	for i, line := range lines {
		lines[i] = blockMark.ReplaceAllString(line, `$1\$2`)
	}
	return strings.Join(lines, "\n")
}

func canvasSpan(s span) string {
	switch s.kind {
	case words, picture:
		return escaped(s.text)
	case code:
		fence := fenceFor(s.text, 1)
		if strings.HasPrefix(s.text, "`") || strings.HasSuffix(s.text, "`") {
			return fence + " " + s.text + " " + fence
		}
		return fence + s.text + fence
	case strong:
		return around("**", s.in)
	case emphasis:
		return around("*", s.in)
	case struck:
		return around("~~", s.in)
	case link:
		return canvasLink(s)
	case lineBreak:
		return "\\\n"
	case box:
		if s.done {
			return "[x] "
		}
		return "[ ] "
	}
	return "" // an anchor
}

func canvasLink(s span) string {
	text := canvasText(s.in)
	switch {
	case strings.HasPrefix(s.to, "#"), text == "":
		return text
	case plain(s.in) == s.to:
		return s.to
	}
	return "[" + text + "](" + s.to + ")"
}

// around puts a mark at both ends of a text, inside of the room there.
func around(mark string, in []span) string {
	var b strings.Builder
	for _, s := range in {
		b.WriteString(canvasSpan(s))
	}
	text := b.String()
	inner := strings.TrimSpace(text)
	if inner == "" || strings.HasPrefix(inner, mark) || strings.HasSuffix(inner, mark) {
		return text // said already
	}
	return strings.Replace(text, inner, mark+inner+mark, 1)
}

// fenceFor is a fence that does not stand in the code.
func fenceFor(code string, least int) string {
	longest, run := 0, 0
	for _, r := range code {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	if longest >= least {
		least = longest + 1
	}
	return strings.Repeat("`", least)
}

// blockMark is what makes a block of a line: # > - + 1. and the like.
var blockMark = regexp.MustCompile(`^(\s*\d*)([#>+=-]|[.)](?:\s|$))`)

// escaped is a text whose characters are no marks.
func escaped(text string) string {
	var b strings.Builder
	for i, r := range text {
		if isMark(text, i, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// isMark reports whether a character could be read as a mark. A _ within a word
// is none, and a row of them with room on both sides is a line to write on.
func isMark(text string, at int, r rune) bool {
	if r == '_' {
		before, _ := utf8.DecodeLastRuneInString(strings.TrimRight(text[:at], "_"))
		after, _ := utf8.DecodeRuneInString(strings.TrimLeft(text[at:], "_"))
		return !(isWordly(before) && isWordly(after)) && !(before == ' ' && (after == ' ' || after == utf8.RuneError))
	}
	return strings.ContainsRune("\\`*[]<~", r) || r == '&' && named.MatchString(text[at:min(len(text), at+40)])
}

// named is a character by its name or number, such as &amp;.
var named = regexp.MustCompile(`^&#?\w+;`)

func isWordly(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
