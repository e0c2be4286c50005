package commands

import (
	"context"
	"slices"
	"strconv"

	"muster/chat"
	"muster/policy"
	"muster/timeline"
)

var survey = Command{
	Act:     policy.Record,
	Numbers: true,
	Name:    "survey", Args: "[INC-N] SCORE [WHAT HELPED] [| WHAT HURT]", Example: "INC-12 4 the runbook | the late page",
	Inputs: []string{"score", "helped", "hurt"},
	Run:    runSurvey,
}

func runSurvey(ctx context.Context, c Call) (chat.Answer, error) {
	inc, rest, err := c.incident(ctx)
	if err != nil {
		return chat.Answer{}, err
	}
	if inc.Open() {
		return chat.Answer{}, c.sorry("survey.early", inc.ID)
	}
	if _, filled := c.Request.What.(chat.Submitted); rest == "" && !filled && c.Request.Trigger != "" {
		return chat.Ask(c.surveyForm(inc)), nil
	}
	said, err := c.surveyed(rest)
	if err != nil {
		return chat.Answer{}, err
	}
	again := false
	_, err = c.Journal.Decide(ctx, inc.ID, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
		if again = inc.HasAnswered(c.Request.By.ID); again {
			return nil, nil
		}
		return []timeline.Fact{said}, nil
	})
	switch {
	case err != nil:
		return chat.Answer{}, err
	case again:
		return c.tell("survey.again", inc.ID), nil
	}
	return c.tell("survey.thanks"), nil
}

// surveyed reads the answers: a number, what helped, and what hurt behind a bar.
// A form has answered them by themselves.
func (c Call) surveyed(args string) (timeline.Surveyed, error) {
	var said timeline.Surveyed
	number, rest := firstWord(args)
	helped, hurt := rest, ""
	if form, ok := c.Request.What.(chat.Submitted); ok {
		number, helped, hurt = form.Values["score"], form.Values["helped"], form.Values["hurt"]
	} else if at := slices.Index([]rune(rest), '|'); at >= 0 {
		helped, hurt = string([]rune(rest)[:at]), string([]rune(rest)[at+1:])
	}
	score, err := strconv.Atoi(number)
	if err != nil || score < 1 || score > 5 {
		wrong := c.misused("survey.score").(Sorry)
		wrong.Input = "score"
		return said, wrong
	}
	said = timeline.Surveyed{Score: score, Helped: chat.CleanLine(helped), Hurt: chat.CleanLine(hurt)}
	if err := c.notTooLong(said.Helped); err != nil {
		return said, err
	}
	return said, c.notTooLong(said.Hurt)
}

func (c Call) surveyForm(inc timeline.Incident) chat.Form {
	t := c.Texts
	var scores []chat.Option
	for n := 5; n >= 1; n-- {
		scores = append(scores, chat.Option{Value: strconv.Itoa(n), Label: t.T("survey.score " + strconv.Itoa(n))})
	}
	return chat.Form{
		Command: "survey " + inc.ID.String(), Instead: "survey " + inc.ID.String(), Title: t.T("survey.title", inc.ID), Submit: t.T("survey.submit"),
		Fields: []chat.Input{
			{Name: "score", Label: t.T("survey.how"), Options: scores},
			{Name: "helped", Label: t.T("survey.helped"), Long: true, Optional: true, Max: textMost},
			{Name: "hurt", Label: t.T("survey.hurt"), Long: true, Optional: true, Max: textMost},
		},
	}
}
