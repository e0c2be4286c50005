// Package tracker files follow-ups as tickets and keeps both in step: the port to
// a tracker, and the followers that file each once, pass on what is changed here,
// and write down what is changed there.
package tracker

import (
	"context"
	"errors"
	"time"

	"muster/timeline"
)

// Ticket is what is filed for a follow-up, or for an incident itself.
type Ticket struct {
	Key      string // the same for every try, and unlike every other ticket's
	Title    string // one line
	Body     string
	Incident string // "INC-4"
	Severity timeline.Severity
	Service  string // of the directory; empty for none
	Due      string // a day: "2026-11-27"; empty for none
	Who      string // who answers for it: an e-mail address, or what the tracker calls them; empty where it is not known
	Whole    bool   // it is for the incident itself
}

// Standing is how a ticket stands in the tracker.
type Standing struct {
	Status   string // as it is called there
	Over     bool   // nothing is left to do about it
	Dropped  bool   // it is over and was not done
	Due      string // a day; empty where it has none
	Assignee Person // the zero Person for nobody
	Changed  time.Time
}

// Person is someone as the tracker knows them.
type Person struct{ ID, Name, Email string }

// Change is what is to be otherwise about a ticket; what is empty stays.
type Change struct {
	Due string // a day
	Who string // as of a Ticket
}

// Ending is what became of a follow-up.
type Ending string

// The endings. NotOver takes one back.
const (
	Done    Ending = "done"
	Dropped Ending = "dropped"
	NotOver Ending = "not over"
)

// ErrGone is that there is no such ticket any more.
var ErrGone = errors.New("the ticket is gone")

// Tracker files tickets. Errors are marked as those of followers are.
type Tracker interface {
	// Name is what people call it: "Jira".
	Name() string
	// File files a ticket. What the tracker does not take is left out, and told.
	File(ctx context.Context, t Ticket) (timeline.Ticketed, error)
	// Find looks for every ticket that was filed under a key, the oldest first. A
	// tracker's search may lag behind by minutes, so that not to find it proves
	// little.
	Find(ctx context.Context, key string) ([]timeline.Ticketed, error)
	// Changed returns when each of some tickets last changed, as far as the search
	// knows. Those that are gone are left out.
	Changed(ctx context.Context, refs []string) (map[string]time.Time, error)
	// Look returns how a ticket stands now; ErrGone, as a refusal, where it is gone.
	Look(ctx context.Context, ref string) (Standing, error)
	// Change changes a ticket, and returns what the tracker did not take, in words.
	Change(ctx context.Context, ref string, c Change) (leftOut []string, err error)
	// End brings a ticket to its end, or back from it, with the reason as a comment
	// where there is one. That it is there already is no error.
	End(ctx context.Context, ref string, how Ending, why string) error
	// Link has a ticket lead to an address, once for each key.
	Link(ctx context.Context, ref, key, address, title string) error
}
