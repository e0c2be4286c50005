package commands

import (
	"context"
	"slices"

	"muster/chat"
	"muster/policy"
	"muster/templates"
	"muster/timeline"
)

// understand is what the buttons stand for by which people say whether they
// understand the root cause. To press the other one changes the answer.
var understand = Command{
	Act:  policy.Record,
	Name: "understand", Args: "INC-N before|after yes|explain", Hidden: true,
	Run: runUnderstand,
}

func runUnderstand(ctx context.Context, c Call) (chat.Answer, error) {
	inc, rest, err := c.incident(ctx)
	if err != nil {
		return chat.Answer{}, err
	}
	when, what := firstWord(rest)
	if !slices.Contains([]string{"before", "after"}, when) || !slices.Contains([]string{"yes", "explain"}, what) {
		return chat.Answer{}, c.misused("understanding.which")
	}
	said := timeline.Understood{After: when == "after", Yes: what == "yes"}
	inc, err = c.Journal.Decide(ctx, inc.ID, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
		if err := c.maySay(inc, said); err != nil || hasSaid(inc, c.Request.By.ID, said) {
			return nil, err // pressed twice, it is told once
		}
		return []timeline.Fact{said}, nil
	})
	if err != nil {
		return chat.Answer{}, err
	}
	set, _ := inc.Meeting()
	switch {
	case said.Yes:
		return c.tell("understanding.yes"), nil
	case set.Host.ID == c.Request.By.ID:
		return c.tell("understanding.host"), nil
	}
	return c.tell("understanding.explain", templates.Person(set.Host.ID)), nil
}

// hasSaid reports whether an answer is what somebody said last.
func hasSaid(inc timeline.Incident, id string, f timeline.Understood) bool {
	yes, ok := inc.Understanding().Said(f.After)[id]
	return ok && yes == f.Yes
}

// maySay refuses an answer of somebody who is not asked, one that comes too early,
// and one of before the meeting that comes too late.
func (c Call) maySay(inc timeline.Incident, said timeline.Understood) error {
	set, ok := inc.Meeting()
	id := c.Request.By.ID
	asked := slices.ContainsFunc(inc.Involved(), func(p timeline.Person) bool { return p.ID == id }) ||
		slices.Contains(inc.AskedToUnderstand(said.After), id)
	switch {
	case !ok:
		return c.sorry("understanding.no meeting", inc.ID, c.Slash)
	case !asked:
		return c.sorry("understanding.not asked", inc.ID)
	case said.After && c.now().Before(set.At):
		return c.sorry("understanding.early", templates.When(set.At))
	case !said.After && !c.now().Before(set.End()):
		return Sorry{Text: c.Texts.T("understanding.late"), Buttons: chat.UnderstandButtons(c.Texts, inc.ID, true)}
	}
	return nil
}
