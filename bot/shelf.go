package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

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
	// Take records what people wrote in a file, on top of what is on the record by
	// then, and returns that.
	Take func(ctx context.Context, id timeline.ID, by timeline.Cause, file string) (timeline.Incident, []timeline.PartWritten, error)
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
	file, err := s.saved(inc)
	if inc.Private || err != nil {
		return true
	}
	edits, err := chat.EditsOf(s.Texts, inc, file)
	return err != nil || len(edits) == 0
}

// savedMost is how many bytes the file may have: twice what the longest postmortem has
// that is written.
const savedMost = 64 << 20

// saved is the file as it is; empty where there is none.
func (s Shelf) saved(inc timeline.Incident) (string, error) {
	file, err := os.Open(s.path(inc))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer file.Close() // it was only read
	text, err := io.ReadAll(io.LimitReader(file, savedMost+1))
	if err == nil && len(text) > savedMost {
		err = timeline.Refusal(fmt.Errorf("%s is longer than %d MB", s.path(inc), savedMost>>20))
	}
	return string(text), err
}

// Deliver saves. What people wrote in the file that is there is recorded first.
func (s Shelf) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	if e.Do != save {
		return nil, timeline.Refusal(fmt.Errorf("this version of Muster does not know how to %q", e.Do))
	}
	if err := os.MkdirAll(s.Dir, 0o750); err != nil {
		return nil, fmt.Errorf("save the postmortem: %w", err)
	}
	file, err := s.saved(inc)
	if err != nil {
		return nil, err
	}
	if inc, _, err = s.Take(ctx, inc.ID, timeline.Cause{}, file); err != nil {
		return nil, err
	}
	return nil, s.save(inc, file)
}

// save writes the page, once it is published the PDF, and in place of the file that
// was read the Markdown.
func (s Shelf) save(inc timeline.Incident, read string) error {
	d := s.Binder.Document(inc)
	page, err := d.HTML()
	if err == nil {
		err = s.write(s.beside(inc, ".html"), page)
	}
	if draft := inc.Draft(); err == nil && draft.Approved > 0 && !draft.Outdated {
		var pdf []byte
		if pdf, err = s.Binder.Document(inc.At(draft.Approved)).PDF(draft.At); err == nil {
			err = s.write(s.beside(inc, ".pdf"), pdf)
		}
	}
	if err == nil {
		err = s.replace(inc, read, d.Markdown)
	}
	if err != nil {
		return fmt.Errorf("save the postmortem: %w", err)
	}
	return nil
}

// replace writes the Markdown, unless somebody has written in the file since it was
// read: that is taken in first.
func (s Shelf) replace(inc timeline.Incident, read, text string) error {
	file, err := s.saved(inc)
	if err != nil {
		return err
	}
	if file != read {
		return timeline.Later(errors.New("somebody has written in the file meanwhile"), time.Second)
	}
	return s.write(s.path(inc), []byte(text))
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
