package document

import (
	"bytes"
	"image"
	"image/color"
	_ "image/gif" // pictures come in any of these kinds
	"image/jpeg"
	"image/png"
	"strconv"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"
)

// drawnPictures are the pictures of a PDF, by their keys.
type drawnPictures struct {
	known map[string]*drawnPicture
	taken map[int]bool // widths
}

// drawnPicture is a picture as it is in the file.
type drawnPicture struct {
	name          string
	width, height int // in pixels
}

const (
	mostPixels = 50 << 20 // of a picture that is opened at all
	widest     = 1800     // of one in a PDF, in pixels: 270 for an inch of the page
)

// picture draws a picture as wide as the page at most, with what it shows below:
// nobody can have a PDF's picture read to them.
func (p *pdf) picture(s span) {
	p.flushMark()
	drawn := p.embed(s.to)
	if drawn == nil {
		p.text(p.pieces([]span{{kind: words, text: "[" + s.text + "]"}}, p.voice()))
		return
	}
	caption := p.pieces([]span{{kind: words, text: s.text}}, look{face: regular, size: 8, ink: grey})
	below := 0.0
	if s.text != "" {
		below = min(60, float64(len(p.lines(caption, p.right-p.left)))*lineHeight(caption)+1)
	}
	w := min(float64(drawn.width)*25.4/96, p.right-p.left)
	h := w * float64(drawn.height) / float64(drawn.width)
	if most := bottom - top - below - 8; h > most {
		w, h = w*most/h, most
	}
	p.skip(1.5)
	if room := bottom - p.y - below - 2; h > room && room >= h/2 {
		w, h = w*room/h, room // a smaller picture reads better than a page that is mostly empty
	}
	p.need(h + below)
	p.drawBars(h)
	p.file.ImageOptions(drawn.name, p.left, p.y, w, h, false, fpdf.ImageOptions{}, 0, "")
	p.y += h
	p.skip(1)
	if s.text != "" {
		p.text(caption)
		p.skip(1.5)
	}
}

// embed puts a picture into the file once; nil where it can not be read.
func (p *pdf) embed(key string) *drawnPicture {
	if p.drawn.known == nil {
		p.drawn = drawnPictures{map[string]*drawnPicture{}, map[int]bool{}}
	}
	if known, ok := p.drawn.known[key]; ok {
		return known
	}
	p.drawn.known[key] = nil
	picture, kind := opened(p.Pictures[key].Content)
	if picture == nil {
		return nil
	}
	fitted := p.drawn.fitted(picture)
	var content bytes.Buffer
	var err error
	if kind == "jpeg" {
		err = jpeg.Encode(&content, fitted, &jpeg.Options{Quality: 88})
	} else {
		kind, err = "png", png.Encode(&content, fitted)
	}
	if err != nil {
		return nil
	}
	drawn := &drawnPicture{strconv.Itoa(len(p.drawn.known)), fitted.Bounds().Dx(), fitted.Bounds().Dy()}
	p.file.RegisterImageOptionsReader(drawn.name, fpdf.ImageOptions{ImageType: kind}, &content)
	p.drawn.known[key] = drawn
	return drawn
}

// opened is a picture, or nil for what is none or is too large.
func opened(content []byte) (image.Image, string) {
	size, _, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil || size.Width < 1 || size.Height < 1 || size.Width > mostPixels/size.Height {
		return nil, ""
	}
	picture, kind, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, ""
	}
	return picture, kind
}

// fitted is a picture on white, in a width that no other of the file has: fpdf
// writes pictures of one width in an order that changes from time to time.
func (d drawnPictures) fitted(picture image.Image) image.Image {
	from := picture.Bounds()
	width, height := from.Dx(), from.Dy()
	if width > widest {
		width, height = widest, max(1, height*widest/width)
	}
	if height > 4*widest {
		width, height = max(1, width*4*widest/height), 4*widest
	}
	full := width
	for d.taken[full] {
		full++ // with white
	}
	d.taken[full] = true
	on := image.NewRGBA(image.Rect(0, 0, full, height))
	draw.Draw(on, on.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.CatmullRom.Scale(on, image.Rect(0, 0, width, height), picture, from, draw.Over, nil)
	return on
}
