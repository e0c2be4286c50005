package jira_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/integrations/tracker"
	"muster/integrations/tracker/jira"
	"muster/timeline"
	"muster/workspace"
)

var alert = tracker.Ticket{
	Key: "muster-0123", Title: "add a memory alert", Body: "A follow-up of INC-1.", Incident: "INC-1", Severity: timeline.Sev1, Service: "checkout",
	Due: "2026-11-27", Who: "CHI@demo.example",
}

// TestAllThatIsConfiguredIsFiled files with everything that a configuration can
// say.
func TestAllThatIsConfiguredIsFiled(t *testing.T) {
	for edition := range editions {
		t.Run(edition, func(t *testing.T) {
			w, j := openEdition(t, edition, func(o *jira.Options) {
				o.Labels, o.Components, o.ByService = []string{"postmortem"}, []string{"Delivery"}, map[string][]string{"checkout": {"Checkout", "Delivery"}}
				o.Priorities, o.Epic = map[timeline.Severity]string{timeline.Sev1: "Highest"}, "OPS-1000"
				o.Fields = map[string]any{"customfield_10050": "{incident} ({severity}, {service})"}
			})
			filed, err := j.File(t.Context(), alert)
			if err != nil || filed.Ref != "OPS-1" || !strings.HasSuffix(filed.URL, "/browse/OPS-1") || len(filed.LeftOut) > 0 {
				t.Fatalf("%+v, %v", filed, err)
			}
			i := w.Issues()[0]
			if i.Assignee != "chi" || i.Due != alert.Due || i.Summary != alert.Title || i.Priority != "Highest" || i.Epic != "OPS-1000" ||
				!slices.Equal(i.Components, []string{"Checkout", "Delivery"}) || !slices.Contains(i.Labels, "postmortem") || i.Fields["customfield_10050"] != "INC-1 (sev1, checkout)" {
				t.Errorf("the ticket is %+v", i)
			}
		})
	}
}

func TestTheSearchLags(t *testing.T) {
	w, j := openEdition(t, "Cloud", nil)
	if _, err := j.File(t.Context(), alert); err != nil {
		t.Fatal(err)
	}
	if found, err := j.Find(t.Context(), alert.Key); err != nil || len(found) > 0 {
		t.Errorf("the search shows it at once: %v, %v", found, err)
	}
	w.Advance(time.Minute)
	if found, err := j.Find(t.Context(), alert.Key); err != nil || len(found) != 1 || found[0].Ref != "OPS-1" {
		t.Errorf("Find: %+v, %v", found, err)
	}
}

// TestWhatIsNotTakenIsLeftOut files what a project does not take: the ticket is
// there without it, and what is missing is told.
func TestWhatIsNotTakenIsLeftOut(t *testing.T) {
	for name, tt := range map[string]struct {
		town   func(*workspace.Workspace)
		change func(*jira.Options)
		ticket func(*tracker.Ticket)
		want   []string
	}{
		"somebody whom Jira does not know": {ticket: func(t *tracker.Ticket) { t.Who = "nobody@demo.example" }, want: []string{"the assignee, who is not known there"}},
		"a day that there is not":          {ticket: func(t *tracker.Ticket) { t.Due = "2026-02-31" }, want: []string{"the due date"}},
		"no due date on the screen":        {town: func(w *workspace.Workspace) { w.RefuseField("duedate") }, want: []string{"the due date"}},
		"no labels on the screen":          {town: func(w *workspace.Workspace) { w.RefuseField("labels") }, want: []string{"the labels"}},
		"somebody who may not be assigned": {town: func(w *workspace.Workspace) { w.Unassignable("chi") }, want: []string{"the assignee, who is not known there"}},
		"a component that there is not":    {change: func(o *jira.Options) { o.Components = []string{"Mail"} }, want: []string{"the components"}},
		"a priority that there is not":     {change: func(o *jira.Options) { o.Priorities = map[timeline.Severity]string{timeline.Sev1: "P0"} }, want: []string{"the priority"}},
		"a field that there is not":        {change: func(o *jira.Options) { o.Fields = map[string]any{"customfield_1": "x"} }, want: []string{"the field customfield_1"}},
	} {
		for edition := range editions {
			t.Run(name+", "+edition, func(t *testing.T) {
				w, j := openEdition(t, edition, tt.change)
				if tt.town != nil {
					tt.town(w)
				}
				ticket := alert
				if tt.ticket != nil {
					tt.ticket(&ticket)
				}
				filed, err := j.File(t.Context(), ticket)
				if err != nil || !slices.Equal(filed.LeftOut, tt.want) || len(w.Issues()) != 1 {
					t.Errorf("%+v, %v, %v; want %v", filed, err, w.Issues(), tt.want)
				}
			})
		}
	}
}

// TestPeopleMayHideTheirAddresses finds who is the only one, and goes by what the
// configuration says.
func TestPeopleMayHideTheirAddresses(t *testing.T) {
	w, j := openEdition(t, "Cloud", nil)
	w.HideEmails()
	if filed, err := j.File(t.Context(), alert); err != nil || len(filed.LeftOut) > 0 || w.Issues()[0].Assignee != "chi" {
		t.Errorf("%+v, %v, %v", filed, err, w.Issues())
	}
	known := alert
	known.Who = "712020:" + strings.ToLower(w.PersonNamed("eli"))
	if filed, err := j.File(t.Context(), known); err != nil || w.Issues()[1].Assignee != "eli" {
		t.Errorf("%+v, %v, %v", filed, err, w.Issues())
	}
}

func TestWhatFailsIsJudged(t *testing.T) {
	for kind, doubt := range map[string]bool{"500": true, "503": true, "after_effect_500": true, "drop": true, "after_effect_drop": true, "429": false} {
		t.Run(kind, func(t *testing.T) {
			w, j := openEdition(t, "Cloud", nil)
			if err := w.Break(workspace.Fault{Method: "jira.issue.create", Kind: kind}); err != nil {
				t.Fatal(err)
			}
			_, err := j.File(t.Context(), alert)
			_, later := timeline.After(err)
			if err == nil || timeline.IsDoubtful(err) != doubt || timeline.IsRefusal(err) || later == doubt {
				t.Errorf("it is judged as doubt %v, refusal %v, later %v (%v)", timeline.IsDoubtful(err), timeline.IsRefusal(err), later, err)
			}
		})
	}
}

// TestRefusalsSayWhatToDo uses a token, a project and a type that are no good.
func TestRefusalsSayWhatToDo(t *testing.T) {
	for want, change := range map[string]func(*jira.Options){
		"make a new token":          func(o *jira.Options) { o.Token = "wrong" },
		"valid project is required": func(o *jira.Options) { o.Project = "NONE" },
		"valid issue type":          func(o *jira.Options) { o.IssueType = "Wish" },
	} {
		w, j := openEdition(t, "Cloud", change)
		ticket := alert
		ticket.Who = "" // with a name it is refused earlier
		_, err := j.File(t.Context(), ticket)
		if !timeline.IsRefusal(err) || !strings.Contains(err.Error(), want) || len(w.Issues()) > 0 {
			t.Errorf("%v, want a refusal with %q", err, want)
		}
	}
}

// TestCheckFindsWhatIsAmiss looks for each thing that can be.
func TestCheckFindsWhatIsAmiss(t *testing.T) {
	now := time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		edition string
		town    func(*workspace.Workspace)
		change  func(*jira.Options)
		expires time.Time
		fails   string
		notes   string
	}{
		"all is well":               {edition: "Cloud", expires: now.AddDate(0, 6, 0)},
		"Data Center tells itself":  {edition: "Data Center"},
		"nobody knows when it ends": {edition: "Cloud", notes: "jira.token_expires"},
		"it ends soon":              {edition: "Cloud", expires: now.AddDate(0, 0, 3), notes: "it ends on 2026-03-15"},
		"it has ended":              {edition: "Cloud", expires: now.AddDate(0, 0, -1), fails: "it ended on 2026-03-11"},
		"the token":                 {edition: "Cloud", change: func(o *jira.Options) { o.Token = "wrong" }, fails: "make a new token"},
		"the project":               {edition: "Cloud", change: func(o *jira.Options) { o.Project = "NONE" }, fails: "jira.project"},
		"the type":                  {edition: "Data Center", change: func(o *jira.Options) { o.IssueType = "Wish" }, fails: `jira.issue_type: the project has no "Wish"`},
		"a required field": {edition: "Data Center", town: func(w *workspace.Workspace) { w.RequireField("customfield_10077", "Cost centre") },
			fails: "it requires Cost centre (customfield_10077); give each a value under jira.fields"},
		"a component": {edition: "Data Center", change: func(o *jira.Options) { o.Components = []string{"Nowhere"} }, fails: `no component "Nowhere"; it has `},
		"a priority":  {edition: "Cloud", change: func(o *jira.Options) { o.Priorities = map[timeline.Severity]string{timeline.Sev1: "Blocker"} }, fails: `no priority "Blocker"; it has Highest, High`},
		"the epic":    {edition: "Cloud", change: func(o *jira.Options) { o.Epic = "OPS-99" }, fails: `jira.epic: Jira has no ticket "OPS-99", or the user of jira.token may not see it`},
		"the edition": {edition: "Cloud", change: func(o *jira.Options) { o.Edition = "server" }, fails: `jira.edition: it is not "server"`},
		"all is named": {edition: "Cloud", change: func(o *jira.Options) {
			o.Epic, o.Priorities = "OPS-1000", map[timeline.Severity]string{timeline.Sev1: "Highest"}
		}, notes: "jira.token_expires"},
		"no due date": {edition: "Cloud", town: func(w *workspace.Workspace) { w.RefuseField("duedate") }, notes: "the due date is not on the screen"},
	} {
		t.Run(name, func(t *testing.T) {
			w, j := openEdition(t, tt.edition, tt.change)
			if tt.town != nil {
				tt.town(w)
			}
			var fails, notes []string
			for _, f := range j.Check(t.Context(), tt.expires, now) {
				if f.Err != nil {
					fails = append(fails, f.Err.Error())
				}
				if f.Note != "" {
					notes = append(notes, f.Note)
				}
			}
			if (tt.fails == "") != (len(fails) == 0) || !strings.Contains(strings.Join(fails, "\n"), tt.fails) {
				t.Errorf("fails %q, want %q", fails, tt.fails)
			}
			if !strings.Contains(strings.Join(notes, "\n"), tt.notes) {
				t.Errorf("notes %q, want %q", notes, tt.notes)
			}
		})
	}
}

// FuzzReadHook reads anything that is signed: it names a ticket, or it does not.
func FuzzReadHook(f *testing.F) {
	f.Add([]byte(`{"timestamp":1,"webhookEvent":"jira:issue_updated","issue":{"key":"OPS-1"}}`))
	f.Add([]byte(`{"issue":null}`))
	f.Add([]byte(`[1]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		key, _, err := jira.ReadHook(http.Header{}, body, func(string) bool { return true })
		if err == nil && key == "" {
			t.Errorf("%q has no key", body)
		}
		if _, _, err := jira.ReadHook(http.Header{}, body, func(string) bool { return false }); !errors.Is(err, jira.ErrForged) {
			t.Errorf("forged: %v", err)
		}
	})
}
