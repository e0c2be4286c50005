package workspace

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"
)

// replyFor and repliesMost are the limits of a response URL. Source: Slack's
// guide to handling interactions.
const (
	replyFor    = 30 * time.Minute
	repliesMost = 5
)

// replyURL is a right to answer what someone did, for a while.
type replyURL struct {
	user    *user
	channel *channel
	message *message // what was acted on, or what a command was answered with; if any
	address string
	left    int
	until   time.Time
}

// reply is what apps post to a response URL, or send with an acknowledgement.
type reply struct {
	Text        string          `json:"text"`
	Blocks      json.RawMessage `json:"blocks"`
	Attachments json.RawMessage `json:"attachments"`
	Type        string          `json:"response_type"`
	Replace     bool            `json:"replace_original"`
	Delete      bool            `json:"delete_original"`
	ThreadTS    string          `json:"thread_ts"`
}

// empty reports whether there is nothing to show.
func (r reply) empty() bool {
	return r.Text == "" && len(decode(r.Blocks)) == 0 && len(decode(r.Attachments)) == 0
}

func (w *Workspace) replyURL(u *user, ch *channel, m *message) string {
	return w.replyTo(u, ch, m).address
}

func (w *Workspace) replyTo(u *user, ch *channel, m *message) *replyURL {
	id := w.letters("reply", idLetters, 24)
	to := &replyURL{user: u, channel: ch, message: m, address: w.base + "/response/" + id, left: repliesMost, until: w.now().Add(replyFor)}
	w.replies[id] = to
	w.after(2*replyFor, func() { delete(w.replies, id) })
	return to
}

func (w *Workspace) serveReplyURL(rw http.ResponseWriter, r *http.Request) {
	if w.thaw(r.Context()) != nil {
		return
	}
	var m reply
	err := json.NewDecoder(http.MaxBytesReader(rw, r.Body, bodyMost)).Decode(&m)
	w.mu.Lock()
	defer w.mu.Unlock()
	to, ok := w.replies[r.PathValue("id")]
	switch {
	case !ok || w.now().After(to.until):
		w.refuseReply(rw, http.StatusNotFound, "expired_url")
	case to.left == 0:
		w.refuseReply(rw, http.StatusNotFound, "used_url")
	case err != nil:
		w.refuseReply(rw, http.StatusBadRequest, "invalid_payload")
	case len(checkBlocks(orNone(m.Blocks), onMessage)) > 0:
		w.refuseReply(rw, http.StatusBadRequest, "invalid_blocks")
	case !w.attachable(m.Attachments):
		w.refuseReply(rw, http.StatusBadRequest, "invalid_attachments")
	case m.empty() && !m.Delete:
		w.refuseReply(rw, http.StatusBadRequest, "no_text")
	default:
		to.left--
		w.answerTo(to, m)
		_, _ = rw.Write([]byte("ok")) // the caller is gone: nothing to do
	}
}

func (w *Workspace) attachable(raw json.RawMessage) bool {
	_, problems := w.attached(raw)
	return len(problems) == 0
}

func (w *Workspace) refuseReply(rw http.ResponseWriter, status int, code string) {
	w.log("reply", object{"error": code})
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	rw.WriteHeader(status)
	_ = json.NewEncoder(rw).Encode(object{"ok": false, "error": code}) // the caller is gone: nothing to do
}

// answerTo does what was posted to a response URL. What replaces a message stays
// as visible as that was. A command that was not answered yet has none to
// replace, so the answer is a new one.
func (w *Workspace) answerTo(to *replyURL, r reply) {
	w.log("reply", object{"text": r.Text})
	m := to.message
	there := m != nil && m.bot && slices.Contains(to.channel.messages, m)
	switch {
	case r.Delete && there:
		w.remove(to.channel, m)
	case r.Replace && there:
		w.replace(to.channel, m, r)
	case r.Delete, r.Replace && m != nil: // it is not the app's, or gone
	default:
		if shown := w.showReply(to.user, to.channel, r); m == nil {
			to.message = shown
		}
	}
}

// replace puts an answer in the place of a message of the app's.
func (w *Workspace) replace(ch *channel, m *message, r reply) {
	before := w.messageJSON(ch, m)
	m.text, m.blocks, m.attachments = r.Text, w.named(r.Blocks), orAbsent(r.Attachments)
	if m.only != "" {
		w.whispers[m.only] = w.whispers[m.only].and(w.readable(m.text))
	}
	w.happen(Happening{Kind: Edited, Channel: ch.label(w), Message: w.see(ch, m), channel: ch, message: m})
	if m.only == "" {
		w.changedEvent(ch, m, before)
	}
}

// showReply posts an answer: to everybody where it says so, else to one person.
func (w *Workspace) showReply(u *user, ch *channel, r reply) *message {
	m := &message{ts: w.ts(), user: w.app.user.id, bot: true, text: r.Text, blocks: w.named(r.Blocks), attachments: orAbsent(r.Attachments), thread: r.ThreadTS}
	if r.Type == "in_channel" {
		w.put(ch, m)
		return m
	}
	m.only = u.id
	w.show(ch, m)
	return m
}

// orNone is a list of blocks that may be absent.
func orNone(blocks json.RawMessage) json.RawMessage {
	if len(blocks) == 0 || string(blocks) == "null" {
		return json.RawMessage("[]")
	}
	return blocks
}

// orAbsent is a list that is not there when it is empty.
func orAbsent(list json.RawMessage) json.RawMessage {
	if len(decode(list)) == 0 {
		return nil
	}
	return list
}
