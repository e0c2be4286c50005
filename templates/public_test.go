package templates_test

import (
	"strings"
	"testing"
	"time"

	"muster/templates"
	"muster/timeline"
)

// happened makes an incident of facts.
func happened(facts ...timeline.Fact) timeline.Incident {
	var events []timeline.Event
	for n, f := range facts {
		events = append(events, timeline.Event{Incident: 1, Seq: n + 1, At: time.Date(2026, 3, 12, 9, n, 0, 0, time.UTC), By: timeline.Person{ID: "U1"}, Fact: f})
	}
	return timeline.Fold(1, events)
}

// TestADraftNamesNobody holds what customers may not read.
func TestADraftNamesNobody(t *testing.T) {
	inc := happened(
		timeline.Declared{Title: "<@U2> broke checkout, see https://wiki.corp.example/x", Severity: timeline.Sev2, Service: "checkout"},
		timeline.Introduced{Person: timeline.Person{ID: "U2", Name: "Bo Lindqvist"}},
		timeline.Updated{Text: "Late since 9:00. <@U2> and Bo Lindqvist look (https://g.corp.example/d/7), more in #inc-1 and on issue #7.", Actions: "A rollback. <@U2> runs it.", Needs: "root from <@U3>"},
	)
	asked := templates.New().Draft(inc, inc.Events[2], []string{"Checkout"})
	want := "Late since 9:00. Our team and our team look ([link]), more in our own channel and on issue #7.\n\nA rollback. Our team runs it."
	if asked.Text != want {
		t.Errorf("it says\n%s\nwant\n%s", asked.Text, want)
	}
	if asked.Title != "Our team broke checkout, see [link]" || asked.As != "partial_outage" || asked.About != 3 {
		t.Errorf("it is %+v", asked)
	}
}

func TestWhichComponentsShowWhat(t *testing.T) {
	update := timeline.Updated{Text: "x"}
	for _, tt := range []struct {
		facts     []timeline.Fact
		state, as string
	}{
		{[]timeline.Fact{timeline.Declared{Severity: timeline.Sev1}, update}, "investigating", "major_outage"},
		{[]timeline.Fact{timeline.Declared{Severity: timeline.Sev2}, update}, "investigating", "partial_outage"},
		{[]timeline.Fact{timeline.Declared{Severity: timeline.Sev4}, update}, "investigating", "degraded_performance"},
		{[]timeline.Fact{timeline.Declared{Severity: timeline.Sev1}, timeline.Identified{}}, "identified", "major_outage"},
		{[]timeline.Fact{timeline.Declared{Severity: timeline.Sev1}, timeline.Mitigated{}}, "monitoring", "degraded_performance"},
		{[]timeline.Fact{timeline.Declared{Severity: timeline.Sev1}, timeline.PublishAsked{State: "identified"}, update}, "identified", "major_outage"},
		{[]timeline.Fact{timeline.Declared{Severity: timeline.Sev1}, timeline.PublishAsked{State: "identified"}, timeline.Resolved{}}, "resolved", "operational"},
		{[]timeline.Fact{timeline.Declared{Severity: timeline.Sev1}, timeline.PublishAsked{State: "identified"}, timeline.Cancelled{Reason: "a joke of <@U2>"}}, "resolved", "operational"},
		{[]timeline.Fact{timeline.Declared{Severity: timeline.Sev1}, timeline.PublishAsked{State: "identified"}, timeline.Merged{Into: 2}}, "resolved", "operational"},
		{[]timeline.Fact{timeline.Declared{Severity: timeline.Sev1}, timeline.PublishAsked{State: "resolved"}, timeline.Resolved{}, timeline.Reopened{Reason: "we were wrong"}}, "investigating", "major_outage"},
	} {
		inc := happened(tt.facts...)
		last := inc.Events[len(inc.Events)-1]
		asked := templates.New().Draft(inc, last, []string{"Checkout"})
		if !templates.HasDraft(inc, last) || asked.State != tt.state || asked.As != tt.as || asked.Text == "" {
			t.Errorf("after %v it is %v, %+v", tt.facts, templates.HasDraft(inc, last), asked)
		}
		if strings.Contains(asked.Text, "joke") || strings.Contains(asked.Text, "wrong") {
			t.Errorf("it tells why: %s", asked.Text)
		}
	}
}

func TestWhatIsNotForCustomersHasNoDraft(t *testing.T) {
	for _, facts := range [][]timeline.Fact{
		{timeline.Declared{Private: true}, timeline.Updated{Text: "x"}},
		{timeline.Declared{Drill: true}, timeline.Updated{Text: "x"}},
		{timeline.Declared{}, timeline.Updated{Nothing: true}},
		{timeline.Declared{}, timeline.Resolved{Text: "never public"}},
		{timeline.Declared{}, timeline.PublishAsked{State: "resolved"}, timeline.Resolved{}},
		{timeline.Declared{}, timeline.Noted{Text: "x"}},
	} {
		inc := happened(facts...)
		if templates.HasDraft(inc, inc.Events[len(inc.Events)-1]) {
			t.Errorf("%v calls for a draft", facts)
		}
	}
}
