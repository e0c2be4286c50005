package chat

import (
	"context"
	"fmt"
	"strings"

	"muster/templates"
	"muster/timeline"
)

// FollowUps asks whoever is to answer for a follow-up whether they do, and those
// who agreed on it whether it may be otherwise. Each hears of it in a direct
// message.
type FollowUps struct {
	Chat  Chat
	Texts templates.Texts
}

// Name is "follow-ups".
func (FollowUps) Name() string { return "follow-ups" }

// Urgency is that of announcements.
func (FollowUps) Urgency() timeline.Urgency { return timeline.Announce }

const (
	askDRI    = "ask-dri"
	askOthers = "ask-others"
	tellDRI   = "tell-dri"
	tellOver  = "tell-over"
)

// React asks for what is not agreed on by all whom it concerns.
func (FollowUps) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	switch f := ev.Fact.(type) {
	case timeline.ActionAgreed:
		return askFor(inc, ev.Seq)
	case timeline.ActionProposed:
		return []timeline.Effect{timeline.Do(askOthers, f.For)}
	case timeline.ActionKept:
		return []timeline.Effect{timeline.Do(tellDRI, f.For)}
	case timeline.ActionDone:
		return tellOf(inc, ev, tellOver, f.For, f.Source)
	case timeline.ActionDropped:
		return tellOf(inc, ev, tellOver, f.For, f.Source)
	case timeline.ActionReopened:
		return tellOf(inc, ev, tellDRI, f.For, f.Source)
	case timeline.ActionChanged:
		a, _ := inc.Action(f.For)
		if f.To.ID != "" {
			return askFor(inc, f.For)
		}
		return tellOf(inc, ev, tellDRI, a.Seq, f.Source)
	}
	return nil
}

// tellOf tells whoever answers for a follow-up what somebody else has decided
// about it here.
func tellOf(inc timeline.Incident, ev timeline.Event, what string, seq int, source string) []timeline.Effect {
	if a, ok := inc.Action(seq); !ok || ev.By.ID == a.DRI.ID || source != "" {
		return nil
	}
	return []timeline.Effect{timeline.Do(what, seq)}
}

// askFor asks whoever answers for a follow-up, unless they took it themselves.
func askFor(inc timeline.Incident, seq int) []timeline.Effect {
	if a, ok := inc.Action(seq); !ok || a.Accepted || a.Over {
		return nil
	}
	return []timeline.Effect{timeline.Do(askDRI, seq)}
}

// Deliver asks or tells, where it is still so.
func (f FollowUps) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	var seq int
	if err := e.Read(&seq); err != nil {
		return nil, err
	}
	a, ok := inc.At(e.Seq).Action(seq) // whom an earlier try has asked
	now, _ := inc.Action(seq)
	if !ok || now.Over != (e.Do == tellOver) {
		return nil, nil
	}
	switch e.Do {
	case askDRI:
		if now.Accepted || now.DRI.ID != a.DRI.ID {
			return nil, nil
		}
		return nil, f.tell(ctx, inc, a.DRI.ID, f.asking(inc, a), e)
	case askOthers:
		if now.Proposal != a.Proposal {
			return nil, nil
		}
		return nil, f.tell(ctx, inc, judgeOf(inc, a), proposalSaid(f.Texts, inc, a), e)
	case tellOver:
		said, _ := actionSaid(f.Texts, inc, inc.Events[e.Seq-1], templates.Person(inc.Events[e.Seq-1].By.ID))
		return nil, f.tell(ctx, inc, a.DRI.ID, Say(fmt.Sprintf("%v: %s", inc.ID, said.Text)), e)
	case tellDRI:
		return nil, f.tell(ctx, inc, a.DRI.ID, Say(f.Texts.T("follow-up.stands so", inc.ID, a.What, f.Texts.Day(a.Due))).With(FollowUpButtons(f.Texts, inc.ID, a)...), e)
	}
	return nil, unknownOrder(e)
}

// tell says something to one person, who may hear of the incident.
func (f FollowUps) tell(ctx context.Context, inc timeline.Incident, to string, m Message, e timeline.Effect) error {
	if to == "" || isLocal(to) || !inc.IsOpenTo(to) {
		return nil
	}
	e.Do += "/" + to
	return PostOnce(ctx, f.Chat, to, m, e)
}

// judgeOf is who says whether a follow-up may be otherwise: who agreed on it or,
// where that was the same person or nobody, the commander.
func judgeOf(inc timeline.Incident, a timeline.Action) string {
	if a.AgreedBy.ID != "" && a.AgreedBy.ID != a.DRI.ID {
		return a.AgreedBy.ID
	}
	if c := inc.Holder(timeline.Commander).ID; c != a.DRI.ID {
		return c
	}
	return ""
}

func (f FollowUps) asking(inc timeline.Incident, a timeline.Action) Message {
	t := f.Texts
	text := t.T("follow-up.ask", inc.ID, inc.Title, a.What, t.Day(a.Due))
	if a.AgreedBy.ID != "" {
		text = t.T("follow-up.ask by", inc.ID, inc.Title, a.What, t.Day(a.Due), templates.Person(a.AgreedBy.ID))
	}
	return Say(text).With(
		deedButton(t, inc.ID, a, "accept", true),
		deedButton(t, inc.ID, a, "propose", false),
	)
}

// proposalSaid tells what somebody wants a follow-up to be instead.
func proposalSaid(t templates.Texts, inc timeline.Incident, a timeline.Action) Message {
	text := t.T("said.action proposed", templates.Person(a.DRI.ID), a.What, t.Proposal(a.Proposal), templates.Person(a.DRI.ID), t.Day(a.Due))
	if a.Proposal.Why != "" {
		text += " " + a.Proposal.Why
	}
	return Say(fmt.Sprintf("%v: %s", inc.ID, text)).With(deedButton(t, inc.ID, a, "agree", true), deedButton(t, inc.ID, a, "keep", false))
}

// FollowUpButtons are what can be done about a follow-up.
func FollowUpButtons(t templates.Texts, id timeline.ID, a timeline.Action) Buttons {
	var all Buttons
	if !a.Accepted {
		all = append(all, deedButton(t, id, a, "accept", true))
	}
	for _, deed := range []string{"done", "move", "give", "drop"} {
		all = append(all, deedButton(t, id, a, deed, false))
	}
	return all
}

func deedButton(t templates.Texts, id timeline.ID, a timeline.Action, deed string, primary bool) Button {
	return Button{Label: t.T("button.follow-up "+deed, fmt.Sprintf("%v #%d", id, a.N)), Command: fmt.Sprintf("actions %v %s %d", id, deed, a.N), Primary: primary}
}

// actionSaid is [Spoken] for what becomes of follow-ups and their tickets.
func actionSaid(t templates.Texts, inc timeline.Incident, ev timeline.Event, by string) (Message, bool) {
	about := func(seq int) timeline.Action {
		a, _ := inc.Action(seq)
		return a
	}
	switch f := ev.Fact.(type) {
	case timeline.ActionAgreed:
		if f.Of != "" {
			return Message{}, false // the message about the postmortem says so
		}
		return Say(t.T("said.action agreed", by, f.What, templates.Person(f.DRI.ID), t.Day(f.Due))), true
	case timeline.Ticketed:
		return Say(filed(t, inc, f)), true
	case timeline.TicketTwice:
		counts := about(f.For).Ticket // of the incident itself: its card shows it
		if counts.Ref == "" {
			return Say(t.T("said.filed whole twice", templates.Link(f.URL, f.Ref))), true
		}
		return Say(t.T("said.filed twice", templates.Link(f.URL, f.Ref), templates.Link(counts.URL, counts.Ref))), true
	case timeline.TicketLeftOut:
		return Say(t.T("said.ticket left out", templates.Link(about(f.For).Ticket.URL, about(f.For).Ticket.Ref), strings.Join(f.What, ", "))), true
	case timeline.TicketSeen:
		if f.Gone {
			return Say(t.T("said.ticket gone", about(f.For).Ticket.Ref, about(f.For).What)), true
		}
	case timeline.ActionAccepted:
		return Say(t.T("said.action accepted", by, about(f.For).What, t.Day(about(f.For).Due))), true
	case timeline.ActionProposed:
		return proposalSaid(t, inc, about(f.For)), true
	case timeline.ActionKept:
		return Say(t.T("said.action kept", by, about(f.For).What, templates.Person(about(f.For).DRI.ID), t.Day(about(f.For).Due))), true
	case timeline.ActionChanged:
		return Say(t.T("said.action changed", from(by, f.Source), about(f.For).What, t.ActionChanged(f))), true
	case timeline.ActionDone:
		return Say(t.T("said.action done", from(by, f.Source), about(f.For).What)), true
	case timeline.ActionDropped:
		if f.Withdrawn {
			return Say(t.T("said.action withdrawn", by, about(f.For).What)), true
		}
		return Say(t.T("said.action dropped", from(by, f.Source), about(f.For).What, f.Why)), true
	case timeline.ActionReopened:
		return Say(t.T("said.action reopened", from(by, f.Source), about(f.For).What, templates.Person(about(f.For).DRI.ID))), true
	}
	return Message{}, false
}

// from is who did something, or where it was done.
func from(by, source string) string {
	if source != "" {
		return source
	}
	return by
}
