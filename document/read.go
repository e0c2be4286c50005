package document

import (
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extended "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// read takes the document apart. Each text can be read, so there is no error:
// what is not understood stays as it was typed.
func (d Document) read() tree { return grown(d.parsed()) }

// titled is the document with its title above it, where it has none of its own.
func (d Document) titled() tree {
	blocks := d.parsed()
	if d.Title != "" && (len(blocks) == 0 || blocks[0].kind != heading || blocks[0].level != 1) {
		title := block{kind: heading, level: 1, text: []span{{kind: words, text: printable(d.Title)}}}
		blocks = append([]block{title}, blocks...)
	}
	return grown(blocks)
}

func (d Document) parsed() []block {
	source := []byte(printable(d.Markdown))
	return reader{source: source, pictures: d.Pictures}.blocks(parse(source), 0)
}

func parse(source []byte) ast.Node {
	return goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(source))
}

func grown(blocks []block) tree {
	t := tree{blocks: blocks}
	t.name()
	t.join()
	t.blocks = withoutEmpty(t.blocks)
	return t
}

// withoutEmpty leaves out the paragraphs that say nothing any more, as where an
// anchor was that is there already.
func withoutEmpty(blocks []block) []block {
	blocks = slices.DeleteFunc(blocks, func(b block) bool { return b.kind == paragraph && len(b.text) == 0 })
	for i := range blocks {
		blocks[i].blocks = withoutEmpty(blocks[i].blocks)
	}
	return blocks
}

// printable is a text without what no page, XML or PDF can show: U+FFFD stands for it.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case r < ' ' && r != '\n' && r != '\t', r == 0x7f, r >= 0x80 && r < 0xa0, r >= 0xfffe && r <= 0xffff:
			return '\ufffd'
		}
		return r
	}, strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\r\n", "\n"))
}

// deepest is how many blocks are read one within the other; what is deeper stands
// where these do.
const deepest = 30

type reader struct {
	source   []byte
	pictures map[string]Picture
}

func (r reader) blocks(parent ast.Node, depth int) []block {
	var all []block
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		if _, simple := n.(*ast.List); depth >= deepest && n.Type() == ast.TypeBlock && (simple || n.Kind() == ast.KindBlockquote || n.Kind() == ast.KindListItem) {
			all = append(all, r.blocks(n, depth)...)
			continue
		}
		if b, ok := r.block(n, depth); ok {
			all = append(all, b)
		}
	}
	return all
}

func (r reader) block(n ast.Node, depth int) (block, bool) {
	switch n := n.(type) {
	case *ast.Heading:
		return block{kind: heading, level: n.Level, text: trimmed(r.text(n))}, true
	case *ast.Paragraph, *ast.TextBlock:
		b := block{kind: paragraph, text: trimmed(r.text(n))}
		return b, len(b.text) > 0
	case *ast.HTMLBlock:
		return r.markup(n)
	case *ast.FencedCodeBlock:
		return block{kind: listing, code: r.lines(n), language: plainText(string(n.Language(r.source)))}, true
	case *ast.CodeBlock:
		return block{kind: listing, code: r.lines(n)}, true
	case *ast.Blockquote:
		return block{kind: quote, blocks: r.blocks(n, depth+1)}, true
	case *ast.List:
		return block{kind: list, numbered: n.IsOrdered(), start: n.Start, tight: n.IsTight, blocks: r.blocks(n, depth+1)}, true
	case *ast.ListItem:
		return block{kind: point, blocks: r.blocks(n, depth+1)}, true
	case *ast.ThematicBreak:
		return block{kind: rule}, true
	case *extended.Table:
		return r.table(n), true
	}
	return block{}, false // a definition of a link, which is no text
}

func (r reader) lines(n ast.Node) string {
	return strings.TrimSuffix(string(n.Lines().Value(r.source)), "\n")
}

func (r reader) table(n *extended.Table) block {
	b := block{kind: table}
	for _, a := range n.Alignments {
		switch a {
		case extended.AlignCenter:
			b.sides = append(b.sides, atMiddle)
		case extended.AlignRight:
			b.sides = append(b.sides, atEnd)
		default:
			b.sides = append(b.sides, atStart)
		}
	}
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		cells := make([][]span, 0, len(b.sides))
		for cell := row.FirstChild(); cell != nil && len(cells) < len(b.sides); cell = cell.NextSibling() {
			cells = append(cells, trimmed(r.text(cell)))
		}
		for len(cells) < len(b.sides) {
			cells = append(cells, nil)
		}
		b.rows = append(b.rows, cells)
	}
	return b
}
