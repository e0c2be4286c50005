package slack

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"muster/chat"
	"muster/templates"
	"muster/timeline"
)

// decode turns a text as Slack sends it into plain text that is fit to be
// kept: people stay as <@ID>, every other control sequence becomes what it
// shows, and nothing that was typed can read as a mention.
func decode(text string) string {
	text = chat.Visible(text) // so that no mark of ours is in it
	var out strings.Builder
	end := 0
	for _, at := range control.FindAllStringSubmatchIndex(text, -1) {
		out.WriteString(unescape.Replace(text[end:at[0]]))
		out.WriteString(shown(text[at[2]:at[3]]))
		end = at[1]
	}
	out.WriteString(unescape.Replace(text[end:]))
	return chat.Clean(restore.Replace(typed(out.String())))
}

// mentionBegin and mentionEnd stand for the ends of a real mention while the
// text around it is put together.
const (
	mentionBegin = "\x01"
	mentionEnd   = "\x02"
)

var restore = strings.NewReplacer(mentionBegin, "<@", mentionEnd, ">")

// typed keeps characters that were typed from reading as a mention.
func typed(text string) string { return strings.ReplaceAll(text, "<@", "< @") }

var (
	control = regexp.MustCompile(`<([^<>\n]*)>`)
	userID  = regexp.MustCompile(`^@([UW][A-Z0-9]+)$`)
)

var unescape = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// shown is what a control sequence shows, without its angle brackets.
func shown(sequence string) string {
	target, label, labelled := strings.Cut(sequence, "|")
	switch {
	case userID.MatchString(target):
		return mentionBegin + strings.TrimPrefix(target, "@") + mentionEnd
	case strings.HasPrefix(target, "#"):
		if label == "" {
			label = strings.TrimPrefix(target, "#")
		}
		return "#" + unescape.Replace(label)
	case strings.HasPrefix(target, "!") && labelled:
		return unescape.Replace(label)
	case strings.HasPrefix(target, "!"):
		return "@" + unescape.Replace(strings.TrimPrefix(target, "!"))
	case strings.HasPrefix(target, "@"):
		return unescape.Replace(target)
	default:
		return link(unescape.Replace(target), unescape.Replace(label))
	}
}

// link is a link as plain text: its address, and its label where that says more.
func link(target, label string) string {
	bare := strings.TrimPrefix(strings.TrimPrefix(target, "mailto:"), "tel:")
	switch {
	case label == "" || strings.HasSuffix(target, label) || strings.HasSuffix(target, label+"/"):
		return bare
	default:
		return label + " (" + target + ")"
	}
}

// escape makes plain text show as it is. The three characters are all that
// Slack's texts are controlled by.
var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace

// pen writes in Slack's own ways. The few words that it adds are the team's.
type pen struct{ texts templates.Texts }

// mrkdwn is how Slack's texts are written. There is no way in it to mention a
// channel or everybody.
func (p pen) mrkdwn() templates.Dialect {
	return templates.Dialect{
		Text:   escape,
		Person: mention,
		Room:   func(id, _ string) string { return "<#" + id + ">" },
		Group:  func(id string) string { return "<!subteam^" + escape(id) + ">" },
		Link: func(url, label string) string {
			if url == "" {
				return escape(label)
			}
			return "<" + strings.NewReplacer("|", "%7C", ">", "%3E", "<", "%3C").Replace(url) + "|" + escape(strings.ReplaceAll(label, "|", "/")) + ">"
		},
		When: func(t time.Time) string {
			shown := p.texts.T("date.moment", "{date_short_pretty}", "{time}")
			return fmt.Sprintf("<!date^%d^%s|%s>", t.Unix(), strings.NewReplacer("|", "/", ">", "", "<", "", "^", "").Replace(shown), t.Format("2 Jan 15:04 MST"))
		},
		All: func(whom string) string { return "<!" + whom + ">" },
	}
}

// plain is how texts without any control are written: headings, topics, labels.
var plain = templates.Dialect{
	Text:   escape,
	Person: func(id string) string { return strings.Trim(mention(id), "<>") },
	Room:   func(_, name string) string { return "#" + name },
	Link:   func(_, label string) string { return escape(label) },
	When:   func(t time.Time) string { return t.Format("2 Jan 15:04 MST") },
}

// pieces cuts a written text into pieces of at most n characters, between
// words where it can, and never inside a control sequence or an escape.
func pieces(text string, n int) []string {
	var all []string
	for runes := []rune(text); len(runes) > 0; {
		cut := len(runes)
		if cut > n {
			cut = cutAt(runes, n)
		}
		if piece := strings.TrimSpace(string(runes[:cut])); piece != "" {
			all = append(all, piece)
		}
		runes = runes[cut:]
	}
	return all
}

// cutAt returns the best place to cut in the first n characters.
func cutAt(runes []rune, n int) int {
	safe, word := 0, 0
	in := rune(0) // what ends the sequence that we are in
	for i, r := range runes[:n] {
		switch {
		case in != 0:
			if r == in {
				in = 0
			}
			continue
		case r == '<':
			safe, in = i, '>'
		case r == '&':
			safe, in = i, ';'
		default:
			safe = i
		}
		if r == ' ' || r == '\n' {
			word = i
		}
	}
	switch {
	case word > n/2:
		return word
	case safe > 0:
		return safe
	default:
		return n
	}
}

// clip returns a written text of at most n characters.
func clip(text string, n int) string {
	parts := pieces(text, n)
	switch len(parts) {
	case 0:
		return ""
	case 1:
		return parts[0]
	default:
		return pieces(text, n-1)[0] + "…"
	}
}

// mention is someone in Slack's text. Whoever used the command line is no one
// that Slack knows, and is called by name.
func mention(id string) string {
	if name, local := timeline.IsLocal(id); local {
		return escape(name)
	}
	return "<@" + id + ">"
}
