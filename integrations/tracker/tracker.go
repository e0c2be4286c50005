// Package tracker files follow-ups as tickets: the port to a tracker, and the
// follower that files each once.
package tracker

import (
	"context"

	"muster/timeline"
)

// Ticket is what is filed for a follow-up.
type Ticket struct {
	Key      string // the same for every try, and unlike every other ticket's
	Title    string // one line
	Body     string
	Incident string // "INC-4"
	Due      string // a day: "2026-11-27"
	Email    string // of the one who answers for it; empty where it is not known
}

// Tracker files tickets. Errors are marked as those of followers are.
type Tracker interface {
	// File files a ticket. What the tracker does not take is left out, and told.
	File(ctx context.Context, t Ticket) (timeline.Ticketed, error)
	// Find looks for a ticket that was filed. A tracker's search may lag behind
	// by minutes, so that not to find it proves little.
	Find(ctx context.Context, t Ticket) (timeline.Ticketed, bool, error)
}
