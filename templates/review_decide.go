package templates

import (
	"math"
	"strings"

	"muster/review"
	"muster/timeline"
)

func (t Texts) decided(r review.Report) (lines []string) {
	for _, d := range r.Decided {
		text := brief(d.Text)
		if d.URL != "" {
			text = Link(d.URL, text)
		}
		switch {
		case d.Done:
			text = t.T("weekly.decided.done", text)
		case d.Last:
			text = t.T("weekly.decided.open", text)
		default:
			text = t.T("weekly.decided.older", text, d.Week)
		}
		lines = append(lines, Bullet+text)
	}
	return lines
}

func (t Texts) toDecide(r review.Report) ReviewPart {
	p := ReviewPart{Name: "decide", Owed: toldOwed(r.Overdue)}
	for _, o := range p.Owed {
		p.Lines = append(p.Lines, Bullet+t.owed(o))
	}
	p.Lines = t.more(p.Lines, len(r.Overdue)-len(p.Owed))
	if r.Unseen > 0 {
		p.Lines = append(p.Lines, Bullet+t.T("weekly.unseen", r.Unseen))
	}
	for _, b := range r.Unwritten[:min(len(r.Unwritten), mostUnwritten)] {
		p.Lines = append(p.Lines, Bullet+t.T("weekly.unwritten", b.ID, t.Severity(b.Severity), brief(b.Title), t.Day(t.dayOf(b.Ended, r))))
	}
	p.Lines = t.more(p.Lines, len(r.Unwritten)-mostUnwritten)
	for _, l := range r.Worn {
		p.Lines = append(p.Lines, Bullet+t.worn(l))
	}
	return p
}

// toldOwed are the follow-ups that are told: the oldest of each person.
func toldOwed(all []review.Owed) (told []review.Owed) {
	of := map[string]int{}
	for _, o := range all {
		if of[o.Action.DRI.ID]++; of[o.Action.DRI.ID] <= mostOwedEach && len(told) < mostOwed {
			told = append(told, o)
		}
	}
	return told
}

func (t Texts) owed(o review.Owed) string {
	a := o.Action
	text := t.T("weekly.owed", t.Days(o.Days), brief(a.What), t.named(a.DRI), o.Incident, brief(o.Title))
	if a.Ticket.Ref != "" {
		text += ", " + Link(a.Ticket.URL, a.Ticket.Ref)
	}
	return text
}

// named is someone in the chat, else by the name that there is.
func (t Texts) named(p timeline.Person) string {
	if p.ID == "" && p.Name != "" {
		return p.Name
	}
	return t.personOrNobody(p)
}

func (t Texts) worn(l review.Load) string {
	var why []string
	if l.Weeks > 0 {
		why = append(why, t.T("weekly.worn roles", l.Weeks))
	}
	if l.Nights > 0 {
		why = append(why, t.T("weekly.worn nights", l.Nights, int(math.Round(100*l.Share))))
	}
	return t.T("weekly.worn", Person(l.Person.ID), strings.Join(why, ", "))
}
