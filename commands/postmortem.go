package commands

import (
	"context"
	"slices"
	"strings"
	"time"

	"muster/chat"
	"muster/policy"
	"muster/timeline"
)

var postmortem = Command{
	Act:  policy.Record,
	Name: "postmortem", Aliases: []string{"writeup"}, Args: "[INC-N] [edit | whys | write PART TEXT | release PART | publish]", Example: "INC-12 edit",
	Run: runPostmortem,
}

// postmortemDeed is one thing to do about a postmortem, besides having it written.
type postmortemDeed struct {
	name string
	run  func(ctx context.Context, c Call, inc timeline.Incident, rest string) (chat.Answer, error)
}

var postmortemDeeds = []postmortemDeed{
	{"edit", editParts}, {"edited", partsEdited},
	{"whys", askWhys}, {"answered", whysAnswered},
	{"write", writePart}, {"release", releasePart},
	{"publish", offerDraft}, {"approve", approveDraft}, {"return", returnDraft},
}

func runPostmortem(ctx context.Context, c Call) (chat.Answer, error) {
	inc, rest, err := c.incident(ctx)
	if err != nil {
		return chat.Answer{}, err
	}
	name, rest := firstWord(rest)
	if name == "" {
		return draftPostmortem(ctx, c, inc)
	}
	for _, deed := range postmortemDeeds {
		if strings.EqualFold(deed.name, name) {
			return deed.run(ctx, c, inc, rest)
		}
	}
	return chat.Answer{}, c.misused("postmortem.no such", name)
}

// draftPostmortem has the postmortem written as it is now.
func draftPostmortem(ctx context.Context, c Call, inc timeline.Incident) (chat.Answer, error) {
	inc, err := c.Journal.Record(ctx, inc.ID, c.cause(), timeline.Asked{For: timeline.Postmortem})
	if err != nil {
		return chat.Answer{}, err
	}
	_, local := timeline.IsLocal(c.Request.By.ID)
	switch {
	case inc.Open():
		return c.tell("postmortem.early", inc.ID), nil
	case inc.Channel.ID == "" && inc.Archived.ID != "" && !local:
		return c.tell("postmortem.asked alone", inc.ID), nil
	}
	return c.tell("postmortem.asked", inc.ID), nil
}

// WriteUp says when the postmortem of an incident is due.
type WriteUp struct {
	Days int                 // after the end; 0 for never
	For  []timeline.Severity // the severities that need one
}

// writeUpDue returns the follow-up that the postmortem is, where one is to be written,
// or written on, and nobody has agreed on it yet.
func (c Call) writeUpDue(ctx context.Context, inc timeline.Incident) []timeline.Fact {
	lead := inc.Holder(timeline.Commander)
	if lead.ID == "" {
		lead = c.Request.By
	}
	key := "postmortem.to write"
	before, agreed := inc.WriteUp()
	if agreed && before.Done {
		key = "postmortem.to write on" // it was published, and the incident taken up again
	} else if agreed {
		return nil
	}
	if !c.WriteUp.wants(inc) || lead.ID == "" {
		return nil
	}
	day := c.today(ctx, inc).AddDate(0, 0, c.WriteUp.Days)
	for !isWorkday(day) {
		day = day.AddDate(0, 0, 1)
	}
	return []timeline.Fact{timeline.ActionAgreed{What: c.Texts.T(key, inc.ID), DRI: lead, Due: day.Format(time.DateOnly), Of: timeline.Postmortem}}
}

func (w WriteUp) wants(inc timeline.Incident) bool {
	return w.Days > 0 && !inc.Drill && slices.Contains(w.For, inc.Severity)
}
