package workspace

import (
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"
)

// surface is where blocks are shown.
type surface int

const (
	surfaceMessage surface = iota
	surfaceModal
)

// textObject is a text of Block Kit.
type textObject struct {
	Type     string `json:"type"`
	Text     string `json:"text"`
	Emoji    *bool  `json:"emoji,omitempty"`
	Verbatim *bool  `json:"verbatim,omitempty"`
}

// block has the fields of all blocks that have limits.
type block struct {
	Type      string            `json:"type"`
	BlockID   string            `json:"block_id"`
	Text      *textObject       `json:"text"`
	Fields    []textObject      `json:"fields"`
	Accessory *element          `json:"accessory"`
	Elements  []json.RawMessage `json:"elements"`
	Element   *element          `json:"element"`
	Label     *textObject       `json:"label"`
	Hint      *textObject       `json:"hint"`
	AltText   string            `json:"alt_text"`
	ImageURL  string            `json:"image_url"`
	SlackFile json.RawMessage   `json:"slack_file"`
}

// element has the fields of all elements that have limits.
type element struct {
	Type         string      `json:"type"`
	ActionID     string      `json:"action_id"`
	Text         *textObject `json:"text"`
	Value        string      `json:"value"`
	URL          string      `json:"url"`
	Style        string      `json:"style"`
	Confirm      *confirm    `json:"confirm"`
	Placeholder  *textObject `json:"placeholder"`
	MaxLength    int         `json:"max_length"`
	InitialValue string      `json:"initial_value"`
	Options      []option    `json:"options"`
	Initial      *option     `json:"initial_option"`
	AltText      string      `json:"alt_text"`
}

type confirm struct {
	Title, Text, Confirm, Deny textObject
}

type option struct {
	Text        textObject  `json:"text"`
	Value       string      `json:"value"`
	Description *textObject `json:"description"`
}

// Limits of Block Kit, in characters or pieces. Source: Slack's reference of
// blocks, block elements and composition objects.
const (
	messageBlocks   = 50
	modalBlocks     = 100
	headerText      = 150
	sectionText     = 3000
	fieldText       = 2000
	fieldCount      = 10
	contextCount    = 10
	actionCount     = 25
	labelText       = 2000
	idText          = 255
	buttonText      = 75
	buttonValue     = 2000
	buttonURL       = 3000
	optionCount     = 100
	optionText      = 75
	placeholderText = 150
	confirmTitle    = 100
	confirmText     = 300
	confirmButton   = 30
	inputText       = 3000
	altText         = 2000
	markdownText    = 12_000
)

// checker gathers what is wrong with blocks.
type checker struct {
	problems []string
	ids      []string // block IDs, which must differ
}

func (k *checker) refuse(at, format string, args ...any) {
	k.problems = append(k.problems, fmt.Sprintf("[ERROR] %s [json-pointer:%s]", fmt.Sprintf(format, args...), at))
}

// checkBlocks returns what is wrong with blocks, each with a pointer to it.
func checkBlocks(text []byte, on surface) []string {
	var blocks []block
	k := &checker{}
	if err := json.Unmarshal(text, &blocks); err != nil {
		k.refuse("/blocks", "blocks are not as documented: %v", err)
		return k.problems
	}
	most := messageBlocks
	if on == surfaceModal {
		most = modalBlocks
	}
	if len(blocks) > most {
		k.refuse("/blocks", "no more than %d items allowed", most)
	}
	for i, b := range blocks {
		k.block(fmt.Sprintf("/blocks/%d", i), b, on)
	}
	return k.problems
}

func hasInput(text []byte) bool {
	var blocks []block
	_ = json.Unmarshal(text, &blocks) // what can not be read is refused elsewhere
	return slices.ContainsFunc(blocks, func(b block) bool { return b.Type == "input" })
}

func (k *checker) block(at string, b block, on surface) {
	if len(b.BlockID) > idText {
		k.refuse(at+"/block_id", "must be less than %d characters", idText+1)
	}
	if b.BlockID != "" && slices.Contains(k.ids, b.BlockID) {
		k.refuse(at+"/block_id", "block_id %q is there twice", b.BlockID)
	}
	k.ids = append(k.ids, b.BlockID)
	switch b.Type {
	case "header":
		k.text(at+"/text", b.Text, headerText, "plain_text")
	case "section":
		k.section(at, b)
	case "context":
		k.count(at+"/elements", len(b.Elements), contextCount)
		for i, e := range b.Elements {
			k.contextElement(fmt.Sprintf("%s/elements/%d", at, i), e)
		}
	case "actions":
		k.count(at+"/elements", len(b.Elements), actionCount)
		k.actions(at, b.Elements)
	case "input":
		k.input(at, b, on)
	case "image":
		k.image(at, b)
	case "markdown", "divider", "rich_text", "table", "video", "file", "call":
	default:
		k.refuse(at+"/type", "unsupported type: %s", b.Type)
	}
}

func (k *checker) image(at string, b block) {
	if b.AltText == "" || utf8.RuneCountInString(b.AltText) > altText {
		k.refuse(at+"/alt_text", "must be more than 0 and less than %d characters", altText+1)
	}
	if b.ImageURL == "" && b.SlackFile == nil {
		k.refuse(at, "missing required field: image_url")
	}
}

func (k *checker) section(at string, b block) {
	if b.Text == nil && len(b.Fields) == 0 {
		k.refuse(at, "must have text or fields")
	}
	if b.Text != nil {
		k.text(at+"/text", b.Text, sectionText)
	}
	if len(b.Fields) > fieldCount {
		k.refuse(at+"/fields", "no more than %d items allowed", fieldCount)
	}
	for i := range b.Fields {
		k.text(fmt.Sprintf("%s/fields/%d", at, i), &b.Fields[i], fieldText)
	}
	if b.Accessory != nil {
		k.element(at+"/accessory", *b.Accessory)
	}
}

func (k *checker) contextElement(at string, raw json.RawMessage) {
	var e textObject
	if err := json.Unmarshal(raw, &e); err != nil || e.Type != "image" && e.Type != "mrkdwn" && e.Type != "plain_text" {
		k.refuse(at, "must be text or an image")
		return
	}
	if e.Type != "image" {
		k.text(at, &e, sectionText)
	}
}

func (k *checker) actions(at string, elements []json.RawMessage) {
	var ids []string
	for i, raw := range elements {
		var e element
		place := fmt.Sprintf("%s/elements/%d", at, i)
		if err := json.Unmarshal(raw, &e); err != nil {
			k.refuse(place, "is not as documented: %v", err)
			continue
		}
		if e.ActionID != "" && slices.Contains(ids, e.ActionID) {
			k.refuse(place+"/action_id", "action_id %q is there twice", e.ActionID)
		}
		ids = append(ids, e.ActionID)
		k.element(place, e)
	}
}

func (k *checker) input(at string, b block, on surface) {
	k.text(at+"/label", b.Label, labelText, "plain_text")
	if b.Hint != nil {
		k.text(at+"/hint", b.Hint, labelText, "plain_text")
	}
	if b.Element == nil {
		k.refuse(at, "missing required field: element")
		return
	}
	if b.Element.Type == "button" {
		k.refuse(at+"/element", "a button can not be an input")
	}
	k.element(at+"/element", *b.Element)
}

func (k *checker) element(at string, e element) {
	if len(e.ActionID) > idText {
		k.refuse(at+"/action_id", "must be less than %d characters", idText+1)
	}
	if e.Type == "button" {
		k.button(at, e)
	}
	if e.Placeholder != nil {
		k.text(at+"/placeholder", e.Placeholder, placeholderText, "plain_text")
	}
	if e.MaxLength > inputText || utf8.RuneCountInString(e.InitialValue) > inputText {
		k.refuse(at+"/max_length", "must be at most %d", inputText)
	}
	if e.Type == "static_select" || e.Type == "radio_buttons" || e.Type == "checkboxes" {
		k.count(at+"/options", len(e.Options), optionCount)
	}
	k.options(at, e)
	if e.Confirm != nil {
		k.text(at+"/confirm/title", &e.Confirm.Title, confirmTitle, "plain_text")
		k.text(at+"/confirm/text", &e.Confirm.Text, confirmText)
		k.text(at+"/confirm/confirm", &e.Confirm.Confirm, confirmButton, "plain_text")
		k.text(at+"/confirm/deny", &e.Confirm.Deny, confirmButton, "plain_text")
	}
}

func (k *checker) button(at string, e element) {
	k.text(at+"/text", e.Text, buttonText, "plain_text")
	if utf8.RuneCountInString(e.Value) > buttonValue {
		k.refuse(at+"/value", "must be less than %d characters", buttonValue+1)
	}
	if utf8.RuneCountInString(e.URL) > buttonURL {
		k.refuse(at+"/url", "must be less than %d characters", buttonURL+1)
	}
	if e.Style != "" && e.Style != "primary" && e.Style != "danger" {
		k.refuse(at+"/style", "must be primary or danger")
	}
}

func (k *checker) options(at string, e element) {
	known := false
	for i, o := range e.Options {
		place := fmt.Sprintf("%s/options/%d", at, i)
		k.text(place+"/text", &e.Options[i].Text, optionText)
		if o.Value == "" || utf8.RuneCountInString(o.Value) > optionText {
			k.refuse(place+"/value", "must be more than 0 and less than %d characters", optionText+1)
		}
		known = known || e.Initial != nil && e.Initial.Value == o.Value
	}
	if e.Initial != nil && !known {
		k.refuse(at+"/initial_option", "must be one of the options")
	}
}

func (k *checker) count(at string, n, most int) {
	if n < 1 || n > most {
		k.refuse(at, "must have 1 to %d items", most)
	}
}

// text checks a text that must be there, of one of the kinds.
func (k *checker) text(at string, t *textObject, most int, kinds ...string) {
	if len(kinds) == 0 {
		kinds = []string{"plain_text", "mrkdwn"}
	}
	switch {
	case t == nil:
		k.refuse(at, "missing required field")
	case !slices.Contains(kinds, t.Type):
		k.refuse(at+"/type", "must be %v", kinds)
	case t.Text == "" || utf8.RuneCountInString(t.Text) > most:
		k.refuse(at+"/text", "must be more than 0 and less than %d characters", most+1)
	}
}
