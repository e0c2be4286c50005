package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"muster/chat"
	"muster/policy"
	"muster/templates"
	"muster/timeline"
)

// Service is what the directory says of a service.
type Service struct {
	Description  string
	Owners       []string // IDs of people and of user groups, or plain words
	Docs, Code   string
	Runbook      string
	Dashboards   []string
	Logs         string // the one-liner that gets its logs
	Dependencies []string
}

var service = Command{
	Act:  policy.Read,
	Name: "service", Aliases: []string{"svc", "directory"}, Args: "[NAME]", Example: "checkout",
	Run: runService,
}

func runService(ctx context.Context, c Call) (chat.Answer, error) {
	if len(c.Directory) == 0 {
		return chat.Answer{}, c.sorry("service.none")
	}
	name := unquoted(chat.CleanLine(c.Args))
	if name == "" {
		return c.tell("service.all", len(c.Services), c.Slash, c.services()), nil
	}
	name = c.service(name)
	if _, known := c.Directory[name]; !known {
		return chat.Answer{}, Sorry{Text: c.unknownService(name)}
	}
	m, err := c.about(ctx, name, c.sees)
	return chat.Reply(m), err
}

// servicesMost is how many characters the list of all services may have.
const servicesMost = 3000

// services lists all services, with the beginning of what each is.
func (c Call) services() string {
	var lines []string
	for _, name := range c.Services {
		line := "• " + name
		if what := c.Directory[name].Description; what != "" {
			line += ": " + chat.Clip(strings.Join(strings.Fields(what), " "), 80)
		}
		lines = append(lines, line)
	}
	if all := strings.Join(lines, "\n"); len(all) <= servicesMost {
		return all
	}
	return chat.Clip(strings.Join(c.Services, ", "), servicesMost)
}

// unknownService answers a name that the directory does not have with those
// that are near it.
func (d Desk) unknownService(name string) string {
	name = chat.Clip(name, 60)
	word := strings.ToLower(name)
	var all [][]string
	var near []string
	for _, known := range d.Services {
		all = append(all, []string{strings.ToLower(known)})
		if len(word) > 2 && strings.Contains(strings.ToLower(known), word) {
			near = append(near, strings.ToLower(known))
		}
	}
	near = append(nearest(word, all), near...)
	var names []string
	for _, known := range d.Services {
		if slices.Contains(near, strings.ToLower(known)) && len(names) < 3 {
			names = append(names, "`"+known+"`")
		}
	}
	if len(names) == 0 {
		return d.Texts.T("service.unknown", name, d.Slash)
	}
	return d.Texts.T("service.did you mean", name, strings.Join(names, ", "), d.Slash)
}

// About is what a room begins with: the service that is hit, and its last
// incidents as far as everybody may know of them.
func (d Desk) About(ctx context.Context, inc timeline.Incident) (chat.Message, error) {
	return d.about(ctx, d.service(inc.Service), func(o timeline.Incident) bool { return !o.Private && o.ID != inc.ID })
}

// service is a service by the name in the directory, whatever its case; one
// that is not there is the paging service's to know.
func (d Desk) service(name string) string {
	for _, known := range d.Services {
		if strings.EqualFold(known, name) {
			return known
		}
	}
	return name
}

// about tells what is known of a service, in words and as it looks.
func (d Desk) about(ctx context.Context, name string, sees func(timeline.Incident) bool) (chat.Message, error) {
	s, p := d.Directory[name], []string{}
	add := func(lines ...string) {
		lines = slices.DeleteFunc(lines, func(line string) bool { return line == "" })
		if len(lines) > 0 {
			p = append(p, strings.Join(lines, "\n"))
		}
	}
	add(strings.TrimSpace(s.Description))
	add(d.owners(s), d.onCall(ctx, name))
	add(d.links(s), d.logs(s), d.dependencies(s))
	past, err := d.past(ctx, name, sees)
	if err != nil {
		return chat.Message{}, err
	}
	add(past...)
	m := chat.Message{Text: name + ": " + strings.Join(p, "\n"), Parts: []chat.Part{chat.Heading{Text: name}}}
	for _, paragraph := range p {
		m.Parts = append(m.Parts, chat.Paragraph{Text: paragraph})
	}
	return m, nil
}

func (d Desk) owners(s Service) string {
	var names []string
	for _, owner := range s.Owners {
		switch {
		case isPerson(owner):
			owner = templates.Person(owner)
		case isGroup(owner):
			owner = templates.Group(owner)
		}
		names = append(names, owner)
	}
	if len(names) == 0 {
		return d.Texts.T("service.no owners")
	}
	return d.Texts.T("service.owners", strings.Join(names, ", "))
}

// An ID in Slack is long and of capitals and digits alone; a team is called
// otherwise.
func isPerson(owner string) bool { return isID(owner, "UW") }
func isGroup(owner string) bool  { return isID(owner, "S") }

func isID(text, first string) bool {
	return len(text) >= 8 && strings.ContainsRune(first, rune(text[0])) &&
		strings.ContainsAny(text, "0123456789") &&
		strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// onCallFor is how long it may take to look up who is on call.
const onCallFor = time.Second

func (d Desk) onCall(ctx context.Context, name string) string {
	if d.OnCall == nil {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, onCallFor)
	defer cancel()
	people, err := d.OnCall(ctx, name)
	switch {
	case err != nil:
		return d.Texts.T("service.on call not known")
	case len(people) == 0:
		return d.Texts.T("service.nobody on call")
	default:
		return d.Texts.T("service.on call", d.first(people))
	}
}

// first are those of the first level.
func (d Desk) first(people []OnCall) string {
	var names []string
	for _, p := range people {
		if p.Level == people[0].Level {
			names = append(names, personWord(p.Person))
		}
	}
	return d.Texts.List(names)
}

// links are where to read and look, in the order in which they are needed.
func (d Desk) links(s Service) string {
	var all []string
	add := func(label, address string) {
		if address != "" {
			all = append(all, linked(address, label))
		}
	}
	add(d.Texts.T("service.runbook"), s.Runbook)
	for n, address := range s.Dashboards {
		label := d.Texts.T("service.dashboard")
		if len(s.Dashboards) > 1 {
			label = fmt.Sprintf("%s %d", label, n+1)
		}
		add(label, address)
	}
	add(d.Texts.T("service.docs"), s.Docs)
	add(d.Texts.T("service.code"), s.Code)
	if s.Runbook == "" {
		all = append(all, d.Texts.T("service.no runbook"))
	}
	return strings.Join(all, " · ")
}

// linked is a link, and plain words where it leads nowhere.
func linked(address, label string) string {
	if strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://") {
		return templates.Link(address, label)
	}
	return label + ": " + address
}

func (d Desk) logs(s Service) string {
	line := strings.TrimSpace(s.Logs)
	switch {
	case line == "":
		return ""
	case strings.ContainsAny(line, "`\n"):
		return d.Texts.T("service.logs", "\n```\n"+line+"\n```")
	default:
		return d.Texts.T("service.logs", "`"+line+"`")
	}
}

func (d Desk) dependencies(s Service) string {
	if len(s.Dependencies) == 0 {
		return ""
	}
	return d.Texts.T("service.depends", strings.Join(s.Dependencies, ", "))
}
