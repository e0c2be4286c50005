package github

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/integrations/changes"
)

// How much of each list is read: so many of each on a page, so many pages, and of
// so many deployments what came of them. GitHub tells the newest first.
const (
	pageMost     = 100
	pagesMost    = 10
	statusesMost = 50
)

func values(pairs ...string) url.Values {
	q := url.Values{}
	for n := 0; n < len(pairs); n += 2 {
		q.Set(pairs[n], pairs[n+1])
	}
	return q
}

// pages reads a list, page by page, until it ends or done says so of a page.
func pages[T any](ctx context.Context, r repo, path string, q url.Values, list func(raw *T) (count int, done bool)) error {
	q.Set("per_page", strconv.Itoa(pageMost))
	for n := range pagesMost {
		q.Set("page", strconv.Itoa(n+1))
		var page T
		if err := r.get(ctx, path, q, &page); err != nil {
			return err
		}
		if count, done := list(&page); done || count < pageMost {
			return nil
		}
	}
	return r.tooMany(path)
}

type login struct {
	Login string `json:"login"`
}

// deployment is a deployment as GitHub tells of it, and status what came of one.
//
// https://docs.github.com/en/rest/deployments
type deployment struct {
	ID          int64     `json:"id"`
	SHA         string    `json:"sha"`
	Ref         string    `json:"ref"`
	Task        string    `json:"task"`
	Environment string    `json:"environment"`
	Description string    `json:"description"`
	Creator     *login    `json:"creator"`
	CreatedAt   time.Time `json:"created_at"`
}

type status struct {
	State     string    `json:"state"`
	LogURL    string    `json:"log_url"`
	TargetURL string    `json:"target_url"`
	CreatedAt time.Time `json:"created_at"`
}

// deployments is the deployments that began in the window, and their commits.
func (r repo) deployments(ctx context.Context, w window) (told []changes.Change, commits map[string]bool, err error) {
	var found []deployment
	err = pages(ctx, r, "deployments", url.Values{}, func(page *[]deployment) (int, bool) {
		for _, d := range *page {
			if w.has(d.CreatedAt) {
				found = append(found, d)
			}
		}
		return len(*page), isOver(*page, func(d deployment) time.Time { return d.CreatedAt }, w)
	})
	commits = map[string]bool{}
	for n, d := range found {
		commits[d.SHA] = true
		c := r.deployed(d)
		if n < statusesMost && err == nil {
			err = r.finish(ctx, &c, d.ID)
		}
		told = append(told, c)
	}
	return told, commits, err
}

// isOver reports whether a list that tells the newest first has come to what is
// before the window.
func isOver[T any](page []T, at func(T) time.Time, w window) bool {
	return len(page) > 0 && at(page[len(page)-1]).Before(w.from)
}

func (r repo) deployed(d deployment) changes.Change {
	version := d.Ref
	if d.Ref == r.about.Branch || d.Ref == d.SHA {
		version = firstOf(d.SHA)
	}
	c := r.change("deployment "+strconv.FormatInt(d.ID, 10), cmp.Or(d.Description, titled("Deploy %s to %s", version, d.Environment)), d.CreatedAt)
	c.Environment, c.Version, c.Revision, c.URL = d.Environment, version, d.SHA, r.about.URL+"/deployments"
	if d.Creator != nil {
		c.Author = d.Creator.Login
	}
	if strings.Contains(strings.ToLower(d.Task), "rollback") {
		c.Kind = changes.Rollback
	}
	return c
}

// states is what the states of a deployment mean. One that is inactive was
// followed by another, which says nothing of how it went.
var states = map[string]changes.State{
	"success": changes.Succeeded, "failure": changes.Failed, "error": changes.Failed,
	"pending": changes.Running, "queued": changes.Running, "in_progress": changes.Running,
}

// finish looks up what came of a deployment: its newest final status, or that it
// is under way.
func (r repo) finish(ctx context.Context, c *changes.Change, id int64) error {
	var all []status
	err := r.get(ctx, "deployments/"+strconv.FormatInt(id, 10)+"/statuses", values("per_page", strconv.Itoa(pageMost)), &all)
	if err != nil {
		return err
	}
	slices.SortStableFunc(all, func(a, b status) int { return a.CreatedAt.Compare(b.CreatedAt) })
	for _, s := range all {
		state := states[s.State]
		if !state.IsFinal() && (state == "" || c.State.IsFinal()) {
			continue
		}
		c.State, c.Finished, c.URL = state, time.Time{}, cmp.Or(s.LogURL, s.TargetURL, c.URL)
		if state.IsFinal() && !s.CreatedAt.Before(c.Started) {
			c.Finished = s.CreatedAt.UTC()
		}
	}
	return nil
}

// run is a run of a workflow as GitHub tells of it: the latest try of it.
//
// https://docs.github.com/en/rest/actions/workflow-runs
type run struct {
	ID         int64     `json:"id"`
	Name       string    `json:"name"`
	Title      string    `json:"display_title"`
	SHA        string    `json:"head_sha"`
	Status     string    `json:"status"`
	Conclusion string    `json:"conclusion"`
	Attempt    int       `json:"run_attempt"`
	URL        string    `json:"html_url"`
	Actor      *login    `json:"triggering_actor"`
	CreatedAt  time.Time `json:"created_at"`
	StartedAt  time.Time `json:"run_started_at"`
	UpdatedAt  time.Time `json:"updated_at"`
}

// runs is the runs in the window of workflows that deploy, but for those whose
// commit is known to be deployed.
func (r repo) runs(ctx context.Context, w window, deployed map[string]bool) (told []changes.Change, err error) {
	q := values("branch", r.about.Branch, "created", w.from.Format(time.RFC3339)+".."+w.to.Format(time.RFC3339))
	err = pages(ctx, r, "actions/runs", q, func(page *struct {
		Runs []run `json:"workflow_runs"`
	}) (int, bool) {
		for _, one := range page.Runs {
			if one.StartedAt.IsZero() {
				one.StartedAt = one.CreatedAt
			}
			if w.has(one.StartedAt) && !deployed[one.SHA] && r.deploys(one.Name) && one.began() {
				told = append(told, r.ran(one))
			}
		}
		return len(page.Runs), false
	})
	return told, err
}

// deploys reports whether runs of a workflow are deploys, by its name.
func (r repo) deploys(workflow string) bool {
	if len(r.o.Workflows) > 0 {
		return slices.ContainsFunc(r.o.Workflows, func(name string) bool { return strings.EqualFold(name, workflow) })
	}
	workflow = strings.ToLower(workflow)
	return strings.Contains(workflow, "deploy") || strings.Contains(workflow, "release")
}

// began reports whether a run did anything.
func (one run) began() bool {
	return one.Status == "in_progress" || one.Status == "completed" && one.Conclusion != "skipped" && one.Conclusion != "action_required"
}

func (r repo) ran(one run) changes.Change {
	id := "run " + strconv.FormatInt(one.ID, 10)
	if one.Attempt > 1 {
		id += "." + strconv.Itoa(one.Attempt)
	}
	c := r.change(id, titled("%s: %s", one.Name, one.Title), one.StartedAt)
	c.Version, c.Revision, c.URL, c.State = firstOf(one.SHA), one.SHA, one.URL, changes.Running
	c.Labels["workflow"] = one.Name
	if one.Actor != nil {
		c.Author = one.Actor.Login
	}
	if one.Status == "completed" {
		c.State = changes.Failed
		if one.Conclusion == "success" || one.Conclusion == "neutral" {
			c.State = changes.Succeeded
		}
		if !one.UpdatedAt.Before(one.StartedAt) {
			c.Finished = one.UpdatedAt.UTC()
		}
	}
	return c
}

// pull is a pull request as GitHub tells of it.
//
// https://docs.github.com/en/rest/pulls/pulls
type pull struct {
	Number    int        `json:"number"`
	Title     string     `json:"title"`
	URL       string     `json:"html_url"`
	User      *login     `json:"user"`
	Commit    string     `json:"merge_commit_sha"`
	MergedAt  *time.Time `json:"merged_at"`
	UpdatedAt time.Time  `json:"updated_at"`
}

// merges is the pull requests that were merged into the default branch in the
// window. They are listed by when something last happened to them, which is not
// before they were merged.
func (r repo) merges(ctx context.Context, w window) (told []changes.Change, err error) {
	q := values("state", "closed", "base", r.about.Branch, "sort", "updated", "direction", "desc")
	err = pages(ctx, r, "pulls", q, func(page *[]pull) (int, bool) {
		for _, p := range *page {
			if p.MergedAt != nil && w.has(*p.MergedAt) {
				told = append(told, r.merged(p))
			}
		}
		return len(*page), isOver(*page, func(p pull) time.Time { return p.UpdatedAt }, w)
	})
	return told, err
}

func (r repo) merged(p pull) changes.Change {
	c := r.change("pull "+strconv.Itoa(p.Number), titled("merged: %s (#%d)", p.Title, p.Number), *p.MergedAt)
	c.Version, c.Revision, c.URL = firstOf(p.Commit), p.Commit, p.URL
	c.Labels["merged"] = "true"
	if p.User != nil {
		c.Author = p.User.Login
	}
	return c
}
