// Package commands is what people can ask: one file for each /incident
// subcommand. A button, a form, a shortcut and a mention ask for the same
// commands, and get the same answers.
package commands

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"
	"unicode"

	"muster/chat"
	"muster/evidence"
	"muster/policy"
	"muster/review"
	"muster/templates"
	"muster/timeline"
)

// Command is one thing that people can ask. Its usage and the answer to its wrong
// use follow from it; what it does is told by the text command.NAME.help.
type Command struct {
	Name    string
	Aliases []string
	Args    string     // as the usage shows them: "[sevN] TITLE"
	Example string     // arguments to copy
	Inputs  []string   // the inputs of its form, in the order of the arguments
	Hidden  bool       // for buttons; help does not list it
	Numbers bool       // its arguments may begin with a number that is no incident's
	Act     policy.Act // what it is, as far as rights go; none is refused
	Run     func(context.Context, Call) (chat.Answer, error)
}

// All is every command, in the order in which people see them.
var All = []Command{
	declare, status, list,
	lead, comms, scribe, role, handover, accept, decline, stepDown, sev, rename,
	note, update, publish, page, onCall, ack, changes, metrics, timelineOf, amend, hide, unhide, service,
	task, tasks, action, actions,
	identify, mitigate, resolve, closeIncident, reopen, cancel, merge, postmortem, meeting, transcript, reviewOf,
	follow, unfollow, side, access, grant, breakGlass, keep, survey,
	help,
	declareAnyway, declareAbout, declareAlarm, judgeAlarm, actionAbout, reword, retry, drop, claim, tick, nothingNew, snooze, judge, moveForm, giveForm, dropForm, proposeForm,
	causeIs, causeIsNot, askAuthor, understand, decision,
}

// Call is one asking.
type Call struct {
	Desk
	Request  chat.Request
	Command  Command
	Args     string
	Standing policy.Standing // of whoever asks
}

// Desk is what commands need. It is the same for every call.
type Desk struct {
	Journal *timeline.Journal
	Texts   templates.Texts
	Slash   string // what people type: "/incident"
	Emoji   []Emoji
	All     []Command

	Pages       bool     // whether people can be paged
	PagesPeople bool     // whether one person can be, by name, and what becomes of pages is heard
	Tickets     bool     // whether follow-ups are filed
	Services    []string // of the directory

	Directory  map[string]Service                                          // what is known of each, by its name
	OnCall     func(ctx context.Context, service string) ([]OnCall, error) // who is on call for one, the first level first; may be nil
	AlarmOver  func(ctx context.Context, id string) (bool, error)          // whether an alarm of the paging service has ended; may be nil
	StatusPage bool                                                        // whether there is a public one
	Components map[string][]string                                         // of the status page, by service

	Evidence evidence.Library                                                              // who tells of changes and metrics
	Draw     func(ctx context.Context, request, person string, asked timeline.Asked) error // draws metrics for one person; may be nil
	Author   func(ctx context.Context, author string) (timeline.Person, bool, error)       // who the author of a change is here; may be nil

	// Review is the weekly review: of a week such as "2026-W47", or of the usual one
	// where it is empty. Private incidents are described as far as the person may see
	// them, and none of them where it is empty. What is no week is a [review.Unfit].
	// It may be nil.
	Review   func(ctx context.Context, week, person string) (review.Report, error)
	Reviewer *chat.Reviewer // posts reviews; nil where nobody does

	WriteUp     WriteUp                                                         // when postmortems are due
	RemindAhead time.Duration                                                   // how long before a follow-up is due its DRI is reminded; 0 for never
	Team        *time.Location                                                  // the team's time zone, in which days are due; nil for that of whoever asks
	Bot         func() string                                                   // the bot's own ID in the chat; may be nil
	Zone        func(ctx context.Context, person string) (*time.Location, bool) // someone's time zone; may be nil
	Standing    func(ctx context.Context, person string) policy.Standing        // what someone is; nobody has rights where it is nil
}

// Emoji is a reaction that tags, as help explains it.
type Emoji struct {
	Name string
	Tag  timeline.Tag
}

// Sorry is the answer to what can not be done: a sentence and a way out.
// Nothing was changed.
type Sorry struct {
	Text    string
	Input   string // the input of a form that is wrong, if it is one
	Buttons []chat.Button
}

func (s Sorry) Error() string { return s.Text }

// Do runs a typed line: the name of a command and its arguments.
func (d Desk) Do(ctx context.Context, req chat.Request, line string) (chat.Answer, error) {
	name, args := firstWord(line)
	c, ok := d.find(name)
	if !ok {
		return chat.Answer{}, d.unknown(name, args)
	}
	return d.run(ctx, Call{Desk: d, Request: req, Command: c, Args: args})
}

// Fill runs the command of a form that was sent in. What is wrong is told
// beside the input that it is about.
func (d Desk) Fill(ctx context.Context, req chat.Request, form chat.Submitted) (chat.Answer, error) {
	name, fixed := firstWord(form.Command)
	c, ok := d.find(name)
	if !ok {
		return chat.Answer{}, d.unknown(name, "")
	}
	args := []string{fixed}
	for _, input := range c.Inputs {
		args = append(args, asWord(input, form.Values[input]))
	}
	answer, err := d.run(ctx, Call{Desk: d, Request: req, Command: c, Args: strings.TrimSpace(strings.Join(args, " "))})
	var wrong Sorry
	if errors.As(err, &wrong) && len(wrong.Buttons) == 0 && len(c.Inputs) > 0 {
		if wrong.Input == "" {
			wrong.Input = c.Inputs[len(c.Inputs)-1]
		}
		return chat.Answer{Errors: map[string]string{wrong.Input: wrong.Text}}, nil
	}
	return answer, err
}

func (d Desk) run(ctx context.Context, c Call) (chat.Answer, error) {
	c.Standing = d.standingOf(ctx, c.Request.By.ID)
	if err := c.allowed(ctx, policy.Anywhere, 0); err != nil {
		return chat.Answer{}, err
	}
	answer, err := c.Command.Run(ctx, c)
	if errors.Is(err, timeline.ErrRepeated) {
		return c.tell("answer.done already"), nil
	}
	return answer, err
}

func (d Desk) find(name string) (Command, bool) {
	if name == "" {
		name = "help"
	}
	for _, c := range d.All {
		if strings.EqualFold(c.Name, name) {
			return c, true
		}
		for _, alias := range c.Aliases {
			if strings.EqualFold(alias, name) {
				return c, true
			}
		}
	}
	return Command{}, false
}

// firstWord returns the first word of a text and the rest. Words end at spaces
// of any kind, line feeds among them.
func firstWord(text string) (word, rest string) {
	text = strings.TrimSpace(text)
	if i := strings.IndexFunc(text, unicode.IsSpace); i >= 0 {
		return text[:i], strings.TrimSpace(text[i:])
	}
	return text, ""
}

// usage is the line to type.
func (c Call) usage(cmd Command) string {
	return strings.TrimSpace(c.Slash + " " + cmd.Name + " " + cmd.Args)
}

// misused tells what is wrong, with a text of the catalogue, and how the command
// is used.
func (c Call) misused(key string, args ...any) error {
	return Sorry{Text: c.Texts.T(key, args...) + "\n" + c.used()}
}

// used is how the command is used.
func (c Call) used() string {
	if c.Command.Example == "" {
		return c.Texts.T("usage.of", c.usage(c.Command))
	}
	return c.Texts.T("usage.example", c.usage(c.Command), c.Slash+" "+c.Command.Name+" "+c.Command.Example)
}

// cause is who asked, and in which request.
func (c Call) cause() timeline.Cause {
	return timeline.Cause{By: c.Request.By, Request: c.Request.ID}
}

// incident returns the incident that the call is about: the one that its first
// argument names, else the one of the channel it came from. The rest are the
// other arguments.
func (c Call) incident(ctx context.Context) (inc timeline.Incident, rest string, err error) {
	first, rest := firstWord(c.Args)
	if id, err := timeline.ParseID(first); err == nil {
		inc, err := c.load(ctx, id)
		if errors.Is(err, timeline.ErrUnknown) {
			return inc, "", c.lost(ctx, c.Texts.T("lost.unknown", id))
		}
		if err == nil {
			err = c.allowed(ctx, placeOf(inc, c.Request.By.ID), inc.ID)
		}
		return inc, rest, err
	}
	if err := c.meansAnother(ctx, first, rest); err != nil {
		return inc, "", err
	}
	inc, err = c.here(ctx)
	if err == nil {
		err = c.allowed(ctx, placeOf(inc, c.Request.By.ID), inc.ID)
	}
	if errors.Is(err, timeline.ErrUnknown) {
		return inc, "", c.lost(ctx, c.Texts.T("side.no incident"))
	}
	return inc, c.Args, err
}

// bareNumber is how some people name an incident.
var bareNumber = regexp.MustCompile(`^#?([0-9]{1,9})$`)

// meansAnother refuses a number that stands alone where a text could: it may be
// meant as an incident, and what would be done to the one of this channel can
// not be taken back unseen.
func (c Call) meansAnother(ctx context.Context, first, rest string) error {
	m := bareNumber.FindStringSubmatch(first)
	if m == nil || rest != "" || c.Command.Numbers {
		return nil
	}
	id, err := timeline.ParseID("INC-" + m[1])
	if err != nil {
		return nil
	}
	if _, err := c.load(ctx, id); err != nil {
		return nil // there is none of that number, to whoever asks
	}
	return c.sorry("lost.bare number", id, c.Slash, c.Command.Name)
}

// lost tells which incidents there are and how to name one.
func (c Call) lost(ctx context.Context, why string) error {
	open, err := c.open(ctx)
	if err != nil {
		return err
	}
	if len(open) == 0 {
		return c.sorry("lost.none open", why, c.Slash)
	}
	newest := open[len(open)-1]
	return c.sorry("lost.name one", why, c.Slash+" "+c.Command.Name+" "+newest.ID.String(), c.listed(open))
}

// ongoing is incident for what makes sense only until the end.
func (c Call) ongoing(ctx context.Context) (timeline.Incident, string, error) {
	inc, rest, err := c.incident(ctx)
	if err == nil {
		err = c.stillOpen(inc)
	}
	return inc, rest, err
}

func (c Call) stillOpen(inc timeline.Incident) error {
	switch {
	case inc.Open():
		return nil
	case inc.Status == timeline.IsMerged:
		return c.sorry("turn.merged", inc.ID, inc.MergedInto, c.Slash)
	default:
		return c.sorry("over", inc.ID, c.Texts.Status(inc.Status), c.Slash)
	}
}

// textMost is how many characters a text may have.
const textMost = 3000

// text returns an argument that must not be empty.
func (c Call) text(text string) (string, error) {
	if text == "" {
		return "", c.misused("usage.no text")
	}
	return text, c.notTooLong(text)
}

// notTooLong refuses a text that a card could not hold.
func (c Call) notTooLong(text string) error {
	if n := len([]rune(text)); n > textMost {
		return c.misused("usage.too long", n, textMost)
	}
	return nil
}

// record writes facts as decided for the incident as it is at that moment. An
// incident that was resolved meanwhile is left alone.
func (c Call) record(ctx context.Context, id timeline.ID, decide timeline.Decide) (timeline.Incident, error) {
	return c.Journal.Decide(ctx, id, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
		if err := c.stillOpen(inc); err != nil {
			return nil, err
		}
		return decide(inc)
	})
}

// now is the time by which a command judges.
func (c Call) now() time.Time { return c.Journal.Now() }
