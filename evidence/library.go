// Package evidence answers "what changed?" and "show me": it asks those who keep
// changes and metrics, has package impact judge, and draws. Its followers do so
// for incidents.
package evidence

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"muster/impact"
	"muster/integrations/changes"
	"muster/integrations/metrics"
	"muster/timeline"
)

// Library is what evidence is taken from. Its zero value holds nothing.
type Library struct {
	Changes  []changes.Source
	Services changes.Services          // of the directory, with other names that sources have for them
	Measures map[string]metrics.Source // by the word that SLIs have for it
	SLIs     []SLI                     // of all services, in the order of the directory; those of the company first
	Calls    []impact.Call             // which service calls which
	Clean    func(string) string       // makes a text from outside fit to be shown; nil for as it is
	Turns    chan bool                 // how many look at once, by its capacity; nil for any number
	Now      func() time.Time
}

// SLI is a named query.
type SLI struct {
	Name    string
	Service string // empty for the whole company
	Source  string // of Library.Measures
	Queries []string
	Counted bool   // the queries count the bad and all, a minute
	Label   string // which tells versions apart; empty for none
	Unit    string
	Kind    impact.Measure
	Bad     impact.Direction
}

// Title is how people call it among those of other services.
func (s SLI) Title() string { return strings.TrimSpace(s.Service + " " + s.Name) }

// Silent is who did not answer, or not all of it.
type Silent struct {
	Name string
	Why  string
}

func (s Silent) String() string { return s.Name + ": " + s.Why }

// Knows reports whether there is anybody who could tell of changes.
func (l Library) Knows() bool { return len(l.Changes) > 0 }

// Measured reports whether there is any SLI.
func (l Library) Measured() bool { return len(l.SLIs) > 0 }

// Of returns the SLIs of a service, whatever its case; those of the company where
// it is empty.
func (l Library) Of(service string) (all []SLI) {
	for _, s := range l.SLIs {
		if strings.EqualFold(s.Service, service) {
			all = append(all, s)
		}
	}
	return all
}

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
func Name(c changes.Change) string { return SuspectName(listed(c)) }

func clip(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return strings.TrimSpace(string(r[:n-1])) + "…"
	}
	return text
}

// Titles are how people call SLIs: those of all where none are given.
func (l Library) Titles(slis []SLI) (all []string) {
	if len(slis) == 0 {
		slis = l.SLIs
	}
	for _, s := range slis {
		all = append(all, "`"+s.Title()+"`")
	}
	return all
}

// Usual is the source that a raw query goes to, by its word.
func (l Library) Usual() string {
	if _, ok := l.Measures["prometheus"]; ok {
		return "prometheus"
	}
	words := slices.Sorted(maps.Keys(l.Measures))
	return append(words, "")[0]
}

// measured is one SLI with what was measured.
type measured struct {
	SLI
	series impact.Series
	parts  []metrics.Series // as they came, for pictures; those of the bad and of all by turns where counted
	last   time.Time        // of the newest sample
	source string
	notes  []string
}

// parallel is how many queries are asked at once.
const parallel = 6

// Measure asks for SLIs from one time up to another, a sample each step.
func (l Library) measure(ctx context.Context, slis []SLI, from, to time.Time, step time.Duration) (all []measured, silent []Silent) {
	all = make([]measured, len(slis))
	errs := make([]error, len(slis))
	turn := make(chan bool, parallel)
	var done sync.WaitGroup
	for n, s := range slis {
		done.Go(func() {
			select {
			case turn <- true:
				defer func() { <-turn }()
				all[n], errs[n] = l.one(ctx, s, from, to, step)
			case <-ctx.Done():
				errs[n] = ctx.Err()
			}
		})
	}
	done.Wait()
	var found []measured
	for n, s := range slis {
		if errs[n] != nil {
			silent = append(silent, Silent{s.Title(), l.clean(sentence(errs[n]))})
			continue
		}
		found = append(found, all[n])
	}
	return found, silent
}

func (l Library) one(ctx context.Context, s SLI, from, to time.Time, step time.Duration) (measured, error) {
	m := measured{SLI: s}
	source, ok := l.Measures[s.Source]
	if !ok {
		return m, timeline.Refusal(fmt.Errorf("%s is not configured", cmp.Or(s.Source, "its source")))
	}
	m.source = source.Name()
	var answers []metrics.Answer
	for _, q := range s.Queries {
		a, err := source.Range(ctx, metrics.Query{Text: q, From: from, To: to, Step: step})
		if err != nil {
			return m, err
		}
		for _, w := range a.Warnings {
			m.notes = append(m.notes, l.clean(w))
		}
		if a.Cut > 0 {
			m.notes = append(m.notes, fmt.Sprintf("%d more series were left out", a.Cut))
		}
		for i, part := range a.Series {
			if n := len(part.Points); n > 0 && part.Points[n-1].At.After(m.last) {
				m.last = part.Points[n-1].At
			}
			a.Series[i].Labels = l.cleaned(part.Labels)
		}
		answers = append(answers, a)
	}
	if s.Counted && len(answers) == 2 {
		m.series, m.parts = counted(s, answers[0], answers[1])
	} else {
		m.series, m.parts = valued(s, answers[0]), answers[0].Series
	}
	return m, nil
}

// cleaned are labels that can be shown.
func (l Library) cleaned(labels map[string]string) map[string]string {
	fit := make(map[string]string, len(labels))
	for name, value := range labels {
		fit[name] = l.clean(value)
	}
	return fit
}

func (l Library) clean(text string) string {
	text = metrics.Told(text)
	if l.Clean != nil {
		text = l.Clean(text)
	}
	return text
}

// turnAgain is when it is tried again where enough look already.
const turnAgain = 2 * time.Second

// turn waits for nobody: where enough look already, it is for later, so that what
// is slow here holds up nothing else. End the turn when it is given.
func (l Library) turn() (end func(), err error) {
	if l.Turns == nil {
		return func() {}, nil
	}
	select {
	case l.Turns <- true:
		return func() { <-l.Turns }, nil
	default:
		return nil, timeline.Later(errors.New("others are being looked up for"), turnAgain)
	}
}
