package workspace_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/workspace"
)

var update = flag.Bool("update", false, "write the coverage matrix into docs/workspace.md")

// clients is the software, none of it ours, that the workspace is tried with.
var clients = []string{"bolt", "web-api", "socket-mode", "slack-go", "curl"}

// matrix is which client has used which method or feature with success.
type matrix struct {
	features []string // in the order they were tried
	used     map[string]map[string]bool
}

func (m *matrix) mark(what, client string) {
	if m.used[what] == nil {
		m.used[what] = map[string]bool{}
	}
	m.used[what][client] = true
}

// try runs a check of a feature with a client, and marks it if it holds.
func (m *matrix) try(t *testing.T, client, feature string, check func() error) {
	t.Helper()
	if !slices.Contains(m.features, feature) {
		m.features = append(m.features, feature)
	}
	if err := check(); err != nil {
		t.Errorf("%s: %s: %v", client, feature, err)
		return
	}
	m.mark(feature, client)
}

// methods marks what a client has called with success.
func (m *matrix) methods(a app, client string) {
	for _, c := range a.Calls(0) {
		if name, ok := c.Data["method"].(string); ok && c.Kind == "call" && c.Data["ok"] == true {
			m.mark(name, client)
		}
	}
}

func (m *matrix) String() string {
	var out strings.Builder
	table := func(head string, rows []string) {
		fmt.Fprintf(&out, "\n| %s | %s |\n| --- |%s\n", head, strings.Join(clients, " | "), strings.Repeat(" --- |", len(clients)))
		for _, row := range rows {
			fmt.Fprintf(&out, "| %s |", row)
			for _, client := range clients {
				sign := " "
				if m.used[strings.Trim(row, "`")][client] {
					sign = " ✓ "
				}
				out.WriteString(sign + "|")
			}
			out.WriteString("\n")
		}
	}
	table("feature", m.features)
	var names []string
	for _, name := range workspace.Methods() {
		if name != "files.upload" { // Slack has retired it, and so it is refused
			names = append(names, "`"+name+"`")
		}
	}
	table("method", names)
	return out.String()
}

// TestConformance runs Slack's own SDKs for Node, slack-go and curl against the
// workspace, unchanged but for the address. What they do makes up the matrix of
// docs/workspace.md.
func TestConformance(t *testing.T) {
	m := &matrix{used: map[string]map[string]bool{}}
	t.Run("bolt", func(t *testing.T) { boltWorks(t, m) })
	t.Run("socket-mode", func(t *testing.T) { socketModeWorks(t, m) })
	t.Run("web-api", func(t *testing.T) { webAPIWorks(t, m) })
	t.Run("slack-go", func(t *testing.T) { slackGoWorks(t, m) })
	t.Run("curl", func(t *testing.T) { curlWorks(t, m) })
	t.Run("matrix", func(t *testing.T) {
		node(t)
		curl(t)
		comparePart(t, filepath.Join("..", "docs", "workspace.md"), "matrix", m.String())
	})
}

// comparePart compares what stands in a document between two marks with what
// should; with -update it writes it.
func comparePart(t *testing.T, path, name, want string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut(string(text), "<!-- "+name+" -->\n")
	got, tail, ok := strings.Cut(rest, "<!-- end of "+name+" -->")
	switch {
	case !ok:
		t.Fatalf("%s has no part %q", path, name)
	case *update:
		text := head + "<!-- " + name + " -->\n" + want + "<!-- end of " + name + " -->" + tail
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	case got != want:
		t.Errorf("%s does not say what was seen; go test ./workspace -run Conformance -update writes:\n%s", path, want)
	}
}

// needed skips a test that needs a program which is not here; where CI is set
// it fails.
func needed(t *testing.T, what, how string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is missing: %s", what, how)
	}
	t.Skipf("skipped for want of %s: %s", what, how)
}

func node(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("node")
	_, installed := os.Stat(filepath.Join("testdata", "node", "node_modules"))
	if err != nil || installed != nil {
		needed(t, "Node.js with Slack's SDKs", "apt-get install nodejs npm, then npm install --prefix workspace/testdata/node")
	}
	return path
}

func curl(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("curl")
	if err != nil {
		needed(t, "curl", "apt-get install curl")
	}
	return path
}

// everything opens a workspace with the app that may everything.
func everything(t *testing.T) app {
	t.Helper()
	return open(t, workspace.Options{Manifest: everythingManifest(t)})
}

func everythingManifest(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "app.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// program runs a script of Node against the workspace.
func (a app) program(script string, env ...string) (*exec.Cmd, *bufio.Scanner) {
	a.t.Helper()
	cmd := exec.CommandContext(a.t.Context(), node(a.t), script)
	cmd.Dir = filepath.Join("testdata", "node")
	cmd.Env = append(os.Environ(), "SLACK_API_URL="+a.url+"/api/", "SLACK_BOT_TOKEN="+a.BotToken(), "SLACK_APP_TOKEN="+a.AppToken())
	cmd.Env = append(cmd.Env, env...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		a.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()
		if a.t.Failed() {
			a.t.Logf("%s wrote:\n%s", script, errs.String())
		}
	})
	return cmd, bufio.NewScanner(out)
}

// soon waits for something to come true.
func soon(check func() error) error {
	var err error
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if err = check(); err == nil {
			return nil
		}
	}
	return err
}

func (a app) connected(n int) {
	a.t.Helper()
	err := soon(func() error {
		if got := a.Connections(); got != n {
			return fmt.Errorf("%d connections, want %d", got, n)
		}
		return nil
	})
	if err != nil {
		a.t.Fatal(err)
	}
}

// reads waits for a text in a channel.
func (a app) reads(channel, text string) error {
	return soon(func() error {
		got, err := a.Transcript(channel)
		if err == nil && !strings.Contains(got, text) {
			err = fmt.Errorf("%q is not in:\n%s", text, got)
		}
		return err
	})
}

// form waits for a modal with a title, on top of Ana's, and returns its ID.
func (a app) form(title string) (string, error) {
	var id string
	err := soon(func() error {
		if id = a.Form("ana"); id == "" {
			return errors.New("there is no modal")
		}
		if got := a.titleOf(id); got != title {
			return fmt.Errorf("the modal is %q, want %q", got, title)
		}
		return nil
	})
	return id, err
}

func (a app) titleOf(view string) string {
	var got struct {
		Views []struct {
			ID    string
			Title struct{ Text string }
		}
	}
	a.control("GET", "/views?as=ana", nil, &got)
	for _, v := range got.Views {
		if v.ID == view {
			return v.Title.Text
		}
	}
	return ""
}

func words(text string) workspace.Values {
	return workspace.Values{"words": {"words": {text}}}
}

func socketModeWorks(t *testing.T, m *matrix) {
	a := everything(t)
	must(t, a.InviteApp("ana", "general"))
	_, lines := a.program("socketmode.js")
	a.connected(1)
	told := make(chan map[string]any, 100)
	go func() {
		for lines.Scan() {
			var line map[string]any
			if json.Unmarshal(lines.Bytes(), &line) == nil {
				told <- line
			}
		}
	}()
	hears := func(text string, attempt float64) error {
		for {
			select {
			case line := <-told:
				if line["text"] == text && line["attempt"] == attempt {
					return nil
				}
			case <-time.After(10 * time.Second):
				return fmt.Errorf("%q was not heard", text)
			}
		}
	}
	try := func(feature string, check func() error) { t.Helper(); m.try(t, "socket-mode", feature, check) }
	try("a command, answered with its acknowledgement", func() error { return shown(a.Say("ana", "general", "/greet me"))("Got me") })
	try("an event", func() error {
		_, err := a.Say("ana", "general", "anybody?")
		return errors.Join(err, hears("anybody?", 0))
	})
	try("an event that is not acknowledged, sent again", func() error {
		_, err := a.Say("ana", "general", "say nothing")
		return errors.Join(err, hears("say nothing", 0), hears("say nothing", 1))
	})
	try("a connection that is refreshed, with a warning", func() error { return a.refreshed("bo") })
	m.methods(a, "socket-mode")
}

func webAPIWorks(t *testing.T, m *matrix) {
	a := everything(t)
	cmd, lines := a.program("webapi.js", "ANA="+a.userID("ana"))
	var last string
	for lines.Scan() {
		last = lines.Text()
	}
	if err := cmd.Wait(); err != nil || last != `{"ok":true}` {
		t.Fatalf("webapi.js: %v, %s", err, last)
	}
	m.methods(a, "web-api")
}

// userID is the ID of someone.
func (a app) userID(name string) string {
	a.t.Helper()
	for _, u := range a.call("users.list", nil)["members"].([]any) {
		if u := u.(map[string]any); u["name"] == name {
			return u["id"].(string)
		}
	}
	a.t.Fatalf("nobody is called %s", name)
	return ""
}

// curlRun calls with curl, and returns the status, what is said in the headers
// and the answer.
func (a app) curlRun(args ...string) (string, answer, error) {
	cmd := exec.CommandContext(a.t.Context(), curl(a.t), append([]string{"-sS", "-i"}, args...)...)
	cmd.Stderr = io.Discard
	out, err := cmd.Output()
	head, body, _ := strings.Cut(string(out), "\r\n\r\n")
	var got answer
	_ = json.Unmarshal([]byte(body), &got) // not everything is JSON
	return head, got, err
}

func curlWorks(t *testing.T, m *matrix) {
	curl(t)
	a := everything(t)
	bearer := "Authorization: Bearer " + a.BotToken()
	general := channelID(t, a, "general")
	ok := func(args ...string) error {
		head, got, err := a.curlRun(args...)
		if err == nil && got["ok"] != true {
			err = fmt.Errorf("%s %v", head, got)
		}
		return err
	}
	api := a.url + "/api/"
	try := func(feature string, check func() error) { t.Helper(); m.try(t, "curl", feature, check) }
	try("a token in the header, and in the body", func() error {
		return errors.Join(ok("-H", bearer, api+"auth.test"), ok("-d", "token="+a.BotToken(), api+"auth.test"))
	})
	try("arguments in JSON, in a form, in parts and in the address", func() error {
		return errors.Join(
			ok("-H", bearer, "-H", "Content-Type: application/json; charset=utf-8", "-d", `{"channel":"`+general+`","text":"in JSON"}`, api+"chat.postMessage"),
			ok("-H", bearer, "--data-urlencode", "text=in a form", "-d", "channel="+general, api+"chat.postMessage"),
			ok("-H", bearer, "-F", "text=in parts", "-F", "channel="+general, api+"chat.postMessage"),
			ok("-H", bearer, api+"conversations.info?channel="+general),
		)
	})
	try("scopes in the headers", func() error {
		head, _, err := a.curlRun("-H", bearer, api+"auth.test")
		if err == nil && !strings.Contains(strings.ToLower(head), "x-oauth-scopes: app_mentions:read,") {
			err = errors.New(head)
		}
		return err
	})
	try("a file's content, as it is", func() error {
		_, begun, err := a.curlRun("-H", bearer, "-d", "filename=a.txt&length=3", api+"files.getUploadURLExternal")
		if err != nil {
			return err
		}
		to, _ := begun["upload_url"].(string)
		id, _ := begun["file_id"].(string)
		if _, _, err := a.curlRun("--data-binary", "abc", to); err != nil {
			return err
		}
		return ok("-H", bearer, "--data-urlencode", `files=[{"id":"`+id+`"}]`, api+"files.completeUploadExternal")
	})
	try("too many calls", func() error { return a.tooMany(api, bearer) })
	m.methods(a, "curl")
}

// tooMany calls a method until it is one call too many.
func (a app) tooMany(api, bearer string) error {
	for range 21 {
		head, _, err := a.curlRun("-H", bearer, api+"conversations.list")
		if err != nil {
			return err
		}
		if strings.HasPrefix(head, "HTTP/1.1 429") && strings.Contains(head, "Retry-After: ") {
			return nil
		}
	}
	return errors.New("21 calls in a row were taken")
}

// control calls the control API.
func (a app) control(method, path string, body, into any) {
	a.t.Helper()
	if err := a.tryControl(method, path, body, into); err != nil {
		a.t.Fatal(err)
	}
}

func (a app) clickView(view, action string) {
	a.t.Helper()
	a.control("POST", "/act", map[string]string{"as": "ana", "do": "click", "view_id": view, "action_id": action}, &struct{}{})
}
