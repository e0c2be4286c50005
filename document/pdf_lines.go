package document

// paragraph writes a text, and each of its pictures on lines of its own.
func (p *pdf) paragraph(text []span, l look) {
	pieces := p.pieces(text, l)
	start := 0
	for i, piece := range pieces {
		if piece.picture == nil {
			continue
		}
		if textOf(pieces[start:i]) != "" {
			p.text(pieces[start:i])
		}
		p.picture(*piece.picture)
		start = i + 1
	}
	if start == 0 || textOf(pieces[start:]) != "" {
		p.text(pieces[start:])
	}
}

func (p *pdf) text(pieces []piece) {
	for _, l := range p.lines(pieces, p.right-p.left) {
		p.line(l, lineHeight(pieces))
	}
}

// lineHeight is how high the lines of a text are: as high as its largest letters need.
func lineHeight(pieces []piece) float64 {
	size := 0.0
	for _, p := range pieces {
		size = max(size, p.look.size)
	}
	if size == 0 {
		size = normal.size
	}
	return size * point2mm * spacing
}

// line writes a line, on the next page if this one is full.
func (p *pdf) line(l line, height float64) {
	p.need(height)
	p.drawBars(height)
	base := p.y + height*0.5 + height/spacing*0.35
	p.drawMark(base)
	x := p.left
	if l.right {
		x = p.right - l.width
	}
	p.draw(l, x, base)
	p.y += height
}

// drawMark writes what stands before a list's point, beside its first line.
func (p *pdf) drawMark(base float64) {
	if len(p.mark) == 0 {
		return
	}
	x := p.left - widthOf(p.mark) - 2
	if p.markRight {
		x = p.right + 2
	}
	p.draw(line{pieces: p.mark}, x, base)
	p.mark = nil
}

// flushMark writes the mark of a point that begins with no text.
func (p *pdf) flushMark() {
	if len(p.mark) > 0 {
		p.line(line{}, lineHeight(nil))
	}
}
