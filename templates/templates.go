// Package templates holds every text that a person reads: short ones in catalogues
// by key, a file for each language, and long ones as templates: the card, the
// announcement, what the holder of a role is told, the postmortem.
//
// Texts are written with marks for links, channels, people and moments; a
// [Dialect] turns them into what one chat or document understands.
package templates

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"text/template"
	"time"

	"muster/timeline"
)

//go:embed *.tmpl */*.tmpl
var files embed.FS

// Texts renders texts. Make it with [New].
type Texts struct {
	set     *template.Template
	ours    *template.Template // the same without a team's own; nil where there are none
	words   words
	tongue  string                 // the language: "en"
	added   []Part                 // roles of the configuration
	changed map[timeline.Role]Part // and its words for ours
	Zone    *time.Location         // of times in documents; the chat shows the reader's own
	// Cadence is how often an update is owed at a severity; 0 is never.
	Cadence func(timeline.Severity) time.Duration
	Command string // what people type: "/incident"
	// Follows tells what else follows from another severity: who is invited, who
	// is paged. It may be nil.
	Follows func(timeline.Incident, timeline.SeverityChanged) string
	Files   string // where a document finds the folder of files
}

// New returns the texts that come with Muster, with times in UTC and no
// updates owed.
func New() Texts {
	t := Texts{Zone: time.UTC, Command: "/incident", Files: "../files", Cadence: func(timeline.Severity) time.Duration { return 0 }}
	t.words = english()
	funcs := template.FuncMap{"person": t.personOrNobody, "when": When}
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
func (t Texts) personOrNobody(p timeline.Person) string {
	if p.ID == "" {
		return t.T("card.nobody")
	}
	return Person(p.ID)
}

// board is what the card and the announcement tell.
type board struct {
	timeline.Incident
	Severity, Status, Since string // in the team's words
	Roles                   []Held
	NextUpdate              time.Time // zero where none is owed
	PlainTitle              string
	Room                    string
	Paged                   string // who was; empty where nobody was
	Tasks                   string // that are open; empty where none is
	Declarer                string // who or what declared it
	Asks                    string // for someone to take charge; empty where someone has
	Public                  string // what the public status page says; empty where it says nothing
}

func (t Texts) board(inc timeline.Incident) board {
	return board{
		Incident:   inc,
		Severity:   t.Severity(inc.Severity),
		Status:     t.Status(inc.Status),
		Since:      t.Since(inc),
		Roles:      t.Held(inc),
		NextUpdate: t.NextUpdate(inc),
		PlainTitle: t.PlainTitle(inc),
		Room:       Room(inc.Channel.ID, inc.Channel.Name),
		Paged:      t.Paged(inc),
		Tasks:      t.Tasks(inc),
		Declarer:   t.Declarer(inc),
		Asks:       t.AsksForCommander(inc),
		Public:     t.public(inc),
	}
}

// Held is a role and who holds it.
type Held struct {
	Part
	Holder timeline.Person
}

// Held tells who holds each role that the card names: ours, and of those that
// the configuration adds the ones that somebody holds.
func (t Texts) Held(inc timeline.Incident) []Held {
	var all []Held
	for _, p := range t.Parts() {
		holder := inc.Holder(p.Role)
		if holder.ID != "" || slices.Contains(timeline.Roles, p.Role) {
			all = append(all, Held{p, holder})
		}
	}
	return all
}

// PlainTitle is the title for where people can not be mentioned, such as a
// heading: with their names as far as they are known.
func (t Texts) PlainTitle(inc timeline.Incident) string { return t.Named(inc).Write(inc.Title) }

// Named is the dialect of words alone, with the names of those who took part.
func (t Texts) Named(inc timeline.Incident) Dialect {
	return Plain(func(id string) string {
		if name := inc.Person(id).Name; name != "" {
			return name
		}
		return t.T("person.someone")
	})
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

// RoleTold tells someone which role they hold and what it asks of them.
func (t Texts) RoleTold(inc timeline.Incident, role timeline.Role) string {
	return t.render("role.tmpl", roleBoard{t.board(inc), t.Part(role), t.Command})
}

// roleBoard is what the holder of a role is told.
type roleBoard struct {
	board
	Role    Part
	Command string
}

// Topic is the channel's topic, at most 250 characters.
func (t Texts) Topic(inc timeline.Incident) string {
	return t.render("topic.tmpl", t.board(inc))
}
