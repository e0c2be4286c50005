// Package confluence publishes postmortems as pages of one space of Confluence:
// Cloud, through version 2 of its REST API, or Data Center.
package confluence

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"muster/document"
	"muster/integrations/documents"
	"muster/integrations/web"
	"muster/timeline"
)

// Space is one space of one Confluence.
type Space struct {
	o    Options
	web  *web.Client
	http web.HTTP

	mu sync.Mutex
	by edition // how it is spoken to; nil while it is not known
}

// Options say where to publish, and how.
type Options struct {
	URL     string // "https://example.atlassian.net/wiki"
	User    string // the e-mail address that the token belongs to; empty for a personal access token of Data Center
	Token   string
	Space   string // by key
	Parent  string // of new pages: a title or an ID; empty for none
	Edition string // "cloud" or "server"; Confluence is asked where it is empty
	// Storage is a document in Confluence's storage format. Its pictures are
	// attachments, called as their addresses are.
	Storage func(document.Document) (string, error)
	HTTP    http.RoundTripper
	Now     func() time.Time // nil for the machine's clock
}

const (
	callFor = 15 * time.Second
	name    = "Confluence"
)

// New returns a space; it calls nobody.
func New(o Options) *Space {
	o.URL = strings.TrimSuffix(o.URL, "/")
	if u, err := url.Parse(o.URL); err == nil && strings.HasSuffix(u.Host, ".atlassian.net") && u.Path == "" {
		o.URL += "/wiki" // it stands beside Jira there
	}
	client := web.New(web.Options{Name: name, Next: o.HTTP, Now: o.Now})
	return &Space{o: o, web: client, http: client.HTTP(callFor)}
}

// Name implements [documents.Target].
func (*Space) Name() string { return name }

// page is a page of Confluence; the zero page for none.
type page struct {
	ID, Title, URL string
	Body           string // in storage format
	Version        int
}

// Publish implements [documents.Target]. Whatever a call did that was thought to
// have failed is seen by the next look: a page tells in itself, unseen, which
// incident and which text it is of.
func (s *Space) Publish(ctx context.Context, p documents.Publication) (documents.Published, error) {
	by, err := s.edition(ctx)
	if err != nil {
		return documents.Published{}, timeline.NotDone(err)
	}
	placed := documents.Placed(p.Document, "")
	body, err := s.o.Storage(placed)
	if err != nil {
		return documents.Published{}, timeline.Refusal(fmt.Errorf("the postmortem can not be written for Confluence: %w", err))
	}
	mark := p.Key + "-" + documents.Mark(p.Document)
	want := page{Title: documents.Clip(p.Document.Title, titleMost), Body: body + anchor(mark)}
	now, err := s.find(ctx, by, p, want.Title)
	switch {
	case err != nil:
		return documents.Published{}, timeline.NotDone(err)
	case now.ID == "":
		now, err = s.create(ctx, by, want)
	case !strings.Contains(now.Body, mark) || now.Title != want.Title:
		want.ID, want.Version = now.ID, now.Version+1
		now, err = s.update(ctx, by, want, "Approved by "+p.By)
	}
	if err != nil {
		return documents.Published{}, err
	}
	if err := s.attachAll(ctx, now, placed.Pictures); err != nil {
		return documents.Published{}, err
	}
	return documents.Published{Ref: now.ID, URL: now.URL}, nil
}

// titleMost is how many characters Confluence takes for a title.
const titleMost = 255

// anchor is what a page is known by: nobody sees it, and it comes into being with
// the page.
func anchor(mark string) string {
	return `<p><ac:structured-macro ac:name="anchor"><ac:parameter ac:name="">` + html.EscapeString(mark) + `</ac:parameter></ac:structured-macro></p>`
}

// find looks for the page of an incident: the one that it was published as, else
// one of its title that is of the same incident.
func (s *Space) find(ctx context.Context, by edition, p documents.Publication, title string) (page, error) {
	if p.Ref != "" {
		now, err := by.get(ctx, p.Ref)
		if err != nil || now.ID != "" {
			return now, err
		}
	}
	now, err := by.titled(ctx, title)
	if err == nil && now.ID != "" && !strings.Contains(now.Body, p.Key) {
		return page{}, taken(title, now.URL)
	}
	return now, err
}

// taken is that another page has the title: nothing is written over it.
func taken(title, url string) error {
	where := url
	if where == "" {
		where = "which Confluence does not show: it may be archived, or restricted"
	}
	return timeline.Refusal(fmt.Errorf("the space has a page %q already that is not this postmortem (%s); rename that page and try again, or drop this", title, where))
}

func (s *Space) create(ctx context.Context, by edition, want page) (page, error) {
	parent, err := s.parent(ctx, by)
	if err != nil {
		return page{}, timeline.NotDone(err)
	}
	made, err := by.create(ctx, want, parent)
	if isTaken(err) {
		return page{}, taken(want.Title, "")
	}
	return made, err
}

// again is when to look once more after somebody else was quicker.
const again = 5 * time.Second

func (s *Space) update(ctx context.Context, by edition, want page, why string) (page, error) {
	now, err := by.update(ctx, want, why)
	switch {
	case isTaken(err):
		return page{}, taken(want.Title, "")
	case isStatus(err, http.StatusConflict):
		return page{}, timeline.Later(errors.New("somebody else has changed the page meanwhile"), again)
	}
	return now, err
}

// parent is the ID of the page that new ones go under; empty for none.
func (s *Space) parent(ctx context.Context, by edition) (string, error) {
	if s.o.Parent == "" || strings.Trim(s.o.Parent, "0123456789") == "" {
		return s.o.Parent, nil
	}
	above, err := by.titled(ctx, s.o.Parent)
	if err == nil && above.ID == "" {
		err = timeline.Refusal(fmt.Errorf("documents.confluence.parent: the space %s has no page %q, or does not show it to the user of the token; make it, or name another one", s.o.Space, s.o.Parent))
	}
	return above.ID, err
}

// Check verifies that pages could be made: the token, the edition, the space and
// the parent. It makes none.
func (s *Space) Check(ctx context.Context) []documents.Finding {
	by, err := s.edition(ctx)
	if err == nil {
		err = by.space(ctx)
	}
	all := []documents.Finding{{What: "token and space " + s.o.Space, Err: timeline.NotDone(err)}}
	if err == nil && s.o.Parent != "" {
		id, err := s.parent(ctx, by)
		if err == nil {
			var above page
			if above, err = by.get(ctx, id); err == nil && above.ID == "" {
				err = fmt.Errorf("documents.confluence.parent: there is no page with the ID %s; write the title of one, or its ID", id)
			}
		}
		all = append(all, documents.Finding{What: "parent " + s.o.Parent, Err: timeline.NotDone(err)})
	}
	return all
}
