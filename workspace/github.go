package workspace

import (
	"cmp"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// gitHost stands in for GitHub: one repository, with branches, the files on each,
// and pull requests.
type gitHost struct {
	token    string
	branches map[string]*gitBranch
	guarded  bool // the default branch takes pull requests alone
	readOnly bool // the token may read
	pulls    []*gitPull
	commits  int
}

type gitBranch struct {
	sha   string // of its latest commit
	files map[string][]byte
}

type gitPull struct {
	number            int
	title, body       string
	head, base, state string
	merged            bool
	made              time.Time
}

const (
	gitOwner     = "shop"
	gitName      = "postmortems"
	gitBase      = "main"
	gitPath      = "/github"
	gitTitleMost = 256
)

// GitToken returns the name of the repository, and the token that may write to it.
func (w *Workspace) GitToken() (repository, token string) {
	return gitOwner + "/" + gitName, w.git.token
}

func (w *Workspace) routeGit() {
	w.git = gitHost{token: "github_pat_" + w.letters("github", idLetters, 22), branches: map[string]*gitBranch{
		gitBase: {files: map[string][]byte{"README.md": []byte("# Postmortems\n")}},
	}}
	w.commit(w.git.branches[gitBase])
	for _, call := range gitCalls {
		verb, path, _ := strings.Cut(call.pattern, " ")
		w.mux.HandleFunc(verb+" "+gitPath+"/repos/{owner}/{name}"+path, w.vendor("github."+call.name, committer(call.do)))
	}
	w.mux.HandleFunc("GET "+gitPath+"/"+gitOwner+"/"+gitName+"/pull/{number}", w.servePull)
	w.mux.HandleFunc("GET "+gitPath+"/"+gitOwner+"/"+gitName+"/blob/{path...}", w.serveBlob)
}

var gitCalls = []struct {
	pattern, name string
	do            func(*vendorCall) vendorAnswer
}{
	{"GET ", "repository", showRepository},
	{"GET /git/ref/{ref...}", "refs.get", getGitRef},
	{"POST /git/refs", "refs.create", createGitRef},
	{"GET /contents/{path...}", "contents.get", getContents},
	{"PUT /contents/{path...}", "contents.put", putContents},
	{"GET /pulls", "pulls.list", listPulls},
	{"POST /pulls", "pulls.create", createPull},
	{"GET /pulls/{number}", "pulls.get", getPull},
}

// committer lets in who has the token, to the one repository.
func committer(do func(*vendorCall) vendorAnswer) func(*vendorCall) vendorAnswer {
	return func(c *vendorCall) vendorAnswer {
		switch {
		case c.Header.Get("Authorization") != "Bearer "+c.git.token:
			return gitRefusal(http.StatusUnauthorized, "Bad credentials")
		case c.Header.Get("X-GitHub-Api-Version") == "":
			return gitRefusal(http.StatusBadRequest, "this stand-in wants the header X-GitHub-Api-Version")
		case c.PathValue("owner") != gitOwner || c.PathValue("name") != gitName:
			return gitRefusal(http.StatusNotFound, "Not Found")
		case c.Method != http.MethodGet && c.git.readOnly:
			return gitRefusal(http.StatusForbidden, "Resource not accessible by personal access token")
		}
		return do(c)
	}
}

func gitRefusal(status int, message string, more ...string) vendorAnswer {
	body := object{"message": message, "documentation_url": "https://docs.github.com/rest", "status": strconv.Itoa(status)}
	if len(more) > 0 {
		errs := []object{}
		for _, m := range more {
			errs = append(errs, object{"resource": "PullRequest", "code": "custom", "message": m})
		}
		body["errors"] = errs
	}
	return vendorAnswer{status, body}
}

// commit gives a branch its next commit. The lock is held, or nobody is there yet.
func (w *Workspace) commit(b *gitBranch) {
	w.git.commits++
	sum := sha1.Sum(fmt.Appendf(nil, "commit %d", w.git.commits))
	b.sha = fmt.Sprintf("%x", sum)
}

// blobSum is what git knows the content of a file by.
func blobSum(content []byte) string {
	sum := sha1.Sum(append(fmt.Appendf(nil, "blob %d\x00", len(content)), content...))
	return fmt.Sprintf("%x", sum)
}

func (w *Workspace) gitURL(parts ...string) string {
	return w.base + gitPath + "/" + gitOwner + "/" + gitName + "/" + strings.Join(parts, "/")
}

func showRepository(c *vendorCall) vendorAnswer {
	return vendorAnswer{http.StatusOK, object{
		"id": 1296269, "name": gitName, "full_name": gitOwner + "/" + gitName, "private": true, "archived": false,
		"default_branch": gitBase, "html_url": strings.TrimSuffix(c.gitURL(), "/"),
		"permissions": object{"admin": false, "push": !c.git.readOnly, "pull": true},
	}}
}

func refJSON(name, sha string) object {
	return object{"ref": "refs/heads/" + name, "object": object{"type": "commit", "sha": sha}}
}

func getGitRef(c *vendorCall) vendorAnswer {
	name, isBranch := strings.CutPrefix(c.PathValue("ref"), "heads/")
	b, ok := c.git.branches[name]
	if !isBranch || !ok {
		return gitRefusal(http.StatusNotFound, "Not Found")
	}
	return vendorAnswer{http.StatusOK, refJSON(name, b.sha)}
}

func createGitRef(c *vendorCall) vendorAnswer {
	var in struct{ Ref, SHA string }
	if refused := c.strictly(&in); refused != nil {
		return *refused
	}
	name, isBranch := strings.CutPrefix(in.Ref, "refs/heads/")
	if !isBranch || name == "" || strings.Contains(name, " ") {
		return gitRefusal(http.StatusUnprocessableEntity, "Reference name must start with 'refs/' and contain at least two slashes.")
	}
	if c.git.branches[name] != nil {
		return gitRefusal(http.StatusUnprocessableEntity, "Reference already exists")
	}
	for _, b := range c.git.branches {
		if b.sha == in.SHA {
			c.git.branches[name] = &gitBranch{sha: b.sha, files: maps.Clone(b.files)}
			return vendorAnswer{http.StatusCreated, refJSON(name, b.sha)}
		}
	}
	return gitRefusal(http.StatusUnprocessableEntity, "Object does not exist")
}

func (c *vendorCall) contentJSON(branch, path string, content []byte) object {
	return object{
		"type": "file", "name": path[strings.LastIndex(path, "/")+1:], "path": path, "sha": blobSum(content), "size": len(content),
		"encoding": "base64", "content": base64.StdEncoding.EncodeToString(content), "html_url": c.gitURL("blob", branch, path),
	}
}

func getContents(c *vendorCall) vendorAnswer {
	branch, path := cmp.Or(c.URL.Query().Get("ref"), gitBase), c.PathValue("path")
	b, ok := c.git.branches[branch]
	if !ok {
		return gitRefusal(http.StatusNotFound, "No commit found for the ref "+branch)
	}
	if content, ok := b.files[path]; ok {
		return vendorAnswer{http.StatusOK, c.contentJSON(branch, path, content)}
	}
	inside := []object{}
	for _, name := range slices.Sorted(maps.Keys(b.files)) {
		if strings.HasPrefix(name, path+"/") {
			inside = append(inside, object{"type": "file", "path": name, "sha": blobSum(b.files[name])})
		}
	}
	if len(inside) == 0 {
		return gitRefusal(http.StatusNotFound, "Not Found")
	}
	return vendorAnswer{http.StatusOK, inside}
}

func putContents(c *vendorCall) vendorAnswer {
	var in struct{ Message, Content, SHA, Branch string }
	if refused := c.strictly(&in); refused != nil {
		return *refused
	}
	branch, path := cmp.Or(in.Branch, gitBase), c.PathValue("path")
	content, err := base64.StdEncoding.DecodeString(in.Content)
	b, ok := c.git.branches[branch]
	switch {
	case in.Message == "" || in.Content == "" || err != nil:
		return gitRefusal(http.StatusUnprocessableEntity, "Invalid request.\n\n\"message\" and \"content\" (in base64) weren't supplied.")
	case !ok:
		return gitRefusal(http.StatusNotFound, "Branch "+branch+" not found")
	case branch == gitBase && c.git.guarded:
		return gitRefusal(http.StatusConflict, "Repository rule violations found\n\nChanges must be made through a pull request.\n\n")
	}
	was, there := b.files[path]
	switch {
	case there && in.SHA == "":
		return gitRefusal(http.StatusUnprocessableEntity, "Invalid request.\n\n\"sha\" wasn't supplied.")
	case in.SHA != "" && (!there || blobSum(was) != in.SHA):
		return gitRefusal(http.StatusConflict, path+" does not match "+in.SHA)
	}
	b.files[path] = content
	c.commit(b)
	status := http.StatusCreated
	if there {
		status = http.StatusOK
	}
	return vendorAnswer{status, object{"content": c.contentJSON(branch, path, content), "commit": object{"sha": b.sha, "message": in.Message}}}
}
