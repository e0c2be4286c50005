package cli

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"muster/review"
	"muster/timeline"
)

// ledger keeps what counts of each incident in memory, true while the bot runs:
// the journal marks what changed, and only that is looked at before a report.
type ledger struct {
	review.Ledger
	store   timeline.Store
	journal *timeline.Journal
	turn    chan bool // one at a time fills it, or brings it up to date
	filled  bool
	broken  atomic.Int64 // incidents whose record can not be read
}

// newLedger returns an empty one that hears of all that the journal writes.
func newLedger(store timeline.Store, journal *timeline.Journal) *ledger {
	l := &ledger{store: store, journal: journal, turn: make(chan bool, 1)}
	journal.Seen = func(inc timeline.Incident) { l.Mark(inc.ID) }
	return l
}

// whole reads every incident once, and from then on those that changed. Each is
// folded and let go before the next.
func (l *ledger) whole(ctx context.Context) error {
	select {
	case l.turn <- true:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if !l.filled {
		if err := l.fill(ctx); err != nil {
			return err
		}
		l.filled = true
	}
	return l.freshen(ctx)
}

func (l *ledger) fill(ctx context.Context) error {
	ids, err := timeline.Numbers(ctx, l.store)
	if err != nil {
		return err
	}
	l.broken.Store(0)
	for _, id := range append(ids, timeline.House) {
		if err := ctx.Err(); err != nil {
			return err
		}
		events, err := l.store.Events(ctx, id, 0)
		switch {
		case errors.Is(err, timeline.ErrBroken):
			l.broken.Add(1) // the store tells of it, and so does the report
		case err != nil && !errors.Is(err, timeline.ErrUnknown):
			return err
		case len(events) > 0:
			l.Take(timeline.Fold(id, events))
		}
	}
	return nil
}

// freshen takes anew what changed. What can not be read is tried again the next
// time.
func (l *ledger) freshen(ctx context.Context) (err error) {
	for _, id := range l.Stale() {
		inc, wrong := l.journal.Incident(ctx, id)
		switch {
		case errors.Is(wrong, timeline.ErrBroken): // what was known of it before is told
		case wrong != nil:
			l.Mark(id)
			err = errors.Join(err, wrong)
		default:
			l.Take(inc)
		}
	}
	return err
}

// reckon fills the ledger, so that the first review does not have to wait for it.
func (i *Instance) reckon(ctx context.Context) {
	if err := i.ledger.whole(ctx); err != nil && ctx.Err() == nil {
		i.Log.Warn("the incidents could not all be read for the weekly review; they are read when it is asked for", "err", err)
	}
}

// Review is the review of a week; of the usual one where it is nil. Private
// incidents count, and are described where sees says so; nil for none of them.
func (i *Instance) Review(ctx context.Context, week *review.Week, sees func(review.Life) bool) (review.Report, error) {
	q := review.Question{At: i.Journal.Now(), Zone: i.Bot.Desk.Texts.Zone, Sees: sees}
	if week != nil {
		q.Week = *week
		if begins := week.Begins(q.Zone); begins.After(q.At) {
			return review.Report{}, review.Unfit{Why: fmt.Sprintf("the week %v begins on %s; name one that has begun", week, begins.Format(time.DateOnly))}
		}
	}
	if err := i.ledger.whole(ctx); err != nil {
		return review.Report{}, err
	}
	r := i.ledger.Report(q)
	r.Unread = int(i.ledger.broken.Load())
	return r, nil
}

// reviewNamed is the same of a week as people type it; of the usual one where it is
// empty.
func (i *Instance) reviewNamed(ctx context.Context, typed string, sees func(review.Life) bool) (review.Report, error) {
	if typed == "" {
		return i.Review(ctx, nil, sees)
	}
	week, err := review.ParseWeek(typed)
	if err != nil {
		return review.Report{}, err
	}
	return i.Review(ctx, &week, sees)
}

// reviewFor is the same for the chat: as one person may see it, and as anybody may
// where there is none.
func (i *Instance) reviewFor(ctx context.Context, week, person string) (review.Report, error) {
	return i.reviewNamed(ctx, week, func(l review.Life) bool { return l.IsOpenTo(person) })
}
