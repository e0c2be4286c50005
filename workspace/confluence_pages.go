package workspace

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
)

// wikiBody is the body of a page as Data Center takes it.
type wikiBody struct {
	Storage struct {
		Value          string `json:"value"`
		Representation string `json:"representation"`
	} `json:"storage"`
}

// wikiVersion is the version of a page that a call makes.
type wikiVersion struct {
	Number    int    `json:"number"`
	Message   string `json:"message"`
	MinorEdit bool   `json:"minorEdit"`
}

// wikiCloudFields are the fields of a page as Cloud takes them.
type wikiCloudFields struct {
	ID       string `json:"id"`
	SpaceID  string `json:"spaceId"`
	ParentID string `json:"parentId"`
	Status   string `json:"status"`
	Title    string `json:"title"`
	Body     struct {
		Value          string `json:"value"`
		Representation string `json:"representation"`
	} `json:"body"`
	Version wikiVersion `json:"version"`
}

// wikiServerFields are the fields of a page as Data Center takes them.
type wikiServerFields struct {
	ID    string `json:"id"`
	Type  string `json:"type"`
	Title string `json:"title"`
	Space struct {
		Key string `json:"key"`
	} `json:"space"`
	Ancestors []struct {
		ID string `json:"id"`
	} `json:"ancestors"`
	Body    wikiBody    `json:"body"`
	Version wikiVersion `json:"version"`
}

func (c *wikiCall) strictly(into any) *vendorAnswer {
	strict := json.NewDecoder(bytes.NewReader(c.body))
	strict.DisallowUnknownFields()
	if err := strict.Decode(into); err != nil {
		refused := c.refusal(http.StatusBadRequest, "Could not parse JSON: "+err.Error())
		return &refused
	}
	return nil
}

func createCloudPage(c *wikiCall) vendorAnswer {
	var in wikiCloudFields
	if refused := c.strictly(&in); refused != nil {
		return *refused
	}
	if in.SpaceID != wikiSpaceID || in.Body.Representation != "storage" || in.Version.Number != 0 || in.ID != "" {
		return c.refusal(http.StatusBadRequest, "spaceId and a body in storage are required, and no id nor version")
	}
	return c.made(&wikiPage{title: in.Title, parent: in.ParentID, body: in.Body.Value})
}

func createServerPage(c *wikiCall) vendorAnswer {
	var in wikiServerFields
	if refused := c.strictly(&in); refused != nil {
		return *refused
	}
	if in.Type != "page" || in.Space.Key != wikiSpace || in.Body.Storage.Representation != "storage" || in.ID != "" {
		return c.refusal(http.StatusBadRequest, "type, space.key and body.storage are required, and no id")
	}
	p := &wikiPage{title: in.Title, body: in.Body.Storage.Value}
	if len(in.Ancestors) > 0 {
		p.parent = in.Ancestors[len(in.Ancestors)-1].ID
	}
	return c.made(p)
}

// made adds a page, where it fits.
func (c *wikiCall) made(p *wikiPage) vendorAnswer {
	if refused := c.fits(p); refused != nil {
		return *refused
	}
	p.id, p.version = c.wikiID(), 1
	c.wiki.pages = append(c.wiki.pages, p)
	return vendorAnswer{http.StatusOK, c.json(p)}
}

func updateCloudPage(c *wikiCall) vendorAnswer {
	var in wikiCloudFields
	if refused := c.strictly(&in); refused != nil {
		return *refused
	}
	if in.ID != c.PathValue("id") || in.Status != "current" || in.Body.Representation != "storage" {
		return c.refusal(http.StatusBadRequest, "id, status, title, body and version are required")
	}
	return c.changed(wikiPage{title: in.Title, body: in.Body.Value, version: in.Version.Number, message: in.Version.Message})
}

func updateServerPage(c *wikiCall) vendorAnswer {
	var in wikiServerFields
	if refused := c.strictly(&in); refused != nil {
		return *refused
	}
	if in.Type != "page" || in.Body.Storage.Representation != "storage" {
		return c.refusal(http.StatusBadRequest, "type, title, body and version are required")
	}
	return c.changed(wikiPage{title: in.Title, body: in.Body.Storage.Value, version: in.Version.Number, message: in.Version.Message})
}

// changed gives a page its next version, where it is the next.
func (c *wikiCall) changed(to wikiPage) vendorAnswer {
	p, ok := c.page()
	if !ok || p.trashed {
		return c.refusal(http.StatusNotFound, "No content found with id: "+c.PathValue("id"))
	}
	if to.version != p.version+1 {
		return c.refusal(http.StatusConflict, fmt.Sprintf("Version must be incremented on update. Current version is: %d", p.version))
	}
	to.id, to.parent = p.id, p.parent
	if refused := c.fits(&to); refused != nil {
		return *refused
	}
	p.title, p.body, p.version, p.message = to.title, to.body, to.version, to.message
	return vendorAnswer{http.StatusOK, c.json(p)}
}

// WikiPage is a page of Confluence, as people see it.
type WikiPage struct {
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Parent  string   `json:"parent"` // its title; empty for none
	Body    string   `json:"body"`
	Version int      `json:"version"`
	Message string   `json:"message"`
	Files   []string `json:"files"`
}

// WikiPages returns the pages of the space but its home, the oldest first.
func (w *Workspace) WikiPages() []WikiPage {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := []WikiPage{}
	for _, p := range w.wiki.pages[1:] {
		if p.trashed {
			continue
		}
		seen := WikiPage{ID: p.id, Title: p.title, Body: p.body, Version: p.version, Message: p.message, Files: []string{}}
		if above, ok := find(w.wiki.pages, func(o *wikiPage) bool { return o.id == p.parent }); ok {
			seen.Parent = above.title
		}
		for _, f := range p.attached {
			seen.Files = append(seen.Files, f.name)
		}
		all = append(all, seen)
	}
	return all
}

// WritePage has somebody write a page by hand: a new one, or the next version of
// the one with that title.
func (w *Workspace) WritePage(title, body string) (id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if p, ok := find(w.wiki.pages, func(p *wikiPage) bool { return p.title == title && !p.trashed }); ok {
		p.body, p.message = body, ""
		p.version++
		return p.id
	}
	p := &wikiPage{id: w.wikiID(), title: title, body: body, version: 1}
	w.wiki.pages = append(w.wiki.pages, p)
	return p.id
}

// RenamePage has somebody give a page another title.
func (w *Workspace) RenamePage(from, to string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, ok := find(w.wiki.pages, func(p *wikiPage) bool { return p.title == from && !p.trashed })
	if !ok {
		return fmt.Errorf("there is no page %q", from)
	}
	p.title = to
	return nil
}

// RefuseWriters takes the right to write in the space from the user of the token.
func (w *Workspace) RefuseWriters() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wiki.readOnly = true
}

// TrashPage has somebody throw a page away.
func (w *Workspace) TrashPage(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.wiki.pages {
		p.trashed = p.trashed || p.id == id
	}
}

// serveWikiPage shows a page to people, as it is stored.
func (w *Workspace) serveWikiPage(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, ok := find(w.wiki.pages, func(p *wikiPage) bool { return p.id == r.PathValue("id") && !p.trashed })
	if !ok {
		http.NotFound(rw, r)
		return
	}
	rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintf(rw, "%s (version %d)\n\n%s\n", p.title, p.version, p.body)
}
