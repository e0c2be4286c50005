package chat

import (
	"strings"
	"time"
	"unicode"

	"muster/redact"
	"muster/timeline"
)

// Request is something that a person did, as far as it may matter to the bot.
// Its texts have passed [Clean].
type Request struct {
	ID      string // the same when the chat sends it again
	By      timeline.Person
	Channel string // where it was done; empty for direct messages with the bot, and for what has no place
	Trigger string // what lets the bot open a form, for a few seconds
	Thread  string // the thread it was done in, if any
	ReplyTo string // where an answer can be sent that the whole channel sees; empty where nowhere
	What    What
}

// What is what was done: one of the types below.
type What interface{ what() }

// Typed is a command: "declare sev1 checkout is down".
type Typed struct{ Text string }

// Mentioned is a command in a message that mentions the bot. It is answered by
// a message to its author alone.
type Mentioned struct{ Text string }

// Pressed is a button that stands for a command.
type Pressed struct{ Command string }

// Submitted is a form that was sent in.
type Submitted struct {
	Command string // what the form stands for
	Values  map[string]string
	About   *Said // what the message says that the form is about, if it is about one
}

// Picked is a shortcut from the chat's menus.
type Picked struct {
	Shortcut string
	About    timeline.Message // the message it was picked for, if any
	Said     Said             // what that message says
	When     string           // the chat's time stamp
}

// Reacted is an emoji put on a message or taken back.
type Reacted struct {
	Message timeline.Message
	Emoji   string // without skin tone
	On      bool
	When    string // the chat's time stamp
}

// Pinned is a message that was pinned, or whose pin was taken off.
type Pinned struct {
	Message timeline.Message
	On      bool
	When    string // the chat's time stamp
}

// Changed is a message that was edited.
type Changed struct {
	Message timeline.Message
	Text    string
	Was     string
	Version string // the chat's time stamp of the edit
}

// Removed is a message that was deleted.
type Removed struct {
	Message timeline.Message
	Author  timeline.Person
	Was     string
}

// Arrived is someone, the request's person, who came into the channel.
type Arrived struct{}

// TypedInThread is a command in a thread, where the chat takes none: it was
// posted as a message.
type TypedInThread struct{ Text string }

// Departed is someone, the request's person, who left the channel or was taken
// out of it.
type Departed struct{}

// CameHome is someone who looks at the bot's own page in the chat.
type CameHome struct{}

// Handed is a file that somebody posted in a channel.
type Handed struct {
	Message timeline.Message
	File    timeline.File
}

// AccountClosed is someone, the request's person, whose account was closed.
type AccountClosed struct{}

func (TypedInThread) what() {}
func (Departed) what()      {}
func (CameHome) what()      {}
func (Handed) what()        {}
func (AccountClosed) what() {}
func (Typed) what()         {}
func (Mentioned) what()     {}
func (Pressed) what()       {}
func (Submitted) what()     {}
func (Picked) what()        {}
func (Reacted) what()       {}
func (Pinned) what()        {}
func (Changed) what()       {}
func (Removed) what()       {}
func (Arrived) what()       {}

// Clean makes a text from outside fit to be kept: secrets of a well-known shape
// are taken out, and so are characters that do not show but change what is
// shown. Line feeds and tabs stay.
func Clean(text string) string { return redact.Text(Visible(text)) }

// Visible drops from a text the characters that do not show.
func Visible(text string) string {
	return strings.Map(visible, strings.ToValidUTF8(text, "�"))
}

// CleanLine is Clean for what has to stand in one line, such as a title.
func CleanLine(text string) string { return strings.Join(strings.Fields(Clean(text)), " ") }

// visible drops control characters and those that reorder or hide text. It
// keeps the joiners that emoji and some scripts are written with.
func visible(r rune) rune {
	switch {
	case r == '\n' || r == '\t' || r == '\u200d' || r == '\u200c':
		return r
	case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), strings.ContainsRune(fillers, r):
		return -1
	case r == '\u2028' || r == '\u2029':
		return '\n'
	}
	return r
}

// fillers are letters by name that show as nothing.
const fillers = "\u115f\u1160\u2800\u3164\uffa0"

// Patience is how long a person waits for an answer before the chat tells them
// that there is none.
const Patience = 3 * time.Second
