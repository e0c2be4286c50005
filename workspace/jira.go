package workspace

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// jira stands in for Jira: one project, whose issues are reached as those of
// Jira Cloud and as those of a Jira Data Center, with a search that lags behind.
type jira struct {
	user, token  string // of Cloud
	serverToken  string // of Data Center
	issues       []*issue
	epic         *issue
	lag          time.Duration     // of the search
	refused      map[string]bool   // fields that the project's screen lacks
	required     map[string]string // fields that it wants besides, and their names
	emailsHidden bool
	unassignable map[string]bool // by name
	hooks        []*jiraHook
	drawn        int // IDs of comments, links and changes so far
}

const (
	jiraProject = "OPS"
	searchLag   = 45 * time.Second // until the search shows what was filed or changed, unless somebody makes it slower
	searchKeeps = 24 * time.Hour   // how long it may be behind at the most
	epicNumber  = 1000
)

// jiraEdition is Cloud or Data Center.
type jiraEdition struct {
	name, path string
	cloud      bool
}

var (
	jiraCloud  = jiraEdition{"Cloud", "/jira", true}
	jiraServer = jiraEdition{"Server", "/jira-dc", false}
)

// jiraCall is one call of Jira.
type jiraCall struct {
	*vendorCall
	jiraEdition
}

// JiraToken returns who may file in Jira Cloud, and the token.
func (w *Workspace) JiraToken() (user, token string) { return w.tracker.user, w.tracker.token }

// JiraServerToken is the personal access token of Jira Data Center.
func (w *Workspace) JiraServerToken() string { return w.tracker.serverToken }

func (w *Workspace) routeTracker() {
	w.tracker = jira{
		user: "muster@demo.example", token: "ATATT3x" + w.letters("jira", idLetters, 24), serverToken: w.letters("jira", idLetters, 44),
		lag: searchLag, refused: map[string]bool{}, required: map[string]string{}, unassignable: map[string]bool{},
	}
	w.tracker.epic = w.newEpic()
	for _, edition := range []jiraEdition{jiraCloud, jiraServer} {
		w.mux.HandleFunc("GET "+edition.path+"/browse/{id}", forPeople("tracker", http.NotFound))
		for _, call := range jiraCalls {
			if call.only != "" && call.only != edition.name {
				continue
			}
			verb, path, _ := strings.Cut(call.pattern, " ")
			w.mux.HandleFunc(verb+" "+edition.path+"/rest/"+path, w.vendor("jira."+call.name, edition.user(call.do)))
		}
	}
}

// jiraCalls is what is answered, by both editions where none is named.
var jiraCalls = []struct {
	pattern, name, only string
	do                  func(*jiraCall) vendorAnswer
}{
	{"POST api/2/issue", "issue.create", "", createIssue},
	{"GET api/2/issue/{key}", "issue.get", "", ofIssue(getIssue)},
	{"PUT api/2/issue/{key}", "issue.update", "", ofIssue(updateIssue)},
	{"DELETE api/2/issue/{key}", "issue.delete", "", ofIssue(deleteIssue)},
	{"GET api/2/issue/{key}/transitions", "transitions.list", "", ofIssue(listTransitions)},
	{"POST api/2/issue/{key}/transitions", "transitions.do", "", ofIssue(doTransition)},
	{"GET api/2/issue/{key}/comment", "comments.list", "", ofIssue(listComments)},
	{"POST api/2/issue/{key}/comment", "comments.create", "", ofIssue(createComment)},
	{"PUT api/2/issue/{key}/assignee", "assignee.update", "", ofIssue(assignIssue)},
	{"GET api/2/issue/{key}/remotelink", "remotelinks.list", "", ofIssue(listRemoteLinks)},
	{"POST api/2/issue/{key}/remotelink", "remotelinks.create", "", ofIssue(createRemoteLink)},
	{"GET api/2/search/jql", "search", "Cloud", searchCloud},
	{"POST api/2/search/jql", "search", "Cloud", searchCloud},
	{"GET api/2/search/jql", "search", "Server", noSuchSearch},
	{"POST api/2/search/jql", "search", "Server", noSuchSearch},
	{"GET api/2/search", "search.old", "Cloud", searchIsGone},
	{"POST api/2/search", "search.old", "Cloud", searchIsGone},
	{"GET api/2/search", "search", "Server", searchServer},
	{"POST api/2/search", "search", "Server", searchServer},
	{"GET api/2/serverInfo", "serverinfo", "", serverInfo},
	{"GET api/2/issue/createmeta/{project}/issuetypes", "createmeta.types", "", listIssueTypes},
	{"GET api/2/issue/createmeta/{project}/issuetypes/{id}", "createmeta.fields", "", listCreateFields},
	{"GET api/2/field", "field.list", "", listFields},
	{"GET api/2/priority", "priority.list", "", func(c *jiraCall) vendorAnswer { return vendorAnswer{http.StatusOK, jiraPriorities.json(c)} }},
	{"GET api/2/mypermissions", "mypermissions", "", myPermissions},
	{"GET api/2/myself", "myself", "", jiraMyself},
	{"GET api/2/project/{key}", "project", "", jiraProjectOf},
	{"GET api/2/user/search", "user.search", "", searchJiraUsers},
	{"GET api/2/user/assignable/search", "user.assignable", "", searchAssignable},
	{"GET pat/latest/tokens", "tokens", "Server", listTokens},
}

// openCall is what Jira tells to anybody.
const openCall = "/rest/api/2/serverInfo"

// user lets in who has the token: by basic authentication in Cloud, as a bearer
// in Data Center.
func (e jiraEdition) user(do func(*jiraCall) vendorAnswer) func(*vendorCall) vendorAnswer {
	return func(c *vendorCall) vendorAnswer {
		user, token, _ := c.BasicAuth()
		ok := user == c.tracker.user && token == c.tracker.token
		if !e.cloud {
			ok = c.Header.Get("Authorization") == "Bearer "+c.tracker.serverToken
		}
		if !ok && !strings.HasSuffix(c.URL.Path, openCall) {
			return jiraRefusal(http.StatusUnauthorized, "Client must be authenticated to access this resource.")
		}
		return do(&jiraCall{c, e})
	}
}

func jiraRefusal(status int, message string) vendorAnswer {
	return vendorAnswer{status, object{"errorMessages": []string{message}, "errors": object{}}}
}

// jiraWrong refuses what some fields have.
func jiraWrong(wrong object) vendorAnswer {
	return vendorAnswer{http.StatusBadRequest, object{"errorMessages": []string{}, "errors": wrong}}
}

// pageOf is the part of a list of n that startAt and maxResults ask for.
func (c *jiraCall) pageOf(n, usual, most int) (begin, end, limit int) {
	q := c.URL.Query()
	limit = usual
	if m, err := strconv.Atoi(q.Get("maxResults")); err == nil && m > 0 {
		limit = min(m, most)
	}
	begin, _ = strconv.Atoi(q.Get("startAt")) // 0 is from the first
	begin = min(max(begin, 0), n)
	return begin, min(begin+limit, n), limit
}

// self is the address of something here.
func (c *jiraCall) self(parts ...string) string {
	return c.base + c.path + "/rest/api/2/" + strings.Join(parts, "/")
}

// jiraTime is how Jira writes a time.
func jiraTime(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000-0700") }

// draw returns the next ID of a comment, a link or a change.
func (j *jira) draw() int {
	j.drawn++
	return 20000 + j.drawn
}

func jiraID(u *user) string { return "712020:" + strings.ToLower(u.id) }

// jiraKey is how Data Center knows somebody besides by the name.
func jiraKey(u *user) string { return "JIRAUSER" + u.id[len(u.id)-5:] }

// userJSONOf is somebody as this edition tells it; nil for nobody.
func (c *jiraCall) userJSONOf(u *user) any {
	if u == nil {
		return nil
	}
	o := object{"displayName": u.realName, "active": !u.deleted, "timeZone": cmp.Or(u.zone, "Etc/UTC"), "emailAddress": u.email}
	if c.cloud {
		o["accountId"], o["accountType"], o["self"] = jiraID(u), "atlassian", c.self("user?accountId="+jiraID(u))
	} else {
		o["name"], o["key"], o["self"] = u.name, jiraKey(u), c.self("user?username="+u.name)
	}
	if c.tracker.emailsHidden {
		delete(o, "emailAddress")
	}
	return o
}

// userCalled finds whom the value of a field names, in the way of the edition.
func (c *jiraCall) userCalled(who map[string]string) (*user, bool) {
	return find(c.users, func(u *user) bool {
		switch {
		case u.email == "":
			return false
		case c.cloud:
			return jiraID(u) == cmp.Or(who["accountId"], who["id"])
		}
		return u.name == who["name"]
	})
}

// assignable reports whether somebody can be given issues.
func (w *Workspace) assignable(u *user) bool {
	return u.email != "" && !u.deleted && !w.tracker.unassignable[u.name]
}

// LagSearch has the search show what was filed or changed so much later.
func (w *Workspace) LagSearch(by time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tracker.lag = by
}

// RefuseField has the project's screen lack a field, by its ID such as
// "duedate": it can be neither filed nor changed.
func (w *Workspace) RefuseField(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tracker.refused[name] = true
}

// RequireField has the project want a field of every new issue: one of its
// usual ones, or one of its own, such as "customfield_10077", by a name.
func (w *Workspace) RequireField(id, name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tracker.required[id] = name
}

// HideEmails has Jira tell nobody's address, as people may choose.
func (w *Workspace) HideEmails() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tracker.emailsHidden = true
}

// Unassignable has somebody be given no issues any more, by name.
func (w *Workspace) Unassignable(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tracker.unassignable[name] = true
}

func jiraMyself(c *jiraCall) vendorAnswer {
	if !c.cloud {
		return vendorAnswer{http.StatusOK, object{"name": "muster", "key": "JIRAUSER10100", "emailAddress": c.tracker.user, "displayName": "Muster", "active": true}}
	}
	return vendorAnswer{http.StatusOK, object{"accountId": "5b10muster", "accountType": "atlassian", "emailAddress": c.tracker.user, "displayName": "Muster", "active": true}}
}

func jiraProjectOf(c *jiraCall) vendorAnswer {
	if c.PathValue("key") != jiraProject {
		return jiraRefusal(http.StatusNotFound, "No project could be found with key '"+c.PathValue("key")+"'.")
	}
	types := []object{}
	for _, t := range issueTypes {
		types = append(types, t.json(c))
	}
	return vendorAnswer{http.StatusOK, object{"id": "10000", "key": jiraProject, "name": "Operations", "self": c.self("project", "10000"), "issueTypes": types, "components": jiraComponents.json(c)}}
}

func serverInfo(c *jiraCall) vendorAnswer {
	version := map[bool]string{true: "1001.0.0-SNAPSHOT", false: "10.3.5"}[c.cloud]
	return vendorAnswer{http.StatusOK, object{"baseUrl": c.base + c.path, "version": version, "deploymentType": c.name, "serverTitle": "Jira", "serverTime": jiraTime(c.now())}}
}

// tokenGoodFor is how long the tokens of Data Center are good for.
const tokenGoodFor = 90 * 24 * time.Hour

func listTokens(c *jiraCall) vendorAnswer {
	made := c.now().UTC().Truncate(24 * time.Hour)
	return vendorAnswer{http.StatusOK, []object{{"id": 1, "name": "muster", "createdAt": jiraTime(made), "lastAccessed": jiraTime(c.now()), "expiringAt": jiraTime(made.Add(tokenGoodFor))}}}
}

// jiraPermissions is what the app may do here.
var jiraPermissions = []string{
	"ADD_COMMENTS", "ASSIGNABLE_USER", "ASSIGN_ISSUES", "BROWSE_PROJECTS", "CREATE_ISSUES", "DELETE_ISSUES",
	"EDIT_ISSUES", "LINK_ISSUES", "RESOLVE_ISSUES", "SCHEDULE_ISSUES", "TRANSITION_ISSUES", "USER_PICKER",
}

func myPermissions(c *jiraCall) vendorAnswer {
	wanted := strings.Split(c.URL.Query().Get("permissions"), ",")
	if c.cloud && wanted[0] == "" {
		return jiraRefusal(http.StatusBadRequest, "The 'permissions' query parameter is required.")
	}
	if key := c.URL.Query().Get("projectKey"); key != "" && key != jiraProject {
		return jiraRefusal(http.StatusNotFound, "No project could be found with key '"+key+"'.")
	}
	all := object{}
	for n, key := range jiraPermissions {
		if !c.cloud || slices.Contains(wanted, key) {
			all[key] = object{"id": fmt.Sprint(n + 1), "key": key, "name": key, "type": "PROJECT", "description": "", "havePermission": true}
		}
	}
	for _, key := range wanted {
		if c.cloud && !slices.Contains(jiraPermissions, key) {
			return jiraRefusal(http.StatusBadRequest, "Unrecognized permission: "+key)
		}
	}
	return vendorAnswer{http.StatusOK, object{"permissions": all}}
}

// whoIsSought is what the query says in the way of the edition: query in Cloud,
// username in Data Center.
func (c *jiraCall) whoIsSought() (string, *vendorAnswer) {
	q := c.URL.Query()
	var a vendorAnswer
	switch {
	case c.cloud && q.Has("username"):
		a = jiraRefusal(http.StatusBadRequest, "The query parameter 'username' is not supported in GDPR strict mode.")
	case !c.cloud && !q.Has("username"):
		a = jiraRefusal(http.StatusBadRequest, "The username query parameter was not provided")
	case c.cloud:
		return strings.ToLower(q.Get("query")), nil
	default:
		return strings.ToLower(q.Get("username")), nil
	}
	return "", &a
}

func (c *jiraCall) usersLike(text string, may func(*user) bool) vendorAnswer {
	found := []any{}
	for _, u := range c.users {
		like := strings.HasPrefix(strings.ToLower(u.email), text) || strings.HasPrefix(strings.ToLower(u.realName), text) || !c.cloud && strings.HasPrefix(u.name, text)
		if u.email != "" && like && may(u) {
			found = append(found, c.userJSONOf(u))
		}
	}
	begin, end, _ := c.pageOf(len(found), 50, 1000)
	return vendorAnswer{http.StatusOK, found[begin:end]}
}

func searchJiraUsers(c *jiraCall) vendorAnswer {
	text, refused := c.whoIsSought()
	if refused != nil {
		return *refused
	}
	return c.usersLike(text, func(*user) bool { return true })
}

func searchAssignable(c *jiraCall) vendorAnswer {
	text, refused := c.whoIsSought()
	if refused != nil {
		return *refused
	}
	if key := c.URL.Query().Get("project"); key != jiraProject {
		return jiraRefusal(http.StatusBadRequest, "Either the 'project' or the 'issueKey' query parameter is required.")
	}
	return c.usersLike(text, c.assignable)
}
