package main_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/timeline"
	"muster/torture"
	"muster/workspace"
)

// fuse burns at the n-th time that the bot writes to its store or calls Slack,
// each counted before and after. From then on the process is as good as dead:
// nothing that it does arrives anywhere. One that is left at 0 does not burn.
type fuse struct {
	mu    sync.Mutex
	left  int
	burnt bool
	over  chan struct{} // closed when it has burnt
	cut   func()        // cuts the connections
}

// dead is closed when the process has died; it is nil where it can not.
func (f *fuse) dead() <-chan struct{} {
	if f == nil {
		return nil
	}
	return f.over
}

// passed counts one point, and reports whether the process has died.
func (f *fuse) passed() (dead bool) {
	if f == nil {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.burnt {
		return true
	}
	if f.left--; f.left != 0 {
		return false
	}
	f.burnt = true
	close(f.over)
	f.cut()
	return true
}

// light puts a fuse in, or takes it out where it is nil.
func (s *stage) light(f *fuse) {
	s.fuse = f
	s.lit.Store(f)
}

// arm makes it burn at the n-th point from now on.
func (f *fuse) arm(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.left = n
}

func (f *fuse) isBurnt() bool {
	if f == nil {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.burnt
}

// fused is a store that a fuse is in.
type fused struct {
	timeline.Store
	fuse *fuse
}

func (s fused) around(write func() error) error {
	if s.fuse.passed() {
		return timeline.ErrFailed
	}
	err := write()
	if s.fuse.passed() {
		return timeline.ErrFailed
	}
	return err
}

func (s fused) Commit(ctx context.Context, c timeline.Commit) error {
	return s.around(func() error { return s.Store.Commit(ctx, c) })
}

func (s fused) Claim(ctx context.Context, from, to timeline.Urgency, now time.Time, n int) (due []timeline.Effect, err error) {
	if s.fuse.isBurnt() {
		return nil, timeline.ErrFailed
	}
	if due, err = s.Store.Claim(ctx, from, to, now, n); len(due) == 0 {
		return due, err // nothing was written
	}
	return due, s.around(func() error { return err })
}

func (s fused) Postpone(ctx context.Context, e timeline.Effect) error {
	return s.around(func() error { return s.Store.Postpone(ctx, e) })
}

// wired is the workspace with a fuse in the wire that the bot calls it by.
func wired(town http.Handler, f func() *fuse) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		fuse := f()
		if fuse.isBurnt() { // who is dead opens no connection either
			panic(http.ErrAbortHandler)
		}
		if !strings.HasPrefix(r.URL.Path, "/api/") && !strings.HasPrefix(r.URL.Path, "/pagerduty") && !strings.HasPrefix(r.URL.Path, "/jira") && !strings.HasPrefix(r.URL.Path, "/statuspage") && !strings.HasPrefix(r.URL.Path, "/github") && !strings.HasPrefix(r.URL.Path, "/confluence") || fuse == nil {
			town.ServeHTTP(rw, r)
			return
		}
		if fuse.passed() {
			panic(http.ErrAbortHandler)
		}
		answer := httptest.NewRecorder()
		town.ServeHTTP(answer, r)
		if fuse.passed() {
			panic(http.ErrAbortHandler)
		}
		for name, values := range answer.Header() {
			rw.Header()[name] = values
		}
		rw.WriteHeader(answer.Code)
		_, _ = rw.Write(answer.Body.Bytes()) // the bot is gone: nothing to do
	})
}

// deed is one thing that a person does in a life.
type deed struct {
	what string
	do   func(*stage) error
	done func(*stage) bool // whether it took effect, for a person who saw it fail
}

func says(as, channel, text, fact string) deed {
	return deed{as + " says " + text,
		func(s *stage) error { _, err := s.town.Say(as, s.channel(channel), text); return err },
		func(s *stage) bool { return strings.Contains(s.story(), fact) },
	}
}

func reacts(as, emoji, text string) deed {
	return deed{as + " reacts " + emoji,
		func(s *stage) error {
			ts, err := s.find(s.channel("room"), text)
			if err != nil {
				return err
			}
			return s.town.React(as, s.channel("room"), ts, emoji)
		},
		func(*stage) bool { return true }, // Slack has it, whatever the bot does
	}
}

// whole is the life of an incident.
var whole = []deed{
	says("ana", "incidents", "/incident declare sev1 checkout is down", "timeline.declared"),
	says("bo", "room", "the pool is exhausted", ""),
	says("ana", "room", "/incident comms @dee", "comms lead"),
	reacts("ana", "bulb", "the pool is exhausted"),
	says("dee", "room", "/incident update we know the cause", "timeline.updated"),
	says("bo", "room", "/incident changes", "timeline.changeslisted"),
	says("bo", "room", "/incident metrics", "asked for a metrics"),
	says("dee", "room", "/incident publish orders fail, and we look into it", "asked to publish as investigating"),
	says("bo", "room", "/incident note 09:10 detected: the pager", "timeline.noted"),
	says("ana", "room", "/incident page @chi please look at the pool", "timeline.pageasked"),
	says("bo", "room", `/incident action "add an alert" @chi in 2 weeks`, "timeline.actionagreed"),
	says("ana", "room", "/incident ack", "timeline.ackasked"),
	says("chi", "room", "/incident actions accept 1", "timeline.actionaccepted"),
	says("chi", "room", "/incident actions move 1 in 3 weeks because the vendor is late", "timeline.actionchanged"),
	says("ana", "room", "/incident sev 2", "timeline.severitychanged"),
	says("ana", "room", "/incident resolve the pool is larger", "timeline.resolved"),
	says("dee", "room", "/incident publish orders go through", "asked to publish as resolved"),
	says("chi", "room", "/incident actions done 1", "timeline.actiondone"),
	says("ana", "room", "/incident postmortem", "asked for a postmortem"),
	says("bo", "room", "/incident postmortem write summary The pool was too small.", "wrote the part summary"),
	says("bo", "room", "/incident postmortem publish", "offered the draft"),
	says("ana", "room", "/incident postmortem approve", "approved the draft"),
	says("ana", "room", "/incident meeting tomorrow 10:00 @ana @gus", "set the meeting"),
}

// story is what is on record of INC-1.
func (s *stage) story() string {
	inc, err := s.bot.Journal.Incident(context.Background(), 1)
	if err != nil {
		return ""
	}
	var out strings.Builder
	for _, ev := range inc.Events {
		fmt.Fprintf(&out, "%T %s\n", ev.Fact, ev.Fact)
	}
	return strings.ToLower(out.String())
}

// live plays a life with a fuse, and reports whether it burnt.
func live(t *testing.T, after int) (burnt bool) {
	t.Helper()
	inBubble(t, workspace.Options{NoLimits: true}, func(t *testing.T, s *stage) {
		s.light(&fuse{left: after, over: make(chan struct{}), cut: func() { _ = s.town.Break(workspace.Fault{Kind: "cut"}) }})
		s.vendors(t)
		s.measured()
		burnt = s.live(t, s.fuse)
	})
	return burnt
}

func (s *stage) live(t *testing.T, f *fuse) (burnt bool) {
	if err := s.start(); err != nil && !f.isBurnt() {
		t.Fatal(err)
	}
	for _, d := range whole {
		err := d.do(s)
		acknowledged := err == nil
		if err == nil {
			err = s.rest()
		}
		if s.fuse == nil || !f.isBurnt() {
			if err != nil {
				t.Fatalf("%s: %v", d.what, err)
			}
			continue
		}
		burnt = true
		s.rise(t)
		if d.done(s) {
			continue
		}
		if acknowledged {
			t.Errorf("%s: it was acknowledged, and is not on record", d.what)
		}
		if err := d.do(s); err != nil {
			t.Fatalf("%s, again: %v", d.what, err)
		}
		if err := s.rest(); err != nil {
			t.Fatalf("%s, again: %v", d.what, err)
		}
	}
	for range 2 { // what is late may be what it dies of
		time.Sleep(waitFor)
		if s.fuse != nil && f.isBurnt() {
			burnt = true
			s.rise(t)
		}
	}
	f.arm(0)
	s.wait(t)
	s.holds(t)
	return burnt
}

// rise buries the process that died, and starts another one on what it left.
func (s *stage) rise(t *testing.T) {
	t.Helper()
	_ = s.end() // its store has failed
	_ = s.bot.Store.Close()
	s.bot = nil
	s.light(nil)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := s.town.Disconnected(ctx); err != nil {
		t.Fatal(err)
	}
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
	s.wait(t)
}

// waitFor is how long it takes at the most until what failed is tried again,
// whatever it was.
const waitFor = 80 * time.Minute

// wait lets so much time go by that what was put off has been tried again.
func (s *stage) wait(t *testing.T) {
	t.Helper()
	time.Sleep(waitFor)
	if err := s.rest(); err != nil {
		t.Fatal(err)
	}
}

// holds checks what must hold after every life: everything is there once, and
// nothing is left to do.
func (s *stage) holds(t *testing.T) {
	t.Helper()
	rooms := slices.DeleteFunc(s.town.Channels(), func(name string) bool { return !strings.HasPrefix(name, "inc-") })
	if len(rooms) != 1 {
		t.Fatalf("the incident's channels are %v", rooms)
	}
	for _, channel := range []string{rooms[0], "incidents", "@ana", "@dee", "@gus"} {
		messages, err := s.town.Messages(channel)
		if err != nil && !strings.HasPrefix(channel, "@") {
			t.Error(err)
		}
		seen := map[string]bool{}
		for _, m := range messages {
			text := m.Text + fmt.Sprint(m.Files != nil)
			if m.Bot && m.Only == "" && seen[text] {
				t.Errorf("in %s it stands twice: %s", channel, m.Reading)
			}
			seen[text] = true
		}
	}
	if pages := s.town.Pages(); len(pages) != 2 || slices.ContainsFunc(pages, func(p workspace.Page) bool { return p.Status != "resolved" }) {
		t.Errorf("the pages are %+v", pages)
	}
	for _, p := range s.town.Pages() {
		if slices.Sort(p.Notes); len(slices.Compact(slices.Clone(p.Notes))) != len(p.Notes) {
			t.Errorf("of page %d is noted %q", p.Number, p.Notes)
		}
	}
	tickets := s.town.Issues()
	if len(tickets) != 2 || tickets[0].Status != "Done" || tickets[0].Due != s.due() || len(tickets[0].Links) != 1 || tickets[1].Status != "Done" {
		t.Errorf("the tickets are %+v", tickets)
	}
	if public := s.town.PublicPage().Incidents; len(public) != 1 || len(public[0].Updates) != 2 || public[0].Status != "resolved" {
		t.Errorf("customers see %+v", public)
	}
	story := s.story()
	for _, fact := range []string{"timeline.declared ", "timeline.channelopened ", "timeline.updated ", "timeline.noted ", "timeline.severitychanged ", "timeline.resolved ", "asked for a postmortem", "timeline.changeslisted ", "timeline.changesjudged ", "timeline.captured ", "timeline.actionaccepted ", "timeline.actionchanged ", "wrote the part", "offered the draft", "approved the draft", "timeline.meetingset "} {
		if n := strings.Count(story, fact); n != 1 {
			t.Errorf("%s is on record %d times:\n%s", fact, n, story)
		}
	}
	if n := strings.Count(story, "timeline.drawn "); n != 2 { // when it was asked for, and when it was over
		t.Errorf("there are %d pictures:\n%s", n, story)
	}
	if strings.Contains(story, "undelivered") {
		t.Errorf("something was given up:\n%s", story)
	}
	if n, err := s.bot.Store.Owed(t.Context(), s.town.Now()); err != nil || n > 0 {
		t.Errorf("%d effects are left, %v", n, err)
	}
	inc, err := s.bot.Journal.Incident(t.Context(), 1)
	if err != nil || inc.Holder(timeline.Comms).ID == "" || inc.Open() {
		t.Errorf("%v, %v", inc.Status, err)
	}
	tagged, joined := 0, map[string]bool{}
	for _, l := range inc.Lines() {
		if j, ok := l.Fact.(timeline.Joined); ok {
			if joined[j.Person.ID] {
				t.Errorf("%s joined twice", j.Person.ID)
			}
			joined[j.Person.ID] = true
		}
		if _, ok := l.Fact.(timeline.Tagged); ok {
			tagged++
		}
	}
	if tagged != 1 {
		t.Errorf("the tagged message stands on %d lines", tagged)
	}
}

// crashEverywhere lives the life of an incident with a crash at the first write
// or call, at one a little later, and so on until one life ends untouched: at every
// one where there is time for it. It returns how many crashes there were.
func crashEverywhere(t *testing.T) (points int) {
	step := 5
	switch {
	case *torture.For > 0:
		step = 1 // every point there is
	case testing.Short() || raced:
		step = 73
	}
	points = everyPoint(t, "point", step, live)
	if points < 500/step { // a life has more than six hundred
		t.Errorf("only %d crash points were met", points)
	}
	return points
}

// everyPoint lives lives that each end at another point, until one is not ended
// by any, and returns how many were.
func everyPoint(t *testing.T, name string, step int, live func(t *testing.T, n int) (burnt bool)) (points int) {
	var all sync.WaitGroup
	next := make(chan int)
	var mu sync.Mutex
	over := false
	for range max(2, runtime.GOMAXPROCS(0)) {
		all.Go(func() {
			for n := range next {
				burnt := false
				ok := t.Run(fmt.Sprint(name, " ", n), func(t *testing.T) { burnt = live(t, n) })
				mu.Lock()
				if burnt {
					points++
				}
				over = over || !ok || !burnt
				mu.Unlock()
			}
		})
	}
	for n := 1; ; n += step {
		mu.Lock()
		end := over
		mu.Unlock()
		if end {
			break
		}
		next <- n
	}
	close(next)
	all.Wait()
	return points
}

// due is when the follow-up is, as is on record.
func (s *stage) due() string {
	inc, err := s.bot.Journal.Incident(context.Background(), 1)
	if err != nil || len(inc.Actions) != 2 {
		return "not known"
	}
	return inc.Actions[0].Due
}
