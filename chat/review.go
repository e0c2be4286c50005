package chat

import (
	"strings"

	"muster/review"
	"muster/templates"
)

// How much of a review one message holds: bytes of words, parts of the chat's,
// and follow-ups and decisions with their buttons.
const (
	ReviewMost       = 12_000
	reviewPartsMost  = 44
	reviewButtonsFor = 8
)

// ReviewSaid is the weekly review as a message whose parts have at most so many
// bytes of words, and whether that is all of it. Its text always is.
func ReviewSaid(t templates.Texts, r review.Report, most int) (m Message, whole bool) {
	whole = true
	for _, p := range t.ReviewParts(r) {
		words := strings.TrimSpace(p.Heading + "\n" + strings.Join(p.Lines, "\n"))
		m.Text = strings.TrimSpace(m.Text + "\n\n" + words)
		parts := reviewPart(t, r, p)
		if most -= len(words); most < 0 || len(m.Parts)+len(parts)+len(words)/sectionBytes > reviewPartsMost {
			whole = false
		}
		if whole {
			m.Parts = append(m.Parts, parts...)
		}
	}
	return m, whole
}

// sectionBytes is about how much of a paragraph the chat shows as one.
const sectionBytes = 2500

// reviewPart is one part of the review. What can be done about a line stands under
// it.
func reviewPart(t templates.Texts, r review.Report, p templates.ReviewPart) (all []Part) {
	if p.Heading != "" {
		all = append(all, Heading{p.Heading})
	}
	var buttons []Buttons
	if p.Name == "decided" {
		for _, d := range r.Decided {
			buttons = append(buttons, Buttons{DecisionButton(t, d.Decision)})
		}
	}
	for _, o := range p.Owed {
		buttons = append(buttons, FollowUpButtons(t, o.Incident, o.Action))
	}
	lines := p.Lines
	for _, b := range buttons[:min(len(buttons), reviewButtonsFor, len(lines))] {
		all, lines = append(all, Paragraph{lines[0]}, b), lines[1:]
	}
	if len(lines) > 0 {
		all = append(all, Paragraph{strings.Join(lines, "\n")})
	}
	return all
}
