package evidence

import (
	"fmt"

	"muster/evidence/chart"
	"muster/review"
	"muster/templates"
	"muster/timeline"
)

// Weeks draws the weeks of a review at a glance, as a PNG: incidents by severity,
// and follow-ups that were still to be done. The words say the same to who does not
// see it.
func Weeks(t templates.Texts, r review.Report) (png []byte, words string, err error) {
	p := chart.Columns{
		Title: t.T("weekly.picture.title"), Now: r.SoFar,
		Bars:  chart.Counts{Name: t.T("weekly.picture.incidents")},
		Lines: chart.Counts{Name: t.T("weekly.picture.follow-ups"), Rows: []chart.Row{{Name: t.T("weekly.picture.open")}, {Name: t.T("weekly.picture.overdue")}}},
	}
	if n := len(r.Weeks); n > 0 {
		p.Subtitle = r.Weeks[0].Week.String() + " – " + r.Weeks[n-1].Week.String()
	}
	for _, s := range timeline.Severities {
		p.Bars.Rows = append(p.Bars.Rows, chart.Row{Name: t.Severity(s)})
	}
	for _, w := range r.Weeks {
		p.Names = append(p.Names, fmt.Sprintf("W%02d", w.Week.Number))
		for i, s := range timeline.Severities {
			p.Bars.Rows[i].Counts = append(p.Bars.Rows[i].Counts, w.BySeverity[s])
		}
		p.Lines.Rows[0].Counts = append(p.Lines.Rows[0].Counts, w.Open)
		p.Lines.Rows[1].Counts = append(p.Lines.Rows[1].Counts, w.Overdue)
	}
	png, err = p.PNG()
	return png, t.ReviewWords(r), err
}
