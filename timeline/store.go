package timeline

import (
	"context"
	"errors"
	"time"
)

// What a store answers.
var (
	ErrUnknown  = errors.New("no such incident")
	ErrConflict = errors.New("someone else wrote first")                   // read again, decide again
	ErrTaken    = errors.New("the name is taken")                          //
	ErrRepeated = errors.New("the request was answered before")            // sent again: nothing to do
	ErrSettled  = errors.New("the effect was settled before")              // delivered twice: nothing to do
	ErrFull     = errors.New("the disk or the store is full")              // nothing was written
	ErrDamaged  = errors.New("the store is damaged, and read only")        // nothing was written
	ErrFailed   = errors.New("the store can not tell what it has written") // stop, open again, read again
)

// Commit is the only write that matters: all of it happens, or nothing.
type Commit struct {
	Incident   ID
	After      int      // how many events the writer had seen; else ErrConflict
	Events     []Event  // numbered and chained
	Effects    []Effect // a desired state takes the place of one not yet in delivery
	Open       bool     // whether the incident is open from now on; read only with Events
	Unfinished bool     // whether it is over and something that was agreed on is still to be done; read only with Events
	Names      []string // what it answers to from now on; else ErrTaken
	Request    string   // the request that this answers; else ErrRepeated
	Settles    *Effect  // the effect that this settles; else ErrSettled
	CanWait    bool     // refused with ErrFull where there is little room left, so that others find some
	Now        time.Time
}

// RequestsKept is how long a request is remembered at the least. Slack sends
// an event again for up to 24 hours where its "delayed events" are on.
const RequestsKept = 48 * time.Hour

// Store keeps timelines and effects. Every method may be called by many
// goroutines at once. Package storetest holds what is promised.
type Store interface {
	// Commit writes c durably before it returns, or nothing of it.
	Commit(ctx context.Context, c Commit) error
	// Events returns the events of an incident after the first n, proven to be
	// what was written; ErrUnknown where there are none at all.
	Events(ctx context.Context, id ID, n int) ([]Event, error)
	// Find returns the incident that answers to a name; else ErrUnknown.
	Find(ctx context.Context, name string) (ID, error)
	// Last returns the highest incident there is, House where there is none.
	Last(ctx context.Context) (ID, error)
	// Open lists the incidents that are open, lowest first.
	Open(ctx context.Context) ([]ID, error)
	// Unfinished lists the incidents that are open, or over and unfinished,
	// lowest first.
	Unfinished(ctx context.Context) ([]ID, error)

	// Claim hands out up to n effects that are due now and no more urgent
	// than from nor less than to, the most urgent first. It counts a try and
	// hides each from other claims until it is settled or postponed. Of what
	// one follower owes one incident (of pages: owes it on one object), one at
	// a time is handed out, in the order it was called for; only an effect that was never tried and is not
	// due yet lets others pass. An effect that was handed out when the store
	// was last closed or died is in doubt. Of one in doubt it notes when it is
	// handed out first.
	Claim(ctx context.Context, from, to Urgency, now time.Time, n int) ([]Effect, error)
	// Postpone puts back an effect that was handed out, with its new NotUntil
	// and Doubt.
	Postpone(ctx context.Context, e Effect) error
	// Due returns when the next effect between two urgencies is due, and
	// whether there is one. Effects that are handed out, or wait behind one
	// that is, do not count.
	Due(ctx context.Context, from, to Urgency) (time.Time, bool, error)
	// Owed returns how many effects are not settled, but for timers: those that
	// are not due by now and were never tried.
	Owed(ctx context.Context, now time.Time) (int, error)

	// Damaged returns what was found that is not as it was written; nil where
	// nothing was. From then on nothing is written, and what is whole is read.
	Damaged() error

	Close() error
}
