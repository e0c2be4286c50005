package main_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"muster/cli"
)

// TestNumbersGoOnAfterARestoration restores a backup that is older than two of
// three incidents, whose channels are in Slack: the next one is the fourth.
func TestNumbersGoOnAfterARestoration(t *testing.T) {
	s := onStage(t)
	declare := func(title string) {
		t.Helper()
		if _, err := s.person("ana", []string{"says", "incidents", "/incident declare sev1 " + title}); err != nil {
			t.Fatal(err)
		}
	}
	declare("checkout is down")
	copied := filepath.Join(t.TempDir(), "backup.db")
	if err := s.bot.Store.Backup(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	declare("search is slow")
	declare("mail is late")
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "muster.yaml")
	if err := os.WriteFile(file, []byte("store: "+s.config.Store+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if status := cli.Run([]string{"restore", "--config", file, copied}, &out, &errs); status != 0 {
		t.Fatalf("restore: %s", &errs)
	}
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
	declare("login fails")
	if !slices.Contains(s.town.Channels(), "inc-4-login-fails") {
		t.Errorf("the channels are %v", s.town.Channels())
	}
	if story := s.story(); strings.Contains(story, "undelivered") {
		t.Errorf("of the first incident: %s", story)
	}
}
