package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"muster/templates"
	"muster/timeline"
)

// Writer writes the postmortem and shares it in the incident's channel: when the
// incident is resolved, when somebody asks, and when it is published. It takes in
// what people wrote in a file of it.
type Writer struct {
	Chat    Chat
	Journal *timeline.Journal
	Texts   templates.Texts
	// IsTaken reports whether what people wrote in the file that is saved is on the
	// record by now. It may be nil.
	IsTaken func(timeline.Incident) bool
	Binder  Binder
}

// Name is "writer".
func (Writer) Name() string { return "writer" }

// Urgency is that of tickets and announcements.
func (Writer) Urgency() timeline.Urgency { return timeline.Announce }

const (
	writeUp  = "write-up"
	takeFile = "take-file"
)

// React writes when someone asks for it, and at the end. Where there is no channel
// yet, it writes when there is; where it was archived, for whoever asks.
func (Writer) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	_, opened := ev.Fact.(timeline.ChannelOpened)
	if opened && slices.ContainsFunc(inc.Events, asksForPostmortem) || shares(inc, ev) && placeOf(inc, ev) != "" {
		return []timeline.Effect{timeline.Do(writeUp, nil)}
	}
	return nil
}

// placeOf is where the postmortem is shared because of an event: in the incident's
// channel or, where that was archived, with who asked for it; empty for nowhere.
func placeOf(inc timeline.Incident, ev timeline.Event) string {
	switch by := ev.By.ID; {
	case inc.Channel.ID != "":
		return inc.Channel.ID
	case inc.Archived.ID != "" && asksForPostmortem(ev) && by != "" && !isLocal(by) && inc.IsOpenTo(by):
		return by
	}
	return ""
}

func asksForPostmortem(ev timeline.Event) bool {
	f, ok := ev.Fact.(timeline.Asked)
	return ok && f.For == timeline.Postmortem
}

// shares reports whether the postmortem is shared because of an event: somebody
// asked, it is published, or the incident is over. At the first end it follows the
// message that says how far it is.
func shares(inc timeline.Incident, ev timeline.Event) bool {
	switch f := ev.Fact.(type) {
	case timeline.DraftApproved:
		return true
	case timeline.Resolved:
		first := firstShown(inc)
		return first > 0 && first < ev.Seq
	case timeline.Posted:
		return f.What == timeline.PostmortemPost && firstShown(inc) == ev.Seq
	}
	return asksForPostmortem(ev)
}

// firstShown is the event that first told of the message about the postmortem; 0
// where none did.
func firstShown(inc timeline.Incident) int {
	return 1 + slices.IndexFunc(inc.Events, func(ev timeline.Event) bool {
		f, ok := ev.Fact.(timeline.Posted)
		return ok && f.What == timeline.PostmortemPost
	})
}

// Deliver shares the postmortem as it is now, or reads a file.
func (w Writer) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	switch e.Do {
	case writeUp:
		return w.share(ctx, inc, e)
	case takeFile:
		return nil, w.take(ctx, inc, e)
	}
	return nil, unknownOrder(e)
}

// share shares the postmortem, once. In a channel that is where it stands; who asked
// for it alone has a copy.
func (w Writer) share(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	to := placeOf(inc, inc.Events[e.Seq-1])
	if isShared(inc, e.Seq) || to == "" {
		return nil, nil
	}
	f := w.named(inc, e)
	if to != inc.Channel.ID {
		f.Comment = w.Texts.T("postmortem.comment alone", inc.ID)
	}
	url, err := w.shared(ctx, inc, to, f, e)
	if err != nil || to != inc.Channel.ID {
		return nil, err
	}
	return []timeline.Fact{timeline.Linked{What: timeline.Postmortem, Ref: f.Name, URL: url}}, nil
}

// named is the file without what it says. After doubt it is looked for by its title,
// so that is the same in every language.
func (w Writer) named(inc timeline.Incident, e timeline.Effect) File {
	n := asked(inc, e.Seq, func(ev timeline.Event) bool { return shares(inc, ev) })
	f := File{Name: PostmortemFile(inc), Title: fmt.Sprintf("%v postmortem, draft %d", inc.ID, n), Comment: w.Texts.T("postmortem.comment")}
	if n > 1 {
		f.Comment = w.Texts.T("postmortem.comment again", n)
	}
	if isFinal(inc, e) {
		f.Name = strings.TrimSuffix(f.Name, ".md") + ".pdf"
		f.Title, f.Comment = fmt.Sprintf("%v postmortem, published (%d)", inc.ID, n), w.Texts.T("postmortem.comment published")
	}
	return f
}

// shared is where a file is that is shared now, unless an earlier try did.
func (w Writer) shared(ctx context.Context, inc timeline.Incident, to string, f File, e timeline.Effect) (url string, err error) {
	if e.Doubt {
		if url, found, err := w.Chat.FindShared(ctx, to, f.Title, e.Since.Add(-skew)); found || err != nil {
			return url, err
		}
	}
	if w.IsTaken != nil && e.Tries == 1 && !w.IsTaken(inc) {
		return "", timeline.Later(errors.New("what was written in the saved file is taken in first"), time.Second)
	}
	if f, err = w.written(inc, e, f); err != nil {
		return "", err
	}
	return w.Chat.Share(ctx, to, f)
}

// isFinal reports whether it is the postmortem as it is published that is shared.
func isFinal(inc timeline.Incident, e timeline.Effect) bool {
	_, approved := inc.Events[e.Seq-1].Fact.(timeline.DraftApproved)
	return approved
}

// written returns the file with what it says: a draft as Markdown, that people can
// edit, and what is published as PDF, as of its approval.
func (w Writer) written(inc timeline.Incident, e timeline.Effect, f File) (File, error) {
	if !isFinal(inc, e) {
		f.Content = w.Texts.Postmortem(inc)
		return f, nil
	}
	inc = inc.At(e.Seq)
	pdf, err := w.Binder.Document(inc).PDF(inc.Draft().At)
	if err != nil {
		return f, timeline.Refusal(err)
	}
	f.Content = string(pdf)
	return f, nil
}

// isShared reports whether the draft that follows the end has been shared since, as
// somebody asked at once.
func isShared(inc timeline.Incident, seq int) bool {
	if _, atEnd := inc.Events[seq-1].Fact.(timeline.Posted); !atEnd {
		return false
	}
	for _, ev := range slices.Backward(inc.Events[:seq]) {
		switch f := ev.Fact.(type) {
		case timeline.Linked:
			if f.What == timeline.Postmortem {
				return true
			}
		case timeline.Resolved:
			return false
		}
	}
	return false
}

// PostmortemFile is the name of the file that a postmortem is kept in.
func PostmortemFile(inc timeline.Incident) string { return postmortemFile(inc) + ".md" }

// IsPostmortemFile reports whether a file is the postmortem by its name, to which
// the machine of whoever changed it may have added something: "INC-1-postmortem (2).md".
func IsPostmortemFile(inc timeline.Incident, name string) bool {
	return strings.HasPrefix(strings.ToLower(name), strings.ToLower(postmortemFile(inc)))
}

func postmortemFile(inc timeline.Incident) string { return inc.ID.String() + "-postmortem" }
