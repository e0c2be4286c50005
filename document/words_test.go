package document_test

import (
	"bytes"
	"compress/zlib"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"

	"muster/document"
)

// TestNothingVanishes holds that each word of a document is in all that it becomes.
func TestNothingVanishes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := generator{t: t}
		d := document.Document{Title: "T", Language: "en", Markdown: g.blocks(3)}
		page, _ := d.HTML()
		stored, _ := d.Storage()
		file, err := d.PDF(made)
		if err != nil {
			t.Fatal(err)
		}
		for kind, got := range map[string]string{"HTML": textOf(page), "storage": textOf([]byte(asXML(stored))), "canvas": d.Canvas(), "PDF": written(t, file)} {
			have := map[string]bool{}
			for _, w := range regexp.MustCompile(`w\d+`).FindAllString(got, -1) {
				have[w] = true
			}
			for n := range g.n {
				if w := fmt.Sprintf("w%d", n+1); !have[w] {
					t.Fatalf("%s is not in the %s of\n%s\n\n%s", w, kind, d.Markdown, got)
				}
			}
		}
	})
}

// generator makes up documents whose words are w1, w2 and so on.
type generator struct {
	t *rapid.T
	n int
}

func (g *generator) word() string {
	g.n++
	return fmt.Sprintf("w%d", g.n)
}

func (g *generator) pick(n int) int { return rapid.IntRange(0, n-1).Draw(g.t, "pick") }

func (g *generator) text() string {
	var parts []string
	for range 1 + g.pick(5) {
		w := g.word()
		parts = append(parts, []string{w, "**" + w + "**", "*" + w + "*", "~~" + w + "~~", "`" + w + "`", "[" + w + "](https://a.b/c_d)", "[" + w + "](#nowhere)",
			"<b>" + w + "</b>", `<a id="` + w + `"></a>` + w, "![" + w + "](gone.png)", "***" + w + "***", "**a " + w + "** &amp; <i " + w, "שלום " + w + " (12)", "😀" + w, w + "<br>", w + " <!-- x -->"}[g.pick(16)])
	}
	return strings.Join(parts, " ")
}

func (g *generator) block(depth int) string {
	kinds := 9
	if depth == 0 {
		kinds = 5
	}
	switch g.pick(kinds) {
	case 0:
		return strings.Repeat("#", 1+g.pick(6)) + " " + g.text() + " <!-- part 3fa9c1d2 -->"
	case 1:
		return "```\n" + g.word() + "\n\t" + g.word() + "\n```"
	case 2:
		head, line, row := "|", "|", "|"
		for range 1 + g.pick(20) {
			head, line, row = head+" "+g.word()+" |", line+" --- |", row+" "+g.text()+" |"
		}
		return head + "\n" + line + "\n" + row + "\n" + row
	case 3:
		return "<div>\n" + g.word() + "\n</div>"
	case 5:
		return "> " + strings.ReplaceAll(g.blocks(depth-1), "\n", "\n> ")
	case 6:
		return "- " + strings.ReplaceAll(g.blocks(depth-1), "\n", "\n  ") + "\n- " + g.text()
	case 7:
		return "7. " + strings.ReplaceAll(g.blocks(depth-1), "\n", "\n   ") + "\n8. [x] " + g.text()
	}
	return g.text()
}

func (g *generator) blocks(depth int) string {
	var all []string
	for range 1 + g.pick(3) {
		all = append(all, g.block(depth))
	}
	return strings.Join(all, "\n\n")
}

// textOf is the text of an XML document.
func textOf(page []byte) string {
	var b strings.Builder
	for dec := xml.NewDecoder(bytes.NewReader(page)); ; {
		token, err := dec.Token()
		if err != nil {
			return b.String()
		}
		if c, ok := token.(xml.CharData); ok {
			b.Write(c)
		}
	}
}

var (
	streams = regexp.MustCompile(`(?s)stream\n(.*?)\nendstream`)
	shown   = regexp.MustCompile(`(?s)Td \((.*?[^\\])\) Tj`)
)

// written is what a PDF says, without room between lines.
func written(t *rapid.T, file []byte) string {
	var b strings.Builder
	for _, s := range streams.FindAllSubmatch(file, -1) {
		r, err := zlib.NewReader(bytes.NewReader(s[1]))
		if err != nil {
			continue // the fonts' own
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range shown.FindAllSubmatch(content, -1) {
			b.WriteString(fromUTF16(text[1]) + "\n")
		}
	}
	return b.String()
}

func fromUTF16(text []byte) string {
	text = []byte(strings.NewReplacer(`\\`, `\`, `\(`, `(`, `\)`, `)`, `\r`, "\r").Replace(string(text)))
	var units []uint16
	for i := 0; i+1 < len(text); i += 2 {
		units = append(units, uint16(text[i])<<8|uint16(text[i+1]))
	}
	return string(utf16.Decode(units))
}
