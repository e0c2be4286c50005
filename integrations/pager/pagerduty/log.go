package pagerduty

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/PagerDuty/go-pagerduty"

	"muster/integrations/pager"
	"muster/timeline"
)

// entry is an entry of PagerDuty's log. The library's own type can not read all
// that PagerDuty writes there.
type entry struct {
	ID        string                `json:"id"`
	Type      string                `json:"type"`
	CreatedAt time.Time             `json:"created_at"`
	Agent     pagerduty.APIObject   `json:"agent"`
	User      pagerduty.APIObject   `json:"user"`
	Assignees []pagerduty.APIObject `json:"assignees"`
	Incident  incident              `json:"incident"`
	Service   pagerduty.APIObject   `json:"service"`
	Channel   struct {
		Summary string `json:"summary"`
		Content string `json:"content"`
	} `json:"channel"`
}

// incident is an incident as far as an alarm needs it, as the log and webhooks
// tell of it.
type incident struct {
	pagerduty.APIObject
	Number   int                  `json:"incident_number"`
	Key      string               `json:"incident_key"`
	Title    string               `json:"title"`
	Urgency  string               `json:"urgency"`
	Priority *pagerduty.APIObject `json:"priority"`
	Service  pagerduty.APIObject  `json:"service"`
}

func (i incident) alarm() pager.Alarm {
	a := pager.Alarm{ID: i.ID, Ref: i.ID, Key: i.Key, URL: i.HTMLURL, Title: cmp.Or(i.Title, i.Summary), Service: i.Service.Summary, Urgency: i.Urgency}
	if i.Number > 0 {
		a.Ref = fmt.Sprintf("#%d", i.Number)
	}
	if i.Priority != nil {
		a.Priority = i.Priority.Summary
	}
	return a
}

// kinds is what entries of the log tell, as far as it is heard.
var kinds = map[string]pager.What{
	"trigger_log_entry": pager.Raised, "acknowledge_log_entry": pager.Answered, "resolve_log_entry": pager.Ended,
	"escalate_log_entry": pager.Escalated, "assign_log_entry": pager.Escalated, "annotate_log_entry": pager.Annotated,
	"unacknowledge_log_entry": pager.Lapsed, "priority_change_log_entry": pager.Raised,
}

// logMost is how many pages of the log are read at once: as many as PagerDuty has.
const logMost = 99

// Since implements [pager.Account]: one call for all incidents, and one more for
// each further hundred entries.
func (r *REST) Since(ctx context.Context, at time.Time) ([]pager.Happening, error) {
	var all []pager.Happening
	err := pages(logMost, func(offset uint) (more bool, err error) {
		page, more, err := r.log(ctx, "/log_entries", url.Values{"since": {at.UTC().Format(time.RFC3339)}, "include[]": {"incidents", "channels"}}, offset)
		for _, e := range page {
			if what, ok := kinds[e.Type]; ok {
				all = append(all, r.happening(ctx, e, what))
			}
		}
		return more, err
	})
	slices.Reverse(all) // PagerDuty tells the newest first
	return all, err
}

// Woken implements [pager.Account].
func (r *REST) Woken(ctx context.Context, id string) ([]pager.Responder, error) {
	var all []pager.Responder
	err := eachPage(func(offset uint) (more bool, err error) {
		page, more, err := r.log(ctx, "/incidents/"+id+"/log_entries", url.Values{}, offset)
		for _, e := range page {
			woken := e.User
			if e.Type == "acknowledge_log_entry" {
				woken = e.Agent
			}
			known := slices.ContainsFunc(all, func(o pager.Responder) bool { return o.ID == woken.ID })
			if (e.Type == "notify_log_entry" || e.Type == "acknowledge_log_entry") && isUser(woken) && !known {
				all = append(all, r.Whole(ctx, r.responder(woken)))
			}
		}
		return more, err
	})
	return all, err
}

// log reads a page of a log.
func (r *REST) log(ctx context.Context, path string, q url.Values, offset uint) (page []entry, more bool, err error) {
	q.Set("time_zone", "UTC")
	q.Set("limit", strconv.Itoa(pageMost))
	q.Set("offset", strconv.FormatUint(uint64(offset), 10))
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url+path+"?"+q.Encode(), nil)
	if err != nil {
		return nil, false, timeline.Refusal(err)
	}
	answer, err := r.aside.Do(request, true)
	if err != nil {
		return nil, false, timeline.NotDone(r.judge("read the log", err))
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, false, timeline.NotDone(r.judge("read the log", pagerduty.APIError{StatusCode: answer.StatusCode}))
	}
	var body struct {
		Entries []entry `json:"log_entries"`
		More    bool    `json:"more"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&body); err != nil {
		return nil, false, fmt.Errorf("read the log: %w", err)
	}
	return body.Entries, body.More && len(body.Entries) > 0, nil
}

func (r *REST) happening(ctx context.Context, e entry, what pager.What) pager.Happening {
	h := pager.Happening{ID: e.ID, What: what, At: e.CreatedAt, Alarm: e.Incident.alarm(), Text: cmp.Or(e.Channel.Content, e.Channel.Summary)}
	if h.Alarm.Service == "" {
		h.Alarm.Service = e.Service.Summary
	}
	if isUser(e.Agent) {
		h.By = r.Whole(ctx, r.responder(e.Agent))
	}
	for _, a := range e.Assignees {
		h.To = append(h.To, r.Whole(ctx, r.responder(a)))
	}
	return h
}

// isUser reports whether an object is a person.
func isUser(o pagerduty.APIObject) bool { return o.Type == "user_reference" || o.Type == "user" }
