package workspace

import (
	"embed"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
)

// The page is plain HTML, CSS and JavaScript modules: what stands in page/ is
// what the browser gets.
//
//go:embed page
var pageFiles embed.FS

// pagePolicy lets the page load nothing but its own files and pictures, and
// makes it impossible to write markup from text.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: https:; " +
	"form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// forPeople sends who comes by a link, with a browser, to the place of the page
// that shows what the link is about. Programs are served as they were.
func forPeople(place string, next http.HandlerFunc) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" || !strings.Contains(r.Header.Get("Accept"), "text/html") {
			next(rw, r)
			return
		}
		http.Redirect(rw, r, "/#"+place+"/"+url.PathEscape(r.PathValue("id")), http.StatusFound)
	}
}

// routePage serves the page on which people are someone in the workspace.
func (w *Workspace) routePage() {
	files, err := fs.Sub(pageFiles, "page")
	if err != nil {
		panic(err) // unreachable: the folder is in the binary
	}
	static := http.FileServerFS(files)
	w.mux.Handle("/", loopback(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		h := rw.Header()
		h.Set("Content-Security-Policy", pagePolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-cache")
		static.ServeHTTP(rw, r)
	})))
}
