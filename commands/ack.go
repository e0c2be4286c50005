package commands

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"muster/chat"
	"muster/policy"
	"muster/timeline"
)

var ack = Command{
	Act:  policy.Run,
	Name: "ack", Aliases: []string{"acknowledge"}, Args: "[INC-N]",
	Run: runAck,
}

// runAck takes every page on that nobody has acknowledged.
func runAck(ctx context.Context, c Call) (chat.Answer, error) {
	inc, _, err := c.ongoing(ctx)
	if err != nil {
		return chat.Answer{}, err
	}
	if !c.PagesPeople {
		return chat.Answer{}, c.sorry("ack.nowhere")
	}
	var refs []string
	waits := false // for an answer that can only be given on the telephone
	_, err = c.record(ctx, inc.ID, func(inc timeline.Incident) (facts []timeline.Fact, err error) {
		refs, waits = nil, false
		for _, p := range inc.Pages {
			switch {
			case p.Waits() && p.ID == "":
				waits = true
			case p.Waits():
				refs, facts = append(refs, c.Texts.PageName(p.Paged)), append(facts, timeline.AckAsked{For: p.For})
			}
		}
		if len(facts) == 0 {
			return nil, errAlready
		}
		return facts, nil
	})
	if errors.Is(err, errAlready) && waits {
		return chat.Answer{}, c.sorry("ack.by phone", inc.ID)
	}
	if errors.Is(err, errAlready) {
		return c.tell("ack.none", inc.ID), nil
	}
	if err != nil {
		return chat.Answer{}, err
	}
	return c.tell("ack.asked", c.Texts.List(refs)), nil
}

// judge is what the buttons stand for that ask how good a page was.
var judge = Command{
	Act:     policy.Record,
	Numbers: true,
	Name:    "judge", Args: "INC-N EVENT VERDICT", Hidden: true,
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, rest, err := c.incident(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		number, word := firstWord(rest)
		seq, err := strconv.Atoi(number)
		verdict := timeline.Verdict(word)
		page, ok := inc.PageFor(seq)
		if err != nil || !ok || !slices.Contains(timeline.Verdicts, verdict) {
			return chat.Answer{}, c.sorry("judge.no page", inc.ID)
		}
		again := false
		_, err = c.Journal.Decide(ctx, inc.ID, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
			p, _ := inc.PageFor(seq)
			if again = slices.Contains(p.Judged, c.Request.By.ID); again {
				return nil, nil
			}
			return []timeline.Fact{timeline.PageJudged{For: seq, Verdict: verdict}}, nil
		})
		switch {
		case err != nil:
			return chat.Answer{}, err
		case again:
			return c.tell("judge.again"), nil
		}
		return c.tell("judge.thanks", c.Texts.PageName(page.Paged), c.Texts.T("verdict."+string(verdict))), nil
	},
}
