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
	binary := filepath.Join(t.TempDir(), "muster")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
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
	text := fmt.Sprintf("slack: {api_url: %q, app_token: %q, bot_token: %q}\nstore: %q\npostmortems: %q\nhttp: {listen: \"\"}\n",
		s.config.Slack.APIURL, s.town.AppToken(), s.town.BotToken(), s.config.Store, s.config.Postmortems)
	if err := os.WriteFile(v.file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return v
}

// liveAndDie starts the binary, has people ask it things once it is ready, and
// kills it in the middle of that.
func (v *victim) liveAndDie() {
	cmd := exec.Command(v.binary, "serve", "--config", v.file)
	log, err := cmd.StderrPipe()
	if err != nil {
		v.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		v.t.Fatal(err)
	}
	ready := make(chan bool, 1)
	go func() {
		lines := bufio.NewScanner(log)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			if strings.Contains(lines.Text(), `"msg":"ready"`) {
				select {
				case ready <- true:
				default:
				}
			}
		}
	}()
	select {
	case <-ready:
	case <-time.After(20 * time.Second):
		v.t.Error("the binary was not ready within 20 s")
	}
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
				word := fmt.Sprintf("word%dx", v.count)
				v.mu.Unlock()
				line := "/incident note INC-1 " + word
				if v.count < 4 || v.count%40 == 0 {
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
