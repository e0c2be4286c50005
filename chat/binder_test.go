package chat_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"muster/chat"
	"muster/templates"
	"muster/timeline"
)

// TestOnlyWhatTheDocumentShowsGoesWithIt holds that a picture leaves with a document
// only where the document shows it: not that of a message whose line was hidden or
// whose tag was taken off, and not one that was drawn anew since.
func TestOnlyWhatTheDocumentShowsGoesWithIt(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "INC-7"), 0o700); err != nil {
		t.Fatal(err)
	}
	s := sampleOf("pictures").begin("Login fails", timeline.Sev1)
	image := func(name string) string {
		path := "INC-7/" + name + ".png"
		if err := os.WriteFile(filepath.Join(dir, path), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	post := func(name string) timeline.Message {
		s.said("UBO", "see the "+name, timeline.Finding)
		m := s.events[len(s.events)-1].Fact.(timeline.Captured).Message
		s.on("", timeline.FileKept{Message: m, File: name, Name: name, Path: image(name)})
		return m
	}
	post("shown")
	hidden := post("hidden")
	untagged := post("untagged")
	for _, l := range s.incident().Lines() {
		if l.Message.Message == hidden {
			s.on("UANA", timeline.Hidden{Line: l.N})
		}
	}
	s.on("UANA", timeline.Untagged{Message: untagged, Tag: timeline.Finding, Emoji: string(timeline.Finding), When: "9"})
	s.on("", timeline.Drawn{Title: "errors", Words: "they rise", Path: image("before")}, timeline.Drawn{Title: "errors", Words: "they fall", Path: image("drawn")})

	d := chat.Binder{Texts: templates.New(), Dir: dir}.Document(s.incident())
	got := slices.Sorted(maps.Keys(d.Pictures))
	if want := []string{"../files/INC-7/drawn.png", "../files/INC-7/shown.png"}; !slices.Equal(got, want) {
		t.Errorf("with the document go %v, want %v", got, want)
	}
}
