package metrics

import (
	"errors"
	"strings"
	"time"
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

// Hide takes secrets out of what an error says. It still is what it was made
// from, such as a context's end.
func Hide(err error, secrets ...string) error {
	text := err.Error()
	for _, secret := range secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	return hidden{text, err}
}

type hidden struct {
	text string
	from error
}

func (h hidden) Error() string { return h.text }

// Is sees what the error was made from.
func (h hidden) Is(target error) bool { return errors.Is(h.from, target) }

// Span is a span of time as people write it: 5m, and not 5m0s.
func Span(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
