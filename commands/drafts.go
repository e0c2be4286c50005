package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"muster/chat"
	"muster/policy"
	"muster/templates"
	"muster/timeline"
)

// offerDraft asks the commander to read the postmortem and to publish it. Who may
// publish it is asked at once.
func offerDraft(ctx context.Context, c Call, inc timeline.Incident, _ string) (chat.Answer, error) {
	if err := c.publishable(inc); err != nil {
		return chat.Answer{}, err
	}
	if c.mayApprove(ctx, inc) {
		return chat.Reply(chat.Say(c.readFirst(inc)).With(chat.ApproveButtons(c.Texts, inc)...)), nil
	}
	asked := true
	inc, err := c.Journal.Decide(ctx, inc.ID, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
		if asked = !isAsked(inc); !asked {
			return nil, nil
		}
		return []timeline.Fact{timeline.DraftOffered{}}, nil
	})
	if err != nil {
		return chat.Answer{}, err
	}
	key := "postmortem.offered"
	if !asked {
		key = "postmortem.offered already"
	}
	return c.tell(key, inc.ID, c.approver(ctx, inc)), nil
}

// publishable refuses an incident whose postmortem is not to be published: one that
// goes on, that is part of another, or that was none.
func (c Call) publishable(inc timeline.Incident) error {
	switch {
	case inc.Open():
		return c.sorry("postmortem.open", inc.ID, c.Slash)
	case inc.Status == timeline.IsMerged:
		return c.sorry("postmortem.merged", inc.ID, inc.MergedInto, c.Slash)
	case inc.Status == timeline.IsCancelled:
		return c.sorry("postmortem.cancelled", inc.ID, c.Slash)
	}
	return nil
}

// isAsked reports whether whoever is the commander now was asked to read the draft.
func isAsked(inc timeline.Incident) bool {
	offered := inc.Draft().Offered
	return offered > 0 && inc.At(offered).Holder(timeline.Commander).ID == inc.Holder(timeline.Commander).ID
}

// readFirst is what whoever publishes is told before.
func (c Call) readFirst(inc timeline.Incident) string {
	text := c.Texts.T("postmortem.read first", inc.ID)
	if open := c.Texts.StillToWrite(inc); open != "" {
		text += " " + open
	}
	return text
}

// approveDraft publishes the postmortem as it is now, and is the end of the
// follow-up that writing it was.
func approveDraft(ctx context.Context, c Call, inc timeline.Incident, _ string) (chat.Answer, error) {
	if err := c.judgesDraft(ctx, inc); err != nil {
		return chat.Answer{}, err
	}
	inc, err := c.Journal.Decide(ctx, inc.ID, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
		if err := c.publishable(inc); err != nil {
			return nil, err
		}
		if d := inc.Draft(); d.Approved > 0 && d.Offered == 0 && !isChangedSince(inc, d.Approved) {
			return nil, nil // by a second press, or by somebody else at once
		}
		var facts []timeline.Fact
		if a, ok := inc.WriteUp(); ok && !a.Over {
			facts = append(facts, timeline.ActionDone{For: a.Seq}) // first, for what is published says so
		}
		return append(facts, timeline.DraftApproved{}), nil
	})
	if err != nil {
		return chat.Answer{}, err
	}
	return c.tell("postmortem.approved", inc.ID), nil
}

// isChangedSince reports whether anybody did anything since an event, but for what
// came with it.
func isChangedSince(inc timeline.Incident, seq int) bool {
	request := inc.Events[seq-1].Request
	return slices.ContainsFunc(inc.Events[seq:], func(ev timeline.Event) bool { return ev.By.ID != "" && ev.Request != request })
}

// returnDraft says what is to be different before it is published.
func returnDraft(ctx context.Context, c Call, inc timeline.Incident, why string) (chat.Answer, error) {
	if err := c.judgesDraft(ctx, inc); err != nil {
		return chat.Answer{}, err
	}
	if form, ok := c.Request.What.(chat.Submitted); ok {
		why = form.Values["why"]
	}
	if why = strings.TrimSpace(why); why == "" && c.Request.Trigger != "" {
		return chat.Ask(chat.Form{
			Command: fmt.Sprintf("postmortem %v return", inc.ID), Title: c.Texts.T("postmortem.return title"), Submit: c.Texts.T("postmortem.return submit"),
			Fields: []chat.Input{{Name: "why", Label: c.Texts.T("postmortem.return why"), Long: true, Max: textMost}},
		}), nil
	}
	if _, err := c.text(why); err != nil {
		return chat.Answer{}, err
	}
	key := "postmortem.returned"
	_, err := c.Journal.Decide(ctx, inc.ID, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
		if inc.Draft().Offered == 0 {
			key = "postmortem.not offered"
			return nil, nil
		}
		return []timeline.Fact{timeline.DraftReturned{Why: why}}, nil
	})
	return c.tell(key, inc.ID), err
}

// judgesDraft refuses who is not to say whether the postmortem is published.
func (c Call) judgesDraft(ctx context.Context, inc timeline.Incident) error {
	if c.mayApprove(ctx, inc) {
		return nil
	}
	return c.sorry("postmortem.not yours", inc.ID, c.approver(ctx, inc), c.Slash)
}

// mayApprove reports whether the caller says when the postmortem is published: the
// commander or an admin or, where nobody can be asked, whoever runs incidents.
func (c Call) mayApprove(ctx context.Context, inc timeline.Incident) bool {
	lead := inc.Holder(timeline.Commander).ID
	switch {
	case lead == c.Request.By.ID && lead != "", c.Standing == policy.Admin:
		return true
	case lead == "" || c.standingOf(ctx, lead) == policy.Gone:
		return policy.Judge(c.Standing, policy.Run, placeOf(inc, c.Request.By.ID)) == policy.Fine
	}
	return false
}

// approver is who is asked, in words.
func (c Call) approver(ctx context.Context, inc timeline.Incident) string {
	lead := inc.Holder(timeline.Commander).ID
	if lead == "" || c.standingOf(ctx, lead) == policy.Gone {
		return c.Texts.T("postmortem.a responder")
	}
	return templates.Person(lead)
}
