package templates

import (
	"fmt"
	"math"
	"strings"
	"time"

	"muster/review"
	"muster/timeline"
)

// numbers are the week's, beside those of the weeks before.
func (t Texts) numbers(r review.Report) []string {
	count := t.T("weekly.count", r.Now.Incidents, t.bySeverity(r.Now.BySeverity))
	if r.Before.Weeks > 0 {
		count += t.T("weekly.count before", t.several("weekly.weeks before", r.Before.Weeks), r.Before.Incidents, t.bySeverity(r.Before.BySeverity))
	}
	lines := []string{Bullet + count}
	for _, m := range []struct {
		name        string
		now, before review.Spread
	}{
		{"ack", r.Now.Ack, r.Before.Ack}, {"word", r.Now.FirstWord, r.Before.FirstWord},
		{"mitigate", r.Now.Mitigated, r.Before.Mitigated}, {"resolve", r.Now.Resolved, r.Before.Resolved},
	} {
		switch what := t.T("weekly.to." + m.name); {
		case m.before.N > 0:
			lines = append(lines, Bullet+t.T("weekly.took", what, t.spread(m.now), t.spread(m.before)))
		case m.now.N > 0:
			lines = append(lines, Bullet+t.T("weekly.took alone", what, t.spread(m.now)))
		}
	}
	if r.Now.Reopened > 0 {
		lines = append(lines, Bullet+t.T("weekly.reopened", r.Now.Reopened))
	}
	if n := len(r.Weeks); n > 0 && r.Weeks[n-1].Open > 0 {
		lines = append(lines, Bullet+t.T("weekly.todo", r.Weeks[n-1].Open, r.Weeks[n-1].Overdue))
	}
	return lines
}

// bySeverity is how many there were of each severity: " (sev1 1, sev3 2)".
func (t Texts) bySeverity(counts map[timeline.Severity]int) string {
	var parts []string
	for _, s := range timeline.Severities {
		if counts[s] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", t.Severity(s), counts[s]))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

func (t Texts) spread(s review.Spread) string {
	switch {
	case s.N == 0:
		return t.T("weekly.spread.none")
	case s.N < review.FewestForP90:
		return t.T("weekly.spread.few", t.length(s.Median), s.N)
	}
	return t.T("weekly.spread.all", t.length(s.Median), t.length(s.P90), s.N)
}

// length writes a length of time, to the second where it is short.
func (t Texts) length(d time.Duration) string {
	if d < 2*time.Minute {
		return t.T("span.seconds", int(d.Round(time.Second)/time.Second))
	}
	return t.Span(d)
}

func (t Texts) weeksPages(r review.Report) (lines []string) {
	p := r.Pages
	if p.Sent+p.Alarms == 0 {
		return nil
	}
	sent := t.T("weekly.pages", p.Sent, p.AtNight)
	if r.Before.Weeks > 0 {
		sent += t.T("weekly.pages before", t.several("weekly.weeks before", r.Before.Weeks), int(math.Round(p.Before*float64(r.Before.Weeks))))
	}
	lines = append(lines, Bullet+sent)
	if p.Judged > 0 {
		lines = append(lines, Bullet+t.T("weekly.judged", p.Judged, p.Noise))
	}
	var people []string
	for _, l := range p.ByPerson[:min(len(p.ByPerson), mostOthers)] {
		people = append(people, t.T("weekly.reached", Person(l.Person.ID), l.Pages, l.Nights))
	}
	if more := len(p.ByPerson) - len(people); more > 0 {
		people = append(people, t.T("weekly.more", more))
	}
	if len(people) > 0 {
		lines = append(lines, Bullet+strings.Join(people, ", "))
	}
	for _, a := range p.Noisiest[:min(len(p.Noisiest), mostOthers)] {
		lines = append(lines, Bullet+t.T("weekly.noisy", brief(a.Title), a.Noise, a.Pages))
	}
	return t.more(lines, len(p.Noisiest)-mostOthers)
}
