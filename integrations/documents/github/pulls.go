package github

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"muster/integrations/documents"
	"muster/timeline"
)

// pull is a pull request; the zero pull for none.
type pull struct {
	Number int       `json:"number"`
	State  string    `json:"state"`
	URL    string    `json:"html_url"`
	Merged time.Time `json:"merged_at"`
	Head   struct {
		Ref string `json:"ref"`
	} `json:"head"`
	Base struct {
		Ref string `json:"ref"`
	} `json:"base"`
}

// How a pull request can stand.
const (
	open   = "open"
	merged = "merged"
	closed = "closed" // and not merged
)

func (p pull) is(state string) bool {
	switch {
	case p.Number == 0:
		return false
	case p.State == open:
		return state == open
	case p.Merged.IsZero():
		return state == closed
	}
	return state == merged
}

// ours is what branches begin with that are made here.
const ours = "muster/"

// pullOf is the pull request that a publication belongs to: that of the one before
// it, as long as it is open, else the one that an earlier try has made.
func (r *Repository) pullOf(ctx context.Context, p documents.Publication, base string) (pull, error) {
	if number, ok := strings.CutPrefix(p.Ref, r.o.Repository+"#"); ok {
		var before pull
		err := r.call(ctx, "look at the pull request", http.MethodGet, "pulls/"+url.PathEscape(number), nil, &before)
		if err != nil && !isStatus(err, http.StatusNotFound) {
			return pull{}, timeline.NotDone(err)
		}
		if before.is(open) && before.Base.Ref == base && strings.HasPrefix(before.Head.Ref, ours) {
			return before, nil
		}
	}
	return r.pullFrom(ctx, branchOf(p), base)
}

// pullFrom is the pull request that a branch is asked to be pulled by.
func (r *Repository) pullFrom(ctx context.Context, branch, base string) (pull, error) {
	owner, _, _ := strings.Cut(r.o.Repository, "/")
	var all []pull
	q := url.Values{"head": {owner + ":" + branch}, "base": {base}, "state": {"all"}}
	err := r.call(ctx, "look for a pull request", http.MethodGet, "pulls?"+q.Encode(), nil, &all)
	if err != nil || len(all) == 0 {
		return pull{}, timeline.NotDone(err)
	}
	for _, p := range all {
		if p.is(open) {
			return p, nil
		}
	}
	return all[0], nil
}

// titleMost is how many characters GitHub takes for a title.
const titleMost = 256

// ask makes a pull request.
func (r *Repository) ask(ctx context.Context, p documents.Publication, base, branch string) (made pull, err error) {
	body := fmt.Sprintf("The postmortem of %v, written by Muster from the incident's timeline and approved by %s.\n\n"+
		"Where something has to be otherwise, correct it in the incident's channel and have it approved again: as long as this is open, the correction comes here. What is changed on this branch by hand is written over then.", p.Incident, p.By)
	in := map[string]any{"title": documents.Clip("Postmortem: "+p.Document.Title, titleMost), "body": body, "head": branch, "base": base}
	err = r.call(ctx, "make a pull request", http.MethodPost, "pulls", in, &made)
	if err != nil && isTold(err, "already exists") {
		return r.pullFrom(ctx, branch, base)
	}
	return made, err
}
