// Package documents publishes postmortems where an organisation keeps what it has
// written: the port to such a place, and the follower that publishes there what
// somebody has approved.
package documents

import (
	"context"

	"muster/document"
	"muster/timeline"
)

// Publication is a postmortem as it was approved.
type Publication struct {
	Incident timeline.ID
	Key      string // of the incident: the same for all its publications, and unlike every other's
	Seq      int    // the event that approved it
	Name     string // of its file: "INC-12-postmortem.md"
	Document document.Document
	Channel  string // the incident's own, in the chat
	Ref      string // where the one before it stands, as the target has told; empty where there is none
	By       string // who approved it, by name
}

// Published tells where a postmortem stands.
type Published struct {
	Ref string // what the target knows it by
	URL string
}

// Target is a place that postmortems are published in. Errors are marked as those
// of followers are.
type Target interface {
	// Name is what people call it: "GitHub".
	Name() string
	// Publish brings the postmortem of an incident to what a publication says: one
	// there is, however often it is published. It looks first, so that it can be
	// asked again at any time; where all is as it is to be, it changes nothing.
	Publish(ctx context.Context, p Publication) (Published, error)
}

// Finding is one thing that was checked.
type Finding struct {
	What string
	Err  error // nil where it is well; it says what to do
}

// Clip is a title as a place takes it, of so many characters at most.
func Clip(text string, most int) string {
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most-1]) + "…"
	}
	return text
}
