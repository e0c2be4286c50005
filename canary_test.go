package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/cli"
	"muster/config"
	"muster/timeline"
	"muster/workspace"
)

// tortureCanary lives the whole life of private incidents in which every text
// that a person writes is a canary, has viewers of every kind ask for all there
// is, and looks for canaries in every byte that leaves the process.
func tortureCanary(t *testing.T, _ time.Duration) string {
	a := inAviary(t)
	a.declared()
	a.led()
	a.recorded()
	a.readers("ana", "bo", "chi", "dee", "gus")
	a.tell("while it goes on")
	a.left()
	a.askedFor("while it goes on")
	a.failed()
	a.tell("when things fail")
	a.away()
	a.tell("after the bot was away")
	a.over()
	a.askedFor("when it is over")
	a.insiders()
	a.archived()
	a.tell("in the end")
	a.onTheMachine()
	if len(a.sung) < a.planted*3/4 || a.bytes < 1<<20 {
		t.Errorf("of %d canaries %d were heard by those inside: the others prove little", a.planted, len(a.sung))
	}
	return fmt.Sprintf("%d canaries in %d private incidents, %d questions of %d kinds of viewer, %d MB looked through", a.planted, len(a.rooms), a.questions, len(viewers)+kindsBeside, a.bytes>>20)
}

// inAviary sets the stage: all services, a directory, people of every kind.
func inAviary(t *testing.T) *aviary {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s, err := furnish(memory(t), listener, workspace.Options{Seed: 1, Now: func() time.Time { return opening }, NoLimits: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	a := &aviary{stage: s, t: t, log: &ear{}, inside: map[string]bool{}, rooms: map[string]string{}, names: map[string]string{}, direct: map[string]string{}, canvases: map[string]string{}, sung: map[string]bool{}}
	s.hears = a.log
	s.server.Handler = a.listens(s.server.Handler)
	s.town.Watch(a.sees)
	for _, name := range people {
		a.names[s.town.PersonNamed(name)] = name
	}
	s.vendors(t)
	if _, err := s.publishing([]string{"canvas", "github", "confluence"}); err != nil {
		t.Fatal(err)
	}
	s.config.Slack.ExecutiveChannel = "delivery"
	s.config.Review.At = "Mon 10:00"
	s.config.Access.Responders = a.ids("ana", "bo", "chi", "dee", "eli", "fay", "gus")
	s.config.Severities = map[string]config.Severity{"sev1": {Invite: a.ids("eli", "hana"), Mention: "here"}}
	checkout := s.config.Services["checkout"]
	checkout.Description, checkout.Owners = "Takes orders", a.ids("ana")
	s.config.Services["checkout"] = checkout
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
	for _, name := range people {
		if name != "max" {
			a.as(name, "looks")
		}
	}
	return a
}

func (a *aviary) ids(names ...string) (ids []string) {
	for _, name := range names {
		ids = append(ids, a.town.PersonNamed(name))
	}
	return ids
}

// as has someone do something, as a conversation does, and waits for all that
// comes of it. A C in a text is a new canary.
func (a *aviary) as(name, verb string, args ...string) string {
	a.t.Helper()
	for n, arg := range args {
		args[n] = markOf.ReplaceAllStringFunc(arg, func(string) string { return a.plant() })
	}
	if err := a.rest(); err != nil {
		a.t.Fatal(err)
	}
	place := ""
	if len(args) > 0 {
		place = args[0]
	}
	answer := a.does(name, place, func() (workspace.Answer, error) { return a.deed(name, verb, args) })
	if err := a.rest(); err != nil {
		a.t.Fatal(err)
	}
	a.acks()
	return told(answer)
}

var markOf = regexp.MustCompile(`\bC\b`)

// told is all that someone was shown.
func told(answer workspace.Answer) string {
	text := strings.Join(answer.Ephemeral, "\n")
	for input, wrong := range answer.Errors {
		text += input + ": " + wrong
	}
	if answer.View != nil {
		view, _ := json.Marshal(answer.View)
		text += string(view)
	}
	return text
}

func (a *aviary) later(times ...string) {
	a.t.Helper()
	for _, d := range times {
		if _, err := a.stage.later([]string{d}); err != nil {
			a.t.Fatal(err)
		}
	}
	a.acks()
}

func (a *aviary) breaks(method, kind string, count int) {
	a.t.Helper()
	if err := a.town.Break(workspace.Fault{Method: method, Kind: kind, Count: count}); err != nil {
		a.t.Error(err)
	}
}

// declared is the beginning: declared from a message in public, and by itself.
func (a *aviary) declared() {
	a.lets(true, "ana")
	a.as("ana", "says", "general", "/incident declare private sev1 service:checkout C the vault C is open")
	a.as("hana", "says", "general", "something is odd")
	a.as("ana", "picks", "declare_about", "general", "something is odd")
	a.as("ana", "submits", "severity=sev2", "title=C second", "visibility=private", "kind=real")
	a.as("eli", "says", "general", "/incident declare sev3 the lifts are slow")
}

// led is who has a part: holders of roles, those invited, those let in.
func (a *aviary) led() {
	a.lets(true, "bo", "fay", "chi", "gus")
	a.as("ana", "says", "inc-1", "/incident comms @bo")
	a.as("ana", "says", "inc-1", "/incident scribe @fay")
	a.as("ana", "says", "inc-1", "/invite @chi")
	a.as("ana", "says", "inc-1", "/incident grant @gus")
	a.as("dee", "says", "general", "/incident access INC-1 C let me help")
	a.as("dee", "says", "general", "/incident status INC-1")
	a.lets(true, "dee")
	a.as("ana", "clicks", "inc-1", "Let them in")
	for _, name := range []string{"dee", "fay", "gus", "chi"} {
		a.as(name, "says", "general", "/incident follow INC-1")
	}
	a.as("ana", "says", "inc-1", "/incident handover @bo commander")
	a.as("bo", "says", "inc-1", "/incident decline")
	a.as("ana", "says", "inc-1", "/incident handover @dee commander")
	a.as("dee", "says", "@dee", "/incident accept INC-1")
	a.as("dee", "says", "inc-1", "/incident lead @ana")
}

// recorded is what is said and done while it goes on.
func (a *aviary) recorded() {
	for _, line := range []string{
		"update C stands so; actions: C is tried; needs: C is wanted", "note C was seen", "note 09:10 C was before that",
		"task C is to be done @bo", "task C by somebody", "task take 2", "task done 1", `action "C is to be filed" @chi friday`,
		"page checkout C wakes you", "page @bo C wakes you too", "page nowhere C wakes nobody", "sev 2 C is why", "sev 1 C again", "rename C is the title now",
		"side", "identify C was it", "mitigate C helped", "reopen C it is back", "publish C for customers", "reword",
		"merge into INC-3 C the same", "timeline", "actions", "tasks", "C unknown", "service checkout", "transcript", "postmortem",
	} {
		a.as("ana", "says", "inc-1", "/incident "+line)
	}
	a.as("bo", "says", "inc-1", "C is what I think")
	a.as("chi", "reacts", "inc-1", "mag", a.last("inc-1"))
	a.as("chi", "pins", "inc-1", a.last("inc-1"))
	a.as("bo", "edits", "inc-1", a.last("inc-1"), "C is what I think now")
	a.as("bo", "replies", "inc-1", a.last("inc-1"), "@muster note C in a thread")
	a.as("bo", "says", "general", "@muster timeline INC-1")
	a.image()
	a.as("ana", "says", "inc-1", fmt.Sprintf("/incident amend #%d C amended", a.line("was seen")))
	a.as("ana", "says", "inc-1", "/incident hide #2")
	a.as("chi", "says", "inc-1", "C to be moved")
	a.as("ana", "picks", "ask_to_move", "inc-1", a.last("inc-1"))
	a.as("ana", "picks", "declare_about", "inc-1", a.last("inc-1"))
	if answer := a.as("ana", "submits", "severity=sev4", "title=C from inside", "visibility=public", "kind=real"); !strings.Contains(answer, "said in a private incident") {
		a.t.Errorf("what was said inside can be declared in public: %s", answer)
	}
	form, _ := a.form("ana")
	a.does("ana", "inc-1", func() (workspace.Answer, error) { return a.town.Dismiss("ana", form) })
	a.as("ana", "picks", "make_follow_up", "inc-1", a.last("inc-1"))
	a.as("ana", "submits", "what=C from a message", "who=@bo", "due=2026-03-20")
	a.later("31m", "31m")
}

// last is the latest text of a person in a channel.
func (a *aviary) last(channel string) string {
	messages, _ := a.town.Messages(channel)
	for _, m := range slices.Backward(messages) {
		if !m.Bot && !m.System() && m.Only == "" && m.Reading != "" {
			return m.Reading
		}
	}
	a.t.Fatalf("nobody has said anything in %s", channel)
	return ""
}

// line is the number of a line of INC-1 by how its text ends.
func (a *aviary) line(end string) int {
	inc, _ := a.bot.Journal.Incident(context.Background(), 1)
	for _, l := range inc.Lines() {
		if strings.HasSuffix(l.Text, end) {
			return l.N
		}
	}
	a.t.Fatalf("no line ends with %q", end)
	return 0
}

// image is a picture with a canary for a name, which is tagged.
func (a *aviary) image() {
	a.t.Helper()
	name := a.plant() + ".png"
	var content bytes.Buffer
	if err := png.Encode(&content, image.NewGray(image.Rect(0, 0, 2, 2))); err != nil {
		a.t.Fatal(err)
	}
	a.does("chi", "inc-1", func() (workspace.Answer, error) { return a.town.Upload("chi", "inc-1", name, content.Bytes()) })
	a.as("chi", "reacts", "inc-1", "bulb", name)
	bad := a.plant() + ".png"
	a.does("chi", "inc-1", func() (workspace.Answer, error) {
		return a.town.Upload("chi", "inc-1", bad, []byte("<html>no picture"))
	})
	a.as("chi", "reacts", "inc-1", "bulb", bad)
}

// left is who is not inside any more, or comes in without being let in.
func (a *aviary) left() {
	a.as("ana", "says", "inc-1", "/incident handover @gus scribe")
	a.as("fay", "says", "general", "/incident update INC-1") // a form that is sent in after she has left
	for _, method := range []string{"chat.postMessage", "chat.postEphemeral", "files.completeUploadExternal"} {
		a.breaks(method, "503", -1)
	}
	a.as("ana", "says", "inc-1", "/incident update C that is late")
	a.as("fay", "clicks", "inc-1", "Task 2 is done")
	a.as("fay", "says", "general", "/incident transcript INC-1")
	a.lets(false, "fay", "gus")
	a.as("fay", "leaves", "inc-1")
	if err := a.town.Deactivate("gus"); err != nil {
		a.t.Error(err)
	}
	a.as("fay", "submits", "text=I have left", "actions=", "needs=")
	a.town.Mend()
	a.later("2m", "10m")
	a.lets(true, "lea")
	a.as("lea", "says", "general", "/incident break-glass INC-1 C nobody answers")
	for _, line := range []string{"update C after some have left", "sev 2 C", "scribe @bo", "mitigate C"} {
		a.as("ana", "says", "inc-1", "/incident "+line)
	}
	a.later("11m", "61m", "24h")
	a.as("ana", "says", "inc-1", "/incident reopen C again")
}

// failed is everything that can not be done at once, or not at all.
func (a *aviary) failed() {
	a.breaks("conversations.create", "error:restricted_action", 1)
	a.as("ana", "says", "general", "/incident declare private sev2 C without a channel")
	a.breaks("jira.issue.create", "500", 3)
	a.breaks("pagerduty.*", "503", 4)
	a.breaks("chat.postMessage", "error:restricted_action", 2)
	a.breaks("conversations.setTopic", "error:restricted_action", 1)
	a.as("ana", "says", "inc-1", `/incident action "C fails" @bo monday`)
	a.as("ana", "says", "inc-1", "/incident page @chi C fails")
	a.as("ana", "says", "inc-1", "/incident update C while Slack refuses")
	a.as("ana", "says", "inc-1", "/incident rename C anew")
	a.later("20s", "20s", "2m")
	a.town.Mend()
	a.later("20s", "20s", "10m")
}

// away is what happens while the bot does not run.
func (a *aviary) away() {
	if err := a.stop(); err != nil {
		a.t.Fatal(err)
	}
	if _, err := a.town.Say("bo", "inc-1", a.plant()+" while it was away"); err != nil {
		a.t.Error(err)
	}
	a.goes("chi")
	a.as("ana", "says", "inc-1", "/incident update C after it was away")
}

// goes has someone leave while the bot does not run, of which it is never told.
func (a *aviary) goes(name string) {
	a.t.Helper()
	a.breaks("*", "lose", -1)
	a.lets(false, name)
	if err := a.town.Leave(name, "inc-1"); err != nil {
		a.t.Error(err)
	}
	a.town.Mend()
	if err := a.start(); err != nil {
		a.t.Fatal(err)
	}
	a.later("1m")
}

// over is the end, and what comes after it.
func (a *aviary) over() {
	a.as("dee", "says", "general", "/incident transcript INC-1")
	for _, line := range []string{"resolve C ended it", "postmortem", "survey 4 C helped | C hurt", "transcript", "meeting tomorrow 14:00", "understand before explain", "close C done with"} {
		a.as("ana", "says", "inc-1", "/incident "+line)
	}
	a.as("ana", "approves", "INC-1")
	a.as("ana", "says", "inc-1", "/incident postmortem write lucky C was nobody's doing")
	a.as("ana", "approves", "INC-1")
	if text, _ := a.town.Canvas("inc-1"); !canary.MatchString(text) || a.town.Count("canvases.edit") != 1 {
		a.t.Error("the postmortem is not in the canvas of its own channel")
	}
	a.as("ana", "says", "general", "/incident declare private sev3 C to be cancelled")
	last, _ := a.bot.Store.Last(context.Background())
	a.as("ana", "says", "general", fmt.Sprintf("/incident cancel %v C was nothing", last))
	a.as("ana", "says", "general", "/incident reopen INC-1 C once more")
	a.as("ana", "says", "general", "/incident merge INC-2 into INC-1 C the same")
	a.later("2m")
	other, _ := a.bot.Journal.Incident(context.Background(), 2)
	if text, err := a.town.Transcript("inc-1"); err != nil || !strings.Contains(text, "INC-2 was the same") || strings.Contains(text, other.Title) {
		a.t.Errorf("the members of INC-1 are told the title of INC-2, or not of the merger: %v", err)
	}
	a.as("ana", "says", "inc-1", "/incident resolve C for good")
	a.later("2h", "24h")
	if err := a.stop(); err != nil {
		a.t.Fatal(err)
	}
	a.goes("dee")
}

// reviewed is the weekly review: one inside reads of it all, and posts what
// everybody may see.
func (a *aviary) reviewed() {
	a.as("ana", "says", "general", "/incident review 2026-W11")
	a.as("ana", "says", "general", "/incident review picture 2026-W11")
	a.as("ana", "says", "general", "/incident review post 2026-W10")
	house, err := a.bot.Journal.Incident(context.Background(), timeline.House)
	if err != nil || len(house.Reviews()) < 2 {
		a.t.Errorf("the review was posted %d times: %v", len(house.Reviews()), err)
	}
	a.tell("in reviews")
}

// archived is when the channel is closed, and opened once more.
func (a *aviary) archived() {
	a.as("ana", "says", "general", "/incident resolve INC-1")
	for range 9 {
		a.later("24h")
	}
	a.reviewed()
	a.as("ana", "says", "general", "/incident reopen INC-1 C after the archive")
	a.as("ana", "says", "general", "/incident update INC-1 C in a new channel")
	inc, _ := a.bot.Journal.Incident(context.Background(), 1)
	a.as("ana", "says", inc.Channel.Name, "C is said there")
	for _, name := range []string{"fay", "chi", "dee", "gus"} {
		if messages, err := a.town.Transcript(inc.Channel.Name); err != nil || strings.Contains(messages, name+" joined") {
			a.t.Errorf("%s, who had left, is brought into the new channel: %v", name, err)
		}
	}
	for _, name := range people {
		if home, _ := a.town.HomeOf(name); !a.inside[name] && canary.MatchString(home) {
			a.t.Errorf("the Home of %s still shows a canary:\n%s", name, home)
		}
	}
}

// onTheMachine runs the command line, as an account that was let in nowhere.
func (a *aviary) onTheMachine() {
	a.t.Helper()
	if err := a.stop(); err != nil {
		a.t.Fatal(err)
	}
	path := filepath.Join(a.dir, "muster.yaml")
	text := fmt.Sprintf("store: bolt:%s\npostmortems: %s\nfiles: %s\n", a.config.StorePath(), a.config.Postmortems, a.config.Files)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		a.t.Fatal(err)
	}
	for _, args := range [][]string{
		{"status", "--as", "mallory"}, {"status", "--as", "mallory", "INC-1"}, {"status", "--as", "ana", "INC-1"}, {"note", "--as", "mallory", "INC-1", "x"}, {"resolve", "--as", "mallory", "INC-1"},
		{"export"}, {"export", "INC-1"}, {"export", "--format", "md"}, {"export", "--format", "md", "INC-1"}, {"verify"}, {"aside"}, {"check"},
	} {
		var out, errs bytes.Buffer
		cli.Run(append(args, "--config", path), &out, &errs)
		a.mu.Lock()
		a.hears(nobody, "muster "+strings.Join(args, " "), out.String()+errs.String())
		a.mu.Unlock()
	}
	a.tell("on the machine")
}
