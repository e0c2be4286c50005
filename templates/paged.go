package templates

import (
	"cmp"
	"fmt"
	"strings"

	"muster/timeline"
)

// PageAskedFor says who is to be woken.
func PageAskedFor(f timeline.PageAsked) string {
	if f.Person.ID != "" {
		return Person(f.Person.ID)
	}
	return "who is on call for " + cmp.Or(f.Service, "it")
}

// PagedWords says who was paged, and where to see it.
func PagedWords(f timeline.Paged) string {
	who := cmp.Or(strings.Join(f.To, ", "), "Who is on call")
	page := strings.TrimSpace(f.Route + " " + f.Ref)
	if f.URL != "" {
		page = Link(f.URL, page)
	}
	text := fmt.Sprintf("%s was paged by %s", who, page)
	if f.InPlaceOf.ID != "" {
		text += " in place of " + Person(f.InPlaceOf.ID) + ", whose address could not be looked up"
	}
	return text
}

// Paged tells of every page of an incident; empty where there is none.
func Paged(inc timeline.Incident) string {
	var all []string
	for _, p := range inc.Pages {
		all = append(all, PagedWords(p)+".")
	}
	return strings.Join(all, " ")
}
