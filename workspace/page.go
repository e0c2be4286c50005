package workspace

import (
	_ "embed"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"strings"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS []byte

var pageTemplate = template.Must(template.New("").Parse(pageHTML))

// pageEmoji is what can be put on a message from the page.
var pageEmoji = []string{"pushpin", "mag", "wrench", "bulb", "mega", "dart", "eyes", "tada", "+1"}

// routePage serves a plain page, without scripts, on which a person can be
// anyone, read, type, react, press buttons and fill in forms.
func (w *Workspace) routePage() {
	page := http.NewServeMux()
	page.HandleFunc("GET /{$}", w.servePage)
	page.HandleFunc("GET /page.css", func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "text/css; charset=utf-8")
		_, _ = rw.Write(pageCSS) // the caller is gone: nothing to do
	})
	page.HandleFunc("POST /act", w.servePageAct)
	w.mux.Handle("/", loopback(page))
}

type pageData struct {
	As, Channel, Label, Topic, App, Error string
	People                                []pagePerson
	Channels, Emoji                       []string
	Messages                              []pageMessage
	Commands                              []command
	Form                                  *pageForm
}

type pagePerson struct{ Name, RealName, Title string }

type pageMessage struct {
	Message
	IsReply bool
}

type pageForm struct {
	ID, Title, Submit string
	Inputs            []pageInput
}

type pageInput struct {
	Name, Label, Hint, Value string
	Options                  []option
}

func (w *Workspace) servePage(rw http.ResponseWriter, r *http.Request) {
	data := pageData{As: r.URL.Query().Get("as"), Channel: r.URL.Query().Get("channel"), Error: r.URL.Query().Get("error"), Emoji: pageEmoji}
	if data.As == "" {
		data.As = cast[0].name
	}
	if data.Channel == "" {
		data.Channel = "incidents"
	}
	w.fillPage(&data)
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	rw.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	rw.Header().Set("Referrer-Policy", "same-origin")
	_ = pageTemplate.Execute(rw, data) // the caller is gone: nothing to do
}

func (w *Workspace) fillPage(data *pageData) {
	messages, err := w.Messages(data.Channel)
	if err != nil {
		data.Error = err.Error()
	}
	for _, m := range messages {
		if m.Only == "" || m.Only == data.As {
			data.Messages = append(data.Messages, pageMessage{m, m.Thread != "" && m.Thread != m.TS})
		}
	}
	data.Channels, data.Topic = w.Channels(), w.TopicOf(data.Channel)
	w.mu.Lock()
	defer w.mu.Unlock()
	data.App, data.Commands = w.app.user.name, w.app.Features.Commands
	for _, u := range w.users {
		if !u.bot {
			data.People = append(data.People, pagePerson{u.name, u.realName, u.title})
		}
	}
	if ch, ok := w.channelNamed(data.Channel); ok {
		data.Label = ch.label(w)
	}
	if v := w.latestView(data.As); v != nil {
		data.Form = formOf(v)
	}
}

func formOf(v *view) *pageForm {
	var blocks []block
	_ = json.Unmarshal(v.content.Blocks, &blocks) // they were checked before
	f := &pageForm{ID: v.id, Title: v.content.Title.Text}
	if v.content.Submit != nil {
		f.Submit = v.content.Submit.Text
	}
	for _, b := range blocks {
		if b.Type != "input" {
			continue
		}
		in := pageInput{Name: b.BlockID + " " + b.Element.ActionID, Label: b.Label.Text, Value: b.Element.InitialValue, Options: b.Element.Options}
		if b.Hint != nil {
			in.Hint = b.Hint.Text
		}
		if b.Element.Initial != nil {
			in.Value = b.Element.Initial.Value
		}
		f.Inputs = append(f.Inputs, in)
	}
	return f
}

// servePageAct does what a form of the page asks for, and shows the page again.
func (w *Workspace) servePageAct(rw http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(rw, r.Body, bodyMost)
	a := act{
		As: r.PostFormValue("as"), Do: r.PostFormValue("do"), Channel: r.PostFormValue("channel"), Text: r.PostFormValue("text"),
		TS: r.PostFormValue("ts"), Name: r.PostFormValue("name"), ActionID: r.PostFormValue("action_id"),
		Value: r.PostFormValue("value"), ViewID: r.PostFormValue("view_id"),
	}
	if a.Do == "submit" {
		a.Values = submittedValues(r.PostForm)
	}
	query := url.Values{"as": {a.As}, "channel": {a.Channel}}
	answer, err := w.act(a)
	if err != nil {
		query.Set("error", err.Error())
	}
	for _, problem := range answer.Errors {
		query.Set("error", problem)
	}
	http.Redirect(rw, r, "/?"+query.Encode(), http.StatusSeeOther)
}

// submittedValues reads the inputs of a form: their names are a block ID and
// an action ID.
func submittedValues(form url.Values) map[string]map[string]string {
	values := map[string]map[string]string{}
	for name, given := range form {
		if block, action, ok := strings.Cut(name, " "); ok {
			values[block] = map[string]string{action: given[0]}
		}
	}
	return values
}
