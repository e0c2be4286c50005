package templates

import (
	"strings"

	"muster/document"
	"muster/review"
)

// ReviewPicture is where the document of a review has its picture.
const ReviewPicture = "review.png"

// Review is the weekly review as a document. The picture is that of the weeks, as a
// PNG; the document has none where it is nil.
func (t Texts) Review(r review.Report, picture []byte) document.Document {
	names := r.Names()
	md := t.Markdown(func(id string) string {
		if name, ok := names[id]; ok {
			return name
		}
		return id
	})
	var out strings.Builder
	mark := "# "
	for _, p := range t.ReviewParts(r) {
		out.WriteString(mark + md.Write(p.Heading) + "\n\n")
		mark = "## "
		list := false
		for _, l := range p.Lines {
			text, bullet := strings.CutPrefix(l, Bullet)
			if bullet {
				out.WriteString("- ")
			} else if list {
				out.WriteString("\n")
			}
			list = bullet
			out.WriteString(atLineStart(md.Write(text)) + "\n")
			if !bullet {
				out.WriteString("\n")
			}
		}
		if list {
			out.WriteString("\n")
		}
	}
	doc := document.Document{Title: t.T("weekly.title", r.Week)}
	if picture != nil {
		out.WriteString("![" + markdown(t.ReviewWords(r)) + "](" + ReviewPicture + ")\n")
		doc.Pictures = map[string]document.Picture{ReviewPicture: {Kind: "image/png", Content: picture}}
	}
	doc.Markdown = strings.TrimRight(out.String(), "\n") + "\n"
	return doc
}

// ReviewWords is the picture of the weeks in words, for who does not see it.
func (t Texts) ReviewWords(r review.Report) string {
	weeks := make([]string, len(r.Weeks))
	for i, b := range r.Weeks {
		total := 0
		for _, n := range b.BySeverity {
			total += n
		}
		weeks[i] = t.T("weekly.picture.week", b.Week.String(), total, t.bySeverity(b.BySeverity), b.Open, b.Overdue)
	}
	return t.T("weekly.picture.title") + ". " + strings.Join(weeks, "; ") + "."
}
