package workspace_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"muster/workspace"
)

func TestTheControlAPI(t *testing.T) {
	a := open(t, workspace.Options{Now: func() time.Time { return time.Date(2026, 3, 12, 9, 20, 0, 0, time.UTC) }})
	for _, tt := range []struct{ method, path, body, want string }{
		{"POST", "/act", `{"as":"ana","do":"say","channel":"general","text":"hello"}`, `"ok":true`},
		{"POST", "/act", `{"as":"zoe","do":"say","channel":"general","text":"hello"}`, `nobody here is called \"zoe\"`},
		{"POST", "/act", `{"as":"ana","do":"sing"}`, `nobody can \"sing\"`},
		{"POST", "/act", `{"as":"ana","do":"say","channel":"general","text":"  "}`, `there is nothing to say`},
		{"POST", "/act", `{"as":"ana","do":"say","channel":"nowhere","text":"x"}`, `there is no channel nowhere`},
		{"POST", "/act", `{"as":"ana","do":"react","channel":"general","ts":"1.1","name":"eyes"}`, `there is no message 1.1`},
		{"POST", "/act", `{"as":`, `the body is not the JSON that is documented`},
		{"POST", "/people", `{"name":"nia","real_name":"Nia Chen"}`, `"id":"U0`},
		{"POST", "/people", `{"name":"ana"}`, `is here already`},
		{"POST", "/people", `{"name":"<b>"}`, `is no name`},
		{"POST", "/channels", `{"as":"ana","name":"war-room","private":true,"members":["nia"]}`, `"id":"C0`},
		{"POST", "/channels", `{"as":"ana","name":"War Room"}`, `can not be a channel`},
		{"POST", "/clock", `{"advance":"20m"}`, `09:40:00`},
		{"POST", "/clock", `{"set":"2026-03-12T10:00:00Z"}`, `10:00:00`},
		{"POST", "/clock", `{"set":"2026-03-12T09:00:00Z"}`, `only goes forward`},
		{"POST", "/clock", `{"advance":"soon"}`, `must be a span of time`},
		{"POST", "/faults", `{"method":"chat.postMessage","kind":"500"}`, `"ok":true`},
		{"POST", "/faults", `{"kind":"sabotage","method":"*"}`, `there is no fault of kind`},
		{"DELETE", "/faults", ``, `"ok":true`},
		{"POST", "/outage", `{"pace":"1s"}`, `a command that this app does not have`},
		{"GET", "/channels/general/messages", ``, `"text":"hello"`},
		{"GET", "/channels/nowhere/messages", ``, `there is no channel nowhere`},
		{"GET", "/views?as=ana", ``, `"views":[]`},
		{"GET", "/views?as=zoe", ``, `name who looks`},
		{"GET", "/past?as=bo&channel=C1", ``, `there is no such channel`},
	} {
		r, err := http.NewRequest(tt.method, a.url+"/control"+tt.path, strings.NewReader(tt.body))
		if err != nil {
			t.Fatal(err)
		}
		got, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(got.Body)
		got.Body.Close()
		if err != nil || !strings.Contains(string(text), tt.want) {
			t.Errorf("%s %s %s: %s %v, want %s", tt.method, tt.path, tt.body, text, err, tt.want)
		}
	}
}

// stream reads what a page is told as someone.
func (a app) stream(as string) *bufio.Scanner {
	a.t.Helper()
	r, err := http.NewRequestWithContext(a.t.Context(), http.MethodGet, a.url+"/control/stream?as="+as, nil)
	if err != nil {
		a.t.Fatal(err)
	}
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(func() { got.Body.Close() })
	lines := bufio.NewScanner(got.Body)
	lines.Buffer(nil, 1<<20)
	return lines
}

// hears reads on until a change has a text in it, and returns all that was told.
func hears(t *testing.T, lines *bufio.Scanner, text string) string {
	t.Helper()
	var told strings.Builder
	for lines.Scan() {
		told.WriteString(lines.Text() + "\n")
		if strings.Contains(lines.Text(), text) {
			return told.String()
		}
	}
	t.Fatalf("%q was not told: %v\n%s", text, lines.Err(), told.String())
	return ""
}

func TestAPageSeesWhatItsReaderMay(t *testing.T) {
	a := open(t, workspace.Options{})
	if _, err := a.AddChannel("ana", "war-room", true, "dee"); err != nil {
		t.Fatal(err)
	}
	bo, dee := a.stream("bo"), a.stream("dee")
	hears(t, bo, `"type":"state"`)
	hears(t, dee, `"type":"state"`)
	said, err := a.Say("ana", "war-room", "a secret")
	must(t, err)
	must(t, a.React("dee", "war-room", said.TS, "eyes"))
	if _, err := a.Say("ana", "@dee", "for Dee alone"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Say("ana", "general", "for everybody"); err != nil {
		t.Fatal(err)
	}
	if told := hears(t, dee, "for everybody"); !strings.Contains(told, "a secret") || !strings.Contains(told, "for Dee alone") {
		t.Errorf("Dee was told\n%s", told)
	}
	if told := hears(t, bo, "for everybody"); strings.Contains(told, "secret") || strings.Contains(told, "alone") || strings.Contains(told, "war-room") {
		t.Errorf("Bo was told\n%s", told)
	}
	for _, path := range []string{"/past?as=bo&channel=" + a.idOf("war-room"), "/past?as=bo&channel=" + a.idOf("@ana,dee")} {
		var got answer
		if a.control("GET", path, nil, &got); got["ok"] != false {
			t.Errorf("%s: %v", path, got)
		}
	}
	for _, deed := range []func() error{
		func() error { _, err := a.Say("bo", "war-room", "let me in"); return err },
		func() error { return a.Join("bo", "war-room") },
		func() error { return a.React("bo", "war-room", said.TS, "tada") },
	} {
		if deed() == nil {
			t.Error("Bo is in")
		}
	}
}

// idOf is the ID of a channel, as the page of Ana's is told it.
func (a app) idOf(name string) string {
	a.t.Helper()
	lines := a.stream("ana")
	lines.Scan()
	var told struct {
		State struct {
			Channels []struct {
				ID, Name, Kind string
				Members        []string
			}
			People []struct{ ID, Name string }
		}
	}
	if err := json.Unmarshal(bytes.TrimPrefix(lines.Bytes(), []byte("data: ")), &told); err != nil {
		a.t.Fatal(err)
	}
	for _, c := range told.State.Channels {
		for _, p := range told.State.People {
			if c.Name == name || c.Kind == "im" && p.ID == c.Name && name == "@ana,"+p.Name {
				return c.ID
			}
		}
	}
	a.t.Fatalf("there is no channel %s: %v", name, told)
	return ""
}

func TestCallsAreLimited(t *testing.T) {
	a := open(t, workspace.Options{})
	room := a.room()
	limited := func(calls int, call func() (*http.Response, error)) {
		t.Helper()
		for n := range calls + 1 {
			r, err := call()
			if err != nil {
				t.Fatal(err)
			}
			r.Body.Close()
			if want := map[bool]int{true: 200, false: 429}[n < calls]; r.StatusCode != want {
				t.Errorf("call %d: status %d, want %d", n+1, r.StatusCode, want)
			}
			if r.StatusCode == 429 && r.Header.Get("Retry-After") == "" {
				t.Error("it does not say when to come again")
			}
		}
	}
	limited(20, func() (*http.Response, error) {
		return http.PostForm(a.url+"/api/conversations.list", url.Values{"token": {a.BotToken()}})
	})
	limited(20, func() (*http.Response, error) {
		return http.PostForm(a.url+"/api/chat.postMessage", url.Values{"token": {a.BotToken()}, "channel": {room}, "text": {"x"}})
	})
	if got := a.call("auth.test", nil); got["ok"] != true {
		t.Errorf("another method: %v", got)
	}
}

func TestTheJournalIsKept(t *testing.T) {
	var kept bytes.Buffer
	a := open(t, workspace.Options{Journal: &kept})
	a.call("auth.test", nil)
	a.call("chat.shout", nil)
	a.Close()
	var lines []workspace.Call
	for line := range strings.Lines(kept.String()) {
		var c workspace.Call
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		lines = append(lines, c)
	}
	if got := fmt.Sprintf("%d %v %v %v", len(lines), lines[0].Data["method"], lines[0].Data["ok"], lines[1].Data["error"]); got != "2 auth.test true unknown_method" {
		t.Errorf("kept: %s", got)
	}
	if strings.Contains(kept.String(), a.BotToken()) {
		t.Error("the token is in it")
	}
}

func TestAMessageForLaterComesThen(t *testing.T) {
	a := open(t, workspace.Options{})
	room := a.room()
	at := fmt.Sprint(a.Now().Add(time.Hour).Unix())
	if got := a.call("chat.scheduleMessage", url.Values{"channel": {room}, "text": {"later"}, "post_at": {at}}); got["ok"] != true {
		t.Fatal(got)
	}
	a.Advance(59 * time.Minute)
	if text, _ := a.Transcript("room"); strings.Contains(text, "later") {
		t.Errorf("it came too early: %s", text)
	}
	a.Advance(2 * time.Minute)
	if err := a.reads("room", "later"); err != nil {
		t.Error(err)
	}
}

func TestAFileCanNotRun(t *testing.T) {
	a := open(t, workspace.Options{})
	for name, want := range map[string]string{"a.html": "text/plain; charset=utf-8", "a.svg": "text/plain; charset=utf-8", "a.png": "image/png"} {
		if _, err := a.Upload("ana", "general", name, []byte("<script>alert(1)</script>")); err != nil {
			t.Fatal(err)
		}
		messages, err := a.Messages("general")
		must(t, err)
		file, ok := strings.CutPrefix(messages[len(messages)-1].Files[0], a.url)
		if !ok {
			t.Fatal(messages)
		}
		r, err := http.Get(a.url + "/control" + file + "?as=ana")
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if got := r.Header.Get("Content-Type"); got != want || r.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(r.Header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%s is served as %v", name, r.Header)
		}
	}
}
