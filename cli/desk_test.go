package cli

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"muster/bot"
	"muster/config"
	"muster/timeline"
	"muster/timeline/bolt"
)

// configFile writes a configuration with a store of its own.
func configFile(t *testing.T) (path, store string) {
	t.Helper()
	dir := t.TempDir()
	path, store = filepath.Join(dir, "muster.yaml"), filepath.Join(dir, "muster.db")
	text := fmt.Sprintf("store: bolt:%s\npostmortems: %s\n", store, filepath.Join(dir, "postmortems"))
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, store
}

// does runs muster, and fails the test where it does not go well.
func does(t *testing.T, want string, args ...string) {
	t.Helper()
	status, out, errs := run(args...)
	if status != exitDone || !strings.Contains(out, want) {
		t.Errorf("muster %v ends with %d, says %q and %q, want %q", args, status, out, errs, want)
	}
}

// life is an incident on the command line alone.
func life(t *testing.T, config string) {
	t.Helper()
	does(t, "INC-1 is declared, sev1: checkout is down", "declare", "--config", config, "--as", "alice", "sev1", "checkout", "is", "down")
	does(t, "Noted", "note", "--config", config, "INC-1", "the", "pool", "is", "exhausted")
	does(t, "checkout is down", "status", "--config", config, "INC-1")
	if status, _, errs := run("note", "--config", config, "INC-7", "x"); status != exitMisuse || !strings.Contains(errs, "INC-7") {
		t.Errorf("a note on what there is not ends with %d: %s", status, errs)
	}
	does(t, "resolved", "resolve", "--config", config, "INC-1", "the pool is larger")
}

func TestTheCommandLineNeedsNoBot(t *testing.T) {
	config, store := configFile(t)
	life(t, config)
	does(t, "1 incident", "verify", "--config", config)
	s, err := bolt.Open(store, bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if n, err := s.Owed(t.Context(), time.Now()); err != nil || n == 0 {
		t.Errorf("%d effects wait for Slack, %v", n, err)
	}
}

// TestALongPathIsNoHindrance has a store whose path is longer than that of a
// socket may be.
func TestALongPathIsNoHindrance(t *testing.T) {
	dir := filepath.Join(t.TempDir(), strings.Repeat("long", 40))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "muster.yaml")
	if err := os.WriteFile(config, fmt.Appendf(nil, "store: bolt:%s\n", filepath.Join(dir, "muster.db")), 0o600); err != nil {
		t.Fatal(err)
	}
	life(t, config)
}

func TestTheCommandLineSpeaksToTheRunningBot(t *testing.T) {
	path, store := configFile(t)
	c, err := config.Load(path, config.Tolerate)
	if err != nil {
		t.Fatal(err)
	}
	i, err := Assemble(c, Outside{Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer i.Store.Close()
	shut, err := openDoor(i, store)
	if err != nil {
		t.Fatal(err)
	}
	defer shut()
	if info, err := os.Stat(doorOf(store)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the door is open to others: %v, %v", info.Mode(), err)
	}
	life(t, path)
	copied := filepath.Join(t.TempDir(), "backup.db")
	does(t, "copied to "+copied, "backup", "--config", path, copied)
	if status, _, errs := run("backup", "--config", path, copied); status != exitFailed || !strings.Contains(errs, "is there already") {
		t.Errorf("over a file that is there it ends with %d: %s", status, errs)
	}
	if status, _, errs := run("restore", "--config", path, copied); status != exitFailed || !strings.Contains(errs, "holds") {
		t.Errorf("restore under a running bot ends with %d: %s", status, errs)
	}
}

func TestABackupIsRestored(t *testing.T) {
	config, store := configFile(t)
	does(t, "INC-1", "declare", "--config", config, "sev1", "checkout is down")
	copied := filepath.Join(t.TempDir(), "backup.db")
	does(t, "copied", "backup", "--config", config, copied)
	does(t, "INC-2", "declare", "--config", config, "sev2", "search is slow")
	does(t, "restored", "restore", "--config", config, copied)
	does(t, "1 incident", "verify", "--config", config)
	s, err := bolt.Open(store, bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	due, err := s.Claim(context.Background(), timeline.Page, timeline.Cosmetic, time.Now().Add(time.Hour), 100)
	if err != nil || len(due) == 0 {
		t.Fatalf("%d effects, %v", len(due), err)
	}
	for _, e := range due {
		if !e.Doubt {
			t.Errorf("%s is not in doubt", e.Key())
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	does(t, "INC-102", "declare", "--config", config, "sev2", "Slack can not be asked for numbers")
	does(t, "2 incidents", "verify", "--config", config)
}

func TestADamagedBackupIsNotRestored(t *testing.T) {
	config, store := configFile(t)
	does(t, "INC-1", "declare", "--config", config, "sev1", "checkout is down")
	copied := filepath.Join(t.TempDir(), "backup.db")
	does(t, "copied", "backup", "--config", config, copied)
	text, err := os.ReadFile(copied)
	if err != nil {
		t.Fatal(err)
	}
	damaged := []byte(strings.ReplaceAll(string(text), "checkout is down", "checkout is fine"))
	for name, text := range map[string][]byte{"changed": damaged, "short": text[:len(text)/2], "empty": {}, "other": []byte("hello")} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if status, _, errs := run("restore", "--config", config, path); status != exitFailed {
			t.Errorf("%s: it ends with %d: %s", name, status, errs)
		}
		if _, err := os.Stat(store + ".restored"); err == nil {
			t.Errorf("%s: it leaves a file", name)
		}
	}
	does(t, "1 incident", "verify", "--config", config)
}

func TestWhatIsSetAsideIsTakenUp(t *testing.T) {
	config, store := configFile(t)
	does(t, "Nothing is set aside", "aside", "--config", config)
	does(t, "INC-1", "declare", "--config", config, "sev1", "checkout is down")
	s, err := bolt.Open(store, bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	intake := bot.Intake{Journal: &timeline.Journal{Store: s, Now: time.Now}, Hand: hand(t)}
	for key, text := range map[string]string{
		"good": `{"envelope_id":"1","type":"slash_commands","payload":{"trigger_id":"t1","user_id":"U1","text":"note INC-1 taken up"}}`,
		"bad":  `{"envelope_id":`,
	} {
		if err := intake.SetAside(t.Context(), key, []byte(text), "it failed three times"); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	does(t, "it failed three times", "aside", "--config", config)
	does(t, "It is done", "aside", "--config", config, "retry", "good")
	does(t, "taken up", "export", "--config", config, "INC-1")
	if status, _, errs := run("aside", "--config", config, "retry", "bad"); status != exitFailed || !strings.Contains(errs, "stays set aside") {
		t.Errorf("it ends with %d: %s", status, errs)
	}
	does(t, "It is dropped", "aside", "--config", config, "drop", "bad")
	does(t, "Nothing is set aside", "aside", "--config", config)
	if status, _, _ := run("aside", "--config", config, "retry"); status != exitMisuse {
		t.Errorf("without a key it ends with %d", status)
	}
}

func hand(t *testing.T) *bot.Hand {
	t.Helper()
	h, err := bot.OpenHand(filepath.Join(t.TempDir(), "hand"))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// TestAStoreIsRestoredTwice restores a backup, and then one of what came of it.
func TestAStoreIsRestoredTwice(t *testing.T) {
	config, _ := configFile(t)
	does(t, "INC-1", "declare", "--config", config, "sev1", "checkout is down")
	for _, next := range []string{"INC-102", "INC-203"} {
		copied := filepath.Join(t.TempDir(), "backup.db")
		does(t, "copied", "backup", "--config", config, copied)
		does(t, "restored", "restore", "--config", config, copied)
		does(t, next, "declare", "--config", config, "sev2", "one of many "+next)
		does(t, "every chain is whole", "verify", "--config", config)
	}
	does(t, "INC-204", "declare", "--config", config, "sev2", "no number is left out twice")
}
