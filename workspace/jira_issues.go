package workspace

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// issue is a ticket.
type issue struct {
	key, id string
	created time.Time
	issueState
	past []issueState // as it was, the oldest first: what the search still sees
}

// issueState is what of an issue changes. Its lists are never changed in place.
type issueState struct {
	kind                      string // Task
	summary, description, due string
	labels, components        []string
	priority, epic            string
	assignee                  string // by name
	status                    string
	fields                    map[string]string // its own ones, by ID
	links                     []remoteLink
	comments                  []jiraComment
	deleted                   bool
	updated                   time.Time
}

type remoteLink struct {
	id                   int
	globalID, url, title string
}

type jiraComment struct {
	id, by, text string // by is a name; empty for the app
	at           time.Time
}

// jiraStatus is a state of the workflow, from which any other can be reached.
type jiraStatus struct{ id, transition, name, category, resolution string }

var jiraStatuses = []jiraStatus{
	{"10001", "11", "To Do", "new", ""},
	{"10002", "21", "In Progress", "indeterminate", ""},
	{"10003", "31", "Done", "done", "Done"},
	{"10004", "41", "Won't Do", "done", "Won't Do"},
}

var jiraCategories = map[string]object{
	"new":           {"id": 2, "key": "new", "name": "To Do", "colorName": "blue-gray"},
	"indeterminate": {"id": 4, "key": "indeterminate", "name": "In Progress", "colorName": "yellow"},
	"done":          {"id": 3, "key": "done", "name": "Done", "colorName": "green"},
}

func (s jiraStatus) json(c *jiraCall) object {
	return object{"id": s.id, "name": s.name, "self": c.self("status", s.id), "statusCategory": jiraCategories[s.category]}
}

func statusCalled(name string) (jiraStatus, bool) {
	return find(jiraStatuses, func(s jiraStatus) bool { return strings.EqualFold(s.name, name) })
}

func (w *Workspace) newEpic() *issue {
	return &issue{key: fmt.Sprintf("%s-%d", jiraProject, epicNumber), id: "9000", created: w.now(),
		issueState: issueState{kind: "Epic", summary: "Learn from incidents", priority: "Medium", status: "To Do", updated: w.now()}}
}

// issueCalled finds an issue by its key or ID, unless it was deleted.
func (w *Workspace) issueCalled(key string) (*issue, bool) {
	is := func(i *issue) bool { return (strings.EqualFold(i.key, key) || i.id == key) && !i.deleted }
	if is(w.tracker.epic) {
		return w.tracker.epic, true
	}
	return find(w.tracker.issues, is)
}

// as returns what the search sees of an issue: what it was like a while ago.
func (i *issue) as(at time.Time) (issueState, bool) {
	for _, s := range slices.Backward(append(slices.Clip(i.past), i.issueState)) {
		if !s.updated.After(at) {
			return s, true
		}
	}
	return issueState{}, false
}

// ofIssue does something to the issue that the path names.
func ofIssue(do func(*jiraCall, *issue) vendorAnswer) func(*jiraCall) vendorAnswer {
	return func(c *jiraCall) vendorAnswer {
		i, ok := c.issueCalled(c.PathValue("key"))
		switch {
		case !ok && c.cloud:
			return jiraRefusal(http.StatusNotFound, "Issue does not exist or you do not have permission to see it.")
		case !ok:
			return jiraRefusal(http.StatusNotFound, "Issue Does Not Exist")
		}
		return do(c, i)
	}
}

func createIssue(c *jiraCall) vendorAnswer {
	var in issueBody
	if refused := c.issueBody(&in); refused != nil {
		return *refused
	}
	state := issueState{status: "To Do", priority: "Medium", updated: c.now()}
	wrong := c.write(&state, in.Fields)
	c.missing(in.Fields, wrong)
	if len(wrong) > 0 {
		return jiraWrong(wrong)
	}
	n := len(c.tracker.issues) + 1
	if n >= epicNumber {
		n++ // that one is the epic's
	}
	i := &issue{key: fmt.Sprintf("%s-%d", jiraProject, n), id: fmt.Sprint(10000 + n), created: c.now(), issueState: state}
	c.tracker.issues = append(c.tracker.issues, i)
	c.happen(Happening{Kind: Filed, Channel: "tracker", Person: i.assignee, Text: i.key + " " + i.summary})
	c.tellTracker("jira:issue_created", i, nil, nil)
	return vendorAnswer{http.StatusCreated, object{"id": i.id, "key": i.key, "self": c.self("issue", i.id)}}
}

// issueBody is what comes in for an issue.
type issueBody struct {
	Fields     map[string]any `json:"fields"`
	Properties []struct {
		Key   string
		Value any
	} `json:"properties"`
	Transition struct{ ID string } `json:"transition"`
	Update     map[string]any      `json:"update"`
}

// issueBody reads what comes in for an issue, or says why it is no good.
func (c *jiraCall) issueBody(into *issueBody) *vendorAnswer {
	var a vendorAnswer
	switch {
	case !c.into(into):
		a = jiraRefusal(http.StatusBadRequest, "Can not deserialize the request")
	case len(into.Update) > 0: // Jira takes it; to say so is better than to leave it out
		a = jiraRefusal(http.StatusBadRequest, "This stand-in takes 'fields' and no 'update'.")
	default:
		return nil
	}
	return &a
}

// changeIssue changes an issue and tells who wants to know; by nobody it is the
// app's doing. The lock is held.
func (w *Workspace) changeIssue(i *issue, by *user, to issueState) {
	changes := changesOf(i.issueState, to)
	i.become(to, w.now())
	w.tellTracker("jira:issue_updated", i, by, changes)
}

// become changes an issue, and keeps what it was like for the search.
func (i *issue) become(to issueState, now time.Time) {
	i.past = append(i.past, i.issueState)
	to.updated = now
	i.issueState = to
	i.forget(now)
}

// forget lets go of what the search sees no more.
func (i *issue) forget(now time.Time) {
	for len(i.past) > 1 && !i.past[1].updated.After(now.Add(-searchKeeps)) {
		i.past = i.past[1:]
	}
}

func getIssue(c *jiraCall, i *issue) vendorAnswer {
	return vendorAnswer{http.StatusOK, c.issueObject(i, i.issueState, c.wantedFields("*all"))}
}

// wantedFields are the fields of the query; the usual ones where it names none.
func (c *jiraCall) wantedFields(usual string) []string {
	q := c.URL.Query()
	if !q.Has("fields") {
		return []string{usual}
	}
	return strings.Split(strings.Join(q["fields"], ","), ",")
}

// issueObject is an issue with the fields that are wanted.
func (c *jiraCall) issueObject(i *issue, s issueState, wanted []string) object {
	all := c.fieldsOf(i, s)
	fields := object{}
	for name, value := range all {
		if slices.Contains(wanted, name) || slices.Contains(wanted, "*all") || slices.Contains(wanted, "*navigable") {
			fields[name] = value
		}
	}
	return object{"id": i.id, "key": i.key, "self": c.self("issue", i.id), "expand": "", "fields": fields}
}

func (c *jiraCall) fieldsOf(i *issue, s issueState) object {
	status, _ := statusCalled(s.status)
	var due, description, resolution, resolved, assignee any
	if s.due != "" {
		due = s.due
	}
	if s.description != "" {
		description = s.description
	}
	if status.resolution != "" {
		resolution, resolved = object{"id": status.id, "name": status.resolution}, jiraTime(s.updated)
	}
	if u, ok := c.userNamed(s.assignee); ok {
		assignee = c.userJSONOf(u)
	}
	kind, _ := find(issueTypes, func(t issueType) bool { return t.name == s.kind })
	fields := object{
		"summary": s.summary, "description": description, "duedate": due, "labels": listed(s.labels), "components": jiraComponents.some(c, s.components...),
		"priority": jiraPriorities.some(c, s.priority)[0], "assignee": assignee, "status": status.json(c), "resolution": resolution, "resolutiondate": resolved,
		"created": jiraTime(i.created), "updated": jiraTime(s.updated), "issuetype": kind.json(c),
		"project": object{"id": "10000", "key": jiraProject, "name": "Operations"},
	}
	for id, value := range s.fields {
		fields[id] = value
	}
	if s.epic != "" && c.cloud {
		fields["parent"] = object{"id": c.tracker.epic.id, "key": s.epic, "fields": object{"summary": c.tracker.epic.summary}}
	} else if s.epic != "" {
		fields[epicLink] = s.epic
	}
	return fields
}

func updateIssue(c *jiraCall, i *issue) vendorAnswer {
	var in issueBody
	if refused := c.issueBody(&in); refused != nil {
		return *refused
	}
	to := i.issueState
	to.fields = maps.Clone(to.fields)
	if wrong := c.write(&to, in.Fields); len(wrong) > 0 {
		return jiraWrong(wrong)
	}
	c.changeIssue(i, nil, to)
	return vendorAnswer{http.StatusNoContent, nil}
}

func deleteIssue(c *jiraCall, i *issue) vendorAnswer {
	c.deleteIssue(i, nil)
	return vendorAnswer{http.StatusNoContent, nil}
}

func listTransitions(c *jiraCall, i *issue) vendorAnswer {
	all := []object{}
	for _, s := range jiraStatuses {
		if s.name != i.status {
			all = append(all, object{"id": s.transition, "name": s.name, "to": s.json(c), "hasScreen": false, "isGlobal": true, "isAvailable": true})
		}
	}
	return vendorAnswer{http.StatusOK, object{"expand": "transitions", "transitions": all}}
}

func doTransition(c *jiraCall, i *issue) vendorAnswer {
	var in issueBody
	if refused := c.issueBody(&in); refused != nil {
		return *refused
	}
	if in.Transition.ID == "" {
		return jiraRefusal(http.StatusBadRequest, "Missing 'transition' identifier")
	}
	if len(in.Fields) > 0 { // no step of the workflow has a screen
		wrong := object{}
		for id := range in.Fields {
			wrong[id] = offScreen(id)
		}
		return jiraWrong(wrong)
	}
	s, ok := find(jiraStatuses, func(s jiraStatus) bool { return s.transition == in.Transition.ID && s.name != i.status })
	if !ok {
		return jiraRefusal(http.StatusBadRequest, "It seems that you have tried to perform a workflow operation that is not valid for the current state of this issue.")
	}
	to := i.issueState
	to.status = s.name
	c.changeIssue(i, nil, to)
	return vendorAnswer{http.StatusNoContent, nil}
}

func assignIssue(c *jiraCall, i *issue) vendorAnswer {
	var who map[string]any
	if !c.into(&who) {
		return jiraRefusal(http.StatusBadRequest, "Can not deserialize the request")
	}
	to := i.issueState
	if problem := c.assignTo(&to, who); problem != "" {
		return jiraWrong(object{"assignee": problem})
	}
	c.changeIssue(i, nil, to)
	return vendorAnswer{http.StatusNoContent, nil}
}

func (c *jiraCall) commentObject(i *issue, m jiraComment) object {
	author := any(object{"displayName": "Muster", "active": true})
	if u, ok := c.userNamed(m.by); ok {
		author = c.userJSONOf(u)
	}
	return object{"id": m.id, "self": c.self("issue", i.id, "comment", m.id), "author": author, "body": m.text, "created": jiraTime(m.at), "updated": jiraTime(m.at)}
}

func createComment(c *jiraCall, i *issue) vendorAnswer {
	var in struct{ Body any }
	text := ""
	if c.into(&in) {
		text, _ = in.Body.(string) // this version of the API has no other
	}
	if strings.TrimSpace(text) == "" {
		return jiraWrong(object{"comment": "Comment body can not be empty!"})
	}
	return vendorAnswer{http.StatusCreated, c.commentObject(i, c.comment(i, nil, text))}
}

// comment puts a comment to an issue; by nobody it is the app's. The lock is held.
func (w *Workspace) comment(i *issue, by *user, text string) jiraComment {
	m := jiraComment{id: fmt.Sprint(w.tracker.draw()), text: text, at: w.now()}
	if by != nil {
		m.by = by.name
	}
	to := i.issueState
	to.comments = append(slices.Clip(to.comments), m)
	i.become(to, w.now())
	w.tellTracker("comment_created", i, by, nil)
	return m
}

func listComments(c *jiraCall, i *issue) vendorAnswer {
	all := []object{}
	for _, m := range i.comments {
		all = append(all, c.commentObject(i, m))
	}
	begin, end, limit := c.pageOf(len(all), 50, 5000)
	return vendorAnswer{http.StatusOK, object{"startAt": begin, "maxResults": limit, "total": len(all), "comments": all[begin:end]}}
}

// globalIDMost is how long the ID of a remote link can be.
const globalIDMost = 255

func createRemoteLink(c *jiraCall, i *issue) vendorAnswer {
	var in struct {
		GlobalID string `json:"globalId"`
		Object   struct{ URL, Title string }
	}
	wrong := object{}
	switch {
	case !c.into(&in):
		return jiraRefusal(http.StatusBadRequest, "Can not deserialize the request")
	case len(in.GlobalID) > globalIDMost:
		wrong["globalId"] = "The 'globalId' is longer than 255 characters."
	case in.Object.URL == "":
		wrong["url"] = "'url' is required."
	case in.Object.Title == "":
		wrong["title"] = "'title' is required."
	}
	if len(wrong) > 0 {
		return jiraWrong(wrong)
	}
	i.links = slices.Clone(i.links)
	status := http.StatusOK
	n := slices.IndexFunc(i.links, func(l remoteLink) bool { return in.GlobalID != "" && l.globalID == in.GlobalID })
	if n < 0 {
		status, n = http.StatusCreated, len(i.links)
		i.links = append(i.links, remoteLink{id: c.tracker.draw(), globalID: in.GlobalID})
	}
	i.links[n].url, i.links[n].title = in.Object.URL, in.Object.Title
	c.showTracker()
	return vendorAnswer{status, object{"id": i.links[n].id, "self": c.self("issue", i.key, "remotelink", fmt.Sprint(i.links[n].id))}}
}

func listRemoteLinks(c *jiraCall, i *issue) vendorAnswer {
	global := c.URL.Query().Get("globalId")
	all := []object{}
	for _, l := range i.links {
		o := object{"id": l.id, "self": c.self("issue", i.key, "remotelink", fmt.Sprint(l.id)), "globalId": l.globalID, "application": object{}, "object": object{"url": l.url, "title": l.title}}
		if global != "" && l.globalID == global {
			return vendorAnswer{http.StatusOK, o}
		}
		all = append(all, o)
	}
	if global != "" {
		return jiraRefusal(http.StatusNotFound, "A remote link with the given global ID does not exist.")
	}
	return vendorAnswer{http.StatusOK, all}
}
