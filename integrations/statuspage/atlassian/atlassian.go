// Package atlassian publishes on a page of Atlassian Statuspage, through
// version 1 of its REST API.
package atlassian

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"muster/integrations/statuspage"
	"muster/integrations/web"
	"muster/timeline"
)

// Page is one page of Statuspage.
type Page struct {
	o    Options
	web  *web.Client
	http web.HTTP

	mu    sync.Mutex
	known map[string][]string // IDs of components, by ID and by name in lower case
}

// Options say which page it is.
type Options struct {
	APIURL string // "https://api.statuspage.io"
	Token  string
	Page   string // its ID
	HTTP   http.RoundTripper
	Now    func() time.Time // nil for the machine's clock
}

const callFor = 15 * time.Second

// New returns a page; it calls nobody.
func New(o Options) *Page {
	client := web.New(web.Options{Name: "Statuspage", Next: o.HTTP, Now: o.Now})
	return &Page{o: o, web: client, http: client.HTTP(callFor)}
}

// incident is an incident as Statuspage has it.
type incident struct {
	ID        string `json:"id"`
	Status    string `json:"status"`
	Shortlink string `json:"shortlink"`
	Metadata  struct {
		Muster struct {
			Key    string `json:"key"`
			Notice string `json:"notice"`
		} `json:"muster"`
	} `json:"metadata"`
}

func (i incident) public() statuspage.Public {
	return statuspage.Public{Ref: i.ID, URL: i.Shortlink, State: i.Status, Mark: i.Metadata.Muster.Notice}
}

// looksBack is how many incidents are looked through for one: the most that
// Statuspage lists at once, the newest first.
const looksBack = 100

// Find implements [statuspage.Page]. Statuspage does not search in what we
// attach to an incident, so the latest ones are looked through.
func (p *Page) Find(ctx context.Context, n statuspage.Notice) (statuspage.Public, bool, error) {
	if n.Ref != "" {
		var one incident
		err := p.call(ctx, "look for the incident", http.MethodGet, "incidents/"+url.PathEscape(n.Ref), nil, &one)
		if errors.Is(err, statuspage.ErrGone) {
			return statuspage.Public{}, false, nil
		}
		return one.public(), err == nil, err
	}
	var all []incident
	if err := p.call(ctx, "look for the incident", http.MethodGet, fmt.Sprintf("incidents?limit=%d", looksBack), nil, &all); err != nil {
		return statuspage.Public{}, false, err
	}
	for _, i := range all {
		if i.Metadata.Muster.Key == n.Key {
			return i.public(), true, nil
		}
	}
	return statuspage.Public{}, false, nil
}

// Create implements [statuspage.Page].
func (p *Page) Create(ctx context.Context, n statuspage.Notice) (statuspage.Public, error) {
	return p.put(ctx, http.MethodPost, "incidents", n)
}

// Update implements [statuspage.Page].
func (p *Page) Update(ctx context.Context, n statuspage.Notice) (statuspage.Public, error) {
	return p.put(ctx, http.MethodPatch, "incidents/"+url.PathEscape(n.Ref), n)
}

// put sends a notice. What it is attached to tells later which notice it was.
func (p *Page) put(ctx context.Context, method, path string, n statuspage.Notice) (statuspage.Public, error) {
	ids, leftOut, err := p.components(ctx, n.Components)
	if err != nil {
		return statuspage.Public{}, timeline.NotDone(err)
	}
	fields := map[string]any{
		"name": n.Title, "body": n.Text, "status": n.State,
		"metadata": map[string]any{"muster": map[string]string{"key": n.Key, "notice": n.Mark}},
	}
	if len(ids) > 0 {
		shown := map[string]string{}
		for _, id := range ids {
			shown[id] = n.As
		}
		fields["component_ids"], fields["components"] = ids, shown
	}
	var made incident
	if err := p.call(ctx, "publish", method, path, map[string]any{"incident": fields}, &made); err != nil {
		return statuspage.Public{}, err
	}
	public := made.public()
	public.LeftOut = leftOut
	return public, nil
}

// call makes one call, and judges what came of it.
func (p *Page) call(ctx context.Context, what, method, path string, body, into any) error {
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return timeline.Refusal(err)
		}
		sent = bytes.NewReader(text)
	}
	address := strings.TrimSuffix(strings.TrimSuffix(p.o.APIURL, "/")+"/v1/pages/"+url.PathEscape(p.o.Page)+"/"+path, "/")
	r, err := http.NewRequestWithContext(ctx, method, address, sent)
	if err != nil {
		return timeline.Refusal(err)
	}
	r.Header.Set("Authorization", "OAuth "+p.o.Token)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := p.http.Do(r)
	if err != nil {
		return p.judge(what, 0, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, answerMost))
	if answer.StatusCode >= 300 {
		return p.judge(what, answer.StatusCode, told(answer.StatusCode, text))
	}
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		return p.judge(what, answer.StatusCode, fmt.Errorf("its answer can not be read: %w", err))
	}
	return nil
}

// answerMost is how much of an answer is read: a hundred incidents with all
// their updates are far below it.
const answerMost = 16 << 20

// told is what Statuspage says is wrong: one sentence, or several.
func told(status int, text []byte) error {
	var body struct {
		Error any `json:"error"`
	}
	switch _ = json.Unmarshal(text, &body); why := body.Error.(type) { // what is no JSON says nothing
	case string:
		return errors.New("Statuspage says " + why)
	case []any:
		var all []string
		for _, one := range why {
			all = append(all, fmt.Sprint(one))
		}
		return errors.New("Statuspage says " + strings.Join(all, "; "))
	}
	return fmt.Errorf("Statuspage answers %d", status)
}

// judge says what an error means for trying again. The status is 0 where there
// was no answer.
func (p *Page) judge(what string, status int, err error) error {
	why := fmt.Errorf("%s: %w", what, err)
	switch {
	case status == http.StatusTooManyRequests, status == web.EnhanceYourCalm, web.IsPaused(err):
		return timeline.Later(why, max(time.Second, p.web.Pause()))
	case status == 0 || status >= 500 || status < 300:
		return timeline.Doubtful(why) // where it says that it was done, what came back can not be read
	case status == http.StatusUnauthorized:
		return timeline.Refusal(errors.New("Statuspage refuses statuspage.token; make a new API key under your name, API info"))
	case status == http.StatusForbidden:
		return timeline.Refusal(fmt.Errorf("Statuspage does not allow it to the owner of statuspage.token, who needs the role of an incident manager on the page (%w)", why))
	case status == http.StatusNotFound:
		return timeline.Refusal(fmt.Errorf("%w: %w", why, statuspage.ErrGone))
	}
	return timeline.Refusal(why)
}
