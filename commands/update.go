package commands

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"muster/chat"
	"muster/policy"
	"muster/timeline"
)

var update = Command{
	Act:  policy.Run,
	Name: "update", Args: "[INC-N] TEXT [actions: …] [needs: …]", Example: "orders fail for all of Europe; actions: rolling back; needs: a database engineer",
	Inputs: []string{"text", "actions", "needs"},
	Run:    runUpdate,
}

func runUpdate(ctx context.Context, c Call) (chat.Answer, error) {
	inc, rest, err := c.ongoing(ctx)
	if err != nil {
		return chat.Answer{}, err
	}
	form, filled := c.Request.What.(chat.Submitted)
	if rest == "" && !filled && c.Request.Trigger != "" {
		return chat.Ask(c.updateForm(inc)), nil
	}
	if strings.EqualFold(strings.TrimSuffix(rest, "."), "nothing new") {
		return nothingNew.Run(ctx, c)
	}
	told := canIn(rest)
	if filled {
		told = timeline.Updated{Text: form.Values["text"], Actions: form.Values["actions"], Needs: form.Values["needs"]}
	}
	if told.Text == "" && told.Actions+told.Needs != "" {
		return chat.Answer{}, wrongInput(c.misused("update.first"), "text")
	}
	if _, err := c.text(told.Text); err != nil {
		return chat.Answer{}, wrongInput(err, "text")
	}
	for input, text := range map[string]string{"actions": told.Actions, "needs": told.Needs} {
		if err := c.notTooLong(text); err != nil {
			return chat.Answer{}, wrongInput(err, input)
		}
	}
	_, err = c.record(ctx, inc.ID, func(timeline.Incident) ([]timeline.Fact, error) {
		return []timeline.Fact{told}, nil
	})
	if err != nil {
		return chat.Answer{}, err
	}
	return c.tell("update.posted", inc.ID), nil
}

// wrongInput says which input of a form is wrong.
func wrongInput(err error, input string) error {
	if wrong, ok := err.(Sorry); ok {
		wrong.Input = input
		return wrong
	}
	return err
}

// label begins a part of an update: what is being done, or what is needed.
var label = regexp.MustCompile(`(?i)(?:^|[\s;,.])(conditions|actions?|needs?):\s*`)

// canIn reads an update that was typed in one line: conditions, and behind their
// labels actions and needs.
func canIn(text string) timeline.Updated {
	var u timeline.Updated
	at := label.FindAllStringSubmatchIndex(text, -1)
	if len(at) == 0 {
		return timeline.Updated{Text: text}
	}
	u.Text = trimmed(text[:at[0][0]])
	for n, m := range at {
		end := len(text)
		if n+1 < len(at) {
			end = at[n+1][0]
		}
		part := trimmed(text[m[1]:end])
		switch strings.ToLower(text[m[2]:m[3]])[0] {
		case 'c':
			u.Text = strings.TrimSpace(u.Text + " " + part)
		case 'a':
			u.Actions = part
		case 'n':
			u.Needs = part
		}
	}
	return u
}

func trimmed(part string) string { return strings.TrimRight(strings.TrimSpace(part), " ;,") }

func (c Call) updateForm(inc timeline.Incident) chat.Form {
	t := c.Texts
	return chat.Form{
		Command: fmt.Sprintf("update %v", inc.ID), Instead: fmt.Sprintf("update %v", inc.ID), Title: t.T("update.title", inc.ID), Submit: t.T("update.submit"),
		Fields: []chat.Input{
			{Name: "text", Label: t.T("update.conditions"), Hint: t.T("update.conditions hint"), Long: true, Max: textMost},
			{Name: "actions", Label: t.T("update.actions"), Hint: t.T("update.actions hint"), Long: true, Optional: true, Max: textMost, Value: inc.LastUpdate.Actions},
			{Name: "needs", Label: t.T("update.needs"), Hint: t.T("update.needs hint"), Long: true, Optional: true, Max: textMost, Value: inc.LastUpdate.Needs},
		},
	}
}
