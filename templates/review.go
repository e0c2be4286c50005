package templates

import (
	"strings"
	"time"

	"muster/review"
)

// ReviewPart is a part of the weekly review, in the order in which it is read.
type ReviewPart struct {
	Name    string // the same in every language: "decide", "incidents"
	Heading string
	Lines   []string // with marks; each that begins with [Bullet] is one of a list
	Owed    []review.Owed
}

// Bullet begins a line of a list.
const Bullet = "• "

// How much of each is told: a team reads it in ten minutes.
const (
	mostOwed      = 12
	mostOwedEach  = 3 // of one person, so that everybody's oldest are told
	mostUnwritten = 5
	mostIncidents = 20
	mostOthers    = 5
	mostWords     = 140 // characters of what people wrote
)

// ReviewParts is the weekly review in words, part by part; one that has nothing to
// say is left out. A quiet week is two lines. The part "decide" has the follow-ups
// of its lines, and "decided" has a line for each decision, in their order.
func (t Texts) ReviewParts(r review.Report) []ReviewPart {
	first := ReviewPart{Name: "week", Heading: t.T("weekly.title", r.Week), Lines: t.reviewSpan(r)}
	if r.Quiet {
		first.Lines = append([]string{first.Lines[0] + " " + t.T("weekly.quiet"), t.quietly(r)}, first.Lines[1:]...)
		return []ReviewPart{first}
	}
	all := []ReviewPart{first}
	for _, p := range []ReviewPart{
		{Name: "decided", Lines: t.decided(r)},
		t.toDecide(r),
		{Name: "incidents", Lines: t.weeksIncidents(r)},
		{Name: "numbers", Lines: t.numbers(r)},
		{Name: "pages", Lines: t.weeksPages(r)},
		{Name: "repeats", Lines: t.repeats(r)},
		{Name: "pick", Lines: t.picked(r)},
		{Name: "thanks", Lines: t.thanked(r)},
	} {
		if len(p.Lines) > 0 {
			p.Heading = t.T("weekly.part." + p.Name)
			all = append(all, p)
		}
	}
	return all
}

// reviewSpan tells which week it is, and what is not in it.
func (t Texts) reviewSpan(r review.Report) []string {
	from, to := t.Day(r.From.Format(time.DateOnly)), t.Day(r.To.AddDate(0, 0, -1).Format(time.DateOnly))
	lines := []string{t.T("weekly.span", from, to, r.Zone)}
	if r.SoFar {
		lines[0] = t.T("weekly.so far", from, to, r.Zone)
	}
	if r.Hidden > 0 {
		lines = append(lines, t.T("weekly.hidden", r.Hidden))
	}
	if r.Unread > 0 {
		lines = append(lines, t.T("weekly.unread", r.Unread))
	}
	return lines
}

func (t Texts) quietly(r review.Report) string {
	open := 0
	if n := len(r.Weeks); n > 0 {
		open = r.Weeks[n-1].Open
	}
	if r.Before.Weeks == 0 {
		return t.T("weekly.quietly first", open)
	}
	return t.T("weekly.quietly", t.several("weekly.weeks before", r.Before.Weeks), r.Before.Incidents, open)
}

// brief is what someone wrote, on one line and not at length.
func brief(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > mostWords {
		text = strings.TrimSpace(string(r[:mostWords-1])) + "…"
	}
	return text
}

// dayOf is the day of a moment by the clock that the week goes by.
func (t Texts) dayOf(at time.Time, r review.Report) string {
	return at.In(r.From.Location()).Format(time.DateOnly)
}

func (t Texts) more(lines []string, n int) []string {
	if n <= 0 {
		return lines
	}
	return append(lines, Bullet+t.T("weekly.more", n))
}

func (t Texts) weeksIncidents(r review.Report) (lines []string) {
	for _, b := range r.Incidents[:min(len(r.Incidents), mostIncidents)] {
		lines = append(lines, Bullet+t.weeksIncident(b))
	}
	lines = t.more(lines, len(r.Incidents)-mostIncidents)
	var out []string
	for _, o := range []struct {
		key string
		n   int
	}{{"drills", r.LeftOut.Drills}, {"merged", r.LeftOut.Merged}, {"cancelled", r.LeftOut.Cancelled}} {
		if o.n > 0 {
			out = append(out, t.T("weekly.left out."+o.key, o.n))
		}
	}
	if len(out) > 0 {
		lines = append(lines, t.T("weekly.not counted", strings.Join(out, ", ")))
	}
	return lines
}

func (t Texts) weeksIncident(b review.Brief) string {
	key := "weekly.incident.over"
	if b.Open {
		key = "weekly.incident.open"
	}
	text := t.T(key, b.ID, t.Severity(b.Severity), brief(b.Title), t.Span(b.Lasted))
	switch {
	case b.Reopened == 1:
		text += t.T("weekly.incident.once")
	case b.Reopened > 1:
		text += t.T("weekly.incident.times", b.Reopened)
	}
	if b.EndedBy != "" {
		text += t.T("weekly.incident.by", brief(b.EndedBy))
	}
	return text
}

func (t Texts) repeats(r review.Report) (lines []string) {
	for _, again := range r.Repeats[:min(len(r.Repeats), mostOthers)] {
		var ids []string
		latest := max(0, len(again.Incidents)-mostOthers)
		if latest > 0 {
			ids = append(ids, "…")
		}
		for _, id := range again.Incidents[latest:] {
			ids = append(ids, id.String())
		}
		text := t.T("weekly.repeat", brief(again.What), again.Times, again.Days, strings.Join(ids, ", "))
		for _, o := range again.Late[:min(len(again.Late), 2)] {
			text += t.T("weekly.repeat late", o.Incident, t.Days(o.Days), brief(o.Action.What))
		}
		lines = append(lines, Bullet+text)
	}
	return t.more(lines, len(r.Repeats)-mostOthers)
}

func (t Texts) picked(r review.Report) []string {
	if r.Pick == nil {
		return nil
	}
	var why []string
	for _, reason := range r.Pick.Why {
		why = append(why, t.T("weekly.why."+string(reason)))
	}
	return []string{Bullet + t.T("weekly.pick", r.Pick.ID, brief(r.Pick.Title), strings.Join(why, ", "))}
}

// mostThanked is how many are thanked with what they did; the rest by their names.
const mostThanked = 8

func (t Texts) thanked(r review.Report) (lines []string) {
	n := min(len(r.Thanks), mostThanked)
	for _, one := range r.Thanks[:n] {
		var what []string
		for _, w := range []struct {
			key string
			n   int
		}{{"roles", one.Roles}, {"nights", one.Nights}, {"done", one.Done}} {
			if w.n > 0 {
				what = append(what, t.several("weekly.thanks."+w.key, w.n))
			}
		}
		lines = append(lines, Bullet+t.T("weekly.thanked", Person(one.Person.ID), t.List(what)))
	}
	var others []string
	for _, one := range r.Thanks[n:] {
		others = append(others, Person(one.Person.ID))
	}
	if len(others) > 0 {
		lines = append(lines, Bullet+t.List(others))
	}
	return lines
}

// several says how many there are of something, which has a text of its own for one.
func (t Texts) several(key string, n int) string {
	if n == 1 {
		return t.T(key + " one")
	}
	return t.T(key, n)
}
