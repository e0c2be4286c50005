package slack

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/slack-go/slack"

	"muster/chat"
)

// Slack's limits, in characters. Source: its reference of blocks and of
// chat.postMessage and chat.update.
const (
	headerMost  = 150
	sectionMost = 3000
	fieldMost   = 2000
	fieldsMost  = 10
	buttonsMost = 25
	labelMost   = 75
	valueMost   = 2000
	confirmMost = 300
	postMost    = 39_000 // Slack cuts at 40,000 without a word
	editMost    = 4000
	blocksMost  = 50
)

// command is the action ID of every button that stands for a command. Further
// buttons of one message get a number behind it.
const command = "command"

// textOf is the message in words, for notifications and screen readers.
func (p pen) textOf(m chat.Message, most int) string { return clip(p.mrkdwn().Write(m.Text), most) }

// blocksOf is how the message looks; nil where its text is all.
func (p pen) blocksOf(m chat.Message) []slack.Block {
	var blocks []slack.Block
	for _, part := range m.Parts {
		blocks = append(blocks, p.block(part, len(blocks))...)
	}
	return blocks[:min(len(blocks), blocksMost)]
}

func (p pen) block(part chat.Part, n int) []slack.Block {
	switch part := part.(type) {
	case chat.Heading:
		text := slack.NewTextBlockObject(slack.PlainTextType, clip(plain.Write(part.Text), headerMost), true, false)
		return []slack.Block{slack.NewHeaderBlock(text)}
	case chat.Paragraph:
		var blocks []slack.Block
		for _, piece := range pieces(p.mrkdwn().Write(part.Text), sectionMost) {
			blocks = append(blocks, slack.NewSectionBlock(markdown(piece), nil, nil))
		}
		return blocks
	case chat.Fields:
		var blocks []slack.Block
		for some := range slices.Chunk(part, fieldsMost) {
			blocks = append(blocks, slack.NewSectionBlock(nil, p.fields(some), nil))
		}
		return blocks
	case chat.Small:
		return []slack.Block{slack.NewContextBlock("", markdown(clip(p.mrkdwn().Write(part.Text), fieldMost)))}
	case chat.Buttons:
		var blocks []slack.Block
		for some := range slices.Chunk(part, buttonsMost) {
			blocks = append(blocks, slack.NewActionBlock("", p.buttons(some, n+len(blocks))...))
		}
		return blocks
	default:
		panic(fmt.Sprintf("a message has a part of type %T", part)) // unreachable: the parts are sealed
	}
}

func markdown(text string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.MarkdownType, text, false, false)
}

func plainText(text string, most int) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, clip(plain.Write(text), most), false, false)
}

func (p pen) fields(all chat.Fields) []*slack.TextBlockObject {
	var fields []*slack.TextBlockObject
	for _, f := range all {
		text := fmt.Sprintf("*%s*\n%s", escape(f.Name), p.mrkdwn().Write(f.Value))
		fields = append(fields, markdown(clip(text, fieldMost)))
	}
	return fields
}

func (p pen) buttons(all chat.Buttons, n int) []slack.BlockElement {
	var elements []slack.BlockElement
	for i, b := range all {
		id := fmt.Sprintf("%s-%d-%d", command, n, i)
		e := slack.NewButtonBlockElement(id, chat.Clip(b.Command, valueMost), plainText(b.Label, labelMost))
		e.URL = b.URL
		switch {
		case b.Danger:
			e.Style = slack.StyleDanger
		case b.Primary:
			e.Style = slack.StylePrimary
		}
		if b.Confirm != "" {
			e.Confirm = slack.NewConfirmationBlockObject(
				plainText(b.Label, 100), plainText(b.Confirm, confirmMost),
				plainText(b.Label, 30), plainText(p.texts.T("button.not now"), 30))
		}
		elements = append(elements, e)
	}
	return elements
}

// ackMost is how many bytes an answer may have: Slack drops acknowledgements of
// 20 KB without a word.
const ackMost = 19_000

// answer is a message as the payload of an acknowledgement. Where its looks do
// not fit, its text has to do; that always fits.
func (p pen) answer(m chat.Message, aloud bool) map[string]any {
	payload := map[string]any{"response_type": "ephemeral", "text": p.textOf(m, editMost)}
	if aloud {
		payload["response_type"] = "in_channel"
	}
	blocks := p.blocksOf(m)
	if len(blocks) == 0 {
		return payload
	}
	payload["blocks"] = blocks
	if text, err := json.Marshal(payload); err != nil || len(text) > ackMost {
		delete(payload, "blocks")
	}
	return payload
}
