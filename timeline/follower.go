package timeline

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Follower reads facts and says which effects they call for, and later
// delivers them. What one follower owes one incident is delivered in order,
// one at a time.
type Follower interface {
	// Name is what effects are addressed to. It never changes.
	Name() string
	// Urgency is that of everything the follower delivers.
	Urgency() Urgency
	// React says what an event calls for. The incident is as the event left it.
	// React only thinks: it does no I/O and can not fail. It must not react to
	// its own Undelivered.
	React(inc Incident, ev Event) []Effect
	// Deliver does what was ordered and returns what came of it. It only does:
	// it makes no decisions. The incident is as it is now. A plain error is
	// tried again; see Refusal, Later and Doubtful for the other kinds.
	Deliver(ctx context.Context, inc Incident, e Effect) ([]Fact, error)
}

// Refusal marks an error that trying again can not mend.
func Refusal(err error) error { return refusal{err} }

// Later marks an error that is not to be tried again before a while has gone
// by, as when the other side asks for it.
func Later(err error, after time.Duration) error { return later{err, after} }

// Doubtful marks an error after which the effect may have happened.
func Doubtful(err error) error { return doubtful{err} }

// NotDone takes the doubt out of an error of a call that changes nothing.
func NotDone(err error) error {
	if !IsDoubtful(err) {
		return err
	}
	return fmt.Errorf("nothing was done: %v", err)
}

type refusal struct{ error }
type doubtful struct{ error }
type later struct {
	error
	after time.Duration
}

func (e refusal) Unwrap() error  { return e.error }
func (e doubtful) Unwrap() error { return e.error }
func (e later) Unwrap() error    { return e.error }

// IsRefusal reports whether trying again can not mend err.
func IsRefusal(err error) bool { return errors.As(err, &refusal{}) }

// IsDoubtful reports whether the effect may have happened all the same.
func IsDoubtful(err error) bool { return errors.As(err, &doubtful{}) }

// After returns how long to wait before the next try, if err says so.
func After(err error) (time.Duration, bool) {
	var e later
	if !errors.As(err, &e) {
		return 0, false
	}
	return e.after, true
}
