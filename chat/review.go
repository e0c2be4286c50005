package chat

import (
	"strings"

	"muster/review"
	"muster/templates"
)

// How much of a review one message holds: bytes of words, in a channel and in an
// answer, whose acknowledgement has to hold them; parts of the chat's; and
// follow-ups and decisions with their buttons.
const (
	ReviewMost       = 12_000
	ReviewAnswerMost = 4_000
	reviewPartsMost  = 44
	reviewButtonsFor = 8
)

// ReviewSaid is the weekly review as a message whose parts have at most so many
// bytes of words, and whether that is all of it. Its text always is.
func ReviewSaid(t templates.Texts, r review.Report, most int) (m Message, whole bool) {
	s := sheet{left: most, whole: true}
	for _, p := range t.ReviewParts(r) {
		m.Text = strings.TrimSpace(m.Text + "\n\n" + strings.TrimSpace(p.Heading+"\n"+strings.Join(p.Lines, "\n")))
		if p.Heading != "" {
			s.put(len(p.Heading), Heading{p.Heading})
		}
		lines := p.Lines
		for _, b := range reviewButtons(t, r, p) {
			s.put(len(lines[0]), Paragraph{lines[0]}, b)
			lines = lines[1:]
		}
		s.write(lines)
	}
	m.Parts = s.parts
	return m, s.whole
}

// reviewButtons are what can be done about the first lines of a part.
func reviewButtons(t templates.Texts, r review.Report, p templates.ReviewPart) (all []Buttons) {
	if p.Name == "decided" {
		for _, d := range r.Decided {
			all = append(all, Buttons{DecisionButton(t, d.Decision)})
		}
	}
	for _, o := range p.Owed {
		all = append(all, FollowUpButtons(t, o.Incident, o.Action))
	}
	return all[:min(len(all), reviewButtonsFor, len(p.Lines))]
}

// sheet takes parts as long as there is room. From the first one that has none on
// it takes nothing.
type sheet struct {
	parts []Part
	left  int // bytes of words
	whole bool
}

func (s *sheet) put(words int, parts ...Part) {
	if s.left -= words; s.left < 0 || len(s.parts)+len(parts) > reviewPartsMost {
		s.whole = false
	}
	if s.whole {
		s.parts = append(s.parts, parts...)
	}
}

// write puts lines into paragraphs that the chat shows as one each.
func (s *sheet) write(lines []string) {
	for len(lines) > 0 && s.whole {
		n, size := 0, 0
		for n < len(lines) && (n == 0 || size+len(lines[n]) <= min(paragraphBytes, s.left)) {
			size += len(lines[n]) + 1
			n++
		}
		s.put(size, Paragraph{strings.Join(lines[:n], "\n")})
		lines = lines[n:]
	}
}

// paragraphBytes is about how much of a paragraph the chat shows as one.
const paragraphBytes = 2500
