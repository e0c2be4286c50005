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
