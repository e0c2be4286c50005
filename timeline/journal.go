package timeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Journal writes facts together with the effects that they call for. It is the
// only writer of its store.
type Journal struct {
	Store     Store
	Followers []Follower
	Now       func() time.Time
	Wake      func()         // called when effects may have become due, and when the store has failed; may be nil
	Seen      func(Incident) // called with each incident as it is now that something was recorded; must be quick and not call back; may be nil

	declaring sync.Mutex
	mu        sync.Mutex
	cells     map[ID]*cell
	room      int // how many cells there may be before some are forgotten
}

// cell holds one incident, and lets one writer at a time at it.
type cell struct {
	sync.Mutex
	incident Incident
	read     bool
	users    int // who is at it or waits for it; guarded by Journal.mu
}

// cached is how many incidents that are not open are kept in memory.
const cached = 128

// Decide thinks about the incident as it is and returns the facts to record;
// none, and nothing is written.
type Decide func(Incident) ([]Fact, error)

// Declare begins an incident with the facts that decide returns when it is
// shown every open incident. One declaration is decided at a time.
func (j *Journal) Declare(ctx context.Context, by Cause, decide func(open []Incident) ([]Fact, error)) (Incident, error) {
	j.declaring.Lock()
	defer j.declaring.Unlock()
	open, err := j.Open(ctx)
	if err != nil {
		return Incident{}, err
	}
	facts, err := decide(open)
	if err != nil {
		return Incident{}, err
	}
	last, err := j.Store.Last(ctx)
	if err != nil {
		return Incident{}, err
	}
	house, err := j.Incident(ctx, House)
	if err != nil {
		return Incident{}, err
	}
	return j.Record(ctx, house.house.next(last), by, facts...)
}

// Alone does what concerns several incidents at once, one such thing at a time.
func (j *Journal) Alone(do func() error) error {
	j.declaring.Lock()
	defer j.declaring.Unlock()
	return do()
}

// Record writes facts to an incident's timeline. It is ErrRepeated where the
// cause's request was answered before.
func (j *Journal) Record(ctx context.Context, id ID, by Cause, facts ...Fact) (Incident, error) {
	return j.Decide(ctx, id, by, func(Incident) ([]Fact, error) { return facts, nil })
}

// Decide writes the facts that decide returns for the incident as it is, and
// returns the incident as they leave it. Decide may be called again where
// another writer was faster.
func (j *Journal) Decide(ctx context.Context, id ID, by Cause, decide Decide) (Incident, error) {
	return j.write(ctx, id, by, nil, decide)
}

// Settle records what came of an effect, and that it is done.
func (j *Journal) Settle(ctx context.Context, e Effect, facts ...Fact) (Incident, error) {
	return j.write(ctx, e.Incident, Cause{}, &e, func(inc Incident) ([]Fact, error) {
		if inc.failed(e) > 0 && !givesUp(facts) {
			return append(slices.Clone(facts), Delivered{Effect: e}), nil
		}
		return facts, nil
	})
}

func givesUp(facts []Fact) bool {
	return slices.ContainsFunc(facts, func(f Fact) bool {
		_, undelivered := f.(Undelivered)
		return undelivered
	})
}

// Owe adds effects to an incident without a fact, as for the answer to a
// question. It is ErrRepeated where the request was answered before.
func (j *Journal) Owe(ctx context.Context, id ID, request string, f Follower, effects ...Effect) error {
	c := j.enter(id)
	defer j.leave(c)
	inc, err := j.load(ctx, id, c)
	if err != nil {
		return err
	}
	now := j.Now()
	owed := address(effects, f, inc, now)
	return j.commit(ctx, Commit{Incident: id, Effects: owed, Request: request, Now: now})
}

// Incident returns an incident as it is; ErrUnknown where there is none.
func (j *Journal) Incident(ctx context.Context, id ID) (Incident, error) {
	c := j.enter(id)
	defer j.leave(c)
	inc, err := j.load(ctx, id, c)
	if err == nil && id != House && len(inc.Events) == 0 {
		return Incident{}, fmt.Errorf("%v: %w", id, ErrUnknown)
	}
	return inc, err
}

// Named returns the incident that answers to a name: "INC-42", or the ID of
// its channel.
func (j *Journal) Named(ctx context.Context, name string) (Incident, error) {
	id, err := j.Store.Find(ctx, name)
	if err != nil {
		return Incident{}, err
	}
	return j.Incident(ctx, id)
}

// Open returns every open incident, the oldest first; of a damaged store those
// that are whole.
func (j *Journal) Open(ctx context.Context) ([]Incident, error) {
	return j.all(ctx, j.Store.Open)
}

// Unfinished returns every incident that is open or has follow-ups still to be
// done, the oldest first; of a damaged store those that are whole.
func (j *Journal) Unfinished(ctx context.Context) ([]Incident, error) {
	return j.all(ctx, j.Store.Unfinished)
}

// Latest returns the incidents that were declared last, up to n, the newest first.
// One whose record is broken is left out.
func (j *Journal) Latest(ctx context.Context, n int) ([]Incident, error) {
	last, err := j.Store.Last(ctx)
	if err != nil {
		return nil, err
	}
	var all []Incident
	for id := last; id > House && len(all) < n; id-- {
		inc, err := j.Incident(ctx, id)
		switch {
		case err == nil:
			all = append(all, inc)
		case !errors.Is(err, ErrBroken) && !errors.Is(err, ErrUnknown):
			return nil, err
		}
	}
	return all, nil
}

func (j *Journal) all(ctx context.Context, list func(context.Context) ([]ID, error)) ([]Incident, error) {
	ids, err := list(ctx)
	if err != nil {
		return nil, err
	}
	open := make([]Incident, 0, len(ids))
	for _, id := range ids {
		inc, err := j.Incident(ctx, id)
		if errors.Is(err, ErrBroken) {
			continue // Store.Damaged tells
		}
		if err != nil {
			return nil, err
		}
		open = append(open, inc)
	}
	return open, nil
}

// attempts is how often a decision is made again when others write first.
const attempts = 20

func (j *Journal) write(ctx context.Context, id ID, by Cause, settles *Effect, decide Decide) (Incident, error) {
	c := j.enter(id)
	defer j.leave(c)
	for range attempts {
		inc, err := j.load(ctx, id, c)
		if err != nil {
			return Incident{}, err
		}
		facts, err := decide(inc)
		if err != nil || len(facts) == 0 && settles == nil {
			return inc, err
		}
		after, commit := j.draft(inc, by, facts)
		commit.Settles = settles
		err = j.commit(ctx, commit)
		if err == nil {
			c.incident = after
			if j.Seen != nil && len(commit.Events) > 0 {
				j.Seen(after)
			}
			return after, nil
		}
		if !errors.Is(err, ErrConflict) {
			return inc, err
		}
		c.read = false
	}
	return Incident{}, fmt.Errorf("write to %v: %w", id, ErrConflict)
}

// draft turns facts into the commit that records them and all they call for.
func (j *Journal) draft(inc Incident, by Cause, facts []Fact) (Incident, Commit) {
	now := j.Now().UTC().Round(0)
	commit := Commit{Incident: inc.ID, After: len(inc.Events), Request: by.Request, CanWait: by.CanWait, Now: now}
	for _, fact := range facts {
		ev := inc.next(now, by, fact)
		inc = inc.With(ev)
		commit.Events = append(commit.Events, ev)
		commit.Effects = append(commit.Effects, j.calledFor(inc, ev)...)
		commit.Names = append(commit.Names, j.namesOf(inc, ev)...)
	}
	commit.Open = inc.ID != House && inc.Open()
	commit.Unfinished = inc.ID != House && !inc.Open() && inc.Unfinished()
	return inc, commit
}

func (inc Incident) next(now time.Time, by Cause, fact Fact) Event {
	var before Event
	if n := len(inc.Events); n > 0 {
		before = inc.Events[n-1]
	}
	if now.Before(before.At) {
		now = before.At
	}
	ev := Event{Incident: inc.ID, Seq: before.Seq + 1, At: now, By: by.By, Request: by.Request, Fact: fact}
	return ev.Chained(before.Sum)
}

func (j *Journal) calledFor(inc Incident, ev Event) []Effect {
	var effects []Effect
	if inc.ofAFailure(ev) {
		return nil
	}
	for _, f := range j.Followers {
		effects = append(effects, address(f.React(inc, ev), f, inc, ev.At)...)
	}
	if again, ok := ev.Fact.(Retried); ok {
		effects = append(effects, again.Effect.afresh(ev.At))
	}
	return effects
}

// ofAFailure reports whether an event tells that something failed that was
// itself called for by a failure, such as the message that tells of it. That
// calls for nothing more: two followers would answer each other for ever.
func (inc Incident) ofAFailure(ev Event) bool {
	f, ok := ev.Fact.(Undelivered)
	if !ok || f.Effect.Seq < 1 || f.Effect.Seq > len(inc.Events) {
		return false
	}
	_, ok = inc.Events[f.Effect.Seq-1].Fact.(Undelivered)
	return ok
}

// afresh returns the order as new, but under the same key, in doubt if it ever
// was, and with the time from which on to look for what it did.
func (e Effect) afresh(now time.Time) Effect {
	e.Tries, e.NotUntil, e.Renewed = 0, time.Time{}, now
	return e
}

func address(effects []Effect, f Follower, inc Incident, now time.Time) []Effect {
	for n := range effects {
		e := &effects[n]
		e.Incident, e.Seq, e.To, e.Urgency, e.Since = inc.ID, len(inc.Events), f.Name(), f.Urgency(), now
	}
	return effects
}

// namesOf returns what the incident answers to from an event on: its number
// and the like, its channel, and messages elsewhere that are on its timeline.
func (j *Journal) namesOf(inc Incident, ev Event) []string {
	switch f := ev.Fact.(type) {
	case Declared:
		return f.namesOf(j, ev.Incident)
	case ChannelOpened:
		return []string{f.Channel.ID}
	case SideOpened:
		return []string{f.Channel.ID}
	case Ticketed:
		return j.ifFree(TicketName(f.Ref))
	case Tagged:
		if f.Message.Channel == inc.Channel.ID {
			return nil
		}
		return j.ifFree(f.Message.String())
	}
	return nil
}

// ifFree is a name that no incident answers to yet.
func (j *Journal) ifFree(name string) []string {
	if _, err := j.Store.Find(context.Background(), name); errors.Is(err, ErrUnknown) {
		return []string{name}
	}
	return nil
}

func (j *Journal) commit(ctx context.Context, c Commit) error {
	err := j.Store.Commit(ctx, c)
	mayBeDue := err == nil && (len(c.Effects) > 0 || c.Settles != nil)
	if j.Wake != nil && (mayBeDue || errors.Is(err, ErrFailed)) {
		j.Wake()
	}
	return err
}

// enter waits for the place of an incident in memory, and makes room for it.
func (j *Journal) enter(id ID) *cell {
	c := j.cell(id)
	c.Lock()
	return c
}

func (j *Journal) cell(id ID) *cell {
	j.mu.Lock()
	defer j.mu.Unlock()
	c, ok := j.cells[id]
	if !ok {
		if j.cells == nil {
			j.cells = map[ID]*cell{}
		}
		if len(j.cells) >= j.room {
			j.evict()
		}
		c = &cell{}
		j.cells[id] = c
	}
	c.users++
	return c
}

func (j *Journal) leave(c *cell) {
	c.Unlock()
	j.mu.Lock()
	defer j.mu.Unlock()
	c.users--
}

// evict forgets incidents that are over, with all that was agreed on, and that
// nobody is at. One that comes
// back is read from the store. Looking again waits until as many more are held.
func (j *Journal) evict() {
	for id, c := range j.cells {
		if c.users == 0 && id != House && !c.incident.Open() && !c.incident.Unfinished() {
			delete(j.cells, id)
		}
	}
	j.room = len(j.cells) + cached
}

func (j *Journal) load(ctx context.Context, id ID, c *cell) (Incident, error) {
	if c.read {
		return c.incident, nil
	}
	events, err := j.Store.Events(ctx, id, 0)
	if err != nil && !errors.Is(err, ErrUnknown) {
		return Incident{}, err
	}
	c.incident, c.read = Fold(id, events), true
	return c.incident, nil
}
