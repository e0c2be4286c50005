package changes

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"muster/timeline"
)

// Book keeps changes, each once. It is a [Source] of what it keeps.
type Book struct {
	Records  timeline.Records
	Now      func() time.Time
	Keep     time.Duration       // for how long a change is kept, after it began
	Services Services            // of the directory
	Clean    func(string) string // makes a text from outside fit to be kept; nil for as it is
}

// kind is what the book's records are called in the store.
const kind = "change"

const (
	// PutMost is how many changes are taken at once.
	PutMost = 100
	// aheadMost is how far the clock of whoever tells of a change may be ahead of
	// ours.
	aheadMost = 5 * time.Minute
	// lateAfter is how long after a change began it is late to tell of it.
	lateAfter = time.Hour
	// betweenMost is how many changes are returned at once.
	betweenMost = 5000
)

// Status is what became of a change that was told.
type Status string

// What can become of one: it was not known, something about it was not known, or
// all of it was.
const (
	New    Status = "new"
	Merged Status = "merged"
	Known  Status = "known"
)

// Outcome is what became of a change that was told, and the change as it is kept.
type Outcome struct {
	Change
	Status   Status
	Warnings []string // what was taken otherwise than it was told, as sentences
}

// Late reports whether a change was first told of more than an hour after it
// began.
func (c Change) Late() bool { return c.Received.Sub(c.Started) > lateAfter }

// Refused is the error for a change that is not kept. Nothing is then kept of
// those that came with it.
type Refused struct {
	Index int    // of the change, from 0; -1 for all of them
	Why   string // a sentence with the way out
}

func (r Refused) Error() string { return r.Why }

// Put keeps changes durably before it returns, or none of them: one that can not
// be kept is [Refused]. What was told before is merged with what is told now, in
// any order; the same told again changes nothing.
func (b *Book) Put(ctx context.Context, told ...Change) ([]Outcome, error) {
	if len(told) > PutMost {
		return nil, Refused{-1, fmt.Sprintf("There are %d changes, and %d are taken at once; send them in several calls.", len(told), PutMost)}
	}
	now := b.Now().UTC()
	outcomes, keys := make([]Outcome, len(told)), make([]string, len(told))
	for n, c := range told {
		fit, err := b.fit(c, now)
		if err != nil {
			return nil, Refused{n, err.Error()}
		}
		outcomes[n], keys[n] = fit, fit.Key()
	}
	if len(told) == 0 {
		return nil, nil
	}
	err := b.Records.Merge(ctx, kind, keys, func(n int, kept []byte) (r timeline.Record, err error) {
		o := &outcomes[n]
		if r, o.Change, o.Status, err = merge(kept, o.Change, now); o.Status == New && o.Late() {
			o.Warnings = append(o.Warnings, fmt.Sprintf("It began %s ago and is told only now; it is kept, and marked as late.", span(now.Sub(o.Started))))
		}
		return r, err
	})
	if err != nil {
		return nil, err
	}
	return outcomes, nil
}

// merge returns what is to be kept of a change, which is nothing new where all of
// it was known.
func merge(kept []byte, told Change, now time.Time) (timeline.Record, Change, Status, error) {
	status := New
	if kept != nil {
		var before Change
		if err := json.Unmarshal(kept, &before); err != nil {
			return timeline.Record{}, told, "", fmt.Errorf("read a change: %w", err)
		}
		status, told = Merged, before.with(told)
	}
	if told.State.IsFinal() && told.Finished.IsZero() {
		told.Finished = later(now, told.Started)
	}
	text, err := json.Marshal(told)
	if err != nil || bytes.Equal(text, kept) {
		return timeline.Record{}, told, Known, err
	}
	return timeline.Record{At: told.Started, Text: text}, told, status, nil
}

// with returns a change with what is told of it now. The earliest beginning and
// the latest end hold, and the state that came with that; the rest is filled in
// where it was not known. So the order in which it is told makes no difference to
// times and state.
func (c Change) with(told Change) Change {
	if told.Started.Before(c.Started) {
		c.Started = told.Started
	}
	if told.decides(c) {
		c.State = told.State
	}
	c.Finished = later(c.Finished, told.Finished)
	for _, field := range []struct {
		kept *string
		told string
	}{
		{&c.Service, told.Service}, {&c.Environment, told.Environment}, {&c.Title, told.Title},
		{&c.Version, told.Version}, {&c.Previous, told.Previous}, {&c.Revision, told.Revision},
		{&c.Author, told.Author}, {&c.URL, told.URL}, {&c.Rollback, told.Rollback},
	} {
		if *field.kept == "" {
			*field.kept = field.told
		}
	}
	c.Labels = union(c.Labels, told.Labels)
	return c
}

// weight orders states: of two that are told of the same moment the heavier one
// holds.
var weight = map[State]int{Running: 1, Succeeded: 2, Failed: 3, RolledBack: 4}

// IsFinal reports whether a change with that state is not under way any more.
func (s State) IsFinal() bool { return weight[s] > weight[Running] }

// decides reports whether the state that is told holds over the one that is kept.
func (c Change) decides(kept Change) bool {
	both := c.State.IsFinal() && kept.State.IsFinal()
	if both && !c.Finished.IsZero() && !c.Finished.Equal(kept.Finished) {
		return c.Finished.After(kept.Finished)
	}
	return weight[c.State] > weight[kept.State]
}

// union is the labels of both; those that are kept win, and no more are added
// than may be.
func union(kept, told map[string]string) map[string]string {
	all := map[string]string{}
	for _, from := range []map[string]string{kept, told} {
		for _, name := range sorted(from) {
			if _, known := all[name]; !known && len(all) < labelsMost {
				all[name] = from[name]
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Name implements [Source].
func (*Book) Name() string { return "Muster's book of changes" }

// Between implements [Source].
func (b *Book) Between(ctx context.Context, from, to time.Time) ([]Change, error) {
	kept, err := b.Records.Dated(ctx, kind, from, to, betweenMost+1)
	if err != nil {
		return nil, err
	}
	if len(kept) > betweenMost {
		kept = kept[1:]
		err = fmt.Errorf("there are more than %d changes; these are the newest, ask for a shorter time", betweenMost)
	}
	var all []Change
	for _, r := range kept {
		var c Change
		if wrong := json.Unmarshal(r.Text, &c); wrong != nil {
			err = errors.Join(err, fmt.Errorf("read a change: %w", wrong))
			continue
		}
		all = append(all, c)
	}
	return all, err
}

// Forget drops what is kept for long enough.
func (b *Book) Forget(ctx context.Context) error {
	return b.Records.Forget(ctx, kind, b.Now().Add(-b.Keep))
}

// Tidy is a source whose texts are made fit to be shown, as those of the book are.
type Tidy struct {
	Source
	Clean func(string) string // nil for as it is
}

// Between implements [Source].
func (t Tidy) Between(ctx context.Context, from, to time.Time) ([]Change, error) {
	all, err := t.Source.Between(ctx, from, to)
	fit := Book{Clean: t.Clean}
	for n, c := range all {
		all[n] = fit.fitTexts(c, func(string, ...any) {})
	}
	return all, err
}
