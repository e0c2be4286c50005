package evidence

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"muster/chat"
	"muster/evidence/chart"
	"muster/impact"
	"muster/integrations/changes"
	"muster/integrations/metrics"
	"muster/templates"
	"muster/timeline"
)

// Wish is a picture that is wished for.
type Wish struct {
	Title    string
	SLIs     []SLI
	From, To time.Time
	Zone     *time.Location
	Span     chart.Span
	Cause    string   // the key of the change that most likely did it; empty for none
	Services []string // whose changes are marked; none for all
}

// pictureMost is how many panels a picture has.
const pictureMost = 6

// How much a picture shows: before an incident, at the least, and after it.
const (
	pictureBefore = time.Hour
	pictureLeast  = 90 * time.Minute
	pictureAfter  = 20 * time.Minute
	causeBefore   = 30 * time.Minute // is shown before the change that did it
	pictureSteps  = 480
)

// wish is what is to be drawn of an incident, or of now.
func (p Painter) wish(inc timeline.Incident, d drawing) Wish {
	now := p.Library.Now()
	w := Wish{SLIs: p.Library.meant(d.About, inc.Service), To: now, From: now.Add(-2 * time.Hour), Zone: zoneOf(p.Team)}
	if d.Query != "" {
		w.SLIs = []SLI{{Name: chat.Clip(d.Query, 60), Source: d.About, Queries: []string{d.Query}, Kind: impact.Other, Bad: impact.Both}}
	}
	w.Title = titleOf(w.SLIs, cmp.Or(d.About, inc.Service))
	if inc.ID != timeline.House {
		began, _ := inc.Detected()
		w.Span = chart.Span{From: began, To: inc.Resolved}
		if !inc.Resolved.IsZero() && inc.Resolved.Add(pictureAfter).Before(now) {
			w.To = inc.Resolved.Add(pictureAfter)
		}
		w.From = began.Add(-pictureBefore)
		if w.To.Sub(w.From) < pictureLeast {
			w.From = w.To.Add(-pictureLeast)
		}
		if f, ok := inc.Judged(); ok {
			w.Cause = f.Named
		}
		if m, ok := inc.KnownCause(); ok {
			w.Cause = m.Key
		}
		if s, ok := inc.Suspect(w.Cause); ok && s.At.Add(-causeBefore).Before(w.From) && w.To.Sub(s.At) < 24*time.Hour {
			w.From = s.At.Add(-causeBefore) // what did it is to be seen
		}
	}
	if over, err := ParseWindow(d.Over); err == nil && over > 0 {
		w.From = w.To.Add(-over)
	}
	for _, s := range w.SLIs {
		if s.Service != "" && !slices.Contains(w.Services, s.Service) {
			w.Services = append(w.Services, s.Service)
		}
	}
	return w
}

func titleOf(slis []SLI, about string) string {
	if len(slis) == 1 {
		return slis[0].Title()
	}
	return cmp.Or(about, "Company")
}

// meant are the SLIs that a word means: those of a service, or one by its name;
// those of the company where nothing is said.
func (l Library) meant(about, service string) []SLI {
	about = strings.TrimSpace(cmp.Or(about, service))
	if all := l.Of(about); len(all) > 0 {
		return all[:min(len(all), pictureMost)]
	}
	if all := l.Find(about, service); len(all) > 0 {
		return all[:1]
	}
	return l.Of("")[:min(len(l.Of("")), pictureMost)]
}

// Find returns the SLIs that a name means: by their whole title, or by their name
// alone, those of the service and of the company first.
func (l Library) Find(name, service string) (all []SLI) {
	same := func(a, b string) bool {
		return strings.EqualFold(strings.Join(strings.FieldsFunc(a, isBreak), " "), strings.Join(strings.FieldsFunc(b, isBreak), " "))
	}
	for _, s := range l.SLIs {
		if same(s.Title(), name) {
			return []SLI{s}
		}
	}
	for _, s := range l.SLIs {
		if same(s.Name, name) {
			all = append(all, s)
		}
	}
	rank := func(s SLI) int {
		switch {
		case strings.EqualFold(s.Service, service):
			return 0
		case s.Service == "":
			return 1
		}
		return 2
	}
	slices.SortStableFunc(all, func(a, b SLI) int { return cmp.Compare(rank(a), rank(b)) })
	if len(all) > 1 && rank(all[0]) < rank(all[1]) {
		return all[:1]
	}
	return all
}

func isBreak(r rune) bool { return r == ' ' || r == '/' || r == ':' }

// Picture asks for metrics and draws them: what is usual, the changes, and the
// incident. Who did not answer is told; it fails where nobody did.
func (l Library) Picture(ctx context.Context, w Wish, t templates.Texts) (chart.Picture, []Silent, error) {
	p := chart.Picture{Title: w.Title, Subtitle: subtitle(w), Zone: w.Zone, From: w.From, To: w.To, Span: w.Span, Words: words(t)}
	step := max(15*time.Second, (w.To.Sub(w.From) / pictureSteps).Round(5*time.Second))
	all, silent := l.measure(ctx, w.SLIs, w.From, w.To, step)
	if len(all) == 0 {
		return p, silent, ErrNoSamples
	}
	before, _ := l.measure(ctx, w.SLIs, w.From.Add(-history), w.From, 5*time.Minute) // without it there is no band
	for _, m := range all {
		panel := m.panel(t, l.Now())
		if len(w.SLIs) > 1 && strings.EqualFold(w.Title, m.Service) {
			panel.Name = m.Name
		}
		for _, old := range before {
			if old.Title() == m.Title() && len(m.parts) == 1 {
				panel.Band = band(old.parts, w.From, w.To)
			}
		}
		if n := len(p.Panels); n > 0 && p.Panels[n-1].Note == panel.Note {
			p.Panels[n-1].Note = "" // it is said once, below
		}
		p.Panels = append(p.Panels, panel)
	}
	short, cancel := context.WithTimeout(ctx, marksFor)
	defer cancel()
	changed, _, _, quiet := l.Changed(short, w.From, w.To)
	for _, c := range changed {
		if c.Key() == w.Cause || len(w.Services) == 0 || l.concerns(c, w.Services) {
			p.Marks = append(p.Marks, chart.Mark{At: c.Started, Label: Name(c), Strong: c.Key() == w.Cause})
		}
	}
	return p, append(silent, quiet...), nil
}

// concerns reports whether a change is of a service, or of one that it calls.
func (l Library) concerns(c changes.Change, services []string) bool {
	return c.Service == "" || slices.ContainsFunc(services, func(s string) bool {
		return strings.EqualFold(s, c.Service) || slices.ContainsFunc(l.Calls, func(call impact.Call) bool {
			return strings.EqualFold(call.Caller, s) && strings.EqualFold(call.Callee, c.Service)
		})
	})
}

func subtitle(w Wish) string {
	from, to := w.From.In(w.Zone), w.To.In(w.Zone)
	if from.YearDay() == to.YearDay() && from.Year() == to.Year() {
		return fmt.Sprintf("%s, %s–%s", from.Format("2 Jan 2006"), from.Format("15:04"), to.Format("15:04 MST"))
	}
	return fmt.Sprintf("%s – %s", from.Format("2 Jan 15:04"), to.Format("2 Jan 2006 15:04 MST"))
}

func words(t templates.Texts) chart.Words {
	return chart.Words{
		Usual: t.T("chart.usual"), Incident: t.T("chart.incident"), NoSamples: t.T("chart.no samples"),
		Changes: t.T("chart.changes"), LeftOut: t.T("chart.left out"), Day: func(at time.Time) string { return t.Day(at.Format(time.DateOnly)) },
	}
}

// panel is what was measured, drawn.
func (m measured) panel(t templates.Texts, now time.Time) chart.Panel {
	unit := m.Unit
	if unit == "" && m.Kind == impact.Ratio {
		unit = "ratio"
	}
	p := chart.Panel{Name: m.Title(), Unit: unit}
	for _, part := range m.parts {
		line := chart.Line{}
		if len(m.parts) > 1 {
			line.Name = lineName(m.SLI, part)
		}
		for _, v := range part.Points {
			line.Points = append(line.Points, chart.Point{At: v.At, Value: v.Value})
		}
		p.Lines = append(p.Lines, line)
	}
	if p.Note = m.source; !m.last.IsZero() {
		p.Note = t.T("metrics.source", m.source, t.SpanSoon(max(0, now.Sub(m.last))))
	}
	if len(m.notes) > 0 {
		p.Note += ". " + chat.Clip(strings.Join(m.notes, "; "), 120)
	}
	return p
}

// lineName is by what one series differs from the others.
func lineName(s SLI, part metrics.Series) string {
	if v := part.Labels[s.Label]; s.Label != "" && v != "" {
		return v
	}
	var all []string
	for _, k := range sortedKeys(part.Labels) {
		if k != "__name__" {
			all = append(all, part.Labels[k])
		}
	}
	return chat.Clip(strings.Join(all, " "), 40)
}
