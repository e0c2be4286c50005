package commands

import (
	"context"
	"errors"
	"strings"
	"testing"

	"muster/chat"
	"muster/policy"
	"muster/templates"
	"muster/timeline"
)

// asked is what someone is answered who asks for a service.
func asked(t *testing.T, d Desk, person, name string) string {
	t.Helper()
	d.Standing = func(context.Context, string) policy.Standing { return policy.Member }
	answer, err := d.Do(t.Context(), chat.Request{By: timeline.Person{ID: person}, What: chat.Typed{}}, "service "+name)
	if err != nil {
		t.Fatal(err)
	}
	return answer.Message.Text
}

func of(t *testing.T, d Desk, facts ...timeline.Fact) timeline.Incident {
	t.Helper()
	inc, err := d.Journal.Declare(t.Context(), timeline.Cause{By: timeline.Person{ID: "U1"}}, func([]timeline.Incident) ([]timeline.Fact, error) {
		return facts, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return inc
}

func TestThePastOfAService(t *testing.T) {
	d, _ := machineDesk(t)
	declared := timeline.Declared{Title: "old", Severity: timeline.Sev2, Service: "checkout"}
	of(t, d, declared, timeline.Resolved{Text: "restarted"})
	named := func(title string, change func(*timeline.Declared), more ...timeline.Fact) timeline.Incident {
		f := declared
		f.Title = title
		if change != nil {
			change(&f)
		}
		return of(t, d, append([]timeline.Fact{f}, more...)...)
	}
	named("rolled back", nil, timeline.Identified{Text: "v42 leaks"}, timeline.Mitigated{Text: "rolled back <@U9>"}, timeline.Resolved{},
		timeline.ActionAgreed{What: "add an alert", DRI: timeline.Person{ID: "U1"}, Due: "2026-04-01"})
	named("silent", nil, timeline.Resolved{})
	named("secret", func(f *timeline.Declared) { f.Private = true }, timeline.Resolved{})
	named("exercise", func(f *timeline.Declared) { f.Drill = true })
	named("nothing", nil, timeline.Cancelled{Reason: "a test alarm"})
	named("the same", nil, timeline.Merged{Into: 2})
	open := named("again", nil)

	got := asked(t, d, "U2", "checkout")
	for _, want := range []string{
		"INC-8, sev2", "again. It is open: declared.", "INC-3, sev2", "silent. Nobody wrote down what ended it. No follow-ups.",
		"rolled back. What ended it: rolled back @someone. Follow-ups without a ticket: add an alert.", "Causes seen before:\n• v42 leaks (INC-2)",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("it lacks %q:\n%s", want, got)
		}
	}
	for _, not := range []string{"secret", "exercise", "nothing", "the same", "old"} {
		if strings.Contains(got, not) {
			t.Errorf("it tells of %q:\n%s", not, got)
		}
	}
	if got := asked(t, d, "U1", "checkout"); !strings.Contains(got, "INC-4, sev2") {
		t.Errorf("its member does not see INC-4:\n%s", got)
	}
	room, err := d.About(t.Context(), open)
	if err != nil || strings.Contains(room.Text, "INC-8") || strings.Contains(room.Text, "INC-4") || !strings.Contains(room.Text, "INC-3") {
		t.Errorf("the room is told, %v:\n%s", err, room.Text)
	}
}

func TestWhoIsOnCallIsToldWhereItIsKnown(t *testing.T) {
	d, _ := machineDesk(t)
	for want, onCall := range map[string]func(context.Context, string) ([]OnCall, error){
		"": nil,
		"On call: Ana, " + templates.Person("U2"): func(_ context.Context, service string) ([]OnCall, error) {
			return map[string][]OnCall{"checkout": {{Person: timeline.Person{Name: "Ana"}, Level: 1}, {Person: timeline.Person{ID: "U2"}, Level: 1}, {Person: timeline.Person{Name: "Chi"}, Level: 2}}}[service], nil
		},
		"On call: nobody":                 func(context.Context, string) ([]OnCall, error) { return nil, nil },
		"On call: could not be looked up": func(context.Context, string) ([]OnCall, error) { return nil, errors.New("away") },
	} {
		d.OnCall = onCall
		if got := asked(t, d, "U2", "CHECKOUT"); !strings.Contains(got, want) || want == "" && strings.Contains(got, "On call") {
			t.Errorf("want %q:\n%s", want, got)
		}
	}
}

func TestOwnersAreTold(t *testing.T) {
	for owner, kind := range map[string]string{
		"U0123ABCD": "person", "W0123ABCD": "person", "S0123ABCD": "group",
		"payments": "words", "Storage team": "words", "U2": "words", "SUPPORT": "words", "": "words",
	} {
		got := "words"
		switch {
		case isPerson(owner):
			got = "person"
		case isGroup(owner):
			got = "group"
		}
		if got != kind {
			t.Errorf("%q is taken for %s", owner, got)
		}
	}
}
