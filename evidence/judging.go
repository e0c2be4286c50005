package evidence

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"muster/impact"
	"muster/integrations/changes"
	"muster/templates"
	"muster/timeline"
)

// Question is what is asked: which change did it.
type Question struct {
	Service string    // what is hit; empty where that is not known
	Began   time.Time // when the trouble did; as of when where there is none
	Since   time.Time // changes from then on; zero for two hours before, or a day where little is found
	At      time.Time // as of when
	Not     []string  // keys of changes that people say did not do it
	Of      string    // only of this service; empty for all
}

// How far back is looked by itself: two hours before the trouble, and a day where
// fewer than a few changes began in them.
const (
	usualWindow = 2 * time.Hour
	wideWindow  = 24 * time.Hour
	fewChanges  = 3
)

// Listing is what changed, before it is judged.
type Listing struct {
	Question
	Changes []changes.Change // the newest first
	earlier []changes.Change
	Asked   []string
	Silent  []Silent
}

// List asks what changed.
func (l Library) List(ctx context.Context, q Question) Listing {
	open := q.Since.IsZero()
	if open {
		q.Since = q.Began.Add(-wideWindow)
	}
	all, earlier, asked, silent := l.Changed(ctx, q.Since, q.At)
	r := Listing{Question: q, Changes: q.about(all), earlier: earlier, Asked: asked, Silent: silent}
	if !open {
		return r
	}
	near := slices.IndexFunc(r.Changes, func(c changes.Change) bool { return c.Started.Before(q.Began.Add(-usualWindow)) })
	if near >= fewChanges {
		r.earlier = append(slices.Clone(r.Changes[near:]), r.earlier...)
		r.Changes, r.Since = r.Changes[:near], q.Began.Add(-usualWindow)
	}
	return r
}

// about leaves out what is not asked for.
func (q Question) about(all []changes.Change) []changes.Change {
	return slices.DeleteFunc(slices.Clone(all), func(c changes.Change) bool {
		return q.Of != "" && !strings.EqualFold(c.Service, q.Of) && c.Service != ""
	})
}

// step is how far apart samples are asked for judging.
const step = time.Minute

// slisMost is how many SLIs are asked for one judgement.
const slisMost = 24

// Judge judges what was listed, by the metrics of the services that it is about.
func (l Library) Judge(ctx context.Context, r Listing, t templates.Texts, zone *time.Location) timeline.ChangesJudged {
	all, silent := l.measure(ctx, l.telling(r), r.At.Add(-history), r.At, step)
	f := timeline.ChangesJudged{Looking: r.looking(all, t)}
	for _, s := range silent {
		f.Looking.Silent = append(f.Looking.Silent, s.String())
	}
	j, err := impact.Judge(r.input(all, l.Calls))
	if err != nil {
		f.Looking.Silent = append(f.Looking.Silent, err.Error())
		j.None = 1
	}
	f.None = j.None
	for _, u := range j.Unused {
		f.Unused = append(f.Unused, t.Finding(u, zone))
	}
	f.Suspects = r.suspects(j, t, zone)
	if slices.ContainsFunc(f.Suspects, func(s timeline.Suspect) bool { return s.Key == j.Named && s.Rank > 0 }) {
		f.Named = j.Named
	}
	return f
}

// input is what a judgement stands on: not the changes of which people say that
// they did not do it.
func (r Listing) input(all []measured, calls []impact.Call) impact.Input {
	in := impact.Input{At: r.At, Calls: calls}
	for _, m := range all {
		in.SLIs = append(in.SLIs, impact.SLI{Name: m.Title(), Service: m.Service, Kind: m.Kind, Bad: m.Bad, Unit: m.Unit, Series: m.series})
	}
	for _, c := range slices.Concat(r.Changes, r.compared()) {
		if !slices.Contains(r.Not, c.Key()) {
			in.Changes = append(in.Changes, asImpact(c))
		}
	}
	return in
}

// suspects are the listed changes as they were judged, the likeliest first, and
// behind them those that were not.
func (r Listing) suspects(j impact.Judgement, t templates.Texts, zone *time.Location) (all []timeline.Suspect) {
	left := map[string]changes.Change{}
	for _, c := range r.Changes {
		left[c.Key()] = c
	}
	for _, c := range j.Changes {
		if told, ok := left[c.ID]; ok {
			all = append(all, suspect(told, c, t, zone))
			delete(left, c.ID)
		}
	}
	for _, c := range r.Changes {
		if told, ok := left[c.Key()]; ok {
			all = append(all, listed(told))
		}
	}
	return all
}

// cut leaves out what nobody would read.
func cut(f timeline.ChangesJudged) timeline.ChangesJudged {
	f.More = max(0, len(f.Suspects)-suspectsMost)
	f.Suspects = f.Suspects[:len(f.Suspects)-f.More]
	return f
}

// earlierMost is how many earlier changes a judgement compares with.
const earlierMost = 400

// compared are the earlier changes of the services that are judged, the newest of
// them.
func (r Listing) compared() (all []changes.Change) {
	of := map[string]bool{}
	for _, c := range r.Changes {
		of[strings.ToLower(c.Service)] = true
	}
	for _, c := range r.earlier {
		if of[strings.ToLower(c.Service)] && len(all) < earlierMost {
			all = append(all, c)
		}
	}
	return all
}

// suspectsMost is how many changes are kept of one judgement.
const suspectsMost = 12

func asImpact(c changes.Change) impact.Change {
	return impact.Change{
		ID: c.Key(), Name: Name(c), Kind: impact.Kind(c.Kind), Service: c.Service, Start: c.Started, End: c.Finished,
		Version: c.Version, Previous: c.Previous, Author: c.Author, URL: c.URL,
	}
}

// whyMost is how many sentences are kept of why a change was judged as it was.
const whyMost = 12

func suspect(c changes.Change, j impact.Judged, t templates.Texts, zone *time.Location) timeline.Suspect {
	s := listed(c)
	s.Rank, s.Verdict, s.Share = j.Rank, string(j.Verdict), j.Probability
	for _, f := range j.Findings[:min(len(j.Findings), whyMost)] {
		s.Why = append(s.Why, t.Finding(f, zone))
	}
	if j.Worst != nil {
		s.SLI = j.Worst.SLI
	}
	return s
}

func listed(c changes.Change) timeline.Suspect {
	return timeline.Suspect{
		Key: c.Key(), Kind: string(c.Kind), Service: c.Service, Title: c.Title, Version: c.Version, Author: c.Author,
		URL: c.URL, Rollback: c.Rollback, State: string(c.State), At: c.Started,
	}
}

// looking tells what was looked at, and how fresh that is.
func (r Listing) looking(all []measured, t templates.Texts) timeline.Looking {
	k := timeline.Looking{Service: r.Of, From: r.Since, Began: r.Began, Asked: slices.Clone(r.Asked)}
	for _, s := range r.Silent {
		k.Silent = append(k.Silent, s.String())
	}
	newest := map[string]time.Time{}
	var names []string
	for _, m := range all {
		if _, known := newest[m.source]; !known {
			names = append(names, m.source)
		}
		if m.last.After(newest[m.source]) {
			newest[m.source] = m.last
		}
		for _, note := range m.notes {
			k.Silent = append(k.Silent, m.Title()+": "+note)
		}
	}
	for _, name := range names {
		if at := newest[name]; at.IsZero() {
			k.Silent = append(k.Silent, t.T("changes.no samples", name))
		} else {
			k.Asked = append(k.Asked, t.T("changes.fresh", name, t.SpanSoon(max(0, r.At.Sub(at)))))
		}
	}
	return k
}

// telling are the SLIs that a judgement needs: of the services that were changed
// and of the one that is hit, of those that call them, and of the company.
func (l Library) telling(r Listing) []SLI {
	near := map[string]int{strings.ToLower(r.Service): 0, strings.ToLower(r.Of): 0}
	for _, c := range r.Changes {
		near[strings.ToLower(c.Service)] = 0
	}
	for range 2 { // who calls them, and who calls those
		for _, c := range l.Calls {
			if d, ok := near[strings.ToLower(c.Callee)]; ok {
				if old, known := near[strings.ToLower(c.Caller)]; !known || d+1 < old {
					near[strings.ToLower(c.Caller)] = d + 1
				}
			}
		}
	}
	var all []SLI
	for _, s := range l.SLIs {
		if _, ok := near[strings.ToLower(s.Service)]; ok || s.Service == "" {
			all = append(all, s)
		}
	}
	rank := func(s SLI) int {
		switch {
		case strings.EqualFold(s.Service, r.Service):
			return -1
		case s.Service == "":
			return 3
		}
		return near[strings.ToLower(s.Service)]
	}
	slices.SortStableFunc(all, func(a, b SLI) int { return cmp.Compare(rank(a), rank(b)) })
	return all[:min(len(all), slisMost)]
}
