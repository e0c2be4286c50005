package document

import (
	"bytes"
	"fmt"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// PDF returns the document as a PDF that was made at a time. The same document and
// time give the same bytes. It is written without the team's own font where that fails.
func (d Document) PDF(made time.Time) ([]byte, error) {
	if d.Font != nil {
		if file, err := d.guarded(made); err == nil {
			return file, nil
		}
		d.Font = nil
	}
	return d.pdf(made)
}

func (d Document) pdf(made time.Time) ([]byte, error) {
	p, err := d.openPDF(made)
	if err != nil {
		return nil, fmt.Errorf("open the PDF's fonts: %w", err)
	}
	t := d.titled()
	p.findPlaces(t)
	p.blocks(t.blocks)
	p.sayWhatIsMissing()
	p.number()
	var out bytes.Buffer
	if err := p.file.Output(&out); err != nil {
		return nil, fmt.Errorf("write the PDF: %w", err)
	}
	return out.Bytes(), nil
}

// A page is of A4, in millimetres.
const (
	pageWidth, pageHeight = 210.0, 297.0
	margin                = 20.0
	top, bottom           = 18.0, pageHeight - 22
)

// spacing is how high a line is, for a size of one.
const spacing = 1.42

// pdf is a PDF as it grows, from the top of its first page on.
type pdf struct {
	Document
	file        *fpdf.Fpdf
	fonts       *fonts
	y           float64        // where the next line begins
	left, right float64        // what there is to write on
	bars        []float64      // of the quotes that are open, by where they stand
	fromRight   bool           // texts without letters are read from the right
	mark        []piece        // of a list's point whose first line is still to come
	markRight   bool           // it stands at the right
	places      map[string]int // fpdf's numbers of the places that links lead to
	outline     int            // the level of the last bookmark; -1 for none
	used        inUse
	lost        bool // letters were replaced
	drawn       drawnPictures
}

// inUse is what letters are drawn with.
type inUse struct {
	face typeface
	size float64
	page int
}

func (d Document) openPDF(made time.Time) (*pdf, error) {
	file := fpdf.New("P", "mm", "A4", "")
	fonts, err := openFonts(d.Font)
	if err != nil {
		return nil, err
	}
	if made.IsZero() {
		made = time.Unix(0, 0) // fpdf takes the clock's time for none
	}
	file.SetCatalogSort(true)
	file.SetCreationDate(made.UTC())
	file.SetModificationDate(made.UTC())
	file.SetProducer("Muster", true)
	file.SetTitle(inTwoBytes(printable(d.Title)), true)
	file.SetLang(d.tongue())
	file.SetAutoPageBreak(false, 0)
	file.SetMargins(0, 0, 0)
	p := &pdf{Document: d, file: file, fonts: fonts, left: margin, right: pageWidth - margin, places: map[string]int{}, outline: -1}
	p.newPage()
	return p, nil
}

func (p *pdf) newPage() {
	p.file.AddPage()
	p.y = top
}

// need begins a page, unless there is so much room left on this one.
func (p *pdf) need(height float64) {
	if p.y+height > bottom && p.y > top {
		p.newPage()
	}
}

// skip leaves room, but not above a page's first line.
func (p *pdf) skip(height float64) {
	if p.y > top {
		p.drawBars(height)
		p.y += height
	}
}

func (p *pdf) drawBars(height float64) {
	for _, x := range p.bars {
		p.fill(faint, x, p.y, 0.8, min(height, bottom-p.y))
	}
}

// findPlaces makes a place of each id that a link leads to.
func (p *pdf) findPlaces(t tree) {
	var ids []string
	eachText(t.blocks, func(text []span) []span {
		eachSpan(text, func(s *span) {
			if s.kind == anchor {
				ids = append(ids, s.to)
			}
		})
		return text
	})
	headings(t.blocks, func(b block) { ids = append(ids, b.id) })
	for _, id := range ids {
		if t.linked[id] {
			p.places[id] = p.file.AddLink()
		}
	}
}

// normal is how texts look.
var normal = look{face: regular, size: 10, ink: black}

func (p *pdf) blocks(all []block) {
	for n, b := range all {
		if b.kind == heading {
			p.heading(b, p.begins(all[n+1:]))
			continue
		}
		p.block(b)
	}
}

// begins is how high what follows a heading begins, without which that would be
// alone at the end of a page: a line or two, the head of a table and its first row.
func (p *pdf) begins(next []block) float64 {
	const least, most = 13, 60
	if len(next) == 0 || next[0].kind != table {
		return least
	}
	g := p.grid(next[0])
	if !g.fits() {
		return least
	}
	return min(max(g.first(), least), most)
}

func (p *pdf) block(b block) {
	switch b.kind {
	case paragraph:
		p.paragraph(b.text, p.voice())
		p.skip(2.2)
	case heading:
		p.heading(b, p.begins(nil))
	case listing:
		p.listing(b)
	case quote:
		p.quote(b)
	case list:
		p.list(b)
	case point:
		p.blocks(b.blocks)
	case table:
		p.flushMark()
		p.table(b)
	case rule:
		p.need(8)
		p.skip(3)
		p.fill(faint, p.left, p.y, p.right-p.left, 0.3)
		p.skip(5)
	}
}

// voice is how texts look here: those of quotes are grey.
func (p *pdf) voice() look {
	l := normal
	if len(p.bars) > 0 {
		l.ink = grey
	}
	return l
}

// sizes are those of headings, by level.
var sizes = [...]float64{1: 20, 2: 14.5, 3: 12, 4: 10.5, 5: 10, 6: 10}

// heading writes a heading, where there is room for it and for what follows.
func (p *pdf) heading(b block, next float64) {
	l := look{face: bold, size: sizes[b.level], ink: black}
	pieces := p.pieces(withoutPictures(b.text), l)
	height := lineHeight([]piece{{look: l}}) * 0.9
	lines := p.lines(pieces, p.right-p.left)
	p.skip(height * 0.75)
	p.need(min(height*float64(len(lines))+next, bottom-top))
	if at, ok := p.places[b.id]; ok {
		p.file.SetLink(at, p.y, p.file.PageNo())
	}
	p.bookmark(b)
	for _, l := range lines {
		p.line(l, height)
	}
	p.skip(1.6)
}

// bookmark puts a heading into the outline, at most one level below the one before.
func (p *pdf) bookmark(b block) {
	title := inTwoBytes(plain(b.text))
	if title == "" || len(p.bars) > 0 {
		return
	}
	p.outline = min(b.level-1, p.outline+1)
	p.use(look{face: regular, size: normal.size}) // fpdf writes bookmarks in Unicode for fonts that are
	p.file.Bookmark(title, p.outline, max(0, p.y-4))
}

// withoutPictures is a text with what its pictures show in their place.
func withoutPictures(text []span) []span {
	out := make([]span, len(text))
	for i, s := range text {
		if s.kind == picture {
			s = span{kind: words, text: s.text}
		}
		s.in = withoutPictures(s.in)
		out[i] = s
	}
	return out
}

func (p *pdf) quote(b block) {
	if p.right-p.left < narrowest {
		p.blocks(b.blocks)
		return
	}
	p.flushMark()
	left, right, before := p.left, p.right, p.fromRight
	if p.fromRight = direction(b) == "rtl"; p.fromRight {
		p.bars = append(p.bars, p.right-0.8)
		p.right -= 5
	} else {
		p.bars = append(p.bars, p.left)
		p.left += 5
	}
	p.blocks(b.blocks)
	p.left, p.right, p.fromRight = left, right, before
	p.bars = p.bars[:len(p.bars)-1]
	p.skip(1)
}

// narrowest is how little width there may be to set texts in any further, in millimetres.
const narrowest = 70

func (p *pdf) list(b block) {
	p.flushMark() // of a point that begins with this list
	for i, point := range b.blocks {
		mark := span{kind: words, text: "•"}
		if b.numbered {
			mark.text = fmt.Sprintf("%d.", b.start+i)
		}
		if box, rest, ok := todo(point); ok && !b.numbered {
			mark, point = box, rest
		}
		p.point(point, p.shaped(p.cutUp([]span{mark}, p.voice()), startsFromRight(point)), b.tight)
	}
	p.skip(1.2)
}

func (p *pdf) point(b block, mark []piece, tight bool) {
	left, right := p.left, p.right
	p.mark, p.markRight = mark, startsFromRight(b)
	if in := max(6, widthOf(mark)+2.5); p.right-p.left > narrowest {
		if p.markRight {
			p.right -= in
		} else {
			p.left += in
		}
	}
	for _, inner := range b.blocks {
		if tight && inner.kind == paragraph {
			p.paragraph(inner.text, p.voice())
			p.skip(0.5)
			continue
		}
		p.block(inner)
	}
	p.flushMark()
	p.left, p.right = left, right
}

// startsFromRight reports whether a point begins with a text that is read from right to left.
func startsFromRight(b block) bool {
	return len(b.blocks) > 0 && b.blocks[0].kind == paragraph && fromRight(plain(b.blocks[0].text))
}

// sayWhatIsMissing ends the document with one line on letters that no font has, and
// on what to do where there is no font of the team's own.
func (p *pdf) sayWhatIsMissing() {
	if !p.lost {
		return
	}
	p.skip(6)
	l := look{face: italic, size: 8.5, ink: grey}
	p.text(p.pieces([]span{{kind: words, text: p.missing()}}, l))
}

func (p *pdf) missing() string {
	if p.Font != nil {
		return p.says().missing
	}
	return p.says().missing + " " + p.says().name
}

// number writes the title and the page's number below each page.
func (p *pdf) number() {
	l := look{face: regular, size: 8, ink: grey}
	pages := p.file.PageCount()
	for n := 1; n <= pages; n++ {
		p.file.SetPage(n)
		p.file.SetFillColor(255, 255, 255) // pages end with any colour
		page := p.cut(fmt.Sprintf("%d / %d", n, pages), l)
		p.draw(line{pieces: page}, pageWidth-margin-widthOf(page), pageHeight-12)
		title := p.lines(p.pieces([]span{{kind: words, text: printable(p.Title)}}, l), pageWidth-2*margin-30)
		p.draw(title[0], margin, pageHeight-12)
	}
}
