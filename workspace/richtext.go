package workspace

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// piece is what stands apart in a text: a sequence in angle brackets, or an
// emoji.
var piece = regexp.MustCompile(`<[^<>]+>|:[a-z0-9_+'-]+:`)

// composed is the rich text that Slack's clients send with what a person typed.
func (w *Workspace) composed(text string) json.RawMessage {
	elements := []object{}
	plain := func(s string) {
		if s != "" {
			elements = append(elements, object{"type": "text", "text": unescape.Replace(s)})
		}
	}
	from := 0
	for _, at := range piece.FindAllStringIndex(text, -1) {
		e := richPiece(text[at[0]:at[1]])
		if e == nil {
			continue
		}
		plain(text[from:at[0]])
		elements = append(elements, e)
		from = at[1]
	}
	plain(text[from:])
	section := object{"type": "rich_text_section", "elements": elements}
	return encode([]object{{"type": "rich_text", "block_id": w.letters("block", idLetters, 5), "elements": []object{section}}})
}

// richPiece is one piece as rich text has it; nil where it is just text.
func richPiece(s string) object {
	if name := strings.Trim(s, ":"); s[0] == ':' {
		if drawn, ok := emojiNames()[name]; ok {
			return object{"type": "emoji", "name": name, "unicode": codePoints(drawn)}
		}
		return nil
	}
	target, label, _ := strings.Cut(strings.Trim(s, "<>"), "|")
	if target == "" {
		return nil
	}
	switch target[0] {
	case '@':
		return object{"type": "user", "user_id": target[1:]}
	case '#':
		return object{"type": "channel", "channel_id": target[1:]}
	case '!':
		return object{"type": "broadcast", "range": target[1:]}
	}
	link := object{"type": "link", "url": unescape.Replace(target)}
	if label != "" {
		link["text"] = unescape.Replace(label)
	}
	return link
}

func codePoints(drawn string) string {
	var points []string
	for _, r := range drawn {
		points = append(points, fmt.Sprintf("%04x", r))
	}
	return strings.Join(points, "-")
}
