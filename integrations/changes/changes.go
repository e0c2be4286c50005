// Package changes is what was changed in production, and when: deploys, flags,
// configuration and infrastructure. Sources tell of changes by being asked or by
// calling the ingest; the book keeps them, each once.
package changes

import (
	"context"
	"time"
)

// Change is one change of one service, as its source tells of it. A source tells
// of the same change again as it goes on: started, and later finished.
type Change struct {
	Source string `json:"source"` // who told: the name of an ingest key, "github", "pagerduty"
	ID     string `json:"id"`     // the source's own; the same each time it tells of the change
	Kind   Kind   `json:"kind"`

	Service     string `json:"service,omitempty"`     // as the source calls it; empty where it does not say
	Environment string `json:"environment,omitempty"` // "production"
	Title       string `json:"title,omitempty"`       // one line

	Version  string `json:"version,omitempty"`
	Previous string `json:"previous,omitempty"` // the version before
	Revision string `json:"revision,omitempty"` // of the source code
	Author   string `json:"author,omitempty"`   // a login, a name or an e-mail address
	URL      string `json:"url,omitempty"`
	Rollback string `json:"rollback,omitempty"` // how to take it back: an address, or a command

	State    State             `json:"state,omitempty"`
	Started  time.Time         `json:"started"`           // when it began to take effect
	Finished time.Time         `json:"finished,omitzero"` // when the rollout was complete; zero while it is not known
	Received time.Time         `json:"received"`          // when it was first told of
	Labels   map[string]string `json:"labels,omitempty"`
}

// Key is what the book knows a change by.
func (c Change) Key() string { return c.Source + "\x00" + c.ID }

// Kind is a kind of change.
type Kind string

// The kinds.
const (
	Deploy   Kind = "deploy"
	Flag     Kind = "flag"
	Config   Kind = "config"
	Infra    Kind = "infra"
	Rollback Kind = "rollback"
)

// Kinds is all of them, as people are told them.
var Kinds = []Kind{Deploy, Rollback, Config, Flag, Infra}

// State is how far a change is.
type State string

// The states. A change whose state is not known has none.
const (
	Running    State = "started"
	Succeeded  State = "succeeded"
	Failed     State = "failed"
	RolledBack State = "rolled_back"
)

// Source tells of changes when it is asked. Errors are marked as those of
// followers are.
type Source interface {
	// Name is what people call it: "GitHub".
	Name() string
	// Between returns the changes that began from one time up to another, in no
	// order. What it could tell before an error is returned with it.
	Between(ctx context.Context, from, to time.Time) ([]Change, error)
}
