package commands

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"muster/chat"
	"muster/templates"
	"muster/timeline"
)

const (
	pastMost   = 3   // how many incidents of a service are told
	pastLook   = 30  // how many are looked at for them: some are not to be seen, or were none
	causesMost = 5   // how many causes are told
	pastText   = 200 // characters of what someone said then
)

// past tells the last incidents of a service, with what ended them, what became
// of their follow-ups, and the causes that were found.
func (d Desk) past(ctx context.Context, service string, sees func(timeline.Incident) bool) ([]string, error) {
	var told []timeline.Incident
	looked := 0
	for inc, err := range d.Journal.OfService(ctx, service) {
		if err != nil {
			return nil, err
		}
		none := inc.Drill || inc.Status == timeline.IsCancelled || inc.Status == timeline.IsMerged
		if !none && sees(inc) {
			told = append(told, inc)
		}
		if looked++; len(told) == pastMost || looked == pastLook {
			break
		}
	}
	if len(told) == 0 {
		return []string{d.Texts.T("service.never")}, nil
	}
	lines := []string{d.Texts.T("service.before")}
	for _, inc := range told {
		lines = append(lines, d.pastLine(inc))
	}
	if causes := d.causes(told); len(causes) > 0 {
		lines = append(append(lines, d.Texts.T("service.causes")), causes...)
	}
	return lines, nil
}

func (d Desk) pastLine(inc timeline.Incident) string {
	line := d.Texts.T("service.incident", inc.ID, d.Texts.Severity(inc.Severity), templates.When(inc.Declared), chat.Clip(d.Texts.PlainTitle(inc), pastText))
	if inc.Open() {
		line += " " + d.Texts.T("service.still open", d.Texts.Status(inc.Status))
		if inc.Channel.ID != "" {
			line += " " + templates.Room(inc.Channel.ID, inc.Channel.Name)
		}
		return line
	}
	if text := endedBy(inc); text != "" {
		line += " " + d.Texts.T("service.ended", sentence(d.said(inc, text)))
	} else {
		line += " " + d.Texts.T("service.ended unsaid")
	}
	return line + " " + d.followUps(inc)
}

// endedBy is what someone said ended an incident: when it was resolved, or
// when it was mitigated.
func endedBy(inc timeline.Incident) string {
	text := ""
	for _, l := range inc.Lines() { // as it was amended, without what was hidden
		switch l.Fact.(type) {
		case timeline.Reopened:
			text = ""
		case timeline.Mitigated:
			text = l.Text
		case timeline.Resolved:
			text = cmp.Or(l.Text, text)
		}
	}
	return text
}

// followUps tells what was filed. Whether it is done is the tracker's to know.
func (d Desk) followUps(inc timeline.Incident) string {
	var filed, rest []string
	for _, a := range inc.Actions {
		switch t := a.Ticket; {
		case t.Ref == "":
			rest = append(rest, d.said(inc, a.What))
		case t.URL == "":
			filed = append(filed, t.Ref)
		default:
			filed = append(filed, templates.Link(t.URL, t.Ref))
		}
	}
	var told []string
	if len(filed) > 0 {
		told = append(told, d.Texts.T("service.filed", strings.Join(filed, ", ")))
	}
	if len(rest) > 0 {
		told = append(told, d.Texts.T("service.not filed", strings.Join(rest, ", ")))
	}
	if len(told) == 0 {
		return d.Texts.T("service.no follow-ups")
	}
	return strings.Join(told, " ")
}

// causes are what people tagged as a cause, or said was one, in some incidents:
// each once, the newest incident's first.
func (d Desk) causes(of []timeline.Incident) []string {
	var lines, seen []string
	add := func(inc timeline.Incident, text string) {
		text = d.said(inc, text)
		if text == "" || len(lines) == causesMost || slices.ContainsFunc(seen, func(o string) bool { return strings.EqualFold(o, text) }) {
			return
		}
		seen = append(seen, text)
		lines = append(lines, d.Texts.T("service.cause", text, inc.ID))
	}
	for _, inc := range of {
		var found []string
		for _, l := range inc.Lines() {
			if l.IsCause() && l.IsMessage() {
				add(inc, l.Text)
			} else if l.IsCause() {
				found = append(found, l.Text)
			}
		}
		for _, text := range found {
			add(inc, text)
		}
	}
	return lines
}

// said is what someone said in an incident, in one line, with names in place of
// mentions: it calls nobody.
func (d Desk) said(inc timeline.Incident, text string) string {
	return chat.Clip(strings.Join(strings.Fields(d.Texts.Named(inc).Write(text)), " "), pastText)
}

// sentence ends a text with a full stop where it has no end.
func sentence(text string) string {
	if strings.ContainsAny(text[len(text)-1:], ".!?") || strings.HasSuffix(text, "…") {
		return text
	}
	return text + "."
}
