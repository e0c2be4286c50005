package workspace

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// jiraCloud stands in for Jira Cloud: issues of one project, and a search that
// lags behind.
type jiraCloud struct {
	user, token string
	issues      []*issue
}

type issue struct {
	key, summary, description, due string
	labels                         []string
	assignee                       string // by name
	status                         string
	created                        time.Time
}

const (
	jiraProject = "OPS"
	searchLag   = 45 * time.Second // until the search shows what was filed
)

// JiraToken returns who may file, and the token.
func (w *Workspace) JiraToken() (user, token string) { return w.tracker.user, w.tracker.token }

func (w *Workspace) routeTracker() {
	w.tracker = jiraCloud{user: "muster@demo.example", token: "ATATT3x" + w.letters("jira", idLetters, 24)}
	for pattern, do := range map[string]struct {
		name string
		do   func(*vendorCall) vendorAnswer
	}{
		"POST /jira/rest/api/2/issue":        {"jira.issue.create", createIssue},
		"GET /jira/rest/api/2/search/jql":    {"jira.search", searchIssues},
		"GET /jira/rest/api/2/user/search":   {"jira.user.search", searchJiraUsers},
		"GET /jira/rest/api/2/myself":        {"jira.myself", jiraMyself},
		"GET /jira/rest/api/2/project/{key}": {"jira.project", jiraProjectOf},
		"GET /jira/rest/api/2/search": {"jira.search.old", func(*vendorCall) vendorAnswer {
			return jiraRefusal(http.StatusGone, "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API.")
		}},
	} {
		w.mux.HandleFunc(pattern, w.vendor(do.name, jiraUser(do.do)))
	}
}

// jiraUser lets in who has the token.
func jiraUser(do func(*vendorCall) vendorAnswer) func(*vendorCall) vendorAnswer {
	return func(c *vendorCall) vendorAnswer {
		if user, token, ok := c.BasicAuth(); !ok || user != c.tracker.user || token != c.tracker.token {
			return jiraRefusal(http.StatusUnauthorized, "Client must be authenticated to access this resource.")
		}
		return do(c)
	}
}

func jiraRefusal(status int, message string) vendorAnswer {
	return vendorAnswer{status, object{"errorMessages": []string{message}, "errors": object{}}}
}

func jiraMyself(c *vendorCall) vendorAnswer {
	return vendorAnswer{http.StatusOK, object{"accountId": "5b10muster", "emailAddress": c.tracker.user, "displayName": "Muster", "active": true}}
}

func jiraProjectOf(c *vendorCall) vendorAnswer {
	if c.PathValue("key") != jiraProject {
		return jiraRefusal(http.StatusNotFound, "No project could be found with key '"+c.PathValue("key")+"'.")
	}
	return vendorAnswer{http.StatusOK, object{"id": "10000", "key": jiraProject, "name": "Operations"}}
}

var isoDate = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

// jiraFields are the fields of an issue that are known here.
type jiraFields struct {
	Project     struct{ Key string }
	IssueType   struct{ Name string } `json:"issuetype"`
	Summary     string
	Description any
	Due         string `json:"duedate"`
	Labels      []string
	Assignee    *struct {
		AccountID string `json:"accountId"`
	}
}

// wrong is what Jira does not take, by field.
func (f jiraFields) wrong() object {
	wrong := object{}
	if _, plain := f.Description.(string); f.Description != nil && !plain {
		wrong["description"] = "Operation value must be a string"
	}
	if f.Project.Key != jiraProject {
		wrong["project"] = "valid project is required"
	}
	if !slices.Contains([]string{"Task", "Bug", "Story"}, f.IssueType.Name) {
		wrong["issuetype"] = "Specify a valid issue type"
	}
	if f.Summary == "" || len([]rune(f.Summary)) > 255 || strings.Contains(f.Summary, "\n") {
		wrong["summary"] = "You must specify a summary of the issue, of at most 255 characters and one line."
	}
	if _, err := time.Parse(time.DateOnly, f.Due); f.Due != "" && (!isoDate.MatchString(f.Due) || err != nil) {
		wrong["duedate"] = "Error parsing date string: " + f.Due
	}
	for _, label := range f.Labels {
		if strings.ContainsAny(label, " \t") {
			wrong["labels"] = "The label '" + label + "' contains spaces which is invalid."
		}
	}
	return wrong
}

func createIssue(c *vendorCall) vendorAnswer {
	var in struct{ Fields jiraFields }
	if !c.into(&in) {
		return jiraRefusal(http.StatusBadRequest, "Can not deserialize the request")
	}
	f, wrong := in.Fields, in.Fields.wrong()
	i := &issue{summary: f.Summary, due: f.Due, labels: f.Labels, status: "To Do", created: c.now()}
	i.description, _ = f.Description.(string) // else it is wrong
	if f.Assignee != nil {
		u, ok := find(c.users, func(u *user) bool { return jiraID(u) == f.Assignee.AccountID })
		if !ok {
			wrong["assignee"] = "User '" + f.Assignee.AccountID + "' cannot be assigned issues."
		} else {
			i.assignee = u.name
		}
	}
	if len(wrong) > 0 {
		return vendorAnswer{http.StatusBadRequest, object{"errorMessages": []string{}, "errors": wrong}}
	}
	i.key = fmt.Sprintf("%s-%d", jiraProject, len(c.tracker.issues)+1)
	c.tracker.issues = append(c.tracker.issues, i)
	return vendorAnswer{http.StatusCreated, object{"id": fmt.Sprint(10000 + len(c.tracker.issues)), "key": i.key, "self": c.base + "/jira/rest/api/2/issue/" + i.key}}
}

func jiraID(u *user) string { return "712020:" + strings.ToLower(u.id) }

func searchJiraUsers(c *vendorCall) vendorAnswer {
	q := c.URL.Query()
	if q.Has("username") {
		return jiraRefusal(http.StatusBadRequest, "The query parameter 'username' is not supported in GDPR strict mode.")
	}
	found := []object{}
	for _, u := range c.users {
		if u.email != "" && strings.HasPrefix(strings.ToLower(u.email), strings.ToLower(q.Get("query"))) {
			found = append(found, object{"accountId": jiraID(u), "emailAddress": u.email, "displayName": u.realName, "active": !u.deleted})
		}
	}
	return vendorAnswer{http.StatusOK, found}
}

var byLabel = regexp.MustCompile(`^labels = "?([^" ]+)"?$`)

func searchIssues(c *vendorCall) vendorAnswer {
	m := byLabel.FindStringSubmatch(c.URL.Query().Get("jql"))
	if m == nil {
		return jiraRefusal(http.StatusBadRequest, "Error in the JQL Query: this stand-in looks for one label only.")
	}
	found := []object{}
	for _, i := range c.tracker.issues {
		if slices.Contains(i.labels, m[1]) && c.now().Sub(i.created) >= searchLag {
			found = append(found, object{"id": "1", "key": i.key, "fields": object{}})
		}
	}
	return vendorAnswer{http.StatusOK, object{"issues": found, "isLast": true}}
}

// Issue is a ticket.
type Issue struct {
	Key      string   `json:"key"`
	Summary  string   `json:"summary"`
	Body     string   `json:"description"`
	Assignee string   `json:"assignee"`
	Due      string   `json:"due"`
	Labels   []string `json:"labels"`
	Status   string   `json:"status"`
}

// Issues returns every ticket, the first one first.
func (w *Workspace) Issues() []Issue {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := []Issue{}
	for _, i := range w.tracker.issues {
		all = append(all, Issue{i.key, i.summary, i.description, i.assignee, i.due, i.labels, i.status})
	}
	return all
}
