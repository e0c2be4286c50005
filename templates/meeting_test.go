package templates_test

import (
	"strings"
	"testing"
	"time"

	"muster/templates"
	"muster/timeline"
)

// TestTheShareTellsOfNobody says what is shown of who understands the cause: never
// so little that it would tell who said it.
func TestTheShareTellsOfNobody(t *testing.T) {
	meeting := told{0, "U1", timeline.MeetingSet{At: noon.Add(time.Hour), Minutes: 45, Host: timeline.Person{ID: "U1"}}}
	asked := func(after bool, ids ...string) (all []told) {
		for _, id := range ids {
			all = append(all, told{0, "", timeline.Reminded{Of: timeline.UnderstandDue(after, id)}})
		}
		return all
	}
	said := func(after bool, by string) (all []told) {
		for _, one := range strings.Fields(by) {
			id, yes := strings.CutSuffix(one, "+")
			all = append(all, told{0, id, timeline.Understood{After: after, Yes: yes}})
		}
		return all
	}
	for _, tt := range []struct {
		what string
		all  [][]told
		want string
	}{
		{"nobody is asked", nil, ""},
		{"nobody has answered", [][]told{asked(false, "U1", "U2", "U3", "U4")}, "4 were asked whether they understand the root cause; the share is shown once 3 have answered."},
		{"two have", [][]told{asked(false, "U1", "U2", "U3", "U4"), said(false, "U1 U2+")}, "4 were asked whether they understand the root cause; the share is shown once 3 have answered."},
		{"three have", [][]told{asked(false, "U1", "U2", "U3", "U4"), said(false, "U1 U2+ U3")}, "Before the meeting 1 of the 3 who answered (of 4 asked) understood the root cause."},
		{"one twice", [][]told{asked(false, "U1", "U2", "U3", "U4"), said(false, "U1 U2+ U1+ U1")}, "4 were asked whether they understand the root cause; the share is shown once 3 have answered."},
		{"one unasked", [][]told{asked(false, "U1", "U2"), said(false, "U1 U2+ U3+")}, "Before the meeting 2 of the 3 who answered (of 3 asked) understood the root cause."},
		{"few after it", [][]told{asked(false, "U1", "U2", "U3"), said(false, "U1 U2+ U3"), asked(true, "U1", "U2", "U3"), said(true, "U1+ U2+")}, "Before the meeting 1 of the 3 who answered (of 3 asked) understood the root cause."},
		{"both", [][]told{asked(false, "U1", "U2", "U3"), said(false, "U1 U2+ U3"), asked(true, "U1", "U2", "U3"), said(true, "U1+ U2+ U3+")}, "Before the meeting 1 of the 3 who answered (of 3 asked) understood the root cause; after it 3 of 3."},
		{"only after it", [][]told{asked(false, "U1", "U2"), asked(true, "U1", "U2", "U3", "U4"), said(true, "U1+ U2+ U3")}, "After the meeting 2 of the 3 who answered (of 4 asked) understood the root cause."},
	} {
		facts := []told{declared, meeting}
		for _, some := range tt.all {
			facts = append(facts, some...)
		}
		inc := incident(facts...)
		if got := templates.New().Understanding(inc); got != tt.want {
			t.Errorf("%s: it says %q, want %q", tt.what, got, tt.want)
		}
		share := !strings.Contains(tt.want, "were asked") // the agenda is told while they are
		agenda := templates.New().Agenda(inc)
		if first := strings.Index(agenda, "1. Does everyone understand what happened?"); first < 0 || first > strings.Index(agenda, "follow-ups") || strings.Contains(agenda, tt.want) != share {
			t.Errorf("%s: the agenda is\n%s", tt.what, agenda)
		}
	}
}
