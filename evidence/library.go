// Package evidence answers "what changed?" and "show me": it asks those who keep
// changes and metrics, has package impact judge, and draws. Its followers do so
// for incidents.
package evidence

import (
	"errors"
	"maps"
	"slices"
	"strings"
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
