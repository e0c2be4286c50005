package templates

import (
	"cmp"
	"strings"
	"time"

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

// PageName is what a page is called, as a link to it: "PagerDuty #12".
func (t Texts) PageName(f timeline.Paged) string {
	name := strings.TrimSpace(f.Route + " " + f.Ref)
	if f.URL == "" {
		return name
	}
	return Link(f.URL, name)
}

// PagedWords says who was paged, and where to see it.
func (t Texts) PagedWords(f timeline.Paged) string {
	who := cmp.Or(strings.Join(f.To, ", "), t.T("page.on call"))
	if f.InPlaceOf != (timeline.Person{}) {
		return t.T("page.paged in place", who, t.PageName(f), t.PersonOr(f.InPlaceOf))
	}
	return t.T("page.paged", who, t.PageName(f))
}

// Paged tells of every page of an incident and how it stands; empty where there
// is none.
func (t Texts) Paged(inc timeline.Incident) string {
	var all []string
	for _, p := range inc.Pages {
		all = append(all, t.PagedWords(p.Paged)+t.pageStands(p)+".")
	}
	return strings.Join(all, " ")
}

// pageStands says what became of a page, behind who was paged.
func (t Texts) pageStands(p timeline.SentPage) string {
	text := ""
	if p.Escalated {
		text = " " + t.T("page.further")
	}
	switch {
	case !p.Answered.IsZero():
		return text + "; " + t.T("page.answered", t.PersonOr(p.By), When(p.Answered))
	case p.Ended:
		return text + "; " + t.T("page.ended")
	case p.ID == "":
		return text // nothing is heard of it
	case p.Over:
		return text + "; " + t.T("page.never answered")
	default:
		return text + "; " + t.T("page.waits")
	}
}

// PersonOr mentions someone; by name where the chat does not know them, and as
// somebody where nothing does.
func (t Texts) PersonOr(p timeline.Person) string {
	if p.ID != "" {
		return Person(p.ID)
	}
	return cmp.Or(p.Name, t.T("person.someone"))
}

// Shift says who is on call and until when.
func (t Texts) Shift(level int, who string, until time.Time) string {
	name := t.T("oncall.level", level)
	switch level {
	case 1:
		name = t.T("oncall.primary")
	case 2:
		name = t.T("oncall.secondary")
	}
	if until.IsZero() {
		return t.T("oncall.shift", name, who)
	}
	return t.T("oncall.shift until", name, who, When(until))
}

// Names mentions people, and names the rest.
func (t Texts) Names(people []timeline.Person, names []string) string {
	if len(people) < len(names) {
		return t.List(names)
	}
	var all []string
	for _, p := range people {
		all = append(all, Person(p.ID))
	}
	return t.List(all)
}

// List joins names as one says them.
func (t Texts) List(names []string) string { return strings.Join(names, ", ") }

// pageText is the text of a fact that tells what became of a page.
func (t Texts) pageText(f timeline.Fact) string {
	switch f := f.(type) {
	case timeline.PageUnanswered:
		return t.Unanswered(f)
	case timeline.PageEscalated:
		return t.T("line.page further", strings.Join(f.To, ", "))
	case timeline.PageAnswered:
		return t.T("line.page answered", t.PersonOr(f.By))
	case timeline.PageEnded:
		return t.T("line.page ended", t.PersonOr(f.By))
	case timeline.PageLapsed:
		return t.T("line.page lapsed")
	}
	return ""
}

// Unanswered says that nobody answered, and what is done about it.
func (t Texts) Unanswered(f timeline.PageUnanswered) string {
	key := "page.second level"
	switch {
	case f.Nobody:
		key = "page.nobody else"
	case f.Step == timeline.TheManager:
		key = "page.the manager"
	}
	if f.Minutes == 0 {
		return t.T("page.no second level") + " " + t.T(key)
	}
	return t.T("page.not answered", f.Minutes) + " " + t.T(key)
}
