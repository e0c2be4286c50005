package timeline

import (
	"fmt"
	"slices"
	"time"
)

// PageAsked tells that someone wants people woken: who is on call for a service
// or by an escalation policy, or one person.
type PageAsked struct {
	Service string `json:"service,omitempty"` // or an escalation policy, by name
	Person  Person `json:"person,omitzero"`
	Text    string `json:"text,omitempty"`
}

// Paged tells that a page went out.
type Paged struct {
	For    int      `json:"for"`           // the event that called for it, by which the page is known
	Route  string   `json:"route"`         // "PagerDuty"
	Ref    string   `json:"ref,omitempty"` // what it is called there: "#12"
	ID     string   `json:"id,omitempty"`  // what it is known by there
	URL    string   `json:"url,omitempty"`
	To     []string `json:"to,omitempty"`     // names, as far as they are known
	People []Person `json:"people,omitempty"` // those of them who are known in the chat

	// InPlaceOf is the person who was asked for, where it could not be looked up
	// in time how to reach them, so that whoever is on call was woken.
	InPlaceOf Person `json:"in_place_of,omitzero"`
}

// AlarmSource begins the source of an incident that was declared from an alarm of
// the paging service; the alarm's ID follows.
const AlarmSource = "pager/"

// PageDoubted tells that a page may have gone out by another route as well.
type PageDoubted struct {
	For   int    `json:"for"`
	Route string `json:"route"`
	Named bool   `json:"named,omitempty"` // it was for a person by name, and not for whoever is on call
}

// PageUnanswered tells that nobody acknowledged a page for so long that more
// people are woken: first the second level, and then the manager.
type PageUnanswered struct {
	For     int  `json:"for"`
	Minutes int  `json:"minutes"`          // since it went out, or went further
	Step    int  `json:"step"`             // one of SecondLevel and TheManager
	Nobody  bool `json:"nobody,omitempty"` // there is nobody else to wake
}

// The steps by which a page goes further.
const (
	SecondLevel = 1
	TheManager  = 2
)

// PageEscalated tells whom a page reaches now, besides or in place of those
// before.
type PageEscalated struct {
	For    int      `json:"for"`
	Level  int      `json:"level,omitempty"` // of the escalation policy; 0 where it is not known
	To     []string `json:"to,omitempty"`
	People []Person `json:"people,omitempty"`
	There  bool     `json:"there,omitempty"` // the paging service did it by itself, or somebody there

	At time.Time `json:"at,omitzero"` // when it was done there
}

// AckAsked tells that the event's person takes a page on, from the chat.
type AckAsked struct {
	For int `json:"for"`
}

// PageAnswered tells that someone has acknowledged a page.
type PageAnswered struct {
	For int       `json:"for"`
	By  Person    `json:"by"`          // with a name alone where they are not known in the chat
	At  time.Time `json:"at,omitzero"` // when they did, as the paging service says
}

// PageLapsed tells that the acknowledgement of a page has run out, or was taken
// back: it waits for somebody again.
type PageLapsed struct {
	For int       `json:"for"`
	At  time.Time `json:"at,omitzero"` // when it did there
}

// PageEnded tells that someone has resolved a page there, while the incident
// goes on.
type PageEnded struct {
	For int    `json:"for"`
	By  Person `json:"by"`
}

// PageJudged is what the event's person, who was paged, says of the page.
type PageJudged struct {
	For     int     `json:"for"`
	Verdict Verdict `json:"verdict"`
}

// AlarmJudged is what the event's person, who was paged for an alarm that became no
// incident here, says of the page. House only.
type AlarmJudged struct {
	ID      string  `json:"id"` // of the alarm, in the paging service
	Ref     string  `json:"ref"`
	Title   string  `json:"title"`
	Service string  `json:"service,omitempty"`
	Verdict Verdict `json:"verdict"`
}

// Verdict says how good a page was.
type Verdict string

// The verdicts.
const (
	Actionable Verdict = "actionable"
	Noise      Verdict = "noise"
	TooLate    Verdict = "too-late"
	Unclear    Verdict = "unclear" // what was to be done
)

// Verdicts lists every verdict, in the order in which people see them.
var Verdicts = []Verdict{Actionable, Noise, TooLate, Unclear}

func (PageAsked) kind() string      { return "page_asked" }
func (Paged) kind() string          { return "paged" }
func (PageDoubted) kind() string    { return "page_doubted" }
func (PageUnanswered) kind() string { return "page_unanswered" }
func (PageEscalated) kind() string  { return "page_escalated" }
func (AckAsked) kind() string       { return "ack_asked" }
func (PageAnswered) kind() string   { return "page_answered" }
func (PageEnded) kind() string      { return "page_ended" }
func (PageLapsed) kind() string     { return "page_lapsed" }
func (PageJudged) kind() string     { return "page_judged" }
func (AlarmJudged) kind() string    { return "alarm_judged" }

func (f PageAsked) String() string   { return "asked for a page" }
func (f Paged) String() string       { return "paged by " + f.Route }
func (f PageDoubted) String() string { return "may have paged by " + f.Route }
func (f PageUnanswered) String() string {
	return fmt.Sprintf("nobody answered page %d for %d min", f.For, f.Minutes)
}
func (f PageEscalated) String() string { return fmt.Sprintf("page %d went further", f.For) }
func (f AckAsked) String() string      { return fmt.Sprintf("takes page %d", f.For) }
func (f PageAnswered) String() string  { return fmt.Sprintf("acknowledged page %d", f.For) }
func (f PageLapsed) String() string    { return fmt.Sprintf("nobody has page %d any more", f.For) }
func (f PageEnded) String() string     { return fmt.Sprintf("page %d was resolved there", f.For) }
func (f AlarmJudged) String() string   { return fmt.Sprintf("alarm %s was %s", f.Ref, f.Verdict) }
func (f PageJudged) String() string    { return fmt.Sprintf("page %d was %s", f.For, f.Verdict) }

// SentPage is a page that went out, and what became of it.
type SentPage struct {
	Paged
	At        time.Time // when it went out
	Since     time.Time // since when it waits: it went out, or further
	Unasked   int       // the last step that was taken because nobody answered; 0 for none
	Answered  time.Time // zero while nobody has acknowledged it
	By        Person    // who has
	Escalated bool      // it went to others than those who were paged first
	Level     int       // of the escalation policy that it has reached, as far as it is known
	Ended     bool      // it was resolved there, while the incident went on
	Over      bool      // the incident has ended since
	Taken     bool      // somebody has asked here to acknowledge it
	Judged    []string  // who has said how good it was
}

// Waits reports whether nobody has acknowledged a page yet that is not over.
func (p SentPage) Waits() bool { return p.Answered.IsZero() && !p.Ended && !p.Over }

// IsStale reports whether what happened at a time is of before a page went further,
// or waits anew.
func (p SentPage) IsStale(at time.Time) bool {
	return !at.IsZero() && !p.Since.Equal(p.At) && at.Before(p.Since.Truncate(time.Second))
}

// Woke returns who is known in the chat of those whom the page woke: who
// acknowledged it, else who was paged.
func (p SentPage) Woke() []Person {
	if p.By.ID != "" {
		return []Person{p.By}
	}
	return p.People
}

// PageFor returns the page that an event has called for, and whether it went out.
func (inc Incident) PageFor(seq int) (SentPage, bool) {
	for _, p := range inc.Pages {
		if p.For == seq {
			return p, true
		}
	}
	return SentPage{}, false
}

// IsPageNews reports whether an event tells of an acknowledgement, or of people who
// were woken, that was not known: two may have heard of the same.
func (inc Incident) IsPageNews(seq int) bool { return slices.Contains(inc.pageNews, seq) }

// isNews reports whether a fact tells of a page what is not known.
func (inc Incident) isNews(f Fact) bool {
	switch f := f.(type) {
	case PageAnswered:
		p, ok := inc.PageFor(f.For)
		return ok && p.Waits() && !p.IsStale(f.At)
	case PageEscalated:
		p, ok := inc.PageFor(f.For)
		return ok && (len(f.To) == 0 || slices.ContainsFunc(f.To, func(n string) bool { return !slices.Contains(p.To, n) }))
	}
	return false
}

// MayHavePaged reports whether a page may have gone out by a route besides the
// one that is on record.
func (inc Incident) MayHavePaged(seq int, route string) bool {
	return slices.ContainsFunc(inc.mayHavePaged, func(d PageDoubted) bool { return d.For == seq && d.Route == route })
}

// MayHaveNamed reports the same of a page that was for a person by name.
func (inc Incident) MayHaveNamed(seq int, route string) bool {
	return slices.Contains(inc.mayHavePaged, PageDoubted{seq, route, true})
}

// withPages follows the pages and what becomes of them.
func withPages(all []SentPage, ev Event) []SentPage {
	switch f := ev.Fact.(type) {
	case Paged:
		if slices.ContainsFunc(all, func(p SentPage) bool { return p.For == f.For }) {
			return changePage(all, f.For, func(p *SentPage) { p.Paged = f }) // more is known of it
		}
		return append(slices.Clip(all), SentPage{Paged: f, At: ev.At, Since: ev.At})
	case PageUnanswered:
		return changePage(all, f.For, func(p *SentPage) { p.Unasked, p.Since = f.Step, ev.At })
	case PageEscalated:
		return changePage(all, f.For, func(p *SentPage) {
			p.Escalated, p.Since, p.Level = true, orAt(f.At, ev), max(p.Level, f.Level)
			p.To, p.People = united(p.To, f.To), united(p.People, f.People)
			p.Answered, p.By, p.Taken = time.Time{}, Person{}, false // it waits for those whom it reaches now
		})
	case PageAnswered:
		return changePage(all, f.For, func(p *SentPage) {
			p.Answered, p.By = orAt(f.At, ev), f.By
		})
	case AckAsked:
		return changePage(all, f.For, func(p *SentPage) { p.Taken = true })
	case PageLapsed:
		return changePage(all, f.For, func(p *SentPage) {
			p.Answered, p.By, p.Since, p.Taken = time.Time{}, Person{}, orAt(f.At, ev), false
		})
	case PageEnded:
		return changePage(all, f.For, func(p *SentPage) { p.Ended = true })
	case Resolved, Cancelled, Merged:
		all = slices.Clone(all)
		for n := range all {
			all[n].Over = true
		}
	case PageJudged:
		return changePage(all, f.For, func(p *SentPage) { p.Judged = append(slices.Clip(p.Judged), ev.By.ID) })
	}
	return all
}

// orAt is when something happened, or when it was recorded where that is not known.
func orAt(at time.Time, ev Event) time.Time {
	if at.IsZero() {
		return ev.At
	}
	return at
}

func changePage(all []SentPage, seq int, how func(*SentPage)) []SentPage {
	all = slices.Clone(all)
	for n := range all {
		if all[n].For == seq {
			how(&all[n])
		}
	}
	return all
}

// united is a list with what another has besides.
func united[T comparable](list, more []T) []T {
	list = slices.Clip(list)
	for _, one := range more {
		if !slices.Contains(list, one) {
			list = append(list, one)
		}
	}
	return list
}
