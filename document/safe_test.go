package document_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"

	"muster/document"
)

// nasty are texts that try something.
var nasty = []string{
	"", "#", "# ", "\x00\x01\ufffe\xff", "<!-- a --><!-- b", "<script>alert(1)</script>", "a <img src=x onerror=alert(1)> b",
	"[x](javascript:alert(1)) [y](JaVaScRiPt:alert(1)) [z](&#106;avascript:alert(1)) <javascript:alert(1)>", "[a](data:text/html,x)",
	"![x](javascript:alert(1))", "[x](http://a/\"onclick=\"alert(1))", "[x](<http://a/ b>)", "<a id=\"x\" onclick=\"y\"></a>", "<a id=\"x\"></a><a id=\"x\"></a>",
	"# a\n\n# a\n\n<a id=\"a\"></a>\n\n[up](#a) [away](#b) [odd](#%zz)", "```\n]]>\n```", "```a\"b<c\n<b>\n```", "| a | b |\n| - | - |\n| `|` |\n| x | y | z |", "[x][y]\n\n[y]: http://a \"t\"",
	strings.Repeat(">", 200) + " deep", strings.Repeat("- ", 200) + "deep", strings.Repeat("*a **b ", 60), strings.Repeat("|a", 90) + "|\n" + strings.Repeat("|-", 90) + "|\n" + strings.Repeat("|b", 90) + "|",
	strings.Repeat("x", 5000), "`" + strings.Repeat("y", 5000) + "`", "| h |\n| - |\n| " + strings.Repeat("long ", 4000) + "|", "שלום (a) 12:30 abc [ב]", "مرحبا 😀 日本語 e\u0301 \u202e abc", "1234567890. x",
	"- ![p](p)\n- [ ] x\n- [x] y", "## ![p](p)", "| ![p](p) |\n| - |", "> ![p](p)", "a<br>b<BR/>c", "www.example.com ftp://a.b mailto:a@b.c a@b.c", "# \n\n#### x\n\n## y\n\n###### z",
	"## a\n\n| a |\n| - |\n| " + strings.Repeat("high ", 900) + "|", "| 2026-03-12 09:15 UTC |\n| -: |\n| 2026-03-12<script> |", "```\n## a <!-- summary 3fa9c1d2 -->\n\n## b", "- # a\n- ```\n- b", "a \\&#96; b \\&lt;c>",
}

func FuzzDocument(f *testing.F) {
	for _, n := range nasty {
		f.Add(n)
	}
	f.Add(sample(f).Markdown)
	pictures := map[string]document.Picture{"p": {Kind: "image/png", Content: drawing(f, 20, 10)}, "q": {Kind: "image/png", Content: []byte("none")}, "r": {Kind: "image/svg+xml"}}
	f.Fuzz(func(t *testing.T, markdown string) {
		d := document.Document{Title: "T", Language: "de", Markdown: markdown, Pictures: pictures}
		page, err := d.HTML()
		if err != nil {
			t.Fatal(err)
		}
		safe(t, page)
		stored, err := d.Storage()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := elements([]byte(asXML(stored))); err != nil {
			t.Fatalf("%v in\n%s", err, stored)
		}
		noMarkup(t, d.Canvas())
		file, err := d.PDF(made)
		if err != nil || !bytes.HasPrefix(file, []byte("%PDF-")) {
			t.Fatalf("no PDF: %v", err)
		}
	})
}

// asXML is stored text with the names that Confluence gives it.
func asXML(stored string) string {
	return `<page xmlns:ac="http://atlassian.com/content" xmlns:ri="http://atlassian.com/resource/identifier">` + stored + `</page>`
}

// elements are the elements of an XML document.
func elements(text []byte) (all []xml.StartElement, err error) {
	for dec := xml.NewDecoder(bytes.NewReader(text)); ; {
		token, err := dec.Token()
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		if e, ok := token.(xml.StartElement); ok {
			all = append(all, e.Copy())
		}
	}
}

// known are the elements that a page is made of, with their attributes.
var known = map[string]string{
	"html": "lang", "head": "", "meta": "charset http-equiv content name", "title": "", "style": "", "body": "", "main": "",
	"h1": "id dir", "h2": "id dir", "h3": "id dir", "h4": "id dir", "h5": "id dir", "h6": "id dir", "p": "dir", "pre": "dir tabindex",
	"code": "dir", "blockquote": "dir", "ul": "dir", "ol": "dir start", "li": "dir class", "div": "class role aria-label tabindex", "table": "dir class",
	"thead": "", "tbody": "", "tr": "", "th": "dir class scope", "td": "dir class", "hr": "", "br": "", "strong": "", "em": "", "del": "",
	"a": "id href class rel", "img": "src alt",
}

// safe holds that a page is made of what we write and of nothing else, and leads
// nowhere but to where links may.
func safe(t *testing.T, page []byte) {
	t.Helper()
	all, err := elements(page)
	if err != nil {
		t.Fatalf("%v in\n%s", err, page)
	}
	ids := map[string]bool{}
	for _, e := range all {
		attributes, ok := known[e.Name.Local]
		if !ok {
			t.Fatalf("the page has <%s>:\n%s", e.Name.Local, page)
		}
		for _, a := range e.Attr {
			if !slices.Contains(strings.Fields(attributes), a.Name.Local) {
				t.Fatalf("the page has <%s %s=%q>:\n%s", e.Name.Local, a.Name.Local, a.Value, page)
			}
			leads(t, a)
			if a.Name.Local == "id" && ids[a.Value] {
				t.Fatalf("%q is there twice:\n%s", a.Value, page)
			}
			ids[a.Value] = ids[a.Value] || a.Name.Local == "id"
		}
	}
	for _, e := range all {
		for _, a := range e.Attr {
			if place, inside := strings.CutPrefix(a.Value, "#"); a.Name.Local == "href" && inside && !ids[place] {
				t.Fatalf("%q leads nowhere:\n%s", a.Value, page)
			}
		}
	}
	if low := bytes.ToLower(page); bytes.Contains(low, []byte("<script")) {
		t.Fatalf("a script in\n%s", page)
	}
}

func leads(t *testing.T, a xml.Attr) {
	t.Helper()
	starts := func(with ...string) bool {
		return slices.ContainsFunc(with, func(s string) bool { return strings.HasPrefix(a.Value, s) })
	}
	switch {
	case a.Name.Local == "href" && !starts("http://", "https://", "mailto:", "#"), a.Name.Local == "src" && !starts("data:image/"):
		t.Fatalf("%s=%q", a.Name.Local, a.Value)
	}
}

// noMarkup holds that a canvas has no HTML.
func noMarkup(t *testing.T, canvas string) {
	t.Helper()
	source := []byte(canvas)
	root := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(source))
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // no step fails
		if n.Kind() == ast.KindRawHTML || n.Kind() == ast.KindHTMLBlock {
			t.Fatalf("HTML in the canvas:\n%s", canvas)
		}
		if h, ok := n.(*ast.Heading); ok && h.Level > 3 {
			t.Fatalf("a heading too deep in the canvas:\n%s", canvas)
		}
		return ast.WalkContinue, nil
	})
}

func TestOneBytesForOneDocument(t *testing.T) {
	d := sample(t)
	for n := range 4 { // of one width, which fpdf writes in any order
		d.Markdown += fmt.Sprintf("\n\n![%d](%d)\n", n, n)
		d.Pictures[fmt.Sprint(n)] = document.Picture{Kind: "image/png", Content: drawing(t, 320, 100+n)}
	}
	d.Markdown += "\nعلى یی هہ کك ىي وؤ Հլ ✓\n" // letters that share a form
	first, err := d.PDF(made)
	if err != nil {
		t.Fatal(err)
	}
	for range 8 {
		if again, _ := d.PDF(made); !bytes.Equal(first, again) {
			t.Fatal("the same document is another PDF")
		}
	}
}
