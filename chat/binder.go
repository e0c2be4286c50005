package chat

import (
	"fmt"
	"mime"
	"os"
	"path"
	"path/filepath"
	"strings"

	"muster/document"
	"muster/templates"
	"muster/timeline"
)

// Binder makes a document of a postmortem: its text, with the pictures that are
// kept in the folder of files.
type Binder struct {
	Texts templates.Texts
	Dir   string         // of files
	Font  *document.Font // of the team's own, for PDFs; nil for none
}

// picturesMost is how many bytes the pictures of one document have at the most; those
// that come after are links.
const picturesMost = 32 << 20

// Document is the postmortem of an incident as it is now, with the pictures that it
// shows: one of a line that was hidden, or of a message that is tagged no more, goes
// nowhere with it.
func (b Binder) Document(inc timeline.Incident) document.Document {
	d := document.Document{
		Title: fmt.Sprintf("%v: %s", inc.ID, b.Texts.PlainTitle(inc)), Language: b.Texts.Language(), Markdown: b.Texts.Postmortem(inc),
		Pictures: map[string]document.Picture{}, Font: b.Font,
	}
	room := picturesMost
	for _, kept := range keptPictures(inc) {
		address := b.Texts.PictureAddress(kept)
		if _, known := d.Pictures[address]; known || !strings.Contains(d.Markdown, address) {
			continue
		}
		content, err := os.ReadFile(filepath.Join(b.Dir, filepath.FromSlash(kept)))
		if err != nil || len(content) > room {
			continue // it stays a link
		}
		room -= len(content)
		d.Pictures[address] = document.Picture{Kind: mime.TypeByExtension(path.Ext(kept)), Content: content}
	}
	return d
}

// keptPictures are the paths of the pictures of an incident that are kept.
func keptPictures(inc timeline.Incident) (all []string) {
	for _, ev := range inc.Events {
		switch f := ev.Fact.(type) {
		case timeline.Drawn:
			if f.Path != "" {
				all = append(all, f.Path)
			}
		case timeline.FileKept:
			all = append(all, f.Path)
		}
	}
	return all
}
