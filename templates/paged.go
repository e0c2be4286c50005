package templates

import (
	"cmp"
	"strings"

	"muster/timeline"
)

// PageAskedFor says who is to be woken.
func (t Texts) PageAskedFor(f timeline.PageAsked) string {
	switch {
	case f.Person.ID != "":
		return Person(f.Person.ID)
	case f.Service == "":
		return t.T("page.on call for it")
	default:
		return t.T("page.on call for", f.Service)
	}
}

// PagedWords says who was paged, and where to see it.
func (t Texts) PagedWords(f timeline.Paged) string {
	who := cmp.Or(strings.Join(f.To, ", "), t.T("page.on call"))
	page := strings.TrimSpace(f.Route + " " + f.Ref)
	if f.URL != "" {
		page = Link(f.URL, page)
	}
	if f.InPlaceOf.ID != "" {
		return t.T("page.paged in place", who, page, Person(f.InPlaceOf.ID))
	}
	return t.T("page.paged", who, page)
}

// Paged tells of every page of an incident; empty where there is none.
func (t Texts) Paged(inc timeline.Incident) string {
	var all []string
	for _, p := range inc.Pages {
		all = append(all, t.PagedWords(p.Paged)+".")
	}
	return strings.Join(all, " ")
}
