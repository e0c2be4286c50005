// Package jira files tickets in Jira, Cloud or Data Center, through version 2
// of its REST API, in which texts are plain.
package jira

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/andygrunwald/go-jira"

	"muster/integrations/web"
	"muster/timeline"
)

// Jira is one project of one Jira.
type Jira struct {
	o   Options
	api *jira.Client
	web *web.Client

	mu       sync.Mutex
	known    map[string]any // the assignee field by what people are known by
	isServer *bool          // Data Center; nil while it is not known
	epic     string         // the field of the epic in Data Center; empty while it is not known
}

// Options say where to file, and how.
type Options struct {
	URL       string
	BrowseURL string // where people look at tickets; URL where it is empty
	User      string // the e-mail address that the token belongs to; empty for a personal access token of Data Center
	Token     string
	Edition   string // "cloud" or "server"; Jira is asked where it is empty
	Project   string // by key
	IssueType string // by name

	IncidentType string // of tickets for incidents themselves, by name
	Labels       []string
	Components   []string            // by name
	ByService    map[string][]string // components, by the service of the directory
	Priorities   map[timeline.Severity]string
	Epic         string         // the key of the epic that follow-ups belong to
	Fields       map[string]any // more fields, by their IDs; {incident}, {severity} and {service} stand in texts for what they say

	HTTP http.RoundTripper
	Now  func() time.Time // nil for the machine's clock
}

const callFor = 15 * time.Second

// New returns a project; it calls nobody.
func New(o Options) (*Jira, error) {
	client := web.New(web.Options{Name: name, Next: signed{web.Next(o.HTTP), o.User, o.Token}, Now: o.Now})
	api, err := jira.NewClient(client.HTTP(callFor), o.URL)
	if err != nil {
		return nil, fmt.Errorf("jira.url: %w", err)
	}
	return &Jira{o: o, api: api, web: client, known: map[string]any{}}, nil
}

const name = "Jira"

// Name implements [tracker.Tracker].
func (*Jira) Name() string { return name }

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

func (j *Jira) ticketed(key string) timeline.Ticketed {
	at := j.o.URL
	if j.o.BrowseURL != "" {
		at = j.o.BrowseURL
	}
	return timeline.Ticketed{Ref: key, URL: strings.TrimSuffix(at, "/") + "/browse/" + key}
}

// server reports whether it is Data Center.
func (j *Jira) server(ctx context.Context) (bool, error) {
	switch strings.ToLower(j.o.Edition) {
	case "cloud":
		return false, nil
	case "server":
		return true, nil
	}
	j.mu.Lock()
	known := j.isServer
	j.mu.Unlock()
	if known != nil {
		return *known, nil
	}
	is, err := j.askServer(ctx)
	if err != nil {
		return false, err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.isServer = &is
	return is, nil
}

// askServer asks Jira whether it is Data Center.
func (j *Jira) askServer(ctx context.Context) (bool, error) {
	var info struct {
		Type string `json:"deploymentType"`
	}
	err := j.call(ctx, "ask what it is", http.MethodGet, "rest/api/2/serverInfo", nil, &info)
	return !strings.EqualFold(info.Type, "Cloud"), timeline.NotDone(err)
}

// call makes a call that the library has no function for.
func (j *Jira) call(ctx context.Context, what, method, path string, body, into any) error {
	r, err := j.api.NewRequestWithContext(ctx, method, path, body)
	if err != nil {
		return timeline.Refusal(err)
	}
	answer, err := j.api.Do(r, into)
	if err != nil {
		if answer != nil {
			err = jira.NewJiraError(answer, err) // closes the body, and says why
		}
		return j.judge(what, answer, err)
	}
	if into == nil {
		answer.Body.Close()
	}
	return nil
}
