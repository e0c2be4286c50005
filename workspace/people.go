package workspace

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Answer is what an app answered to something that a person did, within the
// time that it has to acknowledge.
type Answer struct {
	TS        string            `json:"ts,omitempty"`        // of the message that was posted
	Ephemeral []string          `json:"ephemeral,omitempty"` // what the person was shown
	View      any               `json:"view,omitempty"`      // the modal that was opened
	Errors    map[string]string `json:"errors,omitempty"`    // what is wrong with a modal, by block
	Options   []object          `json:"options,omitempty"`   // what an external select offers

	unasked bool // the app was not told of the deed
}

// do runs what a person does with the lock held, and then waits for what the
// app owes an answer to.
func (w *Workspace) do(as string, deed func(*user) (Answer, *envelope, error)) (Answer, error) {
	w.mu.Lock()
	u, ok := w.userNamed(as)
	if err := idle(u, ok, as); err != nil {
		w.mu.Unlock()
		return Answer{}, err
	}
	answer, e, err := deed(u)
	if err != nil || e == nil {
		answer.unasked = true
		w.mu.Unlock()
		return answer, err
	}
	ended := make(chan struct{})
	failed := false
	handle := e.done
	e.done = func(payload json.RawMessage, acked bool) {
		if failed = !acked; acked && handle != nil {
			handle(payload, acked)
		}
		close(ended)
	}
	w.deliver(e)
	w.mu.Unlock()
	select {
	case <-ended:
	case <-w.over:
		return answer, errors.New("the workspace was closed")
	}
	if failed {
		return answer, fmt.Errorf("operation_timeout: the app did not answer in time")
	}
	return answer, nil
}

// idle says why someone can not do anything here; nil where they can.
func idle(u *user, known bool, as string) error {
	switch {
	case !known || u.bot:
		return fmt.Errorf("nobody here is called %q", as)
	case u.deleted:
		return fmt.Errorf("%s is deactivated and can do nothing here", as)
	}
	return nil
}

// Say posts what someone types into a channel, or runs it if it begins with a
// slash. "@ana" and "#incidents" become a mention and a link as they do while
// one types; "@" and the app's name, or
// one's own, is the direct messages with the app.
func (w *Workspace) Say(as, channel, text string) (Answer, error) {
	return w.say(as, channel, "", text)
}

// Reply posts into the thread of a message.
func (w *Workspace) Reply(as, channel, ts, text string) (Answer, error) {
	return w.say(as, channel, ts, text)
}

func (w *Workspace) say(as, channel, thread, text string) (Answer, error) {
	var answer Answer
	posted, err := w.do(as, func(u *user) (Answer, *envelope, error) {
		ch, err := w.place(u, channel)
		if err != nil {
			return Answer{}, nil, err
		}
		if strings.HasPrefix(text, "/") && thread != "" && w.knows(text) {
			return Answer{}, nil, errors.New("commands can not be used in threads; type it in the channel")
		}
		if strings.HasPrefix(text, "/") && thread == "" {
			e, err := w.slash(u, ch, strings.TrimSpace(text), &answer)
			return Answer{}, e, err
		}
		return w.speak(u, ch, thread, text)
	})
	answer.TS, answer.unasked = posted.TS, posted.unasked
	return answer, err
}

// place is the channel that someone names, if they may be in it: "@" and the
// name of the app, or one's own, is the direct messages with the app, and "@"
// and another name those with that person.
func (w *Workspace) place(u *user, name string) (*channel, error) {
	if person, ok := w.userNamed(strings.TrimPrefix(name, "@")); ok && strings.HasPrefix(name, "@") {
		if person == u {
			person = w.app.user
		}
		if person.deleted {
			return nil, fmt.Errorf("%s is deactivated: nobody can write to them", person.name)
		}
		return w.between(u, person), nil
	}
	ch, ok := w.channelNamed(name)
	switch {
	case !ok || !ch.sees(u):
		return nil, fmt.Errorf("there is no channel %s, or %s is not in it", name, u.name)
	case ch.archived:
		return nil, fmt.Errorf("%s is archived", ch.label(w))
	}
	return ch, nil
}

func (w *Workspace) speak(u *user, ch *channel, thread, text string) (Answer, *envelope, error) {
	if strings.TrimSpace(text) == "" {
		return Answer{}, nil, errors.New("there is nothing to say")
	}
	m := &message{ts: w.ts(), user: u.id, text: w.typed(text), clientID: w.uuid("message")}
	m.blocks = w.composed(m.text)
	if thread != "" {
		parent, ok := ch.message(thread)
		if !ok {
			return Answer{}, nil, fmt.Errorf("there is no message %s to reply to", thread)
		}
		m.thread = rootOf(parent)
	}
	if !ch.has(u.id) {
		w.enter(ch, u, "")
		m.ts = w.ts()
	}
	w.put(ch, m)
	return Answer{TS: m.ts}, nil, nil
}

// everybody is the names that call everybody.
var everybody = []string{"channel", "here", "everyone"}

var (
	escape    = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	mentioned = regexp.MustCompile(`(^|[\s(])([@#])([\p{Ll}\p{Lo}\p{N}._-]+)`)
	address   = regexp.MustCompile(`https?://[^\s<>|]+`)
)

// typed is what a person typed as Slack's clients send it: nothing that was
// typed can control anything, and names become mentions.
func (w *Workspace) typed(text string) string {
	text = address.ReplaceAllString(escape.Replace(text), "<$0>")
	return mentioned.ReplaceAllStringFunc(text, func(s string) string {
		m := mentioned.FindStringSubmatch(s)
		name := strings.TrimRight(m[3], ".-_") // the end of a sentence, unless a name ends so
		if whole := w.mention(m[2], m[3]); whole != m[2]+m[3] {
			return m[1] + whole
		}
		return m[1] + w.mention(m[2], name) + m[3][len(name):]
	})
}

func (w *Workspace) mention(sign, name string) string {
	switch {
	case sign == "@" && slices.Contains(everybody, name):
		return "<!" + name + ">"
	case sign == "@":
		if u, ok := w.userNamed(name); ok {
			return "<@" + u.id + ">"
		}
	default:
		if ch, ok := w.channelNamed(name); ok {
			return "<#" + ch.id + "|" + ch.name + ">"
		}
	}
	return sign + name
}

// whispers is what someone was shown alone: how much, and the latest of it.
type whispers struct {
	n    int
	last []string
}

// whispersMost is how much of it is kept.
const whispersMost = 20

func (s whispers) and(text string) whispers {
	last := append(slices.Clone(s.last), text)
	return whispers{s.n + 1, last[max(0, len(last)-whispersMost):]}
}

// since is what came after the first n.
func (s whispers) since(n int) []string {
	return slices.Clone(s.last[max(0, len(s.last)-(s.n-n)):])
}

// reactionTo adds to the answer to a deed what the app shows someone, by whatever way, within the
// time that it has.
func (w *Workspace) reactionTo(as string, deed func() (Answer, error)) (Answer, error) {
	w.mu.Lock()
	u, ok := w.userNamed(as)
	if !ok {
		w.mu.Unlock()
		return deed()
	}
	heard, opened := w.whispers[u.id].n, w.opened
	w.mu.Unlock()
	answer, err := deed()
	if err != nil || answer.unasked || answer.TS != "" || len(answer.Ephemeral) > 0 || answer.View != nil {
		return answer, err
	}
	over := time.NewTimer(w.o.Ack)
	defer over.Stop()
	for {
		w.mu.Lock()
		changed := w.next()
		answer.Ephemeral = w.whispers[u.id].since(heard)
		if v := w.latestView(as); v != nil && v.nth > opened {
			answer.View = v.raw
		}
		w.mu.Unlock()
		if len(answer.Ephemeral) > 0 || answer.View != nil {
			return answer, nil
		}
		select {
		case <-changed:
		case <-over.C:
			return answer, nil
		}
	}
}

// React puts someone's emoji on a message.
func (w *Workspace) React(as, where, ts, name string) error {
	return w.onMessage(as, where, ts, func(ch *channel, m *message, u *user) error {
		if !isEmoji(name) {
			return fmt.Errorf("%q is no emoji", name)
		}
		if !w.react(ch, m, u, name) {
			return fmt.Errorf("%s has put :%s: there already", as, name)
		}
		return nil
	})
}

// Unreact takes someone's emoji back.
func (w *Workspace) Unreact(as, where, ts, name string) error {
	return w.onMessage(as, where, ts, func(ch *channel, m *message, u *user) error {
		if !w.unreact(ch, m, u, name) {
			return fmt.Errorf("%s has no :%s: there", as, name)
		}
		return nil
	})
}

// Edit changes someone's own message.
func (w *Workspace) Edit(as, where, ts, text string) error {
	return w.onMessage(as, where, ts, func(ch *channel, m *message, u *user) error {
		if m.user != u.id || isSystem(m.subtype) {
			return fmt.Errorf("the message is not %s's", as)
		}
		if strings.TrimSpace(text) == "" {
			return errors.New("there is nothing to say; delete the message instead")
		}
		before := w.messageJSON(ch, m)
		m.text, m.edited, m.editor = w.typed(text), w.ts(), u.id
		m.blocks = w.composed(m.text)
		w.happen(Happening{Kind: Edited, Channel: ch.label(w), Message: w.see(ch, m), channel: ch, message: m})
		w.changedEvent(ch, m, before)
		return nil
	})
}

// Delete deletes someone's own message, or any message of the app's.
func (w *Workspace) Delete(as, where, ts string) error {
	return w.onMessage(as, where, ts, func(ch *channel, m *message, u *user) error {
		if m.user != u.id && !m.bot {
			return fmt.Errorf("the message is not %s's", as)
		}
		w.remove(ch, m)
		return nil
	})
}

// Pin pins a message.
func (w *Workspace) Pin(as, where, ts string) error {
	return w.onMessage(as, where, ts, func(ch *channel, m *message, u *user) error {
		if slices.Contains(ch.pins, ts) {
			return fmt.Errorf("the message is pinned already")
		}
		w.pin(ch, m, u)
		return nil
	})
}

// Unpin takes a pin off.
func (w *Workspace) Unpin(as, where, ts string) error {
	return w.onMessage(as, where, ts, func(ch *channel, m *message, u *user) error {
		if !slices.Contains(ch.pins, ts) {
			return fmt.Errorf("the message is not pinned")
		}
		w.unpin(ch, m, u)
		return nil
	})
}

func (w *Workspace) onMessage(as, where, ts string, deed func(*channel, *message, *user) error) error {
	_, err := w.do(as, func(u *user) (Answer, *envelope, error) {
		ch, err := w.place(u, where)
		if err != nil {
			return Answer{}, nil, err
		}
		m, ok := ch.message(ts)
		if !ok {
			return Answer{}, nil, fmt.Errorf("there is no message %s in %s", ts, where)
		}
		return Answer{}, nil, deed(ch, m, u)
	})
	return err
}

// Join brings someone into a public channel.
func (w *Workspace) Join(as, channel string) error {
	_, err := w.do(as, func(u *user) (Answer, *envelope, error) {
		ch, err := w.place(u, channel)
		if err == nil && !ch.has(u.id) {
			w.enter(ch, u, "")
		}
		return Answer{}, nil, err
	})
	return err
}

// Leave takes someone out of a channel.
func (w *Workspace) Leave(as, channel string) error {
	_, err := w.do(as, func(u *user) (Answer, *envelope, error) {
		ch, err := w.place(u, channel)
		if err == nil {
			err = w.part(ch, u)
		}
		return Answer{}, nil, err
	})
	return err
}

// Archive archives a channel.
func (w *Workspace) Archive(as, channel string) error {
	_, err := w.do(as, func(u *user) (Answer, *envelope, error) {
		ch, err := w.place(u, channel)
		if err == nil {
			err = w.archive(ch, u)
		}
		return Answer{}, nil, err
	})
	return err
}

// Unarchive opens an archived channel again.
func (w *Workspace) Unarchive(as, channel string) error {
	_, err := w.do(as, func(u *user) (Answer, *envelope, error) {
		ch, ok := w.channelNamed(channel)
		if !ok || !ch.sees(u) {
			return Answer{}, nil, fmt.Errorf("there is no channel %s, or %s is not in it", channel, as)
		}
		return Answer{}, nil, w.unarchive(ch, u)
	})
	return err
}

// InviteApp brings the app into a channel, as /invite does.
func (w *Workspace) InviteApp(as, channel string) error {
	_, err := w.do(as, func(u *user) (Answer, *envelope, error) {
		ch, err := w.place(u, channel)
		if err == nil && !ch.has(w.app.user.id) {
			w.enter(ch, w.app.user, u.id)
		}
		return Answer{}, nil, err
	})
	return err
}

// Read marks a channel as read up to a message.
func (w *Workspace) Read(as, channel, ts string) error {
	_, err := w.do(as, func(u *user) (Answer, *envelope, error) {
		ch, ok := w.channelNamed(channel)
		if !ok || !ch.sees(u) {
			return Answer{}, nil, fmt.Errorf("there is no channel %s", channel)
		}
		if _, ok := ch.message(ts); !ok && !slices.ContainsFunc(ch.messages, func(m *message) bool { return m.ts == ts }) {
			return Answer{}, nil, fmt.Errorf("there is no message %s", ts)
		}
		ch.read[u.id] = max(ch.read[u.id], ts)
		w.showChannel(ch, func(o *user) bool { return o == u })
		return Answer{}, nil, nil
	})
	return err
}

// Upload posts a file into a channel.
func (w *Workspace) Upload(as, where, name string, content []byte) (Answer, error) {
	return w.upload(as, where, "", name, "", content)
}

// upload posts a file with a text, into a thread where one is named.
func (w *Workspace) upload(as, where, thread, name, text string, content []byte) (Answer, error) {
	return w.do(as, func(u *user) (Answer, *envelope, error) {
		ch, err := w.place(u, where)
		switch {
		case err != nil:
			return Answer{}, nil, err
		case len(content) == 0:
			return Answer{}, nil, fmt.Errorf("%s is empty", name)
		case len(content) > fileMost:
			return Answer{}, nil, fmt.Errorf("%s has more than %d MB", name, fileMost>>20)
		}
		if parent, ok := ch.message(thread); ok {
			thread = rootOf(parent)
		}
		f := &file{id: w.id("F"), name: name, title: name, user: u.id, content: content, created: w.now().Unix(), channels: []string{ch.id}, done: true, uploaded: true}
		f.url = w.base + "/files/" + f.id + "/" + url.PathEscape(name)
		w.files = append(w.files, f)
		m := &message{ts: w.ts(), user: u.id, subtype: "file_share", text: w.typed(text), thread: thread, files: []*file{f}, clientID: w.uuid("message")}
		w.put(ch, m)
		w.emit("file_shared", ch, object{"channel_id": ch.id, "file_id": f.id, "user_id": u.id, "file": object{"id": f.id}})
		return Answer{TS: m.ts}, nil, nil
	})
}
