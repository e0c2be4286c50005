package chat

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"muster/templates"
	"muster/timeline"
)

// Transcriber sends the whole of an incident's channel, as a text, to whoever
// asks for it, in a direct message. Make it with [NewTranscriber].
type Transcriber struct {
	chat  Chat
	texts templates.Texts

	mu       sync.Mutex
	readings map[string]*reading // by the key of the effect
}

// NewTranscriber returns a transcriber.
func NewTranscriber(c Chat, texts templates.Texts) *Transcriber {
	return &Transcriber{chat: c, texts: texts, readings: map[string]*reading{}}
}

// Name is "transcriber".
func (*Transcriber) Name() string { return "transcriber" }

// Urgency is that of announcements.
func (*Transcriber) Urgency() timeline.Urgency { return timeline.Announce }

const transcribe = "transcribe"

// React transcribes when someone asks for it.
func (*Transcriber) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	if !asksForTranscript(ev) {
		return nil
	}
	return []timeline.Effect{timeline.Do(transcribe, ev.By.ID)}
}

func asksForTranscript(ev timeline.Event) bool {
	f, ok := ev.Fact.(timeline.Asked)
	return ok && f.For == timeline.Transcript
}

// Deliver sends the channel as it is now. One that takes long to read is read on
// between the tries.
func (t *Transcriber) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	var asker string
	if e.Do != transcribe {
		return nil, unknownOrder(e)
	}
	if err := e.Read(&asker); err != nil {
		return nil, err
	}
	if !inc.IsOpenTo(asker) {
		return nil, nil // they have left meanwhile
	}
	f := File{ // after doubt it is looked for by its title, so that is the same in every language
		Name: inc.ID.String() + "-transcript.txt", Title: fmt.Sprintf("%v transcript %d", inc.ID, asked(inc, e.Seq, asksForTranscript)),
		Comment: t.texts.T("transcript.comment", inc.ID),
	}
	if e.Doubt {
		if _, ok, err := t.chat.FindShared(ctx, asker, f.Title, e.Since.Add(-skew)); ok || err != nil {
			return nil, err
		}
	}
	var err error
	if f.Content, err = t.read(ctx, inc, e.Key()); err == nil {
		_, err = t.chat.Share(ctx, asker, f)
	}
	if err == nil || timeline.IsRefusal(err) {
		t.forget(e.Key())
	}
	return nil, err
}

// asked counts what was asked for up to an event: the number tells one document
// from another.
func asked(inc timeline.Incident, seq int, asks func(timeline.Event) bool) int {
	n := 0
	for _, ev := range inc.Events[:min(seq, len(inc.Events))] {
		if asks(ev) {
			n++
		}
	}
	return n
}

// reading is one reading of a whole channel.
type reading struct {
	done chan struct{} // closed when it has ended
	text string
	err  error
}

// A channel may have hundreds of threads, each of which is a call: a reading may
// take so long in all, and each try waits so long for it.
const (
	readFor  = 30 * time.Minute
	waitFor  = 15 * time.Second
	lookEach = 5 * time.Second
)

// read returns the text of a channel once it is read.
func (t *Transcriber) read(ctx context.Context, inc timeline.Incident, key string) (string, error) {
	r := t.begun(ctx, inc, key)
	patience := time.NewTimer(waitFor)
	defer patience.Stop()
	select {
	case <-r.done:
	case <-patience.C:
		return "", timeline.Later(errors.New("the channel is still being read"), lookEach)
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if r.err != nil {
		t.forget(key) // it is read anew
	}
	return r.text, r.err
}

// begun returns the reading for an effect, and begins it where there is none.
func (t *Transcriber) begun(ctx context.Context, inc timeline.Incident, key string) *reading {
	t.mu.Lock()
	defer t.mu.Unlock()
	r, ok := t.readings[key]
	if !ok {
		r = &reading{done: make(chan struct{})}
		t.readings[key] = r
		go func() {
			defer close(r.done)
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readFor)
			defer cancel()
			r.text, r.err = t.transcript(ctx, inc)
		}()
	}
	return r
}

func (t *Transcriber) forget(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.readings, key)
}

// transcript reads a channel and writes it as a text.
func (t *Transcriber) transcript(ctx context.Context, inc timeline.Incident) (text string, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			text, err = "", timeline.Refusal(fmt.Errorf("a fault in Muster: %v", fault))
		}
	}()
	channel := inc.Channel
	if channel.ID == "" {
		channel = inc.Archived
	}
	all, whole, err := t.chat.Whole(ctx, channel.ID)
	if err != nil {
		return "", err
	}
	names := map[string]string{}
	w := transcript{texts: t.texts, name: func(id string) string {
		if _, known := names[id]; !known {
			names[id] = t.nameOf(ctx, inc, id)
		}
		return names[id]
	}}
	return w.write(inc, channel.Name, all, whole), nil
}

// nameOf returns someone's name; the ID where nobody knows it.
func (t *Transcriber) nameOf(ctx context.Context, inc timeline.Incident, id string) string {
	if known := inc.Person(id); known.Name != "" {
		return known.Name
	}
	p, _, err := t.chat.Person(ctx, id)
	if err != nil || p.Name == "" {
		return id
	}
	return p.Name
}
