package workspace

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestBlockKit(t *testing.T) {
	text := func(kind string, n int) string {
		return `{"type":"` + kind + `","text":"` + strings.Repeat("x", n) + `"}`
	}
	many := func(n int, one string) string { return strings.TrimSuffix(strings.Repeat(one+",", n), ",") }
	button := func(more string) string {
		return `{"type":"actions","elements":[{"type":"button","text":` + text("plain_text", 75) + more + `}]}`
	}
	input := func(element string) string {
		return `{"type":"input","label":` + text("plain_text", 5) + `,"element":` + element + `}`
	}
	option := `{"text":` + text("plain_text", 5) + `,"value":"v"}`
	for _, tt := range []struct{ name, block, want string }{
		{"a header", `{"type":"header","text":` + text("plain_text", 150) + `}`, ""},
		{"a long header", `{"type":"header","text":` + text("plain_text", 151) + `}`, "must be less than 151 characters [json-pointer:/blocks/0/text/text]"},
		{"a header of the wrong kind", `{"type":"header","text":` + text("mrkdwn", 5) + `}`, "[json-pointer:/blocks/0/text/type]"},
		{"a header with more", `{"type":"header","text":` + text("plain_text", 5) + `,"color":"red"}`, "invalid additional property: color"},
		{"a section", `{"type":"section","text":` + text("mrkdwn", 3000) + `}`, ""},
		{"a long section", `{"type":"section","text":` + text("mrkdwn", 3001) + `}`, "[json-pointer:/blocks/0/text/text]"},
		{"an empty section", `{"type":"section"}`, "[json-pointer:/blocks/0]"},
		{"null for nothing", `{"type":"section","text":` + text("mrkdwn", 5) + `,"fields":null,"accessory":null}`, ""},
		{"too many fields", `{"type":"section","fields":[` + many(11, text("mrkdwn", 1)) + `]}`, "no more than 10 items allowed [json-pointer:/blocks/0/fields]"},
		{"a long field", `{"type":"section","fields":[` + text("mrkdwn", 2001) + `]}`, "[json-pointer:/blocks/0/fields/0/text]"},
		{"a button", button(""), ""},
		{"a button of no style", button(`,"style":"blue"`), "[json-pointer:/blocks/0/elements/0/style]"},
		{"a button with a long value", button(`,"value":"` + strings.Repeat("x", 2001) + `"`), "[json-pointer:/blocks/0/elements/0/value]"},
		{"a question without an answer", button(`,"confirm":{"title":` + text("plain_text", 5) + `,"text":` + text("mrkdwn", 5) + `,"confirm":` + text("plain_text", 5) + `}`), "missing required field: deny"},
		{"too many buttons", `{"type":"actions","elements":[` + many(26, `{"type":"button","text":`+text("plain_text", 5)+`}`) + `]}`, "no more than 25 items"},
		{"one action twice", `{"type":"actions","elements":[` + many(2, `{"type":"button","action_id":"a","text":`+text("plain_text", 5)+`}`) + `]}`, "is there twice"},
		{"a plain text in actions", `{"type":"actions","elements":[` + text("plain_text", 5) + `]}`, "unsupported type: plain_text"},
		{"an image", `{"type":"image","image_url":"https://x","alt_text":"x"}`, ""},
		{"an image without words", `{"type":"image","image_url":"https://x"}`, "missing required field: alt_text [json-pointer:/blocks/0]"},
		{"an image of nothing", `{"type":"image","alt_text":"x"}`, "one of image_url and slack_file"},
		{"a select", input(`{"type":"static_select","options":[` + option + `]}`), ""},
		{"a select of nothing", input(`{"type":"static_select"}`), "one of options and option_groups"},
		{"a select that begins elsewhere", input(`{"type":"static_select","options":[` + option + `],"initial_option":{"text":` + text("plain_text", 5) + `,"value":"w"}}`), "must be one of the options"},
		{"too many boxes", input(`{"type":"checkboxes","options":[` + many(11, option) + `]}`), "no more than 10 items"},
		{"a number", input(`{"type":"number_input","is_decimal_allowed":false}`), ""},
		{"a button for an input", input(`{"type":"button","text":` + text("plain_text", 5) + `}`), "unsupported type: button"},
		{"a context", `{"type":"context","elements":[` + text("mrkdwn", 5) + `,{"type":"image","image_url":"https://x","alt_text":"x"}]}`, ""},
		{"rich text", `{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"x"}]}]}`, ""},
		{"rich text of no kind", `{"type":"rich_text","elements":[{"type":"text","text":"x"}]}`, "unsupported type: text"},
		{"an unknown block", `{"type":"alert"}`, "unsupported type: alert [json-pointer:/blocks/0/type]"},
		{"no block", `7`, "must be a block"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := strings.Join(checkBlocks(json.RawMessage("["+tt.block+"]"), onMessage), "\n")
			if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestBlocksOfASurface(t *testing.T) {
	divider := `{"type":"divider"}`
	for _, tt := range []struct {
		on   surface
		n    int
		want bool
	}{{onMessage, 50, true}, {onMessage, 51, false}, {onModal, 100, true}, {onModal, 101, false}, {onHome, 100, true}} {
		raw := json.RawMessage("[" + strings.TrimSuffix(strings.Repeat(divider+",", tt.n), ",") + "]")
		if got := len(checkBlocks(raw, tt.on)) == 0; got != tt.want {
			t.Errorf("%d blocks on a %s: taken is %v", tt.n, tt.on, got)
		}
	}
	table := json.RawMessage(`[{"type":"table","rows":[[{"type":"raw_text","text":"x"}]]}]`)
	if len(checkBlocks(table, onMessage)) != 0 || len(checkBlocks(table, onModal)) == 0 {
		t.Error("a table belongs into messages alone")
	}
}

// FuzzBlocks feeds blocks of any shape to all that reads them.
func FuzzBlocks(f *testing.F) {
	for _, seed := range []string{
		`[{"type":"section","text":{"type":"mrkdwn","text":"x"},"accessory":{"type":"overflow","options":[{"text":{"type":"plain_text","text":"x"},"value":"v"}]}}]`,
		`[{"type":"input","label":{"type":"plain_text","text":"x"},"element":{"type":"multi_static_select","option_groups":[{"label":null,"options":[7]}]}}]`,
		`[null,{"type":7,"elements":{"a":1},"element":"x","accessory":[]}]`, `{}`, `"x"`, `[[[]]]`,
	} {
		f.Add([]byte(seed), "v")
	}
	w, err := New(Options{Manifest: "display_information: {name: Test}\nsettings: {socket_mode_enabled: true}"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte, given string) {
		for _, on := range []surface{onMessage, onModal, onHome} {
			if len(checkBlocks(raw, on)) > 0 {
				continue
			}
			named := w.named(raw)
			if problems := checkBlocks(orNone(named), on); len(problems) > 0 {
				t.Errorf("with names it is no good any more: %v", problems)
			}
			blocks := decode(named)
			missing(blocks, stateOf(blocks, nil))
			for _, p := range interactive(blocks) {
				heldBy(p.element, Given{given})
			}
		}
	})
}

// FuzzTyped turns what people type into Slack's text, rich text and back.
func FuzzTyped(f *testing.F) {
	for _, seed := range []string{"hello @ana, see #incidents :tada: https://example.com/?a=1&b=2", "<@U1|x> <!channel> &amp; <", "<>:+1::x:", "<|>"} {
		f.Add(seed)
	}
	w, err := New(Options{Manifest: "display_information: {name: Test}\nsettings: {socket_mode_enabled: true}"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		typed := w.typed(text)
		if strings.Contains(typed, "<!") && !strings.Contains(text, "@") {
			t.Errorf("%q calls everybody: %q", text, typed)
		}
		w.readable(typed)
		w.readable(text)
		if !json.Valid(w.composed(typed)) || !json.Valid(w.composed(text)) {
			t.Errorf("%q makes no JSON", text)
		}
	})
}
