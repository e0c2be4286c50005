package document

import (
	"fmt"
	"html"
	"path"
	"strings"
)

// Storage returns the document as Confluence stores pages, in Cloud and in Data
// Center. A title above the text is left out, as the page has it already, and
// pictures are attachments of the page: those that Attachments returns.
func (d Document) Storage() (string, error) {
	t := d.read()
	if len(t.blocks) > 0 && t.blocks[0].kind == heading && plain(t.blocks[0].text) == strings.TrimSpace(d.Title) {
		t.blocks = t.blocks[1:]
	}
	w := storageWriter{linked: t.linked, names: map[string]string{}}
	for _, a := range attached(t, d.Pictures) {
		w.names[a.key] = a.Name
	}
	w.blocks(t.blocks, false)
	return w.String(), nil
}

// Attachment is a file that a page of Confluence shows.
type Attachment struct {
	Name string // by which the page knows it
	Picture
	key string
}

// Attachments returns the files that the text of Storage refers to, each once, in
// the order in which they stand in it.
func (d Document) Attachments() []Attachment { return attached(d.read(), d.Pictures) }

func attached(t tree, pictures map[string]Picture) []Attachment {
	var all []Attachment
	named, taken := map[string]bool{}, map[string]bool{}
	eachText(t.blocks, func(text []span) []span {
		eachSpan(text, func(s *span) {
			if s.kind == picture && !named[s.to] {
				named[s.to] = true
				all = append(all, Attachment{Name: fileName(s.to, taken), Picture: pictures[s.to], key: s.to})
			}
		})
		return text
	})
	return all
}

// fileName is a name that no other file of the page has.
func fileName(key string, taken map[string]bool) string {
	name := strings.Map(func(r rune) rune {
		if r <= ' ' || strings.ContainsRune(`<>:"/\|?*&#%+`, r) {
			return '-'
		}
		return r
	}, printable(path.Base(key)))
	end := path.Ext(name)
	stem := strings.TrimSuffix(name, end)
	free := name
	for n := 2; taken[strings.ToLower(free)]; n++ {
		free = fmt.Sprintf("%s-%d%s", stem, n, end)
	}
	taken[strings.ToLower(free)] = true
	return free
}

// storageWriter writes a document as Confluence stores it.
type storageWriter struct {
	strings.Builder
	linked map[string]bool   // the places that need an anchor
	names  map[string]string // of attachments, by key
}

func (w *storageWriter) put(format string, args ...any) { fmt.Fprintf(w, format, args...) }

func (w *storageWriter) blocks(all []block, tight bool) {
	for _, b := range all {
		w.block(b, tight)
	}
}

func (w *storageWriter) block(b block, tight bool) {
	switch b.kind {
	case paragraph:
		if tight {
			w.text(b.text)
			w.put("\n")
			return
		}
		w.put("<p>")
		w.text(b.text)
		w.put("</p>\n")
	case heading:
		w.put("<h%d>", b.level)
		w.anchor(b.id)
		w.text(b.text)
		w.put("</h%d>\n", b.level)
	case listing:
		w.listing(b)
	case quote:
		w.put("<blockquote>\n")
		w.blocks(b.blocks, false)
		w.put("</blockquote>\n")
	case list:
		w.list(b)
	case point:
		w.put("<li>")
		w.blocks(b.blocks, tight)
		w.put("</li>\n")
	case table:
		w.table(b)
	case rule:
		w.put("<hr />\n")
	}
}

// coloured are the languages that Confluence's code macro knows, by their usual
// names. It shows an error for one that it does not know.
var coloured = map[string]string{
	"bash": "bash", "sh": "bash", "shell": "bash", "sql": "sql", "python": "py", "py": "py", "java": "java", "js": "js",
	"javascript": "js", "xml": "xml", "html": "xml", "yaml": "yml", "yml": "yml", "diff": "diff", "ruby": "ruby", "css": "css",
}

func (w *storageWriter) listing(b block) {
	w.put(`<ac:structured-macro ac:name="code">`)
	if name := coloured[strings.ToLower(b.language)]; name != "" {
		w.put(`<ac:parameter ac:name="language">%s</ac:parameter>`, name)
	}
	w.put("<ac:plain-text-body><![CDATA[%s]]></ac:plain-text-body></ac:structured-macro>\n", strings.ReplaceAll(b.code, "]]>", "]]]]><![CDATA[>"))
}

func (w *storageWriter) list(b block) {
	name, start := "ul", ""
	if b.numbered {
		name = "ol"
		if b.start != 1 {
			start = fmt.Sprintf(` start="%d"`, b.start)
		}
	}
	w.put("<%s%s>\n", name, start)
	w.blocks(b.blocks, b.tight)
	w.put("</%s>\n", name)
}

func (w *storageWriter) table(b block) {
	w.put("<table><tbody>\n")
	for i, row := range b.rows {
		w.put("<tr>")
		for n, cell := range row {
			name, side := "td", [...]string{atStart: "", atMiddle: ` style="text-align: center;"`, atEnd: ` style="text-align: right;"`}[b.sides[n]]
			if i == 0 {
				name = "th"
			}
			w.put("<%s%s>", name, side)
			w.text(cell)
			w.put("</%s>", name)
		}
		w.put("</tr>\n")
	}
	w.put("</tbody></table>\n")
}

func (w *storageWriter) text(text []span) {
	for _, s := range text {
		w.span(s)
	}
}

func (w *storageWriter) span(s span) {
	switch s.kind {
	case words:
		w.WriteString(html.EscapeString(s.text))
	case code:
		w.put(`<code>%s</code>`, html.EscapeString(s.text))
	case strong:
		w.within("<strong>", s.in, "</strong>")
	case emphasis:
		w.within("<em>", s.in, "</em>")
	case struck:
		w.within(`<span style="text-decoration: line-through;">`, s.in, "</span>")
	case link:
		w.link(s)
	case picture:
		w.put(`<ac:image ac:alt="%s"><ri:attachment ri:filename="%s" /></ac:image>`, html.EscapeString(s.text), html.EscapeString(w.names[s.to]))
	case anchor:
		w.anchor(s.to)
	case lineBreak:
		w.put("<br />\n")
	case box:
		w.put("%s ", boxed(s.done))
	}
}

func (w *storageWriter) within(before string, text []span, after string) {
	w.WriteString(before)
	w.text(text)
	w.WriteString(after)
}

// anchor writes a place that links lead to. One that none leads to is left out:
// ten thousand macros make a page slow.
func (w *storageWriter) anchor(id string) {
	if w.linked[id] {
		w.put(`<ac:structured-macro ac:name="anchor"><ac:parameter ac:name="">%s</ac:parameter></ac:structured-macro>`, html.EscapeString(id))
	}
}

func (w *storageWriter) link(s span) {
	if place, inside := strings.CutPrefix(s.to, "#"); inside {
		w.within(fmt.Sprintf(`<ac:link ac:anchor="%s"><ac:link-body>`, html.EscapeString(place)), s.in, "</ac:link-body></ac:link>")
		return
	}
	w.within(fmt.Sprintf(`<a href="%s">`, html.EscapeString(s.to)), s.in, "</a>")
}
