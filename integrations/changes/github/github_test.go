package github_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/integrations/changes"
	"muster/integrations/changes/changestest"
	"muster/integrations/changes/github"
	"muster/timeline"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// hub stands in for GitHub: it serves answers by their paths, the recorded ones of
// testdata at first.
type hub struct {
	t       testing.TB
	mu      sync.Mutex
	answers map[string]http.HandlerFunc // by what comes after /repos/shop/checkout
	asked   []string
}

const secretToken = "github_pat_not_to_be_told"

func recorded(t testing.TB) *hub {
	h := &hub{t: t, answers: map[string]http.HandlerFunc{}}
	for path, name := range map[string]string{
		"": "repository", "/deployments": "deployments", "/deployments/42/statuses": "statuses-42", "/deployments/41/statuses": "statuses-41", "/actions/runs": "runs", "/pulls": "pulls",
	} {
		text, err := os.ReadFile(filepath.Join("testdata", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		h.answers[path] = func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write(text) }
	}
	return h
}

func (h *hub) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	path := strings.TrimPrefix(r.URL.Path, "/repos/shop/checkout")
	h.asked = append(h.asked, r.URL.String())
	answer := h.answers[path]
	h.mu.Unlock()
	if r.Header.Get("Authorization") != "Bearer "+secretToken || r.Header.Get("X-GitHub-Api-Version") == "" {
		h.t.Errorf("it is asked with %v", r.Header)
	}
	if answer == nil {
		rw.WriteHeader(http.StatusNotFound)
		_, _ = rw.Write([]byte(`{"message":"Not Found","documentation_url":"https://docs.github.com/rest","status":"404"}`))
		return
	}
	answer(rw, r)
}

func (h *hub) answer(path string, status int, body string, head ...string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answers[path] = func(rw http.ResponseWriter, _ *http.Request) {
		for n := 0; n < len(head); n += 2 {
			rw.Header().Set(head[n], head[n+1])
		}
		rw.WriteHeader(status)
		_, _ = rw.Write([]byte(body))
	}
}

func (h *hub) open(t testing.TB, change func(*github.Options)) *github.Source {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	o := github.Options{
		APIURL: server.URL + "/", Token: secretToken, Repositories: []string{"shop/checkout"}, Now: func() time.Time { return noon },
		Service: func(repo string) string { return map[string]string{"shop/checkout": "checkout"}[repo] },
	}
	if change != nil {
		change(&o)
	}
	return github.New(o)
}

func ids(all []changes.Change) string {
	var told []string
	for _, c := range all {
		told = append(told, strings.TrimPrefix(c.ID, "shop/checkout "))
	}
	slices.Sort(told)
	return strings.Join(told, ", ")
}

func TestWhatGitHubTells(t *testing.T) {
	s := recorded(t).open(t, nil)
	all, err := s.Between(t.Context(), noon.Add(-time.Hour), noon)
	if err != nil || ids(all) != "deployment 41, deployment 42, run 894, run 896, run 899.2" {
		t.Fatalf("%s, %v", ids(all), err)
	}
	at := func(minute int) time.Time { return noon.Add(time.Duration(minute-60) * time.Minute) }
	want := []changes.Change{
		{
			Source: "github", ID: "shop/checkout deployment 42", Kind: changes.Deploy, Service: "checkout", Environment: "production", Title: "Deploy v4.2.0 to production",
			Version: "v4.2.0", Revision: "a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", Author: "ana", URL: "https://github.com/shop/checkout/actions/runs/900/job/1",
			State: changes.Failed, Started: at(50), Finished: at(55), Labels: map[string]string{"repo": "shop/checkout"},
		},
		{
			Source: "github", ID: "shop/checkout deployment 41", Kind: changes.Rollback, Service: "checkout", Environment: "production", Title: "Back to 4.1",
			Version: "6dcb09b", Revision: "6dcb09b5b57875f334f61aebed695e2e4193db5e", URL: "https://shipper.example/41",
			State: changes.Succeeded, Started: at(20), Finished: at(25), Labels: map[string]string{"repo": "shop/checkout"},
		},
		{
			Source: "github", ID: "shop/checkout run 899.2", Kind: changes.Deploy, Service: "checkout", Title: "Release to EU: Faster search (#11)",
			Version: "1111111", Revision: "1111111e7554fc1fa21bcbc4efae3c782a70d2b9", Author: "bo", URL: "https://github.com/shop/checkout/actions/runs/899",
			State: changes.Succeeded, Started: at(30), Finished: at(36), Labels: map[string]string{"repo": "shop/checkout", "workflow": "Release to EU"},
		},
	}
	if diff := cmp.Diff(want, all[:3]); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if c := all[3]; c.State != changes.Running || !c.Finished.IsZero() {
		t.Errorf("one that is under way: %+v", c)
	}
}

func TestWorkflowsAreThoseThatAreNamed(t *testing.T) {
	s := recorded(t).open(t, func(o *github.Options) { o.Workflows = []string{"ci"} })
	all, err := s.Between(t.Context(), noon.Add(-time.Hour), noon)
	if err != nil || ids(all) != "deployment 41, deployment 42, run 898" {
		t.Errorf("%s, %v", ids(all), err)
	}
}

// TestMergesCountWhereNothingElseIsKnown takes deployments and runs away.
func TestMergesCountWhereNothingElseIsKnown(t *testing.T) {
	h := recorded(t)
	h.answer("/deployments", 200, `[]`)
	h.answer("/actions/runs", 200, `{"total_count":0,"workflow_runs":[]}`)
	all, err := h.open(t, nil).Between(t.Context(), noon.Add(-time.Hour), noon)
	if err != nil || ids(all) != "pull 12" {
		t.Fatalf("%s, %v", ids(all), err)
	}
	if c := all[0]; c.Title != "merged: Faster checkout (#12)" || c.Author != "ana" || c.URL != "https://github.com/shop/checkout/pull/12" || c.Labels["merged"] != "true" || !c.Started.Equal(noon.Add(-20*time.Minute)) {
		t.Errorf("%+v", c)
	}
}

func TestNoMoreIsAskedThanIsNeeded(t *testing.T) {
	h := recorded(t)
	if _, err := h.open(t, nil).Between(t.Context(), noon.Add(-time.Hour), noon); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"/repos/shop/checkout",
		"/repos/shop/checkout/deployments?page=1&per_page=100",
		"/repos/shop/checkout/deployments/42/statuses?per_page=100",
		"/repos/shop/checkout/deployments/41/statuses?per_page=100",
		"/repos/shop/checkout/actions/runs?branch=main&created=2026-03-04T11%3A00%3A00Z..2026-03-04T12%3A00%3A00Z&page=1&per_page=100",
	}
	if diff := cmp.Diff(want, h.asked); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// deployed serves deployments, page by page, and remembers how many pages were
// asked for.
func (h *hub) deployed(all func() []map[string]any) {
	h.answers["/deployments"] = func(rw http.ResponseWriter, r *http.Request) {
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		per, _ := strconv.Atoi(r.URL.Query().Get("per_page"))
		list := all()
		begin := min((page-1)*per, len(list))
		_ = json.NewEncoder(rw).Encode(append([]map[string]any{}, list[begin:min(begin+per, len(list))]...))
	}
}

func TestPagesEndAtTheWindow(t *testing.T) {
	h := recorded(t)
	var list []map[string]any
	for n := range 450 {
		list = append(list, map[string]any{"id": n + 1, "sha": fmt.Sprint(n), "created_at": noon.Add(-time.Duration(n) * time.Minute)})
		h.answer(fmt.Sprintf("/deployments/%d/statuses", n+1), 200, `[]`)
	}
	h.deployed(func() []map[string]any { return list })
	all, err := h.open(t, nil).Between(t.Context(), noon.Add(-149*time.Minute), noon.Add(time.Second))
	count := 0
	for _, c := range all {
		if strings.Contains(c.ID, "deployment") {
			count++
		}
	}
	pages, statuses := 0, 0
	for _, asked := range h.asked {
		if strings.Contains(asked, "/deployments?") {
			pages++
		}
		if strings.Contains(asked, "/statuses") {
			statuses++
		}
	}
	if err != nil || count != 150 || pages != 2 || statuses != 50 {
		t.Errorf("%d deployments of %d pages and %d statuses: %v", count, pages, statuses, err)
	}
}

func TestTooManyAreTold(t *testing.T) {
	h := recorded(t)
	list := make([]map[string]any, 2000)
	for n := range list {
		list[n] = map[string]any{"id": n + 1, "sha": "x", "created_at": noon.Add(-time.Minute)}
		h.answer(fmt.Sprintf("/deployments/%d/statuses", n+1), 200, `[]`)
	}
	h.deployed(func() []map[string]any { return list })
	all, err := h.open(t, nil).Between(t.Context(), noon.Add(-time.Hour), noon)
	if len(all) < 1000 || err == nil || !strings.Contains(err.Error(), "more than 1000 deployments") {
		t.Errorf("%d, %v", len(all), err)
	}
}

func TestWhatFailsHidesNothingElse(t *testing.T) {
	h := recorded(t)
	h.answer("/actions/runs", 403, `{"message":"Resource not accessible by personal access token"}`)
	s := h.open(t, func(o *github.Options) { o.Repositories = []string{"shop/none", "shop/checkout"} })
	all, err := s.Between(t.Context(), noon.Add(-time.Hour), noon)
	if ids(all) != "deployment 41, deployment 42" {
		t.Errorf("it tells of %s", ids(all))
	}
	for _, want := range []string{"GitHub has no repository shop/none", "give it the permission to read Actions"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q in it", err, want)
		}
	}
	h.answer("/deployments/42/statuses", 500, ``)
	if all, err := s.Between(t.Context(), noon.Add(-time.Hour), noon); ids(all) != "deployment 41, deployment 42" || err == nil {
		t.Errorf("without statuses it tells of %s, %v", ids(all), err)
	}
}

func TestRefusalsSayWhatToDo(t *testing.T) {
	for _, tt := range []struct {
		path   string
		status int
		want   string
	}{
		{"", 401, "GitHub refuses github.token; make a new one"},
		{"", 404, "mend github.repositories, or give the token access"},
		{"", 301, "has another name now"},
		{"/deployments", 403, "the permission to read Deployments"},
		{"/deployments", 404, "the permission to read Deployments"},
		{"/pulls", 403, "the permission to read Pull requests"},
	} {
		h := recorded(t)
		h.answer(tt.path, tt.status, `{"message":"No"}`)
		found := h.open(t, nil).Check(t.Context())
		if len(found) != 1 || found[0].Err == nil || !timeline.IsRefusal(found[0].Err) || !strings.Contains(found[0].Err.Error(), tt.want) || strings.Contains(found[0].Err.Error(), secretToken) {
			t.Errorf("%s %d: %+v, want %q", tt.path, tt.status, found, tt.want)
		}
	}
	if found := recorded(t).open(t, nil).Check(t.Context()); found[0].Err != nil || found[0].What != "repository shop/checkout" {
		t.Errorf("where all is well: %+v", found)
	}
}

func TestGitHubIsLeftAloneThatAsksForIt(t *testing.T) {
	for what, tt := range map[string]struct {
		status int
		head   []string
		want   time.Duration
	}{
		"no calls left":      {403, []string{"X-RateLimit-Remaining", "0", "X-RateLimit-Reset", fmt.Sprint(noon.Add(20 * time.Minute).Unix())}, 20 * time.Minute},
		"too many at once":   {403, []string{"Retry-After", "90"}, 90 * time.Second},
		"a secondary limit":  {403, nil, time.Minute},
		"another status":     {429, []string{"Retry-After", "90"}, 90 * time.Second},
		"a reset that is by": {429, []string{"X-RateLimit-Reset", "5"}, time.Second},
	} {
		h := recorded(t)
		now := noon
		h.answer("", tt.status, `{"message":"You have exceeded a secondary rate limit"}`, tt.head...)
		s := h.open(t, func(o *github.Options) { o.Now = func() time.Time { return now } })
		for range 2 {
			_, err := s.Between(t.Context(), noon.Add(-time.Hour), noon)
			if wait, ok := timeline.After(err); !ok || wait != tt.want || timeline.IsRefusal(err) {
				t.Errorf("%s: it is to wait %v, %v: %v", what, wait, ok, err)
			}
		}
		if len(h.asked) != 1 {
			t.Errorf("%s: it was asked %d times", what, len(h.asked))
		}
	}
}

func TestTheSourceKeepsItsPromises(t *testing.T) {
	changestest.Run(t, func(t testing.TB) changestest.Stand {
		h := recorded(t)
		for _, path := range []string{"/pulls"} {
			h.answer(path, 200, `[]`)
		}
		h.answer("/actions/runs", 200, `{"total_count":0,"workflow_runs":[]}`)
		var list []map[string]any
		h.deployed(func() []map[string]any { return list })
		return changestest.Stand{
			Source: h.open(t, nil), Now: noon, Secret: secretToken,
			Add: func(title string, at time.Time) {
				id := len(list) + 1
				list = append(list, map[string]any{"id": id, "sha": fmt.Sprint(id), "description": title, "created_at": at})
				slices.SortStableFunc(list, func(a, b map[string]any) int { return b["created_at"].(time.Time).Compare(a["created_at"].(time.Time)) })
				h.answer(fmt.Sprintf("/deployments/%d/statuses", id), 200, `[]`)
			},
			Break: func(by changestest.Trouble) {
				status := map[changestest.Trouble]int{changestest.Fails: 500, changestest.Busy: 429, changestest.Refuses: 401, changestest.Nonsense: 200}[by]
				h.answer("", status, "<html>")
			},
		}
	})
}
