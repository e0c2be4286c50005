package workspace

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// What an issue can have, and what is wrong with what comes in for it.

const (
	epicLink      = "customfield_10014"
	incidentField = "customfield_10050"
)

type issueType struct {
	id, name string
	subtask  bool
}

var issueTypes = []issueType{{"10001", "Task", false}, {"10002", "Bug", false}, {"10003", "Story", false}, {"10004", "Sub-task", true}}

func (t issueType) json(c *jiraCall) object {
	return object{"id": t.id, "name": t.name, "subtask": t.subtask, "self": c.self("issuetype", t.id)}
}

// jiraNamed is what can be chosen for a field, by name.
type jiraNamed struct {
	kind  string
	first int // ID
	names []string
}

var (
	jiraPriorities = jiraNamed{"priority", 1, []string{"Highest", "High", "Medium", "Low"}}
	jiraComponents = jiraNamed{"component", 10100, []string{"Checkout", "Delivery"}}
)

func (n jiraNamed) some(c *jiraCall, names ...string) []object {
	all := []object{}
	for i, name := range n.names {
		if slices.Contains(names, name) {
			id := fmt.Sprint(n.first + i)
			all = append(all, object{"id": id, "name": name, "self": c.self(n.kind, id)})
		}
	}
	return all
}

func (n jiraNamed) json(c *jiraCall) []object { return n.some(c, n.names...) }

// called finds a name by what comes in: an object with a name or an ID.
func (n jiraNamed) called(value any) (string, bool) {
	ref := texts(value)
	for i, name := range n.names {
		if ref["name"] == name || ref["id"] == fmt.Sprint(n.first+i) {
			return name, true
		}
	}
	return "", false
}

// texts are the texts of an object.
func texts(value any) map[string]string {
	all := map[string]string{}
	o, _ := value.(map[string]any) // of anything else there are none
	for key, v := range o {
		if text, ok := v.(string); ok {
			all[key] = text
		}
	}
	return all
}

// jiraField is a field of the project's screen.
type jiraField struct {
	id, name string
	schema   object
	required bool
	only     string // the edition that has it; both where it is empty
	write    func(c *jiraCall, s *issueState, value any) (problem string)
}

var isoDate = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

// summaryMost is how long a summary can be.
const summaryMost = 255

var jiraFields = []jiraField{
	{"project", "Project", object{"type": "project", "system": "project"}, true, "", func(_ *jiraCall, _ *issueState, v any) string {
		if ref := texts(v); ref["key"] != jiraProject && ref["id"] != "10000" {
			return "valid project is required"
		}
		return ""
	}},
	{"issuetype", "Issue Type", object{"type": "issuetype", "system": "issuetype"}, true, "", writeIssueType},
	{"summary", "Summary", object{"type": "string", "system": "summary"}, true, "", func(_ *jiraCall, s *issueState, v any) string {
		text, _ := v.(string) // else it is empty
		if text == "" || len([]rune(text)) > summaryMost || strings.Contains(text, "\n") {
			return "You must specify a summary of the issue, of at most 255 characters and one line."
		}
		s.summary = text
		return ""
	}},
	{"description", "Description", object{"type": "string", "system": "description"}, false, "", func(_ *jiraCall, s *issueState, v any) string {
		text, plain := v.(string)
		if v != nil && !plain {
			return "Operation value must be a string"
		}
		s.description = text
		return ""
	}},
	{"duedate", "Due date", object{"type": "date", "system": "duedate"}, false, "", func(_ *jiraCall, s *issueState, v any) string {
		text, _ := v.(string) // null takes it away
		if problem := wrongDay(text); problem != "" {
			return problem
		}
		s.due = text
		return ""
	}},
	{"labels", "Labels", object{"type": "array", "items": "string", "system": "labels"}, false, "", writeLabels},
	{"components", "Components", object{"type": "array", "items": "component", "system": "components"}, false, "", writeComponents},
	{"priority", "Priority", object{"type": "priority", "system": "priority"}, false, "", func(_ *jiraCall, s *issueState, v any) string {
		name, ok := jiraPriorities.called(v)
		if !ok {
			return "The priority selected is invalid."
		}
		s.priority = name
		return ""
	}},
	{"assignee", "Assignee", object{"type": "user", "system": "assignee"}, false, "", func(c *jiraCall, s *issueState, v any) string {
		who, _ := v.(map[string]any) // null is nobody
		return c.assignTo(s, who)
	}},
	{"reporter", "Reporter", object{"type": "user", "system": "reporter"}, false, "", func(*jiraCall, *issueState, any) string { return "" }},
	{"parent", "Parent", object{"type": "issuelink", "system": "parent"}, false, "Cloud", func(c *jiraCall, s *issueState, v any) string {
		ref := texts(v)
		if v != nil && ref["key"] != c.tracker.epic.key && ref["id"] != c.tracker.epic.id {
			return "Could not find issue by id or key."
		}
		s.epic = ""
		if v != nil {
			s.epic = c.tracker.epic.key
		}
		return ""
	}},
	{epicLink, "Epic Link", object{"type": "any", "custom": "com.pyxis.greenhopper.jira:gh-epic-link", "customId": 10014}, false, "Server", func(c *jiraCall, s *issueState, v any) string {
		key, _ := v.(string) // null takes it away
		if key != "" && key != c.tracker.epic.key {
			return "Issue does not exist or you do not have permission to see it."
		}
		s.epic = key
		return ""
	}},
	{incidentField, "Incident", object{"type": "string", "custom": "com.atlassian.jira.plugin.system.customfieldtypes:textfield", "customId": 10050}, false, "", writeOwn(incidentField)},
}

// writeOwn writes a field of the project's own, a text.
func writeOwn(id string) func(*jiraCall, *issueState, any) string {
	return func(_ *jiraCall, s *issueState, v any) string {
		text, ok := v.(string)
		if !ok && v != nil {
			return "Operation value must be a string"
		}
		s.fields = maps.Clone(s.fields)
		if s.fields == nil {
			s.fields = map[string]string{}
		}
		s.fields[id] = text
		return ""
	}
}

func writeIssueType(c *jiraCall, s *issueState, v any) string {
	ref := texts(v)
	t, ok := find(issueTypes, func(t issueType) bool { return t.name == ref["name"] || t.id == ref["id"] })
	if !ok || t.subtask {
		return "Specify a valid issue type"
	}
	s.kind = t.name
	return ""
}

func writeLabels(_ *jiraCall, s *issueState, v any) string {
	list, _ := v.([]any) // null takes them away
	s.labels = nil
	for _, one := range list {
		label, _ := one.(string)
		if label == "" || strings.ContainsAny(label, " \t") {
			return "The label '" + label + "' contains spaces which is invalid."
		}
		s.labels = append(s.labels, label)
	}
	return ""
}

func writeComponents(_ *jiraCall, s *issueState, v any) string {
	list, _ := v.([]any) // null takes them away
	s.components = nil
	for _, one := range list {
		name, ok := jiraComponents.called(one)
		if !ok {
			return "Component name '" + texts(one)["name"] + "' is not valid"
		}
		s.components = append(s.components, name)
	}
	return ""
}

// wrongDay says what is wrong with a day; an empty one is none.
func wrongDay(text string) string {
	if _, err := time.Parse(time.DateOnly, text); text != "" && (!isoDate.MatchString(text) || err != nil) {
		return "Error parsing date string: " + text
	}
	return ""
}

// assignTo gives an issue to whom the value names; nobody where it names none.
func (c *jiraCall) assignTo(s *issueState, who map[string]any) string {
	ref := texts(who)
	if called := ref["accountId"] + ref["id"] + ref["name"]; called != "" {
		u, ok := c.userCalled(ref)
		if !ok || !c.assignable(u) {
			return "User '" + called + "' cannot be assigned issues."
		}
		s.assignee = u.name
		return ""
	}
	s.assignee = ""
	return ""
}

// screen is the fields of the project's screen in this edition.
func (c *jiraCall) screen() []jiraField {
	var all []jiraField
	for _, f := range jiraFields {
		if _, wanted := c.tracker.required[f.id]; wanted {
			f.required = true
		}
		if !c.tracker.refused[f.id] && (f.only == "" || f.only == c.name) {
			all = append(all, f)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.tracker.required)) {
		if !slices.ContainsFunc(jiraFields, func(f jiraField) bool { return f.id == id }) {
			all = append(all, jiraField{id, c.tracker.required[id], object{"type": "string", "custom": "com.atlassian.jira.plugin.system.customfieldtypes:textfield"}, true, "", writeOwn(id)})
		}
	}
	return all
}

// write writes fields into an issue, and returns what is wrong with them, by
// field.
func (c *jiraCall) write(s *issueState, fields map[string]any) (wrong object) {
	wrong = object{}
	screen := c.screen()
	for id, value := range fields {
		f, ok := find(screen, func(f jiraField) bool { return f.id == id })
		if !ok {
			wrong[id] = offScreen(id)
		} else if problem := f.write(c, s, value); problem != "" {
			wrong[id] = problem
		}
	}
	return wrong
}

func offScreen(id string) string {
	return "Field '" + id + "' cannot be set. It is not on the appropriate screen, or unknown."
}

// missing adds what a new issue lacks.
func (c *jiraCall) missing(fields map[string]any, wrong object) {
	for _, f := range c.screen() {
		if value := fields[f.id]; !f.required || value != nil && value != "" || wrong[f.id] != nil {
			continue
		}
		if wrong[f.id] = f.name + " is required."; f.id == "project" || f.id == "issuetype" || f.id == "summary" {
			wrong[f.id] = f.write(c, &issueState{}, nil)
		}
	}
}

// inProject says what to answer where the path names another project.
func (c *jiraCall) inProject() *vendorAnswer {
	if p := c.PathValue("project"); p != jiraProject && p != "10000" {
		a := jiraRefusal(http.StatusNotFound, "No project could be found with key '"+p+"'.")
		return &a
	}
	return nil
}

// metaPage is a part of a list of what issues can be made of. Cloud calls the
// list by what is in it.
func (c *jiraCall) metaPage(name string, all []object) vendorAnswer {
	begin, end, limit := c.pageOf(len(all), 50, 200)
	o := object{"startAt": begin, "maxResults": limit, "total": len(all)}
	if !c.cloud {
		name = "values"
		o["isLast"] = end == len(all)
	}
	o[name] = all[begin:end]
	return vendorAnswer{http.StatusOK, o}
}

func listIssueTypes(c *jiraCall) vendorAnswer {
	if refused := c.inProject(); refused != nil {
		return *refused
	}
	all := []object{}
	for _, t := range issueTypes {
		all = append(all, t.json(c))
	}
	return c.metaPage("issueTypes", all)
}

func listCreateFields(c *jiraCall) vendorAnswer {
	if refused := c.inProject(); refused != nil {
		return *refused
	}
	if _, ok := find(issueTypes, func(t issueType) bool { return t.id == c.PathValue("id") }); !ok {
		return jiraRefusal(http.StatusNotFound, "Issue type with id '"+c.PathValue("id")+"' does not exist.")
	}
	all := []object{}
	for _, f := range c.screen() {
		o := object{"fieldId": f.id, "key": f.id, "name": f.name, "required": f.required, "hasDefaultValue": f.id == "priority", "schema": f.schema, "operations": []string{"set"}}
		switch f.id {
		case "priority":
			o["allowedValues"] = jiraPriorities.json(c)
		case "components":
			o["allowedValues"] = jiraComponents.json(c)
		}
		all = append(all, o)
	}
	return c.metaPage("fields", all)
}

func listFields(c *jiraCall) vendorAnswer {
	all := []object{}
	for _, f := range jiraFields {
		custom := strings.HasPrefix(f.id, "customfield_")
		if f.only == "" || f.only == c.name {
			all = append(all, object{"id": f.id, "key": f.id, "name": f.name, "custom": custom, "orderable": true, "navigable": true, "searchable": true, "clauseNames": []string{f.id}, "schema": f.schema})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.tracker.required)) {
		if strings.HasPrefix(id, "customfield_") {
			all = append(all, object{"id": id, "key": id, "name": c.tracker.required[id], "custom": true, "clauseNames": []string{id}, "schema": object{"type": "string"}})
		}
	}
	return vendorAnswer{http.StatusOK, all}
}
