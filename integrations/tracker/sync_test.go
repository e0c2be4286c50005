package tracker_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/integrations/tracker"
	"muster/timeline"
)

// TestCompare tells what somebody has changed there from what was changed here.
func TestCompare(t *testing.T) {
	chi, eli := timeline.Person{ID: "UCHI"}, timeline.Person{ID: "UELI"}
	seen := timeline.TicketSeen{For: 9, Status: "To Do", Due: "2026-03-20", Assignee: "Chi"}
	fresh := timeline.TicketSeen{For: 9, Due: "2026-03-20"} // filed, and not seen since
	action := func(change func(*timeline.Action)) timeline.Action {
		a := timeline.Action{Seq: 9, Seen: seen, FiledFor: chi}
		a.DRI, a.Due = chi, "2026-03-20"
		if change != nil {
			change(&a)
		}
		return a
	}
	there := tracker.Standing{Status: "To Do", Due: "2026-03-20", Assignee: tracker.Person{ID: "1", Name: "Chi"}}
	with := func(change func(*tracker.Standing)) tracker.Standing {
		s := there
		change(&s)
		return s
	}
	told := func(f timeline.TicketSeen, change func(*timeline.TicketSeen)) timeline.TicketSeen {
		change(&f)
		return f
	}
	for _, tt := range []struct {
		name     string
		a        timeline.Action
		now      tracker.Standing
		assignee timeline.Person
		want     []timeline.Fact
	}{
		{"nothing", action(nil), there, chi, nil},
		{"another day there", action(nil), with(func(s *tracker.Standing) { s.Due = "2026-04-01" }), chi, []timeline.Fact{
			timeline.ActionChanged{For: 9, Due: "2026-04-01", Source: "Jira"}, told(seen, func(f *timeline.TicketSeen) { f.Due = "2026-04-01" })}},
		{"another day here, on its way", action(func(a *timeline.Action) { a.Due = "2026-05-01" }), there, chi, nil},
		{"another day here, that has arrived", action(func(a *timeline.Action) { a.Due = "2026-05-01" }), with(func(s *tracker.Standing) { s.Due = "2026-05-01" }), chi,
			[]timeline.Fact{told(seen, func(f *timeline.TicketSeen) { f.Due = "2026-05-01" })}},
		{"no day any more", action(nil), with(func(s *tracker.Standing) { s.Due = "" }), chi, []timeline.Fact{told(seen, func(f *timeline.TicketSeen) { f.Due = "" })}},
		{"another person there", action(nil), with(func(s *tracker.Standing) { s.Assignee.Name = "Eli" }), eli, []timeline.Fact{
			timeline.ActionChanged{For: 9, To: eli, Source: "Jira"}, told(seen, func(f *timeline.TicketSeen) { f.Assignee = "Eli" })}},
		{"somebody whom the chat does not know", action(nil), with(func(s *tracker.Standing) { s.Assignee.Name = "Zoe" }), timeline.Person{}, []timeline.Fact{told(seen, func(f *timeline.TicketSeen) { f.Assignee = "Zoe" })}},
		{"another person here, on its way", action(func(a *timeline.Action) { a.DRI = eli }), there, chi, nil},
		{"done there", action(nil), with(func(s *tracker.Standing) { s.Status, s.Over = "Done", true }), chi, []timeline.Fact{
			timeline.ActionDone{For: 9, Source: "Jira"}, told(seen, func(f *timeline.TicketSeen) { f.Status, f.Over = "Done", true })}},
		{"dropped there", action(nil), with(func(s *tracker.Standing) { s.Status, s.Over, s.Dropped = "Won't Do", true, true }), chi, []timeline.Fact{
			timeline.ActionDropped{For: 9, Why: "Won't Do", Source: "Jira"}, told(seen, func(f *timeline.TicketSeen) { f.Status, f.Over = "Won't Do", true })}},
		{"done here, on its way", action(func(a *timeline.Action) { a.Over, a.Done = true, true }), there, chi, nil},
		{"done here, and there", action(func(a *timeline.Action) { a.Over, a.Done = true, true }), with(func(s *tracker.Standing) { s.Status, s.Over = "Done", true }), chi,
			[]timeline.Fact{told(seen, func(f *timeline.TicketSeen) { f.Status, f.Over = "Done", true })}},
		{"open there again", action(func(a *timeline.Action) { a.Over, a.Done, a.Seen.Over, a.Seen.Status = true, true, true, "Done" }), there, chi, []timeline.Fact{
			timeline.ActionReopened{For: 9, Source: "Jira"}, seen}},
		{"taken up again here, on its way", action(func(a *timeline.Action) { a.Seen.Over, a.Seen.Status = true, "Done" }), with(func(s *tracker.Standing) { s.Status, s.Over = "Done", true }), chi, nil},
		{"it was gone, and is back", action(func(a *timeline.Action) { a.Seen.Gone = true }), there, chi, []timeline.Fact{seen}},
		{"seen for the first time", action(func(a *timeline.Action) { a.Seen = fresh }), there, chi, []timeline.Fact{seen}},
		{"seen for the first time, given away since it was filed", action(func(a *timeline.Action) { a.Seen = fresh }), with(func(s *tracker.Standing) { s.Assignee.Name = "Eli" }), eli, []timeline.Fact{
			timeline.ActionChanged{For: 9, To: eli, Source: "Jira"}, told(seen, func(f *timeline.TicketSeen) { f.Assignee = "Eli" })}},
		{"seen for the first time, and the tracker chose somebody itself",
			action(func(a *timeline.Action) {
				a.Seen, a.Ticket = fresh, timeline.Ticketed{Ref: "OPS-1", LeftOut: []string{"the assignee, who is not known there"}}
			}),
			with(func(s *tracker.Standing) { s.Assignee.Name = "Eli" }), eli, []timeline.Fact{told(seen, func(f *timeline.TicketSeen) { f.Assignee = "Eli" })}},
		{"given away here while it was filed", action(func(a *timeline.Action) { a.Seen, a.DRI = fresh, eli }), there, chi, []timeline.Fact{seen}},
		{"moved here while it was filed", action(func(a *timeline.Action) { a.Seen, a.Due = fresh, "2026-05-01" }), there, chi, []timeline.Fact{seen}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tracker.Compare("Jira", tt.a, tt.now, tt.assignee)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
