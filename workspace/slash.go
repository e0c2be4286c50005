package workspace

import (
	"encoding/json"
	"fmt"
	"strings"
)

// builtIn is a command that Slack itself knows.
type builtIn struct {
	command
	do func(w *Workspace, u *user, ch *channel, args string) error
}

// builtIns is those that are of use here.
func builtIns() []builtIn {
	return []builtIn{
		{command{Command: "/invite", Hint: "@someone", Description: "Bring someone, or the app, into this channel"}, (*Workspace).invite},
		{command{Command: "/remove", Hint: "@someone", Description: "Take someone, or the app, out of this channel"}, (*Workspace).expel},
		{command{Command: "/topic", Hint: "TEXT", Description: "Set the topic of this channel"}, func(w *Workspace, u *user, ch *channel, args string) error {
			return w.topicSet(ch, u, w.typed(args))
		}},
		{command{Command: "/leave", Description: "Leave this channel"}, func(w *Workspace, u *user, ch *channel, _ string) error {
			return w.part(ch, u)
		}},
		{command{Command: "/archive", Description: "Archive this channel"}, func(w *Workspace, u *user, ch *channel, _ string) error {
			return w.archive(ch, u)
		}},
	}
}

func (w *Workspace) invite(u *user, ch *channel, args string) error {
	if ch.im {
		return fmt.Errorf("nobody can be invited into direct messages")
	}
	names := strings.FieldsFunc(args, func(r rune) bool { return r == ' ' || r == ',' })
	var guests []*user
	for _, name := range names {
		guest, ok := w.userNamed(strings.TrimPrefix(name, "@"))
		if !ok {
			return fmt.Errorf("nobody here is called %s; nobody was invited", name)
		}
		if why := w.unwelcome(ch, guest); why != "" {
			return fmt.Errorf("%s; nobody was invited", why)
		}
		guests = append(guests, guest)
	}
	if len(guests) == 0 {
		return fmt.Errorf("name someone who is here: /invite @%s", w.app.user.name)
	}
	for _, guest := range guests {
		if !ch.has(guest.id) {
			w.enter(ch, guest, u.id)
		}
	}
	return nil
}

func (w *Workspace) expel(u *user, ch *channel, args string) error {
	guest, ok := w.userNamed(strings.TrimPrefix(args, "@"))
	switch {
	case !ok || !ch.has(guest.id):
		return fmt.Errorf("%s is not in %s", args, ch.label(w))
	case u.confined():
		return fmt.Errorf("%s is a guest and can not take anybody out", u.name)
	}
	return w.part(ch, guest)
}

// unwelcome is why someone can not be brought into a channel; empty where they can.
func (w *Workspace) unwelcome(ch *channel, u *user) string {
	switch {
	case ch.has(u.id):
		return ""
	case u.deleted:
		return u.name + " is deactivated"
	case u.single && w.isIn(u):
		return u.name + " is a guest of one channel, and is in one"
	case u.stranger() && !w.shared(ch):
		return u.name + " works elsewhere, and " + ch.label(w) + " is not shared"
	}
	return ""
}

// knows reports whether a text begins with a command that there is.
func (w *Workspace) knows(text string) bool {
	name, _, _ := strings.Cut(text, " ")
	_, ours := find(w.app.Features.Commands, func(c command) bool { return c.Command == name })
	for _, own := range builtIns() {
		ours = ours || own.Command == name
	}
	return ours
}

// slash runs a slash command: Slack's own, or one of the app's.
func (w *Workspace) slash(u *user, ch *channel, text string, answer *Answer) (*envelope, error) {
	name, args, _ := strings.Cut(text, " ")
	args = strings.TrimSpace(args)
	cmd, ok := find(w.app.Features.Commands, func(c command) bool { return c.Command == name })
	if !ok || !w.app.has("commands") {
		for _, own := range builtIns() {
			if own.Command == name {
				return nil, own.do(w, u, ch, args)
			}
		}
		return nil, fmt.Errorf("%s is not a valid command", name)
	}
	if cmd.ShouldEscape {
		args = w.typed(args)
	}
	w.happen(Happening{Kind: Typed, Channel: ch.label(w), Person: u.name, Text: text, channel: ch})
	trigger := w.newTrigger(u, nil)
	to := w.replyTo(u, ch, nil)
	payload := object{
		"token": "deprecated", "team_id": teamID, "team_domain": domain, "channel_id": ch.id, "channel_name": ch.calledIn(),
		"user_id": u.id, "user_name": u.name, "command": name, "text": args, "api_app_id": w.app.id,
		"is_enterprise_install": "false", "response_url": to.address, "trigger_id": trigger,
	}
	return &envelope{kind: "slash_commands", payload: payload, accepts: true, done: func(answered json.RawMessage, _ bool) {
		w.answered(to, text, answered, answer)
		answer.View = w.modalOf(trigger)
	}}, nil
}

// answered shows what came with an acknowledgement; where everybody is to see
// the answer, they see what was typed as well.
func (w *Workspace) answered(to *replyURL, typed string, payload json.RawMessage, answer *Answer) {
	var m reply
	u, ch := to.user, to.channel
	if json.Unmarshal(payload, &m) != nil {
		return
	}
	if m.Type == "in_channel" {
		w.put(ch, &message{ts: w.ts(), user: u.id, text: w.typed(typed), clientID: w.uuid("message")})
	}
	if m.empty() {
		return
	}
	_, wrong := w.attached(m.Attachments)
	if problems := append(checkBlocks(orNone(m.Blocks), onMessage), wrong...); len(problems) > 0 {
		w.log("dropped", object{"why": "invalid blocks in an acknowledgement", "problems": problems})
		return
	}
	shown := w.showReply(u, ch, m)
	to.message = shown
	if shown.only != "" {
		answer.Ephemeral = append(answer.Ephemeral, w.readable(shown.text))
	}
}
