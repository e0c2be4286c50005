package workspace_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"muster/workspace"
)

// download reads a file with a token, following redirects as clients do.
func (a app) download(address, token string) (kind, content string, redirected bool) {
	a.t.Helper()
	r, err := http.NewRequest(http.MethodGet, address, nil)
	must(a.t, err)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	got, err := http.DefaultClient.Do(r)
	must(a.t, err)
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	must(a.t, err)
	if got.StatusCode != http.StatusOK {
		a.t.Errorf("%s: status %d", address, got.StatusCode)
	}
	return got.Header.Get("Content-Type"), string(body), got.Request.URL.Path == "/login"
}

// TestAPictureOfAPersons is told of in every shape, and is for the app alone.
func TestAPictureOfAPersons(t *testing.T) {
	a := everything(t)
	a.answering()
	must(t, a.InviteApp("ana", "general"))
	since := len(a.Calls(0))
	posted, err := a.Upload("ana", "general", "graph.png", []byte("PNG"))
	must(t, err)
	at := url.Values{"channel": {channelID(t, a, "general")}, "timestamp": {posted.TS}, "limit": {"1"}}
	past := a.call("conversations.history", at)["messages"].([]any)[0].(map[string]any)
	event := a.events(since)[0]
	told := event["files"].([]map[string]any)[0]["url_private"]
	if event["subtype"] != "file_share" || told == nil {
		t.Errorf("the app was told %v", event)
	}
	for what, m := range map[string]map[string]any{"history": past, "reactions.get": a.call("reactions.get", at)["message"].(map[string]any)} {
		f := m["files"].([]any)[0].(map[string]any)
		if f["mimetype"] != "image/png" || f["size"] != 3.0 || f["url_private"] != told || f["url_private_download"] != told || f["public_url_shared"] != false {
			t.Errorf("%s: %v", what, f)
		}
	}
	for _, tt := range []struct {
		name, token, kind string
		login             bool
	}{
		{"the app", a.BotToken(), "image/png", false},
		{"nobody", "", "text/html; charset=utf-8", true},
		{"another token", "xoxb-1", "text/html; charset=utf-8", true},
		{"the token of sockets", a.AppToken(), "text/html; charset=utf-8", true},
	} {
		if kind, content, login := a.download(told.(string), tt.token); kind != tt.kind || login != tt.login || (content == "PNG") == login {
			t.Errorf("%s has %s: %s", tt.name, kind, content)
		}
	}
}

// TestWhichFilesAnAppMayHave asks for files of channels that it is not in, and
// without the scope.
func TestWhichFilesAnAppMayHave(t *testing.T) {
	for _, tt := range []struct {
		name, manifest, room string
		invited, login       bool
	}{
		{"in the channel", everythingManifest(t), "general", true, false},
		{"not in the channel", everythingManifest(t), "general", false, true},
		{"direct messages of others", everythingManifest(t), "@bo", false, true},
		{"without the scope", manifest, "general", true, true},
	} {
		a := open(t, workspace.Options{Manifest: tt.manifest})
		if tt.invited {
			must(t, a.InviteApp("ana", "general"))
		}
		must(t, second(a.Upload("ana", tt.room, "graph.png", []byte("PNG"))))
		messages, err := a.Messages(strings.Replace(tt.room, "@", "@ana,", 1))
		must(t, err)
		if _, _, login := a.download(messages[len(messages)-1].Files[0], a.BotToken()); login != tt.login {
			t.Errorf("%s: sent to the login %v", tt.name, login)
		}
	}
}

// TestAPageReadsItsReadersFiles and no others.
func TestAPageReadsItsReadersFiles(t *testing.T) {
	a := open(t, workspace.Options{})
	must(t, second(a.Upload("ana", "platform", "graph.png", []byte("PNG"))))
	messages, err := a.Messages("platform")
	must(t, err)
	path := strings.TrimPrefix(messages[0].Files[0], a.url)
	for as, want := range map[string]int{"bo": 200, "ivy": 404, "kai": 404, "max": 404} {
		r, err := http.Get(a.url + "/control" + path + "?as=" + as)
		must(t, err)
		r.Body.Close()
		if r.StatusCode != want {
			t.Errorf("%s: status %d, want %d", as, r.StatusCode, want)
		}
	}
}
