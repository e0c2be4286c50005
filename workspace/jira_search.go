package workspace

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The search: JQL as far as a bot needs it, over issues as they were a while ago.

// clause is one condition of a query.
type clause struct {
	field  string // labels, key or project
	values []string
}

var (
	orderBy  = regexp.MustCompile(`(?i)\s*\border\s+by\s.*$`)
	and      = regexp.MustCompile(`(?i)\s+and\s+`)
	oneValue = regexp.MustCompile(`(?i)^(labels|key|issuekey|issue|project)\s*=\s*("[^"]*"|[^\s"()]+)$`)
	inValues = regexp.MustCompile(`(?i)^(labels|key|issuekey|issue|project)\s+in\s*\(([^()]*)\)$`)
)

// parseJQL reads a query. What it does not know is said in the words of an error.
func parseJQL(jql string) (all []clause, problem string) {
	jql = strings.TrimSpace(orderBy.ReplaceAllString(" "+jql, ""))
	if jql == "" {
		return nil, "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
	}
	for _, part := range and.Split(jql, -1) {
		part = strings.TrimSpace(part)
		m, list := oneValue.FindStringSubmatch(part), false
		if m == nil {
			m, list = inValues.FindStringSubmatch(part), true
		}
		if m == nil {
			return nil, "Error in the JQL Query: this stand-in does not understand '" + part + "'."
		}
		values := []string{m[2]}
		if list {
			values = strings.Split(m[2], ",")
		}
		one := clause{field: strings.ToLower(m[1])}
		if one.field == "issuekey" || one.field == "issue" {
			one.field = "key"
		}
		for _, v := range values {
			one.values = append(one.values, strings.Trim(strings.TrimSpace(v), `"`))
		}
		all = append(all, one)
	}
	return all, ""
}

// unknown says which value of a query there is not.
func (c *jiraCall) unknown(all []clause) string {
	for _, one := range all {
		for _, value := range one.values {
			if _, ok := c.issueCalled(value); one.field == "key" && !ok {
				return "An issue with key '" + value + "' does not exist for field 'key'."
			}
			if one.field == "project" && value != jiraProject {
				return "The value '" + value + "' does not exist for the field 'project'."
			}
		}
	}
	return ""
}

func (one clause) fits(i *issue, s issueState) bool {
	return slices.ContainsFunc(one.values, func(value string) bool {
		switch one.field {
		case "labels":
			return slices.Contains(s.labels, value)
		case "key":
			return strings.EqualFold(i.key, value)
		}
		return true
	})
}

// jiraQuery is what is asked for, in the address or in the body.
type jiraQuery struct {
	JQL        string   `json:"jql"`
	Fields     []string `json:"fields"`
	Next       string   `json:"nextPageToken"`
	StartAt    int      `json:"startAt"`
	MaxResults int      `json:"maxResults"`
}

// Searches come in parts of so many, unless they say how many.
const (
	foundUsual = 50
	foundMost  = 100
)

func (c *jiraCall) query() jiraQuery {
	q := c.URL.Query()
	asked := jiraQuery{JQL: q.Get("jql"), Next: q.Get("nextPageToken")}
	asked.StartAt, _ = strconv.Atoi(q.Get("startAt"))       // 0 is from the first
	asked.MaxResults, _ = strconv.Atoi(q.Get("maxResults")) // 0 is as usual
	if q.Has("fields") {
		asked.Fields = c.wantedFields("")
	}
	if c.Method == http.MethodPost {
		c.into(&asked) // else it asks for nothing
	}
	if asked.MaxResults <= 0 {
		asked.MaxResults = foundUsual
	}
	asked.MaxResults = min(asked.MaxResults, foundMost)
	return asked
}

// seen is an issue as the search knows it.
type seen struct {
	*issue
	was issueState
}

// search finds the issues that a query is about, or says what to answer.
func (c *jiraCall) search(jql string) (found []seen, refused *vendorAnswer) {
	clauses, problem := parseJQL(jql)
	if problem == "" {
		problem = c.unknown(clauses)
	}
	if problem != "" {
		a := jiraRefusal(http.StatusBadRequest, problem)
		return nil, &a
	}
	at := c.now().Add(-c.tracker.lag)
	for _, i := range append([]*issue{c.tracker.epic}, c.tracker.issues...) {
		s, ok := i.as(at)
		if ok && !s.deleted && !slices.ContainsFunc(clauses, func(one clause) bool { return !one.fits(i, s) }) {
			found = append(found, seen{i, s})
		}
	}
	return found, nil
}

// searchCloud answers in parts that are joined by tokens. It tells IDs alone
// unless fields are asked for.
func searchCloud(c *jiraCall) vendorAnswer {
	asked := c.query()
	found, refused := c.search(asked.JQL)
	if refused != nil {
		return *refused
	}
	begin, err := strconv.Atoi(strings.TrimPrefix(asked.Next, "next"))
	if asked.Next != "" && (err != nil || begin > len(found)) {
		return jiraRefusal(http.StatusBadRequest, "The provided next page token is invalid.")
	}
	end := min(begin+asked.MaxResults, len(found))
	issues := []object{}
	for _, f := range found[begin:end] {
		o := object{"id": f.id}
		if asked.Fields != nil && !slices.Equal(asked.Fields, []string{"id"}) {
			o = c.issueObject(f.issue, f.was, asked.Fields)
		}
		issues = append(issues, o)
	}
	answer := object{"issues": issues, "isLast": end == len(found)}
	if end < len(found) {
		answer["nextPageToken"] = "next" + strconv.Itoa(end)
	}
	return vendorAnswer{http.StatusOK, answer}
}

// searchServer answers in parts that are counted off.
func searchServer(c *jiraCall) vendorAnswer {
	asked := c.query()
	found, refused := c.search(asked.JQL)
	if refused != nil {
		return *refused
	}
	fields := asked.Fields
	if fields == nil {
		fields = []string{"*all"}
	}
	begin := min(max(asked.StartAt, 0), len(found))
	issues := []object{}
	for _, f := range found[begin:min(begin+asked.MaxResults, len(found))] {
		issues = append(issues, c.issueObject(f.issue, f.was, fields))
	}
	return vendorAnswer{http.StatusOK, object{"startAt": begin, "maxResults": asked.MaxResults, "total": len(found), "issues": issues}}
}

func searchIsGone(*jiraCall) vendorAnswer {
	return jiraRefusal(http.StatusGone, "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API.")
}

func noSuchSearch(*jiraCall) vendorAnswer {
	return vendorAnswer{http.StatusNotFound, object{"message": "null for uri: /rest/api/2/search/jql", "status-code": 404}}
}
