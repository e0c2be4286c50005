package jira_test

import (
	"strings"
	"testing"
	"time"

	"muster/integrations/tracker"
	"muster/integrations/tracker/jira"
	"muster/timeline"
	"muster/torture"
	"muster/workspace"
)

// open returns a Jira of its own, and its project.
func open(t *testing.T, change func(*jira.Options)) (*workspace.Workspace, *jira.Jira) {
	t.Helper()
	w, url := torture.Town(t)
	user, token := w.JiraToken()
	o := jira.Options{URL: url + "/jira", User: user, Token: token, Project: "OPS", IssueType: "Task"}
	if change != nil {
		change(&o)
	}
	j, err := jira.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return w, j
}

var alert = tracker.Ticket{Key: "muster-0123", Title: "add a memory alert", Body: "A follow-up of INC-1.", Incident: "INC-1", Due: "2026-11-27", Email: "CHI@demo.example"}

func TestATicketIsFiled(t *testing.T) {
	w, j := open(t, nil)
	filed, err := j.File(t.Context(), alert)
	if err != nil || filed.Ref != "OPS-1" || !strings.HasSuffix(filed.URL, "/jira/browse/OPS-1") || len(filed.LeftOut) > 0 {
		t.Fatalf("%+v, %v", filed, err)
	}
	if i := w.Issues()[0]; i.Assignee != "chi" || i.Due != alert.Due || i.Summary != alert.Title {
		t.Errorf("the ticket is %+v", i)
	}
	if _, ok, err := j.Find(t.Context(), alert); err != nil || ok {
		t.Errorf("the search shows it at once: %v, %v", ok, err)
	}
	w.Advance(time.Minute)
	if found, ok, err := j.Find(t.Context(), alert); err != nil || !ok || found.Ref != "OPS-1" {
		t.Errorf("Find: %+v, %v, %v", found, ok, err)
	}
}

// TestWhatIsNotTakenIsLeftOut names a person that Jira does not know, and a day
// that there is not.
func TestWhatIsNotTakenIsLeftOut(t *testing.T) {
	w, j := open(t, nil)
	odd := alert
	odd.Email, odd.Due = "nobody@demo.example", "2026-02-31"
	filed, err := j.File(t.Context(), odd)
	if err != nil || len(filed.LeftOut) != 2 || len(w.Issues()) != 1 {
		t.Errorf("%+v, %v, %v", filed, err, w.Issues())
	}
}

func TestWhatFailsIsJudged(t *testing.T) {
	for kind, doubt := range map[string]bool{"500": true, "503": true, "after_effect_500": true, "drop": true, "after_effect_drop": true, "429": false} {
		t.Run(kind, func(t *testing.T) {
			w, j := open(t, nil)
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
		w, j := open(t, change)
		_, err := j.File(t.Context(), alert)
		if !timeline.IsRefusal(err) || !strings.Contains(err.Error(), want) || len(w.Issues()) > 0 {
			t.Errorf("%v, want a refusal with %q", err, want)
		}
	}
}

func TestCheck(t *testing.T) {
	_, j := open(t, nil)
	if err := j.Check(t.Context()); err != nil {
		t.Error(err)
	}
	_, j = open(t, func(o *jira.Options) { o.Project = "NONE" })
	if err := j.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "jira.project") {
		t.Errorf("without the project: %v", err)
	}
}
