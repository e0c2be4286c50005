package templates

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Marks stand in a text for what each chat and document writes in its own way:
// a link, a channel, a moment. They are made of control characters, which no
// text from outside holds, so nobody can type one. A person is written <@ID>.
const (
	markBegin = "\x01"
	markNext  = "\x02"
	markEnd   = "\x03"
)

// Link marks a link under a label.
func Link(url, label string) string { return mark("link", url, label) }

// Room marks a channel of the chat.
func Room(id, name string) string { return mark("room", id, name) }

// Group marks a group of people in the chat, by its ID.
func Group(id string) string { return mark("group", id) }

// When marks a moment, to be shown in the reader's own time zone.
func When(t time.Time) string { return mark("when", strconv.FormatInt(t.Unix(), 10)) }

// Everybody marks a call to everybody in a channel: "here" for those who are
// active, "channel" for all.
func Everybody(whom string) string { return mark("everybody", whom) }

var person = regexp.MustCompile(`<@([A-Z0-9]+)>`)

// People returns the IDs of all people that a text mentions, in their order.
func People(text string) []string {
	var ids []string
	for _, m := range person.FindAllStringSubmatch(text, -1) {
		ids = append(ids, m[1])
	}
	return ids
}

// Person writes someone so that the chat shows the name.
func Person(id string) string { return "<@" + id + ">" }

func mark(parts ...string) string {
	return markBegin + strings.Join(parts, markNext) + markEnd
}

// Dialect is how a chat or a document writes what the marks stand for. Text
// makes plain text safe: whatever it returns shows as the text it was given.
type Dialect struct {
	Text   func(string) string
	Person func(id string) string
	Room   func(id, name string) string
	Group  func(id string) string // nil where a group is told by its ID
	Link   func(url, label string) string
	When   func(time.Time) string
	All    func(whom string) string // everybody in a channel; says nothing where it is nil
}

var token = regexp.MustCompile(markBegin + `[^` + markEnd + `]*` + markEnd + `|` + person.String())

// Write returns the text in the dialect.
func (d Dialect) Write(text string) string {
	var out strings.Builder
	end := 0
	for _, at := range token.FindAllStringIndex(text, -1) {
		out.WriteString(d.Text(text[end:at[0]]))
		out.WriteString(d.token(text[at[0]:at[1]]))
		end = at[1]
	}
	out.WriteString(d.Text(text[end:]))
	return out.String()
}

func (d Dialect) token(t string) string {
	if id, ok := strings.CutPrefix(t, "<@"); ok {
		return d.Person(strings.TrimSuffix(id, ">"))
	}
	parts := strings.Split(strings.Trim(t, markBegin+markEnd), markNext)
	switch {
	case parts[0] == "group" && len(parts) == 2:
		if d.Group == nil {
			return d.Text("@" + parts[1])
		}
		return d.Group(parts[1])
	case parts[0] == "link" && len(parts) == 3:
		return d.Link(parts[1], parts[2])
	case parts[0] == "room" && len(parts) == 3:
		return d.Room(parts[1], parts[2])
	case parts[0] == "everybody" && len(parts) == 2:
		if d.All == nil {
			return ""
		}
		return d.All(parts[1])
	case parts[0] == "when" && len(parts) == 2:
		unix, _ := strconv.ParseInt(parts[1], 10, 64)
		return d.When(time.Unix(unix, 0).UTC())
	}
	return ""
}

// Plain is the dialect of a terminal or a log: words and nothing else. Names
// are looked up; where nil, the ID has to do.
func Plain(name func(id string) string) Dialect {
	return Dialect{
		Text: func(s string) string { return s },
		Person: func(id string) string {
			if name == nil {
				return "@" + id
			}
			return "@" + name(id)
		},
		Room: func(_, name string) string { return "#" + name },
		Link: func(url, label string) string { return label + " (" + url + ")" },
		When: func(t time.Time) string { return t.Format("2 Jan 15:04 MST") },
	}
}
