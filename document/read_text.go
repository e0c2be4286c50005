package document

import (
	"html"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	extended "github.com/yuin/goldmark/extension/ast"
)

var (
	comment = regexp.MustCompile(`(?s)<!--.*?-->`)
	opening = regexp.MustCompile(`^<a\s+(?:id|name)=["']?([A-Za-z0-9][\w.:-]*)["']?\s*/?>$`)
	anchors = regexp.MustCompile(`<a\s+(?:id|name)=["']?[A-Za-z0-9][\w.:-]*["']?\s*/?>|</a>`)
	breaks  = regexp.MustCompile(`(?i)^<br\s*/?>$`)
)

// markup is a block of HTML: its anchors, and as text whatever is no comment.
func (r reader) markup(n *ast.HTMLBlock) (block, bool) {
	raw := string(n.Lines().Value(r.source))
	if n.HasClosure() {
		raw += string(n.ClosureLine.Value(r.source))
	}
	raw = strings.TrimSpace(comment.ReplaceAllString(raw, ""))
	var out []span
	for raw != "" {
		next := anchors.FindStringIndex(raw)
		if next == nil {
			next = []int{len(raw), len(raw)}
		}
		for i, line := range strings.Split(raw[:next[0]], "\n") {
			if i > 0 {
				out = append(out, span{kind: lineBreak})
			}
			out = append(out, span{kind: words, text: line})
		}
		out = append(out, tag(raw[next[0]:next[1]])...)
		raw = raw[next[1]:]
	}
	out = trimmed(merged(out))
	return block{kind: paragraph, text: out}, len(out) > 0
}

// tag is what becomes of a tag within a text: an anchor and the end of a line are
// such, a comment is dropped, and all else is text.
func tag(raw string) []span {
	if m := opening.FindStringSubmatch(raw); m != nil {
		return []span{{kind: anchor, to: m[1]}}
	}
	switch {
	case breaks.MatchString(raw):
		return []span{{kind: lineBreak}}
	case raw == "</a>", raw == "", strings.HasPrefix(raw, "<!--"):
		return nil
	}
	return []span{{kind: words, text: strings.ReplaceAll(raw, "\n", " ")}}
}

func (r reader) text(parent ast.Node) []span {
	var all []span
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		all = append(all, r.spans(n)...)
	}
	return merged(all)
}

func (r reader) spans(n ast.Node) []span {
	switch n := n.(type) {
	case *ast.Text:
		return r.words(n)
	case *ast.String:
		return []span{{kind: words, text: string(n.Value)}}
	case *ast.CodeSpan:
		return []span{{kind: code, text: r.raw(n)}}
	case *ast.Emphasis:
		if n.Level > 1 {
			return []span{{kind: strong, in: r.text(n)}}
		}
		return []span{{kind: emphasis, in: r.text(n)}}
	case *extended.Strikethrough:
		return []span{{kind: struck, in: r.text(n)}}
	case *extended.TaskCheckBox:
		return []span{{kind: box, done: n.IsChecked}}
	case *ast.Link:
		return linked(plainText(string(n.Destination)), r.text(n))
	case *ast.AutoLink:
		return r.autoLink(n)
	case *ast.Image:
		return r.picture(n)
	case *ast.RawHTML:
		return tag(string(n.Segments.Value(r.source)))
	}
	return r.text(n)
}

func (r reader) words(n *ast.Text) []span {
	text := string(n.Value(r.source))
	if !n.IsRaw() {
		text = plainText(text)
	}
	out := []span{{kind: words, text: text}}
	switch {
	case n.HardLineBreak():
		out = append(out, span{kind: lineBreak})
	case n.SoftLineBreak():
		out = append(out, span{kind: words, text: " "})
	}
	return out
}

// raw is the text of code, on one line.
func (r reader) raw(n ast.Node) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			b.Write(t.Value(r.source))
			if t.SoftLineBreak() && !strings.HasSuffix(b.String(), "\n") {
				b.WriteByte(' ')
			}
		}
	}
	return strings.ReplaceAll(b.String(), "\n", " ")
}

func (r reader) autoLink(n *ast.AutoLink) []span {
	to := string(n.URL(r.source))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(to), "mailto:") {
		to = "mailto:" + to
	}
	return linked(to, []span{{kind: words, text: string(n.Label(r.source))}})
}

// picture is a picture that the document has; else a link to it, if one can be, and what it shows.
func (r reader) picture(n *ast.Image) []span {
	alt, to := plain(r.text(n)), plainText(string(n.Destination))
	if p, ok := r.pictures[to]; ok && shown[p.Kind] {
		return []span{{kind: picture, text: alt, to: to}}
	}
	if alt == "" {
		alt = to
	}
	return linked(to, []span{{kind: words, text: alt}})
}

// shown are the kinds of pictures that pages may show.
var shown = map[string]bool{"image/png": true, "image/jpeg": true, "image/gif": true, "image/webp": true}

// marked is what stands for other characters in Markdown.
var marked = regexp.MustCompile("\\\\[!-/:-@\\[-`{-~]|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]*);")

// plainText is a text of Markdown as it is meant.
func plainText(text string) string {
	if !strings.ContainsAny(text, `\&`) {
		return text
	}
	return printable(marked.ReplaceAllStringFunc(text, func(m string) string {
		if m[0] == '\\' {
			return m[1:]
		}
		return html.UnescapeString(m)
	}))
}

// merged is a text in which no words follow words.
func merged(text []span) []span {
	var out []span
	for _, s := range text {
		if last := len(out) - 1; s.kind == words && last >= 0 && out[last].kind == words {
			out[last].text += s.text
			continue
		}
		if s.kind != words || s.text != "" {
			out = append(out, s)
		}
	}
	return out
}

// trimmed is a text without room at its ends, such as a comment leaves.
func trimmed(text []span) []span {
	for len(text) > 0 && blank(text[0]) {
		text = text[1:]
	}
	for len(text) > 0 && blank(text[len(text)-1]) {
		text = text[:len(text)-1]
	}
	if n := len(text); n > 0 && text[n-1].kind == words {
		text[n-1].text = strings.TrimRight(text[n-1].text, " \t\n")
	}
	if len(text) > 0 && text[0].kind == words {
		text[0].text = strings.TrimLeft(text[0].text, " \t\n")
	}
	return text
}

func blank(s span) bool {
	return s.kind == lineBreak || s.kind == words && strings.TrimSpace(s.text) == ""
}
