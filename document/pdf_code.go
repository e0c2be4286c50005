package document

import "strings"

// codeLines are the lines of code, with a tab as wide as four letters. What is
// wider than the page goes on below.
func (p *pdf) codeLines(code string, l look) []line {
	var all []line
	for _, text := range strings.Split(code, "\n") {
		text, lost := p.fonts.writable(l.face, strings.ReplaceAll(text, "\t", "    "))
		p.lost = p.lost || lost
		torn := breaker{pdf: p, most: p.right - p.left}
		torn.putTorn(p.shaped([]piece{{look: l, text: text, width: p.fonts.width(l.face, l.size, text)}}, false))
		torn.endLine()
		all = append(all, torn.all...)
	}
	return all
}

// listing writes code, whose long lines are broken and not cut off.
func (p *pdf) listing(b block) {
	p.flushMark()
	l := look{face: mono, size: 8.5, ink: black}
	height := lineHeight([]piece{{look: l}})
	p.need(height * 2)
	left, right := p.left, p.right
	p.left, p.right = p.left+2.5, p.right-2.5
	room := func(h float64) {
		p.drawBars(h)
		p.fill(tint, left, p.y, right-left, h)
		p.y += h
	}
	room(1.5)
	for _, l := range p.codeLines(b.code, l) {
		if p.need(height); p.y < bottom {
			p.fill(tint, left, p.y, right-left, height)
		}
		p.line(l, height)
	}
	room(1.5)
	p.left, p.right = left, right
	p.skip(3)
}
