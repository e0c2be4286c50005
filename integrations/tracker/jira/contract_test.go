package jira_test

import (
	"testing"
	"time"

	"muster/integrations/tracker/jira"
	"muster/integrations/tracker/trackertest"
	"muster/torture"
	"muster/workspace"
)

// editions are the ways in which Jira comes.
var editions = map[string]func(w *workspace.Workspace, url string, o *jira.Options){
	"Cloud": func(w *workspace.Workspace, url string, o *jira.Options) {
		o.URL = url + "/jira"
		o.User, o.Token = w.JiraToken()
	},
	"Data Center": func(w *workspace.Workspace, url string, o *jira.Options) {
		o.URL, o.User, o.Token = url+"/jira-dc/", "", w.JiraServerToken()
	},
}

// openEdition returns a Jira of its own, and its project.
func openEdition(t testing.TB, edition string, change func(*jira.Options)) (*workspace.Workspace, *jira.Jira) {
	t.Helper()
	w, url := torture.Town(t)
	o := jira.Options{Project: "OPS", IssueType: "Task"}
	editions[edition](w, url, &o)
	if change != nil {
		change(&o)
	}
	j, err := jira.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return w, j
}

func TestEditionsKeepTheirPromises(t *testing.T) {
	for edition := range editions {
		t.Run(edition, func(t *testing.T) {
			trackertest.Run(t, func(tb testing.TB) trackertest.Service { return service(tb, edition) })
		})
	}
}

func service(t testing.TB, edition string) trackertest.Service {
	w, j := openEdition(t, edition, nil)
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	return trackertest.Service{
		Tracker: j, Later: w.Advance, Who: "CHI@demo.example", Lag: 45 * time.Second,
		Tickets: func() int { return len(w.Issues()) },
		Links: func(ref string) int {
			for _, i := range w.Issues() {
				if i.Key == ref {
					return len(i.Links)
				}
			}
			return 0
		},
		Move: func(ref string, over bool) {
			must(w.MoveIssue("bo", ref, map[bool]string{true: "Done", false: "In Progress"}[over]))
		},
		Hand: func(ref string) string { must(w.AssignIssue("bo", ref, "eli")); return "Eli Novak" },
		Date: func(ref, day string) { must(w.DueIssue("bo", ref, day)) },
	}
}
