package commands

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"muster/chat"
	"muster/policy"
	"muster/templates"
	"muster/timeline"
)

var publish = Command{
	Act:     policy.Publish,
	Numbers: true,
	Name:    "publish", Args: "[INC-N] [TEXT]", Example: "orders fail for some of you; we are working on it",
	Run: runPublish,
}

// reword is what the button "Change the words" and its form stand for.
var reword = Command{
	Act:     policy.Publish,
	Numbers: true,
	Name:    "reword", Args: "INC-N [EVENT]", Hidden: true,
	Inputs: []string{"title", "state", "service", "text"},
	Run:    runReword,
}

func runPublish(ctx context.Context, c Call) (chat.Answer, error) {
	inc, rest, err := c.incident(ctx)
	if err != nil {
		return chat.Answer{}, err
	}
	if err := c.mayPublish(inc); err != nil {
		return chat.Answer{}, err
	}
	if rest == "" && c.Request.Trigger != "" {
		return chat.Ask(c.publishForm(inc, 0)), nil
	}
	asked, err := c.publicWords(inc, rest)
	if err != nil {
		return chat.Answer{}, err
	}
	if rest == "" { // where no form can be shown, the words are: nobody publishes what they have not seen
		return c.shown(inc, asked), nil
	}
	return c.publish(ctx, inc.ID, asked)
}

// shown is a draft to look at, with the button that publishes it.
func (c Call) shown(inc timeline.Incident, asked timeline.PublishAsked) chat.Answer {
	text := c.Texts.T("publish.look", asked.Title, c.Texts.PublicState(asked.State), asked.Text)
	return chat.Reply(chat.Say(text).With(
		chat.Button{Label: c.Texts.T("draft.publish"), Command: fmt.Sprintf("publish %v %d", inc.ID, asked.About), Primary: true},
	))
}

// mayPublish refuses what is no public affair.
func (c Call) mayPublish(inc timeline.Incident) error {
	_, seq := inc.LastPublishAsked()
	switch {
	case !c.StatusPage:
		return c.sorry("publish.none")
	case inc.Private:
		return c.sorry("publish.private", inc.ID)
	case inc.Drill:
		return c.sorry("publish.drill", inc.ID)
	case !inc.Open() && seq == 0:
		return c.sorry("publish.never", inc.ID)
	}
	return nil
}

// publicWords reads what is to be published: the words of an event by its
// number, those of the last one that has some, or a text.
func (c Call) publicWords(inc timeline.Incident, rest string) (timeline.PublishAsked, error) {
	if seq, err := strconv.Atoi(rest); err == nil || rest == "" {
		asked, ok := c.drafted(inc, seq)
		ok = ok && (seq > 0 || rest == "")
		switch {
		case !ok && rest == "":
			return asked, c.sorry("publish.silent", inc.ID, c.Slash)
		case !ok:
			return asked, c.sorry("publish.no draft", inc.ID, c.Slash, chat.Clip(rest, 20))
		}
		return asked, nil
	}
	asked := c.Texts.Publish(inc, c.componentsOf(inc.Service))
	asked.Text = c.Texts.Impersonal(inc, rest)
	if last, seq := inc.LastPublishAsked(); seq > 0 && last.Text == asked.Text && last.State == asked.State && !inc.HasDropped(seq) {
		return asked, c.sorry("publish.twice")
	}
	return asked, c.notTooLong(asked.Text)
}

// drafted is the draft of an event, just as it was shown; of the last one that
// has some for 0.
func (c Call) drafted(inc timeline.Incident, seq int) (timeline.PublishAsked, bool) {
	for n := len(inc.Events); n > 0; n-- {
		if seq != 0 && n != seq {
			continue
		}
		ev := inc.Events[n-1]
		if !templates.MayHaveDraft(ev.Fact) {
			continue
		}
		if was := inc.At(n); templates.HasDraft(was, ev) {
			return c.Texts.Draft(was, ev, c.componentsOf(was.Service)), true
		}
	}
	return timeline.PublishAsked{}, false
}

// componentsOf lists the components of a service, whatever its case.
func (c Call) componentsOf(service string) []string { return c.Components[c.service(service)] }

// publish has words published, once, and never after newer ones.
func (c Call) publish(ctx context.Context, id timeline.ID, asked timeline.PublishAsked) (chat.Answer, error) {
	_, err := c.Journal.Decide(ctx, id, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
		last, at := inc.LastPublishAsked()
		seq := at
		if last.About > 0 {
			at = last.About
		}
		switch {
		case asked.About == 0 || at < asked.About || at == asked.About && inc.HasDropped(seq):
			return []timeline.Fact{asked}, nil
		case at == asked.About:
			return nil, c.sorry("publish.twice")
		}
		return nil, c.sorry("publish.older", id, c.Slash)
	})
	if err != nil {
		return chat.Answer{}, err
	}
	return c.tell("publish.asked", id, asked.Title, c.Texts.PublicState(asked.State)), nil
}

func runReword(ctx context.Context, c Call) (chat.Answer, error) {
	inc, rest, err := c.incident(ctx)
	if err != nil {
		return chat.Answer{}, err
	}
	if err := c.mayPublish(inc); err != nil {
		return chat.Answer{}, err
	}
	form, filled := c.Request.What.(chat.Submitted)
	if !filled {
		seq, _ := strconv.Atoi(rest) // 0 is the last one
		return chat.Ask(c.publishForm(inc, seq)), nil
	}
	asked, err := c.reworded(inc, form.Values)
	if err != nil {
		return chat.Answer{}, err
	}
	return c.publish(ctx, inc.ID, asked)
}

const publicTitleMost = 255 // characters

// reworded reads a form. What it says is newer than every draft before it.
func (c Call) reworded(inc timeline.Incident, values map[string]string) (timeline.PublishAsked, error) {
	asked := c.Texts.Publish(inc, nil)
	asked.Title, asked.State = c.Texts.Impersonal(inc, chat.CleanLine(values["title"])), values["state"]
	asked.Text = c.Texts.Impersonal(inc, values["text"])
	if !slices.Contains(timeline.PublicStates, asked.State) {
		return asked, c.misused("publish.no state", asked.State, strings.Join(timeline.PublicStates, ", "))
	}
	if n := len([]rune(asked.Title)); n == 0 || n > publicTitleMost {
		return asked, Sorry{Input: "title", Text: c.Texts.T("publish.form.bad name", n, publicTitleMost)}
	}
	if _, err := c.text(asked.Text); err != nil {
		return asked, err
	}
	return templates.WithComponents(asked, inc.Severity, c.componentsOf(values["service"])), nil
}

// noService stands in a form for no service of the directory.
const noService = "-"

func (c Call) publishForm(inc timeline.Incident, seq int) chat.Form {
	asked, ok := c.drafted(inc, seq)
	if !ok {
		asked = c.Texts.Publish(inc, c.componentsOf(inc.Service))
	}
	var states []chat.Option
	for _, s := range timeline.PublicStates {
		states = append(states, chat.Option{Value: s, Label: c.Texts.PublicState(s)})
	}
	fields := []chat.Input{
		{Name: "title", Label: c.Texts.T("publish.form.name"), Value: asked.Title, Max: publicTitleMost},
		{Name: "state", Label: c.Texts.T("publish.form.state"), Value: asked.State, Options: states},
	}
	if len(c.Components) > 0 {
		fields = append(fields, c.componentInput(inc))
	}
	return chat.Form{
		Command: fmt.Sprintf("reword %v", inc.ID), Instead: fmt.Sprintf("publish %v", inc.ID), Title: c.Texts.T("publish.form.title", inc.ID), Submit: c.Texts.T("publish.form.submit"),
		Fields: append(fields, chat.Input{
			Name: "text", Label: c.Texts.T("publish.form.text"), Hint: c.Texts.T("publish.form.hint"), Value: chat.Clip(asked.Text, textMost), Long: true, Max: textMost,
		}),
	}
}

// componentsMost is how many services a form offers: Slack takes a hundred choices.
const componentsMost = 99

// componentInput asks which service is hit, of those that have components.
func (c Call) componentInput(inc timeline.Incident) chat.Input {
	in := chat.Input{Name: "service", Label: c.Texts.T("publish.form.service"), Value: noService}
	in.Options = []chat.Option{{Value: noService, Label: c.Texts.T("publish.form.no service")}}
	for _, name := range c.Services {
		if len(c.Components[name]) == 0 || len(in.Options) > componentsMost {
			continue
		}
		if in.Options = append(in.Options, chat.Option{Value: name, Label: name}); name == c.service(inc.Service) {
			in.Value = name
		}
	}
	return in
}
