package workspace

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// strictly reads the body of a call of GitHub; a field that it does not know is
// refused.
func (c *vendorCall) strictly(into any) *vendorAnswer {
	strict := json.NewDecoder(bytes.NewReader(c.body))
	strict.DisallowUnknownFields()
	if err := strict.Decode(into); err != nil {
		refused := gitRefusal(http.StatusUnprocessableEntity, "Invalid request.\n\n"+err.Error())
		return &refused
	}
	return nil
}

func (c *vendorCall) pullJSON(p *gitPull) object {
	o := object{
		"number": p.number, "title": p.title, "body": p.body, "state": p.state, "html_url": c.gitURL("pull", strconv.Itoa(p.number)), "created_at": p.made,
		"head": object{"ref": p.head, "label": gitOwner + ":" + p.head}, "base": object{"ref": p.base}, "merged_at": nil,
	}
	if p.merged {
		o["merged_at"] = p.made
	}
	return o
}

func listPulls(c *vendorCall) vendorAnswer {
	q, all := c.URL.Query(), []object{}
	for name := range q {
		if !slices.Contains([]string{"head", "base", "state", "per_page"}, name) {
			return gitRefusal(http.StatusUnprocessableEntity, "this stand-in does not know the parameter "+name)
		}
	}
	for _, p := range slices.Backward(c.git.pulls) {
		if q.Get("head") != "" && q.Get("head") != gitOwner+":"+p.head || q.Get("base") != "" && q.Get("base") != p.base {
			continue
		}
		if state := q.Get("state"); state == "all" || state == p.state || state == "" && p.state == "open" {
			all = append(all, c.pullJSON(p))
		}
	}
	return vendorAnswer{http.StatusOK, all}
}

func createPull(c *vendorCall) vendorAnswer {
	var in struct{ Title, Body, Head, Base string }
	if refused := c.strictly(&in); refused != nil {
		return *refused
	}
	head, base := c.git.branches[in.Head], c.git.branches[in.Base]
	switch {
	case in.Title == "" || len([]rune(in.Title)) > gitTitleMost:
		return gitRefusal(http.StatusUnprocessableEntity, "Validation Failed", "title is missing or too long (maximum is 256 characters)")
	case head == nil || base == nil:
		return gitRefusal(http.StatusUnprocessableEntity, "Validation Failed", "head and base have to be branches")
	case maps.EqualFunc(head.files, base.files, bytes.Equal):
		return gitRefusal(http.StatusUnprocessableEntity, "Validation Failed", fmt.Sprintf("No commits between %s and %s", in.Base, in.Head))
	case slices.ContainsFunc(c.git.pulls, func(p *gitPull) bool { return p.head == in.Head && p.base == in.Base && p.state == "open" }):
		return gitRefusal(http.StatusUnprocessableEntity, "Validation Failed", "A pull request already exists for "+gitOwner+":"+in.Head+".")
	}
	p := &gitPull{number: len(c.git.pulls) + 1, title: in.Title, body: in.Body, head: in.Head, base: in.Base, state: "open", made: c.now()}
	c.git.pulls = append(c.git.pulls, p)
	return vendorAnswer{http.StatusCreated, c.pullJSON(p)}
}

// pullOf is the pull request of a number.
func (w *Workspace) pullOf(number string) (*gitPull, bool) {
	return find(w.git.pulls, func(p *gitPull) bool { return strconv.Itoa(p.number) == number })
}

func getPull(c *vendorCall) vendorAnswer {
	p, ok := c.pullOf(c.PathValue("number"))
	if !ok {
		return gitRefusal(http.StatusNotFound, "Not Found")
	}
	return vendorAnswer{http.StatusOK, c.pullJSON(p)}
}

// GitPull is a pull request, as people see it.
type GitPull struct {
	Number int    `json:"number"`
	Title  string `json:"title"`
	Body   string `json:"body"`
	Branch string `json:"branch"`
	State  string `json:"state"` // "open", "closed" or "merged"
}

// GitRepository is the repository, as people see it.
type GitRepository struct {
	Commits  int                          `json:"commits"` // on all branches
	Branches map[string]map[string]string `json:"branches"`
	Pulls    []GitPull                    `json:"pulls"`
}

// Repository returns what is in the repository: the files of each branch by their
// paths, and the pull requests.
func (w *Workspace) Repository() GitRepository {
	w.mu.Lock()
	defer w.mu.Unlock()
	seen := GitRepository{Commits: w.git.commits, Branches: map[string]map[string]string{}, Pulls: []GitPull{}}
	for name, b := range w.git.branches {
		seen.Branches[name] = map[string]string{}
		for path, content := range b.files {
			seen.Branches[name][path] = string(content)
		}
	}
	for _, p := range w.git.pulls {
		state := p.state
		if p.merged {
			state = "merged"
		}
		seen.Pulls = append(seen.Pulls, GitPull{p.number, p.title, p.body, p.head, state})
	}
	return seen
}

// EndPull merges an open pull request, or closes it, as somebody there may.
func (w *Workspace) EndPull(number int, merge bool) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, ok := w.pullOf(strconv.Itoa(number))
	if !ok || p.state != "open" {
		return fmt.Errorf("there is no open pull request #%d", number)
	}
	p.state, p.merged = "closed", merge
	if base := w.git.branches[p.base]; merge {
		maps.Copy(base.files, w.git.branches[p.head].files)
		w.commit(base)
	}
	return nil
}

// CommitFile has somebody write a file on a branch by hand.
func (w *Workspace) CommitFile(branch, path, text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	b := w.git.branches[branch]
	b.files[path] = []byte(text)
	w.commit(b)
}

// GuardBranch has the default branch take pull requests alone.
func (w *Workspace) GuardBranch() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.git.guarded = true
}

// OnlyRead takes the right to write from the token of the repository.
func (w *Workspace) OnlyRead() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.git.readOnly = true
}

// servePull shows a pull request to people: what it says, and the files it changes.
func (w *Workspace) servePull(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, ok := w.pullOf(r.PathValue("number"))
	if !ok {
		http.NotFound(rw, r)
		return
	}
	rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintf(rw, "%s #%d (%s)\n%s into %s\n\n%s\n", p.title, p.number, p.state, p.head, p.base, p.body)
	head, base := w.git.branches[p.head].files, w.git.branches[p.base].files
	for _, path := range slices.Sorted(maps.Keys(head)) {
		if !bytes.Equal(head[path], base[path]) {
			fmt.Fprintf(rw, "\n%s\n", w.gitURL("blob", p.head, path))
		}
	}
}

// serveBlob shows a file of a branch to people.
func (w *Workspace) serveBlob(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for name, b := range w.git.branches {
		path, ok := strings.CutPrefix(r.PathValue("path"), name+"/")
		if content, there := b.files[path]; ok && there {
			rw.Header().Set("Content-Type", kindOf(path))
			_, _ = rw.Write(content) // the caller is gone: nothing to do
			return
		}
	}
	http.NotFound(rw, r)
}
