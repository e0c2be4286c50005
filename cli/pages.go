package cli

import (
	"fmt"
	"os"

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

// reviewOf is a review as a document, with its picture.
func reviewOf(texts templates.Texts, r review.Report) (document.Document, error) {
	picture, _, err := evidence.Weeks(texts, r)
	d := texts.Review(r, picture)
	d.Language = texts.Language()
	return d, err
}
