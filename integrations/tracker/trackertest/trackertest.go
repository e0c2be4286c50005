// Package trackertest says what every tracker must do, whatever the vendor.
package trackertest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"muster/integrations/tracker"
	"muster/timeline"
)

// Service is a tracker under test, with what people do there.
type Service struct {
	Tracker tracker.Tracker
	Later   func(time.Duration) // lets time go by there
	Tickets func() int          // how many there are
	Links   func(ref string) int
	Move    func(ref string, over bool)
	Hand    func(ref string) (name string) // somebody else answers for it
	Date    func(ref, day string)
	Who     string        // somebody by the e-mail address, in any case
	Lag     time.Duration // of the search
}

// Open makes a service of its own.
type Open func(testing.TB) Service

// promise is one thing that is to hold.
type promise struct {
	name string
	hold func(*testing.T, Open)
}

func run(t *testing.T, open Open, all []promise) {
	for _, p := range all {
		t.Run(p.name, func(t *testing.T) { p.hold(t, open) })
	}
}

// Ticket is what is filed.
var Ticket = tracker.Ticket{Key: "muster-0123", Title: "add a memory alert", Body: "A follow-up of INC-1.", Incident: "INC-1", Severity: timeline.Sev1, Due: "2026-11-27"}

// Run holds a tracker to its promises.
func Run(t *testing.T, open Open) {
	run(t, open, []promise{
		{"what was filed is found by its key, in time", testFind},
		{"twice filed is twice found, the older first", testTwice},
		{"how it stands is told without lag", testLook},
		{"that it changed is told in time, and what is gone is left out", testChanged},
		{"it is changed, and again", testChange},
		{"it ends, is dropped and comes back, each once", testEnd},
		{"it links back once", testLink},
	})
}

// filed is a service with one ticket.
func (open Open) filed(t *testing.T) (Service, string) {
	s := open(t)
	ticket := Ticket
	ticket.Who = s.Who
	made, err := s.Tracker.File(t.Context(), ticket)
	if err != nil || made.Ref == "" || made.URL == "" || len(made.LeftOut) > 0 || s.Tickets() != 1 {
		t.Fatalf("%+v, %v, %d tickets", made, err, s.Tickets())
	}
	return s, made.Ref
}

func testFind(t *testing.T, open Open) {
	s, ref := open.filed(t)
	s.Later(2 * s.Lag)
	found, err := s.Tracker.Find(t.Context(), Ticket.Key)
	if err != nil || len(found) != 1 || found[0].Ref != ref {
		t.Errorf("Find: %+v, %v", found, err)
	}
	if found, err := s.Tracker.Find(t.Context(), "muster-other"); err != nil || len(found) != 0 {
		t.Errorf("of another key: %+v, %v", found, err)
	}
}

func testTwice(t *testing.T, open Open) {
	s, ref := open.filed(t)
	s.Later(time.Second)
	if _, err := s.Tracker.File(t.Context(), Ticket); err != nil {
		t.Fatal(err)
	}
	s.Later(2 * s.Lag)
	if found, err := s.Tracker.Find(t.Context(), Ticket.Key); err != nil || len(found) != 2 || found[0].Ref != ref {
		t.Errorf("Find: %+v, %v", found, err)
	}
}

func testLook(t *testing.T, open Open) {
	s, ref := open.filed(t)
	first, err := s.Tracker.Look(t.Context(), ref)
	if err != nil || first.Over || first.Status == "" || first.Due != Ticket.Due || first.Assignee.ID == "" || first.Changed.IsZero() {
		t.Errorf("Look: %+v, %v", first, err)
	}
	s.Later(time.Minute)
	s.Date(ref, "2026-12-01")
	name := s.Hand(ref)
	s.Move(ref, true)
	now, err := s.Tracker.Look(t.Context(), ref)
	if err != nil || !now.Over || now.Dropped || now.Due != "2026-12-01" || now.Assignee.Name != name || !now.Changed.After(first.Changed) {
		t.Errorf("Look: %+v, %v; want %s", now, err, name)
	}
}

func testChanged(t *testing.T, open Open) {
	s, ref := open.filed(t)
	s.Later(2 * s.Lag)
	s.Date(ref, "2026-12-01")
	s.Later(2 * s.Lag)
	now, _ := s.Tracker.Look(t.Context(), ref)
	changed, err := s.Tracker.Changed(t.Context(), []string{ref, "OPS-999"})
	if err != nil || len(changed) != 1 || !changed[ref].Equal(now.Changed) {
		t.Errorf("Changed: %v, %v, want %v", changed, err, now.Changed)
	}
	if _, err := s.Tracker.Look(t.Context(), "OPS-999"); !errors.Is(err, tracker.ErrGone) || !timeline.IsRefusal(err) {
		t.Errorf("of a ticket that there is not: %v", err)
	}
}

func testChange(t *testing.T, open Open) {
	s, ref := open.filed(t)
	for range 2 {
		out, err := s.Tracker.Change(t.Context(), ref, tracker.Change{Due: "2027-01-02", Who: s.Who})
		if err != nil || len(out) > 0 {
			t.Errorf("Change: %v, %v", out, err)
		}
	}
	if now, err := s.Tracker.Look(t.Context(), ref); err != nil || now.Due != "2027-01-02" {
		t.Errorf("Look: %+v, %v", now, err)
	}
	out, err := s.Tracker.Change(t.Context(), ref, tracker.Change{Due: "2027-01-03", Who: "nobody@nowhere.example"})
	if err != nil || !slices.ContainsFunc(out, func(o string) bool { return o != "" }) {
		t.Errorf("to nobody: %v, %v", out, err)
	}
}

func testEnd(t *testing.T, open Open) {
	s, ref := open.filed(t)
	for _, step := range []struct {
		how  tracker.Ending
		want tracker.Standing
	}{
		{tracker.Done, tracker.Standing{Over: true}}, {tracker.Done, tracker.Standing{Over: true}}, {tracker.NotOver, tracker.Standing{}}, {tracker.NotOver, tracker.Standing{}},
		{tracker.Dropped, tracker.Standing{Over: true, Dropped: true}}, {tracker.Dropped, tracker.Standing{Over: true, Dropped: true}},
	} {
		err := s.Tracker.End(t.Context(), ref, step.how, "because")
		now, lookErr := s.Tracker.Look(t.Context(), ref)
		if err != nil || lookErr != nil || now.Over != step.want.Over || now.Dropped != step.want.Dropped {
			t.Errorf("%s: %v, %v, %+v", step.how, err, lookErr, now)
		}
	}
}

func testLink(t *testing.T, open Open) {
	s, ref := open.filed(t)
	for range 2 {
		if err := s.Tracker.Link(t.Context(), ref, "muster:1", "https://chat.example/C1", "INC-1"); err != nil {
			t.Error(err)
		}
	}
	if n := s.Links(ref); n != 1 {
		t.Errorf("it has %d links", n)
	}
}
