package jira

import (
	"context"
	"net/http"
	"regexp"
	"strings"

	"github.com/andygrunwald/go-jira"

	"muster/integrations/tracker"
	"muster/timeline"
)

// Change implements [tracker.Tracker].
func (j *Jira) Change(ctx context.Context, ref string, c tracker.Change) (leftOut []string, err error) {
	fields := map[string]any{}
	if c.Due != "" {
		fields["duedate"] = c.Due
	}
	if c.Who != "" {
		assignee, err := j.assignee(ctx, c.Who)
		if err != nil {
			return nil, err
		}
		if assignee == nil {
			leftOut = append(leftOut, "the assignee, who is not known there")
		} else {
			fields["assignee"] = assignee
		}
	}
	for len(fields) > 0 {
		err := j.call(ctx, "change "+ref, http.MethodPut, "rest/api/2/issue/"+ref, map[string]any{"fields": fields}, nil)
		if err == nil {
			return leftOut, nil
		}
		out := j.without(fields, wrongFields(err))
		if len(out) == 0 {
			return leftOut, timeline.NotDone(err) // to change it again is the same
		}
		leftOut = append(leftOut, out...)
	}
	return leftOut, nil
}

// dropped is how statuses, resolutions and transitions are called by which
// something is not done.
var dropped = regexp.MustCompile(`(?i)won.?t|cancel|reject|declin|abandon|obsolete|duplicate|invalid|not doing`)

func isDropped(name string) bool { return dropped.MatchString(name) }

// End implements [tracker.Tracker].
func (j *Jira) End(ctx context.Context, ref string, how tracker.Ending, why string) error {
	now, err := j.Look(ctx, ref)
	if err != nil {
		return err
	}
	if now.Over != (how != tracker.NotOver) {
		if err := j.move(ctx, ref, how); err != nil {
			return err
		}
	}
	return j.commentOnce(ctx, ref, why)
}

// move makes the step of the workflow that fits best.
func (j *Jira) move(ctx context.Context, ref string, how tracker.Ending) error {
	ways, answer, err := j.api.Issue.GetTransitionsWithContext(ctx, ref)
	if err != nil {
		return timeline.NotDone(j.judge("look how "+ref+" can be moved", answer, err))
	}
	way, ok := choose(ways, how)
	if !ok {
		return timeline.Refusal(errNoWay(ref, how))
	}
	answer, err = j.api.Issue.DoTransitionWithContext(ctx, ref, way.ID)
	if err != nil {
		if answer != nil {
			err = jira.NewJiraError(answer, err)
		}
		return timeline.NotDone(j.judge("move "+ref, answer, err)) // it is looked at first
	}
	return answer.Body.Close()
}

// commentOnce says why, unless an earlier try has. A ticket that takes no comments
// does without.
func (j *Jira) commentOnce(ctx context.Context, ref, why string) error {
	if why == "" {
		return nil
	}
	var page struct{ Comments []struct{ Body string } }
	path := "rest/api/2/issue/" + ref + "/comment"
	err := j.call(ctx, "look at the comments of "+ref, http.MethodGet, path+"?orderBy=-created", nil, &page)
	if err != nil && !timeline.IsRefusal(err) {
		return timeline.NotDone(err)
	}
	for _, c := range page.Comments {
		if strings.TrimSpace(c.Body) == strings.TrimSpace(why) {
			return nil
		}
	}
	if err = j.call(ctx, "comment on "+ref, http.MethodPost, path, map[string]string{"body": why}, nil); timeline.IsRefusal(err) {
		return nil
	}
	return timeline.NotDone(err) // it is looked first
}

// choose is the transition that fits best.
func choose(ways []jira.Transition, how tracker.Ending) (best jira.Transition, ok bool) {
	rank := 0
	for _, w := range ways {
		over := w.To.StatusCategory.Key == jira.StatusCategoryComplete
		r := 0
		switch {
		case how == tracker.NotOver && w.To.StatusCategory.Key == jira.StatusCategoryToDo:
			r = 2
		case how == tracker.NotOver && !over:
			r = 1
		case how == tracker.NotOver || !over:
		case (how == tracker.Dropped) == (isDropped(w.Name) || isDropped(w.To.Name)):
			r = 2
		default:
			r = 1
		}
		if r > rank {
			best, rank, ok = w, r, true
		}
	}
	return best, ok
}

// Link implements [tracker.Tracker].
func (j *Jira) Link(ctx context.Context, ref, key, address, title string) error {
	link := map[string]any{
		"globalId": key, "relationship": "follows from",
		"object": map[string]any{"url": address, "title": title},
	}
	return timeline.NotDone(j.call(ctx, "link "+ref, http.MethodPost, "rest/api/2/issue/"+ref+"/remotelink", link, nil)) // the same key is the same link
}
