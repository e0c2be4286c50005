package review_test

import (
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"testing"
	"time"

	"muster/review"
	"muster/review/reviewtest"
	"muster/timeline"
)

var update = flag.Bool("update", false, "write what is said now as what is wanted")

var berlin = place("Europe/Berlin")

// byHand are three weeks whose facts are few enough to check by hand. Times are in
// UTC; the team is in Berlin, an hour ahead in winter and two in summer.
func byHand() []timeline.Incident {
	told := func(id timeline.ID, s timeline.Severity, when string, all ...did) timeline.Incident {
		return incident(9000+id, append([]did{{when, ana, timeline.Declared{Title: "trouble", Severity: s}}}, all...)...)
	}
	paged := func(for_ int, when string, people ...timeline.Person) did { return page(for_, when, people...) }
	yes := func(for_ int, when string, by timeline.Person) did {
		return did{when, by, timeline.PageAnswered{For: for_, By: by}}
	}
	update := func(when string) did { return did{when, ana, timeline.Updated{Text: "we look"}} }
	eased := func(when string) did { return did{when, ana, timeline.Mitigated{}} }
	return []timeline.Incident{
		// 2026-W06: 2 to 8 February. One from the week before ends in it.
		told(1, timeline.Sev2, "01-30 10:00", resolved("02-03 10:00")),

		// 2026-W13: 23 to 29 March, 167 hours. On Sunday the clocks go forward, so that
		// it ends on Sunday at 22:00 UTC.
		told(2, timeline.Sev1, "03-23 09:00", paged(1, "03-23 09:01", ben), yes(1, "03-23 09:04", ben), update("03-23 09:20"), eased("03-23 10:00"), resolved("03-23 11:00")),
		told(3, timeline.Sev2, "03-28 21:30", paged(1, "03-28 21:30", ben), yes(1, "03-28 21:40", ben), update("03-28 21:40"), resolved("03-29 04:30")),
		told(4, timeline.Sev3, "03-29 21:59", resolved("03-30 00:59")),
		incident(9005, did{"03-24 09:00", ana, timeline.Declared{Title: "an exercise", Severity: timeline.Sev1, Drill: true}}, resolved("03-24 10:00")),
		told(6, timeline.Sev1, "03-25 09:00", did{"03-25 09:10", ana, timeline.Cancelled{Reason: "nothing"}}),
		told(7, timeline.Sev1, "03-26 09:00", did{"03-26 09:10", ana, timeline.Merged{Into: 9002}}),
		told(8, timeline.Sev1, "03-29 22:00", resolved("03-29 23:00")), // is of the next week

		// 2026-W43: 19 to 25 October, 169 hours, up to Sunday at 23:00 UTC.
		told(10, timeline.Sev2, "10-19 08:00", resolved("10-19 08:10"), did{"10-19 09:00", ana, timeline.Reopened{Reason: "it is back"}}, resolved("10-19 13:00")),
		told(11, timeline.Sev3, "10-20 16:40", did{"10-20 16:41", ana, timeline.Introduced{Person: priya, Zone: "Asia/Kolkata"}}, paged(1, "10-20 16:45", priya), yes(1, "10-20 16:50", priya), resolved("10-20 16:50")),
		told(12, timeline.Sev3, "10-21 20:30", paged(1, "10-21 20:30"), resolved("10-21 20:50")),
		told(13, timeline.Sev3, "10-22 10:00", paged(1, "10-22 10:00", ben), yes(1, "10-22 10:01", ben), resolved("10-22 10:30")),
		told(14, timeline.Sev4, "10-25 22:10", resolved("10-25 22:50")),
	}
}

// year is a year of incidents, the weeks by hand among them.
func year() []timeline.Incident {
	handmade := []review.Week{{Year: 2026, Number: 6}, {Year: 2026, Number: 13}, {Year: 2026, Number: 43}}
	m := reviewtest.Maker{Dice: rand.New(rand.NewPCG(8, 2026)), Except: func(at time.Time) bool {
		return slices.Contains(handmade, review.WeekOf(at.In(berlin)))
	}}
	return append(m.Year(time.Date(2025, 12, 29, 0, 0, 0, 0, time.UTC)), byHand()...)
}

func ledgerOf(all []timeline.Incident) *review.Ledger {
	l := &review.Ledger{}
	for _, inc := range all {
		l.Take(inc)
	}
	return l
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

func TestThreeWeeksByHand(t *testing.T) {
	l := ledgerOf(year())
	now := time.Date(2027, 1, 8, 9, 0, 0, 0, time.UTC)
	sevs := func(one, two, three, four int) map[timeline.Severity]int {
		all := map[timeline.Severity]int{}
		for s, n := range map[timeline.Severity]int{timeline.Sev1: one, timeline.Sev2: two, timeline.Sev3: three, timeline.Sev4: four} {
			if n > 0 {
				all[s] = n
			}
		}
		return all
	}
	for _, tt := range []struct {
		week             string
		hours            int
		figures          review.Figures
		out              review.LeftOut
		sent, atNight    int
		first, last, all int // incidents of ours in the list, and how many
	}{
		// Nothing is declared. 9001 ends on 3 February, four days after it was declared:
		// 4 × 24 × 60 = 5,760 minutes, and so late it is mitigated, too.
		{"2026-W06", 168, review.Figures{
			Weeks: 1, BySeverity: sevs(0, 0, 0, 0), Mitigated: review.Spread{N: 1, Median: minutes(5760)}, Resolved: review.Spread{N: 1, Median: minutes(5760)},
		}, review.LeftOut{}, 0, 0, 9001, 9001, 1},
		// Declared are 9002 (sev1), 9003 (sev2) and, a minute before the end, 9004 (sev3).
		// Acknowledged: after 3 and 10 minutes; the median of two is the shorter.
		// First update: 20 and 10. Mitigated: 60, and 420 of 9003, which was resolved at
		// once. Resolved: 120 and 420; 9004 ends in the next week. Under five there is no
		// 90th percentile. Left out are a drill, 9006 and 9007. Two pages: at 10:01 in
		// Berlin, and at 22:30, which is night.
		{"2026-W13", 167, review.Figures{
			Weeks: 1, Incidents: 3, BySeverity: sevs(1, 1, 1, 0),
			Ack: review.Spread{N: 2, Median: minutes(3)}, FirstWord: review.Spread{N: 2, Median: minutes(10)},
			Mitigated: review.Spread{N: 2, Median: minutes(60)}, Resolved: review.Spread{N: 2, Median: minutes(120)},
		}, review.LeftOut{Drills: 1, Merged: 1, Cancelled: 1}, 2, 1, 9002, 9004, 3},
		// Resolved: 9010 after 300 minutes, at its second end; then 10, 20, 30, and 40 of
		// 9014, which is of Sunday 23:10 in Berlin. In order 10, 20, 30, 40, 300: the
		// median is the third, the 90th percentile the fifth (9 × 5 / 10 = 4.5). All
		// were mitigated as they were resolved. Acknowledged: after 5 and 1. Three
		// pages: at 22:15 in Kolkata (18:45 in Berlin), at 22:30 in Berlin to somebody
		// who is not known, and at noon.
		{"2026-W43", 169, review.Figures{
			Weeks: 1, Incidents: 5, BySeverity: sevs(0, 1, 3, 1), Ack: review.Spread{N: 2, Median: minutes(1)},
			Mitigated: review.Spread{N: 5, Median: minutes(30), P90: minutes(300)}, Resolved: review.Spread{N: 5, Median: minutes(30), P90: minutes(300)}, Reopened: 1,
		}, review.LeftOut{}, 3, 2, 9010, 9014, 5},
	} {
		week, err := review.ParseWeek(tt.week)
		if err != nil {
			t.Fatal(err)
		}
		r := l.Report(review.Question{Week: week, At: now, Zone: berlin})
		if int(r.To.Sub(r.From).Hours()) != tt.hours || !reflect.DeepEqual(r.Now, tt.figures) || r.LeftOut != tt.out {
			t.Errorf("%s: %+v, left out %+v", tt.week, r.Now, r.LeftOut)
		}
		if r.Pages.Sent != tt.sent || r.Pages.AtNight != tt.atNight {
			t.Errorf("%s: the pages are %+v", tt.week, r.Pages)
		}
		listed := 0
		for _, b := range r.Incidents {
			if b.ID >= timeline.ID(tt.first) && b.ID <= timeline.ID(tt.last) {
				listed++
			}
		}
		if listed != tt.all {
			t.Errorf("%s: %d of ours are listed", tt.week, listed)
		}
	}
}

// until is an incident as it was before a moment.
func until(inc timeline.Incident, end time.Time) timeline.Incident {
	n := 0
	for n < len(inc.Events) && inc.Events[n].At.Before(end) {
		n++
	}
	return timeline.Fold(inc.ID, inc.Events[:n:n])
}

// TestAYearWeekByWeek holds the reports of a year against what the timelines add up
// to at the end of each week, which is another way to the same figures.
func TestAYearWeekByWeek(t *testing.T) {
	all := year()
	l := ledgerOf(all)
	now := time.Date(2027, 2, 8, 9, 0, 0, 0, time.UTC)
	total, counted := 0, 0
	for week := (review.Week{Year: 2026, Number: 1}); week.Year == 2026; week = week.Plus(1) {
		r := l.Report(review.Question{Week: week, At: now, Zone: berlin})
		var took []time.Duration
		declared, open, overdue := 0, 0, 0
		today := r.To.Format(time.DateOnly)
		for _, inc := range all {
			then := until(inc, r.To)
			for _, a := range then.OpenActions() {
				open++
				if a.Due < today {
					overdue++
				}
			}
			if len(then.Events) == 0 || then.Drill || then.Status == timeline.IsCancelled || then.Status == timeline.IsMerged {
				continue
			}
			if !then.Declared.Before(r.From) {
				declared++
			}
			if !then.Resolved.IsZero() && !then.Resolved.Before(r.From) {
				took = append(took, then.Resolved.Sub(then.Declared))
			}
		}
		slices.Sort(took)
		bar := r.Weeks[len(r.Weeks)-1]
		if r.Now.Incidents != declared || r.Now.Resolved.N != len(took) || bar.Open != open || bar.Overdue != overdue {
			t.Errorf("%v: %d declared, %d over, %d follow-ups, %d overdue; it says %+v and %+v", week, declared, len(took), open, overdue, r.Now, bar)
		}
		if n := len(took); n > 0 && r.Now.Resolved.Median != took[(n-1)/2] {
			t.Errorf("%v: the median of %v is %v", week, took, r.Now.Resolved.Median)
		}
		if len(r.Overdue)+r.Unseen != overdue {
			t.Errorf("%v: %d and %d follow-ups of %d are told of", week, len(r.Overdue), r.Unseen, overdue)
		}
		total += r.Now.Incidents
	}
	for _, inc := range all {
		if !inc.Drill && inc.Status != timeline.IsCancelled && inc.Status != timeline.IsMerged {
			counted++
		}
	}
	if total != counted || counted < 200 {
		t.Errorf("the weeks have %d incidents, and there are %d", total, counted)
	}
}

// TestThePastStays holds that what a review said of an older week is said for ever,
// whatever is recorded later, but for causes as they are known now.
func TestThePastStays(t *testing.T) {
	all := year()
	whole := ledgerOf(all)
	later := time.Date(2027, 6, 8, 9, 0, 0, 0, time.UTC)
	for week := (review.Week{Year: 2026, Number: 3}); week.Year == 2026; week = week.Plus(4) {
		first := week.Plus(2).Begins(berlin)
		young := &review.Ledger{}
		for _, inc := range all {
			if then := until(inc, first); len(then.Events) > 0 {
				young.Take(then)
			}
		}
		q := review.Question{Week: week, At: first, Zone: berlin, Sees: func(review.Life) bool { return true }}
		was := young.Report(q)
		q.At = later
		is := whole.Report(q)
		for _, r := range []*review.Report{&was, &is} { // causes are told as they are known now
			r.Repeats, r.Pick = nil, nil
			for n := range r.Incidents {
				r.Incidents[n].Cause = ""
			}
			for n := range r.Unwritten {
				r.Unwritten[n].Cause = ""
			}
		}
		a, _ := json.Marshal(was)
		b, _ := json.Marshal(is)
		if string(a) != string(b) {
			t.Errorf("%v was told as\n%s\nand is told as\n%s", week, a, b)
		}
	}
}

// TestTheOrderDoesNotMatter takes incidents in another order, several times, and
// older states after newer ones.
func TestTheOrderDoesNotMatter(t *testing.T) {
	all := year()
	q := review.Question{Week: review.Week{Year: 2026, Number: 30}, At: time.Date(2026, 7, 29, 0, 0, 0, 0, time.UTC), Zone: berlin}
	want := ledgerOf(all).Report(q)
	mixed := slices.Clone(all)
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
	l := ledgerOf(mixed)
	for _, inc := range all[:50] {
		l.Take(inc.At(2))
	}
	if got := l.Report(q); !reflect.DeepEqual(got, want) {
		t.Errorf("it is\n%+v\nand ought to be\n%+v", got, want)
	}
}

// TestPrivateIncidentsAreOnlyCounted holds two worlds against each other that differ
// only in what private incidents say and whom they are about: whoever may not see
// them is told the same.
func TestPrivateIncidentsAreOnlyCounted(t *testing.T) {
	all := year()
	other := slices.Clone(all)
	for n, inc := range all {
		if inc.Private {
			other[n] = disguised(inc)
		}
	}
	now := time.Date(2027, 1, 8, 9, 0, 0, 0, time.UTC)
	hidden := 0
	for week := (review.Week{Year: 2026, Number: 2}); week.Year == 2026; week = week.Plus(1) {
		q := review.Question{Week: week, At: now, Zone: berlin, Sees: func(l review.Life) bool { return l.IsOpenTo("nobody") }}
		a, b := ledgerOf(all).Report(q), ledgerOf(other).Report(q)
		a.Pages.AtNight, b.Pages.AtNight = 0, 0 // when night is depends on where people are
		if !reflect.DeepEqual(a, b) {
			t.Errorf("%v tells of private incidents:\n%+v\n%+v", week, a, b)
		}
		hidden += a.Hidden
		insider := ledgerOf(all).Report(review.Question{Week: week, At: now, Zone: berlin, Sees: func(review.Life) bool { return true }})
		if insider.Hidden+insider.Unseen != 0 || len(insider.Incidents) != len(a.Incidents)+a.Hidden || !reflect.DeepEqual(insider.Now, a.Now) {
			t.Errorf("%v has other figures for whoever sees all", week)
		}
	}
	if hidden == 0 {
		t.Error("no incident was hidden, so this shows nothing")
	}
}

// disguised is an incident with other people and other texts.
func disguised(inc timeline.Incident) timeline.Incident {
	x := timeline.Person{ID: "U9", Name: "Somebody Else"}
	events := slices.Clone(inc.Events)
	for n := range events {
		events[n].By = x
		switch f := events[n].Fact.(type) {
		case timeline.Declared:
			f.Title, f.Service = "another title", "another service"
			events[n].Fact = f
		case timeline.Introduced:
			f.Person, f.Zone = x, "Pacific/Auckland"
			events[n].Fact = f
		case timeline.RoleGiven:
			f.To = x
			events[n].Fact = f
		case timeline.Paged:
			f.People = []timeline.Person{x}
			events[n].Fact = f
		case timeline.PageAnswered:
			f.By = x
			events[n].Fact = f
		case timeline.CauseMarked:
			f.What = "another cause"
			events[n].Fact = f
		case timeline.Resolved:
			f.Text = "otherwise"
			events[n].Fact = f
		case timeline.ActionAgreed:
			f.What, f.DRI = "something else", x
			events[n].Fact = f
		}
	}
	return timeline.Fold(inc.ID, events)
}

// TestTheShapesOfReports holds what others read: keys and columns.
func TestTheShapesOfReports(t *testing.T) {
	l := ledgerOf(year())
	r := l.Report(review.Question{Week: review.Week{Year: 2026, Number: 14}, At: time.Date(2026, 4, 6, 9, 0, 0, 0, time.UTC), Zone: berlin})
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "report.json", append(text, '\n'))
	none, err := json.MarshalIndent(review.Report{Week: review.Week{Year: 2026, Number: 1}}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "empty.json", append(none, '\n'))
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(path); err != nil || string(want) != string(got) {
		t.Errorf("%s is not what it was (%v); look at what is written now with -update", path, err)
	}
}

// BenchmarkReview asks a ledger of 10,000 incidents with a million events, half of
// them over a year, for a week's report.
func BenchmarkReview(b *testing.B) {
	m := reviewtest.Maker{Dice: rand.New(rand.NewPCG(1, 2))}
	begins := time.Date(2025, 1, 6, 0, 0, 0, 0, time.UTC)
	l := &review.Ledger{}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	const many, long = 10_000, 100
	events, began := 0, time.Now()
	for range many {
		inc := m.Incident(begins.Add(time.Duration(m.Dice.Int64N(int64(2 * 365 * 24 * time.Hour)))))
		all := slices.Clone(inc.Events)
		for last := all[len(all)-1]; len(all) < long; {
			all = append(all, timeline.Event{Incident: inc.ID, Seq: len(all) + 1, At: last.At, Fact: timeline.Noted{Text: "one more line of a long night"}})
		}
		events += len(all)
		l.Take(timeline.Fold(inc.ID, all))
	}
	fill := time.Since(began)
	runtime.GC()
	runtime.ReadMemStats(&after)
	q := review.Question{Week: review.Week{Year: 2026, Number: 47}, At: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), Zone: berlin}
	var r review.Report
	for b.Loop() {
		r = l.Report(q)
	}
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/many, "B/life")
	b.ReportMetric(float64(events), "events")
	b.ReportMetric(float64(len(r.Overdue)), "overdue")
	b.ReportMetric(fill.Seconds()*1000, "ms/fill")
	if len(r.Incidents) == 0 {
		b.Fatal("nothing was reviewed")
	}
}
