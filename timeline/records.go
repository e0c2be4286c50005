package timeline

import (
	"context"
	"time"
)

// Records keeps small dated texts that belong to no incident, each by its kind
// and its key: changes of production, for one. A store offers it beside
// timelines, in the same file. Every method may be called by many goroutines at
// once.
type Records interface {
	// Merge writes records of a kind durably before it returns, or none of them.
	// For each key merge is given what is kept of it, nil where nothing is, and
	// returns what is to be kept, with its time; nil leaves it as it is.
	Merge(ctx context.Context, kind string, keys []string, merge func(n int, kept []byte) (Record, error)) error
	// Dated returns the records of a kind from one time up to another, the oldest
	// first; where there are more than most, the newest of them.
	Dated(ctx context.Context, kind string, from, to time.Time, most int) ([]Record, error)
	// Forget drops the records of a kind that are older than a time.
	Forget(ctx context.Context, kind string, before time.Time) error
}

// Record is one of them.
type Record struct {
	At   time.Time
	Text []byte
}
