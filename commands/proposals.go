package commands

import (
	"context"
	"fmt"
	"strings"

	"muster/chat"
	"muster/policy"
	"muster/templates"
	"muster/timeline"
)

// The forms by which follow-ups are changed. Each stands for a typed line.
var (
	moveForm    = formOf("move", "due", "why")
	giveForm    = formOf("give", "who", "why")
	dropForm    = formOf("drop", "why")
	proposeForm = formOf("propose", "who", "due", "why")
)

// formOf is the command of a form about one follow-up.
func formOf(deed string, inputs ...string) Command {
	return Command{
		Act: policy.Record, Numbers: true,
		Name: "action-" + deed, Args: "INC-N N", Hidden: true, Inputs: inputs,
		Run: func(ctx context.Context, c Call) (chat.Answer, error) {
			inc, rest, err := c.incident(ctx)
			if err != nil {
				return chat.Answer{}, err
			}
			number, rest := firstWord(rest)
			a, err := c.action(inc, number)
			if err != nil {
				return chat.Answer{}, err
			}
			return deeds[deed](c, ctx, inc, a, rest)
		},
	}
}

// wantsForm reports whether somebody said nothing more where they can be shown a
// form.
func (c Call) wantsForm(args string) bool {
	_, filled := c.Request.What.(chat.Submitted)
	return args == "" && !filled && c.Request.Trigger != ""
}

// filled returns what stands in an input of the form, and whether it is a form.
func (c Call) filled(input string) (string, bool) {
	form, ok := c.Request.What.(chat.Submitted)
	return strings.TrimSpace(form.Values[input]), ok
}

// askAbout is a form about a follow-up.
func (c Call) askAbout(inc timeline.Incident, a timeline.Action, deed string, inputs ...chat.Input) chat.Answer {
	return chat.Ask(chat.Form{
		Command: fmt.Sprintf("action-%s %v %d", deed, inc.ID, a.N), Instead: fmt.Sprintf("actions %v %s %d", inc.ID, deed, a.N),
		Title: c.Texts.T("follow-up." + deed + ".title"), Submit: c.Texts.T("follow-up." + deed + ".submit"),
		Note: chat.Clip(fmt.Sprintf("%v: %s", inc.ID, c.Texts.Action(a, c.day())), titleMost), Fields: inputs,
	})
}

func (c Call) whyInput(label string, optional bool) chat.Input {
	return chat.Input{Name: "why", Label: c.Texts.T(label), Long: true, Optional: optional, Max: textMost}
}

func (c Call) dueInput(a timeline.Action, optional bool) chat.Input {
	return chat.Input{Name: "due", Label: c.Texts.T("follow-up.due"), Day: true, Value: a.Due, Optional: optional}
}

func (c Call) whoInput(optional bool) chat.Input {
	return chat.Input{Name: "who", Label: c.Texts.T("follow-up.who"), Person: true, Hint: c.Texts.T("follow-up.one person"), Optional: optional}
}

// dueAndWhy reads a day and a reason: "friday because I am away", "2026-12-01 | I
// am away". A form has told them apart.
func (c Call) dueAndWhy(ctx context.Context, inc timeline.Incident, args string) (due, why string, err error) {
	if day, ok := c.filled("due"); ok {
		why, _ = c.filled("why")
		due, err = c.readDay(ctx, inc, day)
		return due, chat.CleanLine(why), err
	}
	day, why := cutReason(args)
	if why != "" {
		due, err = c.readDay(ctx, inc, day)
		return due, chat.CleanLine(why), err
	}
	words := strings.Fields(args)
	for n := len(words); n > 0; n-- { // as much of it as is a day; what follows is the reason
		if due, err := c.readDay(ctx, inc, strings.Join(words[:n], " ")); err == nil {
			return due, chat.CleanLine(strings.Join(words[n:], " ")), nil
		}
	}
	_, err = c.readDay(ctx, inc, args)
	return "", "", err
}

// cutReason divides what is said from the reason for it.
func cutReason(args string) (what, why string) {
	for _, sep := range []string{"|", " because ", " since ", " as "} {
		if before, after, ok := strings.Cut(args, sep); ok {
			return strings.TrimSpace(before), strings.TrimSpace(after)
		}
	}
	return args, ""
}

// whoAndWhy reads one person, and a reason.
func (c Call) whoAndWhy(ctx context.Context, inc timeline.Incident, args string) (to timeline.Person, why string, err error) {
	who := someone.FindAllStringIndex(args, -1)
	if len(who) != 1 {
		return to, "", c.wrong("who", "follow-up.no person")
	}
	to, err = c.answering(ctx, inc, args[who[0][0]:who[0][1]])
	if err != nil {
		return to, "", beside("who", err)
	}
	if why, ok := c.filled("why"); ok {
		return to, chat.CleanLine(why), nil
	}
	_, why = cutReason(" " + strings.TrimSpace(args[who[0][1]:]))
	if why == "" {
		why = args[who[0][1]:]
	}
	return to, chat.CleanLine(why), nil
}

// proposeAction is what whoever answers for a follow-up asks for instead: another
// person, another day, or both.
func (c Call) proposeAction(ctx context.Context, inc timeline.Incident, a timeline.Action, args string) (chat.Answer, error) {
	if c.wantsForm(args) {
		return c.askAbout(inc, a, "propose", c.whoInput(true), c.dueInput(a, true), c.whyInput("follow-up.why otherwise", false)), nil
	}
	p, err := c.proposal(ctx, inc, a, args)
	if err != nil {
		return chat.Answer{}, err
	}
	a, err = c.decideAction(ctx, inc, a.Seq, func(a timeline.Action) ([]timeline.Fact, error) {
		switch err := c.stillOwed(inc, a); {
		case err != nil:
			return nil, err
		case a.DRI.ID != c.Request.By.ID:
			return nil, c.sorry("follow-up.not yours", a.N, templates.Person(a.DRI.ID), c.Slash, inc.ID, templates.Person(c.Request.By.ID))
		}
		return []timeline.Fact{p}, nil
	})
	if err != nil {
		return chat.Answer{}, err
	}
	return c.tell("follow-up.proposed", a.What, c.Texts.Proposal(a.Proposal)), nil
}

func (c Call) proposal(ctx context.Context, inc timeline.Incident, a timeline.Action, args string) (p timeline.ActionProposed, err error) {
	p.For = a.Seq
	if _, form := c.filled("due"); form {
		return c.filledProposal(ctx, inc, a)
	}
	if someone.MatchString(args) {
		p.To, p.Why, err = c.whoAndWhy(ctx, inc, args)
	} else {
		p.Due, p.Why, err = c.dueAndWhy(ctx, inc, args)
	}
	if err == nil && (p.To.ID == a.DRI.ID || p.To.ID == "" && p.Due == a.Due) {
		return p, c.sorry("follow-up.nothing else", c.Texts.Day(a.Due))
	}
	return p, err
}

// filledProposal reads the form.
func (c Call) filledProposal(ctx context.Context, inc timeline.Incident, a timeline.Action) (p timeline.ActionProposed, err error) {
	p.For = a.Seq
	who, _ := c.filled("who")
	day, _ := c.filled("due")
	why, _ := c.filled("why")
	p.Why = chat.CleanLine(why)
	if who != "" {
		if p.To, err = c.answering(ctx, inc, who); err != nil {
			return p, beside("who", err)
		}
	}
	if day != "" {
		if p.Due, err = c.readDay(ctx, inc, day); err != nil {
			return p, err
		}
	}
	if p.Due == a.Due {
		p.Due = ""
	}
	if p.To.ID == a.DRI.ID {
		p.To = timeline.Person{}
	}
	if p.To.ID == "" && p.Due == "" {
		return p, c.wrong("who", "follow-up.nothing else", c.Texts.Day(a.Due))
	}
	return p, nil
}

// agreeAction takes a proposal up. Whoever made it can not.
func (c Call) agreeAction(ctx context.Context, inc timeline.Incident, a timeline.Action, _ string) (chat.Answer, error) {
	a, err := c.decideAction(ctx, inc, a.Seq, func(a timeline.Action) ([]timeline.Fact, error) {
		p, err := c.proposed(inc, a)
		if err != nil {
			return nil, err
		}
		switch {
		case a.DRI.ID == c.Request.By.ID:
			return nil, c.sorry("follow-up.not oneself")
		case p.Due != "" && p.Due < c.day():
			return nil, c.sorry("follow-up.passed", c.Texts.Day(p.Due), c.Slash, inc.ID, a.N)
		}
		return []timeline.Fact{timeline.ActionChanged{For: a.Seq, To: p.To, Due: p.Due, Why: p.Why}}, nil
	})
	if err != nil {
		return chat.Answer{}, err
	}
	return c.tell("follow-up.agreed now", a.What, templates.Person(a.DRI.ID), c.Texts.Day(a.Due)), nil
}

// keepAction leaves a follow-up as it is.
func (c Call) keepAction(ctx context.Context, inc timeline.Incident, a timeline.Action, _ string) (chat.Answer, error) {
	a, err := c.decideAction(ctx, inc, a.Seq, func(a timeline.Action) ([]timeline.Fact, error) {
		if _, err := c.proposed(inc, a); err != nil {
			return nil, err
		}
		return []timeline.Fact{timeline.ActionKept{For: a.Seq}}, nil
	})
	if err != nil {
		return chat.Answer{}, err
	}
	return c.tell("follow-up.kept", a.What, templates.Person(a.DRI.ID), c.Texts.Day(a.Due)), nil
}

func (c Call) proposed(inc timeline.Incident, a timeline.Action) (timeline.ActionProposed, error) {
	if err := c.stillOwed(inc, a); err != nil {
		return a.Proposal, err
	}
	if a.Proposal.For == 0 {
		return a.Proposal, c.sorry("follow-up.no proposal", a.N)
	}
	return a.Proposal, nil
}
