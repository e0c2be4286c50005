package commands

import (
	"context"
	"errors"
	"slices"
	"strings"

	"muster/chat"
	"muster/policy"
	"muster/timeline"
)

// declareAlarm is what the button stands for that offers to declare an alarm of
// the paging service.
var declareAlarm = Command{
	Act:  policy.Declare,
	Name: "declare-alarm", Args: "ID REF SEVERITY URL | SERVICE | TITLE", Hidden: true,
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		a, ok := readAlarm(c.Args)
		if _, pressed := c.Request.What.(chat.Pressed); !ok || !pressed { // what is typed may name any alarm
			return chat.Answer{}, c.sorry("alarm.no alarm")
		}
		inc, again, err := c.Alarm(ctx, c.cause(), a)
		switch {
		case err != nil:
			return chat.Answer{}, err
		case again && !c.sees(inc):
			return chat.Answer{}, c.sorry("alarm.declared before")
		case again:
			return c.tell("alarm.declared", inc.ID, inc.Title), nil
		}
		return c.tell("alarm.declared now", inc.ID, inc.Title), nil
	},
}

func readAlarm(args string) (a chat.Alarm, ok bool) {
	parts := strings.SplitN(args, "|", 3)
	if len(parts) != 3 {
		return a, false
	}
	words := strings.Fields(parts[0])
	if len(words) != 4 {
		return a, false
	}
	severity, err := timeline.ParseSeverity(words[2])
	a = chat.Alarm{ID: words[0], Ref: words[1], Severity: severity, URL: words[3], Service: strings.TrimSpace(parts[1]), Title: strings.TrimSpace(parts[2])}
	return a, err == nil && a.Title != ""
}

// Alarm declares an alarm of the paging service as an incident, once: sent or
// pressed again it is the same. The alarm itself is the page, so that nobody is
// paged again for it. Whoever declares it is the commander.
func (d Desk) Alarm(ctx context.Context, by timeline.Cause, a chat.Alarm) (inc timeline.Incident, again bool, err error) {
	source := timeline.AlarmSource + a.ID
	if known, err := d.Journal.Named(ctx, source); !errors.Is(err, timeline.ErrUnknown) {
		return known, true, err
	}
	facts := []timeline.Fact{
		timeline.Declared{Title: chat.Clip(machineLine(a.Title), titleMost), Severity: a.Severity, Service: d.service(a.Service), Source: source},
	}
	if by.By.ID != "" {
		facts = append(facts, timeline.RoleGiven{Role: timeline.Commander, To: by.By})
	}
	if !d.isOver(ctx, a) {
		facts = append(facts, timeline.Paged{For: 1, Route: "PagerDuty", Ref: a.Ref, ID: a.ID, URL: a.URL})
	}
	facts = append(facts, timeline.Linked{What: alert, Ref: "PagerDuty " + a.Ref, URL: a.URL})
	if by.Request == "" {
		by.Request = source
	}
	inc, err = d.Journal.Declare(ctx, by, func([]timeline.Incident) ([]timeline.Fact, error) { return facts, nil })
	if errors.Is(err, timeline.ErrRepeated) || errors.Is(err, timeline.ErrTaken) {
		known, err := d.Journal.Named(ctx, source)
		return known, true, err
	}
	return inc, false, err
}

// isOver reports whether an alarm has ended, so that it wakes nobody any more. One
// that can not be looked at is taken to go on.
func (d Desk) isOver(ctx context.Context, a chat.Alarm) bool {
	if d.AlarmOver == nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, onCallFor)
	defer cancel()
	over, err := d.AlarmOver(ctx, a.ID)
	return over && err == nil
}

// judgeAlarm is what the buttons stand for that ask how good the page of an alarm
// was that became no incident.
var judgeAlarm = Command{
	Act:  policy.Record,
	Name: "judge-alarm", Args: "ID REF VERDICT | SERVICE | TITLE", Hidden: true,
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		parts := strings.SplitN(c.Args, "|", 3)
		words := strings.Fields(parts[0])
		if _, pressed := c.Request.What.(chat.Pressed); !pressed || len(parts) != 3 || len(words) != 3 || !slices.Contains(timeline.Verdicts, timeline.Verdict(words[2])) {
			return chat.Answer{}, c.sorry("alarm.no alarm")
		}
		judged := timeline.AlarmJudged{
			ID: words[0], Ref: words[1], Verdict: timeline.Verdict(words[2]), Service: strings.TrimSpace(parts[1]), Title: chat.CleanLine(parts[2]),
		}
		once := timeline.Cause{By: c.Request.By, Request: "judged " + judged.ID + " " + c.Request.By.ID}
		_, err := c.Journal.Record(ctx, timeline.House, once, judged)
		if errors.Is(err, timeline.ErrRepeated) {
			return c.tell("judge.again"), nil
		}
		return c.tell("judge.thanks", "PagerDuty "+judged.Ref, c.Texts.T("verdict."+string(judged.Verdict))), err
	},
}
