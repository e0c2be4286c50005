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
	entity    = regexp.MustCompile(`&(#?[0-9A-Za-z]+;)`)
	lineStart = regexp.MustCompile(`(?m)^([ \t]*)([#>+*=~` + "`" + `|-]|[0-9]+[.)])`)
	breaks    = regexp.MustCompile(`\s*\n\s*`)
)

func markdown(text string) string {
	text = entity.ReplaceAllString(text, "&amp;$1")
	text = strings.ReplaceAll(text, "<", "&lt;")
	text = strings.ReplaceAll(text, "](", "]\\(")
	text = strings.ReplaceAll(text, "]:", "]\\:")
	head, rest, many := strings.Cut(text, "\n")
	if !many {
		return head
	}
	return head + "\n" + lineStart.ReplaceAllStringFunc(rest, escapeStart)
}

// atLineStart makes a Markdown text fit to begin a line.
func atLineStart(text string) string {
	head, rest, many := strings.Cut(text, "\n")
	head = lineStart.ReplaceAllStringFunc(head, escapeStart)
	if !many {
		return head
	}
	return head + "\n" + rest
}

// escapeStart keeps the first characters of a line from meaning anything.
func escapeStart(start string) string {
	at := strings.LastIndexAny(start, "#>+*=~`|-.)")
	return start[:at] + `\` + start[at:]
}

// indent keeps a text of several lines inside its list item.
func indent(text string) string { return breaks.ReplaceAllString(text, "\n  ") }

func urlInMarkdown(url string) string {
	return strings.NewReplacer("(", "%28", ")", "%29", " ", "%20", "<", "%3C", ">", "%3E").Replace(url)
}
