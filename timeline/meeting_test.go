package timeline_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"muster/timeline"
)

// by is a fact and who did it.
type by struct {
	who  string
	fact timeline.Fact
}

// told is an incident of which facts tell, a minute apart from 09:00 on.
func told(facts ...by) timeline.Incident {
	var events []timeline.Event
	for n, f := range facts {
		at := time.Date(2026, 3, 12, 9, n, 0, 0, time.UTC)
		events = append(events, timeline.Event{Incident: 1, Seq: n + 1, At: at, By: timeline.Person{ID: f.who}, Fact: f.fact})
	}
	return timeline.Fold(1, events)
}

func idsOf(people []timeline.Person) (ids []string) {
	for _, p := range people {
		ids = append(ids, p.ID)
	}
	return ids
}

func TestWhoTookPart(t *testing.T) {
	said := timeline.Message{Channel: "C1", TS: "1.1"}
	live := timeline.Message{Channel: "C1", TS: "2.2"}
	person := func(id string) timeline.Person { return timeline.Person{ID: id} }
	inc := told(
		by{"ANA", timeline.Declared{Title: "x", Severity: timeline.Sev1}},
		by{"ANA", timeline.RoleGiven{Role: timeline.Commander, To: person("ANA")}},
		by{"", timeline.Joined{Person: person("LURKER")}},
		by{"TAGGER", timeline.Tagged{Message: said, Tag: timeline.CauseTag, Emoji: "bulb", When: "1"}},
		by{"", timeline.Captured{Message: said, Author: person("AUTHOR"), At: time.Date(2026, 3, 12, 9, 3, 0, 0, time.UTC)}},
		by{"ANA", timeline.RoleGiven{Role: timeline.Comms, To: person("FORMER")}},
		by{"ANA", timeline.RoleGiven{Role: timeline.Comms, To: person("COMMS")}},
		by{"", timeline.Paged{For: 1, Route: "PagerDuty", People: []timeline.Person{person("ASLEEP")}}},
		by{"", timeline.PageAnswered{For: 1, By: person("WOKEN")}},
		by{"NOTER", timeline.Noted{Text: "seen"}},
		by{"HIDDEN", timeline.Noted{Text: "oops"}},
		by{"ANA", timeline.Hidden{Line: 11}},
		by{"ANA", timeline.ActionAgreed{What: "mend", DRI: person("DRI"), Due: "2026-04-01"}},
		by{"DRI", timeline.ActionDone{For: 13}},
		by{"ANA", timeline.Resolved{}},
		by{"LATER", timeline.Noted{Text: "the cause is known now"}},
		by{"ANA", timeline.MeetingSet{At: time.Date(2026, 3, 12, 9, 30, 0, 0, time.UTC), Minutes: 45, Host: person("ANA"), Guest: person("GUEST")}},
		by{"ANA", timeline.Tagged{Message: live, Tag: timeline.Finding, Emoji: "mag", When: "2"}},
		by{"", timeline.Captured{Message: live, Author: person("GUEST2"), At: time.Date(2026, 3, 12, 9, 40, 0, 0, time.UTC)}},
	)
	want := []string{"ANA", "AUTHOR", "FORMER", "COMMS", "WOKEN", "NOTER", "LATER"}
	if got := idsOf(inc.TookPart()); !slices.Equal(got, want) {
		t.Errorf("%v took part, want %v", got, want)
	}
	if got := idsOf(inc.Involved()); !slices.Equal(got, append(want, "GUEST")) {
		t.Errorf("%v are involved", got)
	}
}

func TestWishesThatAHostHasNotHeardOf(t *testing.T) {
	yes, explain := timeline.Understood{Yes: true}, timeline.Understood{}
	meeting := func(host string) by {
		return by{host, timeline.MeetingSet{At: time.Date(2026, 3, 13, 9, 0, 0, 0, time.UTC), Minutes: 45, Host: timeline.Person{ID: host}}}
	}
	heard := func(seq int) by { return by{"", timeline.Reminded{Of: timeline.ExplainDue(false, seq)}} }
	for _, tt := range []struct {
		what  string
		facts []by
		want  string
	}{
		{"nobody", []by{meeting("H"), {"A", yes}}, ""},
		{"some", []by{meeting("H"), {"A", explain}, {"B", yes}, {"C", explain}}, "A C"},
		{"another answer", []by{meeting("H"), {"A", explain}, {"A", yes}}, ""},
		{"and back", []by{meeting("H"), {"A", explain}, {"B", explain}, {"A", yes}, {"A", explain}}, "B A"},
		{"heard", []by{meeting("H"), {"A", explain}, {"B", explain}, heard(3)}, ""},
		{"heard, and one more while it was said", []by{meeting("H"), {"A", explain}, {"B", explain}, heard(2)}, "B"},
		{"said again after that", []by{meeting("H"), {"A", explain}, heard(2), {"A", yes}, {"A", explain}}, "A"},
		{"moved", []by{meeting("H"), {"A", explain}, heard(2), meeting("H")}, ""},
		{"another host", []by{meeting("H"), {"A", explain}, heard(2), meeting("I")}, "A"},
		{"the host", []by{meeting("H"), {"H", explain}}, ""},
		{"after the meeting", []by{meeting("H"), {"A", timeline.Understood{After: true}}}, ""},
	} {
		open, _ := told(tt.facts...).Wishes(false)
		var got []timeline.Person
		for _, w := range open {
			got = append(got, w.By)
		}
		if fmt.Sprint(idsOf(got)) != "["+tt.want+"]" {
			t.Errorf("%s: %v, want %s", tt.what, idsOf(got), tt.want)
		}
	}
}
