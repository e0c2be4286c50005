package templates

import (
	"regexp"
	"strings"
	"time"
)

// Markdown is the dialect of the postmortem. Text that people wrote keeps its
// code, stress and line breaks, but can not become a heading, a list, a link,
// an image or HTML.
func (t Texts) Markdown(name func(id string) string) Dialect {
	return Dialect{
		Text:   markdown,
		Person: func(id string) string { return "@" + markdown(name(id)) },
		Room:   func(_, name string) string { return "#" + name },
		Link:   func(url, label string) string { return "[" + markdown(label) + "](" + urlInMarkdown(url) + ")" },
		When:   func(at time.Time) string { return at.In(t.Zone).Format("2006-01-02 15:04 MST") },
	}
}

var (
	beforeEscaped = regexp.MustCompile("(\\\\+)([<`]|&#?[0-9A-Za-z]+;)")
	entity        = regexp.MustCompile(`&(#?[0-9A-Za-z]+;)`)
	lineStart     = regexp.MustCompile("(?m)^([ \\t]*)(#|>|:-|\\+|-|=|\\||~~~|```|\\* |\\*{3}|_{3}|[0-9]+[.)])")
	breaks        = regexp.MustCompile(`\s*\n\s*`)
	codeSpan      = regexp.MustCompile("`[^`\n]+`")
)

func markdown(text string) string {
	head, rest, many := strings.Cut(inline(text), "\n")
	if !many {
		return head
	}
	return head + "\n" + startEscaped(rest)
}

// inline keeps a text from becoming HTML, links and images. What is plainly
// code stays code; every other backtick is written so that it can not pair
// with one elsewhere.
func inline(text string) string {
	if strings.Contains(text, "\\`") || strings.Contains(text, "``") {
		return escaped(text)
	}
	var out strings.Builder
	end := 0
	for _, at := range codeSpan.FindAllStringIndex(text, -1) {
		out.WriteString(escaped(text[end:at[0]]))
		out.WriteString(text[at[0]:at[1]])
		end = at[1]
	}
	out.WriteString(escaped(text[end:]))
	return out.String()
}

func escaped(text string) string {
	text = beforeEscaped.ReplaceAllString(text, "$1$1$2") // or they would keep what follows from being read
	text = entity.ReplaceAllString(text, "&amp;$1")
	text = strings.ReplaceAll(text, "<", "&lt;")
	text = strings.ReplaceAll(text, "](", "]\\(")
	text = strings.ReplaceAll(text, "]:", "]\\:")
	return strings.ReplaceAll(text, "`", "&#96;")
}

// atLineStart makes a Markdown text fit to begin a line.
func atLineStart(text string) string {
	head, rest, many := strings.Cut(text, "\n")
	if !many {
		return startEscaped(head)
	}
	return startEscaped(head) + "\n" + rest
}

// startEscaped keeps the first characters of each line from meaning anything.
func startEscaped(text string) string {
	return lineStart.ReplaceAllStringFunc(text, func(start string) string {
		trimmed := strings.TrimLeft(start, " \t")
		blank := start[:len(start)-len(trimmed)]
		if last := len(trimmed) - 1; trimmed[0] >= '0' && trimmed[0] <= '9' {
			return blank + trimmed[:last] + `\` + trimmed[last:]
		}
		return blank + `\` + trimmed
	})
}

// indent keeps a text of several lines inside its list item.
func indent(text string) string { return breaks.ReplaceAllString(text, "\n  ") }

func urlInMarkdown(url string) string {
	return strings.NewReplacer("(", "%28", ")", "%29", " ", "%20", "<", "%3C", ">", "%3E").Replace(url)
}
