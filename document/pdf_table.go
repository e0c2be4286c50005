package document

import "slices"

// The cells of a table, in millimetres.
const (
	cellRoom  = 4.0  // between two columns
	cellAbove = 1.1  // above and below a text
	longWord  = 26.0 // what is longer may be broken
)

// table writes a table. Its head comes again on each page, a row that is higher
// than a page goes on on the next, and where there is no width for so many columns,
// each row becomes a list.
func (p *pdf) table(b block) {
	before := p.fromRight
	defer func() { p.fromRight = before }()
	p.fromRight = direction(b) == "rtl"
	g := p.grid(b)
	if !g.fits() {
		p.folded(b)
		return
	}
	p.need(min(g.first(), bottom-top))
	head := g.row(b.rows[0], bold)
	g.head(head)
	for _, cells := range b.rows[1:] {
		g.write(g.row(cells, regular), head)
	}
	p.skip(4)
}

// grid is a table with letters as large as there is width for.
func (p *pdf) grid(b block) *grid {
	g := &grid{pdf: p, block: b}
	for _, g.size = range []float64{9, 8.2, 7.4} {
		if g.measure(); g.fits() {
			g.share()
			break
		}
	}
	return g
}

// first is how high the head and the first row are.
func (g *grid) first() float64 {
	height := g.row(g.rows[0], bold).height()
	if len(g.rows) > 1 {
		height += g.row(g.rows[1], regular).height()
	}
	return height
}

// folded writes each row as a list of what its cells say, under the names of their columns.
func (p *pdf) folded(b block) {
	for _, row := range b.rows[1:] {
		points := block{kind: list, tight: true}
		for n, cell := range row {
			if len(cell) == 0 {
				continue
			}
			text := append([]span{{kind: strong, in: b.rows[0][n]}, {kind: words, text: ": "}}, cell...)
			points.blocks = append(points.blocks, block{kind: point, blocks: []block{{kind: paragraph, text: text}}})
		}
		p.list(points)
		p.skip(2)
	}
	if len(b.rows) == 1 {
		for _, cell := range b.rows[0] {
			p.paragraph(cell, p.voice())
		}
	}
}

// grid is a table with the widths of its columns.
type grid struct {
	*pdf
	block
	size        float64
	least, most []float64 // widths that each column needs for its longest word, and for its longest text
	widths      []float64
}

func (g *grid) look(face typeface) look { return look{face: face, size: g.size, ink: black} }

// measure finds what widths the columns need. Long tables are told by their first rows.
func (g *grid) measure() {
	g.least, g.most = make([]float64, len(g.sides)), make([]float64, len(g.sides))
	for i, row := range g.rows[:min(len(g.rows), 400)] {
		face := regular
		if i == 0 {
			face = bold
		}
		for n, cell := range row {
			least, most := widthsOf(g.pieces(withoutPictures(cell), g.look(face)))
			g.least[n] = max(g.least[n], min(least, longWord))
			g.most[n] = max(g.most[n], most)
		}
	}
}

// widthsOf are the width of a text's longest word and that of its longest line.
func widthsOf(text []piece) (longest, whole float64) {
	word, line := 0.0, 0.0
	for _, p := range text {
		if p.room || p.ends || p.wraps {
			word = 0
		}
		if !p.room {
			word += p.width
		}
		if line += p.width; p.ends {
			line = 0
		}
		longest, whole = max(longest, word), max(whole, line)
	}
	return longest, whole
}

func (g *grid) all() float64 { return g.right - g.left - cellRoom*float64(len(g.sides)-1) }

func (g *grid) fits() bool { return sum(g.least) <= g.all() }

func sum(all []float64) (s float64) {
	for _, v := range all {
		s += v
	}
	return s
}

// share gives the columns the page's width: to each what it needs, and of what is
// left to each as much as its texts would still take.
func (g *grid) share() {
	all := g.all()
	g.widths = slices.Clone(g.least)
	left, wanted := all-sum(g.least), sum(g.most)-sum(g.least)
	for n := range g.widths {
		want := g.most[n] - g.least[n]
		if wanted > 0 {
			g.widths[n] += want * min(1, left/wanted)
		}
	}
	if free := all - sum(g.widths); free > 0.01 {
		for n := range g.widths {
			g.widths[n] += free / float64(len(g.widths))
		}
	}
}

// gridRow is a row in lines, by column.
type gridRow struct {
	cells [][]line
	lines int
	step  float64 // the height of a line
}

func (r gridRow) height() float64 { return float64(r.lines)*r.step + 2*cellAbove }

func (g *grid) row(cells [][]span, face typeface) gridRow {
	r := gridRow{step: g.size * point2mm * 1.35}
	for n, cell := range cells {
		lines := g.lines(g.pieces(withoutPictures(cell), g.look(face)), max(g.widths[n], 3)+0.01)
		r.cells = append(r.cells, lines)
		r.lines = max(r.lines, len(lines))
	}
	return r
}

func (g *grid) head(r gridRow) {
	g.part(r, 0, r.lines)
	g.fill(grey, g.left, g.y-0.15, g.right-g.left, 0.3)
}

// write writes a row, with the head before it where a page begins.
func (g *grid) write(r, head gridRow) {
	start := 0
	for start < r.lines {
		fit := int((bottom - g.y - 2*cellAbove) / r.step)
		whole := start == 0 && r.height() <= bottom-top-head.height()
		if fit <= 0 || whole && fit < r.lines {
			g.newPage()
			if head.height() < (bottom-top)/2 {
				g.head(head)
			}
			fit = max(1, int((bottom-g.y-2*cellAbove)/r.step))
		}
		end := min(r.lines, start+fit)
		g.part(r, start, end)
		start = end
	}
	g.fill(faint, g.left, g.y-0.1, g.right-g.left, 0.2)
}

// part writes some lines of a row.
func (g *grid) part(r gridRow, start, end int) {
	height := float64(end-start)*r.step + 2*cellAbove
	g.drawBars(height)
	x := g.left
	for n, lines := range r.cells {
		for i := start; i < min(end, len(lines)); i++ {
			base := g.y + cellAbove + float64(i-start)*r.step + r.step*0.72
			g.draw(lines[i], g.mirrored(x, n)+g.shift(lines[i], n), base)
		}
		x += g.widths[n] + cellRoom
	}
	g.y += height
}

// mirrored is the left of a column, in a table whose first column is at the right where that is read first.
func (g *grid) mirrored(x float64, column int) float64 {
	if !g.fromRight {
		return x
	}
	return g.left + g.right - x - g.widths[column]
}

// shift is how far from its column's left a line begins.
func (g *grid) shift(l line, column int) float64 {
	free := max(0, g.widths[column]-l.width)
	switch s := g.sides[column]; {
	case s == atMiddle:
		return free / 2
	case s == atEnd && !g.fromRight, s == atStart && l.right:
		return free
	}
	return 0
}
