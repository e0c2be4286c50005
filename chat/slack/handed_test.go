package slack

import (
	"testing"

	"github.com/slack-go/slack"

	"muster/chat"
)

// Of several files that were posted at once it is the postmortem that is taken in.
func TestHanded(t *testing.T) {
	named := func(names ...string) (e event) {
		for _, name := range names {
			e.Files = append(e.Files, slack.File{ID: "F1", Name: name, URLPrivate: "https://files.slack.com/" + name})
		}
		return e
	}
	for _, tt := range []struct {
		files event
		want  string
	}{
		{named("notes.md", "INC-1-postmortem (1).md"), "INC-1-postmortem (1).md"}, {named("a.png", "b.MD", "c.md"), "b.MD"}, {named("a.png"), ""},
	} {
		got, _ := handed(tt.files).(chat.Handed)
		if got.File.Name != tt.want {
			t.Errorf("taken is %q, want %q", got.File.Name, tt.want)
		}
	}
}
