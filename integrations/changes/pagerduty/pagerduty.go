// Package pagerduty reads the change events that PagerDuty keeps. The library
// for it can send them and not read them, so they are read here.
package pagerduty

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"muster/integrations/changes"
	"muster/integrations/web"
	"muster/timeline"
)

// Source is the change events of one account.
type Source struct {
	o    Options
	web  *web.Client
	http web.HTTP

	mu    sync.Mutex
	names map[string]string // of services, by their IDs
}

// Options say which account it is.
type Options struct {
	APIURL string // "https://api.pagerduty.com"
	Token  string
	HTTP   http.RoundTripper
	Now    func() time.Time // nil for the machine's clock
}

// callFor is how long one call may take: somebody waits for the answer.
const callFor = 5 * time.Second

// New returns the change events of an account; it calls nobody.
func New(o Options) *Source {
	o.APIURL = strings.TrimSuffix(o.APIURL, "/")
	client := web.New(web.Options{Name: "PagerDuty", Next: o.HTTP, Now: o.Now})
	return &Source{o: o, web: client, http: client.HTTP(callFor), names: map[string]string{}}
}

// Name implements [changes.Source].
func (*Source) Name() string { return "PagerDuty" }

// event is a change event as PagerDuty tells of it.
//
// https://developer.pagerduty.com/api-reference/ (List Change Events)
type event struct {
	ID        string                     `json:"id"`
	Summary   string                     `json:"summary"`
	Source    string                     `json:"source"`
	Timestamp string                     `json:"timestamp"`
	Services  []reference                `json:"services"`
	Links     []struct{ Href string }    `json:"links"`
	Details   map[string]json.RawMessage `json:"custom_details"`
}

type reference struct{ ID, Summary string }

// How many change events a call returns, and how many calls are made at the most.
const (
	pageMost  = 100
	pagesMost = 20
)

// Between implements [changes.Source].
func (s *Source) Between(ctx context.Context, from, to time.Time) (all []changes.Change, err error) {
	for n := range pagesMost {
		q := url.Values{
			"since": {from.UTC().Format(time.RFC3339)}, "until": {to.UTC().Add(time.Second - 1).Format(time.RFC3339)}, // in UTC; others are refused
			"limit": {strconv.Itoa(pageMost)}, "offset": {strconv.Itoa(n * pageMost)},
		}
		var page struct {
			Events []event `json:"change_events"`
			More   bool    `json:"more"`
		}
		if failed := s.get(ctx, "read change events", "/change_events?"+q.Encode(), &page); failed != nil {
			return all, errors.Join(err, failed)
		}
		for _, e := range page.Events {
			some, wrong := s.changesOf(ctx, e)
			err = errors.Join(err, wrong)
			for _, c := range some {
				if !c.Started.Before(from) && c.Started.Before(to) {
					all = append(all, c)
				}
			}
		}
		if !page.More || len(page.Events) == 0 {
			return all, err
		}
	}
	return all, errors.Join(err, fmt.Errorf("PagerDuty has more than %d change events; ask for a shorter time", pageMost*pagesMost))
}

// changesOf is the changes of an event: one for each service that it concerns.
func (s *Source) changesOf(ctx context.Context, e event) (all []changes.Change, err error) {
	at, err := timeOf(e.Timestamp)
	if err != nil || e.ID == "" {
		return nil, fmt.Errorf("a change event of PagerDuty can not be read: it has the ID %q and the time %q", e.ID, e.Timestamp)
	}
	c := changes.Change{Source: "pagerduty", ID: e.ID, Kind: changes.Deploy, Title: e.Summary, Started: at, Labels: map[string]string{}}
	if len(e.Links) > 0 {
		c.URL = e.Links[0].Href
	}
	if e.Source != "" {
		c.Labels["source"] = e.Source
	}
	describe(&c, e.Details)
	for n, service := range e.Services {
		one := c
		if n > 0 {
			one.ID += " " + service.ID
		}
		name, failed := s.service(ctx, service)
		one.Service, err = name, errors.Join(err, failed)
		all = append(all, one)
	}
	if len(e.Services) == 0 {
		all = append(all, c)
	}
	return all, err
}

// describe reads what senders put into the details, under the names that our own
// ingest has for it and some that are usual.
func describe(c *changes.Change, details map[string]json.RawMessage) {
	fields := map[string]*string{
		"service": &c.Service, "environment": &c.Environment, "version": &c.Version, "previous_version": &c.Previous, "revision": &c.Revision, "commit": &c.Revision,
		"actor": &c.Author, "author": &c.Author, "user": &c.Author, "rollback": &c.Rollback,
	}
	for _, name := range slices.Sorted(maps.Keys(details)) {
		text, ok := textOf(details[name])
		if !ok {
			continue
		}
		if field := fields[name]; field != nil {
			*field = cmp.Or(*field, text)
		} else if name == "kind" && slices.Contains(changes.Kinds, changes.Kind(text)) {
			c.Kind = changes.Kind(text)
		} else {
			c.Labels[name] = text
		}
	}
}

// textOf is a text, a number, true or false as a text.
func textOf(raw json.RawMessage) (string, bool) {
	var value any
	if json.Unmarshal(raw, &value) != nil {
		return "", false
	}
	switch value := value.(type) {
	case string:
		return value, value != ""
	case float64, bool:
		return string(raw), true
	}
	return "", false
}

// timeOf reads a time, whose zone may be without a colon.
func timeOf(text string) (time.Time, error) {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		at, err = time.Parse("2006-01-02T15:04:05Z0700", text)
	}
	return at.UTC(), err
}

// service is the name of a service, which is looked up once. Where that fails it
// is the ID.
func (s *Source) service(ctx context.Context, r reference) (string, error) {
	if r.Summary != "" {
		return r.Summary, nil
	}
	s.mu.Lock()
	name, known := s.names[r.ID]
	s.mu.Unlock()
	if known {
		return name, nil
	}
	var found struct{ Service struct{ Name string } }
	if err := s.get(ctx, "look up a service", "/services/"+url.PathEscape(r.ID), &found); err != nil {
		return r.ID, err
	}
	name = cmp.Or(found.Service.Name, r.ID)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names[r.ID] = name
	return name, nil
}

// Check reads what the last hour tells, so that it is known whether that is
// allowed.
func (s *Source) Check(ctx context.Context, now time.Time) error {
	_, err := s.Between(ctx, now.Add(-time.Hour), now)
	return err
}

// answerMost is how much of an answer is read, in bytes.
const answerMost = 16 << 20

// get makes one call that changes nothing, and judges what came of it.
func (s *Source) get(ctx context.Context, what, path string, into any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.o.APIURL+path, nil)
	if err != nil {
		return timeline.Refusal(err)
	}
	r.Header.Set("Authorization", "Token token="+s.o.Token)
	r.Header.Set("Accept", "application/vnd.pagerduty+json;version=2")
	answer, err := s.http.Do(r)
	if err != nil {
		return s.judge(what, 0, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, answerMost))
	if answer.StatusCode != http.StatusOK {
		return s.judge(what, answer.StatusCode, told(answer.StatusCode, text))
	}
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		return fmt.Errorf("%s: PagerDuty's answer can not be read: %w", what, err)
	}
	return nil
}

// told is what PagerDuty says is wrong.
func told(status int, text []byte) error {
	var body struct {
		Error struct {
			Message string
			Errors  []string
		}
	}
	if json.Unmarshal(text, &body) != nil || body.Error.Message == "" {
		return fmt.Errorf("PagerDuty answers %d", status)
	}
	return fmt.Errorf("PagerDuty says %s", strings.Join(append([]string{body.Error.Message}, body.Error.Errors...), "; "))
}

// judge says what an error means for trying again. The status is 0 where there
// was no answer.
func (s *Source) judge(what string, status int, err error) error {
	why := fmt.Errorf("%s: %w", what, err)
	switch {
	case status == http.StatusTooManyRequests || web.IsPaused(err):
		return timeline.Later(why, max(time.Second, s.web.Pause()))
	case status == 0 || status >= 500:
		return why
	case status == http.StatusUnauthorized:
		return timeline.Refusal(errors.New("PagerDuty refuses pagerduty.token; make a new REST API key under Integrations, API Access Keys"))
	case status == http.StatusForbidden || status == http.StatusPaymentRequired:
		return timeline.Refusal(fmt.Errorf("PagerDuty does not let pagerduty.token read change events: the key has to read the whole account, and the plan to have them (%w)", why))
	}
	return timeline.Refusal(why)
}
