package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"muster/workspace"
)

// aviary is a stage on which each text that is said in private incidents is a
// canary: a word that stands nowhere else. It looks for them in every byte that
// leaves the bot, and knows who may hear them.
type aviary struct {
	*stage
	t   *testing.T
	log *ear

	mu       sync.Mutex
	planted  int
	inside   map[string]bool   // who may hear, by name, as of now
	rooms    map[string]string // names of the private channels, by ID
	names    map[string]string // people by ID
	direct   map[string]string // direct messages by ID: with whom
	canvases map[string]string // the channels of canvases, by ID
	actor    string            // who is doing something now
	place    string            // where, by ID
	sung     map[string]bool   // canaries that those inside have heard
	read     int               // the journal is read up to here
	files    []sharedFile
	leaks    []string
	bytes    int // that were looked through

	questions int // that viewers have asked
}

// sharedFile is a file of the bot's, and who may have been inside when it came.
type sharedFile struct {
	address, channel string
	inside           map[string]bool
}

// ear is a log that can be read while it is written.
type ear struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (e *ear) Write(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.text.Write(p)
}

func (e *ear) String() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.text.String()
}

// nobody is where texts go that no person reads: other services.
const nobody = ""

var canary = regexp.MustCompile(`(?i)canary[0-9]+x`)

// plant returns a new canary.
func (a *aviary) plant() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.planted++
	return fmt.Sprintf("canary%dx", a.planted)
}

// lets says who may hear from now on, or no longer may.
func (a *aviary) lets(in bool, people ...string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, name := range people {
		a.inside[name] = in
	}
}

// hears looks through what one person is told; nobody is every other place.
// A private channel's ID is told to nobody outside either.
func (a *aviary) hears(who, how, text string) {
	a.bytes += len(text)
	if a.inside[who] && who != nobody {
		a.sings(text)
		return
	}
	for id, name := range a.rooms {
		if strings.Contains(text, id) {
			a.leaks = append(a.leaks, fmt.Sprintf("%s tells %q of #%s: %s", how, who, name, shortened(text)))
		}
	}
	a.keeps(how, text)
}

// sings notes which canaries those inside have heard.
func (a *aviary) sings(text string) {
	for _, one := range canary.FindAllString(text, -1) {
		a.sung[one] = true
	}
}

// keeps looks through what is not for the chat: IDs may stand there.
func (a *aviary) keeps(how, text string) {
	for _, at := range canary.FindAllStringIndex(text, 3) {
		a.leaks = append(a.leaks, fmt.Sprintf("%s has %s: …%s", how, text[at[0]:at[1]], shortened(text[max(0, at[0]-300):])))
	}
}

func shortened(text string) string {
	if unescaped, err := url.QueryUnescape(text); err == nil {
		text = unescaped
	}
	return text[:min(len(text), 600)]
}

// listens stands between the bot and all that it calls.
func (a *aviary) listens(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/link/") || strings.HasPrefix(r.URL.Path, "/files/") {
			next.ServeHTTP(rw, r)
			return
		}
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		a.overhears(r, string(body))
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		a.learns(r, body, answer.Body.Bytes())
		maps.Copy(rw.Header(), answer.Header())
		rw.WriteHeader(answer.Code)
		_, _ = rw.Write(answer.Body.Bytes())
	})
}

// overhears looks through one call.
func (a *aviary) overhears(r *http.Request, body string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	method, isSlack := strings.CutPrefix(r.URL.Path, "/api/")
	switch {
	case strings.HasPrefix(r.URL.Path, "/upload/"):
		// who gets it is known when it is shared
	case strings.HasPrefix(r.URL.Path, "/response/"):
		var said struct {
			Type string `json:"response_type"`
		}
		_ = json.Unmarshal([]byte(body), &said)
		a.answered(said.Type, "a response URL", body)
	case !isSlack:
		a.hears(nobody, r.Method+" "+r.URL.Path, r.URL.RawQuery+"\n"+body)
	default:
		a.calls(method, argsOf(r, body), body)
	}
}

// calls looks through a call of Slack's Web API.
func (a *aviary) calls(method string, args url.Values, body string) {
	to := args.Get("channel") + args.Get("channel_id") + args.Get("channels")
	if method == "canvases.edit" {
		to = a.canvases[args.Get("canvas_id")]
	}
	person := args.Get("user_id")
	if method == "chat.postEphemeral" {
		person = args.Get("user")
	}
	for _, id := range strings.Split(args.Get("users"), ",") {
		if name := a.names[id]; method == "conversations.invite" && a.rooms[to] != "" && !a.inside[name] {
			a.leaks = append(a.leaks, fmt.Sprintf("%s is invited into #%s", name, a.rooms[to]))
		}
	}
	switch {
	case method == "views.open":
		a.hears(a.actor, method, body)
	case person != "":
		a.hears(a.names[person], method, strings.ReplaceAll(body, to, ""))
	case a.rooms[to] != "":
		a.bytes += len(body)
		a.sings(body)
	case a.names[to] != "":
		a.hears(a.names[to], method, body)
	case a.direct[to] != "":
		a.hears(a.direct[to], method, body)
	default:
		a.hears(nobody, method, body)
	}
}

// answered looks through an answer to what the actor does.
func (a *aviary) answered(kind, how, text string) {
	switch {
	case kind == "in_channel" && a.rooms[a.place] != "":
	case kind == "in_channel":
		a.hears(nobody, how, text)
	default:
		a.hears(a.actor, how, text)
	}
}

func argsOf(r *http.Request, body string) url.Values {
	args, _ := url.ParseQuery(body)
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		var object map[string]any
		_ = json.Unmarshal([]byte(body), &object)
		args = url.Values{}
		for name, value := range object {
			args.Set(name, fmt.Sprint(value))
		}
	}
	for name, values := range r.URL.Query() {
		args[name] = values
	}
	return args
}

// learns from an answer which channel is private, and which direct messages are
// whose.
func (a *aviary) learns(r *http.Request, body, answer []byte) {
	var said struct {
		Channel any
		Canvas  string `json:"canvas_id"`
	}
	if json.Unmarshal(answer, &said) != nil {
		return
	}
	args := argsOf(r, string(body))
	id, _ := said.Channel.(string)
	if opened, ok := said.Channel.(map[string]any); ok {
		id, _ = opened["id"].(string)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if said.Canvas != "" {
		a.canvases[said.Canvas] = args.Get("channel_id")
	}
	if name := a.names[args.Get("channel")+args.Get("users")]; name != "" && strings.HasPrefix(id, "D") {
		a.direct[id] = name
	}
	if id != "" && strings.HasSuffix(r.URL.Path, "/conversations.create") && args.Get("is_private") == "true" {
		a.rooms[id] = args.Get("name")
	}
}

// sees keeps the files that the bot shares.
func (a *aviary) sees(h workspace.Happening) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if h.Kind != workspace.Posted || !h.Message.Bot {
		return
	}
	for _, address := range h.Message.Files {
		a.files = append(a.files, sharedFile{address, h.Channel, maps.Clone(a.inside)})
	}
}

// acks looks through what the bot has answered on the spot since the last time.
func (a *aviary) acks() {
	calls := a.town.Calls(a.read)
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, c := range calls {
		a.read = c.N
		if payload, ok := c.Data["payload"].(json.RawMessage); ok && c.Kind == "ack" {
			var said struct {
				Type string `json:"response_type"`
			}
			_ = json.Unmarshal(payload, &said)
			a.answered(said.Type, "an acknowledgement", string(payload))
		}
	}
}

// does has someone do something somewhere, and returns what they are shown.
func (a *aviary) does(name, place string, deed func() (workspace.Answer, error)) workspace.Answer {
	a.t.Helper()
	a.mu.Lock()
	a.actor, a.place = name, a.idOf(place)
	a.mu.Unlock()
	answer, err := deed()
	if err != nil {
		a.t.Errorf("%s in %s: %v", name, place, err)
	}
	a.acks()
	return answer
}

// idOf is a channel's ID where it is private, else its name.
func (a *aviary) idOf(place string) string {
	for id, name := range a.rooms {
		if name == place {
			return id
		}
	}
	return place
}

// inFiles looks through all that the bot shared, and wrote beside its store.
func (a *aviary) inFiles() {
	a.mu.Lock()
	shared := a.files
	a.files = nil
	a.mu.Unlock()
	for _, f := range shared {
		content, _ := a.town.File(f.address)
		person, direct := strings.CutPrefix(f.channel, "@")
		if _, private := a.rooms[a.idOf(strings.TrimPrefix(f.channel, "#"))]; private || direct && f.inside[person] {
			continue
		}
		a.hears(nobody, "the file "+f.address+" in "+f.channel, string(content))
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	err := filepath.WalkDir(a.dir, a.onDisk)
	if err != nil {
		a.leaks = append(a.leaks, err.Error())
	}
}

// onDisk looks through a file beside the store. Images of messages are kept for
// the bot's own account alone.
func (a *aviary) onDisk(path string, e fs.DirEntry, err error) error {
	if err != nil || strings.HasPrefix(path, a.config.StorePath()) {
		return err
	}
	if path == a.config.Files || strings.HasPrefix(path, a.config.Files+string(filepath.Separator)) {
		if info, err := e.Info(); err != nil || info.Mode().Perm()&0o077 != 0 {
			a.leaks = append(a.leaks, fmt.Sprintf("%s is open to others: %v, %v", path, info.Mode(), err))
		}
		return nil
	}
	text := []byte(nil)
	if !e.IsDir() {
		text, err = os.ReadFile(path)
	}
	a.keeps("the file "+path, path+string(text))
	return err
}

// tell fails the test for each leak there was since the last time.
func (a *aviary) tell(when string) {
	a.t.Helper()
	a.inFiles()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.keeps("the log", a.log.String())
	for _, leak := range a.leaks[:min(len(a.leaks), 10)] {
		a.t.Errorf("%s: %s", when, leak)
	}
	if more := len(a.leaks) - 10; more > 0 {
		a.t.Errorf("%s: and %d more", when, more)
	}
	a.leaks = nil
}
