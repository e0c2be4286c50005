// Package chat is how the bot talks: the port to a chat system, the requests
// that come in by it, the messages that go out, and the followers that keep an
// incident's channel in step with its timeline.
package chat

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"muster/timeline"
)

// Chat is what the followers need of a chat system. Errors are marked as the
// followers' own are: refusals, waits and doubts.
type Chat interface {
	// OpenChannel makes a channel; ErrNameTaken where there is one of that name.
	OpenChannel(ctx context.Context, name string, private bool) (timeline.Channel, error)
	// FindOwnChannel looks for a channel of that name that the bot itself made
	// no earlier than since.
	FindOwnChannel(ctx context.Context, name string, since time.Time) (timeline.Channel, bool, error)
	// ChannelNamed looks for a channel by its name, without the #.
	ChannelNamed(ctx context.Context, name string) (timeline.Channel, error)
	// Invite brings people into a channel. Who is there already is no error. A
	// *NotInvited tells who could not come.
	Invite(ctx context.Context, channel string, people ...string) error
	SetTopic(ctx context.Context, channel, topic string) error
	// IsArchived reports whether a channel is closed.
	IsArchived(ctx context.Context, channel string) (bool, error)
	// Archive closes a channel for good. That it is closed already is no error.
	Archive(ctx context.Context, channel string) error
	// GroupMembers returns who belongs to a user group.
	GroupMembers(ctx context.Context, group string) ([]string, error)

	// Post posts to a channel, or to a person's direct messages. What can not
	// be known to have failed is Doubtful: look with FindPost.
	Post(ctx context.Context, to string, m Message) (timeline.Message, error)
	// FindPost looks for a message of the bot's own by its key, posted no
	// earlier than since; in a thread where one is named.
	FindPost(ctx context.Context, to, thread, key string, since time.Time) (timeline.Message, bool, error)
	// Edit replaces a message of the bot's own. ErrGone where it was deleted.
	Edit(ctx context.Context, at timeline.Message, m Message) error
	// Pin pins a message. That it is pinned already is no error.
	Pin(ctx context.Context, at timeline.Message) error
	// ShowHome puts a page up for one person, in the bot's own place.
	ShowHome(ctx context.Context, person string, m Message) error
	// Whisper shows a message in a channel to one person only.
	Whisper(ctx context.Context, channel, person string, m Message) error
	// Share puts a file into a channel, or into a person's direct messages, and
	// returns where it can be read.
	Share(ctx context.Context, channel string, f File) (url string, err error)
	// FindShared looks for a file that the bot shared there, by its title.
	FindShared(ctx context.Context, channel, title string, since time.Time) (url string, ok bool, err error)

	// Canvas brings the canvas of a channel to a text in Markdown, and returns where
	// it can be read. One that somebody else has written is left alone, as a refusal.
	Canvas(ctx context.Context, channel, title, markdown string) (url string, err error)

	// Read returns what a message says. ErrGone where it was deleted.
	Read(ctx context.Context, at timeline.Message) (Said, error)
	// Whole returns what stands in a channel now, replies too, and whether that
	// is all of it. It may take minutes.
	Whole(ctx context.Context, channel string) (all []Standing, whole bool, err error)
	// Fetch returns the bytes of a file that is for the bot, and their MIME type.
	// More than so many bytes are a refusal.
	Fetch(ctx context.Context, url string, most int64) (content []byte, kind string, err error)
	// Person returns someone's name and time zone.
	Person(ctx context.Context, id string) (p timeline.Person, zone string, err error)
}

// What a chat answers.
var (
	ErrNameTaken = errors.New("a channel of that name exists")
	ErrGone      = errors.New("the message is gone")
)

// NotInvited tells who could not be brought into a channel, and why.
type NotInvited struct{ Why map[string]string }

func (e *NotInvited) Error() string {
	var all []string
	for person, why := range e.Why {
		all = append(all, fmt.Sprintf("<@%s> (%s)", person, why))
	}
	return "could not invite " + strings.Join(all, ", ")
}

// Standing is a message as it stands in a channel now.
type Standing struct {
	Message   timeline.Message
	Said      Said
	Reactions map[string][]string // by emoji without skin tone, the people's IDs
	Thread    string              // the time stamp of the message that began the thread, if it is in one
}

// Said is a message that was read.
type Said struct {
	Author  timeline.Person
	Text    string
	At      time.Time
	URL     string
	Version string // the time stamp of the last edit; empty where there was none
	Edited  time.Time
	Files   []timeline.File
	Thread  string // the time stamp of the message that began the thread, if it is in one
}

// File is a file to share.
type File struct {
	Name    string
	Title   string
	Comment string // what is said with it
	Alt     string // a picture in words, for who does not see it
	Content string
	Thread  string // the time stamp of the message in whose thread it belongs; empty for none
}

// Finding is one thing that was checked before the bot starts.
type Finding struct {
	What string
	Err  error  // nil where it is well
	Mend string // what to do where it is not
}
