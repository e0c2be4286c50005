// Package jira files tickets in Jira, Cloud or Data Center, through version 2
// of its REST API, in which texts are plain.
package jira

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/andygrunwald/go-jira"

	"muster/integrations/tracker"
	"muster/integrations/web"
	"muster/timeline"
)

// Jira is one project of one Jira.
type Jira struct {
	o   Options
	api *jira.Client
	web *web.Client

	mu    sync.Mutex
	known map[string]any // the assignee field by e-mail address
}

// Options say where to file.
type Options struct {
	URL       string
	User      string // the e-mail address that the token belongs to; empty for a personal access token of Data Center
	Token     string
	Project   string // by key
	IssueType string // by name
	HTTP      http.RoundTripper
	Now       func() time.Time // nil for the machine's clock
}

const callFor = 15 * time.Second

// New returns a project; it calls nobody.
func New(o Options) (*Jira, error) {
	client := web.New(web.Options{Name: "Jira", Next: signed{web.Next(o.HTTP), o.User, o.Token}, Now: o.Now})
	api, err := jira.NewClient(client.HTTP(callFor), o.URL)
	if err != nil {
		return nil, fmt.Errorf("jira.url: %w", err)
	}
	return &Jira{o: o, api: api, web: client, known: map[string]any{}}, nil
}

// signed adds to each call who makes it.
type signed struct {
	next        http.RoundTripper
	user, token string
}

// RoundTrip implements [http.RoundTripper].
func (s signed) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	if s.user != "" {
		r.SetBasicAuth(s.user, s.token)
	} else {
		r.Header.Set("Authorization", "Bearer "+s.token)
	}
	return s.next.RoundTrip(r)
}

// optional are the fields that a project may not take, and what they are called.
var optional = map[string]string{"duedate": "the due date", "assignee": "the assignee"}

// File implements [tracker.Tracker].
func (j *Jira) File(ctx context.Context, t tracker.Ticket) (timeline.Ticketed, error) {
	fields := &jira.IssueFields{
		Project: jira.Project{Key: j.o.Project}, Type: jira.IssueType{Name: j.o.IssueType},
		Summary: clip(t.Title, summaryMost), Description: t.Body, Labels: []string{"muster", t.Key},
		Unknowns: map[string]any{"duedate": t.Due},
	}
	var leftOut []string
	if assignee, err := j.assignee(ctx, t.Email); err != nil {
		return timeline.Ticketed{}, err
	} else if assignee != nil {
		fields.Unknowns["assignee"] = assignee
	} else {
		leftOut = append(leftOut, "the assignee, who is not known there")
	}
	for {
		filed, refused, err := j.create(ctx, fields)
		if len(refused) == 0 || err == nil {
			filed.LeftOut = leftOut
			return filed, err
		}
		for _, name := range refused {
			delete(fields.Unknowns, name)
			leftOut = append(leftOut, optional[name])
		}
	}
}

// summaryMost is how many characters Jira takes for a summary.
const summaryMost = 255

func clip(text string, most int) string {
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most-1]) + "…"
	}
	return text
}

// create makes an issue, or says which optional fields are to be left out.
func (j *Jira) create(ctx context.Context, fields *jira.IssueFields) (filed timeline.Ticketed, refused []string, err error) {
	made, answer, err := j.api.Issue.CreateWithContext(ctx, &jira.Issue{Fields: fields})
	if err == nil {
		return j.ticketed(made.Key), nil, nil
	}
	told := err
	if answer != nil {
		told = jira.NewJiraError(answer, err) // closes the body, and says why
	}
	var why *jira.Error
	if errors.As(told, &why) {
		for name := range why.Errors {
			if _, ok := fields.Unknowns[name]; ok {
				refused = append(refused, name)
			}
		}
		slices.Sort(refused)
	}
	return filed, refused, j.judge("file a ticket", answer, told)
}

func (j *Jira) ticketed(key string) timeline.Ticketed {
	return timeline.Ticketed{Ref: key, URL: strings.TrimSuffix(j.o.URL, "/") + "/browse/" + key}
}

// assignee returns the field that names someone; nil for nobody that Jira knows.
func (j *Jira) assignee(ctx context.Context, email string) (any, error) {
	if email == "" {
		return nil, nil
	}
	j.mu.Lock()
	known, ok := j.known[email]
	j.mu.Unlock()
	if ok {
		return known, nil
	}
	for _, by := range []string{"query", "username"} { // Cloud, and Data Center
		r, err := j.api.NewRequestWithContext(ctx, http.MethodGet, "rest/api/2/user/search?"+by+"="+url.QueryEscape(email), nil)
		if err != nil {
			return nil, timeline.Refusal(err)
		}
		var found []jira.User
		answer, err := j.api.Do(r, &found)
		if answer != nil && answer.StatusCode == http.StatusBadRequest {
			continue // it wants the other word
		}
		if err != nil {
			return nil, timeline.NotDone(j.judge("look for the assignee", answer, jira.NewJiraError(answer, err)))
		}
		for _, u := range found {
			hidden := u.EmailAddress == "" // by the person's own choice
			if hidden && len(found) > 1 || !hidden && !strings.EqualFold(u.EmailAddress, email) {
				continue
			}
			field := any(map[string]string{"accountId": u.AccountID})
			if u.AccountID == "" {
				field = map[string]string{"name": u.Name}
			}
			j.mu.Lock()
			defer j.mu.Unlock()
			j.known[email] = field
			return field, nil
		}
	}
	return nil, nil
}

// Find implements [tracker.Tracker]. Cloud and Data Center have each a search
// that the other has not.
func (j *Jira) Find(ctx context.Context, t tracker.Ticket) (timeline.Ticketed, bool, error) {
	jql := fmt.Sprintf("labels = %q", t.Key)
	found, answer, err := j.api.Issue.SearchV2JQLWithContext(ctx, jql, &jira.SearchOptionsV2{MaxResults: 2, Fields: []string{"key"}})
	if answer != nil && answer.StatusCode == http.StatusNotFound {
		found, answer, err = j.api.Issue.SearchWithContext(ctx, jql, &jira.SearchOptions{MaxResults: 2, Fields: []string{"key"}})
	}
	if err != nil {
		return timeline.Ticketed{}, false, timeline.NotDone(j.judge("look for the ticket", answer, err))
	}
	if len(found) == 0 {
		return timeline.Ticketed{}, false, nil
	}
	return j.ticketed(found[0].Key), true, nil
}

// Check verifies that tickets could be filed: the token and the project. It
// files none.
func (j *Jira) Check(ctx context.Context) error {
	if _, answer, err := j.api.User.GetSelfWithContext(ctx); err != nil {
		return timeline.NotDone(j.judge("jira.token", answer, err))
	}
	if _, answer, err := j.api.Project.GetWithContext(ctx, j.o.Project); err != nil {
		return fmt.Errorf("jira.project: %w", timeline.NotDone(j.judge("look for the project", answer, err)))
	}
	return nil
}

// judge says what an error means for trying again.
func (j *Jira) judge(what string, answer *jira.Response, err error) error {
	told := fmt.Errorf("%s: %w", what, readable(err))
	switch {
	case answer != nil && answer.StatusCode == http.StatusTooManyRequests, web.IsPaused(err):
		return timeline.Later(told, max(time.Second, j.web.Pause()))
	case answer == nil || answer.StatusCode >= 500:
		return timeline.Doubtful(told)
	case answer.StatusCode == http.StatusUnauthorized:
		return timeline.Refusal(errors.New("Jira refuses jira.user and jira.token; make a new token"))
	case answer.StatusCode == http.StatusForbidden:
		return timeline.Refusal(fmt.Errorf("Jira does not allow it to the user of jira.token (%w)", told))
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
	return errors.New("Jira says " + strings.Join(all, "; "))
}
