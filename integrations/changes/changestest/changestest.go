// Package changestest says what every source of changes must do, whoever it is.
package changestest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/integrations/changes"
	"muster/timeline"
)

// Stand is a source under test, with what happens there.
type Stand struct {
	Source changes.Source
	Now    time.Time                        // about when things happen; not before the source's clock
	Add    func(title string, at time.Time) // something is changed
	Break  func(Trouble)                    // for good; nil where nothing can be broken
	Secret string                           // what no error may tell; empty for nothing
	Title  func(c changes.Change) string    // by what a change is known again; its title where it is nil
}

// Trouble is what a source can be in.
type Trouble string

// The troubles: it fails, asks for a pause, takes the token for none, or answers
// nonsense.
const (
	Fails    Trouble = "fails"
	Busy     Trouble = "busy"
	Refuses  Trouble = "refuses"
	Nonsense Trouble = "nonsense"
)

// Run proves a source. Open makes one of its own.
func Run(t *testing.T, open func(testing.TB) Stand) {
	for _, p := range []struct {
		name string
		hold func(*testing.T, Stand)
	}{
		{"it has a name", testName},
		{"without a change there is none", testNone},
		{"the window is from its beginning up to its end", testWindow},
		{"a change says what it is", testWhole},
		{"a change is the same each time", testStable},
		{"all of many are told", testMany},
		{"errors say what they mean", testErrors},
		{"an end is heeded", testCancelled},
	} {
		t.Run(p.name, func(t *testing.T) { p.hold(t, open(t)) })
	}
}

const minute = time.Minute

func (s Stand) between(t *testing.T, from, to time.Time) []changes.Change {
	t.Helper()
	all, err := s.Source.Between(t.Context(), from, to)
	if err != nil {
		t.Fatalf("Between: %v", err)
	}
	slices.SortFunc(all, func(a, b changes.Change) int { return cmp.Or(a.Started.Compare(b.Started), cmp.Compare(a.ID, b.ID)) })
	return all
}

func (s Stand) titles(t *testing.T, from, to time.Time) string {
	t.Helper()
	var all []string
	for _, c := range s.between(t, from, to) {
		if s.Title != nil {
			c.Title = s.Title(c)
		}
		all = append(all, c.Title)
	}
	return strings.Join(all, ", ")
}

func testName(t *testing.T, s Stand) {
	if name := s.Source.Name(); name == "" || strings.TrimSpace(name) != name {
		t.Errorf("its name is %q", name)
	}
}

func testNone(t *testing.T, s Stand) {
	if all := s.between(t, s.Now.Add(-time.Hour), s.Now); len(all) > 0 {
		t.Errorf("it tells of %+v", all)
	}
}

func testWindow(t *testing.T, s Stand) {
	for n := range 5 {
		s.Add(fmt.Sprint("change ", n), s.Now.Add(-time.Duration(n)*minute))
	}
	for _, tt := range []struct {
		from, to time.Duration
		want     string
	}{
		{-time.Hour, minute, "change 4, change 3, change 2, change 1, change 0"},
		{-3 * minute, -minute, "change 3, change 2"},
		{-3*minute + time.Second, -minute + time.Second, "change 2, change 1"},
		{-time.Hour, -10 * minute, ""},
	} {
		if got := s.titles(t, s.Now.Add(tt.from), s.Now.Add(tt.to)); got != tt.want {
			t.Errorf("from %v to %v: %q, want %q", tt.from, tt.to, got, tt.want)
		}
	}
	zone := time.FixedZone("east", 3*3600)
	if got := s.titles(t, s.Now.Add(-3*minute).In(zone), s.Now.Add(-minute).In(zone)); got != "change 3, change 2" {
		t.Errorf("asked in another zone: %q", got)
	}
}

func testWhole(t *testing.T, s Stand) {
	s.Add("change", s.Now.Add(-minute))
	for _, c := range s.between(t, s.Now.Add(-time.Hour), s.Now) {
		if c.Source == "" || c.ID == "" || !slices.Contains(changes.Kinds, c.Kind) || c.Title == "" {
			t.Errorf("it lacks its source, ID, kind or title: %+v", c)
		}
		if !c.Started.Equal(s.Now.Add(-minute)) || !c.Finished.IsZero() && c.Finished.Before(c.Started) {
			t.Errorf("it began at %v and ended at %v, not at %v", c.Started, c.Finished, s.Now.Add(-minute))
		}
	}
}

func testStable(t *testing.T, s Stand) {
	for n := range 3 {
		s.Add(fmt.Sprint("change ", n), s.Now.Add(-minute)) // of one moment
	}
	first := s.between(t, s.Now.Add(-time.Hour), s.Now)
	seen := map[string]bool{}
	for _, c := range first {
		if seen[c.Key()] {
			t.Errorf("two changes are %q", c.Key())
		}
		seen[c.Key()] = true
	}
	if len(first) != 3 {
		t.Errorf("three changes are %d", len(first))
	}
	s.Add("another", s.Now.Add(-2*minute))
	for _, c := range s.between(t, s.Now.Add(-minute-time.Second), s.Now) {
		if !seen[c.Key()] {
			t.Errorf("asked again it tells of %q", c.Key())
		}
	}
}

// many is more than vendors tell at once.
const many = 120

func testMany(t *testing.T, s Stand) {
	for n := range many {
		s.Add(fmt.Sprint("change ", n), s.Now.Add(-time.Duration(n+1)*time.Second))
	}
	seen := map[string]bool{}
	for _, c := range s.between(t, s.Now.Add(-time.Hour), s.Now) {
		seen[c.Key()] = true
	}
	if len(seen) != many {
		t.Errorf("of %d changes %d are told", many, len(seen))
	}
}

func testErrors(t *testing.T, s Stand) {
	if s.Break == nil {
		t.Skip("nothing there can be broken")
	}
	for _, trouble := range []Trouble{Nonsense, Refuses, Fails, Busy} { // after the last one it is left alone for a while
		s.Break(trouble)
		_, err := s.Source.Between(t.Context(), s.Now.Add(-time.Hour), s.Now)
		_, later := timeline.After(err)
		if err == nil || timeline.IsDoubtful(err) || timeline.IsRefusal(err) != (trouble == Refuses) || later != (trouble == Busy) {
			t.Errorf("where it %s: refusal %v, doubt %v, later %v: %v", trouble, timeline.IsRefusal(err), timeline.IsDoubtful(err), later, err)
		}
		if err != nil && s.Secret != "" && strings.Contains(err.Error(), s.Secret) {
			t.Errorf("where it %s the error tells a secret: %v", trouble, err)
		}
	}
}

func testCancelled(t *testing.T, s Stand) {
	if s.Break == nil {
		t.Skip("it calls nobody")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Source.Between(ctx, s.Now.Add(-time.Hour), s.Now); err == nil {
		t.Error("without any time it answers")
	}
}
