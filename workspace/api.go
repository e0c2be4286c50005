package workspace

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
	scopes []string // the token needs one of them; none, and it needs none
	needs  []string // arguments that must be there
	do     func(*call) (object, error)
}

// methods is every method that is served, in the order of Slack's reference.
// It is a function so that a method may look at the list.
func methods() []method {
	return slices.Concat(
		[]method{
			{"auth.test", nil, nil, authTest},
			{"apps.connections.open", nil, nil, connectionsOpen},
		},
		chatMethods, conversationMethods, reactionMethods, userMethods, viewMethods, fileMethods,
	)
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
	args, token, err := readArgs(r)
	answer := object{}
	var hurt *fault
	w.mu.Lock()
	if err == nil {
		hurt = w.strike(name)
		answer, err = w.serve(r, name, args, token, hurt)
	}
	answer = finish(answer, err)
	w.record(name, args, answer)
	w.mu.Unlock()
	w.reply(rw, hurt, answer)
}

// serve runs a method, unless a fault keeps it from taking effect.
func (w *Workspace) serve(r *http.Request, name string, args map[string]string, token string, hurt *fault) (object, error) {
	if hurt != nil && hurt.before() {
		return nil, hurt.refusal()
	}
	m, ok := find(methods(), func(m method) bool { return m.name == name })
	if !ok {
		return nil, refuse("unknown_method")
	}
	c := &call{Workspace: w, method: m, args: args, host: scheme(r) + r.Host, ws: socketScheme(r) + r.Host}
	if err := c.allowed(token); err != nil {
		return nil, err
	}
	for _, need := range m.needs {
		if args[need] == "" {
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
	case token == "":
		return refuse("not_authed")
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
func finish(answer object, err error) object {
	if answer == nil {
		answer = object{}
	}
	answer["ok"] = err == nil
	if err == nil {
		return answer
	}
	var r refusal
	if !errors.As(err, &r) {
		r = refusal{code: "internal_error"}
	}
	answer["error"] = r.code
	for key, value := range r.more {
		answer[key] = value
	}
	return answer
}

func (w *Workspace) reply(rw http.ResponseWriter, hurt *fault, answer object) {
	if hurt != nil && hurt.answered(rw) {
		return
	}
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	rw.Header().Set("X-OAuth-Scopes", strings.Join(w.app.OAuth.Scopes.Bot, ","))
	rw.Header().Set("X-Slack-Req-Id", strconv.FormatInt(time.Now().UnixNano(), 36))
	_ = json.NewEncoder(rw).Encode(answer) // the caller is gone: nothing to do
}

// readArgs reads the arguments of a call in every way that Slack takes them.
func readArgs(r *http.Request) (args map[string]string, token string, err error) {
	args = map[string]string{}
	for key, values := range r.URL.Query() {
		args[key] = values[0]
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		err = readJSON(r, args)
	case "multipart/form-data":
		err = r.ParseMultipartForm(bodyMost)
	default:
		err = r.ParseForm()
	}
	if err != nil {
		return nil, "", refuse("invalid_form_data")
	}
	for key, values := range r.PostForm {
		args[key] = values[0]
	}
	token = strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if token == "" {
		token = args["token"]
	}
	delete(args, "token")
	return args, token, nil
}

// readJSON takes nested values as their JSON, as forms have them.
func readJSON(r *http.Request, args map[string]string) error {
	body, err := io.ReadAll(io.LimitReader(r.Body, bodyMost))
	if err != nil || len(body) == 0 {
		return err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return err
	}
	for key, value := range fields {
		var text string
		if json.Unmarshal(value, &text) == nil {
			args[key] = text
		} else if string(value) != "null" {
			args[key] = string(value)
		}
	}
	return nil
}

func (c *call) is(key string) bool { return c.args[key] == "true" || c.args[key] == "1" }

// channelArg returns the channel that an argument names, if the bot may see it.
func (c *call) channelArg(key string) (*channel, error) {
	ch, ok := c.channel(c.args[key])
	if !ok || (ch.private || ch.im) && !ch.has(c.app.user.id) {
		return nil, refuse("channel_not_found")
	}
	return ch, nil
}

// inChannel is channelArg for what only members may do.
func (c *call) inChannel(key string) (*channel, error) {
	ch, err := c.channelArg(key)
	switch {
	case err != nil:
		return nil, err
	case !ch.has(c.app.user.id):
		return nil, refuse("not_in_channel")
	case ch.archived:
		return nil, refuse("is_archived")
	}
	return ch, nil
}

// scopeFor checks the scope that depends on the kind of channel.
func (c *call) scopeFor(ch *channel, what string) error {
	scope := map[string]string{"channel": "channels:", "group": "groups:", "im": "im:"}[ch.kind()] + what
	if !c.app.has(scope) {
		return c.missingScope(scope)
	}
	return nil
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
		if _, err := fmt.Sscanf(cursor, "from:%d", &from); err != nil || from > n {
			return 0, 0, "", refuse("invalid_cursor")
		}
	}
	if to = min(n, from+limit); to < n {
		next = fmt.Sprintf("from:%d", to)
	}
	return from, to, next, nil
}

func metadataOf(next string) object { return object{"next_cursor": next} }

func authTest(c *call) (object, error) {
	return object{
		"url": "https://" + domain + ".slack.com/", "team": teamName, "user": c.app.user.name, "team_id": teamID,
		"user_id": c.app.user.id, "bot_id": c.app.botID, "app_id": c.app.id, "is_enterprise_install": false,
	}, nil
}

func connectionsOpen(c *call) (object, error) {
	ticket := c.uuid("ticket")
	c.tickets[ticket] = true
	return object{"url": c.ws + "/link/?ticket=" + ticket + "&app_id=" + c.app.id}, nil
}
