package review_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"muster/review"
	"muster/timeline"
)

// The people of the tests.
var (
	ana   = timeline.Person{ID: "U1", Name: "Ana"}
	ben   = timeline.Person{ID: "U2", Name: "Ben"}
	chris = timeline.Person{ID: "U3", Name: "Chris"}
	priya = timeline.Person{ID: "U4", Name: "Priya"}
)

// at is a moment of 2026 in UTC: "03-02 09:00".
func at(text string) time.Time {
	moment, err := time.Parse("2006-01-02 15:04", "2026-"+text)
	if err != nil {
		panic(err)
	}
	return moment
}

// did is a fact with its time and who did it.
type did struct {
	at   string
	by   timeline.Person
	fact timeline.Fact
}

// incident folds what happened, in the order in which it is told.
func incident(id timeline.ID, all ...did) timeline.Incident {
	var events []timeline.Event
	for n, d := range all {
		events = append(events, timeline.Event{Incident: id, Seq: n + 1, At: at(d.at), By: d.by, Fact: d.fact})
	}
	return timeline.Fold(id, events)
}

func declared(when, title string, s timeline.Severity) did {
	return did{when, ana, timeline.Declared{Title: title, Severity: s, Service: "payments"}}
}

func resolved(when string) did {
	return did{when, ana, timeline.Resolved{Text: "rolled back"}}
}

func place(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

// reported is the report of a week over some incidents, as anybody may see it.
func reported(week, now string, all ...timeline.Incident) review.Report {
	return asked(review.Question{At: at(now)}, week, all...)
}

func asked(q review.Question, week string, all ...timeline.Incident) review.Report {
	var l review.Ledger
	for _, inc := range all {
		l.Take(inc)
	}
	if week != "" {
		var err error
		if q.Week, err = review.ParseWeek(week); err != nil {
			panic(err)
		}
	}
	return l.Report(q)
}

func TestWeeks(t *testing.T) {
	for _, wrong := range []string{"", "2026-47", "2026-W54", "2025-W53", "2026-W00", "2026-W7", "26-W07", "2026-W07x", "x2026-W07"} {
		if w, err := review.ParseWeek(wrong); err == nil {
			t.Errorf("%q is the week %v", wrong, w)
		}
	}
	berlin := place("Europe/Berlin")
	for _, tt := range []struct {
		week  string
		hours int
		next  string
	}{{"2026-W53", 168, "2027-W01"}, {"2026-W13", 167, "2026-W14"}, {"2026-W43", 169, "2026-W44"}, {"2020-W53", 168, "2021-W01"}} {
		w, err := review.ParseWeek(tt.week)
		if err != nil {
			t.Fatal(err)
		}
		begins, ends := w.Begins(berlin), w.Plus(1).Begins(berlin)
		if hours := int(ends.Sub(begins).Hours()); hours != tt.hours || begins.Weekday() != time.Monday || begins.Hour() != 0 || w.Plus(1).String() != tt.next {
			t.Errorf("%s has %d hours from %v on, and then comes %v", tt.week, hours, begins, w.Plus(1))
		}
		if review.WeekOf(ends.Add(-1)) != w || review.WeekOf(begins) != w || w.Plus(5).Plus(-5) != w {
			t.Errorf("%s does not hold its own moments", tt.week)
		}
	}
}

// What becomes of the ticket of a follow-up that is done is nobody's work: it was
// done when it was, by who answered for it then.
func TestThanksForWhatWasDoneOnce(t *testing.T) {
	inc := incident(1, declared("02-23 09:00", "down", timeline.Sev1), resolved("02-23 10:00"),
		did{"02-23 11:00", ana, timeline.ActionAgreed{What: "add an alert", DRI: chris, Due: "2026-03-06"}},
		did{"03-03 09:00", chris, timeline.ActionDone{For: 3}},
		did{"03-04 09:00", timeline.Person{}, timeline.ActionChanged{For: 3, To: ben, Source: "Jira"}},
		did{"03-10 09:00", timeline.Person{}, timeline.ActionChanged{For: 3, Due: "2026-03-20", Source: "Jira"}})
	if r := reported("2026-W10", "03-12 09:00", inc); !slices.Equal(r.Thanks, []review.Thanks{{Person: chris, Done: 1}}) {
		t.Errorf("in the week thanked are %+v", r.Thanks)
	}
	if r := reported("2026-W11", "03-16 09:00", inc); len(r.Thanks) > 0 {
		t.Errorf("in the next week thanked are %+v", r.Thanks)
	}
}

func TestTheUsualWeek(t *testing.T) {
	now := "03-12 09:00" // a Thursday
	for _, tt := range []struct{ when, want string }{{"03-10 09:00", "2026-W11"}, {"03-04 09:00", "2026-W10"}, {"01-04 09:00", "2026-W10"}, {"03-12 10:00", "2026-W10"}} {
		if r := reported("", now, incident(1, declared(tt.when, "down", timeline.Sev1))); r.Week.String() != tt.want {
			t.Errorf("with an incident of %s it is %v", tt.when, r.Week)
		}
	}
	drill := incident(1, did{"03-10 09:00", ana, timeline.Declared{Title: "an exercise", Drill: true, Severity: timeline.Sev1}})
	if r := reported("", now, drill); r.Week.String() != "2026-W10" {
		t.Errorf("with a drill it is %v", r.Week)
	}
}

// TestMitigatedInVain holds that what did not last mitigated nothing.
func TestMitigatedInVain(t *testing.T) {
	inc := incident(1, declared("03-02 09:00", "down", timeline.Sev1), did{"03-02 09:20", ana, timeline.Mitigated{Text: "restarted"}},
		did{"03-02 09:30", ana, timeline.Reopened{Reason: "it is back"}}, did{"03-02 11:00", ana, timeline.Resolved{}})
	r := reported("2026-W10", "03-09 09:00", inc)
	if r.Now.Mitigated.Median != 2*time.Hour || r.Now.Resolved.Median != 2*time.Hour || r.Now.Reopened != 0 || r.Incidents[0].EndedBy != "" {
		t.Errorf("it is told as %+v, %+v", r.Now, r.Incidents)
	}
}

// TestALaterEditChangesNoDuration takes the mean that others show: there, each
// edit of what is over makes it last longer.
func TestALaterEditChangesNoDuration(t *testing.T) {
	first := []did{declared("03-02 09:00", "down", timeline.Sev1), {"03-02 09:05", ana, timeline.Updated{Text: "we look"}}, {"03-02 09:40", ana, timeline.Mitigated{}}, resolved("03-02 10:00")}
	later := append(slices.Clone(first),
		did{"03-04 09:00", ana, timeline.Titled{From: "down", To: "payments were down"}},
		did{"03-04 09:01", ana, timeline.Amended{Line: 4, Text: "rolled back v412", At: at("03-02 09:30")}},
		did{"03-04 09:02", ana, timeline.Noted{Text: "one more thing"}},
		did{"03-04 09:03", ana, timeline.Closed{}},
		did{"03-04 09:04", ana, timeline.PartWritten{Part: "summary", Text: "written"}},
	)
	before, after := reported("2026-W10", "03-06 09:00", incident(1, first...)), reported("2026-W10", "03-06 09:00", incident(1, later...))
	if after.Now.Resolved != before.Now.Resolved || after.Now.Mitigated != before.Now.Mitigated || after.Now.FirstWord != before.Now.FirstWord {
		t.Errorf("it was %+v and is %+v", before.Now, after.Now)
	}
	if b := after.Incidents[0]; b.EndedBy != "rolled back v412" || b.Title != "payments were down" || b.Lasted != time.Hour {
		t.Errorf("it is told as %+v", b)
	}
}

// TestWhatDoesNotCount holds that exercises, what was merged and what was
// cancelled are left out, and told as such.
func TestWhatDoesNotCount(t *testing.T) {
	r := reported("2026-W10", "03-09 09:00",
		incident(1, declared("03-02 09:00", "down", timeline.Sev2), resolved("03-02 10:00")),
		incident(2, declared("03-02 09:01", "down too", timeline.Sev1), did{"03-02 09:10", ana, timeline.Merged{Into: 1}}),
		incident(3, declared("03-03 09:00", "nothing", timeline.Sev1), did{"03-03 09:10", ana, timeline.Cancelled{Reason: "a test"}}),
		incident(4, did{"03-04 09:00", ana, timeline.Declared{Title: "an exercise", Severity: timeline.Sev1, Drill: true}}, resolved("03-04 19:00")),
	)
	if r.Now.Incidents != 1 || r.Now.BySeverity[timeline.Sev2] != 1 || r.Now.Resolved != (review.Spread{N: 1, Median: time.Hour}) || len(r.Incidents) != 1 {
		t.Errorf("the figures are %+v", r.Now)
	}
	if want := (review.LeftOut{Drills: 1, Merged: 1, Cancelled: 1}); r.LeftOut != want {
		t.Errorf("left out are %+v", r.LeftOut)
	}
}

// TestReopened holds that what was reopened lasts until its last end, in the week
// of that end, and that what was said of an older week stays.
func TestReopened(t *testing.T) {
	inc := incident(1, declared("03-02 09:00", "down", timeline.Sev1), resolved("03-02 10:00"),
		did{"03-10 09:00", ana, timeline.Reopened{Reason: "it is back"}}, did{"03-10 10:00", ana, timeline.Resolved{Text: "mended"}})
	week := 8*24*time.Hour + time.Hour
	r := reported("2026-W11", "03-16 09:00", inc)
	if b := r.Incidents; len(b) != 1 || b[0].Reopened != 1 || b[0].Lasted != week || b[0].EndedBy != "mended" || r.Now.Resolved.Median != week || r.Now.Reopened != 1 || r.Now.Incidents != 0 {
		t.Errorf("its second week is told as %+v with %+v", b, r.Now)
	}
	if r := reported("2026-W10", "03-11 09:00", inc); r.Now.Resolved.N != 0 || r.Incidents[0].Lasted != week {
		t.Errorf("while the week is the last one it follows the record: %+v", r.Now)
	}
	for _, now := range []string{"03-16 09:00", "06-16 09:00"} {
		if r := reported("2026-W10", now, inc); r.Now.Resolved != (review.Spread{N: 1, Median: time.Hour}) || r.Incidents[0].Reopened != 0 {
			t.Errorf("an older week is told as it was when it ended: %+v", r.Now)
		}
	}
}

func TestSpreads(t *testing.T) {
	for _, tt := range []struct {
		minutes []int
		want    review.Spread
	}{
		{nil, review.Spread{}},
		{[]int{7}, review.Spread{N: 1, Median: 7 * time.Minute}},
		{[]int{30, 10}, review.Spread{N: 2, Median: 10 * time.Minute}},
		{[]int{30, 10, 20, 40}, review.Spread{N: 4, Median: 20 * time.Minute}},
		{[]int{50, 10, 20, 40, 30}, review.Spread{N: 5, Median: 30 * time.Minute, P90: 50 * time.Minute}},
		{[]int{10, 20, 30, 40, 50, 60, 70, 80, 90, 600}, review.Spread{N: 10, Median: 50 * time.Minute, P90: 90 * time.Minute}},
		{[]int{10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 600}, review.Spread{N: 11, Median: time.Hour, P90: 100 * time.Minute}},
	} {
		var all []timeline.Incident
		for n, m := range tt.minutes {
			end := at("03-03 09:00").Add(time.Duration(m) * time.Minute).Format("01-02 15:04")
			all = append(all, incident(timeline.ID(n+1), declared("03-03 09:00", "down", timeline.Sev1), resolved(end)))
		}
		if r := reported("2026-W10", "03-09 09:00", all...); r.Now.Resolved != tt.want {
			t.Errorf("%v is %+v", tt.minutes, r.Now.Resolved)
		}
	}
}

func TestFollowUps(t *testing.T) {
	inc := incident(1, declared("03-02 09:00", "down", timeline.Sev3), resolved("03-02 10:00"),
		did{"03-02 11:00", ana, timeline.ActionAgreed{What: "raise the limit", DRI: ben, Due: "2026-03-06"}},                           // 3: overdue
		did{"03-02 11:01", ana, timeline.ActionAgreed{What: "due on the day itself", DRI: ben, Due: "2026-03-16"}},                     // 4
		did{"03-02 11:02", ana, timeline.ActionAgreed{What: "done late", DRI: chris, Due: "2026-03-06"}},                               // 5
		did{"03-02 11:03", ana, timeline.ActionAgreed{What: "never meant", DRI: chris, Due: "2026-03-06"}},                             // 6
		did{"03-02 11:04", ana, timeline.ActionAgreed{What: "older", DRI: ana, Due: "2026-03-03"}},                                     // 7
		did{"03-02 11:05", ana, timeline.ActionAgreed{What: "put off", DRI: ben, Due: "2026-03-04"}},                                   // 8
		did{"03-02 11:06", ben, timeline.ActionDropped{For: 6, Withdrawn: true}}, did{"03-10 09:00", ben, timeline.ActionDone{For: 5}}, // in W11
		did{"03-12 09:00", ben, timeline.ActionChanged{For: 8, Due: "2026-04-01", To: priya}},
	)
	late := func(r review.Report) (all []string) {
		for _, o := range r.Overdue {
			all = append(all, o.Action.What)
		}
		return all
	}
	r := reported("2026-W11", "03-16 09:00", inc) // a Monday
	if got := late(r); !slices.Equal(got, []string{"older", "raise the limit"}) || r.Overdue[0].Days != 13 || r.Overdue[1].Days != 10 || r.Overdue[1].Action.DRI != ben {
		t.Errorf("overdue are %v: %+v", got, r.Overdue)
	}
	if r := reported("2026-W11", "03-17 00:00", inc); !slices.Contains(late(r), "due on the day itself") {
		t.Errorf("a day later overdue are %v", late(r))
	}
	last := r.Weeks[len(r.Weeks)-1]
	if before := r.Weeks[len(r.Weeks)-2]; last.Open != 4 || last.Overdue != 2 || before.Open != 5 || before.Overdue != 4 {
		t.Errorf("the weeks are %+v and %+v", before, last)
	}
	if r := reported("2026-W10", "06-01 09:00", inc); !slices.Equal(late(r), []string{"older", "put off", "raise the limit", "done late"}) {
		t.Errorf("at the end of the week before, overdue were %v", late(r))
	}
	if want := []review.Thanks{{Person: chris, Done: 1}}; !slices.Equal(r.Thanks, want) {
		t.Errorf("thanked are %+v", r.Thanks)
	}
	later := incident(2, declared("03-02 09:00", "down", timeline.Sev3),
		did{"03-02 10:00", ana, timeline.ActionAgreed{What: "done", DRI: ben, Due: "2026-03-20"}}, did{"03-09 10:00", ben, timeline.ActionDone{For: 2}},
		did{"03-16 08:00", ana, timeline.ActionChanged{For: 2, To: chris, Due: "2026-04-01"}})
	if r := reported("2026-W11", "03-16 09:00", later); !slices.Equal(r.Thanks, []review.Thanks{{Person: ben, Done: 1}}) {
		t.Errorf("after it was changed in the tracker, thanked are %+v", r.Thanks)
	}
	if asked(review.Question{At: at("03-16 23:30"), Zone: place("Asia/Tokyo")}, "2026-W11", inc).Overdue[0].Days != 14 {
		t.Error("days are not those of the team's clock")
	}
}

func TestUnwritten(t *testing.T) {
	inc := func(id timeline.ID, s timeline.Severity, end string, more ...did) timeline.Incident {
		return incident(id, append([]did{declared("03-02 09:00", "down", s), resolved(end)}, more...)...)
	}
	for _, tt := range []struct {
		name string
		inc  timeline.Incident
		now  string
		want int
	}{
		{"after four days of work", inc(1, timeline.Sev1, "03-02 10:00"), "03-06 09:00", 0},
		{"after five", inc(1, timeline.Sev1, "03-02 10:00"), "03-09 09:00", 1},
		{"over a weekend", inc(1, timeline.Sev2, "03-06 10:00"), "03-12 09:00", 0},
		{"and then", inc(1, timeline.Sev2, "03-06 10:00"), "03-13 09:00", 1},
		{"minor", inc(1, timeline.Sev3, "03-02 10:00"), "03-16 09:00", 0},
		{"long ago", inc(1, timeline.Sev1, "03-02 10:00"), "05-10 09:00", 0},
		{"published", inc(1, timeline.Sev1, "03-02 10:00", did{"03-05 09:00", ana, timeline.DraftApproved{}}), "03-16 09:00", 0},
		{"published, and taken up again", inc(1, timeline.Sev1, "03-02 10:00", did{"03-05 09:00", ana, timeline.DraftApproved{}}, did{"03-06 09:00", ana, timeline.Reopened{Reason: "it is back"}}, resolved("03-06 10:00")), "03-20 09:00", 1},
		{"and published again", inc(1, timeline.Sev1, "03-02 10:00", did{"03-05 09:00", ana, timeline.DraftApproved{}}, did{"03-06 09:00", ana, timeline.Reopened{Reason: "it is back"}}, resolved("03-06 10:00"), did{"03-09 09:00", ana, timeline.DraftApproved{}}), "03-20 09:00", 0},
		{"being written", inc(1, timeline.Sev1, "03-02 10:00", did{"03-02 10:00", ana, timeline.ActionAgreed{What: "write", DRI: ana, Due: "2026-03-09", Of: timeline.Postmortem}}), "03-16 09:00", 0},
		{"open", incident(1, declared("03-02 09:00", "down", timeline.Sev1)), "03-16 09:00", 0},
	} {
		if r := reported("", tt.now, tt.inc); len(r.Unwritten) != tt.want {
			t.Errorf("%s: %+v", tt.name, r.Unwritten)
		}
	}
}

// page is a page that went out, and what was said of it.
func page(for_ int, when string, people ...timeline.Person) did {
	return did{when, timeline.Person{}, timeline.Paged{For: for_, Route: "PagerDuty", People: people}}
}

func TestPages(t *testing.T) {
	inc := incident(1, declared("03-02 09:00", "down", timeline.Sev1),
		did{"03-02 09:00", ana, timeline.Introduced{Person: priya, Zone: "Asia/Kolkata"}}, // 2
		page(1, "03-02 17:00", priya), // 3: 22:30 for her, 18:00 for the team
		page(2, "03-02 05:30", ben),   // 4: 06:30 for the team
		page(3, "03-02 06:00", ben),   // 5: 07:00 for the team, which is no night
		page(4, "03-02 21:00"),        // 6: 22:00 for the team, and nobody is known
		did{"03-02 17:03", priya, timeline.PageAnswered{For: 1, By: priya, At: at("03-02 17:02")}},
		did{"03-02 17:04", priya, timeline.PageLapsed{For: 1}},
		did{"03-02 17:20", ben, timeline.PageAnswered{For: 1, By: ben}}, // the second yes
		did{"03-02 17:30", ben, timeline.PageJudged{For: 2, Verdict: timeline.Noise}},
		did{"03-02 17:31", priya, timeline.PageJudged{For: 1, Verdict: timeline.Actionable}},
	)
	r := asked(review.Question{At: at("03-09 09:00"), Zone: place("Europe/Berlin")}, "2026-W10", inc)
	p := r.Pages
	if p.Sent != 4 || p.AtNight != 3 || p.Judged != 2 || p.Noise != 1 {
		t.Errorf("the pages are %+v", p)
	}
	want := []review.Load{{Person: ben, Pages: 2, Nights: 1, Share: 0.5}, {Person: priya, Pages: 1, Nights: 1, Share: 0.5}}
	if !slices.Equal(p.ByPerson, want) {
		t.Errorf("they reached %+v", p.ByPerson)
	}
	if r.Now.Ack != (review.Spread{N: 1, Median: 2 * time.Minute}) {
		t.Errorf("the first yes took %+v", r.Now.Ack)
	}
	if !slices.Contains(r.Thanks, review.Thanks{Person: priya, Nights: 1}) {
		t.Errorf("thanked are %+v", r.Thanks)
	}
}

func TestNoisyAlerts(t *testing.T) {
	alarm := func(id timeline.ID, when string, verdicts ...timeline.Verdict) timeline.Incident {
		all := []did{{when, timeline.Person{}, timeline.Declared{Title: "disk of db-1", Severity: timeline.Sev3, Source: "http/disk"}}, page(1, when, ben)}
		for n, v := range verdicts {
			all = append(all, did{when, []timeline.Person{ana, ben, chris}[n], timeline.PageJudged{For: 1, Verdict: v}})
		}
		return incident(id, all...)
	}
	house := incident(timeline.House,
		did{"03-03 09:00", ben, timeline.AlarmJudged{ID: "A1", Title: "disk of db-1", Verdict: timeline.Noise}},
		did{"03-03 09:01", ana, timeline.AlarmJudged{ID: "A1", Title: "disk of db-1", Verdict: timeline.Noise}},
		did{"03-03 09:02", ben, timeline.AlarmJudged{ID: "A2", Title: "latency", Verdict: timeline.Unclear}},
	)
	r := reported("2026-W10", "03-09 09:00", house,
		alarm(1, "03-02 09:00", timeline.Noise), alarm(2, "03-02 10:00", timeline.Noise, timeline.Actionable), alarm(3, "03-02 11:00", timeline.Noise, timeline.Noise, timeline.Unclear))
	if p := r.Pages; p.Sent != 3 || p.Alarms != 2 || p.Judged != 5 || p.Noise != 3 {
		t.Errorf("the pages are %+v", p)
	}
	if want := []review.Alert{{Title: "disk of db-1", Pages: 4, Noise: 3}}; !slices.Equal(r.Pages.Noisiest, want) {
		t.Errorf("noisy are %+v", r.Pages.Noisiest)
	}
}

func TestRepeats(t *testing.T) {
	inc := func(id timeline.ID, when, cause string, more ...did) timeline.Incident {
		all := []did{declared(when, "down", timeline.Sev2)}
		if cause != "" {
			all = append(all, did{when, ana, timeline.CauseMarked{Key: cause, What: cause}})
		}
		return incident(id, append(all, more...)...)
	}
	due := did{"02-10 09:00", ana, timeline.ActionAgreed{What: "raise the limit", DRI: ben, Due: "2026-02-20"}}
	for _, tt := range []struct {
		name  string
		all   []timeline.Incident
		want  string
		times int
		late  int
	}{
		{"twice a service", []timeline.Incident{inc(1, "02-09 09:00", ""), inc(2, "03-02 09:00", "")}, "", 0, 0},
		{"three times", []timeline.Incident{inc(1, "02-09 09:00", ""), inc(2, "02-11 09:00", ""), inc(3, "03-02 09:00", "")}, "payments", 3, 0},
		{"twice, and a follow-up is late", []timeline.Incident{inc(1, "02-09 09:00", "", due), inc(2, "03-02 09:00", "")}, "payments", 2, 1},
		{"a cause", []timeline.Incident{inc(1, "02-09 09:00", "The  pool is full."), inc(2, "03-02 09:00", "the pool is full")}, "the pool is full", 2, 0},
		{"two causes", []timeline.Incident{inc(1, "02-09 09:00", "pool v1"), inc(2, "03-02 09:00", "pool v2")}, "", 0, 0},
		{"too long ago", []timeline.Incident{inc(1, "01-02 09:00", "pool"), inc(2, "03-02 09:00", "pool")}, "", 0, 0},
		{"not this week", []timeline.Incident{inc(1, "02-09 09:00", "pool"), inc(2, "02-26 09:00", "pool")}, "", 0, 0},
	} {
		r := reported("2026-W10", "03-09 09:00", tt.all...)
		switch {
		case tt.want == "" && len(r.Repeats) == 0:
		case len(r.Repeats) != 1 || r.Repeats[0].What != tt.want || r.Repeats[0].Times != tt.times || len(r.Repeats[0].Late) != tt.late:
			t.Errorf("%s: %+v", tt.name, r.Repeats)
		}
	}
	r := reported("2026-W10", "04-02 09:00", inc(31, "02-09 09:00", "", due), inc(32, "03-02 09:00", ""))
	if o := r.Repeats[0].Late[0]; o.Incident != 31 || o.Days != 17 {
		t.Errorf("at the end of the week INC-31's follow-up was %+v", o)
	}
}

func TestWorn(t *testing.T) {
	led := func(id timeline.ID, when string, who timeline.Person) timeline.Incident {
		return incident(id, declared(when, "down", timeline.Sev2), did{when, ana, timeline.RoleGiven{Role: timeline.Commander, To: who}}, resolved(when))
	}
	r := reported("2026-W10", "03-09 09:00", led(1, "02-10 09:00", ben), led(2, "02-18 09:00", ben), led(3, "03-02 09:00", ben), led(4, "03-03 09:00", chris), led(5, "03-04 09:00", chris))
	if want := []review.Load{{Person: ben, Roles: 3, Weeks: 3}}; !slices.Equal(r.Worn, want) {
		t.Errorf("worn are %+v", r.Worn)
	}
	woken := incident(9, declared("02-25 09:00", "down", timeline.Sev2), page(1, "02-25 23:00", chris), page(2, "02-26 23:00", chris), page(3, "03-02 03:00", chris), page(4, "03-03 03:00", ben), page(5, "03-03 12:00", ben))
	r = reported("2026-W10", "03-09 09:00", woken)
	if want := []review.Load{{Person: chris, Pages: 3, Nights: 3, Share: 0.75}}; !slices.Equal(r.Worn, want) {
		t.Errorf("worn are %+v", r.Worn)
	}
}

func TestPick(t *testing.T) {
	r := reported("2026-W10", "03-09 09:00",
		incident(1, declared("03-02 09:00", "short", timeline.Sev2), resolved("03-02 09:30")),
		incident(2, declared("03-03 09:00", "long", timeline.Sev3), resolved("03-03 19:30")),
		incident(3, declared("03-04 09:00", "worst", timeline.Sev1), resolved("03-04 10:30"), did{"03-05 10:00", ben, timeline.Understood{}},
			did{"03-05 10:00", ana, timeline.Understood{Yes: true}}, did{"03-05 10:00", chris, timeline.Understood{Yes: true}}),
	)
	if p := r.Pick; p == nil || p.ID != 3 || !slices.Equal(p.Why, []review.Reason{review.Repeated, review.Worst, review.Asked}) {
		t.Errorf("picked is %+v", p)
	}
	few := incident(1, declared("03-02 09:00", "few", timeline.Sev1), resolved("03-02 09:30"), did{"03-05 10:00", ben, timeline.Understood{}}, did{"03-05 10:00", ana, timeline.Understood{Yes: true}})
	if p := reported("2026-W10", "03-09 09:00", few).Pick; p == nil || slices.Contains(p.Why, review.Asked) {
		t.Errorf("two have answered, and it tells what they said: %+v", p)
	}
	if r := reported("2026-W10", "03-09 09:00", incident(1, declared("03-02 09:00", "minor", timeline.Sev4), resolved("03-02 09:30"))); r.Pick != nil {
		t.Errorf("picked is %+v", r.Pick)
	}
}

func TestDecided(t *testing.T) {
	posted := func(week, when, ts string) did {
		return did{when, timeline.Person{}, timeline.ReviewPosted{Week: week, Message: timeline.Message{Channel: "C1", TS: ts}}}
	}
	said := func(when, ts, thread, text string) []did {
		m := timeline.Message{Channel: "C1", TS: ts}
		return []did{
			{when, ana, timeline.Tagged{Message: m, Tag: timeline.FollowUp, Emoji: "dart", When: ts}},
			{when, ana, timeline.Captured{Message: m, Author: ana, Text: text, At: at(when), Thread: thread}},
		}
	}
	done := func(when, ts string) did {
		return did{when, ana, timeline.DecisionDone{Message: timeline.Message{Channel: "C1", TS: ts}}}
	}
	all := slices.Concat(
		[]did{posted("2026-W08", "02-23 09:00", "1.0")}, said("02-23 10:00", "1.1", "1.0", "old, open"), said("02-23 10:01", "1.2", "1.0", "old, done"), []did{done("02-24 09:00", "1.2")},
		[]did{posted("2026-W09", "03-02 09:00", "2.0")}, said("03-02 10:00", "2.1", "2.0", "new, done"), said("03-02 10:01", "2.2", "2.0", "new, open"), []did{done("03-11 09:00", "2.1")},
		[]did{posted("2026-W10", "03-09 09:00", "3.0")}, said("03-09 10:00", "3.1", "3.0", "newest"),
	)
	told := func(week, now string) string {
		var words []string
		for _, d := range reported(week, now, incident(timeline.House, all...)).Decided {
			words = append(words, strings.TrimSpace(d.Text+map[bool]string{true: "+", false: "-"}[d.Done]+map[bool]string{true: "L"}[d.Last]))
		}
		return strings.Join(words, "; ")
	}
	if got := told("2026-W10", "03-12 09:00"); got != "new, done+L; new, open-L; old, open-" {
		t.Errorf("the review of W10 begins with %s", got)
	}
	if got := told("2026-W10", "05-12 09:00"); got != "new, done-L; new, open-L; old, open-" {
		t.Errorf("later it begins with %s", got)
	}
	if got := told("2026-W11", "03-16 09:00"); got != "newest-L; new, open-; old, open-" {
		t.Errorf("the one after begins with %s", got)
	}
	all = append(all, posted("2026-W11", "03-16 09:00", "4.0"), done("03-17 09:00", "3.1"))
	if got := told("2026-W12", "03-23 09:00"); got != "new, open-; old, open-" {
		t.Errorf("after a review that decided nothing it begins with %s", got)
	}
}

func TestAQuietWeek(t *testing.T) {
	inc := incident(1, declared("02-02 09:00", "down", timeline.Sev3), resolved("02-02 10:00"))
	if r := reported("2026-W10", "03-09 09:00", inc); !r.Quiet || r.Before.Incidents != 1 || r.Before.Weeks != 4 {
		t.Errorf("it is told as %+v", r)
	}
	if r := reported("2026-W10", "03-09 09:00"); !r.Quiet || r.Before.Weeks != 0 || len(r.Weeks) != 5 {
		t.Errorf("without a record it is told as %+v", r)
	}
}
