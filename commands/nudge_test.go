package commands

import (
	"testing"
	"time"

	"muster/timeline"
)

// TestRemindOf says why somebody is reminded of a follow-up that was agreed on on
// Monday 2 March 2026 and is due on Friday 20 March.
func TestRemindOf(t *testing.T) {
	zone := time.FixedZone("there", -5*3600)
	day := func(n int) time.Time { return time.Date(2026, 3, n, 10, 0, 0, 0, zone) }
	const dri, lead, other = "UCHI", "UANA", "UBO"
	for _, tt := range []struct {
		name     string
		who      string
		today    int // of March
		last     int // when they were reminded; 0 for never
		accepted bool
		want     string
	}{
		{name: "just agreed on", who: dri, today: 2},
		{name: "not accepted on the next day", who: dri, today: 3, want: "nudge.accept"},
		{name: "not accepted, and told so", who: dri, today: 4, last: 3},
		{name: "accepted, and far away", who: dri, today: 3, accepted: true},
		{name: "two days ahead", who: dri, today: 18, accepted: true, want: "nudge.soon"},
		{name: "two days ahead, told today", who: dri, today: 18, last: 18, accepted: true},
		{name: "one day ahead, not told yet", who: dri, today: 19, last: 3, accepted: true, want: "nudge.soon"},
		{name: "one day ahead, told", who: dri, today: 19, last: 18, accepted: true},
		{name: "the day", who: dri, today: 20, last: 18, accepted: true, want: "nudge.today"},
		{name: "the next day of work", who: dri, today: 23, last: 20, accepted: true, want: "nudge.overdue"},
		{name: "the day after that", who: dri, today: 24, last: 23, accepted: true},
		{name: "a week later", who: dri, today: 30, last: 23, accepted: true, want: "nudge.overdue"},
		{name: "never told, long overdue", who: dri, today: 31, accepted: true, want: "nudge.overdue"},
		{name: "the commander, on the day", who: lead, today: 20, accepted: true},
		{name: "the commander, once it is overdue", who: lead, today: 23, accepted: true, want: "nudge.commander"},
		{name: "the commander, told", who: lead, today: 24, last: 23, accepted: true},
		{name: "the commander, a week later", who: lead, today: 30, last: 23, accepted: true, want: "nudge.commander"},
		{name: "anybody else", who: other, today: 30, accepted: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			facts := []timeline.Fact{
				timeline.Declared{Title: "down", Severity: timeline.Sev2}, timeline.RoleGiven{Role: timeline.Commander, To: timeline.Person{ID: lead}},
				timeline.ActionAgreed{What: "add an alert", DRI: timeline.Person{ID: dri}, Due: "2026-03-20"},
			}
			inc := timeline.Fold(1, nil)
			add := func(at time.Time, f timeline.Fact) {
				inc = inc.With(timeline.Event{Incident: 1, Seq: len(inc.Events) + 1, At: at, By: timeline.Person{ID: lead}, Fact: f})
			}
			for _, f := range facts {
				add(day(2), f)
			}
			if tt.accepted {
				add(day(2), timeline.ActionAccepted{For: 3})
			}
			if tt.last > 0 {
				add(day(tt.last), timeline.Reminded{Of: timeline.FollowUpDue(3, tt.who)})
			}
			d := Desk{RemindAhead: 48 * time.Hour}
			if got := d.remindOf(owed{inc, inc.Actions[0]}, tt.who, day(tt.today)); got != tt.want {
				t.Errorf("reminded because of %q, want %q", got, tt.want)
			}
		})
	}
}

// TestRemindFrom goes back from a due day to one of work.
func TestRemindFrom(t *testing.T) {
	for due, want := range map[string]string{
		"2026-03-20": "2026-03-18", "2026-03-17": "2026-03-13", "2026-03-16": "2026-03-13", "2026-03-01": "2026-02-27", "nonsense": "",
	} {
		if got := (Desk{RemindAhead: 48 * time.Hour}).remindFrom(due); got != want {
			t.Errorf("of %s from %q on, want %q", due, got, want)
		}
	}
	if got := (Desk{}).remindFrom("2026-03-20"); got != "" {
		t.Errorf("never, and yet from %q on", got)
	}
}

func TestWorkingHours(t *testing.T) {
	for at, want := range map[string]bool{
		"2026-03-13T08:59": false, "2026-03-13T09:00": true, "2026-03-13T17:59": true, "2026-03-13T18:00": false,
		"2026-03-14T10:00": false, "2026-03-15T10:00": false, "2026-03-16T10:00": true,
	} {
		moment, err := time.Parse("2006-01-02T15:04", at)
		if err != nil {
			t.Fatal(err)
		}
		if isAtWork(moment) != want {
			t.Errorf("at %s at work: %v", at, !want)
		}
	}
}
