package bot

import (
	"context"
	"errors"
	"slices"

	"muster/chat"
	"muster/commands"
	"muster/policy"
	"muster/templates"
	"muster/timeline"
)

// The shortcuts in the chat's menus, as the manifest names them.
const (
	ShortcutDeclare = "declare"
	ShortcutAbout   = "declare_about"
	ShortcutTag     = "add_to_timeline"
	ShortcutMove    = "ask_to_move"
	ShortcutDo      = "make_follow_up"
)

// picked answers a shortcut.
func (b *Bot) picked(ctx context.Context, req chat.Request, what chat.Picked) (chat.Answer, error) {
	switch what.Shortcut {
	case ShortcutDeclare, ShortcutAbout:
		if err := b.Desk.MayDeclare(ctx, req); err != nil {
			return chat.Answer{}, err
		}
		return chat.Ask(b.Desk.DeclareForm(ctx, req, what)), nil
	case ShortcutDo:
		inc, err := b.here(ctx, req)
		if errors.Is(err, timeline.ErrUnknown) {
			return chat.Reply(chat.Say(b.Desk.Texts.T("follow-up.no incident", b.Desk.Slash))), nil
		}
		if err != nil {
			return chat.Answer{}, err
		}
		return chat.Ask(b.Desk.FollowUpForm(ctx, req, inc, what)), nil
	case ShortcutMove:
		return b.askToMove(ctx, req, what)
	case ShortcutTag:
		inc, err := b.here(ctx, req)
		if errors.Is(err, timeline.ErrUnknown) {
			return b.pickedElsewhere(ctx, req, what)
		}
		if err != nil {
			return chat.Answer{}, err
		}
		_, err = b.Desk.Journal.Record(ctx, inc.ID, cause(req),
			timeline.Tagged{Message: what.About, Tag: timeline.KeyEvent, Emoji: commands.ShortcutEmoji, When: what.When},
			timeline.Captured{Message: what.About, Author: what.Said.Author, Text: what.Said.Text, At: what.Said.At, Version: what.Said.Version},
		)
		if errors.Is(err, timeline.ErrRepeated) {
			err = nil
		}
		return chat.Reply(chat.Say(b.Desk.Texts.T("tagging.done", inc.ID))), err
	}
	return chat.Answer{}, nil
}

// askToMove asks the author of a message, kindly and for their eyes only, to go
// on elsewhere with what is not the work on the incident.
func (b *Bot) askToMove(ctx context.Context, req chat.Request, what chat.Picked) (chat.Answer, error) {
	t := b.Desk.Texts
	inc, err := b.here(ctx, req)
	if errors.Is(err, timeline.ErrUnknown) {
		return chat.Reply(chat.Say(t.T("side.no incident"))), nil
	}
	if err != nil {
		return chat.Answer{}, err
	}
	author := what.Said.Author.ID
	if author == "" || b.Desk.Bot != nil && author == b.Desk.Bot() || author == req.By.ID {
		return chat.Reply(chat.Say(t.T("side.nobody to ask"))), nil
	}
	m := chat.Say(t.T("side.ask", templates.Person(req.By.ID), chat.Clip(what.Said.Text, 100)))
	if inc.Side.ID != "" {
		m = chat.Say(t.T("side.ask there", templates.Person(req.By.ID), chat.Clip(what.Said.Text, 100), chat.RoomOf(inc.Side)))
	} else {
		m = m.With(chat.Button{Label: t.T("side.open"), Command: "side " + inc.ID.String()})
	}
	asked := chat.Request{ID: req.ID + "#move", By: timeline.Person{ID: author}, Channel: req.Channel}
	err = b.Desk.Journal.Owe(ctx, inc.ID, asked.ID, b.Replies, b.Replies.Whisper(asked, m))
	if errors.Is(err, timeline.ErrRepeated) {
		err = nil
	}
	return chat.Reply(chat.Say(t.T("side.asked", templates.Person(author)))), err
}

// here returns the incident of the channel that a request came from, if its
// person may add to its timeline; else it is unknown.
func (b *Bot) here(ctx context.Context, req chat.Request) (timeline.Incident, error) {
	inc, err := b.Desk.Journal.Named(ctx, req.Channel)
	if err == nil && !b.Desk.May(ctx, req.By.ID, policy.Record, inc) {
		return timeline.Incident{}, timeline.ErrUnknown
	}
	return inc, err
}

// reacted puts a message on the timeline of the channel's incident, or takes
// it off. It is recorded at once; what the message says is read afterwards.
func (b *Bot) reacted(ctx context.Context, req chat.Request, what chat.Reacted) error {
	if what.On && slices.Contains(ticks, what.Emoji) {
		if done, err := b.ticked(ctx, req, what); done || err != nil {
			return err
		}
	}
	tag, ok := b.Reactions[what.Emoji]
	if !ok {
		return nil
	}
	inc, err := b.Desk.Journal.Named(ctx, what.Message.Channel)
	if errors.Is(err, timeline.ErrUnknown) {
		return b.taggedElsewhere(ctx, req, what, tag)
	}
	if err != nil {
		return err
	}
	if !b.Desk.May(ctx, req.By.ID, policy.Record, inc) {
		return nil
	}
	return b.mark(ctx, inc.ID, req, what, tag)
}

// pinned takes a pin for the tag of a key event.
func (b *Bot) pinned(ctx context.Context, req chat.Request, what chat.Pinned) error {
	inc, err := b.Desk.Journal.Named(ctx, what.Message.Channel)
	if errors.Is(err, timeline.ErrUnknown) {
		return nil // elsewhere people pin what they like
	}
	if err != nil || !b.Desk.May(ctx, req.By.ID, policy.Record, inc) {
		return err
	}
	as := chat.Reacted{Message: what.Message, Emoji: timeline.PinEmoji, On: what.On, When: what.When}
	return b.mark(ctx, inc.ID, req, as, timeline.KeyEvent)
}

// mark records a tag, or that it was taken off, unless that is known.
func (b *Bot) mark(ctx context.Context, id timeline.ID, req chat.Request, what chat.Reacted, tag timeline.Tag) error {
	return b.decide(ctx, id, req, func(inc timeline.Incident) timeline.Fact {
		switch {
		case !inc.IsNews(what.Message, req.By, what.Emoji, what.When):
			return nil
		case what.On:
			return timeline.Tagged{Message: what.Message, Tag: tag, Emoji: what.Emoji, When: what.When}
		default:
			return timeline.Untagged{Message: what.Message, Tag: tag, Emoji: what.Emoji, When: what.When}
		}
	})
}

// ticks are the emoji that say of a task that it is done.
var ticks = []string{"white_check_mark", "heavy_check_mark", "ballot_box_with_check"}

// ticked records that the task or the decision is done whose message somebody put
// a tick on, and reports whether it is that of one.
func (b *Bot) ticked(ctx context.Context, req chat.Request, what chat.Reacted) (isTask bool, err error) {
	inc, err := b.Desk.Journal.Named(ctx, what.Message.Channel)
	if errors.Is(err, timeline.ErrUnknown) {
		return b.tickedDecision(ctx, req, what)
	}
	if err != nil {
		return false, err
	}
	if _, isTask = inc.TaskIn(what.Message); !isTask || !b.Desk.May(ctx, req.By.ID, policy.Record, inc) {
		return isTask, nil
	}
	return true, b.decide(ctx, inc.ID, req, func(inc timeline.Incident) timeline.Fact {
		task, ok := inc.TaskIn(what.Message)
		if !ok || task.Over || !inc.Open() {
			return nil
		}
		return timeline.TaskDone{Task: task.Seq}
	})
}

// explainTagging tells a person once that tags work in incident channels only.
func (b *Bot) explainTagging(ctx context.Context, req chat.Request, what chat.Reacted) error {
	if !what.On {
		return nil
	}
	return b.decide(ctx, timeline.House, req, func(house timeline.Incident) timeline.Fact {
		if house.WasTold(req.By, timeline.AboutTagging) {
			return nil
		}
		return timeline.Told{What: timeline.AboutTagging, Channel: what.Message.Channel}
	})
}

// changed follows the edit of a tagged message. The chat also tells of changes
// that leave the text as it was, such as a link that unfolds.
func (b *Bot) changed(ctx context.Context, req chat.Request, what chat.Changed) error {
	return b.follow(ctx, req, what.Message, func(m timeline.TaggedMessage) timeline.Fact {
		if m.Captured() && m.Text == what.Text {
			return nil
		}
		return timeline.Edited{Message: what.Message, Text: what.Text, Was: what.Was, Version: what.Version}
	})
}

// removed marks a tagged message as deleted.
func (b *Bot) removed(ctx context.Context, req chat.Request, what chat.Removed) error {
	return b.follow(ctx, req, what.Message, func(m timeline.TaggedMessage) timeline.Fact {
		if m.Deleted && (m.Text != "" || what.Was == "") {
			return nil
		}
		return timeline.Deleted{Message: what.Message, Author: what.Author, Was: what.Was}
	})
}

// follow records what became of a message, if it is tagged.
func (b *Bot) follow(ctx context.Context, req chat.Request, at timeline.Message, how func(timeline.TaggedMessage) timeline.Fact) error {
	inc, err := b.Desk.Journal.Named(ctx, at.Channel)
	if errors.Is(err, timeline.ErrUnknown) {
		inc, err = b.Desk.Journal.Named(ctx, at.String()) // an incident may begin with a message elsewhere
	}
	if errors.Is(err, timeline.ErrUnknown) {
		return nil
	}
	if err != nil {
		return err
	}
	return b.decide(ctx, inc.ID, req, func(inc timeline.Incident) timeline.Fact {
		m, ok := inc.Tagged(at)
		if !ok {
			return nil
		}
		return how(m)
	})
}

// arrived records who came into an incident's channel, the first time.
func (b *Bot) arrived(ctx context.Context, req chat.Request) error {
	inc, err := b.Desk.Journal.Named(ctx, req.Channel)
	if errors.Is(err, timeline.ErrUnknown) {
		return nil
	}
	if err != nil {
		return err
	}
	return b.decide(ctx, inc.ID, req, func(inc timeline.Incident) timeline.Fact {
		if inc.IsThere(req.By.ID) || req.Channel != inc.Channel.ID { // beside it is not in it
			return nil
		}
		return timeline.Joined{Person: req.By}
	})
}

// handed takes in a postmortem that somebody wrote in and posted in the incident's
// channel; other files are none of ours.
func (b *Bot) handed(ctx context.Context, req chat.Request, what chat.Handed) error {
	inc, err := b.here(ctx, req)
	if errors.Is(err, timeline.ErrUnknown) || err == nil && !chat.IsPostmortemFile(inc, what.File.Name) {
		return nil
	}
	if err != nil {
		return err
	}
	err = b.Desk.Journal.Owe(ctx, inc.ID, req.ID, b.Writer, b.Writer.Take(req.By, what, req.Thread))
	if errors.Is(err, timeline.ErrRepeated) {
		return nil
	}
	return err
}

// cameHome puts the Home up of someone who looks at it.
func (b *Bot) cameHome(ctx context.Context, req chat.Request) error {
	if b.Home == nil {
		return nil
	}
	err := b.Desk.Journal.Owe(ctx, timeline.House, req.ID, b.Home, b.Home.Show(req.By.ID))
	if errors.Is(err, timeline.ErrRepeated) || errors.Is(err, timeline.ErrFull) || errors.Is(err, timeline.ErrDamaged) {
		return nil // it is put up when they come again
	}
	return err
}

// departed records who left an incident's channel.
func (b *Bot) departed(ctx context.Context, req chat.Request) error {
	inc, err := b.Desk.Journal.Named(ctx, req.Channel)
	if errors.Is(err, timeline.ErrUnknown) {
		return nil
	}
	if err != nil {
		return err
	}
	return b.decide(ctx, inc.ID, req, func(inc timeline.Incident) timeline.Fact {
		if req.Channel != inc.Channel.ID {
			return nil
		}
		return timeline.Left{Person: req.By}
	})
}

// accountClosed records, on every open incident in which someone holds a role,
// that their account is no more; and that they have left those that are private.
func (b *Bot) accountClosed(ctx context.Context, req chat.Request) error {
	open, err := b.Desk.Journal.Open(ctx)
	if err != nil {
		return err
	}
	for _, inc := range open {
		one := req
		one.ID = req.ID + " " + inc.ID.String()
		one.By = timeline.Person{} // Slack tells of it, and not they
		err := b.decide(ctx, inc.ID, one, func(inc timeline.Incident) timeline.Fact {
			switch {
			case slices.ContainsFunc(inc.Holders, func(h timeline.Holder) bool { return h.Person.ID == req.By.ID }):
				return timeline.Deactivated{Person: req.By}
			case inc.Private && inc.IsMember(req.By.ID):
				return timeline.Left{Person: req.By}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// decide records one fact or none. That the request was answered before is
// no error: the chat sends events again.
func (b *Bot) decide(ctx context.Context, id timeline.ID, req chat.Request, how func(timeline.Incident) timeline.Fact) error {
	by := cause(req)
	by.CanWait = true // what is in the chat can be read back
	_, err := b.Desk.Journal.Decide(ctx, id, by, func(inc timeline.Incident) ([]timeline.Fact, error) {
		if fact := how(inc); fact != nil {
			return []timeline.Fact{fact}, nil
		}
		return nil, nil
	})
	if errors.Is(err, timeline.ErrRepeated) {
		return nil
	}
	return err
}

func cause(req chat.Request) timeline.Cause {
	return timeline.Cause{By: req.By, Request: req.ID}
}
