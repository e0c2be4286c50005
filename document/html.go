package document

import (
	"crypto/sha256"
	_ "embed" // the page and its style are kept in files
	"encoding/base64"
	"fmt"
	"html"
	"regexp"
	"strings"
)

var (
	//go:embed page.html
	page string
	//go:embed page.css
	style string
)

// HTML returns the document as a page in one file that needs nothing else: it
// loads nothing, runs nothing, and is XML as well.
func (d Document) HTML() ([]byte, error) {
	sum := sha256.Sum256([]byte(style))
	w := pageWriter{Document: d}
	w.blocks(d.titled().blocks, false)
	made := strings.NewReplacer(
		"{{language}}", d.tongue(),
		"{{title}}", html.EscapeString(printable(d.Title)),
		"{{sum}}", base64.StdEncoding.EncodeToString(sum[:]),
		"{{style}}", style,
		"{{text}}", w.String(),
	).Replace(page)
	return []byte(made), nil
}

// pageWriter writes a document as HTML.
type pageWriter struct {
	Document
	strings.Builder
}

func (w *pageWriter) put(format string, args ...any) { fmt.Fprintf(w, format, args...) }

// blocks writes blocks; of a tight list, without paragraphs.
func (w *pageWriter) blocks(all []block, tight bool) {
	for _, b := range all {
		w.block(b, tight)
	}
}

func (w *pageWriter) block(b block, tight bool) {
	switch b.kind {
	case paragraph:
		w.paragraph(b, tight)
	case heading:
		w.put(`<h%d id="%s" dir="auto">`, b.level, html.EscapeString(b.id))
		w.text(b.text)
		w.put("</h%d>\n", b.level)
	case listing:
		w.put("<pre dir=\"ltr\" tabindex=\"0\"><code>%s</code></pre>\n", html.EscapeString(b.code))
	case quote:
		w.put("<blockquote dir=\"%s\">\n", direction(b))
		w.blocks(b.blocks, false)
		w.put("</blockquote>\n")
	case list:
		w.list(b)
	case point:
		if _, _, ok := todo(b); ok {
			w.put(`<li class="todo" dir="auto">`)
		} else {
			w.put(`<li dir="auto">`)
		}
		w.blocks(b.blocks, tight)
		w.put("</li>\n")
	case table:
		w.table(b)
	case rule:
		w.put("<hr />\n")
	}
}

func (w *pageWriter) paragraph(b block, tight bool) {
	if tight {
		w.text(b.text)
		w.put("\n")
		return
	}
	w.put(`<p dir="auto">`)
	w.text(b.text)
	w.put("</p>\n")
}

func (w *pageWriter) list(b block) {
	name, start := "ul", ""
	if b.numbered {
		name = "ol"
		if b.start != 1 {
			start = fmt.Sprintf(` start="%d"`, b.start)
		}
	}
	w.put("<%s%s dir=\"%s\">\n", name, start, direction(b))
	w.blocks(b.blocks, b.tight)
	w.put("</%s>\n", name)
}

// manyColumns are more than a printed page has room for, unless letters are small.
const manyColumns = 7

func (w *pageWriter) table(b block) {
	class := ""
	if len(b.sides) > manyColumns {
		class = ` class="many"`
	}
	w.put("<div class=\"table\" role=\"group\" aria-label=\"%s\" tabindex=\"0\">\n<table dir=\"%s\"%s>\n<thead>\n", w.says().table, direction(b), class)
	for i, row := range b.rows {
		if i == 1 {
			w.put("</thead>\n<tbody>\n")
		}
		w.row(row, b.sides, i == 0)
	}
	if len(b.rows) > 1 {
		w.put("</tbody>\n</table>\n</div>\n")
		return
	}
	w.put("</thead>\n</table>\n</div>\n")
}

// beginsWithDay fits a text that begins with a day, which a narrow cell would break
// at its hyphens.
var beginsWithDay = regexp.MustCompile(`^\d{4}-\d\d-\d\d`)

func (w *pageWriter) row(row [][]span, sides []side, head bool) {
	w.put("<tr>")
	for n, cell := range row {
		name, class := "td", [...]string{atStart: "", atMiddle: ` class="middle"`, atEnd: ` class="end"`}[sides[n]]
		if class == "" && beginsWithDay.MatchString(plain(cell)) {
			class = ` class="day"`
		}
		if head {
			name, class = "th", class+` scope="col"`
		}
		if leading(plain(cell)) != nowhere { // a number has its table's
			class = ` dir="auto"` + class
		}
		w.put(`<%s%s>`, name, class)
		w.text(cell)
		w.put("</%s>", name)
	}
	w.put("</tr>\n")
}

func (w *pageWriter) text(text []span) {
	for _, s := range text {
		w.span(s)
	}
}

func (w *pageWriter) span(s span) {
	switch s.kind {
	case words:
		w.WriteString(html.EscapeString(s.text))
	case code:
		w.put(`<code dir="ltr">%s</code>`, html.EscapeString(s.text))
	case strong:
		w.within("strong", s.in)
	case emphasis:
		w.within("em", s.in)
	case struck:
		w.within("del", s.in)
	case link:
		w.link(s)
	case picture:
		p := w.Pictures[s.to]
		w.put(`<img src="data:%s;base64,%s" alt="%s" />`, p.Kind, base64.StdEncoding.EncodeToString(p.Content), html.EscapeString(s.text))
	case anchor:
		w.put(`<a id="%s"></a>`, html.EscapeString(s.to))
	case lineBreak:
		w.put("<br />\n")
	case box:
		w.put("%s ", boxed(s.done))
	}
}

// boxed is a box of a list of what is to be done.
func boxed(done bool) string {
	if done {
		return "☑"
	}
	return "☐"
}

func (w *pageWriter) within(name string, text []span) {
	w.put("<%s>", name)
	w.text(text)
	w.put("</%s>", name)
}

// link writes a link. One whose text is its address needs not say it again on paper.
func (w *pageWriter) link(s span) {
	class := ""
	if plain(s.in) == s.to || "mailto:"+plain(s.in) == s.to {
		class = ` class="bare"`
	}
	if !strings.HasPrefix(s.to, "#") {
		class += ` rel="noopener noreferrer"`
	}
	w.put(`<a href="%s"%s>`, html.EscapeString(s.to), class)
	w.text(s.in)
	w.put("</a>")
}

// direction is that in which blocks within a block are read, by the first of their
// texts: browsers find it out for a text, and not for what texts stand in.
func direction(b block) string {
	if fromRight(firstText(b)) {
		return "rtl"
	}
	return "ltr"
}

func firstText(b block) string {
	if text := plain(b.text); text != "" {
		return text
	}
	for _, row := range b.rows {
		for _, cell := range row {
			if text := plain(cell); text != "" {
				return text
			}
		}
	}
	for _, inner := range b.blocks {
		if text := firstText(inner); text != "" {
			return text
		}
	}
	return ""
}
