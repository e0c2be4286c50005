// Package storetest holds what every [timeline.Store] promises, as tests.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/timeline"
)

// Open opens the store that is kept in a directory, again and again.
type Open func(t testing.TB, dir string) timeline.Store

// Run proves a kind of store.
func Run(t *testing.T, open Open) {
	for _, tt := range []struct {
		name string
		test func(*testing.T, Open)
	}{
		{"an empty store", testEmpty},
		{"events are kept", testEvents},
		{"names lead to an incident", testNames},
		{"a commit is all or nothing", testAllOrNothing},
		{"open incidents are listed", testOpen},
		{"unfinished incidents are listed", testUnfinished},
		{"a lane is handed out in order", testLane},
		{"the most urgent goes first", testUrgency},
		{"a timer lets others pass", testTimer},
		{"a state that is called for twice at once", testStateTwice},
		{"a timer that is set anew keeps its new time", testTimerMeanwhile},
		{"a retry holds up its lane", testRetry},
		{"what was handed out is in doubt after a restart", testDoubt},
		{"of a state only the newest is owed", testState},
		{"a state in delivery is not replaced", testStateClaimed},
		{"a newer state inherits doubt", testStateDoubt},
		{"requests are forgotten in time", testRequests},
		{"many writers", testConcurrent},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.test(t, open) })
	}
}

var (
	ctx  = context.Background()
	noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
)

func fresh(t *testing.T, open Open) timeline.Store {
	t.Helper()
	s := open(t, t.TempDir())
	t.Cleanup(func() { s.Close() })
	return s
}

// chain returns n notes as events of an incident, after those given.
func chain(id timeline.ID, before []timeline.Event, n int) []timeline.Event {
	var last timeline.Event
	if len(before) > 0 {
		last = before[len(before)-1]
	}
	var events []timeline.Event
	for range n {
		ev := timeline.Event{
			Incident: id, Seq: last.Seq + 1, At: noon,
			Fact: timeline.Noted{Text: fmt.Sprintf("note <%d>", last.Seq+1)},
		}
		last = ev.Chained(last.Sum)
		events = append(events, last)
	}
	return events
}

func commit(t *testing.T, s timeline.Store, c timeline.Commit) {
	t.Helper()
	if c.Now.IsZero() {
		c.Now = noon
	}
	if err := s.Commit(ctx, c); err != nil {
		t.Fatalf("Commit: %v", err)
	}
}

func effect(id timeline.ID, do string) timeline.Effect {
	e := timeline.Do(do, nil)
	e.Incident, e.Seq, e.To, e.Urgency, e.Since = id, 1, "room", timeline.Room, noon
	return e
}

func owe(t *testing.T, s timeline.Store, effects ...timeline.Effect) {
	t.Helper()
	commit(t, s, timeline.Commit{Incident: effects[0].Incident, Effects: effects})
}

func claim(t *testing.T, s timeline.Store, now time.Time) []timeline.Effect {
	t.Helper()
	effects, err := s.Claim(ctx, timeline.Page, timeline.Cosmetic, now, 100)
	if err != nil {
		t.Fatalf("Claim: %v", err)
	}
	return effects
}

func wantOrders(t *testing.T, what string, got []timeline.Effect, want ...string) {
	t.Helper()
	var orders []string
	for _, e := range got {
		orders = append(orders, fmt.Sprintf("%v %s", e.Incident, e.Do))
	}
	if diff := cmp.Diff(want, orders); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

func settle(t *testing.T, s timeline.Store, e timeline.Effect) {
	t.Helper()
	commit(t, s, timeline.Commit{Incident: e.Incident, Settles: &e})
}

func testEmpty(t *testing.T, open Open) {
	s := fresh(t, open)
	if _, err := s.Events(ctx, 1, 0); !errors.Is(err, timeline.ErrUnknown) {
		t.Errorf("Events of nothing: %v, want ErrUnknown", err)
	}
	if _, err := s.Find(ctx, "INC-1"); !errors.Is(err, timeline.ErrUnknown) {
		t.Errorf("Find of nothing: %v, want ErrUnknown", err)
	}
	if last, err := s.Last(ctx); last != timeline.House || err != nil {
		t.Errorf("Last = %v, %v, want the house", last, err)
	}
	if effects := claim(t, s, noon); len(effects) > 0 {
		t.Errorf("Claim handed out %v", effects)
	}
	if _, due, err := s.Due(ctx, timeline.Page, timeline.Cosmetic); due || err != nil {
		t.Errorf("Due = %v, %v", due, err)
	}
}

func testEvents(t *testing.T, open Open) {
	dir := t.TempDir()
	s := open(t, dir)
	one, two := chain(1, nil, 3), chain(2, nil, 1)
	commit(t, s, timeline.Commit{Incident: 1, Events: one[:2]})
	commit(t, s, timeline.Commit{Incident: 2, Events: two})
	commit(t, s, timeline.Commit{Incident: 1, After: 2, Events: one[2:]})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	defer s.Close()
	for _, tt := range []struct {
		id    timeline.ID
		after int
		want  []timeline.Event
	}{{1, 0, one}, {1, 2, one[2:]}, {1, 3, nil}, {1, 9, nil}, {2, 0, two}} {
		got, err := s.Events(ctx, tt.id, tt.after)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(lines(tt.want), lines(got)); diff != "" {
			t.Errorf("Events(%v, %d) (-want +got):\n%s", tt.id, tt.after, diff)
		}
	}
	if last, err := s.Last(ctx); last != 2 || err != nil {
		t.Errorf("Last = %v, %v, want INC-2", last, err)
	}
}

func lines(events []timeline.Event) []string {
	var all []string
	for _, ev := range events {
		all = append(all, string(ev.Encode()))
	}
	return all
}

func testNames(t *testing.T, open Open) {
	s := fresh(t, open)
	commit(t, s, timeline.Commit{Incident: 1, Names: []string{"INC-1", "C1"}})
	commit(t, s, timeline.Commit{Incident: 1, Names: []string{"C1"}})
	if id, err := s.Find(ctx, "C1"); id != 1 || err != nil {
		t.Errorf("Find(C1) = %v, %v, want INC-1", id, err)
	}
	err := s.Commit(ctx, timeline.Commit{Incident: 2, Names: []string{"C1"}, Now: noon})
	if !errors.Is(err, timeline.ErrTaken) {
		t.Errorf("Commit of a name twice: %v, want ErrTaken", err)
	}
}

func testAllOrNothing(t *testing.T, open Open) {
	s := fresh(t, open)
	one := chain(1, nil, 2)
	commit(t, s, timeline.Commit{Incident: 1, Events: one[:1], Names: []string{"INC-1"}, Request: "r1"})
	owe(t, s, effect(1, "done"))
	done := claim(t, s, noon)[0]
	settle(t, s, done)

	for _, tt := range []struct {
		name   string
		spoils func(*timeline.Commit)
		want   error
	}{
		{"written meanwhile", func(c *timeline.Commit) { c.After = 0 }, timeline.ErrConflict},
		{"a taken name", func(c *timeline.Commit) { c.Incident = 2; c.After = 0; c.Events = chain(2, nil, 1) }, timeline.ErrTaken},
		{"a request again", func(c *timeline.Commit) { c.Request = "r1" }, timeline.ErrRepeated},
		{"settled before", func(c *timeline.Commit) { c.Settles = &done }, timeline.ErrSettled},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := timeline.Commit{
				Incident: 1, After: 1, Events: one[1:], Effects: []timeline.Effect{effect(1, "never")},
				Names: []string{"INC-1", "C9"}, Request: "r2", Now: noon,
			}
			tt.spoils(&c)
			if err := s.Commit(ctx, c); !errors.Is(err, tt.want) {
				t.Fatalf("Commit: %v, want %v", err, tt.want)
			}
			if got, _ := s.Events(ctx, 1, 1); len(got) > 0 {
				t.Errorf("%d events were written", len(got))
			}
			if _, err := s.Find(ctx, "C9"); !errors.Is(err, timeline.ErrUnknown) {
				t.Errorf("a name was written: %v", err)
			}
			if got := claim(t, s, noon); len(got) > 0 {
				t.Errorf("%d effects were written", len(got))
			}
		})
	}
	commit(t, s, timeline.Commit{Incident: 1, After: 1, Events: one[1:], Request: "r2"})
}

func testOpen(t *testing.T, open Open) {
	s := fresh(t, open)
	want := func(want ...timeline.ID) {
		t.Helper()
		got, err := s.Open(ctx)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("Open: %v (-want +got):\n%s", err, diff)
		}
	}
	events := map[timeline.ID][]timeline.Event{}
	for id := timeline.ID(1); id <= 3; id++ {
		events[id] = chain(id, nil, 3)
		commit(t, s, timeline.Commit{Incident: id, Events: events[id][:1], Open: true})
	}
	want(1, 2, 3)
	commit(t, s, timeline.Commit{Incident: 2, After: 1, Events: events[2][1:2]})
	want(1, 3)
	commit(t, s, timeline.Commit{Incident: 1, Effects: []timeline.Effect{effect(1, "x")}})
	want(1, 3)
	commit(t, s, timeline.Commit{Incident: 2, After: 2, Events: events[2][2:], Open: true})
	want(1, 2, 3)
}

func testUnfinished(t *testing.T, open Open) {
	s := fresh(t, open)
	want := func(what string, list func(context.Context) ([]timeline.ID, error), want ...timeline.ID) {
		t.Helper()
		got, err := list(ctx)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", what, err, diff)
		}
	}
	one, two := chain(1, nil, 3), chain(2, nil, 1)
	commit(t, s, timeline.Commit{Incident: 1, Events: one[:1], Open: true})
	commit(t, s, timeline.Commit{Incident: 2, Events: two, Open: true})
	commit(t, s, timeline.Commit{Incident: 1, After: 1, Events: one[1:2], Unfinished: true})
	want("Open", s.Open, 2)
	want("Unfinished", s.Unfinished, 1, 2)
	commit(t, s, timeline.Commit{Incident: 1, After: 2, Events: one[2:]})
	want("Unfinished", s.Unfinished, 2)
}

func testLane(t *testing.T, open Open) {
	s := fresh(t, open)
	owe(t, s, effect(1, "first"), effect(1, "second"))
	owe(t, s, effect(2, "other"))
	first := claim(t, s, noon)
	wantOrders(t, "one of each lane", first, "INC-1 first", "INC-2 other")
	wantOrders(t, "nothing while they are out", claim(t, s, noon))
	settle(t, s, first[0])
	wantOrders(t, "the next of the lane", claim(t, s, noon), "INC-1 second")
	if n, err := s.Owed(ctx, noon); n != 2 || err != nil {
		t.Errorf("Owed = %d, %v, want 2", n, err)
	}
}

func testUrgency(t *testing.T, open Open) {
	s := fresh(t, open)
	page := effect(1, "page")
	page.To, page.Urgency = "pager", timeline.Page
	owe(t, s, effect(1, "room"), page)
	got, err := s.Claim(ctx, timeline.Page, timeline.Page, noon, 10)
	if err != nil {
		t.Fatal(err)
	}
	wantOrders(t, "pages alone", got, "INC-1 page")
	if err := s.Postpone(ctx, got[0]); err != nil {
		t.Fatal(err)
	}
	wantOrders(t, "all", claim(t, s, noon), "INC-1 page", "INC-1 room")
}

func testTimer(t *testing.T, open Open) {
	s := fresh(t, open)
	timer := effect(1, "remind")
	timer.NotUntil = noon.Add(time.Hour)
	owe(t, s, timer, effect(1, "now"))
	got := claim(t, s, noon)
	wantOrders(t, "before its time", got, "INC-1 now")
	settle(t, s, got[0])
	if due, ok, err := s.Due(ctx, timeline.Page, timeline.Cosmetic); !ok || err != nil || !due.Equal(timer.NotUntil) {
		t.Errorf("Due = %v, %v, %v, want %v", due, ok, err, timer.NotUntil)
	}
	if before, _ := s.Owed(ctx, noon); before != 0 {
		t.Errorf("Owed = %d before its time, want 0", before)
	}
	if due, _ := s.Owed(ctx, timer.NotUntil); due != 1 {
		t.Errorf("Owed = %d when it is due, want 1", due)
	}
	wantOrders(t, "still before", claim(t, s, noon.Add(time.Minute)))
	wantOrders(t, "in its time", claim(t, s, noon.Add(time.Hour)), "INC-1 remind")
}

// testTimerMeanwhile sets a timer anew while its old time is being delivered, and
// that fails: the new time holds.
func testTimerMeanwhile(t *testing.T, open Open) {
	s := fresh(t, open)
	timer := func(at time.Time) timeline.Effect {
		e := timeline.Keep("remind")
		e.Incident, e.Seq, e.To, e.Urgency, e.Since, e.NotUntil = 1, 1, "reminders", timeline.Announce, noon, at
		return e
	}
	owe(t, s, timer(noon))
	old := claim(t, s, noon)[0]
	owe(t, s, timer(noon.Add(time.Hour)))
	old.NotUntil = noon.Add(time.Minute)
	if err := s.Postpone(ctx, old); err != nil {
		t.Fatal(err)
	}
	wantOrders(t, "at the old time", claim(t, s, noon.Add(time.Minute)))
	wantOrders(t, "at the new one", claim(t, s, noon.Add(time.Hour)), "INC-1 remind")
}

// testStateTwice calls for one state twice in one commit: the newer one counts,
// and what comes after it is delivered.
func testStateTwice(t *testing.T, open Open) {
	s := fresh(t, open)
	state := func(seq int) timeline.Effect {
		e := timeline.Keep("card")
		e.Incident, e.Seq, e.To, e.Urgency, e.Since = 1, seq, "board", timeline.Board, noon
		return e
	}
	owe(t, s, state(1), state(2))
	got := claim(t, s, noon)
	wantOrders(t, "one of them", got, "INC-1 card")
	if got[0].Seq != 2 {
		t.Errorf("it is of event %d, want 2", got[0].Seq)
	}
	settle(t, s, got[0])
	owe(t, s, state(3))
	wantOrders(t, "what comes after", claim(t, s, noon), "INC-1 card")
}

func testRetry(t *testing.T, open Open) {
	s := fresh(t, open)
	owe(t, s, effect(1, "first"), effect(1, "second"))
	e := claim(t, s, noon)[0]
	e.NotUntil, e.Doubt = noon.Add(time.Minute), true
	if err := s.Postpone(ctx, e); err != nil {
		t.Fatal(err)
	}
	wantOrders(t, "while it waits", claim(t, s, noon))
	got := claim(t, s, noon.Add(time.Minute))
	wantOrders(t, "after the wait", got, "INC-1 first")
	if got[0].Tries != 2 || !got[0].Doubt {
		t.Errorf("the second try has Tries = %d, Doubt = %v, want 2 and true", got[0].Tries, got[0].Doubt)
	}
	settle(t, s, got[0])
	if err := s.Postpone(ctx, got[0]); !errors.Is(err, timeline.ErrSettled) {
		t.Errorf("Postpone of what is settled: %v, want ErrSettled", err)
	}
}

func testDoubt(t *testing.T, open Open) {
	dir := t.TempDir()
	s := open(t, dir)
	owe(t, s, effect(1, "out"), effect(1, "waiting"))
	claim(t, s, noon)
	s.Close()
	s = open(t, dir)
	defer s.Close()
	out := claim(t, s, noon)
	wantOrders(t, "after a restart", out, "INC-1 out")
	if !out[0].Doubt || out[0].Tries != 2 {
		t.Errorf("what was out has Doubt = %v, Tries = %d, want true and 2", out[0].Doubt, out[0].Tries)
	}
	settle(t, s, out[0])
	if waiting := claim(t, s, noon); waiting[0].Doubt {
		t.Error("what was never handed out is in doubt")
	}
}

func state(seq int) timeline.Effect {
	e := effect(1, "card")
	e.Seq, e.State = seq, true
	return e
}

func testState(t *testing.T, open Open) {
	s := fresh(t, open)
	owe(t, s, effect(1, "first"))
	for seq := range 5 {
		owe(t, s, state(seq+1))
	}
	settle(t, s, claim(t, s, noon)[0])
	got := claim(t, s, noon)
	wantOrders(t, "one card", got, "INC-1 card")
	if got[0].Seq != 5 {
		t.Errorf("it is of event %d, want the newest, 5", got[0].Seq)
	}
	settle(t, s, got[0])
	wantOrders(t, "no other", claim(t, s, noon))
	owe(t, s, state(6))
	wantOrders(t, "a new one", claim(t, s, noon), "INC-1 card")
}

func testStateClaimed(t *testing.T, open Open) {
	s := fresh(t, open)
	owe(t, s, state(1))
	out := claim(t, s, noon)[0]
	owe(t, s, state(2))
	owe(t, s, state(3))
	settle(t, s, out)
	got := claim(t, s, noon)
	wantOrders(t, "the newer one", got, "INC-1 card")
	if got[0].Seq != 3 {
		t.Errorf("it is of event %d, want 3", got[0].Seq)
	}
	settle(t, s, got[0])
	if n, _ := s.Owed(ctx, noon); n != 0 {
		t.Errorf("%d are still owed", n)
	}
}

func testStateDoubt(t *testing.T, open Open) {
	s := fresh(t, open)
	owe(t, s, state(1))
	out := claim(t, s, noon)[0]
	owe(t, s, state(2))
	out.Doubt, out.NotUntil = true, noon.Add(time.Minute)
	if err := s.Postpone(ctx, out); err != nil {
		t.Fatal(err)
	}
	wantOrders(t, "while it waits", claim(t, s, noon))
	got := claim(t, s, noon.Add(time.Minute))
	wantOrders(t, "after the wait", got, "INC-1 card")
	if got[0].Seq != 2 || !got[0].Doubt {
		t.Errorf("it is of event %d, Doubt = %v, want 2 and true", got[0].Seq, got[0].Doubt)
	}
	if err := s.Postpone(ctx, got[0]); err != nil {
		t.Fatal(err)
	}
	newest := state(3)
	newest.Since = noon.Add(time.Hour)
	owe(t, s, newest)
	third := claim(t, s, noon.Add(time.Hour))
	if third[0].Seq != 3 || !third[0].Doubt {
		t.Errorf("it is of event %d, Doubt = %v, want 3 and true", third[0].Seq, third[0].Doubt)
	}
	if !third[0].Since.Equal(noon) {
		t.Errorf("what is in doubt is to be looked for from %v on, want %v", third[0].Since, noon)
	}
}

func testRequests(t *testing.T, open Open) {
	s := fresh(t, open)
	answer := func(request string, at time.Time) error {
		return s.Commit(ctx, timeline.Commit{Incident: 1, Request: request, Now: at})
	}
	if err := answer("old", noon); err != nil {
		t.Fatal(err)
	}
	if err := answer("old", noon.Add(25*time.Hour)); !errors.Is(err, timeline.ErrRepeated) {
		t.Errorf("after 25 h: %v, want ErrRepeated", err)
	}
	// A clock that jumps forward does not make it old.
	if err := answer("new", noon.Add(10*365*24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := answer("old", noon.Add(10*365*24*time.Hour)); !errors.Is(err, timeline.ErrRepeated) {
		t.Errorf("after a jump of the clock: %v, want ErrRepeated", err)
	}
}

func testConcurrent(t *testing.T, open Open) {
	dir := t.TempDir()
	s := open(t, dir)
	const writers, each = 16, 20
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			events := chain(timeline.ID(w+1), nil, each)
			for n := range events {
				c := timeline.Commit{
					Incident: timeline.ID(w + 1), After: n, Events: events[n : n+1],
					Request: fmt.Sprint(w, "/", n), Now: noon,
					Effects: []timeline.Effect{effect(timeline.ID(w+1), fmt.Sprint(n))},
				}
				if err := s.Commit(ctx, c); err != nil {
					t.Errorf("writer %d: %v", w, err)
				}
			}
		})
	}
	all.Wait()
	s.Close()
	s = open(t, dir)
	defer s.Close()
	for w := range writers {
		events, err := s.Events(ctx, timeline.ID(w+1), 0)
		if len(events) != each || err != nil {
			t.Errorf("writer %d: %d events, %v, want %d", w, len(events), err, each)
		}
	}
	if n, _ := s.Owed(ctx, noon); n != writers*each {
		t.Errorf("%d effects are owed, want %d", n, writers*each)
	}
}
