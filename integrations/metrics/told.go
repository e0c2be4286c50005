package metrics

import (
	"strings"
	"unicode"

	"muster/redact"
)

// toldMost is how many characters of what a source says people read.
const toldMost = 300

// Told is what a source says, for people: on one line, not endless, and without
// secrets, neither those that are named nor those that show.
func Told(text string, secrets ...string) string {
	for _, secret := range secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	text = redact.Text(strings.Join(strings.Fields(text), " "))
	if all := []rune(text); len(all) > toldMost {
		text = string(all[:toldMost-1]) + "…"
	}
	return text
}
