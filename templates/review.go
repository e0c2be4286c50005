package templates

import "muster/review"

// ReviewPart is a part of the weekly review, in the order in which it is read.
type ReviewPart struct {
	Name    string // the same in every language: "decide", "incidents"
	Heading string
	Lines   []string // with marks
	Owed    []review.Owed
}

// ReviewParts is the weekly review in words, part by part; one that has nothing to
// say is left out.
func (t Texts) ReviewParts(r review.Report) []ReviewPart {
	parts := []ReviewPart{{Name: "week", Heading: r.Week.String()}}
	if len(r.Decided) > 0 {
		p := ReviewPart{Name: "decided", Heading: "Decided"}
		for _, d := range r.Decided {
			p.Lines = append(p.Lines, d.Text)
		}
		parts = append(parts, p)
	}
	return parts
}
