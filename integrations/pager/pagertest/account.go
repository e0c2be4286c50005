package pagertest

import (
	"testing"
	"time"

	"muster/integrations/pager"
	"muster/timeline"
)

// RunAccount holds an account to its promises.
func RunAccount(t *testing.T, open Open) {
	run(t, open, []promise{
		{"what people do is told once, in its order", testSince},
		{"who acknowledges is known, and twice is once", testAcknowledge},
		{"what went out by another route is traced, and taken for no page of this one", testTrace},
		{"the second level is woken, and there is an end of levels", testEscalate},
		{"a note is there once, and the channel is attached", testNote},
		{"whom it woke is known, also when it is over", testWoken},
		{"who is on call is told, the first level first", testOnCall},
	})
}

// page is a service that has paged.
func (open Open) page(t *testing.T) (Service, pager.Made) {
	s := open(t)
	made, err := s.Route.Page(t.Context(), Page)
	if err != nil || made.ID == "" || len(made.To) == 0 {
		t.Fatalf("%+v, %v", made, err)
	}
	return s, made
}

func testSince(t *testing.T, open Open) {
	s, made := open.page(t)
	began := s.Now().Add(-time.Minute)
	s.Later(time.Second)
	s.Jot(made, "looks like the pool")
	s.Later(time.Second)
	who := s.Answer(made)
	s.Later(time.Second)
	s.Further(made)
	s.Later(time.Second)
	s.End(made)
	all, err := s.Account.Since(t.Context(), began)
	if err != nil {
		t.Fatal(err)
	}
	var told []pager.What
	for _, h := range all {
		if h.Alarm.ID != made.ID || h.ID == "" || h.At.IsZero() {
			t.Errorf("it tells of %+v", h)
		}
		switch h.What {
		case pager.Answered:
			if h.By.Name != who || h.By.Email == "" {
				t.Errorf("answered by %+v, want %s", h.By, who)
			}
		case pager.Annotated:
			if h.Text != "looks like the pool" {
				t.Errorf("the note is %q", h.Text)
			}
		case pager.Escalated:
			if len(h.To) == 0 {
				t.Error("it went to nobody")
			}
		}
		told = append(told, h.What)
	}
	want := []pager.What{pager.Raised, pager.Annotated, pager.Answered, pager.Escalated, pager.Ended}
	if !inOrder(told, want) {
		t.Errorf("it tells %v, want %v in it", told, want)
	}
	if later, err := s.Account.Since(t.Context(), s.Now().Add(time.Minute)); err != nil || len(later) != 0 {
		t.Errorf("of the future it tells %v, %v", later, err)
	}
}

func testAcknowledge(t *testing.T, open Open) {
	s, made := open.page(t)
	if now, err := s.Account.Look(t.Context(), made.ID); err != nil || !now.Answered.IsZero() || now.Over || len(now.To) == 0 {
		t.Errorf("Look: %+v, %v", now, err)
	}
	for range 2 {
		if err := s.Account.Acknowledge(t.Context(), made.ID, s.Email); err != nil {
			t.Error(err)
		}
	}
	if now, err := s.Account.Look(t.Context(), made.ID); err != nil || now.Answered.IsZero() || now.By.Email != s.Email {
		t.Errorf("Look: %+v, %v", now, err)
	}
}

func testTrace(t *testing.T, open Open) {
	s := open(t)
	if _, err := s.Other.Page(t.Context(), Page); err != nil {
		t.Fatal(err)
	}
	if traced, ok, err := s.Account.Trace(t.Context(), Page.Key); err != nil || !ok || traced.ID == "" || len(traced.To) == 0 {
		t.Errorf("Trace: %+v, %v, %v", traced, ok, err)
	}
	if _, ok, err := s.Route.Find(t.Context(), Page); err != nil || ok {
		t.Errorf("Find: %v, %v", ok, err)
	}
	if _, ok, err := s.Account.Trace(t.Context(), "muster/INC-9/1/1"); err != nil || ok {
		t.Errorf("of another key: %v, %v", ok, err)
	}
}

func testEscalate(t *testing.T, open Open) {
	s, made := open.page(t)
	to, err := s.Account.Escalate(t.Context(), made.ID, pager.Second)
	if err != nil || len(to) == 0 || to[0].Name == made.To[0].Name || to[0].Email == "" {
		t.Errorf("Escalate: %+v, %v", to, err)
	}
	if _, err := s.Account.Escalate(t.Context(), made.ID, 99); !timeline.IsRefusal(err) {
		t.Errorf("level 99: %v", err)
	}
}

func testNote(t *testing.T, open Open) {
	s, made := open.page(t)
	for range 2 {
		if err := s.Account.Note(t.Context(), made.ID, "Ana: look [INC-1 #4]"); err != nil {
			t.Error(err)
		}
		if err := s.Account.Attach(t.Context(), made.ID, "https://chat.example/C2"); err != nil {
			t.Error(err)
		}
	}
	all, err := s.Account.Since(t.Context(), s.Now().Add(-time.Minute))
	notes := 0
	for _, h := range all {
		if h.What == pager.Annotated {
			notes++
		}
	}
	if err != nil || notes != 1 {
		t.Errorf("there are %d notes, %v", notes, err)
	}
}

func testWoken(t *testing.T, open Open) {
	s, made := open.page(t)
	s.Further(made)
	s.End(made)
	woken, err := s.Account.Woken(t.Context(), made.ID)
	if err != nil || len(woken) != 2 || woken[0].Email == "" || woken[0].ID == woken[1].ID {
		t.Errorf("Woken: %+v, %v", woken, err)
	}
}

func testOnCall(t *testing.T, open Open) {
	s := open(t)
	shifts, err := s.Account.OnCall(t.Context(), "")
	if err != nil || len(shifts) < 2 || shifts[0].Level != 1 || shifts[1].Level < shifts[0].Level || shifts[0].Email == "" {
		t.Errorf("OnCall: %+v, %v", shifts, err)
	}
	if _, err := s.Account.OnCall(t.Context(), "nosuch"); !timeline.IsRefusal(err) {
		t.Errorf("of a service that there is not: %v", err)
	}
}

// inOrder reports whether all that is wanted is there, in that order.
func inOrder(told, want []pager.What) bool {
	for _, w := range told {
		if len(want) > 0 && w == want[0] {
			want = want[1:]
		}
	}
	return len(want) == 0
}
