package evidence

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"muster/integrations/changes"
)

// Changed returns what began from one time up to another, each change once and
// the newest first, who answered, and who did not by the deadline of ctx. Where
// the book is among the sources, what it knows of the week before comes with it
// as earlier, for comparison.
func (l Library) Changed(ctx context.Context, from, to time.Time) (all, earlier []changes.Change, asked []string, silent []Silent) {
	type told struct {
		all []changes.Change
		err error
	}
	answers := make([]chan told, len(l.Changes))
	for n, source := range l.Changes {
		answers[n] = make(chan told, 1)
		since := from
		if week := to.Add(-history); n == 0 && week.Before(since) { // it is our own, and near
			since = week
		}
		go func() {
			found, err := source.Between(ctx, since, to.Add(time.Second))
			answers[n] <- told{found, err}
		}()
	}
	for n, source := range l.Changes {
		var t told
		select {
		case t = <-answers[n]:
		case <-ctx.Done():
			select {
			case t = <-answers[n]: // it has answered all the same
			default:
				t.err = ctx.Err()
			}
		}
		if t.err != nil {
			silent = append(silent, Silent{source.Name(), l.clean(sentence(t.err))})
		}
		if t.err == nil || len(t.all) > 0 {
			asked = append(asked, source.Name())
		}
		all = append(all, t.all...)
	}
	all = l.once(all)
	at := slices.IndexFunc(all, func(c changes.Change) bool { return c.Started.Before(from) })
	if at >= 0 {
		all, earlier = all[:at], all[at:]
	}
	return all, earlier, asked, silent
}

// history is how far back metrics and earlier deploys are compared with.
const history = 7 * 24 * time.Hour

// sentence is why somebody did not answer, in one line.
func sentence(err error) string {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return "no answer in time"
	}
	return strings.Join(strings.Fields(err.Error()), " ")
}

// sameWithin is how far apart two sources may tell one deploy.
const sameWithin = 10 * time.Minute

// once puts changes in order, the newest first, under the directory's names for
// their services. What several sources tell of one deploy is one: as the one tells
// it that has it begin first, with what the others add.
func (l Library) once(all []changes.Change) []changes.Change {
	all = slices.Clone(all)
	for i := range all {
		all[i].Service, _ = l.Services.Named(all[i].Service)
	}
	slices.SortStableFunc(all, func(a, b changes.Change) int {
		return cmp.Or(a.Started.Compare(b.Started), cmp.Compare(a.Key(), b.Key()))
	})
	var once []changes.Change
	known, last := map[string]bool{}, map[string]int{} // by what tells the same deploy, the latest
	for _, c := range all {
		if known[c.Key()] {
			continue
		}
		known[c.Key()] = true
		if at, ok := same(c, once, last); ok {
			once[at] = completed(once[at], c)
			continue
		}
		for _, mark := range marksOf(c) {
			last[mark] = len(once)
		}
		once = append(once, c)
	}
	slices.Reverse(once)
	return once
}

// marksOf is by what a deploy can be told in another source: its service and kind
// with the revision, and with the version.
func marksOf(c changes.Change) (marks []string) {
	if c.Service == "" {
		return nil
	}
	of := strings.ToLower(c.Service) + "\x00" + string(c.Kind)
	if c.Revision != "" {
		marks = append(marks, of+"\x00r"+c.Revision)
	}
	if c.Version != "" {
		marks = append(marks, of+"\x00v"+c.Version)
	}
	return marks
}

// same looks for the change that another source told.
func same(c changes.Change, once []changes.Change, last map[string]int) (at int, ok bool) {
	for _, mark := range marksOf(c) {
		if at, ok := last[mark]; ok && once[at].Source != c.Source && c.Started.Sub(once[at].Started) <= sameWithin {
			return at, true
		}
	}
	return 0, false
}

// completed is a change with what another source knows of it and it does not say.
func completed(c, other changes.Change) changes.Change {
	c.Title, c.Author, c.URL = cmp.Or(c.Title, other.Title), cmp.Or(c.Author, other.Author), cmp.Or(c.URL, other.URL)
	c.Previous, c.State = cmp.Or(c.Previous, other.Previous), cmp.Or(c.State, other.State)
	if c.Finished.IsZero() {
		c.Finished = other.Finished
	}
	return c
}

// Name is a change in a few words: "checkout v412".
func Name(c changes.Change) string { return listed(c).Name() }
