package workspace

import (
	"encoding/json"
	"fmt"
	"slices"
)

// surface is where blocks are shown.
type surface string

const (
	onMessage surface = "message"
	onModal   surface = "modal"
	onHome    surface = "home"
)

// blocksMost is how many blocks a surface may have.
var blocksMost = map[surface]int{onMessage: 50, onModal: 100, onHome: 100}

// kit is the tables that a check goes by.
type kit struct{ blocks, elements map[string]shape }

var blockKit = kit{blockShapes, elementShapes}

// Limits of Block Kit, in characters, stand in the tables below. Source:
// Slack's reference of blocks, block elements and composition objects.
const (
	idMost          = 255
	labelMost       = 2000
	placeholderMost = 150
	markdownMost    = 12_000 // of all markdown blocks together
)

// Which elements may stand where. Source: Slack's reference of blocks.
var (
	selects      = kinds("select", "static", "external", "users", "conversations", "channels")
	multiSelects = kinds("multi", "static", "external", "users", "conversations", "channels")
	pickers      = []string{"datepicker", "timepicker"}
	choices      = []string{"checkboxes", "radio_buttons"}

	actionElements    = slices.Concat([]string{"button", "overflow", "datetimepicker", "workflow_button"}, selects, multiSelects, pickers, choices)
	accessoryElements = slices.Concat([]string{"button", "overflow", "image", "workflow_button"}, selects, multiSelects, pickers, choices)
	inputElements     = slices.Concat([]string{"plain_text_input", "email_text_input", "url_text_input", "number_input", "datetimepicker", "file_input", "rich_text_input"},
		selects, multiSelects, pickers, choices)
)

func kinds(of string, sources ...string) []string {
	var all []string
	for _, source := range sources {
		if of == "multi" {
			all = append(all, "multi_"+source+"_select")
		} else {
			all = append(all, source+"_select")
		}
	}
	return all
}

var blockShapes = map[string]shape{
	"header":  {"text": must(plain(150)), "level": may(number(1, 4))},
	"section": {"text": may(anyText(3000)), "fields": may(list(1, 10, anyText(2000))), "accessory": may(element(accessoryElements...)), "expand": may(flag)},
	"divider": {},
	"context": {"elements": must(list(1, 10, contextElement))},
	"actions": {"elements": must(list(1, 25, element(actionElements...)))},
	"image": {
		"alt_text": must(str(1, 2000)), "image_url": may(str(1, 3000)), "slack_file": may(obj(slackFile)), "title": may(plain(2000)),
		"image_width": may(anything), "image_height": may(anything), "image_bytes": may(anything), "is_animated": may(flag), "fallback": may(anything),
	},
	"input": {
		"label": must(plain(labelMost)), "element": must(element(inputElements...)), "hint": may(plain(labelMost)),
		"optional": may(flag), "dispatch_action": may(flag),
	},
	"rich_text": {"elements": must(list(0, 1000, richTextPart))},
	"markdown":  {"text": must(str(1, markdownMost))},
	"table":     {"rows": must(list(1, 100, list(1, 20, cell))), "column_settings": may(list(0, 20, anything))},
	"file":      {"external_id": must(str(1, idMost)), "source": must(oneOf("remote"))},
	"video": {
		"alt_text": must(str(1, 2000)), "title": must(plain(200)), "thumbnail_url": must(str(1, 3000)), "video_url": must(str(1, 3000)),
		"author_name": may(str(0, 50)), "description": may(plain(200)), "provider_icon_url": may(anything), "provider_name": may(anything), "title_url": may(anything),
	},
}

// only says which blocks may not stand on every surface.
var only = map[string][]surface{"markdown": {onMessage}, "table": {onMessage}, "file": {onMessage}}

var (
	slackFile = shape{"id": may(str(1, idMost)), "url": may(str(1, 3000))}
	confirm   = shape{
		"title": must(plain(100)), "text": must(anyText(300)), "confirm": must(plain(30)), "deny": must(plain(30)),
		"style": may(oneOf("primary", "danger")),
	}
	optionShape = shape{"text": must(anyText(75)), "value": must(str(1, 150)), "description": may(anyText(75)), "url": may(str(0, 3000))}
	groupShape  = shape{"label": must(plain(75)), "options": must(list(1, 100, obj(optionShape)))}
	dispatch    = shape{"trigger_actions_on": may(list(1, 2, oneOf("on_enter_pressed", "on_character_entered")))}

	// acting is what all elements have that people act on.
	acting  = shape{"action_id": may(str(0, idMost)), "confirm": may(obj(confirm))}
	focused = acting.and(shape{"focus_on_load": may(flag)})
	holding = focused.and(shape{"placeholder": may(plain(placeholderMost))})
	typing  = holding.and(shape{"dispatch_action_config": may(obj(dispatch))})
	option  = obj(optionShape)
	many    = holding.and(shape{"max_selected_items": may(number(1, 1000))})
	filter  = obj(shape{"include": may(list(1, 4, oneOf("im", "mpim", "private", "public"))), "exclude_external_shared_channels": may(flag), "exclude_bot_users": may(flag)})
	offered = shape{"options": may(list(1, 100, option)), "option_groups": may(list(1, 100, obj(groupShape)))}
	textual = typing.and(shape{"initial_value": may(str(0, 3000)), "min_length": may(number(0, 3000)), "max_length": may(number(1, 3000))})
	ids     = list(1, 1000, str(1, idMost))
)

var elementShapes = map[string]shape{
	"button": acting.and(shape{
		"text": must(plain(75)), "value": may(str(0, 2000)), "url": may(str(0, 3000)),
		"style": may(oneOf("primary", "danger")), "accessibility_label": may(str(0, 75)),
	}),
	"workflow_button": acting.and(shape{"text": must(plain(75)), "workflow": must(anything), "style": may(oneOf("primary", "danger")), "accessibility_label": may(str(0, 75))}),
	"overflow":        acting.and(shape{"options": must(list(1, 5, option))}),
	"image":           {"alt_text": must(str(1, 2000)), "image_url": may(str(1, 3000)), "slack_file": may(obj(slackFile))},
	"checkboxes":      focused.and(shape{"options": must(list(1, 10, option)), "initial_options": may(list(1, 10, option))}),
	"radio_buttons":   focused.and(shape{"options": must(list(1, 10, option)), "initial_option": may(option)}),
	"datepicker":      holding.and(shape{"initial_date": may(str(10, 10))}),
	"timepicker":      holding.and(shape{"initial_time": may(str(5, 5)), "timezone": may(str(1, 100))}),
	"datetimepicker":  focused.and(shape{"initial_date_time": may(number(1e9, 1e10-1))}),

	"static_select":        holding.and(offered).and(shape{"initial_option": may(option)}),
	"external_select":      holding.and(shape{"initial_option": may(option), "min_query_length": may(number(0, 3000))}),
	"users_select":         holding.and(shape{"initial_user": may(str(1, idMost))}),
	"channels_select":      holding.and(shape{"initial_channel": may(str(1, idMost)), "response_url_enabled": may(flag)}),
	"conversations_select": holding.and(shape{"initial_conversation": may(str(1, idMost)), "default_to_current_conversation": may(flag), "response_url_enabled": may(flag), "filter": may(filter)}),

	"multi_static_select":        many.and(offered).and(shape{"initial_options": may(list(1, 100, option))}),
	"multi_external_select":      many.and(shape{"initial_options": may(list(1, 100, option)), "min_query_length": may(number(0, 3000))}),
	"multi_users_select":         many.and(shape{"initial_users": may(ids)}),
	"multi_channels_select":      many.and(shape{"initial_channels": may(ids)}),
	"multi_conversations_select": many.and(shape{"initial_conversations": may(ids), "default_to_current_conversation": may(flag), "filter": may(filter)}),

	"plain_text_input": textual.and(shape{"multiline": may(flag)}),
	"email_text_input": typing.and(shape{"initial_value": may(str(0, 3000))}),
	"url_text_input":   typing.and(shape{"initial_value": may(str(0, 3000))}),
	"number_input":     typing.and(shape{"is_decimal_allowed": must(flag), "initial_value": may(str(0, 100)), "min_value": may(str(0, 100)), "max_value": may(str(0, 100))}),
	"rich_text_input":  typing.and(shape{"initial_value": may(anything)}),
	"file_input":       {"action_id": may(str(0, idMost)), "filetypes": may(list(0, 100, str(1, 100))), "max_files": may(number(1, 10))},
}

func contextElement(k *checker, at string, value any) {
	if given, _ := value.(object); given["type"] == "image" {
		element("image")(k, at, value)
		return
	}
	anyText(3000)(k, at, value)
}

func richTextPart(k *checker, at string, value any) {
	part, ok := value.(object)
	if kind := part["type"]; !ok || kind != "rich_text_section" && kind != "rich_text_list" && kind != "rich_text_preformatted" && kind != "rich_text_quote" {
		k.refuse(at+"/type", "unsupported type: %v", kind)
		return
	}
	leaves, ok := part["elements"].([]any)
	if !ok {
		k.refuse(at, "missing required field: elements")
	}
	for i, leaf := range leaves {
		place := fmt.Sprintf("%s/elements/%d", at, i)
		switch e, ok := leaf.(object); {
		case !ok || textOf(e, "type") == "":
			k.refuse(place, "must be an element of rich text")
		case part["type"] == "rich_text_list":
			richTextPart(k, place, leaf)
		case e["type"] == "text":
			k.fields(place, object{"text": e["text"]}, shape{"text": must(str(0, textCut))})
		}
	}
}

// cell is one cell of a table.
func cell(k *checker, at string, value any) {
	if c, ok := value.(object); !ok || textOf(c, "type") == "" {
		k.refuse(at, "must be a cell")
	}
}

// checkBlocks returns what is wrong with blocks, each with a pointer to it.
func checkBlocks(raw json.RawMessage, on surface) []string {
	var all []any
	k := &checker{on: on, kit: blockKit}
	if err := json.Unmarshal(raw, &all); err != nil {
		k.refuse("/blocks", "must be a list of blocks")
		return k.problems
	}
	if most := blocksMost[on]; len(all) > most {
		k.refuse("/blocks", "no more than %d items allowed", most)
	}
	written := 0
	for i, one := range all {
		k.block(fmt.Sprintf("/blocks/%d", i), one)
		if b, _ := one.(object); b["type"] == "markdown" {
			written += len([]rune(textOf(b, "text")))
		}
	}
	if written > markdownMost {
		k.refuse("/blocks", "markdown blocks must be less than %d characters together", markdownMost+1)
	}
	return k.problems
}

func (k *checker) block(at string, one any) {
	b, ok := one.(object)
	if !ok {
		k.refuse(at, "must be a block")
		return
	}
	kind := textOf(b, "type")
	shape, known := k.kit.blocks[kind]
	if where, limited := only[kind]; !known || limited && !slices.Contains(where, k.on) {
		k.refuse(at+"/type", "unsupported type: %s", kind)
		return
	}
	k.fields(at, b, shape.and(shape0).and(shape0block))
	if id := textOf(b, "block_id"); id != "" {
		if slices.Contains(k.blockIDs, id) {
			k.refuse(at+"/block_id", "block_id %q is there twice", id)
		}
		k.blockIDs = append(k.blockIDs, id)
	}
	k.together(at, kind, b)
}

var shape0block = shape{"block_id": may(str(0, idMost))}

// together checks what no single field can tell.
func (k *checker) together(at, kind string, b object) {
	switch {
	case kind == "section" && b["text"] == nil && b["fields"] == nil:
		k.refuse(at, "missing required field: text or fields")
	case kind == "image" && (b["image_url"] == nil) == (b["slack_file"] == nil):
		k.refuse(at, "missing required field: one of image_url and slack_file")
	}
	var ids []string
	for i, e := range elementsOf(b) {
		place := fmt.Sprintf("%s/elements/%d", at, i)
		if id := textOf(e, "action_id"); id != "" && slices.Contains(ids, id) {
			k.refuse(place+"/action_id", "action_id %q is there twice", id)
		} else {
			ids = append(ids, id)
		}
		k.offers(place, e)
	}
	if e, ok := b["element"].(object); ok {
		k.offers(at+"/element", e)
	}
	if e, ok := b["accessory"].(object); ok {
		k.offers(at+"/accessory", e)
	}
}

// offers checks that a choice offers something, and what is chosen at first
// is among it.
func (k *checker) offers(at string, e object) {
	kind := textOf(e, "type")
	if kind == "static_select" || kind == "multi_static_select" {
		if (e["options"] == nil) == (e["option_groups"] == nil) {
			k.refuse(at, "missing required field: one of options and option_groups")
		}
	}
	var values []string
	for _, o := range optionsOf(e) {
		values = append(values, textOf(o, "value"))
	}
	chosen, _ := e["initial_options"].([]any)
	if one, ok := e["initial_option"]; ok {
		chosen = []any{one}
	}
	for _, one := range chosen {
		if o, ok := one.(object); ok && len(values) > 0 && !slices.Contains(values, textOf(o, "value")) {
			k.refuse(at+"/initial_option", "must be one of the options")
		}
	}
}

func textOf(o object, key string) string {
	text, _ := o[key].(string)
	return text
}

func objectsOf(value any) []object {
	all, _ := value.([]any)
	var objects []object
	for _, one := range all {
		if o, ok := one.(object); ok {
			objects = append(objects, o)
		}
	}
	return objects
}

func elementsOf(block object) []object { return objectsOf(block["elements"]) }

// optionsOf is what a choice offers, in groups or not.
func optionsOf(e object) []object {
	all := objectsOf(e["options"])
	for _, group := range objectsOf(e["option_groups"]) {
		all = append(all, objectsOf(group["options"])...)
	}
	return all
}

func hasInput(raw json.RawMessage) bool {
	return slices.ContainsFunc(decode(raw), func(b object) bool { return b["type"] == "input" })
}
