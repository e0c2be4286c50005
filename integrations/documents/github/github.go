// Package github publishes postmortems in a git repository of GitHub, by a pull
// request or straight on a branch, through version 2022-11-28 of its REST API.
package github

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"muster/integrations/documents"
	"muster/integrations/web"
	"muster/timeline"
)

// Repository is one repository of GitHub.
type Repository struct {
	o    Options
	web  *web.Client
	http web.HTTP
}

// Options say where in which repository.
type Options struct {
	APIURL     string // "https://api.github.com"
	Token      string
	Repository string // "owner/name"
	Branch     string // what is committed to, or asked to be pulled into; the default branch where it is empty
	Folder     string // "postmortems"; empty for none
	Pull       bool   // by a pull request, and not straight on the branch
	HTTP       http.RoundTripper
	Now        func() time.Time // nil for the machine's clock
}

const (
	callFor = 15 * time.Second
	name    = "GitHub"
)

// New returns a repository; it calls nobody.
func New(o Options) *Repository {
	o.APIURL, o.Folder = strings.TrimSuffix(o.APIURL, "/"), strings.Trim(o.Folder, "/")
	client := web.New(web.Options{Name: name, Next: o.HTTP, Now: o.Now})
	return &Repository{o: o, web: client, http: client.HTTP(callFor)}
}

// Name implements [documents.Target].
func (*Repository) Name() string { return name }

// Publish implements [documents.Target]. Whatever a call did that was thought to
// have failed is seen by the next look, and GitHub takes no change of a file but on
// top of the one that was seen.
func (r *Repository) Publish(ctx context.Context, p documents.Publication) (documents.Published, error) {
	base, err := r.base(ctx)
	if err != nil {
		return documents.Published{}, timeline.NotDone(err)
	}
	files := r.files(p)
	if !r.o.Pull {
		return r.straight(ctx, p, base, files)
	}
	done, err := r.stands(ctx, base, files)
	if err != nil {
		return documents.Published{}, err
	}
	asked, err := r.pullOf(ctx, p, base)
	switch {
	case err != nil:
		return documents.Published{}, err
	case asked.is(merged), done && asked.Number == 0:
		return r.published(asked, files), nil // all of it is there
	case asked.is(closed):
		return documents.Published{}, timeline.Refusal(fmt.Errorf("somebody has closed the pull request %s without merging it; reopen it and try again, or drop this", asked.URL))
	}
	return r.propose(ctx, p, base, asked, files)
}

// straight commits to the branch itself.
func (r *Repository) straight(ctx context.Context, p documents.Publication, base string, files []file) (documents.Published, error) {
	if err := r.commit(ctx, p, base, files); err != nil {
		return documents.Published{}, err
	}
	return r.published(pull{}, files), nil
}

// propose brings a branch to the files, and asks for it to be pulled.
func (r *Repository) propose(ctx context.Context, p documents.Publication, base string, asked pull, files []file) (documents.Published, error) {
	branch := cmp.Or(asked.Head.Ref, branchOf(p))
	if asked.Number == 0 {
		if err := r.ensureBranch(ctx, branch, base); err != nil {
			return documents.Published{}, err
		}
	}
	if err := r.commit(ctx, p, branch, files); err != nil {
		return documents.Published{}, err
	}
	if asked.Number == 0 {
		var err error
		if asked, err = r.ask(ctx, p, base, branch); err != nil {
			return documents.Published{}, err
		}
	}
	return r.published(asked, files), nil
}

// published tells of the pull request, or of the file where there is none.
func (r *Repository) published(asked pull, files []file) documents.Published {
	if asked.Number > 0 {
		return documents.Published{Ref: r.o.Repository + "#" + strconv.Itoa(asked.Number), URL: asked.URL}
	}
	text := files[len(files)-1]
	return documents.Published{Ref: r.o.Repository + "/" + text.path, URL: text.url}
}

// branchOf is the branch of one publication: "muster/inc-12-postmortem-41".
func branchOf(p documents.Publication) string {
	return fmt.Sprintf("muster/%s-postmortem-%d", strings.ToLower(p.Incident.String()), p.Seq)
}

// base is the branch that the postmortem is to be on.
func (r *Repository) base(ctx context.Context) (string, error) {
	if r.o.Branch != "" {
		return r.o.Branch, nil
	}
	about, err := r.about(ctx)
	return about.Branch, err
}

type about struct {
	Branch   string `json:"default_branch"`
	Archived bool   `json:"archived"`
	May      struct {
		Push bool `json:"push"`
	} `json:"permissions"`
}

func (r *Repository) about(ctx context.Context) (about about, err error) {
	err = r.call(ctx, "look for the repository", http.MethodGet, "", nil, &about)
	if isStatus(err, http.StatusNotFound) {
		err = timeline.Refusal(fmt.Errorf("GitHub has no repository %s, or does not show it to github.token: mend documents.github.repository, or give the token access to it, to read and write Contents and Pull requests", r.o.Repository))
	}
	return about, err
}

// Check verifies that the repository could be written to. It writes nothing.
func (r *Repository) Check(ctx context.Context) []documents.Finding {
	what := "repository " + r.o.Repository + " for postmortems"
	about, err := r.about(ctx)
	switch {
	case err != nil:
		return []documents.Finding{{What: what, Err: timeline.NotDone(err)}}
	case about.Archived:
		return []documents.Finding{{What: what, Err: errors.New("documents.github.repository: it is archived, so that nothing can be written; name another one")}}
	case !about.May.Push:
		return []documents.Finding{{What: what, Err: errors.New("the owner of github.token may not write to it; give the token the permission to write Contents and Pull requests of it")}}
	}
	branch := cmp.Or(r.o.Branch, about.Branch)
	_, err = r.head(ctx, branch)
	if isStatus(err, http.StatusNotFound) {
		err = fmt.Errorf("documents.github.branch: there is no branch %q; make it, or name another one", branch)
	}
	return []documents.Finding{{What: what}, {What: "branch " + branch, Err: timeline.NotDone(err)}}
}
