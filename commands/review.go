package commands

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"muster/chat"
	"muster/policy"
	"muster/review"
	"muster/templates"
	"muster/timeline"
)

var reviewOf = Command{
	Act:  policy.Read,
	Name: "review", Args: "[WEEK]", Example: "2026-W47",
	Run: runReview,
}

func runReview(ctx context.Context, c Call) (chat.Answer, error) {
	if c.Review == nil {
		return chat.Answer{}, c.sorry("reviewing.none")
	}
	switch word, rest := firstWord(c.Args); strings.ToLower(word) {
	case "post":
		return c.postReview(ctx, rest)
	case "picture":
		return c.drawReview(ctx, rest)
	}
	week, err := c.week(c.Args)
	if err != nil {
		return chat.Answer{}, err
	}
	r, err := c.Review(ctx, week, c.Request.By.ID)
	if err != nil {
		return chat.Answer{}, err
	}
	house, err := c.Journal.Incident(ctx, timeline.House)
	if err != nil {
		return chat.Answer{}, err
	}
	m, whole := chat.ReviewSaid(c.Texts, r, chat.ReviewAnswerMost)
	if !whole {
		m = also(m, c.Texts.T("reviewing.not all", r.Week))
	}
	if posted, ok := house.Review(r.Week.String()); ok && posted.URL != "" {
		m = also(m, c.Texts.T("reviewing.posted", templates.Link(posted.URL, r.Week.String())))
	}
	return chat.Reply(m.With(c.reviewButtons(house, r)...)), nil
}

// also is a message with a line at its end that matters less.
func also(m chat.Message, text string) chat.Message {
	m.Text, m.Parts = m.Text+"\n"+text, append(m.Parts, chat.Small{Text: text})
	return m
}

// reviewButtons are what can be done with a review.
func (c Call) reviewButtons(house timeline.Incident, r review.Report) []chat.Button {
	buttons := []chat.Button{{Label: c.Texts.T("button.review before", r.Week.Plus(-1)), Command: "review " + r.Week.Plus(-1).String()}}
	if c.Reviewer == nil {
		return buttons
	}
	if c.Reviewer.Picture != nil {
		buttons = append(buttons, chat.Button{Label: c.Texts.T("button.review picture"), Command: "review picture " + r.Week.String()})
	}
	_, posted := house.Review(r.Week.String())
	mayPost := policy.Judge(c.Standing, policy.Run, policy.Anywhere) == policy.Fine
	if c.Reviewer.Channel != "" && mayPost && !posted && !r.SoFar {
		buttons = append(buttons, chat.Button{Label: c.Texts.T("button.review post", c.Reviewer.Channel), Command: "review post " + r.Week.String()})
	}
	return buttons
}

// weekOfYear is how people write a week without its year.
var weekOfYear = regexp.MustCompile(`^(?:KW|W)?\s*([0-9]{1,2})$`)

// week reads which week is meant, and refuses one that has not begun; empty is the
// usual one.
func (c Call) week(text string) (string, error) {
	typed := strings.TrimSpace(text)
	if text = strings.ToUpper(typed); text == "" {
		return "", nil
	}
	now := c.now().In(c.teamZone())
	this := review.WeekOf(now)
	week, err := review.ParseWeek(text)
	if m := weekOfYear.FindStringSubmatch(text); m != nil {
		named := review.Week{Year: this.Year, Number: atoi(m[1])}
		if named.Number > this.Number {
			named.Year-- // the latest that was called so
		}
		week, err = review.ParseWeek(named.String())
	}
	switch {
	case err != nil:
		return "", c.sorry("reviewing.no week", chat.Clip(typed, 40), c.Slash, this.Plus(-1))
	case week.Begins(now.Location()).After(now):
		return "", c.sorry("reviewing.to come", week, c.Slash, this.Plus(-1))
	}
	return week.String(), nil
}

// postReview posts the review of a week that is over for everybody, whatever whoever
// asks may see.
func (c Call) postReview(ctx context.Context, args string) (chat.Answer, error) {
	posts := c
	posts.Command.Act = policy.Run
	if err := posts.allowed(ctx, policy.Anywhere, 0); err != nil {
		return chat.Answer{}, err
	}
	if c.Reviewer == nil || c.Reviewer.Channel == "" {
		return chat.Answer{}, c.sorry("reviewing.nowhere")
	}
	r, err := c.reviewFor(ctx, args, "")
	if err != nil {
		return chat.Answer{}, err
	}
	if r.SoFar {
		return chat.Answer{}, c.sorry("reviewing.not over", r.Week, c.Slash)
	}
	house, err := c.Journal.Incident(ctx, timeline.House)
	if err != nil {
		return chat.Answer{}, err
	}
	if posted, ok := house.Review(r.Week.String()); ok {
		return c.tell("reviewing.posted", templates.Link(posted.URL, r.Week.String())), nil
	}
	err = c.Reviewer.Post(ctx, c.Request.ID, r.Week.String())
	return c.tell("reviewing.posting", r.Week, c.Reviewer.Channel), repeatedIsFine(err)
}

// drawReview sends the picture to whoever asks.
func (c Call) drawReview(ctx context.Context, args string) (chat.Answer, error) {
	if _, local := timeline.IsLocal(c.Request.By.ID); local || c.Reviewer == nil || c.Reviewer.Picture == nil {
		return chat.Answer{}, c.sorry("metrics.local")
	}
	r, err := c.reviewFor(ctx, args, c.Request.By.ID)
	if err != nil {
		return chat.Answer{}, err
	}
	err = c.Reviewer.Show(ctx, c.Request.ID, c.Request.By.ID, r.Week.String())
	return c.tell("metrics.to you"), repeatedIsFine(err)
}

// reviewFor is the review of the week that is named, for somebody.
func (c Call) reviewFor(ctx context.Context, args, person string) (review.Report, error) {
	week, err := c.week(args)
	if err != nil {
		return review.Report{}, err
	}
	return c.Review(ctx, week, person)
}

func repeatedIsFine(err error) error {
	if errors.Is(err, timeline.ErrRepeated) {
		return nil
	}
	return err
}

var decision = Command{
	Act:  policy.Record,
	Name: "decision", Args: "done|reopen CHANNEL MESSAGE", Hidden: true,
	Run: runDecision,
}

// runDecision tells that what a review decided was done, or that it was not.
func runDecision(ctx context.Context, c Call) (chat.Answer, error) {
	deed, rest := firstWord(c.Args)
	channel, ts := firstWord(rest)
	at := timeline.Message{Channel: channel, TS: ts}
	house, err := c.Journal.Decide(ctx, timeline.House, c.cause(), func(house timeline.Incident) ([]timeline.Fact, error) {
		d, ok := house.Decision(at)
		switch {
		case !ok || deed != "done" && deed != "reopen":
			return nil, c.sorry("reviewing.no decision", c.Slash)
		case deed == "done" && !d.Done:
			return []timeline.Fact{timeline.DecisionDone{Message: at}}, nil
		case deed == "reopen" && d.Done:
			return []timeline.Fact{timeline.DecisionReopened{Message: at}}, nil
		}
		return nil, nil
	})
	if err != nil {
		return chat.Answer{}, err
	}
	d, _ := house.Decision(at)
	if d.Done {
		return c.tell("reviewing.done", d.Text), nil
	}
	return c.tell("reviewing.reopened", d.Text), nil
}
