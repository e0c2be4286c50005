package cli

import (
	"errors"
	"time"

	"muster/config"
	"muster/document"
	"muster/evidence"
	"muster/review"
	"muster/templates"
	"muster/timeline"
)

// pageOf is a document as a page, and bookletOf the same as PDF.
func pageOf(d document.Document) ([]byte, error) {
	if p, ok := any(d).(interface{ HTML() ([]byte, error) }); ok {
		return p.HTML()
	}
	return nil, errors.New("this version writes no pages; ask for md")
}

func bookletOf(d document.Document, made time.Time) ([]byte, error) {
	if p, ok := any(d).(interface {
		PDF(made time.Time) ([]byte, error)
	}); ok {
		return p.PDF(made)
	}
	return nil, errors.New("this version writes no PDF; ask for md")
}

// postmortemOf is the postmortem of an incident as a document.
func postmortemOf(c config.Config, texts templates.Texts, inc timeline.Incident) document.Document {
	return document.Document{Title: inc.ID.String() + ": " + inc.Title, Language: c.Texts.Language, Markdown: texts.Postmortem(inc)}
}

// reviewOf is a review as a document, with its picture.
func reviewOf(c config.Config, texts templates.Texts, r review.Report) (document.Document, error) {
	picture, _, err := evidence.Weeks(texts, r)
	d := texts.Review(r, picture)
	d.Language = c.Texts.Language
	return d, err
}
