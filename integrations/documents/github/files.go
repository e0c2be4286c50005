package github

import (
	"context"
	"crypto/sha1"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"muster/integrations/documents"
	"muster/timeline"
)

// file is one that is to be in the repository.
type file struct {
	path    string
	content []byte
	url     string // where people see it; empty while that is not known
}

// sum is what git knows a content by.
func (f file) sum() string {
	return fmt.Sprintf("%x", sha1.Sum(append(fmt.Appendf(nil, "blob %d\x00", len(f.content)), f.content...)))
}

// files are the pictures, in a folder beside the text, and last the text, which
// never leads to a picture that is not there.
func (r *Repository) files(p documents.Publication) (all []file) {
	placed := documents.Placed(p.Document, strings.TrimSuffix(p.Name, path.Ext(p.Name))+"/")
	for _, name := range slices.Sorted(maps.Keys(placed.Pictures)) {
		all = append(all, file{path: path.Join(r.o.Folder, name), content: placed.Pictures[name].Content})
	}
	return append(all, file{path: path.Join(r.o.Folder, p.Name), content: []byte(placed.Markdown)})
}

// content is a file as GitHub has it.
type content struct {
	SHA string `json:"sha"`
	URL string `json:"html_url"`
}

// seen is a file as it is on a branch; the zero content where it is not there.
func (r *Repository) seen(ctx context.Context, branch, at string) (now content, err error) {
	err = r.call(ctx, "look at "+at, http.MethodGet, contentsOf(at)+"?ref="+url.QueryEscape(branch), nil, &now)
	if isStatus(err, http.StatusNotFound) {
		return content{}, nil
	}
	return now, timeline.NotDone(err)
}

// contentsOf is the address of a file; its slashes stay.
func contentsOf(at string) string {
	parts := strings.Split(at, "/")
	for n := range parts {
		parts[n] = url.PathEscape(parts[n])
	}
	return "contents/" + strings.Join(parts, "/")
}

// stands reports whether all files are on a branch as they are to be.
func (r *Repository) stands(ctx context.Context, branch string, files []file) (bool, error) {
	for n := range files {
		now, err := r.seen(ctx, branch, files[n].path)
		if err != nil || now.SHA != files[n].sum() {
			return false, err
		}
		files[n].url = now.URL
	}
	return true, nil
}

// again is when to look once more after somebody else was quicker.
const again = 5 * time.Second

// commit brings the files of a branch to what they are to be, a commit each. What
// is as it is to be is left alone.
func (r *Repository) commit(ctx context.Context, p documents.Publication, branch string, files []file) error {
	for n := range files {
		f := &files[n]
		now, err := r.seen(ctx, branch, f.path)
		if err != nil {
			return err
		}
		if f.url = now.URL; now.SHA == f.sum() {
			continue
		}
		in := map[string]any{"message": r.message(p, *f, now), "content": f.content, "branch": branch}
		if now.SHA != "" {
			in["sha"] = now.SHA
		}
		var made struct{ Content content }
		if err := r.call(ctx, "write "+f.path, http.MethodPut, contentsOf(f.path), in, &made); err != nil {
			return r.unwritten(err, branch)
		}
		f.url = made.Content.URL
	}
	return nil
}

// unwritten says what it means that a file was not written.
func (r *Repository) unwritten(err error, branch string) error {
	switch {
	case isRule(err) && !r.o.Pull:
		return timeline.Refusal(fmt.Errorf("GitHub lets nobody commit straight to %s; set documents.github.pull_request to true (%w)", branch, err))
	case isRule(err):
		return timeline.Refusal(fmt.Errorf("a rule of the repository forbids it; exempt branches that begin with muster/ (%w)", err))
	case isStatus(err, http.StatusConflict):
		return timeline.Later(fmt.Errorf("somebody else has changed the file meanwhile: %w", unmarked(err)), again)
	}
	return err
}

// message is that of a commit.
func (r *Repository) message(p documents.Publication, f file, now content) string {
	verb := "Add"
	if now.SHA != "" {
		verb = "Update"
	}
	return fmt.Sprintf("%s %s\n\nThe postmortem of %v, as approved by %s.", verb, path.Base(f.path), p.Incident, p.By)
}

// head is the latest commit of a branch.
func (r *Repository) head(ctx context.Context, branch string) (string, error) {
	var ref struct{ Object struct{ SHA string } }
	err := r.call(ctx, "look for the branch "+branch, http.MethodGet, "git/ref/heads/"+strings.TrimPrefix(contentsOf(branch), "contents/"), nil, &ref)
	return ref.Object.SHA, err
}

// ensureBranch makes a branch, unless an earlier try has.
func (r *Repository) ensureBranch(ctx context.Context, branch, base string) error {
	_, err := r.head(ctx, branch)
	if !isStatus(err, http.StatusNotFound) {
		return timeline.NotDone(err)
	}
	from, err := r.head(ctx, base)
	if isStatus(err, http.StatusNotFound) {
		return timeline.Refusal(fmt.Errorf("the repository has no branch %q; make it, or mend documents.github.branch", base))
	}
	if err != nil {
		return timeline.NotDone(err)
	}
	err = r.call(ctx, "make the branch "+branch, http.MethodPost, "git/refs", map[string]any{"ref": "refs/heads/" + branch, "sha": from}, nil)
	if err != nil && isTold(err, "already exists") {
		return nil
	}
	return err
}
