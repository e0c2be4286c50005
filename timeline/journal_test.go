package timeline_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"muster/timeline"
	"muster/timeline/bolt"
)

var (
	ctx  = context.Background()
	noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	ana  = timeline.Cause{By: timeline.Person{ID: "U1"}}
)

// echo orders something for each note, and something for each object of an update.
type echo struct{}

func (echo) Name() string              { return "echo" }
func (echo) Urgency() timeline.Urgency { return timeline.Room }
func (echo) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	switch f := ev.Fact.(type) {
	case timeline.Noted:
		return []timeline.Effect{timeline.Do(f.Text, nil)}
	case timeline.Updated:
		return []timeline.Effect{timeline.Keep("card"), timeline.Do("tell", nil).OnObject("a"), timeline.Do("tell", nil).OnObject("b")}
	}
	return nil
}

func (echo) Deliver(context.Context, timeline.Incident, timeline.Effect) ([]timeline.Fact, error) {
	return nil, nil
}

func newJournal(t testing.TB, path string) *timeline.Journal {
	t.Helper()
	s, err := bolt.Open(path, bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return &timeline.Journal{Store: s, Followers: []timeline.Follower{echo{}}, Now: func() time.Time { return noon }}
}

func declare(t testing.TB, j *timeline.Journal, title string) timeline.Incident {
	t.Helper()
	inc, err := j.Declare(ctx, ana, func([]timeline.Incident) ([]timeline.Fact, error) {
		return []timeline.Fact{timeline.Declared{Title: title, Severity: timeline.Sev2}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return inc
}

func claimed(t *testing.T, j *timeline.Journal) []timeline.Effect {
	t.Helper()
	effects, err := j.Store.Claim(ctx, timeline.Page, timeline.Cosmetic, noon, 100)
	if err != nil {
		t.Fatal(err)
	}
	return effects
}

func TestAFactAndItsEffectsAreOneCommit(t *testing.T) {
	j := newJournal(t, filepath.Join(t.TempDir(), "db"))
	inc := declare(t, j, "x")
	cause := timeline.Cause{By: ana.By, Request: "r1"}
	if _, err := j.Record(ctx, inc.ID, cause, timeline.Noted{Text: "ring"}); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Record(ctx, inc.ID, cause, timeline.Noted{Text: "ring"}); !errors.Is(err, timeline.ErrRepeated) {
		t.Fatalf("the request again: %v, want ErrRepeated", err)
	}
	got := claimed(t, j)
	if len(got) != 1 || got[0].Key() != "INC-1/2/echo/ring" || !got[0].Since.Equal(noon) {
		t.Fatalf("effects: %+v", got)
	}
	inc, err := j.Settle(ctx, got[0], timeline.Linked{What: "bell"})
	if err != nil || len(inc.Links) != 1 {
		t.Fatalf("Settle: %+v, %v", inc.Links, err)
	}
	if _, err := j.Settle(ctx, got[0], timeline.Linked{What: "bell"}); !errors.Is(err, timeline.ErrSettled) {
		t.Errorf("Settle again: %v, want ErrSettled", err)
	}
}

func TestKeysTellEffectsApart(t *testing.T) {
	j := newJournal(t, filepath.Join(t.TempDir(), "db"))
	inc := declare(t, j, "x")
	keys := map[string]int{}
	for range 2 {
		if _, err := j.Record(ctx, inc.ID, ana, timeline.Updated{Text: "u"}); err != nil {
			t.Fatal(err)
		}
	}
	for range 10 {
		for _, e := range claimed(t, j) {
			keys[e.Key()]++
			if _, err := j.Settle(ctx, e); err != nil {
				t.Fatal(err)
			}
		}
	}
	want := []string{"INC-1/echo/card", "INC-1/2/echo/tell/a", "INC-1/2/echo/tell/b", "INC-1/3/echo/tell/a", "INC-1/3/echo/tell/b"}
	for _, key := range want {
		if keys[key] != 1 {
			t.Errorf("%s was handed out %d times", key, keys[key])
		}
	}
	if len(keys) != len(want) {
		t.Errorf("handed out: %v", keys)
	}
}

func TestRetriedKeepsItsKeyAndItsDoubt(t *testing.T) {
	j := newJournal(t, filepath.Join(t.TempDir(), "db"))
	inc := declare(t, j, "x")
	if _, err := j.Record(ctx, inc.ID, ana, timeline.Noted{Text: "ring"}); err != nil {
		t.Fatal(err)
	}
	e := claimed(t, j)[0]
	e.Doubt = true
	inc, err := j.Settle(ctx, e, timeline.Undelivered{Effect: e, Why: "no bell"})
	if err != nil || len(inc.Failures) != 1 {
		t.Fatalf("Settle: %+v, %v", inc.Failures, err)
	}
	inc, err = j.Record(ctx, inc.ID, ana, timeline.Retried{Effect: inc.Failures[0].Effect})
	if err != nil || len(inc.Failures) != 0 {
		t.Fatalf("Record: %+v, %v", inc.Failures, err)
	}
	again := claimed(t, j)
	if len(again) != 1 || again[0].Key() != e.Key() || !again[0].Doubt || again[0].Tries != 1 {
		t.Errorf("handed out: %+v, want the key %s in doubt", again, e.Key())
	}
}

// grumbler orders something for every failure of others.
type grumbler struct {
	echo
	name string
}

func (g grumbler) Name() string { return g.name }
func (g grumbler) React(_ timeline.Incident, ev timeline.Event) []timeline.Effect {
	if f, ok := ev.Fact.(timeline.Undelivered); ok && f.Effect.To != g.name {
		return []timeline.Effect{timeline.Do("grumble", nil)}
	}
	return nil
}

// TestFailuresDoNotAnswerEachOtherForEver lets everything fail, where two
// followers react to each other's failures.
func TestFailuresDoNotAnswerEachOtherForEver(t *testing.T) {
	j := newJournal(t, filepath.Join(t.TempDir(), "db"))
	j.Followers = append(j.Followers, grumbler{name: "a"}, grumbler{name: "b"})
	inc := declare(t, j, "x")
	if _, err := j.Record(ctx, inc.ID, ana, timeline.Noted{Text: "ring"}); err != nil {
		t.Fatal(err)
	}
	failed := 0
	for range 20 {
		for _, e := range claimed(t, j) {
			failed++
			if _, err := j.Settle(ctx, e, timeline.Undelivered{Effect: e, Why: "no"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if failed != 3 { // what was called for, and one grumble each
		t.Errorf("%d effects were called for and failed, want 3", failed)
	}
}

func TestDeclaringTogetherGivesNumbersWithoutAGap(t *testing.T) {
	j := newJournal(t, filepath.Join(t.TempDir(), "db"))
	var all sync.WaitGroup
	for n := range 40 {
		all.Go(func() { declare(t, j, fmt.Sprint(n)) })
	}
	all.Wait()
	open, err := j.Open(ctx)
	if err != nil || len(open) != 40 || open[39].ID != 40 {
		t.Errorf("%d are open, %v", len(open), err)
	}
}

func TestWritersOfOneIncidentTakeTurns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db")
	j := newJournal(t, path)
	other := &timeline.Journal{Store: j.Store, Followers: j.Followers, Now: j.Now} // with a memory of its own
	inc := declare(t, j, "x")
	var all sync.WaitGroup
	for n := range 30 {
		all.Go(func() {
			who := []*timeline.Journal{j, other}[n%2]
			if _, err := who.Record(ctx, inc.ID, ana, timeline.Noted{Text: fmt.Sprint(n)}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	events, err := j.Store.Events(ctx, inc.ID, 0)
	if err != nil || len(events) != 31 {
		t.Errorf("%d events, %v, want 31", len(events), err)
	}
}

// TestForgettingChangesNothing goes through more incidents than are kept in memory.
func TestForgettingChangesNothing(t *testing.T) {
	j := newJournal(t, filepath.Join(t.TempDir(), "db"))
	const many = 400
	for n := range many {
		inc := declare(t, j, fmt.Sprint(n))
		if _, err := j.Record(ctx, inc.ID, ana, timeline.Resolved{}); err != nil {
			t.Fatal(err)
		}
	}
	for n := range many {
		inc, err := j.Named(ctx, timeline.ID(n+1).String())
		if err != nil || inc.Title != fmt.Sprint(n) || inc.Open() {
			t.Fatalf("INC-%d is %q, open %v, %v", n+1, inc.Title, inc.Open(), err)
		}
	}
	if open, _ := j.Open(ctx); len(open) != 0 {
		t.Errorf("%d are open", len(open))
	}
}
