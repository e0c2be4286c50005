// Package statuspage keeps customers informed on a public status page: the port
// to such a page, and the follower that publishes what people have asked for.
package statuspage

import (
	"context"
	"errors"
)

// Notice is what is to stand on the page.
type Notice struct {
	Key        string // of the incident: the same for all its notices
	Mark       string // of this notice: the same for every try
	Ref        string // what the page calls the incident; empty where it is not known
	Title      string
	Text       string
	State      string   // one of timeline.PublicStates
	Components []string // by name or ID
	As         string   // what they show: "major_outage"
}

// Public is an incident on the page.
type Public struct {
	Ref, URL string
	State    string
	Mark     string   // of its latest notice
	LeftOut  []string // components that the page does not have
}

// ErrGone is a refusal because there is no such incident on the page any more.
var ErrGone = errors.New("somebody has taken the incident off the status page")

// Page is a public status page. Errors are marked as those of followers are.
type Page interface {
	// Find looks for the incident of a notice: by its ref where it is known, else
	// by its key.
	Find(ctx context.Context, n Notice) (Public, bool, error)
	// Create puts an incident on the page, with its first notice.
	Create(ctx context.Context, n Notice) (Public, error)
	// Update adds a notice to an incident, by its ref. ErrGone where it is not
	// there any more.
	Update(ctx context.Context, n Notice) (Public, error)
}
