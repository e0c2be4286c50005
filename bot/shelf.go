package bot

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"muster/chat"
	"muster/templates"
	"muster/timeline"
)

// Shelf saves postmortems as files, for whoever wants them without the chat;
// those of private incidents it does not.
type Shelf struct {
	Dir    string // made where there is none
	Texts  templates.Texts
	Binder chat.Binder
}

// Name is "shelf".
func (Shelf) Name() string { return "shelf" }

// Urgency is that of tickets and announcements.
func (Shelf) Urgency() timeline.Urgency { return timeline.Announce }

const save = "save"

// React saves a postmortem when it is asked for and when it is shared.
func (Shelf) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	if inc.Private {
		return nil // it is for its members alone, in the channel
	}
	switch f := ev.Fact.(type) {
	case timeline.Asked:
		if f.For == timeline.Postmortem {
			return []timeline.Effect{timeline.Keep(save)}
		}
	case timeline.Linked:
		if f.What == timeline.Postmortem {
			return []timeline.Effect{timeline.Keep(save)}
		}
	case timeline.Resolved, timeline.PartWritten, timeline.PartReleased, timeline.DraftApproved:
		return []timeline.Effect{timeline.Keep(save)}
	}
	return nil
}

// path is the file of an incident's postmortem.
func (s Shelf) path(inc timeline.Incident) string {
	return filepath.Join(s.Dir, chat.PostmortemFile(inc))
}

// IsTaken reports whether what people wrote in the file is on the record.
func (s Shelf) IsTaken(inc timeline.Incident) bool {
	edits, err := s.edits(inc)
	return inc.Private || err != nil || len(edits) == 0
}

// edits returns what people wrote in the file that is saved; nothing where there is
// none.
func (s Shelf) edits(inc timeline.Incident) ([]timeline.PartWritten, error) {
	file, err := os.ReadFile(s.path(inc))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return chat.EditsOf(s.Texts, inc, string(file))
}

// Deliver saves. What people wrote in the file that is there is recorded first, and
// calls for saving again.
func (s Shelf) Deliver(_ context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	if e.Do != save {
		return nil, timeline.Refusal(fmt.Errorf("this version of Muster does not know how to %q", e.Do))
	}
	if err := os.MkdirAll(s.Dir, 0o750); err != nil {
		return nil, fmt.Errorf("save the postmortem: %w", err)
	}
	if edits, err := s.edits(inc); err != nil || len(edits) > 0 {
		return chat.AsFacts(edits), err
	}
	return nil, s.save(inc)
}

// save writes the Markdown, the page and, once it is published, the PDF.
func (s Shelf) save(inc timeline.Incident) error {
	d := s.Binder.Document(inc)
	page, err := d.HTML()
	if err == nil {
		err = errors.Join(s.write(s.path(inc), []byte(d.Markdown)), s.write(s.beside(inc, ".html"), page))
	}
	if draft := inc.Draft(); err == nil && draft.Approved > 0 {
		var pdf []byte
		if pdf, err = d.PDF(draft.At); err == nil {
			err = s.write(s.beside(inc, ".pdf"), pdf)
		}
	}
	if err != nil {
		return fmt.Errorf("save the postmortem: %w", err)
	}
	return nil
}

// beside is the same file in another format.
func (s Shelf) beside(inc timeline.Incident, extension string) string {
	return strings.TrimSuffix(s.path(inc), ".md") + extension
}

// write writes a file as a whole: a reader sees the old one or the new.
func (s Shelf) write(path string, content []byte) error {
	tmp, err := os.CreateTemp(s.Dir, ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(content)
	if err = errors.Join(err, tmp.Chmod(0o640), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
