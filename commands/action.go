package commands

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"muster/chat"
	"muster/policy"
	"muster/templates"
	"muster/timeline"
)

var action = Command{
	Act:  policy.Record,
	Name: "action", Aliases: []string{"followup", "follow-up"}, Args: `[INC-N] "WHAT" @dri [DUE]`, Example: `"add a memory alert" @ana friday`,
	Inputs: actionInputs,
	Run:    runAction,
}

// actionAbout agrees on a follow-up that comes from a message, which is tagged
// as one.
var actionAbout = Command{
	Act:  policy.Record,
	Name: "action-about", Args: `INC-N CHANNEL TIMESTAMP WHEN "WHAT" @dri [DUE]`, Hidden: true,
	Inputs: actionInputs, Run: runActionAbout,
}

var actionInputs = []string{"what", "who", "due"}

// dueByDefault is how long a follow-up may take where nobody says: what comes
// of something bad is not to wait.
var dueByDefault = map[timeline.Severity]int{timeline.Sev1: 7, timeline.Sev2: 14, timeline.Sev3: 30, timeline.Sev4: 60}

func runAction(ctx context.Context, c Call) (chat.Answer, error) {
	inc, rest, err := c.incident(ctx)
	if err != nil {
		return chat.Answer{}, err
	}
	if _, filled := c.Request.What.(chat.Submitted); rest == "" && !filled && c.Request.Trigger != "" {
		return chat.Ask(c.actionForm(ctx, inc, fmt.Sprintf("action %v", inc.ID), "")), nil
	}
	agreed, err := c.agreed(ctx, inc, rest)
	if err != nil {
		return chat.Answer{}, err
	}
	if _, err := c.Journal.Record(ctx, inc.ID, c.cause(), agreed); err != nil {
		return chat.Answer{}, err
	}
	return c.agreedOn(inc, agreed), nil
}

// FollowUpEmoji stands for the emoji where a message was made a follow-up from a
// menu.
const FollowUpEmoji = "shortcut-follow-up"

func runActionAbout(ctx context.Context, c Call) (chat.Answer, error) {
	inc, rest, err := c.incident(ctx)
	if err != nil {
		return chat.Answer{}, err
	}
	words := strings.SplitN(rest, " ", 4)
	if len(words) < 4 || words[0] != inc.Channel.ID { // what is said elsewhere is not for this timeline
		return chat.Answer{}, c.misused("follow-up.no message")
	}
	agreed, err := c.agreed(ctx, inc, words[3])
	if err != nil {
		return chat.Answer{}, err
	}
	agreed.About = timeline.Message{Channel: words[0], TS: words[1]}
	form, _ := c.Request.What.(chat.Submitted)
	_, err = c.Journal.Decide(ctx, inc.ID, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
		facts := []timeline.Fact{timeline.Tagged{Message: agreed.About, Tag: timeline.FollowUp, Emoji: FollowUpEmoji, When: words[2]}}
		if known, _ := inc.Tagged(agreed.About); form.About != nil && !known.Captured() {
			said := form.About
			facts = append(facts, timeline.Captured{Message: agreed.About, Author: said.Author, Text: said.Text, At: said.At, Version: said.Version})
		}
		return append(facts, agreed), nil
	})
	return c.agreedOn(inc, agreed), err
}

func (c Call) agreedOn(inc timeline.Incident, agreed timeline.ActionAgreed) chat.Answer {
	text := c.Texts.T("follow-up.agreed", inc.ID, agreed.What, templates.Person(agreed.DRI.ID), c.Texts.Day(agreed.Due))
	if c.Tickets {
		key := "follow-up.being filed"
		if inc.Drill {
			key = "follow-up.drill"
		}
		text += " " + c.Texts.T(key)
	}
	return chat.Reply(chat.Say(text))
}

// FollowUpForm is the form that makes a follow-up of a message.
func (d Desk) FollowUpForm(ctx context.Context, req chat.Request, inc timeline.Incident, picked chat.Picked) chat.Form {
	c := Call{Desk: d, Request: req, Command: actionAbout, Standing: d.standingOf(ctx, req.By.ID)}
	command := fmt.Sprintf("%s %v %s %s %s", actionAbout.Name, inc.ID, picked.About.Channel, picked.About.TS, picked.When)
	someone := templates.Plain(func(string) string { return d.Texts.T("person.someone") })
	form := c.actionForm(ctx, inc, command, chat.CleanLine(someone.Write(picked.Said.Text)))
	form.About = &picked.Said
	return form
}

// actionForm asks for what action takes.
func (c Call) actionForm(ctx context.Context, inc timeline.Incident, command, what string) chat.Form {
	return chat.Form{
		Command: command, Instead: fmt.Sprintf("action %v", inc.ID), Title: c.Texts.T("follow-up.title"), Submit: c.Texts.T("follow-up.submit"),
		Fields: []chat.Input{
			{Name: "what", Label: c.Texts.T("follow-up.what"), Value: chat.Clip(what, titleMost), Max: titleMost},
			{Name: "who", Label: c.Texts.T("follow-up.who"), Person: true, Hint: c.Texts.T("follow-up.one person")},
			{Name: "due", Label: c.Texts.T("follow-up.due"), Day: true, Value: c.usualDue(inc, c.today(ctx, inc)).Format(time.DateOnly)},
		},
	}
}

// today is the day, in the team's time zone or, where it has none, in that of
// whoever asks.
func (c Call) today(ctx context.Context, inc timeline.Incident) time.Time {
	zone := c.Team
	if zone == nil {
		zone = c.zone(ctx, inc)
	}
	return dayOf(c.now().In(zone))
}

// usualDue is when a follow-up is due where nobody says.
func (c Call) usualDue(inc timeline.Incident, today time.Time) time.Time {
	return today.AddDate(0, 0, dueByDefault[inc.Severity])
}

// someone is a person in a text.
var someone = regexp.MustCompile(`<@[A-Z0-9]+>`)

// joins is what stands between two people who are named together.
var joins = regexp.MustCompile(`^[\s,;&+/]*(?:and|or|und|oder)?[\s,;&+/]*$`)

// agreed reads what is to be done, by whom, and by when.
func (c Call) agreed(ctx context.Context, inc timeline.Incident, args string) (timeline.ActionAgreed, error) {
	var agreed timeline.ActionAgreed
	who := someone.FindAllStringIndex(args, -1)
	if len(who) == 0 {
		return agreed, c.wrong("who", "follow-up.no person")
	}
	at := who[len(who)-1]
	if n := len(who); n > 1 && joins.MatchString(args[who[n-2][1]:at[0]]) {
		return agreed, c.wrong("who", "follow-up.two people", templates.Person(templates.People(args[at[0]:at[1]])[0]))
	}
	var err error
	if agreed.DRI, err = c.answering(ctx, inc, args[at[0]:at[1]]); err != nil {
		return agreed, beside("who", err)
	}
	agreed.What = strings.TrimSpace(strings.Trim(chat.CleanLine(args[:at[0]]), `"“” `))
	switch n := len([]rune(agreed.What)); {
	case n == 0:
		return agreed, c.wrong("what", "follow-up.nothing")
	case n > titleMost:
		return agreed, c.wrong("what", "follow-up.too long", n, titleMost)
	}
	agreed.Due = c.usualDue(inc, c.today(ctx, inc)).Format(time.DateOnly)
	if text := strings.TrimSpace(args[at[1]:]); text != "" {
		agreed.Due, err = c.readDay(ctx, inc, text)
	}
	return agreed, err
}

// readDay reads a day from today on.
func (c Call) readDay(ctx context.Context, inc timeline.Incident, text string) (string, error) {
	day, err := readDue(c.Texts, text, c.today(ctx, inc))
	if err != nil {
		return "", c.wrongSo("due", err.Error())
	}
	return day.Format(time.DateOnly), nil
}

// beside tells what is wrong beside an input of a form.
func beside(input string, err error) error {
	var wrong Sorry
	if errors.As(err, &wrong) {
		wrong.Input = input
		return wrong
	}
	return err
}
