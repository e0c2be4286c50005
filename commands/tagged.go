package commands

import (
	"context"
	"strings"
	"time"

	"muster/chat"
	"muster/policy"
	"muster/templates"
	"muster/timeline"
)

// FollowUpOf is the follow-up that a message becomes when someone tags it as one:
// the one person whom it mentions answers for it, else whoever wrote it, by the
// usual day of its severity. Ok is false where nobody could answer for it.
func (d Desk) FollowUpOf(ctx context.Context, inc timeline.Incident, m timeline.TaggedMessage) (agreed timeline.ActionAgreed, ok bool) {
	c := Call{Desk: d, Request: chat.Request{By: m.Author}, Command: action}
	dri := m.Author
	if ids := templates.People(m.Text); len(ids) == 1 {
		dri = timeline.Person{ID: ids[0]}
	}
	what := someone.ReplaceAllString(m.Text, "")
	if dri.ID == m.Author.ID {
		what = m.Text
	}
	agreed = timeline.ActionAgreed{
		What: chat.Clip(bare(chat.CleanLine(what)), titleMost), DRI: timeline.Person{ID: dri.ID},
		Due: c.usualDue(inc, c.today(ctx, inc)).Format(time.DateOnly), About: m.Message,
	}
	if !inc.IsOpenTo(dri.ID) {
		return agreed, false
	}
	switch d.standingOf(ctx, dri.ID) {
	case policy.Member, policy.Responder, policy.Admin, policy.Presumed:
		return agreed, agreed.What != "" && dri.ID != ""
	}
	return agreed, false
}

// bare is a text without what stood between it and somebody's name.
func bare(text string) string {
	text = strings.Trim(text, " ,–-")
	if after, ok := strings.CutPrefix(text, ": "); ok { // but not that of ":fire:"
		return strings.TrimLeft(after, " ,–-")
	}
	return text
}
