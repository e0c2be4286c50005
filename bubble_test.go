package main_test

import (
	"flag"
	"log/slog"
	"os"
	"testing"
	"testing/synctest"

	"muster/torture"
	"muster/workspace"
)

var loud = flag.Bool("loud", false, "show the bot's log")

// log is the bot's.
func (s *stage) log() *slog.Logger {
	if s.hears != nil {
		return slog.New(slog.NewTextHandler(s.hears, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	if *loud {
		return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	return slog.New(slog.DiscardHandler)
}

// inBubble sets a stage up in a bubble of time, over a network in memory: the
// real bot, Slack's real library, the real store on the disk. Nothing is
// started yet.
func inBubble(t *testing.T, o workspace.Options, do func(t *testing.T, s *stage)) {
	dir := memory(t)
	synctest.Test(t, func(t *testing.T) {
		wire := torture.NewWire()
		s, err := furnish(dir, wire, o)
		if err != nil {
			t.Fatal(err)
		}
		s.wire = wire
		defer s.close()
		do(t, s)
	})
}

// vendors configures all services other than Slack.
func (s *stage) vendors(t *testing.T) {
	t.Helper()
	for _, configure := range []func([]string) (string, error){s.pager, s.tracker, s.statuspage} {
		if _, err := configure([]string{"configured"}); err != nil {
			t.Fatal(err)
		}
	}
}

// memory is a folder for a store that need not outlive the machine: in memory,
// where there is such a place.
func memory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "muster-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) // the machine forgets it
	return dir
}
