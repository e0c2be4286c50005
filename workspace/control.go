package workspace

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
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
	control.HandleFunc("POST /control/people", w.servePerson)
	control.HandleFunc("POST /control/channels", w.serveChannel)
	control.HandleFunc("POST /control/outage", w.serveOutage)
	control.HandleFunc("DELETE /control/outage", func(rw http.ResponseWriter, _ *http.Request) {
		w.StopOutage()
		writeJSON(rw, object{"ok": true})
	})
	control.HandleFunc("GET /control/stream", w.serveStream)
	control.HandleFunc("GET /control/past", w.servePast)
	control.HandleFunc("GET /control/files/{id}/{name}", w.servePageFile)
	control.HandleFunc("GET /control/emoji", serveEmoji)
	control.HandleFunc("GET /control/issues", func(rw http.ResponseWriter, _ *http.Request) { writeJSON(rw, w.Issues()) })
	control.HandleFunc("GET /control/pages", func(rw http.ResponseWriter, _ *http.Request) { writeJSON(rw, w.Pages()) })
	control.HandleFunc("GET /control/statuspage", func(rw http.ResponseWriter, _ *http.Request) { writeJSON(rw, w.PublicPage()) })
	control.HandleFunc("GET /control/repository", func(rw http.ResponseWriter, _ *http.Request) { writeJSON(rw, w.Repository()) })
	control.HandleFunc("GET /control/wiki", func(rw http.ResponseWriter, _ *http.Request) { writeJSON(rw, w.WikiPages()) })
	control.HandleFunc("GET /control/channels/{name}/canvas", func(rw http.ResponseWriter, r *http.Request) {
		text, ok := w.Canvas(r.PathValue("name"))
		writeJSON(rw, object{"ok": ok, "text": text})
	})
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

// ownPages keeps pages from elsewhere from using what they may guess of tokens.
func ownPages(next http.HandlerFunc) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		if foreign(r) {
			http.Error(rw, "pages from elsewhere may not call the workspace", http.StatusForbidden)
			return
		}
		next(rw, r)
	}
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
	As         string `json:"as"`
	Do         string `json:"do"`
	Channel    string `json:"channel"`
	Text       string `json:"text"`
	TS         string `json:"ts"`
	Name       string `json:"name"`
	ActionID   string `json:"action_id"`
	BlockID    string `json:"block_id"`
	Value      Given  `json:"value"`
	CallbackID string `json:"callback_id"`
	ViewID     string `json:"view_id"`
	Values     Values `json:"values"`
	Content    string `json:"content"` // base64
}

func (w *Workspace) serveAct(rw http.ResponseWriter, r *http.Request) {
	var a act
	if !readBody(rw, r, &a) {
		return
	}
	answer, err := w.act(a)
	out := object{"ok": err == nil} // with status 200, as the contract has it
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
	if answer.Options != nil {
		out["options"] = answer.Options
	}
	writeJSON(rw, out)
}

// deeds is what a person can do.
var deeds = map[string]func(w *Workspace, a act) (Answer, error){
	"say": func(w *Workspace, a act) (Answer, error) {
		return w.reactionTo(a.As, func() (Answer, error) { return w.Say(a.As, a.Channel, a.Text) })
	},
	"reply":   func(w *Workspace, a act) (Answer, error) { return w.Reply(a.As, a.Channel, a.TS, a.Text) },
	"react":   func(w *Workspace, a act) (Answer, error) { return Answer{}, w.React(a.As, a.Channel, a.TS, a.Name) },
	"unreact": func(w *Workspace, a act) (Answer, error) { return Answer{}, w.Unreact(a.As, a.Channel, a.TS, a.Name) },
	"edit":    func(w *Workspace, a act) (Answer, error) { return Answer{}, w.Edit(a.As, a.Channel, a.TS, a.Text) },
	"delete":  func(w *Workspace, a act) (Answer, error) { return Answer{}, w.Delete(a.As, a.Channel, a.TS) },
	"pin":     func(w *Workspace, a act) (Answer, error) { return Answer{}, w.Pin(a.As, a.Channel, a.TS) },
	"unpin":   func(w *Workspace, a act) (Answer, error) { return Answer{}, w.Unpin(a.As, a.Channel, a.TS) },
	"click": func(w *Workspace, a act) (Answer, error) {
		at := pointed{where: a.Channel, ts: a.TS, view: a.ViewID, blockID: a.BlockID, actionID: a.ActionID, given: a.Value, values: a.Values}
		return w.reactionTo(a.As, func() (Answer, error) { return w.click(a.As, at) })
	},
	"suggest": func(w *Workspace, a act) (Answer, error) {
		return w.Suggest(a.As, a.Channel, a.TS, a.ViewID, a.ActionID, a.Value.first())
	},
	"shortcut": func(w *Workspace, a act) (Answer, error) {
		return w.reactionTo(a.As, func() (Answer, error) { return w.Shortcut(a.As, a.CallbackID) })
	},
	"message_shortcut": func(w *Workspace, a act) (Answer, error) {
		return w.reactionTo(a.As, func() (Answer, error) { return w.MessageShortcut(a.As, a.Channel, a.TS, a.CallbackID) })
	},
	"submit":     func(w *Workspace, a act) (Answer, error) { return w.Submit(a.As, a.ViewID, a.Values) },
	"close":      func(w *Workspace, a act) (Answer, error) { return w.Dismiss(a.As, a.ViewID) },
	"home":       func(w *Workspace, a act) (Answer, error) { return Answer{}, w.OpenHome(a.As) },
	"join":       func(w *Workspace, a act) (Answer, error) { return Answer{}, w.Join(a.As, a.Channel) },
	"leave":      func(w *Workspace, a act) (Answer, error) { return Answer{}, w.Leave(a.As, a.Channel) },
	"archive":    func(w *Workspace, a act) (Answer, error) { return Answer{}, w.Archive(a.As, a.Channel) },
	"unarchive":  func(w *Workspace, a act) (Answer, error) { return Answer{}, w.Unarchive(a.As, a.Channel) },
	"deactivate": func(w *Workspace, a act) (Answer, error) { return Answer{}, w.Deactivate(cmp.Or(a.Name, a.As)) },
	"read":       func(w *Workspace, a act) (Answer, error) { return Answer{}, w.Read(a.As, a.Channel, a.TS) },
	"upload": func(w *Workspace, a act) (Answer, error) {
		content, err := base64.StdEncoding.DecodeString(a.Content)
		if err != nil {
			return Answer{}, fmt.Errorf("content is not base64: %w", err)
		}
		return w.upload(a.As, a.Channel, a.TS, a.Name, a.Text, content)
	},
	"page_ack":      func(w *Workspace, a act) (Answer, error) { return Answer{}, w.AnswerPageAs(a.As, a.Name) },
	"page_resolve":  func(w *Workspace, a act) (Answer, error) { return Answer{}, w.ResolvePageAs(a.As, a.Name) },
	"page_escalate": func(w *Workspace, a act) (Answer, error) { return Answer{}, w.EscalatePageAs(a.As, a.Name) },
	"page_note":     func(w *Workspace, a act) (Answer, error) { return Answer{}, w.NotePage(a.As, a.Name, a.Text) },
	"alarm": func(w *Workspace, a act) (Answer, error) {
		_, err := w.Alarm(a.Name, a.Text, a.Value.first(), "")
		return Answer{}, err
	},
	"issue_move":    func(w *Workspace, a act) (Answer, error) { return Answer{}, w.MoveIssue(a.As, a.Name, a.Text) },
	"issue_assign":  func(w *Workspace, a act) (Answer, error) { return Answer{}, w.AssignIssue(a.As, a.Name, a.Text) },
	"issue_due":     func(w *Workspace, a act) (Answer, error) { return Answer{}, w.DueIssue(a.As, a.Name, a.Text) },
	"issue_comment": func(w *Workspace, a act) (Answer, error) { return Answer{}, w.CommentIssue(a.As, a.Name, a.Text) },
}

func (w *Workspace) act(a act) (Answer, error) {
	deed, ok := deeds[a.Do]
	if !ok {
		return Answer{}, fmt.Errorf("nobody can %q; what people can do is %s", a.Do, strings.Join(slices.Sorted(maps.Keys(deeds)), ", "))
	}
	return deed(w, a)
}

func (w *Workspace) serveMessages(rw http.ResponseWriter, r *http.Request) {
	messages, err := w.Messages(r.PathValue("name"))
	if err != nil {
		rw.WriteHeader(http.StatusNotFound)
		writeJSON(rw, object{"ok": false, "error": err.Error()})
		return
	}
	writeJSON(rw, object{"ok": true, "messages": listed(messages), "topic": w.TopicOf(r.PathValue("name"))})
}

func (w *Workspace) serveChannels(rw http.ResponseWriter, _ *http.Request) {
	writeJSON(rw, object{"ok": true, "channels": w.Channels()})
}

// serveViews sends the modals that someone has open, the topmost last, and
// their Home tab.
func (w *Workspace) serveViews(rw http.ResponseWriter, r *http.Request) {
	u, ok := w.viewer(rw, r)
	if !ok {
		return
	}
	w.mu.Lock()
	views, home := w.pageViews(u), w.pageHome(u)
	w.mu.Unlock()
	writeJSON(rw, object{"ok": true, "views": views, "home": home})
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
	orRefuse(rw, w.Break(f), object{})
}

// orRefuse answers what the control API was asked for, or why it was not done.
func orRefuse(rw http.ResponseWriter, err error, answer object) {
	if err != nil {
		rw.WriteHeader(http.StatusBadRequest)
		answer = object{"error": err.Error()}
	}
	answer["ok"] = err == nil
	writeJSON(rw, answer)
}

func (w *Workspace) serveClock(rw http.ResponseWriter, r *http.Request) {
	var body struct {
		Advance string
		Set     time.Time
	}
	if !readBody(rw, r, &body) {
		return
	}
	d, err := time.ParseDuration(body.Advance)
	switch {
	case !body.Set.IsZero():
		err = w.SetTime(body.Set)
	case err != nil || d < 0:
		err = errors.New(`advance must be a span of time such as "20m", or set a time such as "2026-03-12T09:20:00Z"`)
	default:
		w.Advance(d)
	}
	orRefuse(rw, err, object{"now": w.Now()})
}

func (w *Workspace) servePerson(rw http.ResponseWriter, r *http.Request) {
	var p Person
	if !readBody(rw, r, &p) {
		return
	}
	id, err := w.AddPerson(p)
	orRefuse(rw, err, object{"id": id})
}

func (w *Workspace) serveChannel(rw http.ResponseWriter, r *http.Request) {
	var body struct {
		As, Name string
		Private  bool
		Members  []string
	}
	if !readBody(rw, r, &body) {
		return
	}
	id, err := w.AddChannel(body.As, body.Name, body.Private, body.Members...)
	orRefuse(rw, err, object{"id": id})
}

func (w *Workspace) serveOutage(rw http.ResponseWriter, r *http.Request) {
	var body struct{ Pace string }
	if !readBody(rw, r, &body) {
		return
	}
	pace, err := time.ParseDuration(body.Pace)
	if err != nil || pace < 0 {
		err = errors.New(`pace must be a span of time such as "2s"`)
	} else {
		err = w.PlayOutage(pace)
	}
	orRefuse(rw, err, object{})
}
