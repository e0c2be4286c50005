package commands

import (
	"errors"
	"regexp"
	"strings"

	"muster/chat"
	"muster/templates"
)

// options is what can be said of an incident besides its title and severity,
// as words of the line: "service:checkout", "--private", "--drill".
type options struct {
	service string // as it was typed; empty for none
	private bool   // nobody but its members is to hear of it
	drill   bool   // it is an exercise
}

// serviceWord is the word that names a service, in quotes where it has spaces.
var serviceWord = regexp.MustCompile(`(?i)(^|\s)service[:=](?:["“”]([^"“”]+)["“”]|([^\s"“”]+))`)

// optionsIn takes the options out of a line. What is wrong is an error that
// says it in a sentence.
func optionsIn(t templates.Texts, args string) (o options, rest string, err error) {
	for _, m := range serviceWord.FindAllStringSubmatch(args, -1) {
		name := chat.CleanLine(m[2])
		if name == "" {
			name = strings.TrimRight(chat.CleanLine(m[3]), ",;.!")
		}
		switch {
		case o.service != "" && !strings.EqualFold(o.service, name):
			return o, args, errors.New(t.T("declare.two services", o.service, name))
		case name == "":
			return o, args, errors.New(t.T("declare.no service"))
		}
		o.service = name
	}
	rest = strings.TrimSpace(serviceWord.ReplaceAllString(args, "$1"))
	for _, m := range flagWord.FindAllStringSubmatch(rest, -1) {
		o = o.with(m[2])
	}
	rest = strings.TrimSpace(flagWord.ReplaceAllString(rest, "$1"))
	if m := inFront.FindStringSubmatch(rest); m != nil && severityInFront.MatchString(rest[len(m[0]):]) {
		for _, word := range strings.Fields(m[0]) {
			o = o.with(word)
		}
		rest = rest[len(m[0]):]
	}
	return o, rest, nil
}

// What makes an incident private or a drill: --private anywhere, and the bare
// word in front of the severity. Anywhere else it is a word of the title, as in
// "private keys leaked".
var (
	flagWord = regexp.MustCompile(`(?i)(^|\s)--(private|drill)\b`)
	inFront  = regexp.MustCompile(`(?i)^(?:(?:private|drill)\s+)+`)
)

func (o options) with(word string) options {
	switch strings.ToLower(word) {
	case "private":
		o.private = true
	case "drill":
		o.drill = true
	}
	return o
}

// words are the options as they are typed, each with a space behind it.
func (o options) words() (text string) {
	if o.private {
		text += "--private "
	}
	if o.drill {
		text += "--drill "
	}
	if o.service != "" {
		text += asWord("service", o.service) + " "
	}
	return text
}

// asWord is what stands in a form's input as a word of the line.
func asWord(input, value string) string {
	switch {
	case input == "visibility" && value == "private", input == "kind" && value == "drill":
		return "--" + value
	case input == "visibility" || input == "kind":
		return ""
	case input != "service" || value == "":
		return value
	case strings.ContainsAny(value, " \t"):
		return `service:"` + value + `"`
	}
	return "service:" + value
}

// checked returns the options with the service as the directory calls it.
// Where there is a directory, one that is not in it is refused.
func (c Call) checked(o options) (options, error) {
	if o.service == "" {
		return o, nil
	}
	if n := len([]rune(o.service)); n > serviceMost {
		return o, c.wrongService(c.Texts.T("service.too long", n))
	}
	name := c.service(o.service)
	if _, known := c.Directory[name]; !known && len(c.Directory) > 0 {
		return o, c.wrongService(c.unknownService(name))
	}
	o.service = name
	return o, nil
}

// wrongService is told beside the service, where the form asks for it.
func (c Call) wrongService(text string) error {
	if len(c.Services) == 0 {
		return c.wrongSo("title", text)
	}
	return c.wrongSo("service", text)
}

// choicesMost is how many options a choice may have in Slack.
const choicesMost = 100

// serviceInput asks for the service; where there are too many to choose from,
// it is typed.
func (c Call) serviceInput() []chat.Input {
	if len(c.Services) == 0 {
		return nil
	}
	in := chat.Input{Name: "service", Label: c.Texts.T("declare.service"), Hint: c.Texts.T("declare.service hint"), Optional: true, Max: serviceMost}
	for _, name := range c.Services[:min(choicesMost, len(c.Services))] {
		in.Options = append(in.Options, chat.Option{Value: name, Label: name})
	}
	if len(c.Services) > choicesMost {
		in.Options = nil
	}
	return []chat.Input{in}
}

// kindInputs ask who may see it, and whether it is real.
func (c Call) kindInputs() []chat.Input {
	t := c.Texts
	return []chat.Input{
		{Name: "visibility", Label: t.T("declare.visibility"), Hint: t.T("declare.visibility hint"), Value: "public", Options: []chat.Option{
			{Value: "public", Label: t.T("declare.public")}, {Value: "private", Label: t.T("declare.private")},
		}},
		{Name: "kind", Label: t.T("declare.kind"), Hint: t.T("declare.kind hint"), Value: "real", Options: []chat.Option{
			{Value: "real", Label: t.T("declare.real")}, {Value: "drill", Label: t.T("declare.drill")},
		}},
	}
}
