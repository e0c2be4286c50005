package workspace

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// method is one method of the Web API.
type method struct {
	name   string
	tier   tier
	scopes []string // the token needs one of them; none, and it needs none
	needs  []string // arguments that must be there
	do     func(*call) (object, error)
}

// methods is every method that is served, in the order of Slack's reference.
// It is a function so that a method may look at the list.
func methods() []method {
	return slices.Concat(
		[]method{
			{"api.test", unlimited, nil, nil, apiTest},
			{"auth.test", unlimited, nil, nil, authTest},
			{"apps.connections.open", unlimited, nil, nil, connectionsOpen},
		},
		chatMethods, conversationMethods, historyMethods, directMethods, reactionMethods, bookmarkMethods, userMethods, viewMethods, fileMethods, canvasMethods,
	)
}

// Methods returns the names of all methods that are served.
func Methods() []string {
	var names []string
	for _, m := range methods() {
		names = append(names, m.name)
	}
	return names
}

// call is one call of a method. While it is served the lock is held.
type call struct {
	*Workspace
	method method
	args   map[string]string
	host   string // the address that the caller used, with scheme
	ws     string // the same for sockets
}

// refusal is an answer that is not ok.
type refusal struct {
	code string
	more object
}

func (r refusal) Error() string { return r.code }

func refuse(code string) error { return refusal{code: code} }

func refuseWith(code string, more object) error { return refusal{code, more} }

// invalid refuses with messages that name what is wrong.
func invalid(code string, problems []string) error {
	return refuseWith(code, object{"response_metadata": object{"messages": problems}})
}

// bodyMost is how many bytes a call may have.
const bodyMost = 1 << 20

func (w *Workspace) serveMethod(rw http.ResponseWriter, r *http.Request) {
	name := r.PathValue("method")
	in, err := readArgs(r)
	if w.thaw(r.Context()) != nil {
		return
	}
	answer, hurt, id := w.locked(r, name, in, err)
	rw.Header().Set("X-Slack-Req-Id", id)
	w.reply(rw, r, name, hurt, answer)
}

// locked runs a method with the lock held, and writes it into the journal.
func (w *Workspace) locked(r *http.Request, name string, in input, err error) (answer object, hurt *fault, id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err == nil {
		hurt = w.strike(name)
		answer, err = w.guarded(r, name, in, hurt)
	}
	answer = finish(answer, in.warning, err)
	w.record(r, name, in.args, answer, hurt)
	return answer, hurt, w.letters("request", hex, 32)
}

// guarded turns a fault of ours into an error of the one call.
func (w *Workspace) guarded(r *http.Request, name string, in input, hurt *fault) (answer object, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			w.log("dropped", object{"why": "a fault in the workspace", "method": name, "fault": fmt.Sprint(fault)})
			answer, err = nil, refuse("internal_error")
		}
	}()
	return w.serve(r, name, in, hurt)
}

// serve runs a method, unless a fault keeps it from taking effect.
func (w *Workspace) serve(r *http.Request, name string, in input, hurt *fault) (object, error) {
	if hurt != nil && hurt.before() {
		return nil, hurt.refusal()
	}
	m, ok := find(methods(), func(m method) bool { return m.name == name })
	if !ok {
		return nil, refuse("unknown_method")
	}
	c := &call{Workspace: w, method: m, args: in.args, host: scheme(r) + r.Host, ws: socketScheme(r) + r.Host}
	if err := c.allowed(in.token); err != nil {
		return nil, err
	}
	if wait := w.limits.call(m); wait > 0 {
		return nil, limited(wait)
	}
	for _, need := range m.needs {
		if in.args[need] == "" {
			return nil, invalid("invalid_arguments", []string{"[ERROR] missing required field: " + need})
		}
	}
	return m.do(c)
}

func scheme(r *http.Request) string {
	if r.TLS != nil {
		return "https://"
	}
	return "http://"
}

func socketScheme(r *http.Request) string {
	if r.TLS != nil {
		return "wss://"
	}
	return "ws://"
}

// allowed checks the token and its scopes.
func (c *call) allowed(token string) error {
	switch {
	case c.method.name == "api.test":
		return nil
	case token == "":
		return refuse("not_authed")
	case token == c.app.botToken && c.Workspace.revoked["bot"], token == c.app.appToken && c.Workspace.revoked["app"]:
		return refuse("token_revoked")
	case c.method.name == "apps.connections.open" && token == c.app.botToken,
		c.method.name != "apps.connections.open" && token == c.app.appToken:
		return refuse("not_allowed_token_type")
	case token != c.app.botToken && token != c.app.appToken:
		return refuse("invalid_auth")
	case len(c.method.scopes) > 0 && !slices.ContainsFunc(c.method.scopes, c.app.has):
		return c.missingScope(c.method.scopes[0])
	}
	return nil
}

func (c *call) missingScope(scope string) error {
	return refuseWith("missing_scope", object{"needed": scope, "provided": strings.Join(c.app.OAuth.Scopes.Bot, ",")})
}

// finish makes the answer whole: every answer says whether it is ok, and what
// there is of metadata are lists.
func finish(answer object, warning string, err error) object {
	if answer == nil {
		answer = object{}
	}
	answer["ok"] = err == nil
	if err != nil {
		var r refusal
		if !errors.As(err, &r) {
			r = refusal{code: "internal_error"}
		}
		answer["error"] = r.code
		maps.Copy(answer, r.more)
	}
	if warning != "" {
		if answer["warning"] == nil {
			answer["warning"] = warning
		}
		about, _ := answer["response_metadata"].(object)
		if about == nil {
			about = object{}
		}
		warned, _ := about["warnings"].([]string)
		about["warnings"] = append(warned, warning)
		answer["response_metadata"] = about
	}
	return answer
}

func (w *Workspace) reply(rw http.ResponseWriter, r *http.Request, name string, hurt *fault, answer object) {
	if hurt != nil && hurt.answered(rw, r) {
		return
	}
	scopes := w.app.OAuth.Scopes.Bot
	if name == "apps.connections.open" {
		scopes = []string{"connections:write"}
	}
	m, _ := find(methods(), func(m method) bool { return m.name == name })
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	rw.Header().Set("X-OAuth-Scopes", strings.Join(scopes, ","))
	rw.Header().Set("X-Accepted-OAuth-Scopes", strings.Join(m.scopes, ","))
	if after, ok := answer[retryKey].(string); ok {
		rw.Header().Set("Retry-After", after)
		delete(answer, retryKey)
		rw.WriteHeader(http.StatusTooManyRequests)
	}
	_ = json.NewEncoder(rw).Encode(answer) // the caller is gone: nothing to do
}

// input is what a call brings.
type input struct {
	args    map[string]string
	token   string
	warning string
}

// readArgs reads the arguments of a call in every way that Slack takes them.
func readArgs(r *http.Request) (input, error) {
	in := input{args: map[string]string{}}
	for key, values := range r.URL.Query() {
		in.args[key] = values[0]
	}
	r.Body = http.MaxBytesReader(nil, r.Body, bodyMost)
	kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	var err error
	switch kind {
	case "application/json":
		if err = readJSON(r, in.args); params["charset"] == "" {
			in.warning = "missing_charset"
		}
	case "multipart/form-data":
		err = orCode(r.ParseMultipartForm(bodyMost), "invalid_form_data")
	default:
		if err = orCode(r.ParseForm(), "invalid_form_data"); params["charset"] != "" {
			in.warning = "superfluous_charset"
		}
	}
	for key, values := range r.PostForm {
		in.args[key] = values[0]
	}
	in.token = strings.TrimSpace(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	if in.token == "" {
		in.token = in.args["token"]
	}
	delete(in.args, "token")
	return in, err
}

func orCode(err error, code string) error {
	if err != nil {
		return refuse(code)
	}
	return nil
}

// readJSON takes nested values as their JSON, as forms have them.
func readJSON(r *http.Request, args map[string]string) error {
	body, err := io.ReadAll(r.Body)
	if err != nil || len(body) == 0 {
		return orCode(err, "request_timeout")
	}
	var fields map[string]json.RawMessage
	switch err := json.Unmarshal(body, &fields); {
	case !json.Valid(body):
		return refuse("invalid_json")
	case err != nil:
		return refuse("json_not_object")
	}
	for key, value := range fields {
		var text string
		if json.Unmarshal(value, &text) == nil && string(value) != "null" {
			args[key] = text
		} else if string(value) != "null" {
			args[key] = string(value)
		}
	}
	return nil
}

func (c *call) is(key string) bool { return c.args[key] == "true" || c.args[key] == "1" }

// channelArg returns the channel that an argument names, if the bot may see it
// and the token has the scope for channels of its kind.
func (c *call) channelArg(key string) (*channel, error) {
	ch, ok := c.channel(c.args[key])
	if !ok || (ch.private || ch.im || ch.mpim) && !ch.has(c.app.user.id) {
		return nil, refuse("channel_not_found")
	}
	return ch, c.scopeFor(ch)
}

// scopePrefix is what scopes for a kind of channel begin with.
var scopePrefix = map[string]string{"channel": "channels:", "group": "groups:", "im": "im:", "mpim": "mpim:"}

// scopeFor checks the scope where it depends on the kind of channel.
func (c *call) scopeFor(ch *channel) error {
	needed, depends := "", false
	for _, scope := range c.method.scopes {
		for _, prefix := range scopePrefix {
			depends = depends || strings.HasPrefix(scope, prefix)
		}
		if !strings.HasPrefix(scope, scopePrefix[ch.kind()]) {
			continue
		}
		if c.app.has(scope) {
			return nil
		}
		needed = cmp.Or(needed, scope)
	}
	switch {
	case !depends:
		return nil
	case needed == "":
		return refuse("method_not_supported_for_channel_type")
	}
	return c.missingScope(needed)
}

// joined is channelArg for what members alone may read.
func (c *call) joined(key string) (*channel, error) {
	ch, err := c.channelArg(key)
	if err == nil && !ch.has(c.app.user.id) {
		err = refuse("not_in_channel")
	}
	return ch, err
}

// inChannel is channelArg for what only members may do.
func (c *call) inChannel(key string) (*channel, error) {
	ch, err := c.joined(key)
	switch {
	case err != nil:
		return nil, err
	case ch.archived:
		return nil, refuse("is_archived")
	}
	return ch, nil
}

// page cuts a page out of a list: where it begins and ends, and the cursor of
// the next one.
func (c *call) page(n, usual, most int) (from, to int, next string, err error) {
	limit := usual
	if text := c.args["limit"]; text != "" && text != "0" {
		if limit, err = strconv.Atoi(text); err != nil || limit < 1 || limit > most {
			return 0, 0, "", refuse("invalid_limit")
		}
	}
	if cursor := c.args["cursor"]; cursor != "" {
		text, ok := strings.CutPrefix(cursor, "from:")
		if from, err = strconv.Atoi(text); !ok || err != nil || from < 0 || from > n {
			return 0, 0, "", refuse("invalid_cursor")
		}
	}
	if to = min(n, from+limit); to < n {
		next = fmt.Sprintf("from:%d", to)
	}
	return from, to, next, nil
}

func metadataOf(next string) object { return object{"next_cursor": next} }

func apiTest(c *call) (object, error) {
	if code := c.args["error"]; code != "" {
		return nil, refuseWith(code, object{"args": c.args})
	}
	return object{"args": c.args}, nil
}

func authTest(c *call) (object, error) {
	return object{
		"url": "https://" + domain + ".slack.com/", "team": teamName, "user": c.app.user.name, "team_id": teamID,
		"user_id": c.app.user.id, "bot_id": c.app.botID, "app_id": c.app.id, "is_enterprise_install": false,
	}, nil
}

// ticketFor is how long the address of a socket may be used, once.
const ticketFor = time.Minute

func connectionsOpen(c *call) (object, error) {
	ticket := c.uuid("ticket")
	c.tickets[ticket] = true
	w := c.Workspace
	w.after(ticketFor, func() { delete(w.tickets, ticket) })
	return object{"url": c.ws + "/link/?ticket=" + ticket + "&app_id=" + c.app.id}, nil
}
