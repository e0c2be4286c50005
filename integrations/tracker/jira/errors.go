package jira

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/andygrunwald/go-jira"

	"muster/integrations/tracker"
	"muster/integrations/web"
	"muster/timeline"
)

// judge says what an error means for trying again.
func (j *Jira) judge(what string, answer *jira.Response, err error) error {
	told := fmt.Errorf("%s: %w", what, readable(err))
	switch {
	case answer != nil && answer.StatusCode == http.StatusTooManyRequests, web.IsPaused(err):
		return timeline.Later(told, max(time.Second, j.web.Pause()))
	case answer == nil && web.IsUnsent(err):
		return timeline.NotDone(told)
	case answer == nil || answer.StatusCode >= 500:
		return timeline.Doubtful(told)
	case answer.StatusCode == http.StatusUnauthorized:
		return timeline.Refusal(errors.New("Jira refuses jira.user and jira.token; make a new token"))
	case answer.StatusCode == http.StatusForbidden:
		return timeline.Refusal(fmt.Errorf("Jira does not allow it to the user of jira.token (%w)", told))
	case answer.StatusCode == http.StatusNotFound:
		return timeline.Refusal(fmt.Errorf("%w (%w)", tracker.ErrGone, told))
	case answer.StatusCode < 300:
		return timeline.Doubtful(told) // it was done, and what came back can not be read
	}
	return timeline.Refusal(told)
}

// readable tells all that Jira finds wrong, in the same order each time.
func readable(err error) error {
	var why *jira.Error
	if !errors.As(err, &why) || len(why.Errors)+len(why.ErrorMessages) == 0 {
		return err
	}
	all := slices.Clone(why.ErrorMessages)
	for name, text := range why.Errors {
		all = append(all, name+": "+text)
	}
	slices.Sort(all)
	return refused{why, "Jira says " + strings.Join(all, "; ")}
}

// refused is a refusal of Jira's in its own words.
type refused struct {
	why  *jira.Error
	text string
}

func (e refused) Error() string { return e.text }
func (e refused) Unwrap() error { return e.why }

// wrongFields returns the fields that Jira finds something wrong with, in order.
func wrongFields(err error) (names []string) {
	var why *jira.Error
	if errors.As(err, &why) {
		for name := range why.Errors {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
