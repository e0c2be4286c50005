package main_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"muster/torture"
)

// attack is one way to try to make the bot lose or double something. It takes
// about as long as it is given, and says how much it tried. With nothing given
// it takes some seconds.
type attack struct {
	name  string
	share float64 // of the time there is; the bugs take what they take
	what  string  // as the table has it
	run   func(t *testing.T, budget time.Duration) (much string)
}

var attacks = []attack{
	{"effect then fail", .04, "Calls that take effect and then fail, half of all that are made", tortureDoubt},
	{"duplicates", .02, "Events that are delivered again, in the same envelope and in new ones", tortureDuplicates},
	{"canary", 0, "Private incidents: each text a canary, looked for in every byte that leaves, for every kind of viewer", tortureCanary},
	{"away", 0, "Slack away for hours, in which incidents are declared and updated on the command line", tortureAway},
	{"many", 0, "Hundreds of open incidents, and days that go by", tortureMany},
	{"flips", .11, "Single bits of the store's file flipped", tortureFlips},
	{"images", .06, "Power cuts: what may be on the disk between two syncs of the store, torn pages too", tortureImages},
	{"crash points", .25, "A crash at every write and every call of an incident's whole life, before it and after it", tortureCrashes},
	{"simulation", .10, "Random lives: people, faults of Slack, PagerDuty, Jira, GitHub and Confluence, lost and doubled events, crashes, clocks", tortureLives},
	{"calls", .16, "SIGKILL of the real binary when a call to Slack or PagerDuty begins or ends", tortureCalls},
	{"kills", .27, "SIGKILL of the real binary while people ask it things", tortureKills},
	{"bugs", 1, "Deliberate bugs, put in one at a time", tortureBugs},
}

// TestTorture makes every attack, and prints what was tried.
func TestTorture(t *testing.T) {
	began := time.Now()
	var table strings.Builder
	table.WriteString("| attack | tried |\n| --- | --- |\n")
	for _, a := range attacks {
		t.Run(a.name, func(t *testing.T) {
			much := a.run(t, time.Duration(a.share*float64(*torture.For)))
			t.Log(much)
			fmt.Fprintf(&table, "| %s | %s |\n", a.what, much)
		})
	}
	t.Logf("%v\n%s", time.Since(began).Round(time.Second), table.String())
	if *update && *torture.For > 0 && !t.Failed() {
		if err := rewrite("docs/reliability.md", "torture", table.String()); err != nil {
			t.Error(err)
		}
	}
}

// rewrite replaces what stands in a document between two marks.
func rewrite(path, mark, text string) error {
	doc, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	begin, end := "<!-- "+mark+" -->\n", "<!-- end of "+mark+" -->"
	before, rest, ok := strings.Cut(string(doc), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		return fmt.Errorf("%s has no place for %s", path, mark)
	}
	return os.WriteFile(path, []byte(before+begin+text+end+after), 0o644)
}

// repeat does something at least once, and again while there is time.
func repeat(budget time.Duration, do func() (goOn bool)) (times int) {
	for began := time.Now(); ; {
		times++
		if !do() || time.Since(began) >= budget*time.Duration(times)/time.Duration(times+1) {
			return times
		}
	}
}

func tortureCrashes(t *testing.T, budget time.Duration) string {
	points := 0
	times := repeat(budget, func() bool {
		points += crashEverywhere(t)
		return !t.Failed()
	})
	return fmt.Sprintf("%d crashes: every point %d times", points, times)
}

// fewer is a part of so many, where the race detector is on.
func fewer(n int) int {
	if raced {
		return max(1, n/8)
	}
	return n
}

// fewLives is how many random lives are lived where no time is given.
const fewLives = 25

func tortureLives(t *testing.T, budget time.Duration) string {
	var all tally
	repeat(budget, func() bool {
		liveAtRandom(t, fewer(fewLives), &all)
		return !t.Failed()
	})
	return all.String()
}

// tortureAway takes half a minute for the whole, so that it has less of it where
// no time is given.
func tortureAway(t *testing.T, _ time.Duration) string {
	hours, incidents := 2, 30
	if *torture.For > 0 {
		hours, incidents = 17, 40
	}
	drained := beAway(t, hours, incidents)
	return fmt.Sprintf("%d hours, %d incidents: all is in Slack %v after its return, each card edited once at the most", hours, incidents, drained.Round(time.Second))
}
