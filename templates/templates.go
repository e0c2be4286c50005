// Package templates holds every long text that a person reads: the card, the
// announcement, what the holder of a role is told, the postmortem.
//
// Texts are written with marks for links, channels, people and moments; a
// [Dialect] turns them into what one chat or document understands.
package templates

import (
	"embed"
	"fmt"
	"strings"
	"text/template"
	"time"

	"muster/timeline"
)

//go:embed *.tmpl
var files embed.FS

// Texts renders texts. Make it with [New].
type Texts struct {
	set   *template.Template
	words words
	Zone  *time.Location // of times in documents; the chat shows the reader's own
	// Cadence is how often an update is owed at a severity; 0 is never.
	Cadence func(timeline.Severity) time.Duration
	Command string // what people type: "/incident"
	Files   string // where a document finds the folder of files
}

// New returns the texts that come with Muster, with times in UTC and no
// updates owed.
func New() Texts {
	t := Texts{Zone: time.UTC, Command: "/incident", Files: "../files", Cadence: func(timeline.Severity) time.Duration { return 0 }}
	funcs := template.FuncMap{"person": personOrNobody, "when": When, "inc": func(n int) int { return n + 1 }}
	var err error
	if t.words, err = wordsIn(wordFiles, "words/"+English+".yaml"); err != nil {
		panic(err) // unreachable: the file is tested
	}
	t.set = template.Must(template.New("").Funcs(funcs).ParseFS(files, "*.tmpl"))
	return t
}

func (t Texts) render(name string, data any) string {
	var out strings.Builder
	if err := t.set.ExecuteTemplate(&out, name, data); err != nil {
		panic(fmt.Sprintf("template %s: %v", name, err)) // unreachable: every template is tested with every field
	}
	return strings.TrimSpace(out.String())
}

// personOrNobody names someone in the chat, or says that there is nobody.
func personOrNobody(p timeline.Person) string {
	if p.ID == "" {
		return "nobody yet"
	}
	return Person(p.ID)
}

// board is what the card and the announcement tell.
type board struct {
	timeline.Incident
	Commander, Comms, Scribe timeline.Person
	NextUpdate               time.Time // zero where none is owed
	PlainTitle               string
	Room                     string
	Paged                    string // who was; empty where nobody was
}

func (t Texts) board(inc timeline.Incident) board {
	return board{
		Incident:   inc,
		Commander:  inc.Holder(timeline.Commander),
		Comms:      inc.Holder(timeline.Comms),
		Scribe:     inc.Holder(timeline.Scribe),
		NextUpdate: t.NextUpdate(inc),
		PlainTitle: PlainTitle(inc),
		Room:       Room(inc.Channel.ID, inc.Channel.Name),
		Paged:      Paged(inc),
	}
}

// PlainTitle is the title for where people can not be mentioned, such as a
// heading: with their names as far as they are known.
func PlainTitle(inc timeline.Incident) string {
	return Plain(func(id string) string {
		if name := inc.Person(id).Name; name != "" {
			return name
		}
		return "someone"
	}).Write(inc.Title)
}

// NextUpdate returns when everybody is owed the next update; zero where none
// is, as after the end.
func (t Texts) NextUpdate(inc timeline.Incident) time.Time {
	every := t.Cadence(inc.Severity)
	if every == 0 || !inc.Open() {
		return time.Time{}
	}
	return inc.Waiting.Add(every)
}

// Card tells the newest state to those in the channel.
func (t Texts) Card(inc timeline.Incident) string { return t.render("card.tmpl", t.board(inc)) }

// Announcement tells the newest state to everybody else.
func (t Texts) Announcement(inc timeline.Incident) string {
	return t.render("announcement.tmpl", t.board(inc))
}

// Role tells someone which role they hold and what it asks of them.
func (t Texts) Role(inc timeline.Incident, role timeline.Role) string {
	return t.render("role.tmpl", roleBoard{t.board(inc), role, t.Command})
}

// roleBoard is what the holder of a role is told.
type roleBoard struct {
	board
	Role    timeline.Role
	Command string
}

// Topic is the channel's topic, at most 250 characters.
func (t Texts) Topic(inc timeline.Incident) string {
	return t.render("topic.tmpl", t.board(inc))
}
