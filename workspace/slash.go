package workspace

import (
	"encoding/json"
	"fmt"
	"strings"
)

// builtIns is the commands that Slack itself knows, as far as they are of use
// here.
var builtIns = []struct {
	command
	do func(w *Workspace, u *user, ch *channel, args string) error
}{
	{command{Command: "/invite", Hint: "@someone", Description: "Bring someone, or the app, into this channel"}, (*Workspace).invite},
	{command{Command: "/topic", Hint: "TEXT", Description: "Set the topic of this channel"}, func(w *Workspace, u *user, ch *channel, args string) error {
		w.topicSet(ch, u, w.typed(args))
		return nil
	}},
	{command{Command: "/leave", Description: "Leave this channel"}, func(w *Workspace, u *user, ch *channel, _ string) error {
		if ch.im || ch.name == general {
			return fmt.Errorf("nobody can leave %s", ch.label(w))
		}
		w.part(ch, u)
		return nil
	}},
	{command{Command: "/archive", Description: "Archive this channel"}, func(w *Workspace, u *user, ch *channel, _ string) error {
		if ch.im || ch.name == general {
			return fmt.Errorf("nobody can archive %s", ch.label(w))
		}
		w.archive(ch, u)
		return nil
	}},
}

func (w *Workspace) invite(u *user, ch *channel, args string) error {
	guest, ok := w.userNamed(strings.TrimPrefix(strings.TrimSpace(args), "@"))
	switch {
	case !ok:
		return fmt.Errorf("name someone who is here: /invite @%s", w.app.user.name)
	case ch.im:
		return fmt.Errorf("nobody can be invited into direct messages")
	case !ch.has(guest.id):
		w.enter(ch, guest, u.id)
	}
	return nil
}

// slash runs a slash command: Slack's own, or one of the app's.
func (w *Workspace) slash(u *user, ch *channel, text string, answer *Answer) (*envelope, error) {
	name, args, _ := strings.Cut(text, " ")
	args = strings.TrimSpace(args)
	cmd, ok := find(w.app.Features.Commands, func(c command) bool { return c.Command == name })
	if !ok || !w.app.has("commands") {
		for _, own := range builtIns {
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
	payload := object{
		"token": "deprecated", "team_id": teamID, "team_domain": domain, "channel_id": ch.id, "channel_name": ch.calledIn(),
		"user_id": u.id, "user_name": u.name, "command": name, "text": args, "api_app_id": w.app.id,
		"is_enterprise_install": "false", "response_url": w.replyURL(u, ch, nil), "trigger_id": trigger,
	}
	return &envelope{kind: "slash_commands", payload: payload, accepts: true, done: func(answered json.RawMessage, _ bool) {
		w.answered(u, ch, text, answered, answer)
		answer.View = w.modalOf(trigger)
	}}, nil
}

// answered shows what came with an acknowledgement.
func (w *Workspace) answered(u *user, ch *channel, typed string, payload json.RawMessage, answer *Answer) {
	var m reply
	if json.Unmarshal(payload, &m) != nil {
		return
	}
	if m.Type == "in_channel" {
		w.put(ch, &message{ts: w.ts(), user: u.id, text: w.typed(typed), clientID: w.uuid("message")})
	}
	if m.empty() {
		return
	}
	if problems := checkBlocks(orNone(m.Blocks), onMessage); len(problems) > 0 {
		w.log("dropped", object{"why": "invalid blocks in an acknowledgement", "problems": problems})
		return
	}
	shown := w.showReply(u, ch, m)
	if shown.only != "" {
		answer.Ephemeral = append(answer.Ephemeral, w.readable(shown.text))
	}
}
