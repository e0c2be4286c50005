package main_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/timeline"
	"muster/timeline/bolt"
	"muster/workspace"
)

// fewKills is how often the binary is killed where no time is given.
const fewKills = 5

// tortureKills kills the real binary while people ask it things, over the real
// network, and looks in the end for every request that was acknowledged.
func tortureKills(t *testing.T, budget time.Duration) string {
	binary := built(t)
	var all sync.WaitGroup
	var mu sync.Mutex
	kills, acknowledged := 0, 0
	for range 2 { // two bots at once, each with a workspace of its own
		all.Go(func() {
			v := newVictim(t, binary)
			defer v.close()
			for began := time.Now(); v.kills < fewKills || time.Since(began) < budget; {
				v.liveAndDie()
			}
			v.holds()
			mu.Lock()
			defer mu.Unlock()
			kills, acknowledged = kills+v.kills, acknowledged+len(v.words)
		})
	}
	all.Wait()
	return fmt.Sprintf("%d kills, %d acknowledged requests, none lost", kills, acknowledged)
}

// built returns the real binary.
func built(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "muster")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return binary
}

// victim is a binary that is killed, and the workspace that it works in.
type victim struct {
	*stage
	t      *testing.T
	binary string
	file   string // its configuration
	kills  int
	count  int
	mu     sync.Mutex
	words  []string // of notes that were acknowledged
}

func newVictim(t *testing.T, binary string) *victim {
	dir := t.TempDir()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s, err := furnish(dir, listener, workspace.Options{NoLimits: true, Ack: 500 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	v := &victim{stage: s, t: t, binary: binary, file: filepath.Join(dir, "muster.yaml")}
	url := "http://" + s.address
	text := fmt.Sprintf("slack: {api_url: %q, app_token: %q, bot_token: %q}\nstore: %q\npostmortems: %q\nhttp: {listen: \"\"}\npagerduty: {api_url: %q, token: %q, from: ana@demo.example, service: Checkout}\n",
		s.config.Slack.APIURL, s.town.AppToken(), s.town.BotToken(), s.config.Store, s.config.Postmortems, url+"/pagerduty", s.town.PagerDutyToken())
	if err := os.WriteFile(v.file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return v
}

// liveAndDie starts the binary, has people ask it things once it is ready, and
// kills it in the middle of that.
func (v *victim) liveAndDie() {
	cmd := v.run()
	time.AfterFunc(rand.N(150*time.Millisecond), func() { _ = cmd.Process.Kill() })
	v.ask()
	_ = cmd.Wait() // it was killed
	v.kills++
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := v.town.Disconnected(ctx); err != nil {
		v.t.Error(err)
	}
}

// ask has three people ask until nobody answers.
func (v *victim) ask() {
	var all sync.WaitGroup
	for n := range 3 {
		all.Go(func() {
			for {
				v.mu.Lock()
				v.count++
				number := v.count
				v.mu.Unlock()
				word := fmt.Sprintf("word%dx", number)
				line := "/incident note INC-1 " + word
				if number < 4 || number%40 == 0 {
					line = "/incident declare-anyway sev3 " + word
				}
				answer, err := v.town.Say(people[n], "incidents", line)
				if err != nil {
					return
				}
				if !refused(answer) {
					v.mu.Lock()
					v.words = append(v.words, word)
					v.mu.Unlock()
				}
			}
		})
	}
	all.Wait()
}

// holds looks for every word in the store.
func (v *victim) holds() {
	s, err := bolt.Open(v.config.StorePath(), bolt.Options{})
	if err != nil {
		v.t.Error(err)
		return
	}
	defer s.Close()
	said := map[string]int{}
	ids, err := timeline.Numbers(context.Background(), s)
	if err != nil {
		v.t.Error(err)
	}
	for _, id := range ids {
		events, err := s.Events(context.Background(), id, 0)
		if err != nil {
			v.t.Error(err)
		}
		for _, ev := range events {
			said[timeline.TextOf(ev.Fact)]++
		}
	}
	for _, word := range v.words {
		if said[word] != 1 {
			v.t.Errorf("%s was acknowledged, and is on record %d times", word, said[word])
		}
	}
}

// killEach is about how long it takes to live a life with one kill, and
// callsMost more calls than a life makes, each counted before and after.
const (
	killEach  = 9 * time.Second
	callsMost = 120
)

// tortureCalls kills the real binary at the calls that it makes to Slack and
// PagerDuty in an incident's life, before they take effect and after: at each
// of them where there is time for that, else at every so-many-th.
func tortureCalls(t *testing.T, budget time.Duration) string {
	binary := built(t)
	step := 40
	if budget > 0 {
		step = max(1, int(callsMost/2*killEach/budget))
	}
	points := everyPoint(t, "call", step, func(t *testing.T, n int) bool { return newVictim(t, binary).dieAt(n) })
	return fmt.Sprintf("%d kills, at every call's beginning and end in steps of %d", points, step)
}

// dieAt lives a life with a kill at the n-th time that a call begins or ends,
// and reports whether it came to that.
func (v *victim) dieAt(n int) (burnt bool) {
	defer v.close()
	run := v.run()
	f := &fuse{left: n, over: make(chan struct{}), cut: func() { _ = run.Process.Kill() }}
	v.light(f)
	for _, d := range shortLife {
		err := d.do(v.stage)
		v.calm(quiet)
		if !f.isBurnt() || v.fuse == nil {
			if err != nil {
				v.t.Fatalf("%s: %v", d.what, err)
			}
			continue
		}
		burnt = true
		_ = run.Wait() // it was killed
		v.light(nil)
		v.gone()
		run = v.run()
		v.calm(quietEnd)
		if err != nil { // a person who saw it fail looks, and does it again where it was not done
			_ = d.do(v.stage) // it may be refused, as done before
			v.calm(quietEnd)
		}
	}
	v.calm(quietEnd)
	_ = run.Process.Signal(os.Interrupt)
	if err := run.Wait(); err != nil {
		v.t.Errorf("it does not end well: %v", err)
	}
	v.light(nil)
	v.isThere()
	return burnt
}

// shortLife is what happens in a life without what takes hours to be found
// after doubt. Each deed is one that is done once however often it is asked for.
var shortLife = []deed{
	says("ana", "incidents", "/incident declare sev1 checkout is down", ""),
	says("bo", "room", "the pool is exhausted", ""),
	says("ana", "room", "/incident comms @dee", ""),
	reacts("ana", "bulb", "the pool is exhausted"),
	says("ana", "room", "/incident sev 2", ""),
	says("ana", "room", "/incident resolve the pool is larger", ""),
}

// run starts the binary and waits until it is ready.
func (v *victim) run() *exec.Cmd {
	cmd := exec.Command(v.binary, "serve", "--config", v.file)
	log, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		v.t.Fatal(err)
	}
	ready := make(chan bool, 1)
	go func() {
		lines := bufio.NewScanner(log)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			if strings.Contains(lines.Text(), `"msg":"ready"`) && len(ready) == 0 {
				ready <- true
			}
		}
		close(ready)
	}()
	select {
	case <-ready: // or it has died before
	case <-time.After(20 * time.Second):
		v.t.Error("the binary was not ready within 20 s")
	}
	return cmd
}

// gone waits until the workspace knows that the connections of the dead are cut:
// what it sends there, nobody hears.
func (v *victim) gone() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := v.town.Disconnected(ctx); err != nil {
		v.t.Error(err)
	}
}

// A while of quiet between two deeds, and after a death and in the end: then what
// failed with the process has been tried again as well.
const (
	quiet    = 400 * time.Millisecond
	quietEnd = 3 * time.Second
)

// calm waits until nobody has called for a while.
func (v *victim) calm(while time.Duration) {
	last, since := -1, time.Now()
	for began := time.Now(); time.Since(began) < 30*time.Second && time.Since(since) < while; time.Sleep(20 * time.Millisecond) {
		if n := len(v.town.Calls(0)); n != last {
			last, since = n, time.Now()
		}
	}
}

// isThere checks that all that has to come of a short life did, once.
func (v *victim) isThere() {
	keys := map[string]int{}
	for _, channel := range append(v.town.Channels(), "@ana", "@dee") {
		messages, _ := v.town.Messages(channel) // nobody may have spoken there
		for _, m := range messages {
			if key := keyOf(m); m.Bot && key != "" {
				keys[key]++
			}
		}
	}
	for key, n := range keys {
		if n > 1 {
			v.t.Errorf("%s stands %d times", key, n)
		}
	}
	rooms := slices.DeleteFunc(v.town.Channels(), func(name string) bool { return !strings.HasPrefix(name, "inc-") })
	pages := v.town.Pages()
	if len(rooms) != 1 || keys["INC-1/board/card"] != 1 || keys["INC-1/announcer/announcement"] != 1 || len(pages) != 1 || pages[0].Status != "resolved" {
		v.t.Errorf("rooms %v, messages %v, pages %+v", rooms, keys, pages)
	}
	s, err := bolt.Open(v.config.StorePath(), bolt.Options{})
	if err != nil {
		v.t.Fatal(err)
	}
	defer s.Close()
	events, err := s.Events(context.Background(), 1, 0)
	inc := timeline.Fold(1, events)
	owed, err2 := s.Owed(context.Background(), time.Now())
	if err != nil || err2 != nil || owed > 0 || inc.Open() || len(inc.Failures) > 0 || inc.Holder(timeline.Comms).ID == "" {
		v.t.Errorf("%d effects are left, it is %v, failures %v, %v, %v", owed, inc.Status, inc.Failures, err, err2)
	}
}
