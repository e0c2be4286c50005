package chat

import "strings"

// Message is what the bot says. Text is all of it in words: notifications show
// it and screen readers read it, and it must stand alone. Parts are how it
// looks where the chat can show more. Both are written with the marks of
// package templates.
type Message struct {
	Text   string
	Parts  []Part
	Thread string // the time stamp of the message in whose thread it belongs; empty for none
	Key    string // the key of the effect that it is; kept with the message, unseen
}

// Part is a part of a message: one of the types below.
type Part interface{ part() }

// Heading is a large line of plain text.
type Heading struct{ Text string }

// Paragraph is text.
type Paragraph struct{ Text string }

// Fields are short facts, side by side.
type Fields []Field

// Field is a fact with its name.
type Field struct{ Name, Value string }

// Small is text that matters less.
type Small struct{ Text string }

// Buttons are what can be done about it.
type Buttons []Button

// Button does what a typed command does.
type Button struct {
	Label   string
	Command string // what it stands for, without the slash command: "comms"
	URL     string // where it leads, in place of a command
	Primary bool
	Danger  bool
	Confirm string // asked before it is done; empty for nothing
}

func (Heading) part()   {}
func (Paragraph) part() {}
func (Fields) part()    {}
func (Small) part()     {}
func (Buttons) part()   {}

// Say returns a message of text alone.
func Say(text string) Message { return Message{Text: text} }

// With returns the message, as its text, with buttons under it.
func (m Message) With(buttons ...Button) Message {
	if len(m.Parts) == 0 {
		m.Parts = []Part{Paragraph{m.Text}}
	}
	m.Parts = append(m.Parts, Buttons(buttons))
	return m
}

// Form asks for what a command takes. Sending it in is a request like the
// command itself.
type Form struct {
	Command string // what it stands for, with what is fixed: "update INC-12"
	Title   string // at most 24 characters
	Submit  string // at most 24 characters
	Fields  []Input
	Note    string // said under the fields; empty for nothing
	Instead string // what can be typed in place of it; empty for nothing
	About   *Said  // what the message says that it is about; it comes back with the form
}

// Input is one question of a form.
type Input struct {
	Name     string
	Label    string
	Hint     string
	Value    string   // what stands there at first
	Options  []Option // what can be chosen; none where it is typed
	Person   bool     // a person is picked; Value is the ID, and what comes back is a mention
	Day      bool     // a day is picked: "2026-11-27"
	Long     bool     // more than a line
	Optional bool
	Max      int // characters; 0 for the chat's own limit
}

// Option is one thing to choose.
type Option struct{ Value, Label string }

// Answer is what a request is answered with: shown to the asker alone.
type Answer struct {
	Message *Message
	Aloud   bool // the whole channel sees the message
	Form    *Form
	Errors  map[string]string // what is wrong with a form, by the name of the input
}

// Reply answers with a message.
func Reply(m Message) Answer { return Answer{Message: &m} }

// ReplyAloud answers with a message that the whole channel sees.
func ReplyAloud(m Message) Answer { return Answer{Message: &m, Aloud: true} }

// Ask answers with a form.
func Ask(f Form) Answer { return Answer{Form: &f} }

// Clip shortens a text to at most n characters, with a mark that it was longer.
// It does not cut through the mention of a person.
func Clip(text string, n int) string {
	runes := []rune(text)
	if len(runes) <= n {
		return text
	}
	cut := string(runes[:n-1])
	if i := strings.LastIndex(cut, "<@"); i >= 0 && !strings.Contains(cut[i:], ">") {
		cut = cut[:i]
	}
	return strings.TrimSpace(cut) + "…"
}
