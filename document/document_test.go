package document_test

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/document"
)

var update = flag.Bool("update", false, "write the golden files")

// made is when the sample was made.
var made = time.Date(2026, 11, 20, 14, 30, 0, 0, time.UTC)

// sample is a postmortem that has some of everything.
func sample(t testing.TB) document.Document {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "postmortem.md"))
	if err != nil {
		t.Fatal(err)
	}
	return document.Document{
		Title: "INC-7: Checkout fails for card payments", Language: "en", Markdown: string(text),
		Pictures: map[string]document.Picture{
			"files/INC-7/errors.png": {Kind: "image/png", Content: drawing(t, 1200, 480)},
			"files/INC-7/pods.png":   {Kind: "image/png", Content: drawing(t, 320, 160)},
		},
	}
}

// drawing is a picture of a curve.
func drawing(t testing.TB, width, height int) []byte {
	t.Helper()
	palette := color.Palette{color.White, color.RGBA{26, 95, 180, 255}, color.RGBA{217, 221, 227, 255}}
	on := image.NewPaletted(image.Rect(0, 0, width, height), palette)
	for x := range width {
		on.SetColorIndex(x, height*3/4, 2)
		y := height*3/4 - int(float64(height)*0.6*math.Exp(-math.Pow(float64(x)/float64(width)*6-3, 2)))
		for thick := range 4 {
			on.SetColorIndex(x, y+thick, 1)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, on); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestSample holds what the sample becomes. Look at the files after -update: the
// page in a browser, narrow and wide, the PDF page by page.
func TestSample(t *testing.T) {
	d := sample(t)
	page, err := d.HTML()
	if err != nil {
		t.Fatal(err)
	}
	stored, err := d.Storage()
	if err != nil {
		t.Fatal(err)
	}
	file, err := d.PDF(made)
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string][]byte{
		"postmortem.html": page, "postmortem.xml": []byte(stored), "postmortem.canvas.md": []byte(d.Canvas()), "postmortem.pdf": file,
	} {
		golden(t, filepath.Join("testdata", name), got)
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	switch {
	case err != nil:
		t.Fatal(err)
	case bytes.Equal(got, want):
	case filepath.Ext(name) == ".pdf":
		t.Errorf("%s is another; go test ./document -update writes it, then look at it", name)
	default:
		t.Errorf("%s is another (-want +got):\n%s", name, cmp.Diff(string(want), string(got)))
	}
}

// TestAPictureFillsThePage holds that a tall picture shrinks into the rest of a page,
// where that is at least half of its size, rather than leave the rest empty.
func TestAPictureFillsThePage(t *testing.T) {
	for lines, pages := range map[int]string{10: "/Count 1\n", 30: "/Count 2\n"} {
		d := document.Document{Title: "INC-7", Markdown: "# INC-7\n" + strings.Repeat("\nIt was down.\n", lines) + "\n![](curve)\n", Pictures: map[string]document.Picture{"curve": {Kind: "image/png", Content: drawing(t, 1200, 1400)}}}
		file, err := d.PDF(made)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(file, []byte(pages)) {
			t.Errorf("after %d lines: the file says %q, want %q", lines, regexp.MustCompile(`/Count \d+`).Find(file), pages)
		}
	}
}
