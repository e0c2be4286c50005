package review

import (
	"slices"
	"time"

	"muster/timeline"
)

// Todo is a follow-up, as it is and as it was.
type Todo struct {
	Seq, N   int
	What     string
	Ticket   timeline.Ticketed
	AgreedBy timeline.Person
	Turns    []Turn           // the first is how it was agreed
	Open     *timeline.Action // all of it, where it is still to be done
	WriteUp  bool             // it is to write the postmortem
}

// Turn is how a follow-up stood from a moment on.
type Turn struct {
	At   time.Time
	DRI  timeline.Person
	Due  string // a day: "2026-11-27"
	Over bool
	Done bool
}

// todosOf are the follow-ups of an incident, but for those that were never meant.
func todosOf(inc timeline.Incident) []Todo {
	if len(inc.Actions) == 0 {
		return nil
	}
	todos, at := make([]Todo, 0, len(inc.Actions)), map[int]int{}
	for _, a := range inc.Actions {
		if !a.Withdrawn {
			at[a.Seq] = len(todos)
			todos = append(todos, todoOf(inc, a))
		}
	}
	for _, ev := range inc.Events {
		if n, ok := at[todoIn(ev)]; ok {
			todos[n].turn(inc, ev)
		}
	}
	for n := range todos {
		todos[n].Turns = slices.Clone(todos[n].Turns) // no larger than they are
	}
	return todos
}

// todoOf is a follow-up as it is.
func todoOf(inc timeline.Incident, a timeline.Action) Todo {
	a.DRI, a.AgreedBy, a.What = known(inc, a.DRI), known(inc, a.AgreedBy), clipped(a.What)
	todo := Todo{
		Seq: a.Seq, N: a.N, What: a.What, Ticket: timeline.Ticketed{For: a.Seq, Ref: a.Ticket.Ref, URL: a.Ticket.URL},
		AgreedBy: a.AgreedBy, WriteUp: a.Of == timeline.Postmortem,
	}
	if !a.Over {
		todo.Open = &a
	}
	return todo
}

// todoIn is the follow-up that an event is about; 0 for none.
func todoIn(ev timeline.Event) int {
	switch f := ev.Fact.(type) {
	case timeline.ActionAgreed:
		return ev.Seq
	case timeline.ActionChanged:
		return f.For
	case timeline.ActionDone:
		return f.For
	case timeline.ActionDropped:
		return f.For
	case timeline.ActionReopened:
		return f.For
	}
	return 0
}

// turn adds how the follow-up stood after an event that is about it.
func (t *Todo) turn(inc timeline.Incident, ev timeline.Event) {
	now := Turn{}
	if len(t.Turns) > 0 {
		now = t.Turns[len(t.Turns)-1]
	}
	now.At = ev.At
	switch f := ev.Fact.(type) {
	case timeline.ActionAgreed:
		now.DRI, now.Due = known(inc, f.DRI), f.Due
	case timeline.ActionChanged:
		now.change(inc, f)
	case timeline.ActionDone:
		now.Over, now.Done = true, true
	case timeline.ActionDropped:
		now.Over, now.Done = true, false
	case timeline.ActionReopened:
		now.Over, now.Done = false, false
	}
	t.Turns = append(t.Turns, now)
}

func (t *Turn) change(inc timeline.Incident, f timeline.ActionChanged) {
	if f.Due != "" {
		t.Due = f.Due
	}
	if f.To.ID != "" {
		t.DRI = known(inc, f.To)
	}
}

// as is how a follow-up stood at a moment, and whether there was one.
func (t *Todo) as(at time.Time) (Turn, bool) {
	for n := len(t.Turns) - 1; n >= 0; n-- {
		if !t.Turns[n].At.After(at) {
			return t.Turns[n], true
		}
	}
	return Turn{}, false
}

// done is how a follow-up stood as it was done, and whether it was by a moment. What
// was changed about it since counts for nothing.
func (t *Todo) done(by time.Time) (done Turn, ok bool) {
	for _, turn := range t.Turns {
		switch {
		case turn.At.After(by):
			return done, ok
		case turn.Done && !ok:
			done = turn
		}
		ok = turn.Done
	}
	return done, ok
}

// isBeingWritten reports whether somebody had agreed to write the postmortem, and was
// to, at a moment.
func (l *Life) isBeingWritten(at time.Time) bool {
	return slices.ContainsFunc(l.Todos, func(t Todo) bool {
		turn, ok := t.as(at)
		return ok && t.WriteUp && !turn.Over
	})
}

// isOverdue reports whether a follow-up that stood so was overdue on a day: its
// own day is still for the work.
func (t Turn) isOverdue(today string) bool { return !t.Over && t.Due != "" && t.Due < today }

// asOf is the follow-up as it stood at a moment.
func (t *Todo) asOf(turn Turn) timeline.Action {
	a := timeline.Action{Seq: t.Seq, N: t.N, Ticket: t.Ticket, AgreedBy: t.AgreedBy, AgreedAt: t.Turns[0].At}
	if t.Open != nil {
		a = *t.Open
	}
	a.What = t.What
	a.DRI, a.Due = turn.DRI, turn.Due
	a.Over, a.Done = turn.Over, turn.Done
	return a
}
