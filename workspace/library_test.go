package workspace_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"muster/workspace"
)

// libraries serves a workspace, and returns a way to call its GitHub and its
// Confluence.
func libraries(t *testing.T) (w *workspace.Workspace, call func(method, path, body string, head ...string) (int, string)) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	w, err := workspace.New(workspace.Options{
		Manifest: "display_information: {name: Test}\nfeatures: {bot_user: {display_name: test}}\nsettings: {socket_mode_enabled: true}\n",
		URL:      "http://" + server.Listener.Addr().String(),
	})
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = w
	server.Start()
	t.Cleanup(func() { w.Close(); server.Close() })
	return w, func(method, path, body string, head ...string) (int, string) {
		r, err := http.NewRequest(method, server.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for n := 0; n < len(head); n += 2 {
			r.Header.Set(head[n], head[n+1])
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, string(text)
	}
}

// TestGitHubIsStrict makes calls that GitHub refuses, in order.
func TestGitHubIsStrict(t *testing.T) {
	w, call := libraries(t)
	_, token := w.GitToken()
	head := []string{"Authorization", "Bearer " + token, "X-GitHub-Api-Version", "2022-11-28"}
	const repo = "/github/repos/shop/postmortems"
	_, ref := call("GET", repo+"/git/ref/heads/main", "", head...)
	_, sha, _ := strings.Cut(ref, `"sha":"`)
	sha = sha[:40]
	for _, tt := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", repo, "", 200, `"default_branch":"main"`},
		{"GET", "/github/repos/shop/none", "", 404, "Not Found"},
		{"GET", repo + "/git/ref/heads/none", "", 404, "Not Found"},
		{"POST", repo + "/git/refs", `{"ref":"a","sha":"` + sha + `"}`, 422, "Reference name must start"},
		{"POST", repo + "/git/refs", `{"ref":"refs/heads/a","sha":"0"}`, 422, "Object does not exist"},
		{"POST", repo + "/git/refs", `{"ref":"refs/heads/a","sha":"` + sha + `"}`, 201, "refs/heads/a"},
		{"POST", repo + "/git/refs", `{"ref":"refs/heads/a","sha":"` + sha + `"}`, 422, "Reference already exists"},
		{"POST", repo + "/pulls", `{"title":"t","head":"a","base":"main"}`, 422, "No commits between main and a"},
		{"PUT", repo + "/contents/a.md", `{"message":"m","content":"YQ==","branch":"none"}`, 404, "Branch none not found"},
		{"PUT", repo + "/contents/a.md", `{"message":"m","content":"YQ==","odd":1}`, 422, "odd"},
		{"PUT", repo + "/contents/a.md", `{"message":"m","content":"YQ==","branch":"a"}`, 201, `"path":"a.md"`},
		{"PUT", repo + "/contents/a.md", `{"message":"m","content":"Yg==","branch":"a"}`, 422, "wasn't supplied"},
		{"PUT", repo + "/contents/a.md", `{"message":"m","content":"Yg==","branch":"a","sha":"0"}`, 409, "does not match"},
		{"GET", repo + "/contents/a.md?ref=a", "", 200, `"sha":"2e65efe2a145dda7ee51d1741299f848e5bf752e"`}, // as git says
		{"POST", repo + "/pulls", `{"title":"t","head":"a","base":"main"}`, 201, `"number":1`},
		{"POST", repo + "/pulls", `{"title":"t","head":"a","base":"main"}`, 422, "A pull request already exists"},
		{"GET", repo + "/pulls?head=shop:a&state=all", "", 200, `"number":1`},
		{"GET", repo + "/pulls?odd=1", "", 422, "odd"},
		{"GET", repo + "/pulls/2", "", 404, "Not Found"},
		{"GET", "/github/shop/postmortems/pull/1", "", 200, "a into main"},
		{"GET", "/github/shop/postmortems/blob/a/a.md", "", 200, "a"},
		{"GET", "/github/shop/postmortems/blob/main/a.md", "", 404, ""},
	} {
		if status, text := call(tt.method, tt.path, tt.body, head...); status != tt.status || !strings.Contains(text, tt.want) {
			t.Errorf("%s %s %s: %d %s, want %d %s", tt.method, tt.path, tt.body, status, text, tt.status, tt.want)
		}
	}
	if status, _ := call("GET", repo, "", "Authorization", "Bearer x", "X-GitHub-Api-Version", "2022-11-28"); status != 401 {
		t.Errorf("without the token: %d", status)
	}
}

// TestConfluenceIsStrict makes calls that Confluence refuses, in order, in the way
// of each edition.
func TestConfluenceIsStrict(t *testing.T) {
	w, call := libraries(t)
	head := []string{"Authorization", "Bearer " + w.WikiServerToken()}
	page := func(title, body, more string) string {
		return `{"type":"page","title":"` + title + `","space":{"key":"ENG"},"body":{"storage":{"value":"` + body + `","representation":"storage"}}` + more + `}`
	}
	const content = "/confluence-dc/rest/api/content"
	id := w.WritePage("Taken", "<p>t</p>")
	for _, tt := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", "/confluence-dc/rest/api/space/NONE", "", 404, "No space with key"},
		{"GET", "/confluence-dc/api/v2/spaces?keys=ENG", "", 404, ""},
		{"POST", content, page("Taken", "<p>x</p>", ""), 400, "A page with this title already exists"},
		{"POST", content, page("New", "<p>x", ""), 400, "Error parsing xhtml"},
		{"POST", content, page("New", "<p>x</p>", `,"ancestors":[{"id":"7"}]`), 400, "Parent page not found"},
		{"POST", content, page("New", "<p>x</p>", `,"odd":1`), 400, "odd"},
		{"PUT", content + "/" + id, page("Taken", "<p>x</p>", `,"version":{"number":1}`), 409, "Current version is: 1"},
		{"PUT", content + "/" + id, page("Taken", "<p>x&nbsp;y</p>", `,"version":{"number":2,"message":"m"}`), 200, `"title":"Taken"`},
		{"GET", content + "/" + id + "?expand=version", "", 200, `"number":2`},
		{"GET", content + "/7", "", 404, "No content found"},
		{"GET", content + "?odd=1", "", 400, "odd"},
		{"POST", content + "/" + id + "/child/attachment", "x", 403, "XSRF"},
		{"GET", "/confluence-dc/pages/" + id, "", 200, "Taken (version 2)"},
	} {
		if status, text := call(tt.method, tt.path, tt.body, head...); status != tt.status || !strings.Contains(text, tt.want) {
			t.Errorf("%s %s %s: %d %s, want %d %s", tt.method, tt.path, tt.body, status, text, tt.status, tt.want)
		}
	}
	if status, text := call("GET", "/confluence/wiki/api/v2/spaces?keys=ENG", "", head...); status != 401 || !strings.Contains(text, `"code":"UNAUTHORIZED"`) {
		t.Errorf("of Cloud, with the token of Data Center: %d %s", status, text)
	}
}
