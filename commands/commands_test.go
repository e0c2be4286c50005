package commands

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"muster/chat"
	"muster/policy"
	"muster/templates"
	"muster/timeline"
	"muster/timeline/bolt"
)

func TestSeverityIn(t *testing.T) {
	for _, tt := range []struct{ args, digit, rest string }{
		{"sev1 checkout is down", "1", "checkout is down"},
		{"SEV-2: search is slow", "2", "search is slow"},
		{"sev 3 mail is late", "3", "mail is late"},
		{"sev1\nline two", "1", "line two"},
		{"[sev1] payments fail", "1", "payments fail"},
		{"(sev2) payments fail", "2", "payments fail"},
		{"Severity 1 - payments fail", "1", "payments fail"},
		{"P1 orders are lost", "1", "orders are lost"},
		{"sev9 nothing works", "9", "nothing works"},
		{"sev1", "1", ""},
		{"login fails, sev2", "2", "login fails"},
		{"login fails (sev1)!", "1", "login fails"},
		{"several pages are slow", "", "several pages are slow"},
		{"sev2-ish trouble", "", "sev2-ish trouble"},
		{"sev1.5 is no severity", "", "sev1.5 is no severity"},
		{"sev 500 errors on checkout", "", "sev 500 errors on checkout"},
		{"p99 latency is up", "", "p99 latency is up"},
		{"checkout is down", "", "checkout is down"},
	} {
		digit, rest, ok := severityIn(tt.args)
		if digit != tt.digit || rest != tt.rest || ok != (tt.digit != "") {
			t.Errorf("severityIn(%q) = %q, %q, %v, want %q, %q", tt.args, digit, rest, ok, tt.digit, tt.rest)
		}
	}
}

func TestSameTitle(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"checkout is down", "Checkout is down!", true},
		{"checkout is down", "checkout is down for everybody", true},
		{"checkout", "checkout is slow in the whole of Europe", false},
		{"number 1", "number 2", false},
		{"checkout is down", "search is down", false},
		{"!!!", "???", false},
	} {
		if got := sameTitle(tt.a, tt.b); got != tt.want || sameTitle(tt.b, tt.a) != tt.want {
			t.Errorf("sameTitle(%q, %q) = %v", tt.a, tt.b, got)
		}
	}
}

func TestNear(t *testing.T) {
	d := Desk{All: All}
	for word, want := range map[string]string{
		"stauts": "status", "resovle": "resolve", "re": "rename resolve reopen", "commandr": "lead", "lst": "list",
		"x": "", "retry": "", "nonsense": "",
	} {
		if got := strings.Join(d.near(word), " "); got != want {
			t.Errorf("near(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestTimesOfDay(t *testing.T) {
	for _, tt := range []struct {
		text string
		hour int
		ok   bool
	}{
		{"14:05 x", 14, true}, {"2:05 pm x", 14, true}, {"12:30am x", 0, true}, {"12:30 PM x", 12, true}, {"0:10 x", 0, true},
		{"14:05 UTC x", 14, true}, {"14:05: x", 14, true}, {"9:59", 9, true},
		{"25:00 x", 0, false}, {"13:05 pm x", 0, false}, {"14:05:30 x", 0, false}, {"14:05-14:10 x", 0, false}, {"14:77 x", 0, false},
	} {
		hour, ok := hourOf(clock.FindStringSubmatch(tt.text))
		if ok != tt.ok || ok && hour != tt.hour {
			t.Errorf("%q: hour %d, %v, want %d, %v", tt.text, hour, ok, tt.hour, tt.ok)
		}
	}
}

// TestNearest asks for a time of day near a moment, at noon of the day after.
func TestNearest(t *testing.T) {
	to := time.Date(2026, 3, 4, 23, 50, 0, 0, time.UTC)
	for _, tt := range []struct {
		hour, minute int
		now          time.Duration // after the moment
		want         string
	}{
		{23, 40, 12 * time.Hour, "03-04 23:40"}, {0, 10, 12 * time.Hour, "03-05 00:10"}, {12, 0, 13 * time.Hour, "03-04 12:00"},
		{0, 10, time.Minute, "03-04 00:10"}, {23, 55, time.Minute, "03-04 23:55"}, {11, 0, 48 * time.Hour, "03-05 11:00"},
	} {
		c := Call{Desk: Desk{Journal: &timeline.Journal{Now: func() time.Time { return to.Add(tt.now) }}}}
		got := c.nearest(to, func(day time.Time) time.Time {
			return time.Date(day.Year(), day.Month(), day.Day(), tt.hour, tt.minute, 0, 0, time.UTC)
		})
		if got.Format("01-02 15:04") != tt.want {
			t.Errorf("%02d:%02d, %v later, is %v, want %s", tt.hour, tt.minute, tt.now, got, tt.want)
		}
	}
}

// FuzzDo types anything at all. Whatever it is, it is answered with a text, and
// what is refused changes nothing.
func FuzzDo(f *testing.F) {
	for _, c := range All {
		f.Add(c.Name + " " + c.Example)
		f.Add(c.Name + " INC-1 " + c.Example)
	}
	store, err := bolt.Open(filepath.Join(f.TempDir(), "muster.db"), bolt.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { store.Close() })
	journal := &timeline.Journal{Store: store, Now: time.Now}
	d := Desk{Journal: journal, Texts: templates.New(), Slash: "/incident", All: All,
		Services: []string{"checkout"}, Directory: map[string]Service{"checkout": {Logs: "tail `x`", Owners: []string{"U0000ANA"}}},
		Standing: func(context.Context, string) policy.Standing { return policy.Admin }}
	ctx := context.Background()
	req := chat.Request{By: timeline.Person{ID: "U1"}, Channel: "C1", What: chat.Typed{}}
	if _, err := d.Do(ctx, req, "declare sev1 x"); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, line string) {
		before := events(t, journal)
		answer, err := d.Do(ctx, req, chat.Clean(line))
		var wrong Sorry
		switch {
		case errors.As(err, &wrong):
			if wrong.Text == "" || events(t, journal) != before {
				t.Errorf("%q is refused with %q, and changes something", line, wrong.Text)
			}
		case err != nil:
			t.Errorf("%q: %v", line, err)
		case answer.Message == nil || answer.Message.Text == "":
			t.Errorf("%q is answered with nothing", line)
		}
	})
}

// events counts all events there are.
func events(t *testing.T, j *timeline.Journal) int {
	t.Helper()
	last, err := j.Store.Last(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for id := timeline.ID(1); id <= last; id++ {
		inc, err := j.Incident(context.Background(), id)
		if err != nil {
			t.Fatal(err)
		}
		n += len(inc.Events)
	}
	return n
}
