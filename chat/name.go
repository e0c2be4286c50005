package chat

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"muster/timeline"
)

// nameMost is the longest channel name that chats allow.
const nameMost = 80

// ChannelName returns the name of an incident's channel, such as
// inc-12-checkout-is-down: lower-case ASCII letters, digits and dashes, at most
// 80. Accents are dropped; what has no Latin letters leaves the number alone.
// The n-th further try, for when the name is taken, ends in its number.
func ChannelName(prefix string, id timeline.ID, title string, n int) string {
	name := fmt.Sprintf("%s-%d", prefix, int(id))
	end := ""
	if n > 0 {
		end = fmt.Sprintf("-%d", n+1)
	}
	for i, word := range strings.FieldsFunc(ascii(title), notInName) {
		room := nameMost - len(name) - len("-") - len(end)
		if len(word) > room && i > 0 {
			break
		}
		name += "-" + word[:min(len(word), room)]
	}
	return name + end
}

// NumberOf returns the incident whose channel has a name; 0 where it is no
// incident's.
func NumberOf(prefix, name string) timeline.ID {
	rest, ok := strings.CutPrefix(name, prefix+"-")
	digits, _, _ := strings.Cut(rest, "-")
	id, err := timeline.ParseID("INC-" + digits)
	if !ok || err != nil {
		return 0
	}
	return id
}

func notInName(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9')
}

var letters = strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "ı", "i", "'", "", "’", "")

// ascii writes a text in lower-case ASCII as far as its letters allow.
func ascii(text string) string {
	decomposed := norm.NFKD.String(strings.ToLower(text))
	return letters.Replace(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, decomposed))
}
