package slack

import (
	"encoding/json"

	"github.com/slack-go/slack"

	"muster/chat"
)

// Slack's limits of modals, in characters.
const (
	titleMost  = 24
	optionMost = 75
	hintMost   = 2000
	inputMost  = 3000
)

// formCallback is the callback ID of every form.
const formCallback = "form"

// kept is what a form carries from its opening to its sending in.
type kept struct {
	Command string     `json:"command"`
	Channel string     `json:"channel,omitempty"`
	About   *chat.Said `json:"about,omitempty"`
}

// aboutMost is how many characters of a message a form carries: Slack lets it
// carry 3,000 bytes in all, and an escaped character may take six.
const aboutMost = 400

// view is a form as a modal. The channel it was asked for in goes with it.
func (p pen) view(f chat.Form, channel string) slack.ModalViewRequest {
	if f.About != nil {
		short := *f.About
		short.Text, short.Files = chat.Clip(short.Text, aboutMost), nil
		f.About = &short
	}
	carried, err := json.Marshal(kept{f.Command, channel, f.About})
	if err != nil {
		panic(err) // unreachable: strings and a time
	}
	v := slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: formCallback, PrivateMetadata: string(carried),
		Title: plainText(f.Title, titleMost), Submit: plainText(f.Submit, titleMost), Close: plainText(p.texts.T("button.cancel"), titleMost),
	}
	for _, in := range f.Fields {
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, input(in))
	}
	if f.Note != "" {
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, p.block(chat.Paragraph{Text: f.Note}, 0)...)
	}
	return v
}

// input is one question. Block and action go by its name, so that an error can
// be shown beside it.
func input(in chat.Input) *slack.InputBlock {
	var hint *slack.TextBlockObject
	if in.Hint != "" {
		hint = plainText(in.Hint, hintMost)
	}
	b := slack.NewInputBlock(in.Name, plainText(in.Label, hintMost), hint, element(in))
	b.Optional = in.Optional
	return b
}

func element(in chat.Input) slack.BlockElement {
	switch {
	case in.Person:
		e := slack.NewOptionsSelectBlockElement(slack.OptTypeUser, nil, in.Name)
		e.InitialUser = in.Value
		return e
	case in.Day:
		e := slack.NewDatePickerBlockElement(in.Name)
		e.InitialDate = in.Value
		return e
	case len(in.Options) == 0:
		e := slack.NewPlainTextInputBlockElement(nil, in.Name)
		e.Multiline, e.InitialValue = in.Long, in.Value
		if e.MaxLength = in.Max; in.Max == 0 || in.Max > inputMost {
			e.MaxLength = inputMost
		}
		return e
	}
	var options []*slack.OptionBlockObject
	var first *slack.OptionBlockObject
	for _, o := range in.Options {
		option := slack.NewOptionBlockObject(o.Value, plainText(o.Label, optionMost), nil)
		if options = append(options, option); o.Value == in.Value {
			first = option
		}
	}
	e := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, in.Name, options...)
	e.InitialOption = first
	return e
}
