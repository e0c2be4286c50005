package document_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"muster/document"
)

// TestBecomes holds single things against what each of them becomes.
func TestBecomes(t *testing.T) {
	const png = "data:image/png;base64,cA=="
	for _, tt := range []struct{ name, markdown, html, storage, canvas string }{
		{"a part's mark is dropped", "## Summary <!-- summary 3fa9c1d2 -->", `<h2 id="summary" dir="auto">Summary</h2>`, "<h2>Summary</h2>", "## Summary"},
		{"an anchor is led to", "<a id=\"line-3\"></a>x [see](#line-3)", `<p dir="auto"><a id="line-3"></a>x <a href="#line-3">see</a></p>`,
			`<p><ac:structured-macro ac:name="anchor"><ac:parameter ac:name="">line-3</ac:parameter></ac:structured-macro>x <ac:link ac:anchor="line-3"><ac:link-body>see</ac:link-body></ac:link></p>`, "x see"},
		{"an anchor that nothing leads to", `<a id="line-3"></a>x`, `<p dir="auto"><a id="line-3"></a>x</p>`, "<p>x</p>", "x"},
		{"an anchor that is there already", "- <a id=\"a\"></a>\n- <a id=\"a\"></a>\n- [<a id=\"a\"></a>](https://a.b)\n\n<a id=\"a\"></a>", "<ul dir=\"ltr\">\n<li dir=\"auto\"><a id=\"a\"></a>\n</li>\n<li dir=\"auto\"></li>\n<li dir=\"auto\"></li>\n</ul>",
			"<ul>\n<li>\n</li>\n<li></li>\n<li></li>\n</ul>", "-\n-\n-"},
		{"a link to nowhere is text", "[see](#line-3)", `<p dir="auto">see</p>`, "<p>see</p>", "see"},
		{"a link to the web", "[see](https://a.b/c?d=\"e\"&f)", `<p dir="auto"><a href="https://a.b/c?d=%22e%22&amp;f" rel="noopener noreferrer">see</a></p>`,
			`<p><a href="https://a.b/c?d=%22e%22&amp;f">see</a></p>`, "[see](https://a.b/c?d=%22e%22&f)"},
		{"a bare address", "https://a.b/c", `<p dir="auto"><a href="https://a.b/c" class="bare" rel="noopener noreferrer">https://a.b/c</a></p>`, `<p><a href="https://a.b/c">https://a.b/c</a></p>`, "https://a.b/c"},
		{"a script is text", "[see](javascript:x) <b onclick=\"x\">", `<p dir="auto">see &lt;b onclick=&#34;x&#34;&gt;</p>`, `<p>see &lt;b onclick=&#34;x&#34;&gt;</p>`, `see \<b onclick="x">`},
		{"a picture that there is", "![what it shows](files/a b.png)\n\n![p](p.png)", `<p dir="auto">![what it shows](files/a b.png)</p>` + "\n" + `<p dir="auto"><img src="` + png + `" alt="p" /></p>`,
			"<p>![what it shows](files/a b.png)</p>\n" + `<p><ac:image ac:alt="p"><ri:attachment ri:filename="p.png" /></ac:image></p>`, "!\\[what it shows\\](files/a b.png)\n\np"},
		{"a picture elsewhere", "![p](https://a.b/p.png) ![q](q.png)", `<p dir="auto"><a href="https://a.b/p.png" rel="noopener noreferrer">p</a> q</p>`, `<p><a href="https://a.b/p.png">p</a> q</p>`, "[p](https://a.b/p.png) q"},
		{"code with the end of code", "```go\na]]>b\n```", `<pre dir="ltr" tabindex="0"><code>a]]&gt;b</code></pre>`,
			`<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[a]]]]><![CDATA[>b]]></ac:plain-text-body></ac:structured-macro>`, "```go\na]]>b\n```"},
		{"a deep heading", "#### who **took** part", `<h4 id="who-took-part" dir="auto">who <strong>took</strong> part</h4>`, "<h4>who <strong>took</strong> part</h4>", "**who took part**"},
		{"what would be marks", `\# 1 \* 2 snake_case \_x\_ a \| b &lt;c&gt;`, `<p dir="auto"># 1 * 2 snake_case _x_ a | b &lt;c&gt;</p>`, "<p># 1 * 2 snake_case _x_ a | b &lt;c&gt;</p>", `\# 1 \* 2 snake_case \_x\_ a | b \<c>`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := document.Document{Markdown: tt.markdown, Pictures: map[string]document.Picture{"p.png": {Kind: "image/png", Content: []byte("p")}}}
			page, _ := d.HTML()
			_, body, _ := strings.Cut(string(page), "<main>\n")
			body, _, _ = strings.Cut(body, "\n</main>")
			same(t, "HTML", body, tt.html)
			stored, _ := d.Storage()
			same(t, "storage", strings.TrimSpace(stored), tt.storage)
			same(t, "canvas", strings.TrimSpace(d.Canvas()), tt.canvas)
		})
	}
}

func same(t *testing.T, kind, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("the %s is\n%s\nwant\n%s", kind, got, want)
	}
}

// TestTitles holds who says the title: pages and PDFs always do, Confluence does above the text.
func TestTitles(t *testing.T) {
	d := document.Document{Title: "INC-7: a < b", Markdown: "text"}
	if page, _ := d.HTML(); !strings.Contains(string(page), `<h1 id="inc-7-a--b" dir="auto">INC-7: a &lt; b</h1>`) {
		t.Errorf("no title in\n%s", page[bytes.Index(page, []byte("<main>")):])
	}
	d.Markdown = "# INC-7: a < b\n\ntext"
	if page, _ := d.HTML(); strings.Count(string(page), "<h1") != 1 {
		t.Errorf("more than one title in\n%s", page)
	}
	stored, _ := d.Storage()
	same(t, "storage", stored, "<p>text</p>\n")
	same(t, "canvas", d.Canvas(), "# INC-7: a \\< b\n\ntext\n")
}

func TestAttachments(t *testing.T) {
	d := document.Document{
		Markdown: "![1](a/x.png) ![2](b/x.png) ![1](a/x.png) ![4](c/y.svg)",
		Pictures: map[string]document.Picture{"a/x.png": {"image/png", []byte("1")}, "b/x.png": {"image/png", []byte("2")}, "unused.png": {"image/png", nil}, "c/y.svg": {"image/svg+xml", nil}},
	}
	var got []string
	for _, a := range d.Attachments() {
		got = append(got, a.Name+" "+a.Kind+" "+string(a.Content))
	}
	if want := []string{"x.png image/png 1", "x-2.png image/png 2"}; !slices.Equal(got, want) {
		t.Errorf("attached %q, want %q", got, want)
	}
	stored, _ := d.Storage()
	for _, a := range d.Attachments() {
		if !strings.Contains(stored, `ri:filename="`+a.Name+`"`) {
			t.Errorf("the text does not show %s:\n%s", a.Name, stored)
		}
	}
}

// TestLanguage holds what a document says of itself.
func TestLanguage(t *testing.T) {
	for language, want := range map[string]string{"de": `<html lang="de">`, "": `<html lang="en">`, "x\"><script>": `<html lang="en">`, "pt-BR": `<html lang="pt-BR">`} {
		if page, _ := (document.Document{Language: language, Markdown: "x"}).HTML(); !strings.Contains(string(page), want) {
			t.Errorf("for %q there is no %s in\n%s", language, want, page)
		}
	}
}
