package workspace

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// routeControl serves what plays the people and breaks things. It is for this
// machine only: a caller from elsewhere, or a page from elsewhere, is refused.
func (w *Workspace) routeControl() {
	control := http.NewServeMux()
	control.HandleFunc("POST /control/act", w.serveAct)
	control.HandleFunc("GET /control/channels/{name}/messages", w.serveMessages)
	control.HandleFunc("GET /control/channels", w.serveChannels)
	control.HandleFunc("GET /control/views", w.serveViews)
	control.HandleFunc("GET /control/calls", w.serveCalls)
	control.HandleFunc("POST /control/faults", w.serveFaults)
	control.HandleFunc("DELETE /control/faults", func(rw http.ResponseWriter, _ *http.Request) {
		w.Mend()
		writeJSON(rw, object{"ok": true})
	})
	control.HandleFunc("POST /control/clock", w.serveClock)
	w.mux.Handle("/control/", loopback(control))
}

func loopback(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() || !localName(r.Host) || foreign(r) {
			http.Error(rw, "the control API is for this machine only", http.StatusForbidden)
			return
		}
		next.ServeHTTP(rw, r)
	})
}

// localName keeps out pages whose name was made to lead to this machine.
func localName(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// foreign reports whether a page from elsewhere makes the call.
func foreign(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	return origin != "" && origin != "http://"+r.Host && origin != "https://"+r.Host
}

func writeJSON(rw http.ResponseWriter, value any) {
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(rw).Encode(value) // the caller is gone: nothing to do
}

func readBody(rw http.ResponseWriter, r *http.Request, into any) bool {
	err := json.NewDecoder(http.MaxBytesReader(rw, r.Body, 2*fileMost)).Decode(into)
	if err != nil {
		rw.WriteHeader(http.StatusBadRequest)
		writeJSON(rw, object{"ok": false, "error": "the body is not the JSON that is documented: " + err.Error()})
	}
	return err == nil
}

// act is one thing that a person does.
type act struct {
	As         string                       `json:"as"`
	Do         string                       `json:"do"`
	Channel    string                       `json:"channel"`
	Text       string                       `json:"text"`
	TS         string                       `json:"ts"`
	Name       string                       `json:"name"`
	ActionID   string                       `json:"action_id"`
	Value      string                       `json:"value"`
	CallbackID string                       `json:"callback_id"`
	ViewID     string                       `json:"view_id"`
	Values     map[string]map[string]string `json:"values"`
	Content    string                       `json:"content"` // base64
}

func (w *Workspace) serveAct(rw http.ResponseWriter, r *http.Request) {
	var a act
	if !readBody(rw, r, &a) {
		return
	}
	answer, err := w.act(a)
	out := object{"ok": err == nil}
	if err != nil {
		out["error"] = err.Error()
	}
	if answer.TS != "" {
		out["ts"] = answer.TS
	}
	if len(answer.Ephemeral) > 0 {
		out["ephemeral"] = answer.Ephemeral
	}
	if answer.View != nil {
		out["view"] = answer.View
	}
	if len(answer.Errors) > 0 {
		out["errors"] = answer.Errors
	}
	writeJSON(rw, out)
}

func (w *Workspace) act(a act) (answer Answer, err error) {
	switch a.Do {
	case "say":
		return w.reactionTo(a.As, func() (Answer, error) { return w.Say(a.As, a.Channel, a.Text) })
	case "reply":
		return w.Reply(a.As, a.Channel, a.TS, a.Text)
	case "react":
		return answer, w.React(a.As, a.Channel, a.TS, a.Name)
	case "unreact":
		return answer, w.Unreact(a.As, a.Channel, a.TS, a.Name)
	case "edit":
		return answer, w.Edit(a.As, a.Channel, a.TS, a.Text)
	case "delete":
		return answer, w.Delete(a.As, a.Channel, a.TS)
	case "pin":
		return answer, w.Pin(a.As, a.Channel, a.TS)
	case "unpin":
		return answer, w.Unpin(a.As, a.Channel, a.TS)
	case "click":
		return w.reactionTo(a.As, func() (Answer, error) { return w.Click(a.As, a.Channel, a.TS, a.ActionID, a.Value) })
	case "shortcut":
		return w.reactionTo(a.As, func() (Answer, error) { return w.Shortcut(a.As, a.CallbackID) })
	case "message_shortcut":
		return w.reactionTo(a.As, func() (Answer, error) { return w.MessageShortcut(a.As, a.Channel, a.TS, a.CallbackID) })
	case "submit":
		return w.Submit(a.As, a.ViewID, a.Values)
	case "close":
		return w.Dismiss(a.As, a.ViewID)
	case "home":
		return answer, w.OpenHome(a.As)
	case "join":
		return answer, w.Join(a.As, a.Channel)
	case "leave":
		return answer, w.Leave(a.As, a.Channel)
	case "upload":
		content, err := base64.StdEncoding.DecodeString(a.Content)
		if err != nil {
			return answer, fmt.Errorf("content is not base64: %w", err)
		}
		return w.Upload(a.As, a.Channel, a.Name, content)
	}
	return answer, fmt.Errorf("nobody can %q", a.Do)
}

func (w *Workspace) serveMessages(rw http.ResponseWriter, r *http.Request) {
	messages, err := w.Messages(r.PathValue("name"))
	if err != nil {
		rw.WriteHeader(http.StatusNotFound)
		writeJSON(rw, object{"ok": false, "error": err.Error()})
		return
	}
	writeJSON(rw, object{"ok": true, "messages": slices.Concat([]Message{}, messages), "topic": w.TopicOf(r.PathValue("name"))})
}

func (w *Workspace) serveChannels(rw http.ResponseWriter, _ *http.Request) {
	writeJSON(rw, object{"ok": true, "channels": w.Channels()})
}

func (w *Workspace) serveViews(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	views := []object{}
	for _, v := range w.views {
		if w.nameOf(v.user) == r.URL.Query().Get("as") {
			views = append(views, v.raw)
		}
	}
	writeJSON(rw, object{"ok": true, "views": views})
}

func (w *Workspace) serveCalls(rw http.ResponseWriter, r *http.Request) {
	since, _ := strconv.Atoi(r.URL.Query().Get("since")) // 0 is from the first
	rw.Header().Set("Content-Type", "application/x-ndjson")
	out := json.NewEncoder(rw)
	for _, c := range w.Calls(since) {
		_ = out.Encode(c) // the caller is gone: nothing to do
	}
}

func (w *Workspace) serveFaults(rw http.ResponseWriter, r *http.Request) {
	var f Fault
	if !readBody(rw, r, &f) {
		return
	}
	if err := w.Break(f); err != nil {
		rw.WriteHeader(http.StatusBadRequest)
		writeJSON(rw, object{"ok": false, "error": err.Error()})
		return
	}
	writeJSON(rw, object{"ok": true})
}

func (w *Workspace) serveClock(rw http.ResponseWriter, r *http.Request) {
	var body struct{ Advance string }
	if !readBody(rw, r, &body) {
		return
	}
	d, err := time.ParseDuration(body.Advance)
	if err != nil || d < 0 {
		rw.WriteHeader(http.StatusBadRequest)
		writeJSON(rw, object{"ok": false, "error": `advance must be a span of time such as "20m"`})
		return
	}
	w.Advance(d)
	writeJSON(rw, object{"ok": true, "now": w.Now()})
}
