package workspace

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/mail"
	"strconv"
	"time"
	"unicode/utf8"
)

// Given is what a person gives to an input: one text, or what they chose.
type Given []string

// Values is what a person gives to the inputs of a modal, by block ID and
// action ID.
type Values map[string]map[string]Given

// UnmarshalJSON reads a text, a list of texts, or the form that Slack tells
// values in: {"type":"static_select","selected_option":{"value":"x"}}.
func (g *Given) UnmarshalJSON(text []byte) error {
	var value any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber() // or a Unix time would lose its looks
	if err := d.Decode(&value); err != nil {
		return err
	}
	*g = givenOf(value)
	return nil
}

func givenOf(value any) Given {
	switch value := value.(type) {
	case nil:
		return nil
	case []any:
		given := Given{}
		for _, one := range value {
			given = append(given, givenOf(one)...)
		}
		return given
	case object:
		if kind, ok := elementKinds[textOf(value, "type")]; ok {
			return givenOf(value[kind.key])
		}
		if _, ok := value["value"]; ok {
			return givenOf(value["value"])
		}
		return Given{}
	default:
		return Given{fmt.Sprint(value)}
	}
}

// first is the one text of what was given; empty where there is none.
func (g Given) first() string {
	if len(g) == 0 {
		return ""
	}
	return g[0]
}

// holds is what an element holds: a text, a choice of its options, or IDs.
type holds int

const (
	aText holds = iota
	anOption
	someOptions
	anID
	someIDs
	aMoment // a Unix time
	aRichText
)

// elementKind is how an element that holds something tells of it.
type elementKind struct {
	key, initial string
	holds        holds
}

// elementKinds is every element that holds something. Source: Slack's
// reference of block elements and of interaction payloads.
var elementKinds = map[string]elementKind{
	"plain_text_input":           {"value", "initial_value", aText},
	"email_text_input":           {"value", "initial_value", aText},
	"url_text_input":             {"value", "initial_value", aText},
	"number_input":               {"value", "initial_value", aText},
	"static_select":              {"selected_option", "initial_option", anOption},
	"external_select":            {"selected_option", "initial_option", anOption},
	"radio_buttons":              {"selected_option", "initial_option", anOption},
	"overflow":                   {"selected_option", "", anOption},
	"checkboxes":                 {"selected_options", "initial_options", someOptions},
	"multi_static_select":        {"selected_options", "initial_options", someOptions},
	"multi_external_select":      {"selected_options", "initial_options", someOptions},
	"users_select":               {"selected_user", "initial_user", anID},
	"channels_select":            {"selected_channel", "initial_channel", anID},
	"conversations_select":       {"selected_conversation", "initial_conversation", anID},
	"multi_users_select":         {"selected_users", "initial_users", someIDs},
	"multi_channels_select":      {"selected_channels", "initial_channels", someIDs},
	"multi_conversations_select": {"selected_conversations", "initial_conversations", someIDs},
	"datepicker":                 {"selected_date", "initial_date", anID},
	"timepicker":                 {"selected_time", "initial_time", anID},
	"datetimepicker":             {"selected_date_time", "initial_date_time", aMoment},
	"rich_text_input":            {"rich_text_value", "initial_value", aRichText},
	"file_input":                 {"files", "", someIDs},
}

// heldBy is what an element holds, as payloads tell it. What is nil was not
// given: then it holds what it did at first.
func heldBy(e object, given Given) object {
	kind := elementKinds[textOf(e, "type")]
	held := object{"type": e["type"]}
	if given == nil {
		held[kind.key] = e[kind.initial]
		if held[kind.key] == nil && (kind.holds == someOptions || kind.holds == someIDs) {
			held[kind.key] = []string{}
		}
		return held
	}
	held[kind.key] = kind.value(e, given)
	return held
}

func (k elementKind) value(e object, given Given) any {
	switch k.holds {
	case anOption:
		for _, o := range optionsFor(e, given) {
			return o
		}
	case someOptions:
		return listed(optionsFor(e, given))
	case someIDs:
		return listed([]string(given))
	case aMoment:
		if unix, err := strconv.ParseInt(given.first(), 10, 64); err == nil {
			return unix
		}
	case aRichText:
		if text := given.first(); text != "" {
			return object{"type": "rich_text", "elements": []object{{"type": "rich_text_section", "elements": []object{{"type": "text", "text": text}}}}}
		}
	default:
		if text := given.first(); text != "" {
			return text
		}
	}
	return nil
}

// optionsFor is the options with the values that were given. Those of an
// external select are known to the app alone.
func optionsFor(e object, given Given) []object {
	var chosen []object
	for _, value := range given {
		o, known := find(optionsOf(e), func(o object) bool { return textOf(o, "value") == value })
		if !known && (e["type"] == "external_select" || e["type"] == "multi_external_select") && value != "" {
			o, known = object{"text": object{"type": "plain_text", "text": value, "emoji": true}, "value": value}, true
		}
		if known {
			chosen = append(chosen, o)
		}
	}
	return chosen
}

// notOffered refuses a choice that an element does not offer.
func notOffered(e object, given Given) error {
	kind := elementKinds[textOf(e, "type")].holds
	if kind != anOption && kind != someOptions {
		return nil
	}
	if chosen := optionsFor(e, given); len(chosen) != len(given) {
		return fmt.Errorf("%v is not offered", given)
	}
	return nil
}

// misfit is what is wrong with what was given to an element; empty where it fits.
func misfit(e object, given Given) string {
	text := given.first()
	if text == "" {
		return ""
	}
	switch e["type"] {
	case "number_input":
		if _, err := strconv.ParseFloat(text, 64); err != nil {
			return "is not a number"
		}
	case "email_text_input":
		if _, err := mail.ParseAddress(text); err != nil {
			return "is not an e-mail address"
		}
	case "url_text_input":
		if !isLink(text) {
			return "is not a link"
		}
	case "datepicker":
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			return "is not a date"
		}
	case "plain_text_input":
		n := float64(utf8.RuneCountInString(text))
		if least, ok := e["min_length"].(float64); ok && n < least {
			return fmt.Sprintf("needs %v characters", least)
		}
		if most, ok := e["max_length"].(float64); ok && n > most {
			return fmt.Sprintf("has more than %v characters", most)
		}
	}
	if err := notOffered(e, given); err != nil {
		return err.Error()
	}
	return ""
}

// placed is an element and the block that it stands in.
type placed struct {
	block   object
	element object
}

// interactive is every element of blocks that people act on.
func interactive(blocks []object) []placed {
	var all []placed
	for _, b := range blocks {
		elements := elementsOf(b)
		for _, key := range []string{"accessory", "element"} {
			if e, ok := b[key].(object); ok {
				elements = append(elements, e)
			}
		}
		for _, e := range elements {
			if _, holds := elementKinds[textOf(e, "type")]; holds || e["type"] == "button" {
				all = append(all, placed{b, e})
			}
		}
	}
	return all
}

// stateOf is what stands in all inputs, by block and action.
func stateOf(blocks []object, given Values) object {
	state := object{}
	for _, p := range interactive(blocks) {
		kind := textOf(p.element, "type")
		if kind == "button" || kind == "overflow" {
			continue
		}
		block, action := textOf(p.block, "block_id"), textOf(p.element, "action_id")
		values, _ := state[block].(object)
		if values == nil {
			values = object{}
			state[block] = values
		}
		values[action] = heldBy(p.element, given[block][action])
	}
	return state
}

// missing is the label of an input that has to be filled in and is not.
func missing(blocks []object, state object) string {
	for _, b := range blocks {
		e, isInput := b["element"].(object)
		if !isInput || b["optional"] == true {
			continue
		}
		values, _ := state[textOf(b, "block_id")].(object)
		held, _ := values[textOf(e, "action_id")].(object)
		if isNothing(held[elementKinds[textOf(e, "type")].key]) {
			label, _ := b["label"].(object)
			return textOf(label, "text")
		}
	}
	return ""
}

// isNothing reports whether an element holds nothing.
func isNothing(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case []object:
		return len(value) == 0
	case []string:
		return len(value) == 0
	default:
		return false
	}
}

// named gives a block ID to every block and an action ID to every element that
// has none, as Slack does.
func (w *Workspace) named(raw json.RawMessage) json.RawMessage {
	blocks := decode(raw)
	if len(blocks) == 0 {
		return nil
	}
	changed := false
	name := func(o object, key string) {
		if textOf(o, key) == "" {
			o[key] = w.letters("block", idLetters, 5)
			changed = true
		}
	}
	for _, b := range blocks {
		name(b, "block_id")
	}
	for _, p := range interactive(blocks) {
		name(p.element, "action_id")
	}
	if !changed {
		return raw
	}
	return encode(blocks)
}

// encode writes JSON with its texts as they are.
func encode(value any) json.RawMessage {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		panic(err) // unreachable: it is made of JSON
	}
	return bytes.TrimSpace(out.Bytes())
}
