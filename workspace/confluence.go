package workspace

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
)

// wiki stands in for Confluence: one space, whose pages are reached as those of
// Cloud and as those of a Data Center.
type wiki struct {
	user, token string // of Cloud
	serverToken string // of Data Center
	pages       []*wikiPage
	readOnly    bool // the user may read
	drawn       int  // IDs so far
}

type wikiPage struct {
	id, title, parent, body string
	version                 int
	message                 string // of the version
	trashed                 bool
	attached                []*wikiFile
}

type wikiFile struct {
	id, name string
	content  []byte
}

const (
	wikiSpace     = "ENG"
	wikiSpaceID   = "65538"
	wikiTitleMost = 255
)

// wikiEdition is Cloud or Data Center.
type wikiEdition struct {
	path  string
	cloud bool
}

var (
	wikiCloud  = wikiEdition{"/confluence/wiki", true}
	wikiServer = wikiEdition{"/confluence-dc", false}
)

// wikiCall is one call of Confluence.
type wikiCall struct {
	*vendorCall
	wikiEdition
}

// WikiToken returns who may write in Confluence Cloud, and the token.
func (w *Workspace) WikiToken() (user, token string) { return w.wiki.user, w.wiki.token }

// WikiServerToken is the personal access token of Confluence Data Center.
func (w *Workspace) WikiServerToken() string { return w.wiki.serverToken }

func (w *Workspace) routeWiki() {
	w.wiki = wiki{user: "muster@demo.example", token: "ATATT3x" + w.letters("wiki", idLetters, 24), serverToken: w.letters("wiki", idLetters, 44), drawn: 98304}
	w.wiki.pages = []*wikiPage{{id: w.wikiID(), title: "Engineering", body: "<p>Home</p>", version: 1}}
	for _, edition := range []wikiEdition{wikiCloud, wikiServer} {
		w.mux.HandleFunc("GET "+edition.path+"/pages/{id}", w.serveWikiPage)
		for _, call := range wikiCalls {
			if call.cloud == edition.cloud || call.both {
				verb, path, _ := strings.Cut(call.pattern, " ")
				w.mux.HandleFunc(verb+" "+edition.path+"/"+path, w.vendor("confluence."+call.name, edition.writer(call.do)))
			}
		}
	}
}

// wikiCalls is what is answered, by one edition or by both.
var wikiCalls = []struct {
	pattern, name string
	cloud, both   bool
	do            func(*wikiCall) vendorAnswer
}{
	{"GET api/v2/spaces", "spaces.list", true, false, listSpaces},
	{"GET api/v2/pages", "pages.list", true, false, listWikiPages},
	{"GET api/v2/pages/{id}", "pages.get", true, false, getWikiPage},
	{"POST api/v2/pages", "pages.create", true, false, createCloudPage},
	{"PUT api/v2/pages/{id}", "pages.update", true, false, updateCloudPage},
	{"GET rest/api/space/{key}", "spaces.get", false, false, getSpace},
	{"GET rest/api/content", "pages.list", false, false, listWikiPages},
	{"GET rest/api/content/{id}", "pages.get", false, false, getWikiPage},
	{"POST rest/api/content", "pages.create", false, false, createServerPage},
	{"PUT rest/api/content/{id}", "pages.update", false, false, updateServerPage},
	{"GET rest/api/content/{id}/child/attachment", "attachments.list", false, true, listAttachments},
	{"POST rest/api/content/{id}/child/attachment", "attachments.create", false, true, createAttachment},
}

// writer lets in who has the token: by basic authentication in Cloud, as a bearer
// in Data Center.
func (e wikiEdition) writer(do func(*wikiCall) vendorAnswer) func(*vendorCall) vendorAnswer {
	return func(c *vendorCall) vendorAnswer {
		user, token, _ := c.BasicAuth()
		ok := user == c.wiki.user && token == c.wiki.token
		if !e.cloud {
			ok = c.Header.Get("Authorization") == "Bearer "+c.wiki.serverToken
		}
		call := &wikiCall{c, e}
		if !ok {
			return call.refusal(http.StatusUnauthorized, "Client must be authenticated to access this resource.")
		}
		if c.Method != http.MethodGet && c.wiki.readOnly {
			return call.refusal(http.StatusForbidden, "Could not create content with type page")
		}
		return do(call)
	}
}

// refusal is in the words of the edition; what Cloud still has of the older API
// answers in the older way.
func (c *wikiCall) refusal(status int, message string) vendorAnswer {
	if c.cloud && strings.Contains(c.URL.Path, "/api/v2/") {
		code := strings.ToUpper(strings.ReplaceAll(http.StatusText(status), " ", "_"))
		return vendorAnswer{status, object{"errors": []object{{"status": status, "code": code, "title": message, "detail": nil}}}}
	}
	return vendorAnswer{status, object{"statusCode": status, "message": message, "data": object{"authorized": true, "valid": false, "errors": []any{}}}}
}

// knows refuses parameters that are not known here.
func (c *wikiCall) knows(names ...string) *vendorAnswer {
	for name := range c.URL.Query() {
		if !slices.Contains(names, name) {
			refused := c.refusal(http.StatusBadRequest, "this stand-in does not know the parameter "+name)
			return &refused
		}
	}
	return nil
}

func (w *Workspace) wikiID() string {
	w.wiki.drawn += 64
	return fmt.Sprint(w.wiki.drawn)
}

func listSpaces(c *wikiCall) vendorAnswer {
	if refused := c.knows("keys", "limit"); refused != nil {
		return *refused
	}
	found := []object{}
	if c.URL.Query().Get("keys") == wikiSpace {
		found = append(found, object{"id": wikiSpaceID, "key": wikiSpace, "name": "Engineering", "type": "global", "status": "current", "homepageId": c.wiki.pages[0].id})
	}
	return vendorAnswer{http.StatusOK, object{"results": found, "_links": object{"base": c.base + c.path}}}
}

func getSpace(c *wikiCall) vendorAnswer {
	if c.PathValue("key") != wikiSpace {
		return c.refusal(http.StatusNotFound, "No space with key : "+c.PathValue("key"))
	}
	return vendorAnswer{http.StatusOK, object{"id": 65538, "key": wikiSpace, "name": "Engineering", "type": "global"}}
}

// json is a page as the edition tells it, with its body where it was asked for.
func (c *wikiCall) json(p *wikiPage) object {
	links := object{"webui": "/pages/" + p.id, "base": c.base + c.path}
	o := object{"id": p.id, "title": p.title, "status": map[bool]string{true: "trashed", false: "current"}[p.trashed], "_links": links}
	body := object{"storage": object{"representation": "storage", "value": p.body}}
	q := c.URL.Query()
	if c.cloud {
		o["spaceId"], o["parentId"], o["version"] = wikiSpaceID, p.parent, object{"number": p.version, "message": p.message}
		if q.Get("body-format") == "storage" {
			o["body"] = body
		}
		return o
	}
	o["type"] = "page"
	for _, part := range strings.Split(q.Get("expand"), ",") {
		switch part {
		case "version":
			o["version"] = object{"number": p.version, "message": p.message}
		case "body.storage":
			o["body"] = body
		case "space":
			o["space"] = object{"key": wikiSpace}
		}
	}
	return o
}

func listWikiPages(c *wikiCall) vendorAnswer {
	q := c.URL.Query()
	refused, space := c.knows("spaceKey", "title", "type", "expand", "limit"), q.Get("spaceKey") == wikiSpace
	if c.cloud {
		refused, space = c.knows("space-id", "title", "status", "body-format", "limit"), q.Get("space-id") == wikiSpaceID
	}
	if refused != nil {
		return *refused
	}
	found := []object{}
	for _, p := range c.wiki.pages {
		if space && !p.trashed && (q.Get("title") == "" || q.Get("title") == p.title) {
			found = append(found, c.json(p))
		}
	}
	return vendorAnswer{http.StatusOK, object{"results": found, "_links": object{"base": c.base + c.path}}}
}

func (c *wikiCall) page() (*wikiPage, bool) {
	return find(c.wiki.pages, func(p *wikiPage) bool { return p.id == c.PathValue("id") })
}

func getWikiPage(c *wikiCall) vendorAnswer {
	p, ok := c.page()
	if !ok || p.trashed && !c.cloud {
		return c.refusal(http.StatusNotFound, "No content found with id: "+c.PathValue("id"))
	}
	return vendorAnswer{http.StatusOK, c.json(p)}
}

// badStorage is what is wrong with a body in Confluence's storage format.
func badStorage(body string) error {
	d := xml.NewDecoder(strings.NewReader("<page>" + body + "</page>"))
	d.Entity = xml.HTMLEntity
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// fits refuses a title that another page has, a parent that there is not, and a body
// that is none.
func (c *wikiCall) fits(p *wikiPage) *vendorAnswer {
	var refused vendorAnswer
	if err := badStorage(p.body); err != nil {
		refused = c.refusal(http.StatusBadRequest, "Error parsing xhtml: "+err.Error())
		return &refused
	}
	taken := func(o *wikiPage) bool { return !o.trashed && o.id != p.id && o.title == p.title }
	switch {
	case p.title == "" || len([]rune(p.title)) > wikiTitleMost:
		refused = c.refusal(http.StatusBadRequest, "Title cannot be empty or longer than 255 characters.")
	case slices.ContainsFunc(c.wiki.pages, taken):
		refused = c.refusal(http.StatusBadRequest, "A page with this title already exists: A page already exists with the title "+p.title+" in the space with key "+wikiSpace)
	case p.parent != "" && !slices.ContainsFunc(c.wiki.pages, func(o *wikiPage) bool { return o.id == p.parent && !o.trashed }):
		refused = c.refusal(http.StatusBadRequest, "Parent page not found: "+p.parent)
	default:
		return nil
	}
	return &refused
}

// attachmentOf reads the one file of a form.
func attachmentOf(c *wikiCall) (name string, content []byte, err error) {
	_, params, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	if err != nil {
		return "", nil, err
	}
	parts := multipart.NewReader(bytes.NewReader(c.body), params["boundary"])
	for {
		part, err := parts.NextPart()
		if err != nil {
			return "", nil, err
		}
		if part.FormName() == "file" && part.FileName() != "" {
			content, err = io.ReadAll(part)
			return part.FileName(), content, err
		}
	}
}

func (c *wikiCall) attachmentJSON(f *wikiFile) object {
	return object{"id": "att" + f.id, "type": "attachment", "status": "current", "title": f.name, "version": object{"number": 1}, "extensions": object{"fileSize": len(f.content)}}
}

func listAttachments(c *wikiCall) vendorAnswer {
	if refused := c.knows("filename", "limit", "expand"); refused != nil {
		return *refused
	}
	p, ok := c.page()
	if !ok {
		return c.refusal(http.StatusNotFound, "No content found with id: "+c.PathValue("id"))
	}
	found, name := []object{}, c.URL.Query().Get("filename")
	for _, f := range p.attached {
		if name == "" || name == f.name {
			found = append(found, c.attachmentJSON(f))
		}
	}
	return vendorAnswer{http.StatusOK, object{"results": found, "size": len(found)}}
}

func createAttachment(c *wikiCall) vendorAnswer {
	p, ok := c.page()
	name, content, err := attachmentOf(c)
	switch {
	case !slices.Contains([]string{"no-check", "nocheck"}, c.Header.Get("X-Atlassian-Token")):
		return vendorAnswer{http.StatusForbidden, "XSRF check failed"}
	case !ok:
		return c.refusal(http.StatusNotFound, "No content found with id: "+c.PathValue("id"))
	case err != nil:
		return c.refusal(http.StatusBadRequest, "the form has no file: "+err.Error())
	case slices.ContainsFunc(p.attached, func(f *wikiFile) bool { return f.name == name }):
		return c.refusal(http.StatusBadRequest, "Cannot add a new attachment with same file name as an existing attachment: "+name)
	}
	f := &wikiFile{c.wikiID(), name, content}
	p.attached = append(p.attached, f)
	return vendorAnswer{http.StatusOK, object{"results": []object{c.attachmentJSON(f)}, "size": 1}}
}
