package timeline

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Fact is something that happened, in the past tense. It never changes. String
// tells it in a few words, for logs.
type Fact interface {
	kind() string // the stored name; it never changes
	String() string
}

// facts is every fact there is, in the order in which they are explained.
var facts = []Fact{
	Declared{}, ChannelOpened{}, Posted{}, Joined{}, Introduced{},
	RoleGiven{}, SeverityChanged{}, Noted{}, Updated{},
	Mitigated{}, Resolved{}, Reopened{},
	Tagged{}, Untagged{}, Captured{}, Edited{}, Deleted{},
	Asked{}, Linked{}, Undelivered{}, Retried{}, Dropped{}, Delivered{}, Told{}, CaughtUp{},
	PageAsked{}, Paged{}, PageDoubted{}, PageUnanswered{}, PageEscalated{}, AckAsked{}, PageAnswered{}, PageLapsed{}, PageEnded{}, PageJudged{}, AlarmJudged{},
	ActionAgreed{}, ActionAccepted{}, ActionProposed{}, ActionKept{}, ActionChanged{}, ActionDone{}, ActionDropped{}, ActionReopened{},
	Ticketed{}, TicketLeftOut{}, TicketDoubted{}, TicketTwice{}, TicketSeen{},
	SetAside{}, TakenUp{}, Restored{}, Numbered{},
	Titled{}, Identified{}, Closed{}, Cancelled{}, Merged{}, Absorbed{}, Archived{}, ArchiveKept{}, SideAsked{}, SideOpened{}, Surveyed{},
	RoleLeft{}, HandoverOffered{}, HandoverDeclined{}, Ticked{}, Left{}, Followed{}, Deactivated{},
	AccessAsked{}, AccessGranted{}, GlassBroken{}, Refused{},
	TaskSet{}, TaskTaken{}, TaskDone{}, TaskDropped{},
	Reminded{}, Snoozed{},
	PublishAsked{}, Published{},
	Amended{}, Hidden{}, FileKept{},
	ChangesListed{}, ChangesJudged{}, CauseMarked{}, AuthorAsked{}, Drawn{},
	PartWritten{}, PartReleased{}, DraftOffered{}, DraftReturned{}, DraftApproved{}, MeetingSet{}, MeetingCalledOff{}, Understood{},
	ReviewPosted{}, DecisionDone{}, DecisionReopened{},
}

// Facts returns every fact there is, each without what it says, in the order in
// which they are explained.
func Facts() []Fact { return slices.Clone(facts) }

// Message names one message in the chat.
type Message struct {
	Channel string `json:"channel"`
	TS      string `json:"ts"`
}

// String is the message's name among what an incident answers to.
func (m Message) String() string { return m.Channel + "/" + m.TS }

// Channel is a place in the chat.
type Channel struct {
	ID   string `json:"id"`
	Name string `json:"name"` // without the #
}

// Declared begins an incident.
type Declared struct {
	Title    string   `json:"title"`
	Severity Severity `json:"severity"`
	Service  string   `json:"service,omitempty"` // of the directory, or any other word
	Private  bool     `json:"private,omitempty"` // nobody but its members hears of it
	Drill    bool     `json:"drill,omitempty"`   // an exercise: nobody is paged, nothing is filed
	Source   string   `json:"source,omitempty"`  // what declared it, where no person did, and under which key: "http/alert-123". The incident answers to it
}

// ChannelOpened tells that the incident has its channel.
type ChannelOpened struct {
	Channel Channel `json:"channel"`
}

// Posted tells of a message of the bot's own that it has to know again, as to
// keep it current in place.
type Posted struct {
	What    string  `json:"what"` // CardPost or another of its kind
	Message Message `json:"message"`
	URL     string  `json:"url,omitempty"`
}

// The messages that the bot keeps current, and what a room begins with.
const (
	CardPost         = "card"
	AnnouncementPost = "announcement"
	ExecutivePost    = "executive"
	ServicePost      = "service"    // what the directory says of the service that is hit
	PostmortemPost   = "postmortem" // how far it has come; in its thread it is talked about
)

// Joined tells that someone came into the incident's channel.
type Joined struct {
	Person Person `json:"person"`
}

// Introduced tells the name of someone who took part.
type Introduced struct {
	Person Person `json:"person"`
	Zone   string `json:"zone,omitempty"` // the time zone, as "Europe/Paris"
}

// RoleGiven tells who holds a role from now on.
type RoleGiven struct {
	Role Role   `json:"role"`
	To   Person `json:"to"`
}

// SeverityChanged tells that it is better or worse than was thought.
type SeverityChanged struct {
	From Severity `json:"from"`
	To   Severity `json:"to"`
}

// Noted is a remark for the record.
type Noted struct {
	Text   string    `json:"text"`
	At     time.Time `json:"at,omitzero"`      // when it happened, if that was earlier
	Source string    `json:"source,omitempty"` // where it was written, where that was not here: "PagerDuty"
}

// Updated is what everybody outside the channel is told: the conditions, the
// actions and the needs, as far as they were told apart.
type Updated struct {
	Text    string `json:"text"`              // all of it, or the conditions
	Actions string `json:"actions,omitempty"` // what is being done
	Needs   string `json:"needs,omitempty"`   // what is needed, and from whom
	Nothing bool   `json:"nothing,omitempty"` // there is nothing new since the one before
}

// Mitigated tells that customers no longer suffer.
type Mitigated struct {
	Text  string `json:"text,omitempty"`
	Aloud bool   `json:"aloud,omitempty"` // the answer to the command was shown to the whole room
}

// Resolved tells that it is over.
type Resolved struct {
	Text  string `json:"text,omitempty"`
	Aloud bool   `json:"aloud,omitempty"`
}

// Reopened tells that it was not over.
type Reopened struct {
	Reason string `json:"reason"`
	Aloud  bool   `json:"aloud,omitempty"`
}

// Tagged tells that the event's person put a tagging emoji on a message.
type Tagged struct {
	Message Message `json:"message"`
	Tag     Tag     `json:"tag"`
	Emoji   string  `json:"emoji"`
	When    string  `json:"when"` // the chat's time stamp of the reaction: the last one holds
}

// Untagged tells that the event's person took the emoji back.
type Untagged struct {
	Message Message `json:"message"`
	Tag     Tag     `json:"tag"`
	Emoji   string  `json:"emoji"`
	When    string  `json:"when"`
}

// Captured is what a tagged message said when the bot read it.
type Captured struct {
	Message Message   `json:"message"`
	Author  Person    `json:"author"`
	Text    string    `json:"text"`
	At      time.Time `json:"at"` // when it was said
	URL     string    `json:"url,omitempty"`
	Version string    `json:"version,omitempty"` // the chat's time stamp of the last edit that is in Text
	Files   []File    `json:"files,omitempty"`
	Thread  string    `json:"thread,omitempty"` // the time stamp of the message that began the thread, if it is in one
}

// File is a file that came with a message, as the chat tells of it.
type File struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Kind string `json:"kind"` // its MIME type: "image/png"
	Size int64  `json:"size"` // bytes
	URL  string `json:"url"`  // for the bot alone; it needs its token
}

// FileKept tells that a file of a tagged message is kept in the folder of files.
type FileKept struct {
	Message Message `json:"message"`
	File    string  `json:"file"` // its ID in the chat
	Name    string  `json:"name"` // as its author called it
	Path    string  `json:"path"` // in the folder of files, with slashes
	Sum     string  `json:"sum"`  // SHA-256 of its bytes, in hex
	Size    int64   `json:"size"` // bytes
}

// Edited tells that a tagged message was changed in the chat.
type Edited struct {
	Message Message `json:"message"`
	Text    string  `json:"text"`
	Was     string  `json:"was"`
	Version string  `json:"version"` // the chat's time stamp of the edit
}

// Deleted tells that a tagged message was deleted in the chat.
type Deleted struct {
	Message Message `json:"message"`
	Author  Person  `json:"author,omitzero"`
	Was     string  `json:"was,omitempty"`
}

// Asked tells that someone wants a document written, or something looked up:
// "postmortem", "transcript", "changes", "metrics".
type Asked struct {
	For   string `json:"for"`
	About string `json:"about,omitempty"` // a service, or an SLI
	Query string `json:"query,omitempty"` // of metrics, in the source's own language
	Over  string `json:"over,omitempty"`  // how far back, as "2h"
}

// Postmortem is the write-up of an incident, as it is asked for and linked.
const Postmortem = "postmortem"

// PostmortemIn is what leads to the postmortem where it is published: in "GitHub".
func PostmortemIn(where string) string { return Postmortem + publishedIn + where }

// PublishedIn returns where the postmortem is published that such a link leads to,
// and whether it leads to one.
func PublishedIn(what string) (where string, ok bool) {
	return strings.CutPrefix(what, Postmortem+publishedIn)
}

const publishedIn = " in " // between the two parts of what leads to one

// Transcript is the whole of an incident's channel, for whoever asks for it alone.
const Transcript = "transcript"

// Linked ties something elsewhere to the incident: a document, a ticket.
type Linked struct {
	What string `json:"what"` // "postmortem"
	Ref  string `json:"ref"`
	URL  string `json:"url,omitempty"`
}

// Undelivered tells that an effect was given up, and why.
type Undelivered struct {
	Effect Effect `json:"effect"`
	Why    string `json:"why"`
}

// Retried tells that someone wants an undelivered effect tried again.
type Retried struct {
	Effect Effect `json:"effect"`
}

// Dropped tells that someone wants an undelivered effect left as it is.
type Dropped struct {
	Effect Effect `json:"effect"`
}

// Delivered tells that an effect that was given up has been delivered after
// all, as when a newer state of the same thing was.
type Delivered struct {
	Effect Effect `json:"effect"`
}

// CaughtUp tells that the channel was read back after a time in which the chat
// could not reach the bot, and how many changes the bot had not been told of:
// tags, edits, deletions, arrivals. Commands of that time are lost.
type CaughtUp struct {
	Changes int       `json:"changes"`
	From    time.Time `json:"from,omitzero"` // since when the bot could not be reached, as far as is known
	To      time.Time `json:"to,omitzero"`
}

// Told tells that the bot explained something to the event's person, who need
// not hear it again.
type Told struct {
	What    string `json:"what"`
	Channel string `json:"channel"` // where it came up
}

// AboutTagging is what someone is told who tags where there is no incident.
const AboutTagging = "tagging"

// SetAside tells that a request could not be handled, and is kept as it came:
// what ends the process again and again, or can not be read. House only.
type SetAside struct {
	Key   string `json:"key"`
	Frame string `json:"frame"` // as it came, redacted
	Why   string `json:"why"`
}

// TakenUp tells that a request that was set aside is no more: it was tried
// again with success, or dropped. House only.
type TakenUp struct {
	Key     string `json:"key"`
	Dropped bool   `json:"dropped,omitempty"`
}

// Restored tells that the store was made from a backup: what came after that is
// known outside only. House only.
type Restored struct {
	Last ID `json:"last"` // the highest incident that the backup has
}

// Numbered tells that every number up to one was given out before the store was
// restored. House only.
type Numbered struct {
	UpTo ID `json:"up_to"`
}

// unknown is a fact of a later version of Muster: kept, and otherwise left alone.
type unknown struct {
	name string
	json json.RawMessage
}

func (Declared) kind() string        { return "declared" }
func (ChannelOpened) kind() string   { return "channel_opened" }
func (Posted) kind() string          { return "posted" }
func (Joined) kind() string          { return "joined" }
func (Introduced) kind() string      { return "introduced" }
func (RoleGiven) kind() string       { return "role_given" }
func (SeverityChanged) kind() string { return "severity_changed" }
func (Noted) kind() string           { return "noted" }
func (Updated) kind() string         { return "updated" }
func (Mitigated) kind() string       { return "mitigated" }
func (Resolved) kind() string        { return "resolved" }
func (Reopened) kind() string        { return "reopened" }
func (Tagged) kind() string          { return "tagged" }
func (Untagged) kind() string        { return "untagged" }
func (Captured) kind() string        { return "captured" }
func (FileKept) kind() string        { return "file_kept" }
func (Edited) kind() string          { return "edited" }
func (Deleted) kind() string         { return "deleted" }
func (Asked) kind() string           { return "asked" }
func (Linked) kind() string          { return "linked" }
func (Undelivered) kind() string     { return "undelivered" }
func (Retried) kind() string         { return "retried" }
func (Dropped) kind() string         { return "dropped" }
func (Delivered) kind() string       { return "delivered" }
func (Told) kind() string            { return "told" }
func (CaughtUp) kind() string        { return "caught-up" }
func (SetAside) kind() string        { return "set_aside" }
func (TakenUp) kind() string         { return "taken_up" }
func (Restored) kind() string        { return "restored" }
func (Numbered) kind() string        { return "numbered" }
func (f unknown) kind() string       { return f.name }

func (f Declared) String() string        { return "declared " + f.Severity.String() }
func (f ChannelOpened) String() string   { return "opened channel " + f.Channel.ID }
func (f Posted) String() string          { return "posted the " + f.What }
func (f Joined) String() string          { return f.Person.ID + " joined" }
func (f Introduced) String() string      { return f.Person.ID + " was introduced" }
func (f RoleGiven) String() string       { return fmt.Sprintf("%s is the %v", f.To.ID, f.Role) }
func (f SeverityChanged) String() string { return fmt.Sprintf("severity from %v to %v", f.From, f.To) }
func (f Noted) String() string           { return "noted" }
func (f Updated) String() string         { return "posted an update" }
func (f Mitigated) String() string       { return "mitigated" }
func (f Resolved) String() string        { return "resolved" }
func (f Reopened) String() string        { return "reopened" }
func (f Tagged) String() string          { return fmt.Sprintf("tagged %s as %s", f.Message.TS, f.Tag) }
func (f Untagged) String() string        { return fmt.Sprintf("untagged %s as %s", f.Message.TS, f.Tag) }
func (f Captured) String() string        { return "captured " + f.Message.TS }
func (f FileKept) String() string        { return "kept file " + f.File }
func (f Edited) String() string          { return "edited " + f.Message.TS }
func (f Deleted) String() string         { return "deleted " + f.Message.TS }
func (f Asked) String() string           { return "asked for a " + f.For }
func (f Linked) String() string          { return fmt.Sprintf("linked %s %s", f.What, f.Ref) }
func (f Undelivered) String() string     { return "gave up " + f.Effect.Key() }
func (f Retried) String() string         { return "asked again for " + f.Effect.Key() }
func (f Dropped) String() string         { return "dropped " + f.Effect.Key() }
func (f Delivered) String() string       { return "delivered after all " + f.Effect.Key() }
func (f Told) String() string            { return "told about " + f.What }
func (f CaughtUp) String() string        { return fmt.Sprintf("caught up with %d changes", f.Changes) }
func (f SetAside) String() string        { return "set aside " + f.Key }
func (f TakenUp) String() string         { return "took up " + f.Key }
func (f Restored) String() string        { return "restored from a backup" }
func (f Numbered) String() string        { return fmt.Sprintf("numbers up to %v are taken", f.UpTo) }
func (f unknown) String() string         { return "unknown fact " + f.name }

// TextOf returns what a person wrote in a fact; empty where nobody did.
func TextOf(f Fact) string {
	switch f := f.(type) {
	case Declared:
		return f.Title
	case Noted:
		return f.Text
	case Updated:
		return f.Text
	case Mitigated:
		return f.Text
	case Resolved:
		return f.Text
	case Reopened:
		return f.Reason
	case PageAsked:
		return f.Text
	case ActionAgreed:
		return f.What
	case Identified:
		return f.Text
	case Closed:
		return f.Text
	case Cancelled:
		return f.Reason
	case Merged:
		return f.Reason
	case TaskSet:
		return f.What
	case PublishAsked:
		return f.Text
	case Captured:
		return f.Text
	case Edited:
		return f.Text
	case Amended:
		return f.Text
	case PartWritten:
		return f.Text
	case DraftReturned:
		return f.Why
	}
	return ""
}

func encodeFact(f Fact) json.RawMessage {
	if later, ok := f.(unknown); ok {
		return later.json
	}
	text, err := json.Marshal(f)
	if err != nil {
		panic(err) // unreachable unless a fact holds what JSON can not
	}
	return text
}

// decodeFact reads a fact. One that this version does not know, or not all of,
// is kept as it is and means nothing.
func decodeFact(kind string, text json.RawMessage) Fact {
	blank, ok := factsByKind[kind]
	if !ok {
		return unknown{kind, text}
	}
	fact := reflect.New(reflect.TypeOf(blank))
	strict := json.NewDecoder(bytes.NewReader(text))
	strict.DisallowUnknownFields()
	if strict.Decode(fact.Interface()) == nil {
		return fact.Elem().Interface().(Fact)
	}
	return unknown{kind, text} // it says more than this version can keep
}

var factsByKind = func() map[string]Fact {
	kinds := make(map[string]Fact, len(facts))
	for _, f := range facts {
		kinds[f.kind()] = f
	}
	return kinds
}()
