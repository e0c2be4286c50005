package main_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/timeline"
	"muster/workspace"
)

// peaceful is what people do, without what goes wrong.
var peaceful = []string{
	"declare", "declare", "note", "mention", "update", "update", "comms", "sev", "page", "action", "publish", "publish", "resolve", "say", "say", "react", "react", "edit", "join", "burst", "clock",
}

// fewDoubts is how many lives are full of doubt where no time is given.
const fewDoubts = 15

// tortureDoubt has half of all calls take effect and then fail.
func tortureDoubt(t *testing.T, budget time.Duration) string {
	var all tally
	repeat(budget, func() bool {
		for range fewer(fewDoubts) {
			if wrong, script := liveInDoubt(t, &all); len(wrong) > 0 {
				t.Errorf("%s\nthe script: %#v", strings.Join(wrong, "\n"), script)
				return false
			}
		}
		return true
	})
	return fmt.Sprintf("%d calls in %d lives", all.afterwards, all.lives)
}

func liveInDoubt(t *testing.T, all *tally) (wrong []string, script []step) {
	for range 60 {
		script = append(script, step{of(peaceful, rand.IntN(1000)), rand.IntN(1000), rand.IntN(1000), of(pauses[:4], rand.IntN(4))})
	}
	haunt := []workspace.Fault{
		{Method: "*", Kind: "after_effect_500", Count: -1, Probability: .25}, {Method: "*", Kind: "after_effect_drop", Count: -1, Probability: .3},
		{Method: "jira.issue.create", Kind: "after_effect_500", Count: -1, Probability: .5},
		{Method: "statuspage.incidents.*", Kind: "after_effect_500", Count: -1, Probability: .25}, {Method: "statuspage.*", Kind: "after_effect_drop", Count: -1, Probability: .3},
		{Method: "pagerduty.*", Kind: "after_effect_500", Count: -1, Probability: .25}, {Method: "pagerduty.*", Kind: "after_effect_drop", Count: -1, Probability: .3},
	}
	return simulate(t, script, haunt, all), script
}

// tortureDuplicates delivers events again and again.
func tortureDuplicates(t *testing.T, budget time.Duration) string {
	delivered := 0
	repeat(budget, func() bool {
		inBubble(t, workspace.Options{NoLimits: true}, func(t *testing.T, s *stage) { delivered += s.doubled(t, fewer(4000)) })
		return !t.Failed()
	})
	return fmt.Sprintf("%d deliveries, no fact and no effect more", delivered)
}

// doubled has one of each event happen, and then come so often again.
func (s *stage) doubled(t *testing.T, times int) int {
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
	for _, d := range slices.Concat(whole[:5], []deed{says("ana", "room", "@muster note we look at the pool", "timeline.noted")}) {
		if err := d.do(s); err != nil {
			t.Fatalf("%s: %v", d.what, err)
		}
		if err := s.rest(); err != nil {
			t.Fatal(err)
		}
	}
	room := s.channel("room")
	ts, err := s.find(room, "the pool")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.town.Edit("bo", room, ts, "the pool is exhausted again"); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Minute)
	facts, calls := s.written(t)
	n := 0
	for n < times {
		for _, kind := range []string{"reaction_added", "member_joined_channel", "message", "app_mention"} {
			if s.town.Again(kind, n%2 == 0) {
				n++
			}
		}
		if n%60 < 3 {
			if err := s.rest(); err != nil {
				t.Fatal(err)
			}
		}
	}
	time.Sleep(time.Minute)
	if f, c := s.written(t); f != facts || c != calls {
		t.Errorf("%d facts and %d calls are now %d and %d", facts, calls, f, c)
	}
	s.overtaken(t, room, ts)
	return n
}

// overtaken has the news that a tag was put on overtaken by the news that it
// was taken off.
func (s *stage) overtaken(t *testing.T, room, ts string) {
	if err := s.town.Break(workspace.Fault{Method: "reaction_added", Kind: "reorder"}); err != nil {
		t.Fatal(err)
	}
	for _, do := range []func(as, where, ts, name string) error{s.town.React, s.town.Unreact} {
		if err := do("bo", room, ts, "wrench"); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(time.Minute)
	inc, err := s.bot.Journal.Incident(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}
	known, _ := inc.Tagged(timeline.Message{Channel: inc.Channel.ID, TS: ts})
	if known.Count(timeline.ActionTaken) > 0 {
		t.Error("a tag that was taken off is on")
	}
}

// written counts the facts on record, and what was written to Slack.
func (s *stage) written(t *testing.T) (facts, calls int) {
	for _, id := range []timeline.ID{timeline.House, 1} {
		inc, err := s.bot.Journal.Incident(context.Background(), id)
		if err != nil {
			t.Error(err)
		}
		facts += len(inc.Events)
	}
	for _, method := range []string{"chat.postMessage", "chat.update", "chat.postEphemeral", "conversations.create", "conversations.invite", "pins.add", "conversations.setTopic"} {
		calls += s.town.Count(method)
	}
	return facts, calls
}
