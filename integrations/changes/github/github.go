// Package github asks GitHub what was deployed and merged.
package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"muster/integrations/changes"
	"muster/integrations/web"
)

// Source is some repositories of GitHub.
//
// A repository tells of deployments, each with what came of it; of runs of
// workflows on the default branch that deploy, unless a deployment of the same
// commit is told already; and where the time that is asked for shows neither, of
// merged pull requests. A merge is no deploy. Where everything that is merged is
// deployed, and nobody says so, it is the best that is known of one, and is marked
// with the label "merged".
type Source struct {
	o    Options
	web  *web.Client
	http web.HTTP

	mu    sync.Mutex
	until time.Time // when GitHub may be asked again
}

// Options say which repositories are asked for.
type Options struct {
	APIURL       string // "https://api.github.com"
	Token        string // empty for repositories that are public
	Repositories []string
	Workflows    []string                 // whose runs are deploys, by name; those named deploy or release where it is empty
	Service      func(repo string) string // the service whose code a repository is; empty for none
	HTTP         http.RoundTripper
	Now          func() time.Time // nil for the machine's clock
}

// callFor is how long one call may take: somebody waits for the answer.
const callFor = 8 * time.Second

// New returns repositories; it calls nobody.
func New(o Options) *Source {
	o.APIURL = strings.TrimSuffix(o.APIURL, "/")
	if o.Now == nil {
		o.Now = time.Now
	}
	client := web.New(web.Options{Name: "GitHub", Next: o.HTTP, Now: o.Now})
	return &Source{o: o, web: client, http: client.HTTP(callFor)}
}

// Name implements [changes.Source].
func (*Source) Name() string { return "GitHub" }

// together is how many repositories are asked at once.
const together = 4

// Between implements [changes.Source]. A repository that fails keeps the others
// from nothing.
func (s *Source) Between(ctx context.Context, from, to time.Time) ([]changes.Change, error) {
	found, failed := make([][]changes.Change, len(s.o.Repositories)), make([]error, len(s.o.Repositories))
	places := make(chan struct{}, together)
	var all sync.WaitGroup
	for n, name := range s.o.Repositories {
		all.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			found[n], failed[n] = s.repository(ctx, name, window{from.UTC(), to.UTC()})
		})
	}
	all.Wait()
	var told []changes.Change
	for _, some := range found {
		told = append(told, some...)
	}
	return told, errors.Join(failed...)
}

// window is the time that is asked for.
type window struct{ from, to time.Time }

func (w window) has(at time.Time) bool { return !at.Before(w.from) && at.Before(w.to) }

// repository asks for one repository. What fails is told beside what does not.
func (s *Source) repository(ctx context.Context, name string, w window) ([]changes.Change, error) {
	r := repo{Source: s, name: name}
	if err := r.get(ctx, "", nil, &r.about); err != nil {
		return nil, err
	}
	told, commits, failed := r.deployments(ctx, w)
	runs, err := r.runs(ctx, w, commits)
	told, failed = append(told, runs...), errors.Join(failed, err)
	if len(told) == 0 && failed == nil {
		told, failed = r.merges(ctx, w)
	}
	return told, failed
}

// repo is one repository while it is asked for.
type repo struct {
	*Source
	name  string
	about struct {
		Branch string `json:"default_branch"`
		URL    string `json:"html_url"`
	}
}

// change is what all changes of a repository have.
func (r repo) change(id, title string, at time.Time) changes.Change {
	c := changes.Change{
		Source: "github", ID: r.name + " " + id, Kind: changes.Deploy, Title: title, Started: at.UTC(),
		Labels: map[string]string{"repo": r.name},
	}
	if r.o.Service != nil {
		c.Service = r.o.Service(r.name)
	}
	return c
}

// Finding is one thing that was checked.
type Finding struct {
	What string
	Err  error // nil where it is well; it says what to do
}

// Check verifies that each repository can be read.
func (s *Source) Check(ctx context.Context) []Finding {
	var all []Finding
	for _, name := range s.o.Repositories {
		r := repo{Source: s, name: name}
		err := r.get(ctx, "", nil, &r.about)
		for _, part := range []string{"deployments", "actions/runs", "pulls"} {
			if err == nil {
				var any any
				err = r.get(ctx, part, values("per_page", "1"), &any)
			}
		}
		all = append(all, Finding{"repository " + name, err})
	}
	return all
}

// firstOf is the first so many letters of the sum of a commit.
func firstOf(sha string) string { return sha[:min(len(sha), 7)] }

func titled(what string, args ...any) string { return strings.TrimSpace(fmt.Sprintf(what, args...)) }
