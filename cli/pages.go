package cli

import (
	"fmt"
	"maps"
	"os"
	"strings"

	"muster/chat"
	"muster/config"
	"muster/document"
	"muster/evidence"
	"muster/review"
	"muster/templates"
	"muster/timeline"
)

// fontOf is the team's own font for PDFs; nil for none.
func fontOf(c config.Config) (*document.Font, error) {
	path := c.Documents.Font
	if path == "" {
		return nil, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("documents.font: %w", err)
	}
	font, err := document.ReadFont(file)
	_ = file.Close() // it was read
	if err != nil {
		return nil, fmt.Errorf("documents.font: %s: %w", path, err)
	}
	return font, nil
}

// checkFont tells whether the font can be used that the configuration names.
func (sh *shell) checkFont(c config.Config) (well bool) {
	if _, err := fontOf(c); err != nil {
		fmt.Fprintf(sh.out, "FAIL  %v\n", err)
		return false
	}
	if c.Documents.Font != "" {
		fmt.Fprintf(sh.out, "ok    documents.font: %s\n", c.Documents.Font)
	}
	return true
}

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
