package commands

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/chat"
	"muster/policy"
	"muster/templates"
	"muster/timeline"
)

var actions = Command{
	Act:  policy.Record,
	Name: "actions", Aliases: []string{"followups", "follow-ups"},
	Args: "[INC-N | mine | overdue] [accept|propose|done|move|give|drop|reopen N …]", Example: "move 2 friday because the vendor answers late",
	Run: runActions,
}

// deeds are what can be done about a follow-up, by the word that asks for it.
var deeds = map[string]func(Call, context.Context, timeline.Incident, timeline.Action, string) (chat.Answer, error){
	"accept": Call.acceptAction, "propose": Call.proposeAction, "agree": Call.agreeAction, "keep": Call.keepAction,
	"done": Call.doneAction, "move": Call.moveAction, "give": Call.giveAction, "drop": Call.dropAction, "reopen": Call.reopenAction,
}

func runActions(ctx context.Context, c Call) (chat.Answer, error) {
	switch word, _ := firstWord(strings.ToLower(c.Args)); {
	case word == "mine" || word == "overdue":
		return c.acrossActions(ctx, word)
	case word == "" && !c.inRoom(ctx):
		return c.acrossActions(ctx, "mine")
	}
	inc, rest, err := c.incident(ctx)
	if err != nil {
		return chat.Answer{}, err
	}
	word, rest := firstWord(rest)
	if word == "" {
		return c.listActions(inc), nil
	}
	do, ok := deeds[strings.ToLower(word)]
	number, rest := firstWord(rest)
	if _, err := strconv.Atoi(strings.TrimPrefix(word, "#")); err == nil { // "2 done" is "done 2"
		do, ok = deeds[strings.ToLower(number)]
		number = word
	}
	if !ok {
		return chat.Answer{}, c.misused("follow-up.no deed", chat.Clip(word, 40))
	}
	a, err := c.action(inc, number)
	if err != nil {
		return chat.Answer{}, err
	}
	return do(c, ctx, inc, a, rest)
}

// inRoom reports whether the call comes from an incident's channel that the caller
// may see.
func (c Call) inRoom(ctx context.Context) bool {
	_, err := c.here(ctx)
	return err == nil
}

// action is a follow-up by its number.
func (c Call) action(inc timeline.Incident, number string) (timeline.Action, error) {
	n, err := strconv.Atoi(strings.TrimPrefix(number, "#"))
	if err != nil || n < 1 || n > len(inc.Actions) {
		return timeline.Action{}, c.sorry("follow-up.which", inc.ID, len(inc.Actions), c.Slash)
	}
	return inc.Actions[n-1], nil
}

func (c Call) listActions(inc timeline.Incident) chat.Answer {
	var lines []string
	for _, a := range inc.Actions {
		if a.Withdrawn {
			continue
		}
		mark := "☐ "
		if a.Over {
			mark = "– "
		}
		if a.Done {
			mark = "☑ "
		}
		lines = append(lines, fmt.Sprintf("%s%d. %s", mark, a.N, c.Texts.Action(a, c.day())))
	}
	if len(lines) == 0 {
		return c.tell("follow-up.none", inc.ID, c.Slash, "action "+action.Example)
	}
	return c.tell("follow-up.all", inc.ID, strings.Join(c.atMost(lines), "\n"))
}

// day is today, by the team's calendar.
func (d Desk) day() string {
	zone := d.Texts.Zone
	if d.Team != nil {
		zone = d.Team
	}
	return d.Journal.Now().In(zone).Format(time.DateOnly)
}

// owed is a follow-up of one of several incidents.
type owed struct {
	inc timeline.Incident
	timeline.Action
}

// What is listed at once, in lines and in bytes: as much as one message shows.
const (
	actionsMost  = 30
	actionsBytes = 8000
)

// atMost are the first of some lines, and how many more there are.
func (d Desk) atMost(lines []string) []string {
	size := 0
	for n, line := range lines {
		if size += len(line); n == actionsMost || size > actionsBytes {
			return append(slices.Clone(lines[:n]), d.Texts.T("task.more", len(lines)-n))
		}
	}
	return lines
}

// acrossActions lists follow-ups of every incident that the caller may see, the
// one that is due first first.
func (c Call) acrossActions(ctx context.Context, which string) (chat.Answer, error) {
	all, err := c.Journal.Unfinished(ctx)
	if err != nil {
		return chat.Answer{}, err
	}
	today := c.day()
	open := owedIn(c.visible(all), func(_ timeline.Incident, a timeline.Action) bool {
		return which == "overdue" && a.Due < today || which == "mine" && a.DRI.ID == c.Request.By.ID
	})
	var lines []string
	for _, o := range open {
		lines = append(lines, fmt.Sprintf("• %v #%d: %s", o.inc.ID, o.N, c.Texts.Action(o.Action, today)))
	}
	if len(lines) == 0 {
		return c.tell("follow-up.none "+which, c.Slash), nil
	}
	return c.tell("follow-up."+which, strings.Join(c.atMost(lines), "\n"), c.Slash), nil
}

// owedIn lists the open follow-ups of some incidents that are wanted, the one that
// is due first first. Those of exercises are nobody's.
func owedIn(all []timeline.Incident, wanted func(timeline.Incident, timeline.Action) bool) (found []owed) {
	for _, inc := range all {
		for _, a := range inc.OpenActions() {
			if !inc.Drill && wanted(inc, a) {
				found = append(found, owed{inc, a})
			}
		}
	}
	slices.SortStableFunc(found, func(x, y owed) int {
		return cmp.Or(strings.Compare(x.Due, y.Due), cmp.Compare(x.inc.ID, y.inc.ID), cmp.Compare(x.N, y.N))
	})
	return found
}

// decideAction writes what is decided about a follow-up as it is at that moment.
func (c Call) decideAction(ctx context.Context, inc timeline.Incident, seq int, decide func(timeline.Action) ([]timeline.Fact, error)) (timeline.Action, error) {
	inc, err := c.Journal.Decide(ctx, inc.ID, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
		a, ok := inc.Action(seq)
		if !ok {
			return nil, c.sorry("follow-up.which", inc.ID, len(inc.Actions), c.Slash)
		}
		return decide(a)
	})
	a, _ := inc.Action(seq)
	return a, err
}

// stillOwed refuses what makes sense only while a follow-up is to be done.
func (c Call) stillOwed(inc timeline.Incident, a timeline.Action) error {
	if !a.Over {
		return nil
	}
	key := "follow-up.is done"
	if !a.Done {
		key = "follow-up.is dropped"
	}
	return c.sorry(key, a.N, a.What, c.Slash, inc.ID)
}

func (c Call) acceptAction(ctx context.Context, inc timeline.Incident, a timeline.Action, _ string) (chat.Answer, error) {
	a, err := c.decideAction(ctx, inc, a.Seq, func(a timeline.Action) ([]timeline.Fact, error) {
		switch err := c.stillOwed(inc, a); {
		case err != nil:
			return nil, err
		case a.DRI.ID != c.Request.By.ID:
			return nil, c.sorry("follow-up.not yours", a.N, templates.Person(a.DRI.ID), c.Slash, inc.ID, templates.Person(c.Request.By.ID))
		case a.Accepted:
			return nil, nil
		}
		return []timeline.Fact{timeline.ActionAccepted{For: a.Seq}}, nil
	})
	if err != nil {
		return chat.Answer{}, err
	}
	return c.tell("follow-up.accepted", a.What, c.Texts.Day(a.Due)), nil
}

func (c Call) doneAction(ctx context.Context, inc timeline.Incident, a timeline.Action, text string) (chat.Answer, error) {
	if err := c.notTooLong(text); err != nil {
		return chat.Answer{}, err
	}
	a, err := c.decideAction(ctx, inc, a.Seq, func(a timeline.Action) ([]timeline.Fact, error) {
		if err := c.stillOwed(inc, a); err != nil {
			return nil, err
		}
		return []timeline.Fact{timeline.ActionDone{For: a.Seq, Text: chat.Clean(text)}}, nil
	})
	if err != nil {
		return chat.Answer{}, err
	}
	return c.tell("follow-up.done", a.What, c.Slash, inc.ID, a.N), nil
}

func (c Call) reopenAction(ctx context.Context, inc timeline.Incident, a timeline.Action, _ string) (chat.Answer, error) {
	a, err := c.decideAction(ctx, inc, a.Seq, func(a timeline.Action) ([]timeline.Fact, error) {
		if !a.Over {
			return nil, c.sorry("follow-up.is open", a.N, a.What)
		}
		return []timeline.Fact{timeline.ActionReopened{For: a.Seq}}, nil
	})
	if err != nil {
		return chat.Answer{}, err
	}
	return c.tell("follow-up.reopened", a.What, templates.Person(a.DRI.ID), c.Texts.Day(a.Due)), nil
}

func (c Call) dropAction(ctx context.Context, inc timeline.Incident, a timeline.Action, why string) (chat.Answer, error) {
	if c.wantsForm(why) {
		return c.askAbout(inc, a, "drop", c.whyInput("follow-up.why not", false)), nil
	}
	why = chat.CleanLine(why)
	if why == "" {
		return chat.Answer{}, c.wrong("why", "follow-up.no reason")
	}
	if err := c.notTooLong(why); err != nil {
		return chat.Answer{}, err
	}
	a, err := c.decideAction(ctx, inc, a.Seq, func(a timeline.Action) ([]timeline.Fact, error) {
		if err := c.stillOwed(inc, a); err != nil {
			return nil, err
		}
		return []timeline.Fact{timeline.ActionDropped{For: a.Seq, Why: why}}, nil
	})
	if err != nil {
		return chat.Answer{}, err
	}
	return c.tell("follow-up.dropped", a.What, c.Slash, inc.ID, a.N), nil
}

// moveAction gives a follow-up another day. A later one needs a reason.
func (c Call) moveAction(ctx context.Context, inc timeline.Incident, a timeline.Action, args string) (chat.Answer, error) {
	if c.wantsForm(args) {
		return c.askAbout(inc, a, "move", c.dueInput(a, false), c.whyInput("follow-up.why later", true)), nil
	}
	due, why, err := c.dueAndWhy(ctx, inc, args)
	if err != nil {
		return chat.Answer{}, err
	}
	a, err = c.decideAction(ctx, inc, a.Seq, func(a timeline.Action) ([]timeline.Fact, error) {
		switch err := c.stillOwed(inc, a); {
		case err != nil:
			return nil, err
		case due == a.Due:
			return nil, c.wrong("due", "follow-up.same day", c.Texts.Day(due))
		case due > a.Due && why == "":
			return nil, c.wrong("why", "follow-up.no reason")
		}
		return []timeline.Fact{timeline.ActionChanged{For: a.Seq, Due: due, Why: why}}, nil
	})
	if err != nil {
		return chat.Answer{}, err
	}
	return c.tell("follow-up.moved", a.What, c.Texts.Day(a.Due)), nil
}

// giveAction hands a follow-up over: whoever gets it is asked to accept.
func (c Call) giveAction(ctx context.Context, inc timeline.Incident, a timeline.Action, args string) (chat.Answer, error) {
	if c.wantsForm(args) {
		return c.askAbout(inc, a, "give", c.whoInput(false), c.whyInput("follow-up.why them", true)), nil
	}
	to, why, err := c.whoAndWhy(ctx, inc, args)
	if err != nil {
		return chat.Answer{}, err
	}
	a, err = c.decideAction(ctx, inc, a.Seq, func(a timeline.Action) ([]timeline.Fact, error) {
		switch err := c.stillOwed(inc, a); {
		case err != nil:
			return nil, err
		case to.ID == a.DRI.ID:
			return nil, c.wrong("who", "follow-up.same person", templates.Person(to.ID))
		}
		return []timeline.Fact{timeline.ActionChanged{For: a.Seq, To: to, Why: why}}, nil
	})
	if err != nil {
		return chat.Answer{}, err
	}
	return c.tell("follow-up.given", a.What, templates.Person(a.DRI.ID)), nil
}
