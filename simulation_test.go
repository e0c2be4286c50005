package main_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"muster/torture"
	"muster/workspace"
)

// step is one thing that happens in a simulated life: what people do, what goes
// wrong, what becomes of the process. Its numbers choose among what there is.
type step struct {
	Do    string
	N, M  int
	After time.Duration
}

// What can happen, each as often as it is named.
var deeds = []string{
	"declare", "declare", "note", "note", "note", "mention", "mention", "update", "lead", "comms", "sev", "page", "action", "publish", "publish", "task", "handover", "identify", "resolve", "reopen",
	"write", "write", "meeting", "approve", "approve",
	"say", "say", "say", "reply", "react", "react", "react", "react", "unreact", "edit", "delete", "join", "click", "burst",
	"call fault", "call fault", "call fault", "event fault", "event fault", "socket fault", "freeze", "revoke", "again", "mend", "mend",
	"crash", "crash", "restart", "clock", "false alarm", "squat",
}

var (
	pauses     = []time.Duration{0, 0, time.Second, 20 * time.Second, 5 * time.Minute, time.Hour}
	callFaults = []string{"429", "500", "503", "after_effect_500", "drop", "after_effect_drop", "slow", "error:internal_error", "error:fatal_error"}
	hitMethods = []string{
		"*", "*", "chat.postMessage", "chat.update", "conversations.create", "conversations.invite", "conversations.history",
		"reactions.get", "users.conversations", "pagerduty.*", "pagerduty.incidents.create", "jira.*", "jira.issue.create", "statuspage.*", "statuspage.incidents.create", "statuspage.incidents.update",
		"github.*", "github.contents.put", "github.pulls.create", "confluence.*", "confluence.pages.create", "confluence.pages.update", "conversations.canvases.create", "canvases.edit", "files.completeUploadExternal",
	}
	hitEvents    = []string{"*", "slash_commands", "reaction_added", "interactive"}
	eventKinds   = []string{"lose", "lose_ack", "duplicate", "delay", "reorder"}
	socketKinds  = []string{"cut", "silence", "warning", "refresh_requested", "too_many_websockets"}
	taggingEmoji = []string{"pushpin", "mag", "wrench", "bulb"}
)

var steps = rapid.Custom(func(t *rapid.T) step {
	return step{
		rapid.SampledFrom(deeds).Draw(t, "do"), rapid.IntRange(0, 1000).Draw(t, "n"), rapid.IntRange(0, 1000).Draw(t, "m"),
		rapid.SampledFrom(pauses).Draw(t, "after"),
	}
})

// of chooses one of several by a number.
func of[T any](all []T, n int) T { return all[n%len(all)] }

// liveAtRandom lives so many random lives in a bubble of time, and compares what
// came of each with what its people did. A life that fails is made as short as
// it still fails, and is kept in testdata/rapid to be lived in every run.
func liveAtRandom(t *testing.T, lives int, all *tally) {
	if err := flag.Set("rapid.checks", fmt.Sprint(lives)); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		script := rapid.SliceOfN(steps, 30, 120).Draw(rt, "script")
		if wrong := simulate(t, script, nil, all); len(wrong) > 0 {
			rt.Fatalf("%s", strings.Join(wrong, "\n"))
		}
	})
}

// tally is how much was lived through.
type tally struct {
	lives, idle, acknowledged, crashes, faults, afterwards, published int
	days                                                              time.Duration
}

func (a tally) String() string {
	return fmt.Sprintf("%d lives (%d more with too little traffic to count), %.1f days, %d acknowledged requests, %d crashes, %d faults, %d postmortems published",
		a.lives, a.idle, a.days.Hours()/24, a.acknowledged, a.crashes, a.faults, a.published)
}

// busy is how many acknowledged requests a life needs to count.
const busy = 5

// simulate lives a script, haunted by faults that come back after every mend
// but the last, and returns what is not as it must be.
func simulate(t *testing.T, script []step, haunt []workspace.Fault, all *tally) (wrong []string) {
	dir := memory(t)
	defer os.RemoveAll(dir)
	synctest.Test(t, func(t *testing.T) {
		wire := torture.NewWire()
		s, err := furnish(dir, wire, workspace.Options{Seed: uint64(len(script))})
		if err != nil {
			t.Fatal(err)
		}
		s.wire = wire
		defer s.close()
		s.vendors(t)
		if _, err := s.publishing([]string{"canvas", "github", "confluence"}); err != nil {
			t.Fatal(err)
		}
		l := &simulation{stage: s, haunt: haunt, began: time.Now(), mended: time.Now()}
		wrong = l.live(script)
		all.add(l)
	})
	return wrong
}

func (a *tally) add(l *simulation) {
	if acknowledged := l.acknowledged(); acknowledged >= busy {
		a.lives++
		a.days += time.Since(l.began)
		a.acknowledged += acknowledged
		a.crashes += l.crashes
		a.faults += l.faults
		a.afterwards += l.afterwards()
		a.published += len(l.town.WikiPages())
	} else {
		a.idle++
	}
}

// simulation is one life, with what its people know of it.
type simulation struct {
	*stage
	mu     sync.Mutex
	asked  []request
	said   []spot // messages of people in incident channels
	count  int
	began  time.Time
	mended time.Time
	trace  []string

	haunt []workspace.Fault
	taken []string // names of channels that are no incident's

	crashes, faults int
}

// request is what someone asked, known by a word that nobody else says.
type request struct {
	kind, word string
	ok         bool // it was acknowledged: it must be on record. If not, it may be.
}

// spot is a message of a person.
type spot struct{ room, ts, by string }

// afterwards counts the calls that took effect and then failed.
func (l *simulation) afterwards() int {
	n := 0
	for _, c := range l.town.Calls(0) {
		if kind, _ := c.Data["fault"].(string); strings.HasPrefix(kind, "after_effect") {
			n++
		}
	}
	return n
}

func (l *simulation) acknowledged() int {
	n := 0
	for _, r := range l.asked {
		if r.ok {
			n++
		}
	}
	return n
}

// live plays a script, lets everything come to rest, and looks.
func (l *simulation) live(script []step) []string {
	if err := l.boot(); err != nil {
		return []string{err.Error()}
	}
	time.Sleep(time.Minute)
	l.mend()
	for _, st := range append([]step{{Do: "declare", N: len(script)}}, script...) {
		if time.Since(l.mended) > 10*time.Hour {
			l.mend()
		}
		l.tell("%v %+v", l.town.Now().Format("15:04:05"), st)
		l.happen(st)
		time.Sleep(st.After)
		if err := l.revive(); err != nil {
			return []string{err.Error()}
		}
	}
	l.haunt = nil
	l.mend()
	for range 2 { // the second reads back what the first was told nothing of
		time.Sleep(5 * time.Hour)
		if err := l.revive(); err != nil {
			return []string{err.Error()}
		}
		if err := l.restart(); err != nil {
			return []string{err.Error()}
		}
	}
	time.Sleep(3 * time.Hour)
	if err := l.rest(); err != nil {
		return append([]string{err.Error()}, l.trace...)
	}
	if wrong := l.oracle(); len(wrong) > 0 {
		return append(wrong, l.trace...)
	}
	return nil
}

func (l *simulation) tell(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.trace = append(l.trace, fmt.Sprintf(format, args...))
}

func (l *simulation) boot() error {
	l.light(&fuse{over: make(chan struct{}), cut: func() { _ = l.town.Break(workspace.Fault{Kind: "cut"}) }})
	_, err := l.begin()
	return err
}

func (l *simulation) mend() {
	l.town.Mend()
	l.mended = time.Now()
	for _, f := range l.haunt {
		_ = l.town.Break(f) // it is one that there is
	}
}

// revive starts the bot again where it has died.
func (l *simulation) revive() error {
	select {
	case <-l.fuse.over:
	case <-l.gone:
	default:
		return nil
	}
	l.crashes++
	return l.restart()
}

func (l *simulation) restart() error {
	_ = l.end() // its store may have failed
	_ = l.bot.Store.Close()
	l.transport.CloseIdleConnections()
	l.bot = nil
	time.Sleep(5 * time.Second)
	return l.boot()
}

// happen does one thing. That it fails is part of the life.
func (l *simulation) happen(st step) {
	who := of(people[:4], st.N)
	switch st.Do {
	case "crash":
		l.fuse.arm(1 + st.N%40)
	case "restart":
		if err := l.restart(); err != nil {
			l.tell("restart: %v", err)
		}
	case "clock":
		l.town.Advance(time.Duration(st.N%120) * time.Minute)
	case "false alarm": // it is over before anybody could be paged
		_ = l.town.Break(workspace.Fault{Method: "pagerduty.*", Kind: "503", Count: 8}) // there is such a fault
		l.command(step{Do: "declare"}, who, "declare")
		if rooms := l.rooms(); len(rooms) > 0 {
			l.command(step{M: len(rooms) - 1}, who, "resolve")
		}
	case "squat":
		l.squat(who)
	case "burst":
		var all sync.WaitGroup
		for n := range 4 {
			all.Go(func() { l.command(st, of(people[:4], n), "note") })
		}
		all.Wait()
	case "declare", "note", "mention", "update", "lead", "comms", "sev", "page", "action", "publish", "task", "handover", "identify", "resolve", "reopen", "write", "meeting":
		l.command(st, who, st.Do)
	case "approve": // only the commander can, and when it is over
		for _, kind := range []string{"lead", "resolve", "approve"} {
			l.command(st, of(people[:4], st.M), kind)
		}
	case "say", "reply", "react", "unreact", "edit", "delete", "join", "click":
		l.gesture(st, who)
	default:
		l.trouble(st)
	}
}

// squat makes a channel of the name that the next incident's would have, and
// declares that incident.
func (l *simulation) squat(who string) {
	last, err := l.bot.Store.Last(context.Background())
	if err != nil {
		return // it is dying
	}
	name := fmt.Sprintf("inc-%d-declareword%dx-fails-here", int(last)+1, l.count+1)
	if _, err := l.town.AddChannel(who, name, false); err == nil {
		l.taken = append(l.taken, name)
	}
	l.command(step{Do: "declare"}, who, "declare")
}

// rooms are the incidents' channels.
func (l *simulation) rooms() []string {
	return slices.DeleteFunc(l.town.Channels(), func(name string) bool {
		return !strings.HasPrefix(name, "inc-") || slices.Contains(l.taken, name)
	})
}

// command types one.
func (l *simulation) command(st step, who, kind string) {
	l.mu.Lock()
	l.count++
	word := fmt.Sprintf("%sword%dx", kind, l.count)
	l.mu.Unlock()
	room := "incidents"
	if kind != "declare" {
		rooms := l.rooms()
		if len(rooms) == 0 {
			return
		}
		room = of(rooms, st.M)
	}
	line := map[string]string{
		"declare": fmt.Sprintf("declare sev%d %s fails & <!here>", 1+st.M%3, word),
		"note":    "note " + word, "mention": "note " + word, "update": "update " + word + " <!channel> & <https://x.example|y>", "page": "page @chi " + word,
		"publish": "publish " + word,
		"action":  "action " + word + " @chi in 2 weeks",
		"lead":    "lead @" + of(people[:4], st.M), "comms": "comms @" + of(people[:4], st.M), "sev": fmt.Sprint("sev ", 1+st.M%4),
		"task": "task " + word + " @" + of(people[:4], st.N), "handover": "handover @" + of(people[:4], st.M), "identify": "identify " + word,
		"resolve": "resolve " + word, "reopen": "reopen " + word,
		"write": "postmortem write " + of([]string{"summary", "how"}, st.N) + " " + word, "meeting": "meeting tomorrow 10:00", "approve": "postmortem approve",
	}[kind]
	if kind == "mention" {
		line = "@muster " + line
	} else {
		line = "/incident " + line
	}
	answer, err := l.town.Say(who, room, line)
	l.mu.Lock()
	defer l.mu.Unlock()
	recorded := err == nil && (!refused(answer) || isAloud(kind) && len(answer.Ephemeral) == 0)
	l.trace = append(l.trace, fmt.Sprintf("  %s in %s: %s: %v %q", who, room, line, err, answer.Ephemeral))
	l.asked = append(l.asked, request{kind, word, recorded})
}

// refused reports whether the answer to a command is that nothing was done.
func refused(a workspace.Answer) bool {
	text := strings.Join(a.Ephemeral, " ")
	return !slices.ContainsFunc(done, func(words string) bool { return strings.Contains(text, words) })
}

// isAloud reports whether the whole room sees the answer to a command that was
// done.
func isAloud(kind string) bool { return kind == "identify" || kind == "resolve" || kind == "reopen" }

// done is what the bot says when it has recorded something.
var done = []string{"Noted on the timeline", "is declared, sev", "Paging ", "Agreed for", "The update of ", "The status page is being told", "Set for ", "Recorded in "}

// gesture does something to messages and channels.
func (l *simulation) gesture(st step, who string) {
	rooms := l.rooms()
	if len(rooms) == 0 {
		return
	}
	room := of(rooms, st.M)
	switch st.Do {
	case "say":
		l.count++
		if err := l.town.Join(who, room); err == nil {
			answer, err := l.town.Say(who, room, fmt.Sprintf("thought%dx", l.count))
			if err == nil {
				l.said = append(l.said, spot{room, answer.TS, who})
			}
		}
		return
	case "join":
		_ = l.town.Join(who, room) // they may be there
		return
	case "click":
		_, _ = l.click(who, room, of([]string{"Be the comms lead", "Be the scribe", "Try again"}, st.N)) // it may not be there
		return
	}
	if len(l.said) == 0 {
		return
	}
	m := of(l.said, st.N)
	var err error
	switch st.Do {
	case "reply":
		l.count++
		var answer workspace.Answer
		if answer, err = l.town.Reply(m.by, m.room, m.ts, fmt.Sprintf("reply%dx", l.count)); err == nil {
			l.said = append(l.said, spot{m.room, answer.TS, m.by})
		}
	case "react":
		err = l.town.React(m.by, m.room, m.ts, of(taggingEmoji, st.M))
	case "unreact":
		err = l.town.Unreact(m.by, m.room, m.ts, of(taggingEmoji, st.M))
	case "edit":
		l.count++
		err = l.town.Edit(m.by, m.room, m.ts, fmt.Sprintf("edited%dx", l.count))
	case "delete":
		err = l.town.Delete(m.by, m.room, m.ts)
	}
	l.tell("  %s %s in %s: %v", m.by, m.ts, m.room, err)
}

// trouble breaks something.
func (l *simulation) trouble(st step) {
	l.faults++
	f := workspace.Fault{Count: 1 + st.N%5}
	switch st.Do {
	case "mend":
		l.faults--
		l.mend()
		return
	case "again":
		l.town.Again(of([]string{"reaction_added", "member_joined_channel", "message"}, st.N), st.M%2 == 0)
		return
	case "call fault":
		f.Kind, f.Method = of(callFaults, st.N), of(hitMethods, st.M)
		if service, _, _ := strings.Cut(f.Method, "."); slices.Contains([]string{"pagerduty", "jira", "statuspage", "github", "confluence"}, service) {
			f.Kind = of(callFaults[:6], st.N)
		} else if st.N%3 == 0 {
			f.Count, f.Probability = -1, 0.3
		}
	case "event fault":
		f.Kind, f.Method = of(eventKinds, st.N), of(hitEvents, st.M)
	case "socket fault":
		f.Kind = of(socketKinds, st.N)
	case "freeze":
		f.Kind = "freeze"
	case "revoke":
		f.Kind, f.Method = "revoke", of([]string{"bot", "app"}, st.M)
	}
	l.tell("  %+v: %v", f, l.town.Break(f))
}
