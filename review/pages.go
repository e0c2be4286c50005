package review

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"muster/timeline"
)

// Night is from 22:00 to 07:00 by the clock of whoever is woken.
const (
	nightBegins = 22
	nightEnds   = 7
)

// isNight reports whether it was night for somebody: by the team's clock where
// theirs is not on record.
func (m *maker) isNight(at time.Time, zone string) bool {
	in, ok := m.zones[zone]
	if !ok {
		loaded, err := time.LoadLocation(zone)
		if err != nil || zone == "" {
			loaded = m.Zone
		}
		in = loaded
		m.zones[zone] = in
	}
	hour := at.In(in).Hour()
	return hour >= nightBegins || hour < nightEnds
}

// wokeAtNight reports whether a page reached somebody at night.
func (m *maker) wokeAtNight(p Page) bool {
	if len(p.People) == 0 {
		return m.isNight(p.At, "")
	}
	return slices.ContainsFunc(p.People, func(r Reached) bool { return m.isNight(p.At, r.Zone) })
}

// pages are those of the week, whatever became of their incidents.
func (m *maker) pages() Pages {
	var all Pages
	alerts := map[Alert]*Alert{}
	people, nights := loads{}, 0
	before, weeks := m.Week.Plus(-m.r.Before.Weeks).Begins(m.Zone), m.r.Before.Weeks
	earlier := 0
	for n, l := range m.lives {
		for _, p := range l.Pages {
			if within(p.At, before, m.r.From) && !l.Drill {
				earlier++
			}
			if !within(p.At, m.r.From, m.upTo(m.r.To)) || l.Drill {
				continue
			}
			all.Sent++
			if m.wokeAtNight(p) {
				all.AtNight++
			}
			some, noise := all.judge(p.Said, m.known)
			if m.hides[n] {
				continue
			}
			if l.alert != "" {
				ring(alerts, l.alert, l.Service, some && noise)
			}
			nights += people.wake(m, p)
		}
	}
	m.alarms(&all, alerts)
	if weeks > 0 {
		all.Before = float64(earlier) / float64(weeks)
	}
	all.ByPerson = people.sorted(nights)
	all.Noisiest = noisiest(alerts)
	return all
}

// judge counts what people said of a page.
func (all *Pages) judge(said []Opinion, known time.Time) (some, noise bool) {
	if some, noise = judged(said, known); some {
		all.Judged++
	}
	if noise {
		all.Noise++
	}
	return some, noise
}

// alarms adds those that became no incident. When they rang is not on record, so
// they are of the week in which they were judged first.
func (m *maker) alarms(all *Pages, alerts map[Alert]*Alert) {
	for _, a := range m.house.alarms {
		if !within(a.said[0].At, m.r.From, m.upTo(m.r.To)) {
			continue
		}
		all.Alarms++
		_, noise := all.judge(a.said, m.known)
		ring(alerts, a.title, a.service, noise)
	}
}

// ring counts one page of an alert.
func ring(alerts map[Alert]*Alert, title, service string, noise bool) {
	key := Alert{Title: title, Service: service}
	if alerts[key] == nil {
		alerts[key] = &Alert{Title: title, Service: service}
	}
	alerts[key].Pages++
	if noise {
		alerts[key].Noise++
	}
}

// noisiest are the alerts that people call noise, the most first.
func noisiest(alerts map[Alert]*Alert) (all []Alert) {
	for _, a := range alerts {
		if a.Noise > 0 {
			all = append(all, *a)
		}
	}
	slices.SortFunc(all, func(a, b Alert) int {
		return cmp.Or(cmp.Compare(b.Noise, a.Noise), cmp.Compare(b.Pages, a.Pages), cmp.Compare(a.Title, b.Title), cmp.Compare(a.Service, b.Service))
	})
	return all
}

// loads is what people have carried, by their IDs.
type loads map[string]*Load

func (all loads) of(p timeline.Person) *Load {
	if all[p.ID] == nil {
		all[p.ID] = &Load{Person: p}
	}
	load := all[p.ID]
	load.Person.Name = cmp.Or(load.Person.Name, p.Name)
	return load
}

// wake counts a page for everybody whom it reached, and returns 1 where it was
// night for one of them.
func (all loads) wake(m *maker, p Page) (night int) {
	for _, r := range p.People {
		if r.ID == "" {
			continue // nobody knows who that is
		}
		load := all.of(r.Person)
		load.Pages++
		if m.isNight(p.At, r.Zone) {
			load.Nights++
			night = 1
		}
	}
	return night
}

// sorted are the loads, the most pages first, of so many pages at night.
func (all loads) sorted(nights int) []Load {
	var list []Load
	for _, id := range slices.Sorted(maps.Keys(all)) {
		load := *all[id]
		if nights > 0 {
			load.Share = float64(load.Nights) / float64(nights)
		}
		list = append(list, load)
	}
	slices.SortStableFunc(list, func(a, b Load) int {
		return cmp.Or(cmp.Compare(b.Pages, a.Pages), cmp.Compare(b.Nights, a.Nights), cmp.Compare(b.Roles, a.Roles))
	})
	return list
}

// When somebody carries more than is good for them: roles in so many of the four
// weeks, or so many pages at night, if these are more than half of all.
const (
	wornWeeks  = 3
	wornNights = 3
)

// worn are people who carry more than is good for them, over the four weeks up to
// the week's end.
func (m *maker) worn() []Load {
	from := m.Week.Plus(1 - weeksBefore).Begins(m.Zone)
	people, nights := loads{}, 0
	weeks := map[string]map[Week]bool{}
	for n, l := range m.lives {
		if m.hides[n] || l.Drill {
			continue
		}
		for _, p := range l.Pages {
			if within(p.At, from, m.upTo(m.r.To)) {
				nights += people.wake(m, p)
			}
		}
		if !m.counts(n) {
			continue
		}
		for _, t := range l.terms(from, m.upTo(m.r.To)) {
			people.of(t.Person).Roles++
			if weeks[t.ID] == nil {
				weeks[t.ID] = map[Week]bool{}
			}
			weeks[t.ID][WeekOf(t.At.In(m.Zone))] = true
		}
	}
	for id, load := range people {
		load.Weeks = len(weeks[id])
	}
	return slices.DeleteFunc(people.sorted(nights), func(l Load) bool {
		return l.Weeks < wornWeeks && (l.Nights < wornNights || l.Share <= 0.5)
	})
}

// thanks are for who carried the week: roles, pages at night, follow-ups that
// were done.
func (m *maker) thanks() (all []Thanks) {
	people := map[string]*Thanks{}
	of := func(p timeline.Person) *Thanks {
		if people[p.ID] == nil {
			people[p.ID] = &Thanks{Person: p}
		}
		return people[p.ID]
	}
	for n, l := range m.lives {
		if m.hides[n] || l.Drill {
			continue
		}
		m.thankRoles(n, of)
		for _, p := range l.Pages {
			if p.By.ID != "" && within(p.Answered, m.r.From, m.upTo(m.r.To)) && m.isNight(p.At, p.By.Zone) {
				of(p.By.Person).Nights++
			}
		}
		for i := range l.Todos {
			if turn, ok := l.Todos[i].done(m.known); ok && turn.DRI.ID != "" && within(turn.At, m.r.From, m.r.To) {
				of(turn.DRI).Done++
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(people)) {
		all = append(all, *people[id])
	}
	slices.SortStableFunc(all, func(a, b Thanks) int {
		return cmp.Compare(b.Roles+b.Nights+b.Done, a.Roles+a.Nights+a.Done)
	})
	return all
}

func (m *maker) thankRoles(n int, of func(timeline.Person) *Thanks) {
	if !m.counts(n) {
		return
	}
	for _, t := range m.lives[n].terms(m.r.From, m.upTo(m.r.To)) {
		of(t.Person).Roles++
	}
}
