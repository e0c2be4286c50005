package main_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"go.etcd.io/bbolt"
	"go.yaml.in/yaml/v3"

	"muster/cli"
	"muster/config"
	"muster/templates"
	"muster/timeline"
	"muster/torture"
	"muster/workspace"
)

var update = flag.Bool("update", false, "write what is seen into the conversations")

// TestConversations plays every conversation of testdata against the real bot,
// connected by Socket Mode to the local workspace. The clock stands at 09:20
// and moves only when a script says "later".
func TestConversations(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			s, err := newStage(env.WorkDir)
			if err != nil {
				return err
			}
			env.Values[stageKey{}] = s
			env.Defer(s.close)
			return s.start()
		},
		Cmds: verbs(),
	})
}

type stageKey struct{}

var people = []string{"ana", "bo", "chi", "dee", "eli", "fay", "gus", "hana", "ivy", "jon", "kai", "lea", "max", "ola"}

// verbs are what scripts can say, each with the people as subjects or the
// stage itself.
func verbs() map[string]func(*testscript.TestScript, bool, []string) {
	cmds := map[string]func(*testscript.TestScript, bool, []string){}
	for _, name := range people {
		cmds[name] = on(func(s *stage, args []string) (string, error) { return s.person(name, args) })
	}
	for name, do := range map[string]func(*stage, []string) (string, error){
		"show": (*stage).show, "messages": (*stage).messages, "lines": (*stage).lines, "record": (*stage).record, "attached": (*stage).attached, "topic": (*stage).topic,
		"postmortem": (*stage).postmortem, "calls": (*stage).calls, "later": (*stage).later,
		"fault": (*stage).fault, "mend": (*stage).mend, "again": (*stage).again,
		"damage": (*stage).damage, "pager": (*stage).pager, "pages": (*stage).pages, "tracker": (*stage).tracker, "tickets": (*stage).tickets, "statuspage": (*stage).statuspage, "alarm": (*stage).alarm, "override": (*stage).override, "hook": (*stage).hook, "notes": (*stage).notes, "asked": (*stage).asked, "tracked": (*stage).tracked, "comments": (*stage).comments, "links": (*stage).links, "lag": (*stage).lag, "publishing": (*stage).publishing, "published": (*stage).published,
		"directory": (*stage).directory, "machine": (*stage).machine, "pipeline": (*stage).pipeline, "evidence": (*stage).evidence, "drawn": (*stage).drawn, "newcomer": (*stage).newcomer, "deactivate": (*stage).deactivate, "configure": (*stage).configure,
		"down": (*stage).down, "up": (*stage).up, "settle": (*stage).settle,
	} {
		cmds[name] = on(do)
	}
	return cmds
}

// on runs a verb; what it returns is the script's standard output.
func on(do func(*stage, []string) (string, error)) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		out, err := do(ts.Value(stageKey{}).(*stage), args)
		fmt.Fprint(ts.Stdout(), out)
		switch {
		case err != nil && !neg:
			ts.Fatalf("%v", err)
		case err == nil && neg:
			ts.Fatalf("it should have failed")
		}
	}
}

// stage is a workspace with a bot that can be stopped and started.
type stage struct {
	dir     string
	address string
	town    *workspace.Workspace
	server  *http.Server
	config  config.Config
	bot     *cli.Instance
	hooked  atomic.Pointer[cli.Instance] // the same, for who calls it over HTTP
	end     func() error
	gone    chan struct{}        // closed when the bot has ended
	fuse    *fuse                // makes the process die; nil where it lives
	lit     atomic.Pointer[fuse] // the same, for who serves its calls
	stands  bool                 // the clock does, and moves only when it is told to
	also    []func()             // ends what else was opened
	hears   io.Writer            // gets the bot's log, all of it; may be nil

	wire      *torture.Wire // in a bubble; nil for the machine's own network
	transport *http.Transport
}

// onStage is a stage with the bot on it, for a test in Go.
func onStage(t testing.TB) *stage {
	t.Helper()
	s, err := newStage(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
	return s
}

var opening = time.Date(2026, 3, 12, 9, 20, 0, 0, time.UTC)

func newStage(dir string) (*stage, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return furnish(dir, listener, workspace.Options{Seed: 1, Now: func() time.Time { return opening }})
}

// furnish sets a stage up whose workspace is served by a listener.
func furnish(dir string, listener net.Listener, o workspace.Options) (*stage, error) {
	s := &stage{dir: dir, address: listener.Addr().String(), config: config.Default(), stands: o.Now != nil}
	url := "http://" + s.address
	o.Manifest, o.URL = cli.Manifest(s.config), url
	town, err := workspace.New(o)
	if err != nil {
		return nil, err
	}
	s.town = town
	s.config.Slack.APIURL = url + "/api/"
	s.config.Slack.AppToken, s.config.Slack.BotToken = config.Secret(town.AppToken()), config.Secret(town.BotToken())
	s.config.HTTP.Secret = machineSecret
	s.config.Store, s.config.Postmortems = "bolt:"+filepath.Join(dir, "muster.db"), filepath.Join(dir, "postmortems")
	s.config.Files = filepath.Join(dir, "files")
	s.server = &http.Server{Handler: wired(town, s.lit.Load)}
	go s.server.Serve(listener)
	return s, nil
}

// start starts the bot, and waits until it is connected.
func (s *stage) start() error {
	ready, err := s.begin()
	if err != nil {
		return err
	}
	select {
	case <-ready:
		return nil
	case <-s.gone:
		return fmt.Errorf("the bot ended at once: %w", s.end())
	case <-s.fuse.dead():
		return errors.New("the bot died while it started")
	}
}

// begin starts the bot. Ready hears each time that it is connected.
func (s *stage) begin() (ready <-chan bool, err error) {
	outside := cli.Outside{Now: s.town.Now, Log: s.log()}
	if s.wire != nil {
		s.transport = s.wire.Transport()
		outside.Transport, outside.Dial = s.transport, s.wire.Dial
	}
	if s.bot, err = cli.Assemble(s.config, outside); err != nil {
		return nil, err
	}
	s.hooked.Store(s.bot)
	if s.stands {
		s.bot.Slack.Unpaced()
	}
	if s.fuse != nil {
		s.bot.Journal.Store = fused{s.bot.Store, s.fuse}
	}
	ctx, stop := context.WithCancel(context.Background())
	connected, gone := make(chan bool, 1), make(chan struct{})
	bot := s.bot
	go func() {
		err = bot.Run(ctx, func(up bool) {
			if !up {
				return
			}
			select {
			case connected <- true:
			default: // it was heard before
			}
		})
		close(gone)
	}()
	s.gone = gone
	s.end = func() error {
		stop()
		<-gone
		return err
	}
	return connected, nil
}

func (s *stage) stop() error {
	if s.bot == nil {
		return nil
	}
	s.hooked.Store(nil)
	err := s.end()
	if closed := s.bot.Store.Close(); err == nil {
		err = closed
	}
	s.bot = nil
	if s.transport != nil {
		s.transport.CloseIdleConnections()
	}
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return s.town.Disconnected(ctx)
}

func (s *stage) close() {
	_ = s.stop()
	for _, end := range s.also {
		end()
	}
	s.town.Close()
	_ = s.server.Close()
	if s.wire != nil {
		_ = s.wire.Close()
	}
}

// restMost is how long the stage may take to come to rest.
const restMost = 30 * time.Second

// rest waits until all that was called for is done.
func (s *stage) rest() error {
	ctx, cancel := context.WithTimeout(context.Background(), restMost)
	defer cancel()
	for range 3 {
		if err := s.town.Settled(ctx); err != nil {
			return err
		}
		if s.bot == nil {
			continue
		}
		if s.fuse != nil && s.fuse.isBurnt() {
			return errors.New("the bot died")
		}
		s.bot.Bot.Hurry()
		if err := s.bot.Bot.Settled(ctx); err != nil {
			return err
		}
	}
	return nil
}

// newcomer brings someone into the workspace whom the bot has not met.
func (s *stage) newcomer(args []string) (string, error) {
	if len(args) != 2 {
		return "", errors.New("who comes? newcomer NAME 'REAL NAME'")
	}
	_, err := s.town.AddPerson(workspace.Person{Name: args[0], RealName: args[1], Email: args[0] + "@demo.example"})
	return "", err
}

// look opens someone's Home tab and shows it.
func (s *stage) look(name string) (answer workspace.Answer, err error) {
	if err := s.town.OpenHome(name); err != nil {
		return answer, err
	}
	if err := s.rest(); err != nil {
		return answer, err
	}
	text, err := s.town.HomeOf(name)
	answer.Ephemeral = []string{text}
	return answer, err
}

// deactivate closes someone's account.
func (s *stage) deactivate(args []string) (string, error) {
	if err := s.town.Deactivate(args[0]); err != nil {
		return "", err
	}
	return "", s.rest()
}

// configure adds a file of the script to the configuration; it counts from the
// next start on.
func (s *stage) configure(args []string) (string, error) {
	text, err := os.ReadFile(filepath.Join(s.dir, args[0]))
	if err != nil {
		return "", err
	}
	text = bytes.ReplaceAll(text, []byte("<here>"), []byte(s.dir))
	for name, id := range s.town.IDs() {
		text = bytes.ReplaceAll(text, []byte("<"+name+">"), []byte(id))
	}
	return "", yaml.Unmarshal(text, &s.config)
}

// person does something as someone: "ana says incidents TEXT".
func (s *stage) person(name string, args []string) (string, error) {
	if len(args) == 0 {
		return "", fmt.Errorf("%s does what?", name)
	}
	if err := s.rest(); err != nil {
		return "", err
	}
	verb, args := args[0], args[1:]
	answer, err := s.deed(name, verb, args)
	out := strings.Join(answer.Ephemeral, "\n")
	for input, text := range answer.Errors {
		out += input + ": " + text
	}
	if out != "" {
		out += "\n"
	}
	if err != nil {
		return out, err
	}
	return out, s.rest()
}

func (s *stage) deed(name, verb string, args []string) (answer workspace.Answer, err error) {
	if need := map[string]int{"says": 2, "types": 2, "replies": 3, "reacts": 3, "unreacts": 3, "edits": 3, "deletes": 2, "uploads": 2, "pins": 2, "unpins": 2, "clicks": 2, "joins": 1, "invites": 1, "leaves": 1, "presses": 1}[verb]; len(args) < need {
		return answer, fmt.Errorf("%s %s needs %d arguments", name, verb, need)
	}
	if onPhone[verb] != nil {
		return answer, onPhone[verb](s, name, args)
	}
	switch verb {
	case "says":
		return s.town.Say(name, s.channel(args[0]), args[1])
	case "types":
		text, err := os.ReadFile(filepath.Join(s.dir, args[1]))
		if err != nil {
			return answer, err
		}
		return s.town.Say(name, s.channel(args[0]), strings.TrimSpace(string(text)))
	case "uploads":
		content, err := os.ReadFile(filepath.Join(s.dir, args[1]))
		if err != nil {
			return answer, err
		}
		return s.town.Upload(name, s.channel(args[0]), filepath.Base(args[1]), content)
	case "joins":
		return answer, s.town.Join(name, s.channel(args[0]))
	case "leaves":
		return answer, s.town.Leave(name, s.channel(args[0]))
	case "looks":
		return s.look(name)
	case "presses":
		return s.town.PressHome(name, args[0])
	case "archives":
		return answer, s.town.Archive(name, s.channel(args[0]))
	case "invites":
		return answer, s.town.InviteApp(name, s.channel(args[0]))
	case "clicks":
		return s.click(name, s.channel(args[0]), args[1])
	case "submits":
		return s.submit(name, args)
	case "picks":
		return s.pick(name, args)
	case "shuts":
		form, err := s.form(name)
		if err != nil {
			return answer, err
		}
		return s.town.Dismiss(name, form)
	}
	return s.toMessage(name, verb, args)
}

// toMessage is for what is done to a message, found by its text.
func (s *stage) toMessage(name, verb string, args []string) (answer workspace.Answer, err error) {
	channel := s.channel(args[0])
	text := args[1]
	if verb == "reacts" || verb == "unreacts" {
		text = args[2]
	}
	ts, err := s.find(channel, text)
	if err != nil {
		return answer, err
	}
	switch verb {
	case "replies":
		return s.town.Reply(name, channel, ts, args[2])
	case "reacts":
		return answer, s.town.React(name, channel, ts, args[1])
	case "unreacts":
		return answer, s.town.Unreact(name, channel, ts, args[1])
	case "edits":
		return answer, s.town.Edit(name, channel, ts, args[2])
	case "deletes":
		return answer, s.town.Delete(name, channel, ts)
	case "pins":
		return answer, s.town.Pin(name, channel, ts)
	case "unpins":
		return answer, s.town.Unpin(name, channel, ts)
	}
	return answer, fmt.Errorf("nobody %s", verb)
}

// channel is a channel by its name; "room" is the incident's that is newest.
func (s *stage) channel(name string) string {
	if name != "room" {
		return name
	}
	names := s.town.Channels()
	return names[len(names)-1]
}

// find returns a message by how it begins, or by the name of its file.
func (s *stage) find(channel, text string) (string, error) {
	messages, err := s.town.Messages(channel)
	for _, m := range messages {
		file := slices.ContainsFunc(m.Files, func(address string) bool { return strings.HasSuffix(address, "/"+text) })
		if (strings.HasPrefix(m.Reading, text) || file) && m.Only == "" {
			return m.TS, nil
		}
	}
	return "", fmt.Errorf("no message in %s begins with %q: %v", channel, text, err)
}

func (s *stage) click(name, channel, label string) (workspace.Answer, error) {
	messages, err := s.town.Messages(channel)
	for _, m := range slices.Backward(messages) {
		for _, b := range m.Buttons {
			if b.Label == label && (m.Only == "" || m.Only == name) {
				return s.town.Click(name, channel, m.TS, b.ActionID, b.Value)
			}
		}
	}
	return workspace.Answer{}, fmt.Errorf("no button %q in %s: %v", label, channel, err)
}

// submit sends in the open form: "ana submits title=checkout is down".
func (s *stage) submit(name string, args []string) (workspace.Answer, error) {
	values := workspace.Values{}
	for _, arg := range args {
		input, text, _ := strings.Cut(arg, "=")
		if name, ok := strings.CutPrefix(text, "@"); ok {
			text = s.town.PersonNamed(name)
		}
		values[input] = map[string]workspace.Given{input: {text}}
	}
	form, err := s.form(name)
	if err != nil {
		return workspace.Answer{}, err
	}
	return s.town.Submit(name, form, values)
}

// form waits for the form that a person is about to see.
func (s *stage) form(name string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return s.town.AwaitForm(ctx, name)
}

func (s *stage) pick(name string, args []string) (workspace.Answer, error) {
	if len(args) == 1 {
		return s.town.Shortcut(name, args[0])
	}
	channel := s.channel(args[1])
	ts, err := s.find(channel, args[2])
	if err != nil {
		return workspace.Answer{}, err
	}
	return s.town.MessageShortcut(name, channel, ts, args[0])
}

// show prints what is in a channel: first what everybody sees.
func (s *stage) show(args []string) (string, error) {
	if err := s.rest(); err != nil {
		return "", err
	}
	messages, err := s.town.Messages(s.channel(args[0]))
	if err != nil {
		return "", err
	}
	var public, private strings.Builder
	for _, m := range messages {
		switch {
		case m.System():
		case m.Only == "":
			fmt.Fprintln(&public, m.Line())
		default:
			fmt.Fprintln(&private, m.Line())
		}
	}
	return public.String() + private.String(), nil
}

// attached prints the newest file of a name in a channel: "attached @bo NAME".
func (s *stage) attached(args []string) (string, error) {
	if err := s.rest(); err != nil {
		return "", err
	}
	messages, err := s.town.Messages(s.channel(args[0]))
	for _, m := range slices.Backward(messages) {
		for _, address := range m.Files {
			if content, ok := s.town.File(address); ok && strings.HasSuffix(address, "/"+args[1]) {
				return string(content), nil
			}
		}
	}
	return "", fmt.Errorf("no file %s in %s: %v", args[1], args[0], err)
}

func (s *stage) topic(args []string) (string, error) {
	return s.town.TopicOf(s.channel(args[0])) + "\n", s.rest()
}

func (s *stage) incident(args []string) (timeline.Incident, error) {
	if err := s.rest(); err != nil {
		return timeline.Incident{}, err
	}
	if len(args) == 0 {
		return s.bot.Journal.Incident(context.Background(), timeline.House)
	}
	id, err := timeline.ParseID(args[0])
	if err != nil {
		return timeline.Incident{}, err
	}
	return s.bot.Journal.Incident(context.Background(), id)
}

// lines prints the timeline as people read it.
func (s *stage) lines(args []string) (string, error) {
	inc, err := s.incident(args)
	var out strings.Builder
	for _, l := range inc.Lines() {
		kind, text := templates.New().What(l)
		who := inc.Person(l.By.ID).Name
		plain := templates.Plain(func(id string) string { return inc.Person(id).Name })
		fmt.Fprintf(&out, "%s %s · %s: %s", l.At.Format("15:04"), who, kind, plain.Write(text))
		for _, was := range l.Former {
			fmt.Fprintf(&out, " (was: %s)", was)
		}
		if l.Message.Deleted {
			out.WriteString(" (deleted)")
		}
		out.WriteString("\n")
	}
	return out.String(), err
}

// record prints the facts, without what IDs there are.
func (s *stage) record(args []string) (string, error) {
	inc, err := s.incident(args)
	var out strings.Builder
	for _, ev := range inc.Events {
		fmt.Fprintf(&out, "%T\n", ev.Fact)
	}
	return strings.ReplaceAll(out.String(), "timeline.", ""), err
}

func (s *stage) postmortem(args []string) (string, error) {
	inc, err := s.incident(args)
	texts := templates.New()
	return texts.Postmortem(inc), err
}

// calls prints how often a method was called.
func (s *stage) calls(args []string) (string, error) {
	return fmt.Sprintln(s.town.Count(args[0])), nil
}

// later lets time go by, once or so many times: "later 5m 16".
func (s *stage) later(args []string) (string, error) {
	d, err := time.ParseDuration(args[0])
	if err != nil {
		return "", err
	}
	times := 1
	if len(args) > 1 {
		if times, err = strconv.Atoi(args[1]); err != nil {
			return "", err
		}
	}
	for range times {
		s.town.Advance(d)
		if err := s.rest(); err != nil {
			return "", err
		}
	}
	return "", nil
}

func (s *stage) fault(args []string) (string, error) {
	f := workspace.Fault{Method: args[0], Kind: args[1]}
	if len(args) > 2 {
		var err error
		if f.Count, err = strconv.Atoi(args[2]); err != nil {
			return "", err
		}
	}
	return "", s.town.Break(f)
}

func (s *stage) mend([]string) (string, error) {
	s.town.Mend()
	return "", nil
}

// again sends the latest event of a type once more, in the "same" envelope or
// a "new" one.
func (s *stage) again(args []string) (string, error) {
	if err := s.rest(); err != nil {
		return "", err
	}
	if !s.town.Again(args[0], args[1] == "same") {
		return "", fmt.Errorf("there was no %s", args[0])
	}
	return "", s.rest()
}

func (s *stage) down([]string) (string, error) { return "", s.stop() }

func (s *stage) up([]string) (string, error) {
	if err := s.start(); err != nil {
		return "", err
	}
	return "", s.rest()
}

func (s *stage) settle([]string) (string, error) { return "", s.rest() }

// messages prints every message of a channel as it was sent.
func (s *stage) messages(args []string) (string, error) {
	messages, err := s.town.Messages(s.channel(args[0]))
	var out strings.Builder
	for _, m := range messages {
		if m.Bot {
			fmt.Fprintf(&out, "%s %s\n", m.Text, m.Blocks)
		}
	}
	return out.String(), err
}

// damage takes the last event of an incident out of the store's file, while the
// bot is down.
func (s *stage) damage(args []string) (string, error) {
	id, err := timeline.ParseID(args[0])
	if err != nil {
		return "", err
	}
	db, err := bbolt.Open(s.config.StorePath(), 0o600, nil)
	if err != nil {
		return "", err
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		c := tx.Bucket([]byte("events")).Cursor()
		for k, _ := c.Last(); k != nil; k, _ = c.Prev() {
			if binary.BigEndian.Uint64(k) == uint64(id) {
				return c.Delete()
			}
		}
		return errors.New("it has no events")
	})
	return "", errors.Join(err, db.Close())
}

// pager configures paging; it counts from the next start on. With "events" only
// the routing key is, with "rest" only the token.
func (s *stage) pager(args []string) (string, error) {
	url := "http://" + s.address
	c := &s.config.PagerDuty
	c.APIURL, c.EventsURL, c.From, c.Service = url+"/pagerduty", url+"/pagerduty-events", "ana@demo.example", "Checkout"
	if !slices.Contains(args, "events") {
		c.Token = config.Secret(s.town.PagerDutyToken())
	}
	if !slices.Contains(args, "rest") {
		c.RoutingKey = config.Secret(s.town.RoutingKey())
	}
	return "", nil
}

// pages prints every page that went out.
func (s *stage) pages([]string) (string, error) {
	err := s.rest()
	var out strings.Builder
	for _, p := range s.town.Pages() {
		fmt.Fprintf(&out, "%s to %s by %s: %s\n", p.Status, strings.Join(p.To, ", "), p.By, p.Title)
	}
	return out.String(), err
}

// tracker configures where follow-ups are filed, from the next start on.
func (s *stage) tracker([]string) (string, error) {
	user, token := s.town.JiraToken()
	s.config.Jira.URL, s.config.Jira.Project = "http://"+s.address+"/jira", "OPS"
	s.config.Jira.User, s.config.Jira.Token = user, config.Secret(token)
	return "", nil
}

// tickets prints every ticket that was filed.
func (s *stage) tickets([]string) (string, error) {
	err := s.rest()
	var out strings.Builder
	for _, i := range s.town.Issues() {
		_, answers, _ := strings.Cut(i.Body, "Answers for it: ")
		who, _, _ := strings.Cut(answers, ".")
		fmt.Fprintf(&out, "%s for %s (%s), due %s: %s\n", i.Key, i.Assignee, who, i.Due, i.Summary)
	}
	return out.String(), err
}

// directory configures a folder of services, from the next start on.
func (s *stage) directory(args []string) (string, error) {
	path := filepath.Join(s.dir, "directory-of-the-stage.yaml")
	if err := os.WriteFile(path, []byte("directory: "+args[0]+"\n"), 0o600); err != nil {
		return "", err
	}
	c, err := config.Load(path, config.Refuse)
	s.config.Services = c.Services
	return "", err
}

// machineSecret is what machines sign with.
const machineSecret = "a-secret-for-tests-only"

// machine declares over HTTP: "machine BODY", signed; or "machine unsigned BODY".
func (s *stage) machine(args []string) (string, error) {
	if err := s.rest(); err != nil {
		return "", err
	}
	body := args[len(args)-1]
	r := httptest.NewRequest(http.MethodPost, "/v1/incidents", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if args[0] != "unsigned" {
		mac := hmac.New(sha256.New, []byte(machineSecret))
		mac.Write([]byte(body))
		r.Header.Set("X-Muster-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	}
	answer := httptest.NewRecorder()
	s.bot.Incidents().ServeHTTP(answer, r)
	return fmt.Sprint(answer.Code, " ", answer.Body), s.rest()
}

// statuspage configures the public status page, with the component of the
// service checkout, from the next start on, or none; "gone" takes the newest incident off
// it. Alone it prints what customers see.
func (s *stage) statuspage(args []string) (string, error) {
	switch {
	case slices.Contains(args, "configured"):
		page, token := s.town.StatuspageToken()
		s.config.Statuspage = config.Statuspage{APIURL: "http://" + s.address + "/statuspage", Token: config.Secret(token), Page: page}
		s.config.Services = map[string]config.Service{"checkout": {Statuspage: []string{"Checkout"}}, "mail": {Statuspage: []string{"Mail"}}, "search": {Statuspage: []string{"search"}}}
		if slices.Contains(args, "wrong") {
			s.config.Statuspage.Token = "wrong"
		}
		return "", nil
	case slices.Contains(args, "none"):
		s.config.Statuspage = config.Default().Statuspage
		return "", nil
	case slices.Contains(args, "gone"):
		s.town.TakeDown(s.town.PublicPage().Incidents[0].ID)
		return "", nil
	}
	err := s.rest()
	var out strings.Builder
	page := s.town.PublicPage()
	for _, c := range page.Components {
		if c.Status != "operational" {
			fmt.Fprintf(&out, "%s: %s\n", c.Name, c.Status)
		}
	}
	for _, i := range page.Incidents {
		fmt.Fprintf(&out, "%s (%s)\n", i.Name, i.Status)
		for _, u := range i.Updates {
			fmt.Fprintf(&out, "  %s %s: %s\n", u.At.UTC().Format("15:04"), u.Status, u.Body)
		}
	}
	return out.String(), err
}
