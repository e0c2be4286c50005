package chat

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"muster/document"
	"muster/templates"
	"muster/timeline"
)

// Take is the order to read a file that somebody handed in, maybe in a thread.
func (Writer) Take(by timeline.Person, f Handed, thread string) timeline.Effect {
	return timeline.Do(takeFile, taken{by, f, thread}).OnObject(f.Message.String())
}

// taken is a file that is to be read, and who handed it in.
type taken struct {
	By     timeline.Person `json:"by"`
	File   Handed          `json:"file"`
	Thread string          `json:"thread,omitempty"` // in which it was
}

// fileMost is how many bytes a file of a postmortem may have.
const fileMost = 8 << 20

// take records what somebody wrote in a file, and tells in its thread what that was.
func (w Writer) take(ctx context.Context, inc timeline.Incident, e timeline.Effect) error {
	var t taken
	if err := e.Read(&t); err != nil {
		return err
	}
	content, _, err := w.Chat.Fetch(ctx, t.File.File.URL, fileMost)
	if err != nil {
		return fmt.Errorf("%s: %w", t.File.File.Name, err)
	}
	inc, edits, err := w.TakeIn(ctx, inc.ID, timeline.Cause{By: t.By, Request: "effect " + e.Key()}, string(content))
	if err != nil {
		return err
	}
	m := Say(TakenIn(w.Texts, inc, edits))
	m.Thread = cmp.Or(t.Thread, t.File.Message.TS)
	if err := PostOnce(ctx, w.Chat, t.File.Message.Channel, m, e); err != nil {
		return err
	}
	names := w.Texts.Blamed(inc, edits)
	if len(names) == 0 {
		return nil
	}
	hint := Say(w.Texts.T("postmortem.file names", inc.ID, w.Texts.List(names)))
	hint.Thread = m.Thread
	return whisperOrTell(ctx, w.Chat, t.File.Message.Channel, t.By.ID, hint, e)
}

// TakeIn records what people wrote in a file of the postmortem, and returns it.
// What the same request has recorded before is not recorded again.
func (w Writer) TakeIn(ctx context.Context, id timeline.ID, by timeline.Cause, file string) (inc timeline.Incident, edits []timeline.PartWritten, err error) {
	inc, err = w.Journal.Decide(ctx, id, by, func(inc timeline.Incident) (_ []timeline.Fact, err error) {
		if edits, err = EditsOf(w.Texts, inc, file); err != nil {
			return nil, err
		}
		return AsFacts(edits), nil
	})
	if !errors.Is(err, timeline.ErrRepeated) {
		return inc, edits, err
	}
	inc, err = w.Journal.Incident(ctx, id)
	return inc, writtenBy(inc, by.Request), err
}

// writtenBy returns the parts that a request has written.
func writtenBy(inc timeline.Incident, request string) (all []timeline.PartWritten) {
	for _, ev := range inc.Events {
		if f, ok := ev.Fact.(timeline.PartWritten); ok && ev.Request == request {
			all = append(all, f)
		}
	}
	return all
}

// EditsOf returns what people wrote in a file of the postmortem, fit to be kept.
func EditsOf(t templates.Texts, inc timeline.Incident, file string) (edits []timeline.PartWritten, err error) {
	if !utf8.ValidString(file) || strings.ContainsRune(file, 0) {
		return nil, timeline.Refusal(errors.New(t.T("reason.no text"))) // every other part would seem to be changed
	}
	if n := len(document.Split(file)); n > templates.PartsMost {
		if most := templates.PartsMost + len(t.PostmortemParts(inc)); n > most {
			return nil, timeline.Refusal(errors.New(t.T("reason.many parts", n, most)))
		}
	}
	for _, edit := range t.Edits(inc, file, Clean) {
		edit.Source = templates.FromFile
		if n := len([]rune(edit.Text)); n > templates.PartMost {
			return nil, timeline.Refusal(errors.New(t.T("reason.long part", edit.Part, n, templates.PartMost)))
		}
		edits = append(edits, edit)
	}
	return edits, nil
}

// AsFacts returns what people wrote as the facts that it is.
func AsFacts(edits []timeline.PartWritten) (facts []timeline.Fact) {
	for _, edit := range edits {
		facts = append(facts, edit)
	}
	return facts
}

// TakenIn tells what was taken from a file.
func TakenIn(t templates.Texts, inc timeline.Incident, edits []timeline.PartWritten) string {
	if len(edits) == 0 {
		return t.T("postmortem.file the same", inc.ID)
	}
	return t.T("postmortem.file taken", inc.ID, t.Headings(t.PartHeadings(inc, edits)))
}
