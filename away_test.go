package main_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"muster/chat"
	"muster/timeline"
	"muster/workspace"
)

// drainedIn is how soon after Slack's return nothing is to be left to do.
const drainedIn = 15 * time.Minute

// beAway has Slack away for hours, in which incidents are declared and kept up
// to date on the command line. It returns how long it took after Slack's return
// until nothing was left to do.
func beAway(t *testing.T, hours, incidents int) (drained time.Duration) {
	inBubble(t, workspace.Options{}, func(t *testing.T, s *stage) {
		s.vendors(t)
		if err := s.start(); err != nil {
			t.Fatal(err)
		}
		orders := 0
		order := func(format string, args ...any) {
			orders++
			req := chat.Request{ID: fmt.Sprint("away ", orders), By: timeline.LocalPerson("ana")}
			if _, err := s.bot.Bot.Desk.Do(context.Background(), req, fmt.Sprintf(format, args...)); err != nil {
				t.Error(err)
			}
		}
		for n := range incidents / 2 {
			order("declare sev1 service%d is down", n) // all at once, so that Slack's limits are met
		}
		time.Sleep(10 * time.Minute)
		if err := s.town.Break(workspace.Fault{Kind: "freeze"}); err != nil {
			t.Fatal(err)
		}
		for n := incidents / 2; n < incidents; n++ {
			order("declare sev1 service%d is down", n)
			for m := range incidents / 2 {
				order("update INC-%d still being looked at", m+1) // so that there is much that waits for Slack
			}
			time.Sleep(5 * time.Second)
			if pages := s.town.Pages(); len(pages) != n+1 {
				t.Errorf("%d pages went out within 5 s of %d declarations", len(pages), n+1)
			}
		}
		before := len(s.town.Calls(0))
		for hour := range hours {
			for n := range incidents {
				order("update INC-%d it is %d o'clock", n+1, hour)
			}
			time.Sleep(time.Hour)
		}
		time.Sleep(7123 * time.Millisecond) // calls that time out at this very moment would be in doubt, and be made again
		s.town.Mend()
		drained = s.drain(t, drainedIn)
		s.isThereOnce(t, incidents, before, fmt.Sprintf("it is %d o'clock", hours-1))
	})
	return drained
}

// drain waits until nothing is owed, and returns how long that took.
func (s *stage) drain(t *testing.T, most time.Duration) time.Duration {
	began := time.Now()
	for time.Since(began) < 2*most {
		if owed, err := s.bot.Store.Owed(t.Context(), s.town.Now()); err != nil || owed == 0 {
			break
		}
		time.Sleep(time.Second)
	}
	took := time.Since(began)
	if took > most {
		owed, err := s.bot.Store.Owed(t.Context(), s.town.Now())
		t.Errorf("after %v %d effects are left, %v", took, owed, err)
	}
	return took
}

// isThereOnce checks that each incident has one room, with one card that was
// edited once at the most and says what is newest.
func (s *stage) isThereOnce(t *testing.T, incidents, before int, newest string) {
	rooms := 0
	for _, name := range s.town.Channels() {
		if !strings.HasPrefix(name, "inc-") {
			continue
		}
		rooms++
		messages, err := s.town.Messages(name)
		if err != nil {
			t.Error(err)
		}
		cards := 0
		for _, m := range messages {
			if strings.HasSuffix(keyOf(m), "/board/card") {
				cards++
				if !strings.Contains(m.Text, newest) {
					t.Errorf("in %s the card is not current: %s", name, m.Text)
				}
			}
		}
		if cards != 1 {
			t.Errorf("in %s there are %d cards", name, cards)
		}
	}
	if rooms != incidents {
		t.Errorf("%d rooms", rooms)
	}
	edits := map[string]int{}
	told := map[string]string{}
	for _, c := range s.town.Calls(before) {
		if args, ok := c.Data["args"].(map[string]string); ok && c.Data["method"] == "chat.update" && c.Data["ok"] == true {
			edits[args["channel"]+args["ts"]]++
			told[args["channel"]+args["ts"]] += fmt.Sprintf("\n%v %s", c.At, args["text"])
		}
	}
	for at, n := range edits {
		if n > 1 {
			t.Errorf("%s was edited %d times:%s", at, n, told[at])
		}
	}
	if limited := s.limited(); limited > 0 {
		t.Errorf("Slack had to ask %d times to be left alone", limited)
	}
}

// limited counts the calls that were one too many.
func (s *stage) limited() int {
	n := 0
	for _, c := range s.town.Calls(0) {
		if c.Data["error"] == "ratelimited" {
			n++
		}
	}
	return n
}
