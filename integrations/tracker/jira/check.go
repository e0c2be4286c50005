package jira

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/andygrunwald/go-jira"

	"muster/integrations/tracker"
	"muster/timeline"
)

func errNoWay(ref string, how tracker.Ending) error {
	return fmt.Errorf("the workflow of %s has no way to be %s; move it by hand", ref, how)
}

// Finding is one thing that was checked.
type Finding struct {
	What string
	Err  error  // nil where it is well; it says what to do
	Note string // what is less than it could be
}

// Check verifies that tickets could be filed, assigned and kept in step: the
// token, the project, the issue type and its fields, and the permissions. It files
// none. Expires is when the token ends, as far as it is known.
func (j *Jira) Check(ctx context.Context, expires time.Time, now time.Time) []Finding {
	if _, answer, err := j.api.User.GetSelfWithContext(ctx); err != nil {
		return []Finding{{What: "token", Err: timeline.NotDone(j.judge("jira.token", answer, err))}}
	}
	all := []Finding{j.life(ctx, expires, now)}
	project, answer, err := j.api.Project.GetWithContext(ctx, j.o.Project)
	if err != nil {
		return append(all, Finding{What: "project " + j.o.Project, Err: fmt.Errorf("jira.project: %w", j.notThere("project", j.o.Project, j.judge("look for the project", answer, err)))})
	}
	all = append(all, Finding{What: "project " + j.o.Project})
	all = append(all, j.checkNames(ctx, project)...)
	all = append(all, j.checkType(ctx, j.o.IssueType, "jira.issue_type")...)
	if j.o.IncidentType != "" {
		all = append(all, j.checkType(ctx, j.o.IncidentType, "jira.incident_type")...)
	}
	return append(all, j.checkPermissions(ctx)...)
}

// notThere says what a look that found nothing means.
func (j *Jira) notThere(what, name string, err error) error {
	if errors.Is(err, tracker.ErrGone) {
		return fmt.Errorf("Jira has no %s %q, or the user of jira.token may not see it", what, name)
	}
	return timeline.NotDone(err)
}

// checkNames looks for what the configuration names: components, priorities, the
// epic, and which Jira it is.
func (j *Jira) checkNames(ctx context.Context, project *jira.Project) (all []Finding) {
	add := func(what string, err error) { all = append(all, Finding{What: what, Err: err}) }
	if j.o.Edition != "" {
		add("edition", j.checkEdition(ctx))
	}
	var there []string
	for _, c := range project.Components {
		there = append(there, c.Name)
	}
	wanted := slices.Concat(slices.Collect(maps.Values(j.o.ByService))...)
	if wanted = append(wanted, j.o.Components...); len(wanted) > 0 {
		add("components", lacks("component", wanted, there))
	}
	if len(j.o.Priorities) > 0 {
		add("priorities", j.checkPriorities(ctx))
	}
	if j.o.Epic != "" {
		_, err := j.Look(ctx, j.o.Epic)
		if err != nil {
			err = fmt.Errorf("jira.epic: %w", j.notThere("ticket", j.o.Epic, err))
		}
		add("epic "+j.o.Epic, err)
	}
	return all
}

func (j *Jira) checkEdition(ctx context.Context) error {
	is, err := j.askServer(ctx)
	told, _ := j.server(ctx) // by the configuration, so that nobody is asked
	if err == nil && is != told {
		err = fmt.Errorf("jira.edition: it is not %q; leave it out, and Jira is asked", j.o.Edition)
	}
	return err
}

func (j *Jira) checkPriorities(ctx context.Context) error {
	found, answer, err := j.api.Priority.GetListWithContext(ctx)
	if err != nil {
		return timeline.NotDone(j.judge("look for priorities", answer, err))
	}
	var there []string
	for _, p := range found {
		there = append(there, p.Name)
	}
	return lacks("priority", slices.Collect(maps.Values(j.o.Priorities)), there)
}

// lacks tells which names are not among those that there are.
func lacks(what string, wanted, there []string) error {
	slices.Sort(wanted)
	for _, name := range slices.Compact(wanted) {
		if !slices.Contains(there, name) {
			return fmt.Errorf("Jira has no %s %q; it has %s", what, name, cmp.Or(strings.Join(there, ", "), "none"))
		}
	}
	return nil
}

// soon is how long before a token ends it is told.
const soon = 30 * 24 * time.Hour

// life looks how long the token lives. Data Center tells; Cloud's tokens end
// within a year, and only whoever made one knows when.
func (j *Jira) life(ctx context.Context, expires, now time.Time) Finding {
	if server, err := j.server(ctx); err == nil && server && expires.IsZero() {
		var tokens []struct {
			Ends time.Time `json:"expiringAt"`
		}
		if j.call(ctx, "look at tokens", http.MethodGet, "rest/pat/latest/tokens", nil, &tokens) == nil && len(tokens) == 1 {
			expires = tokens[0].Ends
		}
	}
	day := expires.Format(time.DateOnly)
	switch {
	case expires.IsZero():
		return Finding{What: "token", Note: "when it ends is not known; write the day into jira.token_expires, and this tells you a month ahead"}
	case !expires.After(now):
		return Finding{What: "token", Err: fmt.Errorf("jira.token_expires: it ended on %s; make a new token", day)}
	case expires.Sub(now) < soon:
		return Finding{What: "token", Note: "it ends on " + day + "; make a new one before"}
	}
	return Finding{What: "token, until " + day}
}

// metaField is a field of an issue type, as Jira tells of those that are there
// when one is made.
type metaField struct {
	ID       string `json:"fieldId"`
	Name     string `json:"name"`
	Required bool   `json:"required"`
	Default  bool   `json:"hasDefaultValue"`
}

// metaMost is how many issue types, or fields, are asked for.
const metaMost = 200

// metaType is the ID of an issue type by its name.
func (j *Jira) metaType(ctx context.Context, name string) (id string, names []string, err error) {
	var page struct {
		Cloud  []struct{ ID, Name string } `json:"issueTypes"`
		Server []struct{ ID, Name string } `json:"values"`
	}
	path := fmt.Sprintf("rest/api/2/issue/createmeta/%s/issuetypes?maxResults=%d", url.PathEscape(j.o.Project), metaMost)
	if err := j.call(ctx, "look for issue types", http.MethodGet, path, nil, &page); err != nil {
		return "", nil, j.notThere("project", j.o.Project, err)
	}
	for _, t := range append(page.Cloud, page.Server...) {
		if strings.EqualFold(t.Name, name) {
			return t.ID, nil, nil
		}
		names = append(names, t.Name)
	}
	return "", names, nil
}

func (j *Jira) metaFields(ctx context.Context, issueType string) ([]metaField, error) {
	var page struct {
		Cloud  []metaField `json:"fields"`
		Server []metaField `json:"values"`
	}
	path := fmt.Sprintf("rest/api/2/issue/createmeta/%s/issuetypes/%s?maxResults=%d", url.PathEscape(j.o.Project), url.PathEscape(issueType), metaMost)
	if err := j.call(ctx, "look for fields", http.MethodGet, path, nil, &page); err != nil {
		return nil, timeline.NotDone(err)
	}
	return append(page.Cloud, page.Server...), nil
}

// checkType looks whether tickets of a type can be made with what Muster says of
// them.
func (j *Jira) checkType(ctx context.Context, issueType, key string) []Finding {
	id, names, err := j.metaType(ctx, issueType)
	what := "issue type " + issueType
	switch {
	case err != nil:
		return []Finding{{What: what, Err: err}}
	case id == "":
		return []Finding{{What: what, Err: fmt.Errorf("%s: the project has no %q, or the token may not make one; it has %s", key, issueType, strings.Join(names, ", "))}}
	}
	fields, err := j.metaFields(ctx, id)
	if err != nil {
		return []Finding{{What: what, Err: err}}
	}
	filled := map[string]bool{"project": true, "issuetype": true, "summary": true, "description": true, "labels": true, "duedate": true, "assignee": true, "reporter": true, "components": len(j.o.Components) > 0, "priority": len(j.o.Priorities) > 0, "parent": j.o.Epic != ""}
	for id := range j.o.Fields {
		filled[id] = true
	}
	there := map[string]bool{}
	var missing []string
	for _, f := range fields {
		there[f.ID] = true
		if f.Required && !f.Default && !filled[f.ID] {
			missing = append(missing, fmt.Sprintf("%s (%s)", f.Name, f.ID))
		}
	}
	all := []Finding{{What: what}}
	if len(missing) > 0 {
		all[0].Err = fmt.Errorf("it requires %s; give each a value under jira.fields, by its ID", strings.Join(missing, ", "))
	}
	for _, id := range []string{"duedate", "assignee", "labels"} {
		if !there[id] {
			all = append(all, Finding{What: what, Note: left[id] + " is not on the screen that tickets are made with: it is left out, and told; add it there"})
		}
	}
	for id := range j.o.Fields {
		if !there[id] {
			all = append(all, Finding{What: what, Note: "jira.fields names " + id + ", which is not on the screen: it is left out, and told"})
		}
	}
	return all
}

// needed is what the token's user has to be allowed.
var needed = []struct{ permission, why string }{
	{"CREATE_ISSUES", "nothing can be filed"},
	{"ASSIGN_ISSUES", "tickets are filed without whom they are for"},
	{"EDIT_ISSUES", "what is changed here is not changed there"},
	{"TRANSITION_ISSUES", "what is done here stays open there"},
	{"LINK_ISSUES", "tickets do not link back"},
}

func (j *Jira) checkPermissions(ctx context.Context) []Finding {
	var names []string
	for _, n := range needed {
		names = append(names, n.permission)
	}
	var page struct {
		Permissions map[string]struct {
			Have bool `json:"havePermission"`
		} `json:"permissions"`
	}
	path := "rest/api/2/mypermissions?projectKey=" + url.QueryEscape(j.o.Project) + "&permissions=" + strings.Join(names, ",")
	if err := j.call(ctx, "look for permissions", http.MethodGet, path, nil, &page); err != nil {
		return []Finding{{What: "permissions", Err: timeline.NotDone(err)}}
	}
	all := []Finding{{What: "permissions"}}
	for n, need := range needed {
		switch p := page.Permissions[need.permission]; {
		case p.Have:
		case n == 0:
			all[0].Err = errors.New("the user of jira.token may not make issues in the project: " + need.why)
		default:
			all = append(all, Finding{What: "permissions", Note: "the user of jira.token lacks " + need.permission + ": " + need.why})
		}
	}
	return all
}
