package commands

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"muster/chat"
)

// options is what can be said of an incident besides its title and severity,
// as words anywhere in the line: "service:checkout".
type options struct {
	service string // as it was typed; empty for none
}

// serviceWord is the word that names a service, in quotes where it has spaces.
var serviceWord = regexp.MustCompile(`(?i)(^|\s)service[:=](?:["“”]([^"“”]+)["“”]|([^\s"“”]+))`)

// optionsIn takes the options out of a line. What is wrong is an error that
// says it in a sentence.
func optionsIn(args string) (o options, rest string, err error) {
	for _, m := range serviceWord.FindAllStringSubmatch(args, -1) {
		name := chat.CleanLine(m[2])
		if name == "" {
			name = strings.TrimRight(chat.CleanLine(m[3]), ",;.!")
		}
		switch {
		case o.service != "" && !strings.EqualFold(o.service, name):
			return o, args, fmt.Errorf("There are two services, %s and %s. Name the one that is hit; the other can stand in the title", o.service, name)
		case name == "":
			return o, args, errors.New("The name of the service is missing")
		}
		o.service = name
	}
	return o, strings.TrimSpace(serviceWord.ReplaceAllString(args, "$1")), nil
}

// words are the options as they are typed, each with a space behind it.
func (o options) words() string {
	if o.service == "" {
		return ""
	}
	return asWord("service", o.service) + " "
}

// asWord is what stands in a form's input as a word of the line.
func asWord(input, value string) string {
	if input != "service" || value == "" {
		return value
	}
	if strings.ContainsAny(value, " \t") {
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
		return o, c.wrongService("%s", c.Texts.T("service.too long", n))
	}
	name := c.service(o.service)
	if _, known := c.Directory[name]; !known && len(c.Directory) > 0 {
		return o, c.wrongService("%s", c.unknownService(name))
	}
	o.service = name
	return o, nil
}

// wrongService is told beside the service, where the form asks for it.
func (c Call) wrongService(format string, args ...any) error {
	if len(c.Services) == 0 {
		return c.wrongTitle("title", format, args...)
	}
	return c.wrongTitle("service", format, args...)
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
