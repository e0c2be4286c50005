package jira

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/andygrunwald/go-jira"

	"muster/integrations/tracker"
	"muster/timeline"
)

// left is what optional fields are called in words.
var left = map[string]string{
	"duedate": "the due date", "assignee": "the assignee", "labels": "the labels", "components": "the components",
	"priority": "the priority", "parent": "the epic",
}

func (j *Jira) inWords(field string) string {
	switch {
	case left[field] != "":
		return left[field]
	case field == j.epicField():
		return left["parent"]
	}
	return "the field " + field
}

// File implements [tracker.Tracker]. A field that the project does not take is
// left out, and the ticket is filed without it.
func (j *Jira) File(ctx context.Context, t tracker.Ticket) (timeline.Ticketed, error) {
	fields, leftOut, err := j.fields(ctx, t)
	if err != nil {
		return timeline.Ticketed{}, err
	}
	issueType := j.o.IssueType
	if t.Whole {
		issueType = j.o.IncidentType
	}
	for {
		made, err := j.create(ctx, &jira.IssueFields{
			Project: jira.Project{Key: j.o.Project}, Type: jira.IssueType{Name: issueType},
			Summary: clip(t.Title, summaryMost), Description: t.Body, Unknowns: fields,
		})
		if err == nil {
			filed := j.ticketed(made)
			filed.LeftOut = leftOut
			return filed, nil
		}
		out := j.without(fields, wrongFields(err))
		if len(out) == 0 {
			return timeline.Ticketed{}, err
		}
		leftOut = append(leftOut, out...)
	}
}

// without takes fields out that Jira does not take, and returns them in words.
func (j *Jira) without(fields map[string]any, wrong []string) (out []string) {
	for _, field := range wrong {
		if _, ok := fields[field]; ok {
			delete(fields, field)
			out = append(out, j.inWords(field))
		}
	}
	return out
}

// fields are those that a ticket can do without.
func (j *Jira) fields(ctx context.Context, t tracker.Ticket) (fields map[string]any, leftOut []string, err error) {
	fields = map[string]any{"labels": append([]string{"muster", t.Key}, j.o.Labels...)}
	if t.Due != "" {
		fields["duedate"] = t.Due
	}
	if named := components(append(slices.Clone(j.o.Components), j.o.ByService[t.Service]...)); len(named) > 0 {
		fields["components"] = named
	}
	if p := j.o.Priorities[t.Severity]; p != "" {
		fields["priority"] = map[string]string{"name": p}
	}
	for id, value := range j.o.Fields {
		fields[id] = filledIn(value, t)
	}
	assignee, err := j.assignee(ctx, t.Who)
	switch {
	case err != nil:
		return nil, nil, err
	case assignee != nil:
		fields["assignee"] = assignee
	case !t.Whole:
		leftOut = append(leftOut, "the assignee, who is not known there")
	}
	if j.o.Epic != "" && !t.Whole {
		if err := j.addEpic(ctx, fields); err != nil {
			return nil, nil, err
		}
	}
	return fields, leftOut, nil
}

func components(names []string) (all []map[string]string) {
	slices.Sort(names)
	for _, n := range slices.Compact(names) {
		all = append(all, map[string]string{"name": n})
	}
	return all
}

// filledIn is the value of a field of the project's own for one ticket.
func filledIn(value any, t tracker.Ticket) any {
	switch value := value.(type) {
	case string:
		return strings.NewReplacer("{incident}", t.Incident, "{severity}", t.Severity.String(), "{service}", t.Service).Replace(value)
	case []any:
		all := make([]any, len(value))
		for n := range value {
			all[n] = filledIn(value[n], t)
		}
		return all
	case map[string]any:
		all := maps.Clone(value)
		for name := range all {
			all[name] = filledIn(all[name], t)
		}
		return all
	}
	return value
}

// summaryMost is how many characters Jira takes for a summary.
const summaryMost = 255

func clip(text string, most int) string {
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most-1]) + "…"
	}
	return text
}

func (j *Jira) create(ctx context.Context, fields *jira.IssueFields) (key string, err error) {
	made, answer, err := j.api.Issue.CreateWithContext(ctx, &jira.Issue{Fields: fields})
	switch {
	case err == nil && made.Key != "":
		return made.Key, nil
	case err == nil:
		return "", timeline.Doubtful(errors.New("Jira does not tell which ticket it has filed"))
	}
	if answer != nil {
		err = jira.NewJiraError(answer, err) // closes the body, and says why
	}
	return "", j.judge("file a ticket", answer, err)
}

// epicKind is what the field is called by which Data Center has epics.
const epicKind = "com.pyxis.greenhopper.jira:gh-epic-link"

// addEpic adds the epic: the parent in Cloud, a field of its own in Data Center.
func (j *Jira) addEpic(ctx context.Context, fields map[string]any) error {
	server, err := j.server(ctx)
	if err != nil {
		return err
	}
	if !server {
		fields["parent"] = map[string]string{"key": j.o.Epic}
		return nil
	}
	if j.epicField() == "" {
		all, answer, err := j.api.Field.GetListWithContext(ctx)
		if err != nil {
			return timeline.NotDone(j.judge("look for the epic's field", answer, err))
		}
		for _, f := range all {
			if f.Schema.Custom == epicKind {
				j.mu.Lock()
				j.epic = f.ID
				j.mu.Unlock()
			}
		}
	}
	if field := j.epicField(); field != "" {
		fields[field] = j.o.Epic
	}
	return nil
}

func (j *Jira) epicField() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.epic
}

// assignee returns the field that names someone, by the e-mail address or by what
// Jira calls them; nil for nobody that may be assigned.
func (j *Jira) assignee(ctx context.Context, who string) (any, error) {
	if who == "" {
		return nil, nil
	}
	j.mu.Lock()
	known, ok := j.known[who]
	j.mu.Unlock()
	if ok {
		return known, nil
	}
	server, err := j.server(ctx)
	if err != nil {
		return nil, err
	}
	if !strings.Contains(who, "@") { // as the configuration may have it
		return named(server, jira.User{AccountID: who, Name: who}), nil
	}
	by := "query"
	if server {
		by = "username"
	}
	var found []jira.User
	path := "rest/api/2/user/assignable/search?project=" + url.QueryEscape(j.o.Project) + "&" + by + "=" + url.QueryEscape(who)
	if err := j.call(ctx, "look for the assignee", http.MethodGet, path, nil, &found); err != nil {
		return nil, timeline.NotDone(err)
	}
	u, ok := theOne(found, who)
	if !ok {
		return nil, nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.known[who] = named(server, u)
	return j.known[who], nil
}

func named(server bool, u jira.User) any {
	if server {
		return map[string]string{"name": u.Name}
	}
	return map[string]string{"accountId": u.AccountID}
}

// theOne is whom an e-mail address stands for. Someone who hides theirs is taken
// where nobody else was found.
func theOne(found []jira.User, email string) (jira.User, bool) {
	var hidden []jira.User
	for _, u := range found {
		switch {
		case !u.Active || u.AccountType != "" && u.AccountType != "atlassian":
		case strings.EqualFold(u.EmailAddress, email):
			return u, true
		case u.EmailAddress == "":
			hidden = append(hidden, u)
		}
	}
	if len(hidden) == 1 {
		return hidden[0], true
	}
	return jira.User{}, false
}
