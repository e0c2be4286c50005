package workspace

import (
	"context"
	"encoding/json"
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
}

// do runs what a person does with the lock held, and then waits for what the
// app owes an answer to.
func (w *Workspace) do(as string, deed func(*user) (Answer, *envelope, error)) (Answer, error) {
	w.mu.Lock()
	u, ok := w.userNamed(as)
	if !ok || u.bot {
		w.mu.Unlock()
		return Answer{}, fmt.Errorf("nobody here is called %q", as)
	}
	answer, e, err := deed(u)
	if err != nil || e == nil {
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
	<-ended
	if failed {
		return answer, fmt.Errorf("operation_timeout: the app did not answer in time")
	}
	return answer, nil
}

// Say posts what someone types into a channel, or runs it if it begins with a
// slash. "@ana" and "#incidents" become a mention and a link as they do while
// one types; a channel of "@muster" or the person's own name is the direct
// messages with the app.
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
		if strings.HasPrefix(text, "/") && thread == "" {
			e, err := w.slash(u, ch, text, &answer)
			return Answer{}, e, err
		}
		return w.speak(u, ch, thread, text)
	})
	answer.TS = posted.TS
	return answer, err
}

// place is the channel that someone names, if they are in it.
func (w *Workspace) place(u *user, name string) (*channel, error) {
	if name == "@"+w.app.user.name || name == "@"+u.name {
		return w.direct(u), nil
	}
	ch, ok := w.channelNamed(name)
	switch {
	case !ok:
		return nil, fmt.Errorf("there is no channel %s", name)
	case ch.archived:
		return nil, fmt.Errorf("%s is archived", ch.label(w))
	case !ch.has(u.id) && ch.private:
		return nil, fmt.Errorf("%s is not in %s", u.name, ch.label(w))
	}
	return ch, nil
}

func (w *Workspace) speak(u *user, ch *channel, thread, text string) (Answer, *envelope, error) {
	if !ch.has(u.id) {
		w.enter(ch, u, "")
	}
	m := &message{ts: w.ts(), user: u.id, text: w.typed(text), clientID: w.uuid("message")}
	if thread != "" {
		parent, ok := ch.message(thread)
		if !ok {
			return Answer{}, nil, fmt.Errorf("there is no message %s to reply to", thread)
		}
		m.thread = rootOf(parent)
	}
	w.put(ch, m)
	return Answer{TS: m.ts}, nil, nil
}

var (
	escape    = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	mentioned = regexp.MustCompile(`(^|[\s(])([@#])([a-z0-9_-]+)`)
	address   = regexp.MustCompile(`https?://[^\s<>|]+`)
)

// typed is what a person typed as Slack's clients send it: nothing that was
// typed can control anything, and names become mentions.
func (w *Workspace) typed(text string) string {
	text = address.ReplaceAllString(escape.Replace(text), "<$0>")
	return mentioned.ReplaceAllStringFunc(text, func(s string) string {
		m := mentioned.FindStringSubmatch(s)
		return m[1] + w.mention(m[2], m[3])
	})
}

func (w *Workspace) mention(sign, name string) string {
	switch {
	case sign == "@" && slices.Contains([]string{"channel", "here", "everyone"}, name):
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

// slash runs a slash command.
func (w *Workspace) slash(u *user, ch *channel, text string, answer *Answer) (*envelope, error) {
	name, args, _ := strings.Cut(text, " ")
	cmd, ok := find(w.app.Features.Commands, func(c command) bool { return c.Command == name })
	if !ok || !w.app.has("commands") {
		return nil, fmt.Errorf("%s is not a valid command", name)
	}
	args = strings.TrimSpace(args)
	if cmd.ShouldEscape {
		args = w.typed(args)
	}
	w.happen(Happening{Kind: Typed, Channel: ch.label(w), Person: u.name, Text: text})
	trigger := w.newTrigger(u)
	where := ch.name
	if ch.im {
		where = "directmessage"
	}
	payload := object{
		"token": "deprecated", "team_id": teamID, "team_domain": domain, "channel_id": ch.id, "channel_name": where,
		"user_id": u.id, "user_name": u.name, "command": name, "text": args, "api_app_id": w.app.id,
		"is_enterprise_install": "false", "response_url": w.replyURL(u, ch, nil), "trigger_id": trigger,
	}
	return &envelope{kind: "slash_commands", payload: payload, accepts: true, done: func(answered json.RawMessage, _ bool) {
		w.answered(u, ch, answered, answer)
		answer.View = w.modalOf(trigger)
	}}, nil
}

// answered shows what came with an acknowledgement.
func (w *Workspace) answered(u *user, ch *channel, payload json.RawMessage, answer *Answer) {
	var m reply
	if json.Unmarshal(payload, &m) != nil || m.Text == "" && len(m.Blocks) == 0 {
		return
	}
	if problems := checkBlocks(orNone(m.Blocks), surfaceMessage); len(problems) > 0 {
		w.log("dropped", object{"why": "invalid blocks in an acknowledgement", "problems": problems})
		return
	}
	shown := w.showReply(u, ch, m)
	if shown.only != "" {
		answer.Ephemeral = append(answer.Ephemeral, w.readable(shown.text))
	}
}

func orNone(blocks json.RawMessage) []byte {
	if len(blocks) == 0 {
		return []byte("[]")
	}
	return blocks
}

// modalOf returns the modal that a trigger was used for.
func (w *Workspace) modalOf(triggerID string) any {
	if t := w.triggers[triggerID]; t != nil && t.view != nil {
		return t.view.raw
	}
	return nil
}

// Form returns the ID of the modal that someone opened last and that is still
// open; empty where there is none.
func (w *Workspace) Form(as string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if v := w.latestView(as); v != nil {
		return v.id
	}
	return ""
}

// AwaitForm waits until someone has a modal open, and returns its ID.
func (w *Workspace) AwaitForm(ctx context.Context, as string) (id string, err error) {
	err = w.await(ctx, "a modal for "+as, func() bool {
		if v := w.latestView(as); v != nil {
			id = v.id
		}
		return id != ""
	})
	return id, err
}

func (w *Workspace) latestView(as string) *view {
	var latest *view
	for _, v := range w.views {
		if w.nameOf(v.user) == as && (latest == nil || v.nth > latest.nth) {
			latest = v
		}
	}
	return latest
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
	heard, opened := len(w.whispers[u.id]), w.opened
	w.mu.Unlock()
	answer, err := deed()
	if err != nil || answer.TS != "" || len(answer.Ephemeral) > 0 || answer.View != nil {
		return answer, err
	}
	over := time.NewTimer(w.o.Ack)
	defer over.Stop()
	for {
		w.mu.Lock()
		changed := w.next()
		answer.Ephemeral = slices.Clone(w.whispers[u.id][heard:])
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
		if !emojiName.MatchString(name) {
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
		if m.user != u.id {
			return fmt.Errorf("the message is not %s's", as)
		}
		before := w.messageJSON(ch, m)
		m.text, m.edited, m.editor = w.typed(text), w.ts(), u.id
		w.happen(Happening{Kind: Edited, Channel: ch.label(w), Message: w.see(ch, m)})
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
		ch.pins = slices.DeleteFunc(ch.pins, func(o string) bool { return o == ts })
		w.pinEvent("pin_removed", ch, m, u)
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
			ch.members = slices.DeleteFunc(ch.members, func(id string) bool { return id == u.id })
			w.emit("member_left_channel", ch, object{"type": "member_left_channel", "user": u.id, "channel": ch.id, "channel_type": "C", "team": teamID})
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
			ch.archived = true
		}
		return Answer{}, nil, err
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

// OpenHome opens the app's Home tab.
func (w *Workspace) OpenHome(as string) error {
	_, err := w.do(as, func(u *user) (Answer, *envelope, error) {
		ch := w.direct(u)
		w.emit("app_home_opened", ch, object{"type": "app_home_opened", "user": u.id, "channel": ch.id, "tab": "home"})
		return Answer{}, nil, nil
	})
	return err
}

// Upload posts a file into a channel.
func (w *Workspace) Upload(as, where, name string, content []byte) (Answer, error) {
	return w.do(as, func(u *user) (Answer, *envelope, error) {
		ch, err := w.place(u, where)
		if err != nil {
			return Answer{}, nil, err
		}
		f := &file{id: w.id("F"), name: name, title: name, user: u.id, content: content, created: w.now().Unix(), channels: []string{ch.id}, done: true, uploaded: true}
		f.url = w.base + "/files/" + f.id + "/" + url.PathEscape(name)
		w.files = append(w.files, f)
		m := &message{ts: w.ts(), user: u.id, subtype: "file_share", files: []*file{f}}
		w.put(ch, m)
		return Answer{TS: m.ts}, nil, nil
	})
}
