// Package pager wakes people: the port to a paging service, and the follower
// that pages when an incident calls for it.
package pager

import (
	"context"
	"errors"

	"muster/timeline"
)

// Page is what somebody is woken for.
type Page struct {
	Key      string // the same for every try
	Title    string // one line
	Details  string
	Incident string // "INC-4"
	Severity timeline.Severity
	Service  string // by name; empty for the usual one
	Email    string // of the person to be woken; empty for whoever is on call
}

// ErrNobody is a refusal because of whom a page is for: another route would
// wake somebody else.
var ErrNobody = errors.New("nobody was paged")

// Route is one way to page. Errors are marked as those of followers are.
type Route interface {
	// Name is what people call it.
	Name() string
	// Page pages, or finds the page that an earlier try has made. A page in
	// doubt is made again with the same key, and so made once.
	Page(ctx context.Context, p Page) (timeline.Paged, error)
	// Find looks for a page that was made and is not over.
	Find(ctx context.Context, p Page) (timeline.Paged, bool, error)
	// Resolve ends a page. That it is over already is no error.
	Resolve(ctx context.Context, p Page, made timeline.Paged) error
}

// Learner is a route that looks up ahead what its pages need, so that a page is
// one call.
type Learner interface {
	// Learn looks it up anew. What was known before holds until then, and where
	// it fails.
	Learn(ctx context.Context) error
}
