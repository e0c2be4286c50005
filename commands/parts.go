package commands

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"muster/chat"
	"muster/document"
	"muster/templates"
	"muster/timeline"
)

// editParts asks for what only people know of an incident.
func editParts(_ context.Context, c Call, inc timeline.Incident, _ string) (chat.Answer, error) {
	if c.Request.Trigger == "" {
		return chat.Answer{}, c.sorry("postmortem.by word", inc.ID, c.Slash, c.Texts.List(templates.PeoplesParts))
	}
	t := c.Texts
	parts := t.PostmortemParts(inc)
	form := chat.Form{
		Command: fmt.Sprintf("postmortem %v edited %d", inc.ID, len(inc.Events)), Instead: fmt.Sprintf("postmortem %v write", inc.ID),
		Title: t.T("postmortem.title", inc.ID), Submit: t.T("postmortem.submit"), Note: t.T("postmortem.note", c.Slash),
	}
	for _, key := range templates.PeoplesParts {
		part, ok := templates.PartOf(parts, key)
		text := templates.PartDraft(inc, parts, key)
		if !ok || key == templates.WhysPart || len([]rune(text)) > textMost {
			continue // the whys have a form of their own, and a long one is edited in a file
		}
		input := chat.Input{Name: key, Label: part.Heading, Long: true, Optional: true, Max: textMost, Value: text}
		if t.Has("postmortem.hint " + key) {
			input.Hint = t.T("postmortem.hint " + key)
		}
		form.Fields = append(form.Fields, input)
	}
	return chat.Ask(form), nil
}

// partsEdited takes the form of editParts in.
func partsEdited(ctx context.Context, c Call, inc timeline.Incident, rest string) (chat.Answer, error) {
	form, ok := c.Request.What.(chat.Submitted)
	seq, _ := firstWord(rest)
	base, err := strconv.Atoi(seq)
	if !ok || err != nil {
		return chat.Answer{}, c.misused("postmortem.no such", "edited")
	}
	before := inc.At(base)
	var texts []timeline.PartWritten
	for _, key := range templates.PeoplesParts {
		if text, shown := form.Values[key]; shown {
			texts = append(texts, timeline.PartWritten{Part: key, Text: document.Inner(text)})
		}
	}
	return c.writeParts(ctx, inc.ID, before, texts)
}

// formerMost is how many characters are shown of what a part said before.
const formerMost = 1000

// writePart writes one part in one line. Who takes the place of what somebody else
// wrote is shown that, so that it can be put back.
func writePart(ctx context.Context, c Call, inc timeline.Incident, rest string) (chat.Answer, error) {
	key, text := firstWord(rest)
	key = strings.ToLower(key)
	if _, ok := templates.PartOf(c.Texts.PostmortemParts(inc), key); !ok {
		return chat.Answer{}, c.misused("postmortem.no part", key, c.Texts.List(templates.PeoplesParts))
	}
	if strings.TrimSpace(text) == "" {
		return chat.Answer{}, c.misused("usage.no text")
	}
	now := timeline.PartWritten{Part: key, Text: document.Inner(text)}
	answer, err := c.writeParts(ctx, inc.ID, inc, []timeline.PartWritten{now})
	former, ok := inc.WrittenPart(key)
	if ok && err == nil && former.By.ID != c.Request.By.ID && former.Text != now.Text {
		answer.Message.Text += "\n" + c.Texts.T("postmortem.in place of", templates.Person(former.By.ID), chat.Clip(former.Text, formerMost))
	}
	return answer, err
}

// writeParts records what somebody wrote, as far as it is new, on top of what others
// have written since the incident was as before.
func (c Call) writeParts(ctx context.Context, id timeline.ID, before timeline.Incident, texts []timeline.PartWritten) (chat.Answer, error) {
	for _, w := range texts {
		if n := len([]rune(w.Text)); n > templates.PartMost {
			return chat.Answer{}, c.sorry("postmortem.long part", w.Part, n, templates.PartMost)
		}
	}
	parts := c.Texts.PostmortemParts(before)
	var wrote []timeline.PartWritten
	inc, err := c.Journal.Decide(ctx, id, c.cause(), func(inc timeline.Incident) (facts []timeline.Fact, err error) {
		wrote = nil
		for _, w := range texts {
			was := templates.PartDraft(before, parts, w.Part)
			if now := templates.WrittenText(inc, w.Part); w.Text == was || w.Text == now {
				continue
			} else if now != "" {
				w.Text = document.Both(templates.WrittenText(before, w.Part), now, w.Text)
			}
			if wrote = append(wrote, w); w.Text == "" {
				facts = append(facts, timeline.PartReleased{Part: w.Part}) // what is to be written stands there again
			} else {
				facts = append(facts, w)
			}
		}
		return facts, nil
	})
	if err != nil {
		return chat.Answer{}, err
	}
	if len(wrote) == 0 {
		return c.tell("postmortem.nothing new", inc.ID), nil
	}
	return c.wrote(inc, wrote), nil
}

// wrote says what was recorded, what is still to be written and, to the author alone,
// whom a cause names.
func (c Call) wrote(inc timeline.Incident, parts []timeline.PartWritten) chat.Answer {
	text := c.Texts.T("postmortem.wrote", inc.ID, c.Texts.Headings(c.Texts.PartHeadings(inc, parts)))
	if open := c.Texts.StillToWrite(inc); open != "" {
		text += " " + open
	}
	m := chat.Say(text)
	if names := c.Texts.Blamed(inc, parts); len(names) > 0 {
		m.Text += "\n" + c.Texts.T("postmortem.blameless", c.Texts.List(names))
		m = m.With(chat.Button{Label: c.Texts.T("button.reword"), Command: fmt.Sprintf("postmortem %v edit", inc.ID)})
	}
	return chat.Reply(m)
}

// errUnwritten is that nobody has written a part, so that nobody can give it back.
var errUnwritten = errors.New("nobody has written it")

// releasePart lets Muster write a part again.
func releasePart(ctx context.Context, c Call, inc timeline.Incident, rest string) (chat.Answer, error) {
	key, _ := firstWord(rest)
	key = strings.ToLower(key)
	inc, err := c.Journal.Decide(ctx, inc.ID, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
		if _, ok := inc.WrittenPart(key); !ok {
			return nil, errUnwritten
		}
		return []timeline.Fact{timeline.PartReleased{Part: key}}, nil
	})
	if errors.Is(err, errUnwritten) {
		var keys []string
		for _, w := range inc.Written() {
			keys = append(keys, w.Part)
		}
		return chat.Answer{}, c.sorry("postmortem.not theirs", key, c.Texts.List(keys))
	}
	if err != nil {
		return chat.Answer{}, err
	}
	return c.tell("postmortem.released", inc.ID, key), nil
}
