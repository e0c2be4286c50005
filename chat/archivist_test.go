package chat_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"muster/chat"
	"muster/timeline"
)

// desk hands out one file, whatever is asked for.
type desk struct {
	chat.Chat
	content, kind string
	asked         int
}

func (d *desk) Fetch(context.Context, string, int64) ([]byte, string, error) {
	d.asked++
	return []byte(d.content), d.kind, nil
}

var said = timeline.Message{Channel: "C1", TS: "1.1"}

// withFiles is an incident with a tagged message that came with files.
func withFiles(files ...timeline.File) timeline.Incident {
	inc := timeline.Fold(1, nil)
	for n, fact := range []timeline.Fact{
		timeline.Declared{Title: "x", Severity: timeline.Sev1},
		timeline.Tagged{Message: said, Tag: timeline.Finding, Emoji: "mag", When: "1"},
		timeline.Captured{Message: said, Text: "look", At: time.Unix(1, 0), Files: files},
	} {
		inc = inc.With(timeline.Event{Incident: 1, Seq: n + 1, Fact: fact})
	}
	return inc
}

func deliver(t *testing.T, d *desk, dir string, file timeline.File) ([]timeline.Fact, error) {
	t.Helper()
	a := chat.Archivist{Chat: d, Dir: dir}
	inc := withFiles(file)
	effects := a.React(inc, inc.Events[2])
	if len(effects) != 1 {
		t.Fatalf("%d effects", len(effects))
	}
	return a.Deliver(t.Context(), inc, effects[0])
}

func TestAnImageIsKeptForTheOwnerAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "files")
	facts, err := deliver(t, &desk{content: "\x89PNG\r\n\x1a\n", kind: "image/png"}, dir, timeline.File{ID: "F1", Name: "../../a.png", Kind: "image/png", Size: 8})
	if err != nil || len(facts) != 1 {
		t.Fatalf("Deliver = %v, %v", facts, err)
	}
	kept := facts[0].(timeline.FileKept)
	if want := "INC-1/" + kept.Sum + ".png"; kept.Path != want || kept.Size != 8 {
		t.Errorf("it is kept as %q with %d bytes, want %q", kept.Path, kept.Size, want)
	}
	for path, want := range map[string]fs.FileMode{"": 0o700, "INC-1": 0o700, kept.Path: 0o600} {
		at, err := os.Stat(filepath.Join(dir, path))
		if err != nil || at.Mode().Perm() != want {
			t.Errorf("%q: %v, %v, want %v", path, at, err, want)
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, "INC-1", ".*")); len(left) > 0 || err != nil {
		t.Errorf("left over: %v, %v", left, err)
	}
}

func TestWhatIsNoImageIsNotKept(t *testing.T) {
	for _, tt := range []struct {
		name, content, kind string
		size                int64
		asked               int
	}{
		{"a page to log in", "<!DOCTYPE html><html>", "text/html; charset=utf-8", 8, 1},
		{"a page that calls itself an image", "<!DOCTYPE html><html>", "image/png", 8, 1},
		{"too large", "", "image/png", 21 << 20, 0},
	} {
		dir := filepath.Join(t.TempDir(), "files")
		d := &desk{content: tt.content, kind: tt.kind}
		facts, err := deliver(t, d, dir, timeline.File{ID: "F1", Name: "a.png", Kind: "image/png", Size: tt.size})
		if !timeline.IsRefusal(err) || len(facts) > 0 || !strings.Contains(err.Error(), "a.png") || d.asked != tt.asked {
			t.Errorf("%s: %v, %v, asked for %d times", tt.name, facts, err, d.asked)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%s: something was written", tt.name)
		}
	}
}

func TestOnlySomeFilesAreKept(t *testing.T) {
	files := []timeline.File{{ID: "F0", Kind: "text/plain"}}
	for range 12 {
		files = append(files, timeline.File{ID: "F" + strings.Repeat("1", len(files)), Kind: "image/png"})
	}
	inc := withFiles(files...)
	a := chat.Archivist{}
	if n := len(a.React(inc, inc.Events[2])); n != 10 {
		t.Errorf("%d are kept, want 10", n)
	}
	inc = inc.With(timeline.Event{Incident: 1, Seq: 4, Fact: timeline.FileKept{Message: said, File: "F1"}})
	if n := len(a.React(inc, inc.Events[2])); n != 9 {
		t.Errorf("%d more are kept, want 9", n)
	}
}
