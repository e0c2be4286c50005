package main_test

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"muster/config"
	"muster/workspace"
)

// budget is one thing that people do, and how many calls of Slack's Web API may
// follow from it until everything is at rest.
type budget struct {
	what   string
	most   int                // 0 for a figure that is told, and promised by nobody
	with   func(*stage) error // what is configured besides; the figure then depends on what is faster, and only the promise is told
	before []deed
	do     deed
}

// What a declaration and a change of status may cost.
const (
	declareMost = 9
	statusMost  = 2
)

// budgets is every thing that is counted. Each is done on a stage of its own,
// where everybody is known and an incident was announced before.
var budgets = []budget{
	{what: "declare", most: declareMost, do: typed("ana", "general", "declare sev1 checkout is down")},
	{what: "declare, with PagerDuty and an executive channel", most: declareMost, with: everybodyHears, do: typed("ana", "general", "declare sev1 checkout is down")},
	{what: "declare, a service of the directory", most: declareMost, do: typed("ana", "general", "declare sev1 service:search search is down")},
	{what: "declare, private", most: declareMost, do: typed("ana", "general", "declare private sev1 a leak")},
	{what: "declare, a drill", most: declareMost, do: typed("ana", "general", "declare drill sev1 checkout is down")},
	{what: "declare, by the form", most: declareMost, do: then(typed("ana", "general", "declare"), submits("ana", "severity=sev1", "title=checkout is down"))},
	{what: "declare, by the form, a service", do: then(typed("ana", "general", "declare"), submits("ana", "severity=sev1", "service=search", "title=search is down"))},
	{what: "declare, from a message", before: []deed{does("ana", "invites", "delivery"), does("ana", "says", "delivery", "Delivery takes four minutes")},
		do: then(does("hana", "picks", "declare_about", "delivery", "Delivery takes"), submits("hana", "severity=sev1", "title=delivery is slow"))},
	{what: "declare, by a machine", most: declareMost, do: deed{do: func(s *stage) error {
		_, err := s.machine([]string{`{"key":"alert-1","title":"checkout is down","severity":"sev1"}`})
		return err
	}}},
	{what: "identify, typed in the room", most: statusMost, before: declared, do: typed("ana", "room", "identify a leak")},
	{what: "mitigate, typed in the room", most: statusMost, before: declared, do: typed("ana", "room", "mitigate a rollback")},
	{what: "resolve, typed in the room", most: statusMost, before: declared, do: typed("ana", "room", "resolve a rollback")},
	{what: "reopen, typed in the room", most: statusMost, before: resolved, do: typed("ana", "room", "reopen errors are back")},
	{what: "close, typed in the room", most: statusMost, before: resolved, do: typed("ana", "room", "close reviewed")},
	{what: "mitigate, by the card's button", most: statusMost, before: declared, do: does("ana", "clicks", "room", "Mark as mitigated")},
	{what: "resolve, by the card's button", most: statusMost, before: declared, do: does("ana", "clicks", "room", "Resolve the incident")},
	{what: "resolve, typed elsewhere", before: declared, do: typed("ana", "general", "resolve INC-2 a rollback")},
	{what: "update", before: declared, do: typed("ana", "room", "update we look into it")},
	{what: "another severity, worse", before: declared, do: typed("ana", "room", "sev 1")},
	{what: "a role, given", before: declared, do: typed("ana", "room", "comms @dee")},
	{what: "a role, taken by the card's button", before: append(slices.Clip(declared), does("dee", "joins", "room")), do: does("dee", "clicks", "room", "Be the comms lead")},
	{what: "handover, offered", before: declared, do: typed("ana", "room", "handover @fay")},
	{what: "handover, accepted", before: append(slices.Clip(declared), typed("ana", "room", "handover @fay")), do: does("fay", "clicks", "@fay", "Accept: be the commander")},
	{what: "a tag", before: append(slices.Clip(declared), does("bo", "says", "room", "the pool is exhausted")), do: does("ana", "reacts", "room", "bulb", "the pool is exhausted")},
	{what: "a note", before: declared, do: typed("ana", "room", "note the pool is exhausted")},
	{what: "a task", before: declared, do: typed("ana", "room", "task @bo look at the pool")},
}

// everybodyHears configures paging, and a channel for those who lead.
func everybodyHears(s *stage) error {
	s.config.Slack.ExecutiveChannel = "general"
	_, err := s.pager(nil)
	return err
}

var (
	declared = []deed{typed("ana", "general", "declare sev2 checkout is down")}
	resolved = append(slices.Clip(declared), typed("ana", "room", "resolve a rollback"))
)

func typed(as, channel, line string) deed { return does(as, "says", channel, "/incident "+line) }

func submits(as string, values ...string) deed {
	return does(as, append([]string{"submits"}, values...)...)
}

// then is one deed and another.
func then(first, second deed) deed {
	return deed{what: first.what + ", " + second.what, do: func(s *stage) error {
		if err := first.do(s); err != nil {
			return err
		}
		return second.do(s)
	}}
}

// does is a deed in the words of the conversations.
func does(as string, args ...string) deed {
	return deed{what: as + " " + strings.Join(args, " "), do: func(s *stage) error {
		out, err := s.person(as, args)
		if err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		return nil
	}}
}

// counted is how often each method was called, and how often an interaction was
// answered at the address that came with it, which is no call of the Web API.
type counted struct {
	calls   map[string]int
	replies int
}

func (c counted) all() (n int) {
	for _, times := range c.calls {
		n += times
	}
	return n
}

// String is "chat.update 2, pins.add".
func (c counted) String() string {
	var parts []string
	for _, method := range slices.Sorted(maps.Keys(c.calls)) {
		if n := c.calls[method]; n > 1 {
			method += fmt.Sprint(" ", n)
		}
		parts = append(parts, method)
	}
	return strings.Join(parts, ", ")
}

// count counts what is in the workspace's journal; calls of vendors have their
// names in front.
func count(calls []workspace.Call) counted {
	c := counted{calls: map[string]int{}}
	for _, call := range calls {
		method, _ := call.Data["method"].(string)
		vendor := slices.ContainsFunc([]string{"pagerduty.", "jira.", "statuspage."}, func(v string) bool { return strings.HasPrefix(method, v) })
		switch {
		case call.Kind == "reply":
			c.replies++
		case call.Kind == "call" && !vendor:
			c.calls[method]++
		}
	}
	return c
}

// spend does one thing and counts.
func spend(t *testing.T, b budget) counted {
	t.Helper()
	s, err := newStage(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	s.config.Services = map[string]config.Service{"search": {Description: "Finds things.", Runbook: "https://run.example/search"}}
	if b.with != nil {
		if err := b.with(s); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
	for _, id := range s.town.IDs() {
		_, _, _ = s.bot.Slack.Person(t.Context(), id) // whom the bot does not know now it need not know
	}
	for _, d := range append([]deed{typed("gus", "general", "declare sev1 warming up")}, b.before...) {
		if err := d.do(s); err != nil {
			t.Fatalf("%s: %v", d.what, err)
		}
	}
	if err := s.rest(); err != nil {
		t.Fatal(err)
	}
	before := 0
	if calls := s.town.Calls(0); len(calls) > 0 {
		before = calls[len(calls)-1].N
	}
	if err := b.do.do(s); err != nil {
		t.Fatalf("%s: %v", b.do.what, err)
	}
	if err := s.rest(); err != nil {
		t.Fatal(err)
	}
	return count(s.town.Calls(before))
}

// TestCalls holds what is promised of how often Slack is called, and the table
// of it in docs/performance.md.
func TestCalls(t *testing.T) {
	rows := []string{"| what | calls | promised | which | answers beside |", "| --- | --- | --- | --- | --- |"}
	for _, b := range budgets {
		t.Run(b.what, func(t *testing.T) {
			c := spend(t, b)
			if b.most > 0 && c.all() > b.most {
				t.Errorf("%d calls, %d are promised: %v", c.all(), b.most, c)
			}
			promised := "–"
			if b.most > 0 {
				promised = fmt.Sprint("≤ ", b.most)
			}
			t.Logf("%d calls: %v", c.all(), c)
			told := fmt.Sprint(c.all())
			if b.with != nil {
				told, c.calls = promised, nil
			}
			row := fmt.Sprintf("| %s | %s | %s | %s | %s |", b.what, told, promised, c, cmp.Or(strings.Repeat("1", min(c.replies, 1)), "–"))
			if c.replies > 1 {
				t.Errorf("it was answered %d times", c.replies)
			}
			rows = append(rows, row)
		})
	}
	if len(rows) == len(budgets)+2 { // else only some of them ran
		holdsBetween(t, filepath.Join("docs", "performance.md"), "calls", strings.Join(rows, "\n"))
	}
}

// holdsBetween checks, or writes with -update, what stands in a document between
// two marks "<!-- name -->".
func holdsBetween(t *testing.T, path, name, want string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	mark := "<!-- " + name + " -->"
	between := regexp.MustCompile(`(?s)` + mark + `\n(.*)\n` + mark)
	m := between.FindSubmatchIndex(text)
	switch {
	case m == nil:
		t.Errorf("%s has no two marks %s", path, mark)
	case string(text[m[2]:m[3]]) == want:
	case *update:
		text = slices.Concat(text[:m[2]], []byte(want), text[m[3]:])
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s does not hold between its marks %s what is measured; write it with -update:\n%s", path, mark, want)
	}
}
