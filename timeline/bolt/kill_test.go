package bolt

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/timeline"
)

// writerEnv names the file that this test binary is to write to until it is killed.
const writerEnv = "MUSTER_TEST_WRITER"

// TestMain lets the binary be the writer that is killed.
func TestMain(m *testing.M) {
	if path := os.Getenv(writerEnv); path != "" {
		writeOn(path)
	}
	os.Exit(m.Run())
}

// writeOn notes numbers on eight incidents at once, and says each that it was
// told is written.
func writeOn(path string) {
	s, err := Open(path, Options{})
	if err != nil {
		fmt.Println("can not open:", err)
		os.Exit(1)
	}
	j := timeline.Journal{Store: s, Now: time.Now}
	ctx := context.Background()
	var said sync.Mutex
	for range 8 {
		inc, err := j.Declare(ctx, timeline.Cause{}, func([]timeline.Incident) ([]timeline.Fact, error) {
			return []timeline.Fact{timeline.Declared{Title: "x", Severity: timeline.Sev1}}, nil
		})
		if err != nil {
			os.Exit(1)
		}
		go func() {
			for n := 1; ; n++ {
				note := fmt.Sprintf("%v/%d", inc.ID, n)
				if _, err := j.Record(ctx, inc.ID, timeline.Cause{Request: note}, timeline.Noted{Text: note}); err != nil {
					return
				}
				said.Lock()
				fmt.Println(note)
				said.Unlock()
			}
		}()
	}
	select {}
}

// kills is how often the writer is killed.
const kills = 20

func TestWhatWasAcknowledgedOutlivesAKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "muster.db")
	acknowledged := map[string]bool{}
	for range kills {
		killed(t, path, acknowledged)
	}
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	last, err := s.Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for id := timeline.ID(1); id <= last; id++ {
		events, err := s.Events(t.Context(), id, 0)
		if err != nil {
			t.Errorf("%v: %v", id, err)
		}
		for _, ev := range events {
			if n, ok := ev.Fact.(timeline.Noted); ok {
				delete(acknowledged, n.Text)
			}
		}
	}
	if len(acknowledged) > 0 {
		t.Errorf("%d notes were acknowledged and are lost", len(acknowledged))
	}
}

// killed lets a writer write for a moment, kills it, and gathers what it said
// is written.
func killed(t *testing.T, path string, acknowledged map[string]bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), writerEnv+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(50*time.Millisecond+rand.N(100*time.Millisecond), func() { _ = cmd.Process.Kill() }) // it may have ended
	defer timer.Stop()
	lines := bufio.NewScanner(out)
	n := 0
	for lines.Scan() {
		if line := lines.Text(); strings.HasPrefix(line, "INC-") {
			acknowledged[line] = true
			n++
		} else {
			t.Errorf("the writer says %q", line)
		}
	}
	_ = cmd.Wait() // it was killed
	if n == 0 {
		t.Log("a writer was killed before it wrote")
	}
}
