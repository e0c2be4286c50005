package workspace_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/andygrunwald/go-jira"

	"muster/workspace"
)

// trackers is a Jira of its own, on a clock that stands still.
type trackers struct {
	app
	cloud, server *jira.Client
}

func openTrackers(t *testing.T) trackers {
	t.Helper()
	a := open(t, workspace.Options{Seed: 1, Now: func() time.Time { return monday }})
	user, token := a.JiraToken()
	cloud, err := jira.NewClient((&jira.BasicAuthTransport{Username: user, Password: token}).Client(), a.url+"/jira")
	if err != nil {
		t.Fatal(err)
	}
	server, err := jira.NewClient((&jira.BearerAuthTransport{Token: a.JiraServerToken()}).Client(), a.url+"/jira-dc")
	if err != nil {
		t.Fatal(err)
	}
	return trackers{a, cloud, server}
}

// ask makes a plain call of one of the two, by its path.
func (j trackers) ask(method, path, body string) (int, string) {
	j.t.Helper()
	user, token := j.JiraToken()
	auth := "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+token))
	if strings.HasPrefix(path, "/jira-dc") {
		auth = "Bearer " + j.JiraServerToken()
	}
	return call(j.t, method, j.url+path, body, map[string]string{"Authorization": auth})
}

// file files an issue with more fields than it must have, such as `"duedate":"2026-01-19"`.
func (j trackers) file(more string) (int, string) {
	j.t.Helper()
	return j.ask("POST", "/jira/rest/api/2/issue", fields(more))
}

func fields(more string) string {
	if more != "" {
		more = "," + more
	}
	return `{"fields":{"project":{"key":"OPS"},"issuetype":{"name":"Task"},"summary":"Back off"` + more + `}}`
}

// TestBothEditionsShowTheSameIssues goes through an issue's life with the client.
func TestBothEditionsShowTheSameIssues(t *testing.T) {
	j := openTrackers(t)
	made, _, err := j.cloud.Issue.CreateWithContext(t.Context(), &jira.Issue{Fields: &jira.IssueFields{
		Project: jira.Project{Key: "OPS"}, Type: jira.IssueType{Name: "Task"}, Summary: "Back off", Labels: []string{"muster-1"},
		Components: []*jira.Component{{Name: "Delivery"}}, Priority: &jira.Priority{Name: "High"}, Parent: &jira.Parent{Key: "OPS-1000"},
		Unknowns: map[string]any{"customfield_10050": "INC-1"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []*jira.Client{j.cloud, j.server} {
		got, _, err := c.Issue.GetWithContext(t.Context(), made.Key, nil)
		if err != nil || got.Fields.Priority.Name != "High" || got.Fields.Components[0].Name != "Delivery" || got.Fields.Status.StatusCategory.Key != "new" || got.Fields.Resolution != nil {
			t.Fatal(got, err)
		}
		transitions, _, err := c.Issue.GetTransitionsWithContext(t.Context(), made.Key)
		if err != nil || len(transitions) != 3 {
			t.Fatal(transitions, err)
		}
	}
	if _, err := j.server.Issue.DoTransitionWithContext(t.Context(), made.Key, "31"); err != nil {
		t.Fatal(err)
	}
	got, _, err := j.cloud.Issue.GetWithContext(t.Context(), made.Key, nil)
	if err != nil || got.Fields.Status.StatusCategory.Key != "done" || got.Fields.Resolution.Name != "Done" {
		t.Error(got, err)
	}
	if _, _, err := j.cloud.Issue.AddCommentWithContext(t.Context(), made.Key, &jira.Comment{Body: "done"}); err != nil {
		t.Error(err)
	}
	link := &jira.RemoteLink{GlobalID: "muster:1", Object: &jira.RemoteLinkObject{URL: "http://127.0.0.1/INC-1", Title: "INC-1"}}
	for _, want := range []int{201, 200} {
		if _, answer, err := j.cloud.Issue.AddRemoteLinkWithContext(t.Context(), made.Key, link); err != nil || answer.StatusCode != want {
			t.Error(answer.StatusCode, err)
		}
	}
	i := j.Issues()[0]
	if i.Epic != "OPS-1000" || i.Fields["customfield_10050"] != "INC-1" || len(i.Comments) != 1 || len(i.Links) != 1 || i.Resolution != "Done" || i.Priority != "High" {
		t.Errorf("%+v", i)
	}
	if _, err := j.cloud.Issue.DeleteWithContext(t.Context(), made.Key); err != nil || !j.Issues()[0].Deleted {
		t.Error(err)
	}
}

func TestWhatJiraTakes(t *testing.T) {
	j := openTrackers(t)
	j.RefuseField("components")
	j.RequireField("customfield_10077", "Team")
	j.Unassignable("gus")
	const team = `"customfield_10077":"platform"`
	for _, tt := range []struct {
		name, path, more string
		status           int
		want             string
	}{
		{"what it wants besides", "/jira", "", 400, `"customfield_10077":"Team is required."`},
		{"what it knows", "/jira", team, 201, `"key":"OPS-1"`},
		{"a field that the screen lacks", "/jira", team + `,"components":[{"name":"Checkout"}]`, 400, `Field 'components' cannot be set. It is not on the appropriate screen, or unknown.`},
		{"a field that there is not", "/jira", team + `,"colour":"red"`, 400, `Field 'colour' cannot be set.`},
		{"a priority that there is not", "/jira", team + `,"priority":{"name":"Mild"}`, 400, `The priority selected is invalid.`},
		{"an epic in Cloud", "/jira", team + `,"parent":{"key":"OPS-1000"}`, 201, `OPS-2`},
		{"Data Center's epic in Cloud", "/jira", team + `,"customfield_10014":"OPS-1000"`, 400, `customfield_10014`},
		{"a parent in Data Center", "/jira-dc", team + `,"parent":{"key":"OPS-1000"}`, 400, `"parent"`},
		{"an epic in Data Center", "/jira-dc", team + `,"customfield_10014":"OPS-1000"`, 201, `OPS-3`},
		{"an assignee by login", "/jira-dc", team + `,"assignee":{"name":"chi"}`, 201, `OPS-4`},
		{"an assignee who may not", "/jira-dc", team + `,"assignee":{"name":"gus"}`, 400, `cannot be assigned issues`},
		{"a day that there is not", "/jira", team + `,"duedate":"2026-02-31"`, 400, `Error parsing date string`},
	} {
		if status, text := j.ask("POST", tt.path+"/rest/api/2/issue", fields(tt.more)); status != tt.status || !strings.Contains(text, tt.want) {
			t.Errorf("%s: %d %s, want %d %s", tt.name, status, text, tt.status, tt.want)
		}
	}
}

func TestIssuesAreChanged(t *testing.T) {
	j := openTrackers(t)
	j.file("")
	const issue = "/jira/rest/api/2/issue/OPS-1"
	for _, tt := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"PUT", issue, `{"fields":{"duedate":"2026-01-19","labels":["a","b"],"priority":{"name":"Low"}}}`, 204, ""},
		{"GET", issue + "?fields=duedate,labels", "", 200, `"fields":{"duedate":"2026-01-19","labels":["a","b"]}`},
		{"PUT", issue, `{"fields":{"summary":"  \n"}}`, 400, `"summary"`},
		{"PUT", issue + "/assignee", `{"accountId":"nobody"}`, 400, "cannot be assigned"},
		{"PUT", "/jira-dc/rest/api/2/issue/OPS-1/assignee", `{"name":"chi"}`, 204, ""},
		{"GET", issue, "", 200, `"emailAddress":"chi@demo.example"`},
		{"GET", "/jira-dc/rest/api/2/issue/OPS-1", "", 200, `"name":"chi"`},
		{"POST", issue + "/transitions", `{"transition":{"id":"99"}}`, 400, "not valid for the current state"},
		{"POST", issue + "/transitions", `{"transition":{"id":"31"},"fields":{"resolution":{"name":"Done"}}}`, 400, "Field 'resolution' cannot be set"},
		{"POST", issue + "/transitions", `{"transition":{"id":"41"}}`, 204, ""},
		{"PUT", issue, `{"update":{"labels":[{"add":"c"}]}}`, 400, "no 'update'"},
		{"GET", issue, "", 200, `"name":"Won't Do"`},
		{"POST", issue + "/comment", `{"body":{"type":"doc"}}`, 400, "Comment body can not be empty"},
		{"POST", issue + "/remotelink", `{"globalId":"` + strings.Repeat("x", 256) + `","object":{"url":"u","title":"t"}}`, 400, "255"},
		{"DELETE", issue, "", 204, ""},
		{"GET", issue, "", 404, "Issue does not exist"},
	} {
		if status, text := j.ask(tt.method, tt.path, tt.body); status != tt.status || !strings.Contains(text, tt.want) {
			t.Errorf("%s %s %s: %d %s, want %d %s", tt.method, tt.path, tt.body, status, text, tt.status, tt.want)
		}
	}
}

func TestTheSearchLagsBehind(t *testing.T) {
	j := openTrackers(t)
	j.file(`"labels":["muster-1"]`)
	find := func() string {
		found, _, err := j.cloud.Issue.SearchV2JQLWithContext(t.Context(), `labels = "muster-1" AND key in (OPS-1) ORDER BY created`, &jira.SearchOptionsV2{Fields: []string{"status"}})
		if err != nil {
			t.Fatal(err)
		}
		if len(found) == 0 {
			return ""
		}
		return found[0].Fields.Status.Name
	}
	for _, tt := range []struct {
		name  string
		after time.Duration
		do    func() error
		want  string
	}{
		{"it was filed just now", 44 * time.Second, nil, ""},
		{"it was filed a while ago", time.Second, nil, "To Do"},
		{"it was moved just now", 0, func() error { return j.MoveIssue("bo", "OPS-1", "In Progress") }, "To Do"},
		{"it was moved again", 44 * time.Second, func() error { return j.MoveIssue("bo", "OPS-1", "Done") }, "To Do"},
		{"the first move shows", time.Second, nil, "In Progress"},
		{"both show", 44 * time.Second, nil, "Done"},
	} {
		j.Advance(tt.after)
		if tt.do != nil {
			if err := tt.do(); err != nil {
				t.Fatal(err)
			}
		}
		if got := find(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	if got, _, err := j.cloud.Issue.GetWithContext(t.Context(), "OPS-1", nil); err != nil || got.Fields.Status.Name != "Done" {
		t.Error(got, err)
	}
}

func TestTheSearchOfEachEdition(t *testing.T) {
	j := openTrackers(t)
	for range 3 {
		j.file(`"labels":["m"]`)
	}
	j.Advance(time.Minute)
	for _, tt := range []struct {
		path   string
		status int
		want   string
	}{
		{"/jira/rest/api/2/search?jql=labels%3Dm", 410, "has been removed"},
		{"/jira-dc/rest/api/2/search/jql?jql=labels%3Dm", 404, ""},
		{"/jira/rest/api/2/search/jql?jql=labels%3Dm", 200, `"issues":[{"id":"10001"},{"id":"10002"},{"id":"10003"}]`},
		{"/jira/rest/api/2/search/jql?jql=labels%3Dm&maxResults=2", 200, `"isLast":false,"issues":[{"id":"10001"},{"id":"10002"}],"nextPageToken":"next2"`},
		{"/jira/rest/api/2/search/jql?jql=labels%3Dm&maxResults=2&nextPageToken=next2", 200, `"isLast":true,"issues":[{"id":"10003"}]`},
		{"/jira/rest/api/2/search/jql?jql=labels%3Dm&fields=summary", 200, `"key":"OPS-1"`},
		{"/jira-dc/rest/api/2/search?jql=labels%3Dm&startAt=2&maxResults=2", 200, `"startAt":2,"total":3`},
		{"/jira/rest/api/2/search/jql?jql=key+in+(OPS-1,OPS-9)", 400, `An issue with key 'OPS-9' does not exist for field 'key'.`},
		{"/jira-dc/rest/api/2/search?jql=key+in+(OPS-1,OPS-9)", 400, `An issue with key 'OPS-9' does not exist for field 'key'.`},
		{"/jira/rest/api/2/search/jql?jql=ORDER+BY+created", 400, "Unbounded"},
		{"/jira/rest/api/2/search/jql?jql=text+~+x", 400, "Error in the JQL Query"},
	} {
		if status, text := j.ask("GET", tt.path, ""); status != tt.status || !strings.Contains(text, tt.want) {
			t.Errorf("%s: %d %s, want %d %s", tt.path, status, text, tt.status, tt.want)
		}
	}
}

func TestWhatJiraTellsOfItself(t *testing.T) {
	j := openTrackers(t)
	j.RequireField("duedate", "Due date")
	j.RefuseField("labels")
	for _, tt := range []struct {
		path   string
		status int
		want   string
	}{
		{"/jira/rest/api/2/serverInfo", 200, `"deploymentType":"Cloud"`},
		{"/jira-dc/rest/api/2/serverInfo", 200, `"deploymentType":"Server"`},
		{"/jira/rest/api/2/issue/createmeta/OPS/issuetypes", 200, `"issueTypes":[{`},
		{"/jira-dc/rest/api/2/issue/createmeta/OPS/issuetypes?maxResults=1", 200, `"total":4,"values":[{`},
		{"/jira/rest/api/2/issue/createmeta/NO/issuetypes", 404, "No project"},
		{"/jira/rest/api/2/issue/createmeta/OPS/issuetypes/10001", 200, `"fieldId":"duedate","hasDefaultValue":false,"key":"duedate","name":"Due date","operations":["set"],"required":true`},
		{"/jira-dc/rest/api/2/issue/createmeta/OPS/issuetypes/10001", 200, `com.pyxis.greenhopper.jira:gh-epic-link`},
		{"/jira-dc/rest/api/2/field", 200, `"id":"customfield_10014"`},
		{"/jira/rest/api/2/mypermissions", 400, "permissions"},
		{"/jira/rest/api/2/mypermissions?permissions=CREATE_ISSUES&projectKey=OPS", 200, `"havePermission":true`},
		{"/jira-dc/rest/api/2/mypermissions?projectKey=OPS", 200, `ASSIGN_ISSUES`},
		{"/jira/rest/api/2/user/search?username=chi", 400, "GDPR"},
		{"/jira-dc/rest/api/2/user/search?query=chi", 400, "username"},
		{"/jira-dc/rest/api/2/user/search?username=chi", 200, `"name":"chi"`},
		{"/jira/rest/api/2/user/assignable/search?project=OPS&query=chi@demo", 200, `"accountType":"atlassian"`},
		{"/jira/rest/api/2/user/assignable/search?query=chi", 400, "project"},
		{"/jira-dc/rest/pat/latest/tokens", 200, `"expiringAt":"2026-04-05`},
		{"/jira/rest/pat/latest/tokens", 404, ""},
	} {
		if status, text := j.ask("GET", tt.path, ""); status != tt.status || !strings.Contains(text, tt.want) {
			t.Errorf("%s: %d %s, want %d %s", tt.path, status, text, tt.status, tt.want)
		}
	}
	if _, text := j.ask("GET", "/jira/rest/api/2/issue/createmeta/OPS/issuetypes/10001", ""); strings.Contains(text, `"labels"`) {
		t.Error("a field that the screen lacks is told of")
	}
	j.HideEmails()
	if _, text := j.ask("GET", "/jira/rest/api/2/user/search?query=chi@demo.example", ""); !strings.Contains(text, "Chi Okafor") || strings.Contains(text, "emailAddress") {
		t.Errorf("addresses are hidden: %s", text)
	}
	for _, path := range []string{"/jira", "/jira-dc"} {
		if status, _ := call(t, "GET", j.url+path+"/rest/api/2/myself", "", map[string]string{"Authorization": "Bearer no"}); status != 401 {
			t.Errorf("%s lets anybody in: %d", path, status)
		}
	}
}

func TestTrackerHooks(t *testing.T) {
	url, came := receiver(t)
	j := openTrackers(t)
	if err := j.TrackerHook("https://example.com", "s"); err == nil {
		t.Error("hooks go elsewhere")
	}
	if err := j.TrackerHook(url, "s"); err != nil {
		t.Fatal(err)
	}
	j.file("")
	if err := errors.Join(j.MoveIssue("bo", "OPS-1", "done"), j.AssignIssue("bo", "OPS-1", "chi"), j.DueIssue("bo", "OPS-1", "2026-01-19"), j.CommentIssue("bo", "OPS-1", "hm")); err != nil {
		t.Fatal(err)
	}
	var events []string
	for range 5 {
		got := next(t, came)
		mac := hmac.New(sha256.New, []byte("s"))
		mac.Write(got.body)
		if want := "sha256=" + hex.EncodeToString(mac.Sum(nil)); got.header.Get("X-Hub-Signature") != want || got.header.Get("X-Atlassian-Webhook-Identifier") == "" {
			t.Errorf("it is signed %v", got.header)
		}
		var in struct {
			Event     string `json:"webhookEvent"`
			Issue     struct{ Key string }
			Changelog struct {
				Items []struct {
					Field string
					To    string `json:"toString"`
				}
			}
		}
		if err := json.Unmarshal(bytes.TrimSpace(got.body), &in); err != nil {
			t.Fatal(err)
		}
		text := in.Event + " " + in.Issue.Key
		for _, item := range in.Changelog.Items {
			text += " " + item.Field + "=" + item.To
		}
		events = append(events, text)
	}
	want := []string{
		"jira:issue_created OPS-1", "jira:issue_updated OPS-1 status=Done resolution=Done", "jira:issue_updated OPS-1 assignee=Chi Okafor",
		"jira:issue_updated OPS-1 duedate=2026-01-19", "comment_created OPS-1",
	}
	if !slices.Equal(events, want) {
		t.Errorf("there came %q, want %q", events, want)
	}
}

func TestPeopleAtTheTracker(t *testing.T) {
	j := openTrackers(t)
	j.file("")
	for _, tt := range []struct{ body, want string }{
		{`{"as":"bo","do":"issue_move","name":"OPS-1","text":"In Progress"}`, `"ok":true`},
		{`{"as":"bo","do":"issue_move","name":"OPS-1","text":"Lost"}`, `there is no status`},
		{`{"as":"bo","do":"issue_assign","name":"OPS-1","text":"chi"}`, `"ok":true`},
		{`{"as":"bo","do":"issue_assign","name":"OPS-1","text":"zoe"}`, `can not be given issues`},
		{`{"as":"bo","do":"issue_due","name":"OPS-1","text":"2026-01-19"}`, `"ok":true`},
		{`{"as":"bo","do":"issue_due","name":"OPS-1","text":"soon"}`, `is no day`},
		{`{"as":"bo","do":"issue_comment","name":"OPS-1","text":"hm"}`, `"ok":true`},
		{`{"as":"bo","do":"issue_move","name":"OPS-7","text":"Done"}`, `there is no issue`},
		{`{"as":"bo","do":"alarm","name":"Checkout","text":"orders fail","value":"high"}`, `"ok":true`},
		{`{"as":"bo","do":"page_ack"}`, `"ok":true`},
		{`{"as":"bo","do":"page_note","text":"on it"}`, `"ok":true`},
		{`{"as":"bo","do":"page_escalate"}`, `"ok":true`},
		{`{"as":"eli","do":"page_resolve"}`, `"ok":true`},
		{`{"as":"eli","do":"page_resolve"}`, `no page waits`},
		{`{"as":"max","do":"page_ack"}`, `is deactivated`},
	} {
		if status, text := call(t, http.MethodPost, j.url+"/control/act", tt.body, nil); status != 200 || !strings.Contains(text, tt.want) {
			t.Errorf("%s: %d %s, want %s", tt.body, status, text, tt.want)
		}
	}
	if i := j.Issues()[0]; i.Status != "In Progress" || i.Assignee != "chi" || i.Due != "2026-01-19" {
		t.Errorf("%+v", i)
	}
	if p := j.Pages()[0]; p.By != "alarm" || p.Status != "resolved" || p.Level != 2 || p.Notes[0] != "on it" {
		t.Errorf("%+v", p)
	}
}
