package chat_test

import (
	"testing"
	"time"

	"muster/chat"
	"muster/templates"
	"muster/timeline"
)

// asksOf is when an incident's followers would ask, by whom and when: it was
// declared by Ana in Berlin, Bo is in New York, and Gus, the guest, in Tokyo.
func asksOf(t *testing.T, at time.Time, set timeline.MeetingSet, private bool) map[string]string {
	t.Helper()
	person := func(id string) timeline.Person { return timeline.Person{ID: id, Name: id} }
	inc := timeline.Fold(1, nil)
	next := func(by string, fact timeline.Fact) timeline.Event {
		ev := timeline.Event{Incident: 1, Seq: len(inc.Events) + 1, At: at, By: timeline.Person{ID: by}, Fact: fact}
		inc = inc.With(ev)
		return ev
	}
	next("UANA", timeline.Declared{Title: "x", Severity: timeline.Sev1, Private: private})
	next("UBO", timeline.Noted{Text: "seen"})
	next("", timeline.Introduced{Person: person("UANA"), Zone: "Europe/Berlin"})
	next("", timeline.Introduced{Person: person("UBO"), Zone: "America/New_York"})
	next("", timeline.Introduced{Person: person("UGUS"), Zone: "Asia/Tokyo"})
	next("UANA", timeline.Resolved{})
	asks, ev := map[string]string{}, next("UANA", set)
	for _, e := range (chat.Understanding{Texts: templates.New()}).React(inc, ev) {
		asks[e.On] = e.NotUntil.UTC().Format("Mon 15:04")
	}
	return asks
}

// TestNobodyIsAskedAtNight asks each in their working hours, and before the meeting
// no later than it begins.
func TestNobodyIsAskedAtNight(t *testing.T) {
	day := func(n, hour int) time.Time { return time.Date(2026, 3, n, hour, 0, 0, 0, time.UTC) } // the 12th is a Thursday
	meeting := func(at time.Time) timeline.MeetingSet {
		return timeline.MeetingSet{At: at, Minutes: 60, Host: timeline.Person{ID: "UANA"}, Guest: timeline.Person{ID: "UGUS"}}
	}
	for _, tt := range []struct {
		what    string
		set, at time.Time
		private bool
		want    map[string]string
	}{
		{"in the morning, for the next afternoon", day(12, 8), day(13, 14), false, map[string]string{
			"before UANA": "Thu 08:00", "after UANA": "Fri 15:00",
			"before UBO": "Thu 13:00", "after UBO": "Fri 15:00",
			"before UGUS": "Thu 08:00", "after UGUS": "Mon 00:00",
		}},
		{"in the evening, for the next morning", day(12, 20), day(13, 9), false, map[string]string{
			"before UANA": "Fri 08:00", "after UANA": "Fri 10:00",
			"before UBO": "Thu 20:00", "after UBO": "Fri 13:00",
			"before UGUS": "Fri 00:00", "after UGUS": "Mon 00:00",
		}},
		{"in the evening, for at once", day(12, 18), day(12, 19), false, map[string]string{
			"before UANA": "Thu 19:00", "after UANA": "Fri 08:00",
			"before UBO": "Thu 18:00", "after UBO": "Thu 20:00",
			"before UGUS": "Thu 19:00", "after UGUS": "Fri 00:00",
		}},
		{"of a private incident, its members", day(12, 8), day(13, 14), true, map[string]string{"before UANA": "Thu 08:00", "after UANA": "Fri 15:00"}},
	} {
		got := asksOf(t, tt.set, meeting(tt.at), tt.private)
		for on, want := range tt.want {
			if got[on] != want {
				t.Errorf("%s: %s is asked %q, want %q", tt.what, on, got[on], want)
			}
		}
		if len(got) != len(tt.want) {
			t.Errorf("%s: asked are %v", tt.what, got)
		}
	}
}
