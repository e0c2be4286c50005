package commands

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/templates"
	"muster/timeline"
	"muster/timeline/bolt"
)

// machineDesk is a desk for machines, and a clock to move.
func machineDesk(t *testing.T) (Desk, *time.Time) {
	t.Helper()
	store, err := bolt.Open(filepath.Join(t.TempDir(), "muster.db"), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	journal := &timeline.Journal{Store: store, Now: func() time.Time { return now }}
	return Desk{
		Journal: journal, Texts: templates.New(), Slash: "/incident", All: All, Services: []string{"checkout", "mail"},
		Directory: map[string]Service{"checkout": {Owners: []string{"U0000ANA", "payments"}}, "mail": {}},
	}, &now
}

func TestReport(t *testing.T) {
	d, _ := machineDesk(t)
	told, err := d.Report(t.Context(), Report{
		Key: `{}/{severity="critical"}:{alertname="Down"}`, Title: "checkout\nis  down <@U0000ANA>", Severity: "SEV-2", Service: "Checkout",
		Text: "99 % fail, token xoxb-123456789012-abcdefghijklmnop", URL: "https://g.example/d/1", Drill: true,
	})
	if err != nil || told.Again || told.Remarks != nil {
		t.Fatalf("%+v, %v", told, err)
	}
	inc := told.Incident
	if inc.Title != "checkout is down < @U0000ANA>" || inc.Severity != timeline.Sev2 || inc.Service != "checkout" || !inc.Drill || inc.Status != timeline.IsDeclared || len(inc.Holders) > 0 {
		t.Errorf("it reads as %+v", inc)
	}
	if note := inc.Events[1].Fact.(timeline.Noted); strings.Contains(note.Text, "abcdefghijklmnop") || !strings.HasPrefix(note.Text, "99 % fail") {
		t.Errorf("the note is %q", note.Text)
	}
	if len(inc.Links) != 1 || inc.Links[0].URL != "https://g.example/d/1" {
		t.Errorf("it links %v", inc.Links)
	}
}

func TestReportsThatAreRefused(t *testing.T) {
	d, _ := machineDesk(t)
	for _, tt := range []struct {
		r    Report
		want string
	}{
		{Report{Title: "x"}, `"key" is missing`},
		{Report{Key: "a\nb", Title: "x"}, `"key" has to be one line`},
		{Report{Key: strings.Repeat("k", 201), Title: "x"}, `"key" has to be one line of at most 200 characters`},
		{Report{Key: "xoxb-123456789012-abcdefghijklmnop", Title: "x"}, `nothing that looks like a password`},
		{Report{Key: "a", Title: " \u200b "}, `"title" is missing`},
		{Report{Key: "a", Title: "x", Severity: "critical"}, `"severity" is "critical"`},
		{Report{Key: "a", Title: "x", URL: "javascript:alert(1)"}, `"url" is "javascript:alert(1)"`},
		{Report{Key: "a", Title: "x", Private: true}, `"private" needs a "service"`},
		{Report{Key: "a", Title: "x", Private: true, Service: "mail"}, `"private" needs a "service"`},
	} {
		_, err := d.Report(t.Context(), tt.r)
		var wrong Sorry
		if !errors.As(err, &wrong) || !strings.Contains(wrong.Text, tt.want) {
			t.Errorf("%+v: %v, want %s", tt.r, err, tt.want)
		}
	}
	if last, err := d.Journal.Store.Last(t.Context()); err != nil || last != 0 {
		t.Errorf("%v was declared, %v", last, err)
	}
}

func TestAReportIsNotLostForBeingLong(t *testing.T) {
	d, _ := machineDesk(t)
	told, err := d.Report(t.Context(), Report{Key: "a", Title: strings.Repeat("x", 1000), Text: strings.Repeat("y", 10_000), Service: "chekout"})
	if err != nil || len(told.Remarks) != 3 || len([]rune(told.Incident.Title)) != titleMost {
		t.Fatalf("%q, %v", told.Remarks, err)
	}
	if !strings.Contains(told.Remarks[0], "Did you mean `checkout`?") || told.Incident.Service != "chekout" {
		t.Errorf("of the service %q it says %q", told.Incident.Service, told.Remarks[0])
	}
}

func TestPrivateReportsLetTheOwnersIn(t *testing.T) {
	d, _ := machineDesk(t)
	told, err := d.Report(t.Context(), Report{Key: "a", Title: "x", Private: true, Service: "checkout"})
	if err != nil || !told.Incident.Private || !told.Incident.IsMember("U0000ANA") {
		t.Errorf("%+v, %v", told.Incident, err)
	}
}

func TestTheSameKeyIsTheSameIncidentForEver(t *testing.T) {
	d, now := machineDesk(t)
	var all sync.WaitGroup
	var mu sync.Mutex
	fresh := 0
	for range 20 {
		all.Go(func() {
			told, err := d.Report(context.Background(), Report{Key: "a", Title: "x"})
			mu.Lock()
			defer mu.Unlock()
			if err != nil || told.Incident.ID != 1 {
				t.Errorf("%v, %v", told.Incident.ID, err)
			}
			if !told.Again {
				fresh++
			}
		})
	}
	all.Wait()
	if fresh != 1 {
		t.Errorf("%d of 20 were new", fresh)
	}
	if _, err := d.Journal.Record(t.Context(), 1, timeline.Cause{}, timeline.Resolved{}); err != nil {
		t.Fatal(err)
	}
	*now = now.Add(400 * 24 * time.Hour)
	if told, err := d.Report(t.Context(), Report{Key: "a", Title: "another"}); err != nil || !told.Again || told.Incident.ID != 1 {
		t.Errorf("a year later: %+v, %v", told, err)
	}
}

func TestSimilarReportsAreDeclaredAndTold(t *testing.T) {
	d, now := machineDesk(t)
	for n, want := range []string{"[]", "[INC-1]", "[INC-1 INC-2]"} {
		told, err := d.Report(t.Context(), Report{Key: fmt.Sprint(n), Title: "checkout is down"})
		if err != nil || fmt.Sprint(told.Similar) != want {
			t.Errorf("%v, %v, want %s", told.Similar, err, want)
		}
	}
	*now = now.Add(2 * time.Minute)
	if told, err := d.Report(t.Context(), Report{Key: "later", Title: "checkout is down"}); err != nil || told.Similar != nil {
		t.Errorf("later: %v, %v", told.Similar, err)
	}
}

func TestOptionsIn(t *testing.T) {
	for _, tt := range []struct{ args, service, rest string }{
		{"sev1 service:checkout orders fail", "checkout", "sev1 orders fail"},
		{"service:checkout sev1 orders fail", "checkout", "sev1 orders fail"},
		{"orders fail SERVICE=checkout", "checkout", "orders fail"},
		{"orders fail service:checkout.", "checkout", "orders fail"},
		{`service:"Order desk" is down`, "Order desk", "is down"},
		{"service:a service:A x", "A", "x"},
		{"the service: it fails", "", "the service: it fails"},
		{"microservice:a is down", "", "microservice:a is down"},
		{"http://service:8080 is down", "", "http://service:8080 is down"},
	} {
		o, rest, err := optionsIn(templates.Texts{}, tt.args)
		if err != nil || o.service != tt.service || strings.Join(strings.Fields(rest), " ") != tt.rest {
			t.Errorf("optionsIn(templates.Texts{}, %q) = %+v, %q, %v", tt.args, o, rest, err)
		}
	}
	if _, _, err := optionsIn(templates.Texts{}, "service:a service:b x"); err == nil {
		t.Error("two services are one too many")
	}
}
