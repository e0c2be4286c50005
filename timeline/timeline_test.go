package timeline

import (
	"errors"
	"flag"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden record anew; only for a new version of it")

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// told makes a timeline of facts, a minute apart, each by its own person.
func told(by []Person, facts ...Fact) Incident {
	inc := Fold(1, nil)
	for n, f := range facts {
		inc = inc.With(inc.next(noon.Add(time.Duration(n)*time.Minute), Cause{By: by[n%len(by)]}, f))
	}
	return inc
}

var ana, bo = Person{ID: "U1", Name: "Ana"}, Person{ID: "U2", Name: "Bo"}

// every has one fact of each kind, with every field filled.
var every = []Fact{
	Declared{Title: "checkout <is> & down", Severity: Sev1}, ChannelOpened{Channel{"C1", "inc-1"}},
	Posted{CardPost, Message{"C1", "1.1"}, "https://x"}, Joined{bo}, Introduced{bo, "Europe/Paris"},
	RoleGiven{Comms, bo}, SeverityChanged{Sev1, Sev2}, Noted{"note", noon, ""}, Updated{Text: "update"},
	Mitigated{Text: "m"}, Resolved{Text: "r"}, Reopened{Reason: "again"},
	Tagged{Message{"C1", "2.1"}, KeyEvent, "pushpin", "3.1"}, Untagged{Message{"C1", "2.1"}, KeyEvent, "pushpin", "3.2"},
	Captured{Message: Message{"C1", "2.1"}, Author: ana, Text: "said", At: noon, URL: "https://y", Version: "4.1"},
	Edited{Message{"C1", "2.1"}, "now", "before", "5.1"}, Deleted{Message{"C1", "2.1"}, ana, "before"},
	Asked{For: Postmortem}, Linked{Postmortem, "f", "https://z"},
	Undelivered{Effect{Incident: 1, Seq: 2, To: "room", Do: "say"}, "why"},
	Retried{Effect{Incident: 1, Seq: 2, To: "room", Do: "say"}}, Dropped{Effect{Incident: 1, Seq: 2, To: "room", Do: "say"}}, Delivered{Effect{Incident: 1, Seq: 2, To: "room", Do: "say"}},
	Told{AboutTagging, "C9"}, CaughtUp{3, noon, noon.Add(time.Hour)},
	PageAsked{"checkout", bo, "please"}, Paged{2, "PagerDuty", "#1", "Q1", "https://p", []string{"Bo"}, []Person{bo}, ana}, PageDoubted{2, "PagerDuty", true},
	ActionAgreed{What: "add an alert", DRI: bo, Due: "2026-11-27"}, Ticketed{9, "OPS-12", "https://j", []string{"the due date"}, bo, "2026-11-27"},
	SetAside{"Ev1", `{"a":1}`, "why"}, TakenUp{"Ev1", true}, Restored{7}, Numbered{9},
	Titled{"a", "b"}, Identified{"i", true}, Closed{"c", true}, Cancelled{"no"}, Merged{3, "same", Channel{"C3", "inc-3"}}, Absorbed{4, "other", []string{"U2"}, []string{"look"}},
	Archived{Channel{"C1", "inc-1"}}, ArchiveKept{}, SideAsked{}, SideOpened{Channel{"C2", "inc-1-biz"}}, Surveyed{4, "calm", "late"},
	RoleLeft{Comms, bo}, HandoverOffered{Commander, bo, "so"}, HandoverDeclined{Commander, bo}, Ticked{Comms, "look"},
	Left{bo}, Followed{true}, Deactivated{bo}, AccessAsked{"please"}, AccessGranted{bo}, GlassBroken{"must"}, Refused{"resolve", 3, "guest"},
	TaskSet{"look", bo}, TaskTaken{70, ana}, TaskDone{70}, TaskDropped{70}, Reminded{UpdateDue}, Snoozed{UpdateDue, noon},
	PublishAsked{9, "t", "words", "monitoring", []string{"Checkout"}, "major_outage"}, Published{63, "p1", "https://s", "monitoring", []string{"Mail"}},
	Amended{8, "a better note", noon}, Hidden{8, true},
	Captured{Message: Message{"C1", "2.2"}, Author: ana, Text: "look", At: noon, URL: "https://y", Version: "4.1", Files: []File{{"F1", "a.png", "image/png", 7, "https://f"}}},
	FileKept{Message{"C1", "2.2"}, "F1", "a.png", "INC-1/ab.png", "ab", 7},
	ActionAgreed{What: "add an alert", DRI: bo, Due: "2026-11-27", About: Message{"C1", "2.1"}},
	PageUnanswered{2, 5, SecondLevel, true}, PageEscalated{2, 2, []string{"Bo"}, []Person{bo}, true, noon}, PageLapsed{2, noon}, AckAsked{2}, PageAnswered{2, bo, noon}, PageEnded{2, bo}, PageJudged{2, Noise}, AlarmJudged{"Q1", "#1", "disk is full", "checkout", Noise},
	ActionAccepted{9}, ActionProposed{9, ana, "2026-12-01", "away"}, ActionKept{9}, ActionChanged{9, ana, "2026-12-01", "away", "Jira"},
	ActionDone{9, "shipped", "Jira"}, ActionDropped{9, "no", "Jira", true}, ActionReopened{9, "Jira"},
	TicketDoubted{9}, TicketTwice{9, "OPS-13", "https://j"}, TicketSeen{9, "In Progress", "2026-12-01", "Bo", true, noon, true}, TicketLeftOut{9, []string{"the due date"}}, Noted{"n", noon, "PagerDuty"},
	ChangesListed{For: 3, Message: Message{"C1", "8.1"}, Looking: Looking{"checkout", noon, noon, []string{"GitHub"}, []string{"PagerDuty: away"}}, Over: "2h", Count: 2},
	ChangesJudged{
		Message: Message{"C1", "8.1"}, Looking: Looking{From: noon, Began: noon}, Named: "ci|1", None: 0.04, More: 1, Unused: []string{"x"},
		Suspects: []Suspect{{Key: "ci|1", Kind: "deploy", Service: "checkout", Version: "v2", Author: "ana", At: noon, Rank: 1, Verdict: "unhealthy", Share: 0.96, Why: []string{"y"}, SLI: "checkout errors"}},
	},
	CauseMarked{Key: "ci|1", What: "checkout v2"}, AuthorAsked{"ci|1", "checkout v2", "ana", ana}, Drawn{Title: "checkout", Words: "words", URL: "https://z"},
	PartWritten{"summary", "In short", "It broke.", "head", "file"}, PartReleased{"summary"}, DraftOffered{}, DraftReturned{"too long"}, DraftApproved{}, MeetingSet{noon, 45, ana, bo}, Understood{true, true},
	ReviewPosted{"2026-W47", Message{"C9", "9.1"}, "https://r"}, DecisionDone{Message{"C9", "9.2"}}, DecisionReopened{Message{"C9", "9.2"}},
	Captured{Message: Message{"C9", "9.2"}, Author: ana, Text: "decided", At: noon, Thread: "9.1"}, Drawn{Title: "t", Words: "w", Path: "INC-1/ab.png"}, ActionAgreed{What: "write", DRI: bo, Due: "2026-11-27", Of: Postmortem}, MeetingCalledOff{},
}

func TestEveryFactSurvivesStorage(t *testing.T) {
	kinds := map[string]bool{}
	for _, f := range every {
		kinds[f.kind()] = true
	}
	if len(kinds) != len(facts) {
		t.Fatalf("%d facts are tried, there are %d", len(kinds), len(facts))
	}
	inc := told([]Person{ana, bo}, every...)
	var lines [][]byte
	for _, ev := range inc.Events {
		lines = append(lines, ev.Encode())
	}
	got, err := DecodeAll(lines)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(inc.Events, got); diff != "" {
		t.Errorf("(-written +read):\n%s", diff)
	}
	for n, ev := range got {
		if string(ev.Encode()) != string(lines[n]) {
			t.Errorf("event %d is written otherwise after it was read", n+1)
		}
	}
}

// TestRecordFormat holds today's format: lines like these are in the stores of
// users, and must be read for ever.
func TestRecordFormat(t *testing.T) {
	want := told([]Person{ana, bo}, every...)
	if *update {
		var text strings.Builder
		for _, ev := range want.Events {
			text.Write(append(ev.Encode(), '\n'))
		}
		if err := os.WriteFile("testdata/record-v1.jsonl", []byte(text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile("testdata/record-v1.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var lines [][]byte
	for line := range strings.Lines(string(golden)) {
		lines = append(lines, []byte(strings.TrimSpace(line)))
	}
	got, err := DecodeAll(lines)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.Events, got); diff != "" {
		t.Errorf("what version 1 wrote is read otherwise (-want +got):\n%s", diff)
	}
}

func TestAFactOfALaterVersionIsKept(t *testing.T) {
	ev := Event{Incident: 1, Seq: 1, At: noon, Fact: unknown{"paged", []byte(`{"whom":"U1","n":[1,2]}`)}}.Chained(Sum{})
	got, err := Decode(Sum{}, ev.Encode())
	if err != nil {
		t.Fatal(err)
	}
	if string(got.Encode()) != string(ev.Encode()) {
		t.Errorf("it is written otherwise:\n%s\n%s", got.Encode(), ev.Encode())
	}
	if inc := Fold(1, []Event{got}); len(inc.Lines()) != 0 {
		t.Errorf("it shows as %v", inc.Lines())
	}
}

func TestAChangedChainIsBroken(t *testing.T) {
	inc := told([]Person{ana}, Noted{Text: "one"}, Noted{Text: "two"}, Noted{Text: "three"})
	whole := func() [][]byte {
		var lines [][]byte
		for _, ev := range inc.Events {
			lines = append(lines, ev.Encode())
		}
		return lines
	}
	for _, tt := range []struct {
		name   string
		change func([][]byte) [][]byte
	}{
		{"a word", func(l [][]byte) [][]byte {
			l[1] = []byte(strings.Replace(string(l[1]), "two", "2wo", 1))
			return l
		}},
		{"a sum", func(l [][]byte) [][]byte { l[1][len(l[1])-4] ^= 1; return l }},
		{"one left out", func(l [][]byte) [][]byte { return append(l[:1], l[2:]...) }},
		{"two swapped", func(l [][]byte) [][]byte { l[0], l[1] = l[1], l[0]; return l }},
		{"the first left out", func(l [][]byte) [][]byte { return l[1:] }},
		{"cut short", func(l [][]byte) [][]byte { l[2] = l[2][:len(l[2])-3]; return l }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := DecodeAll(tt.change(whole())); !errors.Is(err, ErrBroken) {
				t.Errorf("DecodeAll: %v, want ErrBroken", err)
			}
		})
	}
	if _, err := DecodeAll(whole()); err != nil {
		t.Errorf("unchanged: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, ev := range told([]Person{ana, bo}, every...).Events {
		f.Add(ev.Encode())
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		ev, err := Decode(Sum{}, line)
		if err != nil {
			return
		}
		again, err := Decode(Sum{}, ev.Chained(Sum{}).Encode())
		if err != nil || again.Fact != nil && again.Fact.kind() != ev.Fact.kind() || again.Seq != ev.Seq {
			t.Errorf("it is read as %v, and written anew as %v: %v", ev, again, err)
		}
	})
}

func TestIDs(t *testing.T) {
	for _, tt := range []struct {
		text string
		want ID
	}{{"INC-12", 12}, {"inc-12", 12}, {"inc12", 12}, {"#12", 0}, {"INC-0", 0}, {"INC-", 0}, {"12", 0}, {"include", 0}, {"INC--1", 0}, {"INC-99999999999", 0}} {
		got, err := ParseID(tt.text)
		if got != tt.want || (err == nil) != (tt.want != 0) {
			t.Errorf("ParseID(%q) = %v, %v, want %v", tt.text, got, err, tt.want)
		}
	}
}

// TestReactionsConverge tells one set of reactions in every order, some twice:
// the outcome must be the same.
func TestReactionsConverge(t *testing.T) {
	m := Message{"C1", "1.0"}
	type reaction struct {
		by   Person
		fact Fact
	}
	all := []reaction{
		{ana, Tagged{m, KeyEvent, "pushpin", "10.1"}}, {ana, Untagged{m, KeyEvent, "pushpin", "10.2"}},
		{ana, Tagged{m, KeyEvent, "pushpin", "10.3"}}, {bo, Tagged{m, Finding, "mag", "10.4"}},
		{bo, Untagged{m, Finding, "mag", "10.5"}}, {bo, Tagged{m, KeyEvent, "pushpin", "10.6"}},
		{ana, Captured{Message: m, Author: ana, Text: "old", At: noon, URL: "u"}}, {ana, Edited{m, "new", "old", "10.7"}}, {ana, Edited{m, "newest", "new", "10.8"}},
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		inc := Fold(1, nil)
		order := random.Perm(len(all))
		for _, n := range append(order, order[:3]...) {
			inc = inc.With(inc.next(noon, Cause{By: all[n].by}, all[n].fact))
		}
		got, _ := inc.Tagged(m)
		if got.Text != "newest" || got.Count(KeyEvent) != 2 || got.Count(Finding) != 0 {
			t.Fatalf("in the order %v it says %q, with %d and %d tags", order, got.Text, got.Count(KeyEvent), got.Count(Finding))
		}
		if lines := inc.Lines(); len(lines) != 1 {
			t.Fatalf("in the order %v there are %d lines", order, len(lines))
		}
	}
}

// TestAnIncidentIsAValue changes a copy in every way and looks at the original.
func TestAnIncidentIsAValue(t *testing.T) {
	inc := told([]Person{ana}, every...)
	before := snapshot(inc)
	for _, f := range every {
		_ = inc.With(inc.next(noon, Cause{By: bo}, f))
	}
	if diff := cmp.Diff(before, snapshot(inc), cmp.AllowUnexported(TaggedMessage{}, Mark{})); diff != "" {
		t.Errorf("the original has changed (-before +after):\n%s", diff)
	}
	for seq := range len(inc.Events) {
		if got := inc.At(seq); len(got.Events) != seq {
			t.Errorf("At(%d) has %d events", seq, len(got.Events))
		}
	}
}

func snapshot(inc Incident) []any {
	return []any{inc.Title, inc.Severity, inc.Status, inc.Holders, inc.Failures, inc.Links, len(inc.Events), inc.Lines(), inc.TaggedMessages(), inc.Person("U2")}
}

func TestTimesNeverGoBack(t *testing.T) {
	inc := Fold(1, nil)
	inc = inc.With(inc.next(noon, Cause{}, Noted{Text: "a"}))
	inc = inc.With(inc.next(noon.Add(-time.Hour), Cause{}, Noted{Text: "b"}))
	if at := inc.Events[1].At; !at.Equal(noon) {
		t.Errorf("the second event is at %v, before the first", at)
	}
}

func BenchmarkFold(b *testing.B) {
	facts := []Fact{Declared{Title: "x", Severity: Sev1}}
	for n := range 50_000 - 1 {
		m := Message{"C1", strings.Repeat("0", n%7) + "1.1"}
		facts = append(facts, []Fact{Noted{Text: "a line of some words"}, Tagged{m, KeyEvent, "pushpin", "1"}, Updated{Text: "x"}}[n%3])
	}
	inc := told([]Person{ana, bo}, facts...)
	var lines [][]byte
	for _, ev := range inc.Events {
		lines = append(lines, ev.Encode())
	}
	b.Run("fold", func(b *testing.B) {
		for b.Loop() {
			Fold(1, inc.Events)
		}
	})
	b.Run("read-prove-fold", func(b *testing.B) {
		for b.Loop() {
			events, err := DecodeAll(lines)
			if err != nil {
				b.Fatal(err)
			}
			Fold(1, events)
		}
	})
	b.Run("one-more", func(b *testing.B) {
		ev := inc.next(noon, Cause{By: ana}, Noted{Text: "one more"})
		for b.Loop() {
			_ = inc.after(ev)
		}
	})
}
