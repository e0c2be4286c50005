package cli

import (
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

// reviewOf is a review as a document, with its picture.
func reviewOf(texts templates.Texts, r review.Report) (document.Document, error) {
	picture, _, err := evidence.Weeks(texts, r)
	d := texts.Review(r, picture)
	d.Language = texts.Language()
	return d, err
}
