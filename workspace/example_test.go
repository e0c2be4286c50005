package workspace_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"time"

	"muster/workspace"
)

// noon is a clock that stands.
func noon() time.Time { return time.Date(2026, 3, 12, 12, 0, 0, 0, time.UTC) }

func Example() {
	w, err := workspace.New(workspace.Options{Manifest: manifest, Now: func() time.Time { return time.Date(2026, 3, 12, 9, 20, 0, 0, time.UTC) }})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer w.Close()
	said, _ := w.Say("ana", "general", "Is it only me, @bo?")
	_, _ = w.Reply("bo", "general", said.TS, "No")
	_ = w.React("bo", "general", said.TS, "eyes")
	text, _ := w.Transcript("general")
	fmt.Print(text)
	// Output:
	// 09:20 ana: Is it only me, @bo?
	//       :eyes: bo
	//     09:20 bo: No
}

// An app calls the workspace as it calls Slack.
func Example_app() {
	server := httptest.NewUnstartedServer(nil)
	w, err := workspace.New(workspace.Options{Manifest: manifest, URL: "http://" + server.Listener.Addr().String(), Now: noon})
	if err != nil {
		fmt.Println(err)
		return
	}
	server.Config.Handler = w
	server.Start()
	defer server.Close()
	defer w.Close()
	made, err := http.PostForm(server.URL+"/api/conversations.create", url.Values{"token": {w.BotToken()}, "name": {"war-room"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer made.Body.Close()
	var got struct {
		OK      bool
		Channel struct{ Name string }
	}
	if err := json.NewDecoder(made.Body).Decode(&got); err != nil {
		fmt.Println(err)
	}
	fmt.Println(got.OK, got.Channel.Name, w.Channels())
	// Output:
	// true war-room [general incidents delivery platform war-room]
}

// What goes wrong on purpose goes wrong as often as it is asked to.
func ExampleWorkspace_Break() {
	w, err := workspace.New(workspace.Options{Manifest: manifest, Now: noon})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer w.Close()
	server := httptest.NewServer(w)
	defer server.Close()
	if err := w.Break(workspace.Fault{Method: "auth.test", Kind: "error:fatal_error", Count: 1}); err != nil {
		fmt.Println(err)
	}
	for range 2 {
		r, err := http.PostForm(server.URL+"/api/auth.test", url.Values{"token": {w.BotToken()}})
		if err != nil {
			fmt.Println(err)
			return
		}
		text, _ := io.ReadAll(r.Body)
		r.Body.Close()
		var got struct {
			OK    bool
			Error string
		}
		if err := json.Unmarshal(text, &got); err != nil {
			fmt.Println(err)
		}
		fmt.Println(got.OK, got.Error)
	}
	// Output:
	// false fatal_error
	// true
}
