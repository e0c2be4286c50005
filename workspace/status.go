package workspace

import (
	_ "embed"
	"html/template"
	"net/http"
	"strings"
)

//go:embed status.html
var statusHTML string

var statusPage = template.Must(template.New("status").Funcs(template.FuncMap{
	"words": func(state string) string { return strings.ReplaceAll(state, "_", " ") },
	"open":  func(i PublicIncident) bool { return i.Status != "resolved" },
}).Parse(statusHTML))

// overall says in a line how all is, and how bad that is.
func (p PublicPage) overall() (line, impact string) {
	states := map[string]int{}
	for _, c := range p.Components {
		states[c.Status]++
	}
	switch {
	case states["major_outage"] > 0:
		return "Some systems are down", "critical"
	case states["partial_outage"] > 0:
		return "Some systems are partly down", "major"
	case states["degraded_performance"] > 0:
		return "Some systems are slower than usual", "minor"
	}
	for _, i := range p.Incidents {
		if i.Status != "resolved" {
			return "We are looking into a problem", "minor"
		}
	}
	return "All systems work", "none"
}

// serveStatus serves the page that customers read. It needs no script.
func (w *Workspace) serveStatus(rw http.ResponseWriter, _ *http.Request) {
	page := w.PublicPage()
	line, impact := page.overall()
	h := rw.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-cache")
	_ = statusPage.Execute(rw, struct { // the caller is gone: nothing to do
		PublicPage
		Line, Impact string
	}{page, line, impact})
}
