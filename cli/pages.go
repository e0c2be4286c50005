package cli

import (
	"maps"
	"strings"

	"muster/chat"
	"muster/config"
	"muster/document"
	"muster/evidence"
	"muster/review"
	"muster/templates"
	"muster/timeline"
)

// postmortemOf is the postmortem of an incident as a document.
func postmortemOf(c config.Config, texts templates.Texts, inc timeline.Incident) document.Document {
	return chat.Binder{Texts: texts, Dir: c.Files}.Document(inc)
}

// bundled is several postmortems as one document.
func bundled(texts templates.Texts, pages []document.Document) document.Document {
	all := document.Document{Title: texts.T("postmortem.all"), Language: texts.Language(), Pictures: map[string]document.Picture{}}
	var text strings.Builder
	for _, p := range pages {
		text.WriteString(p.Markdown + "\n\n")
		maps.Copy(all.Pictures, p.Pictures)
	}
	all.Markdown = text.String()
	return all
}

// withLinesOf gives the lines of a postmortem names that no other's lines have.
func withLinesOf(id timeline.ID, markdown string) string {
	of := strings.ToLower(id.String()) + "-"
	return strings.NewReplacer(`<a id="line-`, `<a id="`+of+`line-`, `](#line-`, `](#`+of+`line-`).Replace(markdown)
}

// reviewOf is a review as a document, with its picture.
func reviewOf(texts templates.Texts, r review.Report) (document.Document, error) {
	picture, _, err := evidence.Weeks(texts, r)
	d := texts.Review(r, picture)
	d.Language = texts.Language()
	return d, err
}
