// Package reviewtest makes up incidents of many shapes, the same each time, for
// tests of what is reckoned from them.
package reviewtest

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"muster/timeline"
)

// People are those who take part.
var People = []timeline.Person{
	{ID: "U1", Name: "Ana"}, {ID: "U2", Name: "Ben"}, {ID: "U3", Name: "Chris"}, {ID: "U4", Name: "Dee"}, {ID: "U5", Name: "Eli"}, {ID: "U6", Name: "Fay"},
}

var (
	zones    = []string{"Europe/Berlin", "Asia/Kolkata", "America/New_York", ""}
	services = []string{"checkout", "payments", "search", "Delivery", "accounts", ""}
	causes   = []string{"the connection pool was full", "a certificate ran out", "checkout v412", "a disk filled up"}

	// titles are what goes wrong, by service.
	titles = map[string][]string{
		"checkout": {"Orders fail at payment", "Checkout answers in eight seconds", "Baskets lose what is in them", "Vouchers are refused"},
		"payments": {"Cards are charged twice", "The payments database has no connections left", "Refunds wait", "The bank's API times out"},
		"search":   {"Search finds nothing", "Search is an hour behind", "Suggestions answer slowly"},
		"Delivery": {"Event delivery takes minutes", "Webhooks are sent twice", "Delivery's queue grows"},
		"accounts": {"Nobody can log in", "Passwords can not be reset", "Single sign-on refuses every third"},
		"":         {"The site answers with 502", "A certificate runs out tonight", "Disks fill up in Frankfurt"},
	}
	follows = []string{
		"Alert on messages that wait", "Give each tenant a limit", "Rehearse a rollback", "Take last year's flags out", "Shorten our timeout",
		"Renew certificates a month ahead", "Delete a disk alert that nobody acts on",
	}
)

// Maker makes up incidents.
type Maker struct {
	Dice   *rand.Rand
	Except func(time.Time) bool // moments in which nothing may happen; may be nil
	next   timeline.ID
}

// Year makes up the incidents of a year from a Monday on: 53 weeks of up to a dozen.
func (m *Maker) Year(monday time.Time) (all []timeline.Incident) {
	for week := range 53 {
		begins := monday.AddDate(0, 0, 7*week)
		for range m.Dice.IntN(13) {
			at := begins.Add(time.Duration(m.Dice.Int64N(int64(6 * 24 * time.Hour))))
			if m.Except == nil || !m.Except(at) {
				all = append(all, m.Incident(at))
			}
		}
	}
	return all
}

// told is a fact that may speak of others before it, by their names.
type told struct {
	at   time.Time
	name string
	by   timeline.Person
	fact func(seq map[string]int) timeline.Fact
}

// story is an incident as it is made up.
type story struct {
	*Maker
	at  time.Time
	all []told
}

func (s *story) tell(after time.Duration, fact timeline.Fact) {
	s.telling(after, "", func(map[string]int) timeline.Fact { return fact })
}

func (s *story) telling(after time.Duration, name string, fact func(map[string]int) timeline.Fact) {
	at := s.at.Add(after)
	if s.Except != nil && s.Except(at) {
		return
	}
	s.all = append(s.all, told{at, name, s.anybody(), fact})
}

// nth goes round and round.
func nth(all []string, n int) string { return all[n%len(all)] }

func (m *Maker) anybody() timeline.Person { return People[m.Dice.IntN(len(People))] }

// one in n is how often something happens.
func (m *Maker) one(n int) bool { return m.Dice.IntN(n) == 0 }

func (m *Maker) minutes(most int) time.Duration {
	return time.Duration(1+m.Dice.IntN(most*60)) * time.Second
}

// Incident makes up one that is declared at a moment, and over within a day but for
// what comes of it.
func (m *Maker) Incident(at time.Time) timeline.Incident {
	m.next++
	s := &story{Maker: m, at: at.UTC().Truncate(time.Second)}
	declared := timeline.Declared{
		Severity: timeline.Severities[m.Dice.IntN(4)], Service: services[m.Dice.IntN(len(services))],
		Private: m.one(9), Drill: m.one(20),
	}
	declared.Title = nth(titles[declared.Service], int(m.next))
	if m.one(4) {
		declared.Source = fmt.Sprintf("http/alert-%d", m.next)
	}
	s.tell(0, declared)
	for _, p := range People {
		s.tell(0, timeline.Introduced{Person: p, Zone: zones[int(p.ID[1]-'0')%len(zones)]})
	}
	s.run()
	if !declared.Drill {
		s.page()
	}
	s.owe()
	return s.folded()
}

// run is how far it comes.
func (s *story) run() {
	s.tell(s.minutes(5), timeline.RoleGiven{Role: timeline.Commander, To: s.anybody()})
	if s.one(2) {
		s.tell(s.minutes(9), timeline.RoleGiven{Role: timeline.Comms, To: s.anybody()})
	}
	for n := range s.Dice.IntN(4) {
		s.tell(time.Duration(n)*20*time.Minute+s.minutes(20), timeline.Updated{Text: "we look"})
	}
	if s.one(6) {
		s.tell(s.minutes(30), timeline.SeverityChanged{To: timeline.Severities[s.Dice.IntN(4)]})
	}
	switch s.Dice.IntN(20) {
	case 0:
		s.tell(s.minutes(50), timeline.Cancelled{Reason: "nothing"})
		return
	case 1:
		s.tell(s.minutes(50), timeline.Merged{Into: 1})
		return
	case 2:
		return // it stays open
	}
	end := s.minutes(900)
	if s.one(2) {
		s.tell(end/2, timeline.Mitigated{Text: "turned off"})
	}
	s.tell(end, timeline.Resolved{Text: "rolled back"})
	if s.one(3) {
		cause := causes[s.Dice.IntN(len(causes))]
		s.tell(end, timeline.CauseMarked{Key: cause, What: cause})
	}
	if s.one(10) {
		back := end + s.minutes(60*24*12)
		if at := s.at.Add(back); s.Except == nil || !s.Except(at) && !s.Except(at.Add(2*time.Hour)) {
			s.tell(back, timeline.Reopened{Reason: "it is back"})
			s.tell(back+s.minutes(100), timeline.Resolved{Text: "mended"})
		}
	}
	if s.one(2) {
		s.tell(end+s.minutes(60*24*9), timeline.DraftApproved{})
	}
}

// page is who was woken, and what they say of it.
func (s *story) page() {
	for n := range s.Dice.IntN(3) {
		name := fmt.Sprint("page", n)
		went := s.minutes(30)
		s.telling(went, name, func(map[string]int) timeline.Fact {
			return timeline.Paged{For: 1000 + n, Route: "PagerDuty", People: []timeline.Person{People[(int(s.next)+n)%len(People)]}}
		})
		if !s.one(4) {
			s.tell(went+s.minutes(20), timeline.PageAnswered{For: 1000 + n, By: People[(int(s.next)+n)%len(People)]})
		}
		if s.one(3) {
			s.tell(went+s.minutes(60*24), timeline.PageJudged{For: 1000 + n, Verdict: timeline.Verdicts[s.Dice.IntN(4)]})
		}
	}
}

// owe is what is to be done afterwards.
func (s *story) owe() {
	for n := range s.Dice.IntN(4) {
		name := fmt.Sprint("action", n)
		agreed := s.minutes(60 * 20)
		day := func(after int) string { return s.at.AddDate(0, 0, after).Format(time.DateOnly) }
		s.telling(agreed, name, func(map[string]int) timeline.Fact {
			return timeline.ActionAgreed{What: nth(follows, int(s.next)+n), DRI: s.anybody(), Due: day(3 + n*9)}
		})
		if s.one(4) {
			s.about(agreed+s.minutes(60*24*10), name, func(seq int) timeline.Fact { return timeline.ActionChanged{For: seq, Due: day(30)} })
		}
		switch s.Dice.IntN(5) {
		case 0:
			s.about(agreed+s.minutes(60*24*40), name, func(seq int) timeline.Fact { return timeline.ActionDropped{For: seq, Why: "too dear"} })
		case 1, 2, 3:
			done := agreed + s.minutes(60*24*40)
			s.about(done, name, func(seq int) timeline.Fact { return timeline.ActionDone{For: seq} })
			if s.one(8) {
				s.about(done+s.minutes(60*24*9), name, func(seq int) timeline.Fact { return timeline.ActionReopened{For: seq} })
			}
		}
	}
}

// about tells something of a fact before it, if that was told.
func (s *story) about(after time.Duration, name string, fact func(seq int) timeline.Fact) {
	s.telling(after, "", func(seq map[string]int) timeline.Fact {
		if n, ok := seq[name]; ok {
			return fact(n)
		}
		return timeline.Noted{Text: "nothing came of it"}
	})
}

func (s *story) folded() timeline.Incident {
	slices.SortStableFunc(s.all, func(a, b told) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	seq := map[string]int{}
	var events []timeline.Event
	for n, t := range s.all {
		events = append(events, timeline.Event{Incident: s.next, Seq: n + 1, At: t.at, By: t.by, Fact: t.fact(seq)})
		if t.name != "" {
			seq[t.name] = n + 1
		}
	}
	return timeline.Fold(s.next, events)
}
