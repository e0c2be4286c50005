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

// Ticket is what is filed.
var Ticket = tracker.Ticket{Key: "muster-0123", Title: "add a memory alert", Body: "A follow-up of INC-1.", Incident: "INC-1", Severity: timeline.Sev1, Due: "2026-11-27"}

// Run holds a tracker to its promises; open makes a service of its own.
func Run(t *testing.T, open func(testing.TB) Service) {
	filed := func(t *testing.T) (Service, string) {
		s := open(t)
		ticket := Ticket
		ticket.Who = s.Who
		made, err := s.Tracker.File(t.Context(), ticket)
		if err != nil || made.Ref == "" || made.URL == "" || len(made.LeftOut) > 0 || s.Tickets() != 1 {
			t.Fatalf("%+v, %v, %d tickets", made, err, s.Tickets())
		}
		return s, made.Ref
	}
	t.Run("what was filed is found by its key, in time", func(t *testing.T) {
		s, ref := filed(t)
		s.Later(2 * s.Lag)
		found, err := s.Tracker.Find(t.Context(), Ticket.Key)
		if err != nil || len(found) != 1 || found[0].Ref != ref {
			t.Errorf("Find: %+v, %v", found, err)
		}
		if found, err := s.Tracker.Find(t.Context(), "muster-other"); err != nil || len(found) != 0 {
			t.Errorf("of another key: %+v, %v", found, err)
		}
	})
	t.Run("twice filed is twice found, the older first", func(t *testing.T) {
		s, ref := filed(t)
		s.Later(time.Second)
		if _, err := s.Tracker.File(t.Context(), Ticket); err != nil {
			t.Fatal(err)
		}
		s.Later(2 * s.Lag)
		if found, err := s.Tracker.Find(t.Context(), Ticket.Key); err != nil || len(found) != 2 || found[0].Ref != ref {
			t.Errorf("Find: %+v, %v", found, err)
		}
	})
	t.Run("how it stands is told without lag", func(t *testing.T) {
		s, ref := filed(t)
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
	})
	t.Run("that it changed is told in time, and what is gone is left out", func(t *testing.T) {
		s, ref := filed(t)
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
	})
	t.Run("it is changed, and again", func(t *testing.T) {
		s, ref := filed(t)
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
	})
	t.Run("it ends, is dropped and comes back, each once", func(t *testing.T) {
		s, ref := filed(t)
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
	})
	t.Run("it links back once", func(t *testing.T) {
		s, ref := filed(t)
		for range 2 {
			if err := s.Tracker.Link(t.Context(), ref, "muster:1", "https://chat.example/C1", "INC-1"); err != nil {
				t.Error(err)
			}
		}
		if n := s.Links(ref); n != 1 {
			t.Errorf("it has %d links", n)
		}
	})
}
