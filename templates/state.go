package templates

import (
	"slices"
	"strings"

	"muster/timeline"
)

// tasksMost is how many open tasks are named where there is little room.
const tasksMost = 8

// Tasks names the open tasks in one line; empty where there are none.
func (t Texts) Tasks(inc timeline.Incident) string {
	open := inc.OpenTasks()
	if len(open) == 0 {
		return ""
	}
	var all []string
	for _, task := range open[:min(len(open), tasksMost)] {
		all = append(all, t.Task(task))
	}
	if more := len(open) - tasksMost; more > 0 {
		all = append(all, t.T("task.more", more))
	}
	return t.T("task.open", strings.Join(all, "; "))
}

// Task tells of a task in a few words.
func (t Texts) Task(task timeline.Task) string {
	who := t.T("task.nobody")
	if task.By.ID != "" {
		who = Person(task.By.ID)
	}
	return t.T("task.line", task.N, task.What, who)
}

// state is what someone has to know who takes over, or comes late.
type state struct {
	board
	Known   []string // what was tagged as finding or cause, the newest last
	Tried   []string // what was tagged as an action taken
	Command string
	Role    Part
	From    timeline.Person
}

// recent is how many tagged messages of a kind are told.
const recent = 3

func (t Texts) state(inc timeline.Incident) state {
	s := state{board: t.board(inc), Command: t.Command}
	for _, l := range inc.Lines() { // what was hidden is not among them, and what was amended is as it is now
		if !l.IsMessage() || l.Text == "" || l.Message.Deleted {
			continue
		}
		for _, tag := range l.Message.Tags() {
			switch line := clipLine(l.Text, lineMost); tag {
			case timeline.Finding, timeline.CauseTag:
				s.Known = append(s.Known, line)
			case timeline.ActionTaken:
				s.Tried = append(s.Tried, line)
			}
		}
	}
	s.Known, s.Tried = last(s.Known, recent), last(s.Tried, recent)
	return s
}

// lineMost is how many characters of a message are told.
const lineMost = 200

func clipLine(text string, most int) string {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) <= most {
		return string(runes)
	}
	return strings.TrimSpace(string(runes[:most-1])) + "…"
}

func last(all []string, n int) []string { return all[max(0, len(all)-n):] }

// Handover tells whoever is offered a role how things stand.
func (t Texts) Handover(inc timeline.Incident, r timeline.Role) string {
	s := t.state(inc)
	s.Role, s.From = t.Part(r), inc.Holder(r)
	return t.render("handover.tmpl", s)
}

// CatchUp tells someone who comes late how things stand, and how to help.
func (t Texts) CatchUp(inc timeline.Incident) string { return t.render("catchup.tmpl", t.state(inc)) }

// Executive tells those who lead how things stand, in little.
func (t Texts) Executive(inc timeline.Incident) string {
	return t.render("executive.tmpl", t.board(inc))
}

// Told is one thing that someone is told, under its name.
type Told struct{ Name, Text string }

// State tells, part by part, what the holder of a role or someone who comes late
// has to know; what there is nothing to say of is left out.
func (t Texts) State(inc timeline.Incident) []Told {
	s := t.state(inc)
	known := s.LastUpdate.Text
	if known != "" {
		known = t.T("state.as of", known, When(s.LastUpdate.At))
	}
	due := ""
	if !s.NextUpdate.IsZero() {
		due = When(s.NextUpdate)
	}
	var holders []string
	for _, h := range s.Roles {
		holders = append(holders, h.Title()+": "+t.personOrNobody(h.Holder))
	}
	var tasks []string
	for _, task := range inc.OpenTasks() {
		tasks = append(tasks, t.Task(task))
	}
	all := []Told{
		{t.T("state.known"), listUnder(known, s.Known)},
		{t.T("state.tried"), listUnder(s.LastUpdate.Actions, s.Tried)},
		{t.T("state.needed"), s.LastUpdate.Needs},
		{t.T("state.tasks"), strings.Join(last(tasks, tasksMost), "\n")},
		{t.T("state.next"), due},
		{t.T("state.roles"), strings.Join(holders, "\n")},
	}
	return slices.DeleteFunc(all, func(told Told) bool { return told.Text == "" })
}

// listUnder is a text with a list under it.
func listUnder(text string, list []string) string {
	for _, line := range list {
		text += "\n• " + line
	}
	return strings.TrimSpace(text)
}
