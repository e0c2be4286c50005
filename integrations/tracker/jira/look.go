package jira

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/andygrunwald/go-jira"

	"muster/integrations/tracker"
	"muster/timeline"
)

// Find implements [tracker.Tracker].
func (j *Jira) Find(ctx context.Context, key string) ([]timeline.Ticketed, error) {
	found, err := j.search(ctx, fmt.Sprintf("labels = %q ORDER BY created ASC", key), "key", 50)
	var all []timeline.Ticketed
	for _, i := range found {
		all = append(all, j.ticketed(i.Key))
	}
	return all, err
}

// refsMost is how many tickets are asked for at once.
const refsMost = 50

// Changed implements [tracker.Tracker].
func (j *Jira) Changed(ctx context.Context, refs []string) (map[string]time.Time, error) {
	all := map[string]time.Time{}
	for len(refs) > 0 {
		n := min(len(refs), refsMost)
		if err := j.changed(ctx, refs[:n], all); err != nil {
			return nil, err
		}
		refs = refs[n:]
	}
	return all, nil
}

// changed looks some tickets up together. Jira refuses the whole question where
// one of them is gone: then each is looked at by itself.
func (j *Jira) changed(ctx context.Context, refs []string, all map[string]time.Time) error {
	found, err := j.search(ctx, "key in ("+strings.Join(refs, ", ")+")", "updated", refsMost)
	if err == nil {
		for _, i := range found {
			if i.Fields != nil {
				all[i.Key] = time.Time(i.Fields.Updated)
			}
		}
		return nil
	}
	if !timeline.IsRefusal(err) {
		return err
	}
	for _, ref := range refs {
		s, err := j.Look(ctx, ref)
		switch {
		case errors.Is(err, tracker.ErrGone):
		case err != nil:
			return err
		default:
			all[ref] = s.Changed
		}
	}
	return nil
}

// search asks Jira. Cloud and Data Center have each a search that the other has
// not.
func (j *Jira) search(ctx context.Context, jql, fields string, most int) ([]jira.Issue, error) {
	server, err := j.server(ctx)
	if err != nil {
		return nil, err
	}
	var found []jira.Issue
	var answer *jira.Response
	if server {
		found, answer, err = j.api.Issue.SearchWithContext(ctx, jql, &jira.SearchOptions{MaxResults: most, Fields: []string{fields}})
	} else {
		found, answer, err = j.api.Issue.SearchV2JQLWithContext(ctx, jql, &jira.SearchOptionsV2{MaxResults: most, Fields: []string{fields}})
	}
	if err != nil {
		return nil, timeline.NotDone(j.judge("look for tickets", answer, err))
	}
	return found, nil
}

// Look implements [tracker.Tracker].
func (j *Jira) Look(ctx context.Context, ref string) (tracker.Standing, error) {
	i, answer, err := j.api.Issue.GetWithContext(ctx, ref, &jira.GetQueryOptions{Fields: "status,resolution,duedate,assignee,updated"})
	if err != nil {
		return tracker.Standing{}, timeline.NotDone(j.isReally(ctx, j.judge("look at "+ref, answer, err)))
	}
	f := i.Fields
	if f == nil || f.Status == nil {
		return tracker.Standing{}, fmt.Errorf("Jira tells nothing of %s", ref)
	}
	s := tracker.Standing{Status: f.Status.Name, Over: f.Status.StatusCategory.Key == jira.StatusCategoryComplete, Changed: time.Time(f.Updated)}
	if due := time.Time(f.Duedate); !due.IsZero() {
		s.Due = due.Format(time.DateOnly)
	}
	if s.Over {
		s.Dropped = isDropped(f.Status.Name) || f.Resolution != nil && isDropped(f.Resolution.Name)
	}
	if a := f.Assignee; a != nil {
		s.Assignee = tracker.Person{ID: a.AccountID, Name: a.DisplayName, Email: a.EmailAddress}
		if s.Assignee.ID == "" {
			s.Assignee.ID = a.Name
		}
	}
	return s, nil
}

// isReally makes sure of it that a ticket is gone: to whose token has ended, Jira
// may say that of every ticket.
func (j *Jira) isReally(ctx context.Context, told error) error {
	if !errors.Is(told, tracker.ErrGone) {
		return told
	}
	if _, answer, err := j.api.User.GetSelfWithContext(ctx); err != nil {
		return j.judge("look who asks", answer, err)
	}
	return told
}
