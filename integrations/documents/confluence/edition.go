package confluence

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"muster/timeline"
)

// edition is how Cloud, or Data Center, is spoken to.
type edition interface {
	// space looks whether the space is there.
	space(ctx context.Context) error
	// get is a page by its ID, and titled one by its title; the zero page where
	// there is none.
	get(ctx context.Context, id string) (page, error)
	titled(ctx context.Context, title string) (page, error)
	create(ctx context.Context, p page, parent string) (page, error)
	update(ctx context.Context, p page, why string) (page, error)
}

// edition is the one that the configuration names, or that Confluence is found to
// be: Data Center has no second version of the API.
func (s *Space) edition(ctx context.Context) (edition, error) {
	s.mu.Lock()
	known := s.by
	s.mu.Unlock()
	if known != nil {
		return known, nil
	}
	found, err := s.askEdition(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.by = found
	return found, nil
}

func (s *Space) askEdition(ctx context.Context) (edition, error) {
	switch strings.ToLower(s.o.Edition) {
	case "server":
		return server{s}, nil
	case "cloud":
		id, err := s.spaceID(ctx)
		return cloud{s, id}, err
	}
	id, err := s.spaceID(ctx)
	if isStatus(err, http.StatusNotFound) {
		return server{s}, nil
	}
	return cloud{s, id}, err
}

func (s *Space) noSpace() error {
	return timeline.Refusal(fmt.Errorf("Confluence has no space with the key %q, or does not show it to the user of the token: mend documents.confluence.space, or let them into the space; or documents.confluence.url does not lead to Confluence, as it does with /wiki at its end in Cloud", s.o.Space))
}

// spaceID is the ID that Cloud knows the space by.
func (s *Space) spaceID(ctx context.Context) (string, error) {
	var found struct{ Results []struct{ ID string } }
	err := s.call(ctx, "look for the space", http.MethodGet, "api/v2/spaces?keys="+url.QueryEscape(s.o.Space), nil, &found)
	if err == nil && len(found.Results) == 0 {
		return "", s.noSpace()
	}
	if err != nil {
		return "", err
	}
	return found.Results[0].ID, nil
}

// told is a page as either edition tells of it.
type told struct {
	ID      string
	Title   string
	Status  string
	Version struct{ Number int }
	Body    struct{ Storage struct{ Value string } }
	Links   links `json:"_links"`
}

type links struct{ Base, WebUI string }

// page is what was told, with its address by where Confluence says that it is.
func (s *Space) page(t told, base string) page {
	if t.Links.Base != "" {
		base = t.Links.Base
	}
	if base == "" {
		base = s.o.URL
	}
	return page{ID: t.ID, Title: t.Title, URL: base + t.Links.WebUI, Body: t.Body.Storage.Value, Version: t.Version.Number}
}

// one is a page by a call; the zero page where it is not there any more.
func (s *Space) one(ctx context.Context, path string) (page, error) {
	var t told
	err := s.call(ctx, "look at the page", http.MethodGet, path, nil, &t)
	if isStatus(err, http.StatusNotFound) || err == nil && t.Status != "" && t.Status != "current" {
		return page{}, nil
	}
	return s.page(t, ""), err
}

// first is the first page of a list.
func (s *Space) first(ctx context.Context, path string) (page, error) {
	var found struct {
		Results []told
		Links   links `json:"_links"`
	}
	err := s.call(ctx, "look for the page", http.MethodGet, path, nil, &found)
	if err != nil || len(found.Results) == 0 {
		return page{}, err
	}
	return s.page(found.Results[0], found.Links.Base), nil
}

// put makes or changes a page.
func (s *Space) put(ctx context.Context, what, method, path string, in map[string]any) (page, error) {
	var t told
	err := s.call(ctx, what, method, path, in, &t)
	if err != nil {
		return page{}, err
	}
	return s.page(t, ""), nil
}

// cloud is Confluence Cloud.
type cloud struct {
	*Space
	id string // of the space
}

func (c cloud) space(context.Context) error { return nil } // it was found when the edition was asked for

func (c cloud) get(ctx context.Context, id string) (page, error) {
	return c.one(ctx, "api/v2/pages/"+url.PathEscape(id)+"?body-format=storage")
}

func (c cloud) titled(ctx context.Context, title string) (page, error) {
	q := url.Values{"space-id": {c.id}, "title": {title}, "status": {"current"}, "body-format": {"storage"}}
	return c.first(ctx, "api/v2/pages?"+q.Encode())
}

func (c cloud) fields(p page) map[string]any {
	return map[string]any{"status": "current", "title": p.Title, "body": map[string]string{"representation": "storage", "value": p.Body}}
}

func (c cloud) create(ctx context.Context, p page, parent string) (page, error) {
	in := c.fields(p)
	if in["spaceId"] = c.id; parent != "" {
		in["parentId"] = parent
	}
	return c.put(ctx, "make the page", http.MethodPost, "api/v2/pages", in)
}

func (c cloud) update(ctx context.Context, p page, why string) (page, error) {
	in := c.fields(p)
	in["id"], in["version"] = p.ID, map[string]any{"number": p.Version, "message": why}
	return c.put(ctx, "change the page", http.MethodPut, "api/v2/pages/"+url.PathEscape(p.ID), in)
}

// server is Confluence Data Center.
type server struct{ *Space }

func (s server) space(ctx context.Context) error {
	err := s.call(ctx, "look for the space", http.MethodGet, "rest/api/space/"+url.PathEscape(s.o.Space), nil, nil)
	if isStatus(err, http.StatusNotFound) {
		return s.noSpace()
	}
	return err
}

const expand = "version,body.storage"

func (s server) get(ctx context.Context, id string) (page, error) {
	return s.one(ctx, "rest/api/content/"+url.PathEscape(id)+"?expand="+url.QueryEscape(expand))
}

func (s server) titled(ctx context.Context, title string) (page, error) {
	q := url.Values{"spaceKey": {s.o.Space}, "title": {title}, "type": {"page"}, "expand": {expand}}
	return s.first(ctx, "rest/api/content?"+q.Encode())
}

func (s server) fields(p page) map[string]any {
	return map[string]any{"type": "page", "title": p.Title, "body": map[string]any{"storage": map[string]string{"representation": "storage", "value": p.Body}}}
}

func (s server) create(ctx context.Context, p page, parent string) (page, error) {
	in := s.fields(p)
	if in["space"] = map[string]string{"key": s.o.Space}; parent != "" {
		in["ancestors"] = []map[string]string{{"id": parent}}
	}
	made, err := s.put(ctx, "make the page", http.MethodPost, "rest/api/content", in)
	if isStatus(err, http.StatusNotFound) {
		return made, s.noSpace()
	}
	return made, err
}

func (s server) update(ctx context.Context, p page, why string) (page, error) {
	in := s.fields(p)
	in["id"], in["version"] = p.ID, map[string]any{"number": p.Version, "message": why}
	return s.put(ctx, "change the page", http.MethodPut, "rest/api/content/"+url.PathEscape(p.ID), in)
}
