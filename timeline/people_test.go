package timeline_test

import (
	"slices"
	"testing"

	"muster/timeline"
)

// TestWhoIsInside says who belongs to a private incident, by what came last.
func TestWhoIsInside(t *testing.T) {
	ana, bo := timeline.Person{ID: "U1"}, timeline.Person{ID: "U2"}
	for _, tt := range []struct {
		what  string
		facts []timeline.Fact // by Bo
		want  []string
	}{
		{"declared", nil, []string{"U1"}},
		{"given a role", []timeline.Fact{timeline.RoleGiven{Role: timeline.Comms, To: bo}}, []string{"U1", "U2"}},
		{"offered a role", []timeline.Fact{timeline.HandoverOffered{Role: timeline.Comms, To: bo}}, []string{"U1", "U2"}},
		{"came in", []timeline.Fact{timeline.Joined{Person: bo}}, []string{"U1", "U2"}},
		{"let in", []timeline.Fact{timeline.AccessGranted{To: bo}}, []string{"U1", "U2"}},
		{"broke the glass", []timeline.Fact{timeline.GlassBroken{Reason: "why"}}, []string{"U1", "U2"}},
		{"only asked", []timeline.Fact{timeline.AccessAsked{}, timeline.Followed{}}, []string{"U1"}},
		{"left with a role", []timeline.Fact{timeline.RoleGiven{Role: timeline.Comms, To: bo}, timeline.Left{Person: bo}}, []string{"U1"}},
		{"account closed", []timeline.Fact{timeline.RoleGiven{Role: timeline.Comms, To: bo}, timeline.Deactivated{Person: bo}}, []string{"U1"}},
		{"came back", []timeline.Fact{timeline.Left{Person: bo}, timeline.Joined{Person: bo}}, []string{"U1", "U2"}},
		{"the declarer left", []timeline.Fact{timeline.Left{Person: ana}}, nil},
	} {
		events := []timeline.Event{{Incident: 1, Seq: 1, By: ana, Fact: timeline.Declared{Title: "x", Severity: timeline.Sev1, Private: true}}}
		for n, fact := range tt.facts {
			events = append(events, timeline.Event{Incident: 1, Seq: n + 2, By: bo, Fact: fact})
		}
		inc := timeline.Fold(1, events)
		if got := inc.Members(); !slices.Equal(got, tt.want) {
			t.Errorf("%s: inside are %v, want %v", tt.what, got, tt.want)
		}
		for _, id := range []string{"U1", "U2", ""} {
			if got := inc.IsOpenTo(id); got != slices.Contains(tt.want, id) {
				t.Errorf("%s: open to %q is %v", tt.what, id, got)
			}
		}
	}
}
