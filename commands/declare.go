package commands

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"muster/chat"
	"muster/policy"
	"muster/templates"
	"muster/timeline"
)

var declare = Command{
	Act:  policy.Declare,
	Name: "declare", Aliases: []string{"new", "open"},
	Args:    "[private] [drill] [sevN] [service:NAME] TITLE",
	Example: "sev1 checkout is down",
	Inputs:  []string{"visibility", "kind", "severity", "service", "title"},
	Run:     runDeclare,
}

// declareAnyway is what the button under "did you mean" stands for.
var declareAnyway = Command{
	Act:  policy.Declare,
	Name: "declare-anyway", Args: declare.Args, Hidden: true,
	Inputs: declare.Inputs, Run: runDeclareAnyway,
}

// declareAbout declares from a message, which becomes the first line of the
// timeline.
var declareAbout = Command{
	Act:  policy.Declare,
	Name: "declare-about", Args: "CHANNEL TIMESTAMP " + declare.Args, Hidden: true,
	Inputs: declare.Inputs, Run: runDeclareAbout,
}

const (
	titleMost       = 300           // characters
	defaultSeverity = timeline.Sev3 // where none is given
	twice           = time.Minute   // within which the same title is taken for a double
	recently        = 1 * time.Hour // what else was declared in this time is told
)

func runDeclare(ctx context.Context, c Call) (chat.Answer, error) {
	if c.Args == "" && c.Request.Trigger != "" {
		return chat.Ask(c.declareForm(ctx, "declare", "")), nil
	}
	return c.declare(ctx, c.Args, c.notTwice)
}

func runDeclareAnyway(ctx context.Context, c Call) (chat.Answer, error) {
	return c.declare(ctx, c.Args, anyway)
}

func runDeclareAbout(ctx context.Context, c Call) (chat.Answer, error) {
	words := strings.SplitN(c.Args, " ", 3)
	if len(words) < 3 {
		return chat.Answer{}, c.misused("declare.no message")
	}
	form, ok := c.Request.What.(chat.Submitted)
	if !ok || form.About == nil { // else anybody could have any channel read out that the bot is in
		return chat.Answer{}, c.sorry("declare.about what")
	}
	message := timeline.Message{Channel: words[0], TS: words[1]}
	first := []timeline.Fact{timeline.Tagged{Message: message, Tag: timeline.KeyEvent, Emoji: ShortcutEmoji, When: words[1]}}
	first = append(first, timeline.Captured{Message: message, Author: form.About.Author, Text: form.About.Text, At: form.About.At, Version: form.About.Version})
	from, err := c.Journal.Named(ctx, message.Channel)
	if err != nil && !errors.Is(err, timeline.ErrUnknown) {
		return chat.Answer{}, err
	}
	return c.declare(ctx, words[2], c.keptInside(from, c.notTwice), first...)
}

// keptInside objects to telling in public what was said in a private incident.
func (c Call) keptInside(from timeline.Incident, objects unless) unless {
	return func(open []timeline.Incident, what emergency) error {
		if from.Private && !what.private {
			return c.wrong("visibility", "declare.from inside")
		}
		return objects(open, what)
	}
}

// ShortcutEmoji stands for the emoji where a message was tagged from a menu.
const ShortcutEmoji = "shortcut"

// unless looks at the open incidents and objects to declaring another.
type unless func(open []timeline.Incident, what emergency) error

func anyway([]timeline.Incident, emergency) error { return nil }

func (c Call) declare(ctx context.Context, args string, objects unless, more ...timeline.Fact) (chat.Answer, error) {
	what, err := c.emergency(args)
	if err != nil {
		return chat.Answer{}, err
	}
	var others []timeline.Incident
	inc, err := c.Journal.Declare(ctx, c.cause(), func(open []timeline.Incident) ([]timeline.Fact, error) {
		open = c.visible(open)
		if err := objects(open, what); err != nil {
			return nil, err
		}
		others = open
		return append([]timeline.Fact{
			timeline.Declared{Title: what.title, Severity: what.severity, Service: what.service, Private: what.private, Drill: what.drill},
			timeline.RoleGiven{Role: timeline.Commander, To: c.Request.By},
		}, more...), nil
	})
	if err != nil {
		return chat.Answer{}, err
	}
	return c.declared(inc, others, what.given), nil
}

// declared tells the declarer what happens now.
func (c Call) declared(inc timeline.Incident, others []timeline.Incident, severityGiven bool) chat.Answer {
	t := c.Texts
	text := t.T("declare.done", inc.ID, t.Severity(inc.Severity), inc.Title)
	switch _, local := timeline.IsLocal(inc.DeclaredBy.ID); {
	case local:
		text += "\n" + t.T("declare.leads there", inc.ID)
	default:
		text += "\n" + t.T("declare.leads")
	}
	if inc.Private {
		text += "\n" + t.T("declare.is private", c.Slash)
	}
	if inc.Drill {
		text += "\n" + t.T("declare.is drill")
	}
	if !severityGiven {
		text += "\n" + t.T("declare.no severity", t.Severity(inc.Severity), t.Meaning(inc.Severity), c.Slash, inc.ID)
	}
	if due := t.NextUpdate(inc); !due.IsZero() {
		text += "\n" + t.T("declare.first update", templates.When(due))
	}
	var recent []timeline.Incident
	for _, o := range others {
		if c.now().Sub(o.Declared) < recently {
			recent = append(recent, o)
		}
	}
	if len(recent) > 0 {
		text += "\n" + t.T("declare.also", c.listed(recent))
	}
	return chat.Reply(chat.Say(text))
}

// emergency is what someone declares.
type emergency struct {
	title    string
	severity timeline.Severity
	given    bool // the severity was, and need not be guessed
	options
}

func (c Call) emergency(args string) (emergency, error) {
	o, args, err := optionsIn(c.Texts, args)
	if err != nil {
		return emergency{}, c.wrongService(err.Error())
	}
	digit, title, given := severityIn(args)
	what := emergency{title: chat.CleanLine(title), severity: defaultSeverity, given: given, options: o}
	if called, rest, ok := c.severityCalled(title); ok && !given {
		what.title, what.severity, what.given = chat.CleanLine(rest), called, true
	}
	if given {
		if what.severity, err = timeline.ParseSeverity("sev" + digit); err != nil {
			return what, c.wrong("severity", "sev.unknown", "sev"+digit)
		}
	}
	switch n := len([]rune(what.title)); {
	case n == 0:
		return what, c.wrong("title", "declare.what")
	case n > titleMost:
		return what, c.wrong("title", "declare.too long", n, titleMost)
	}
	if _, local := timeline.IsLocal(c.Request.By.ID); local && o.private {
		return what, c.wrong("visibility", "declare.private there")
	}
	what.options, err = c.checked(o)
	return what, err
}

// severityCalled finds the team's own name for a severity in front of what is
// declared.
func (c Call) severityCalled(title string) (s timeline.Severity, rest string, ok bool) {
	word, rest := firstWord(title)
	s, ok = c.Texts.SeverityCalled(strings.TrimRight(word, ":,"))
	return s, rest, ok && rest != ""
}

// wrong is misused for one input of a form.
func (c Call) wrong(input, key string, args ...any) error {
	return c.wrongSo(input, c.Texts.T(key, args...))
}

// wrongSo is wrong with a text that is written already. Whoever fills a form in
// has no need of what to type.
func (c Call) wrongSo(input, text string) error {
	if _, filled := c.Request.What.(chat.Submitted); !filled {
		text += "\n" + c.used()
	}
	return Sorry{Text: text, Input: input}
}

// A severity in the ways in which people write one: "sev1", "SEV-1:", "[sev 1]",
// "severity 2 -", "P1", at the front or at the end. What only begins so, such as
// "sev2-ish", is a word like any other.
var (
	severityInFront = regexp.MustCompile(`^[\[(]?(?i:sev(?:erity)?(?:[_-]?([0-9]{1,2})| ([0-9]))|p([1-4]))[\])]?[:.,–—-]*(?:\s+[:–—-]*\s*|$)`)
	severityAtEnd   = regexp.MustCompile(`(?i)[\s,(\[]+sev[ -]?([0-9])[\])]?[.!]*$`)
)

// severityIn finds the severity in what is declared, and returns its number
// and the rest.
func severityIn(args string) (digit, rest string, ok bool) {
	if m := severityInFront.FindStringSubmatch(args); m != nil {
		return m[1] + m[2] + m[3], args[len(m[0]):], true
	}
	if m := severityAtEnd.FindStringSubmatch(args); m != nil {
		return m[1], strings.TrimSuffix(args, m[0]), true
	}
	return "", args, false
}

// notTwice objects to a title that was declared a moment ago, as two people do
// who see the same alarm.
func (c Call) notTwice(open []timeline.Incident, what emergency) error {
	another := fmt.Sprintf("declare-anyway %s%v %s", what.words(), what.severity, what.title)
	for _, o := range open {
		ago := c.now().Sub(o.Declared)
		if ago > twice || !sameTitle(o.Title, what.title) {
			continue
		}
		if o.Events[0].Request == c.Request.ID {
			return timeline.ErrRepeated
		}
		where := c.Texts.T("declare.being opened")
		if o.Channel.ID != "" {
			where = c.Texts.T("declare.is in", chat.RoomOf(o.Channel))
		}
		return Sorry{
			Text:    c.Texts.T("declare.did you mean", o.ID, c.Texts.Declarer(o), c.moments(ago), o.Title, where, c.Slash, another),
			Buttons: []chat.Button{{Label: c.Texts.T("declare.another"), Command: another}},
		}
	}
	return nil
}

func (c Call) moments(ago time.Duration) string {
	if ago < 2*time.Second {
		return c.Texts.T("declare.just now")
	}
	return c.Texts.T("declare.seconds ago", int(ago.Seconds()))
}

// sameTitle reports whether two titles say the same but for case, marks, and
// words at the end of one of them.
func sameTitle(a, b string) bool {
	wordsA, wordsB := titleWords(a), titleWords(b)
	if len(wordsA) > len(wordsB) {
		wordsA, wordsB = wordsB, wordsA
	}
	for n, word := range wordsA {
		if word != wordsB[n] {
			return false
		}
	}
	return len(wordsA) > 0 && len(wordsB)-len(wordsA) <= len(wordsA)
}

func titleWords(title string) []string {
	return strings.FieldsFunc(strings.ToLower(title), func(r rune) bool {
		return strings.ContainsRune(" .,;:!?'\"-–—()", r)
	})
}

// declareForm asks for what declare takes, and shows what was declared lately.
func (c Call) declareForm(ctx context.Context, command, title string) chat.Form {
	t := c.Texts
	var severities []chat.Option
	for _, s := range timeline.Severities {
		severities = append(severities, chat.Option{Value: s.String(), Label: c.Texts.Severity(s) + ": " + c.Texts.Meaning(s)})
	}
	form := chat.Form{
		Command: command, Instead: "declare", Title: t.T("declare.title"), Submit: t.T("declare.submit"),
		Fields: []chat.Input{
			{Name: "severity", Label: t.T("declare.severity"), Options: severities, Value: defaultSeverity.String(),
				Hint: t.T("declare.severity hint")},
			{Name: "title", Label: t.T("declare.what is wrong"), Value: chat.Clip(title, titleMost), Max: titleMost,
				Hint: t.T("declare.what is wrong hint")},
		},
	}
	form.Fields = append(append(form.Fields, c.serviceInput()...), c.kindInputs()...)
	if open, err := c.open(ctx); err == nil {
		for _, o := range open {
			if c.now().Sub(o.Declared) < recently {
				form.Note += fmt.Sprintf("%v · %s · %s\n", o.ID, t.Severity(o.Severity), o.Title)
			}
		}
	}
	if form.Note != "" {
		form.Note = t.T("declare.lately", form.Note)
	}
	return form
}

// DeclareForm is the form that the shortcuts open. About is the message it was
// picked for, if any.
func (d Desk) DeclareForm(ctx context.Context, req chat.Request, picked chat.Picked) chat.Form {
	c := Call{Desk: d, Request: req, Command: declare, Standing: d.standingOf(ctx, req.By.ID)}
	if picked.About.TS == "" {
		return c.declareForm(ctx, "declare", "")
	}
	command := fmt.Sprintf("declare-about %s %s", picked.About.Channel, picked.About.TS)
	someone := templates.Plain(func(string) string { return d.Texts.T("person.someone") })
	form := c.declareForm(ctx, command, chat.CleanLine(someone.Write(picked.Said.Text)))
	form.About = &picked.Said
	if inc, err := d.Journal.Named(ctx, picked.About.Channel); err == nil && inc.Private {
		for n := range form.Fields {
			if form.Fields[n].Name == "visibility" {
				form.Fields[n].Value = "private"
			}
		}
	}
	return form
}
