package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sandboxed runs a sandbox while a script talks to it.
func sandboxed(t *testing.T, o sandboxOptions, script func(addresses map[string]string)) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	in, out := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- (&shell{out: out, err: io.Discard}).sandbox(ctx, o) }()
	line, err := bufio.NewReader(in).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var addresses map[string]string
	if err := json.Unmarshal(line, &addresses); err != nil {
		t.Fatal(err)
	}
	script(addresses)
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// told is what was answered to a call.
func told(t *testing.T, r *http.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheSameSeedGivesTheSameIDsAndTimes(t *testing.T) {
	script := func(seed uint64) string {
		var out strings.Builder
		sandboxed(t, sandboxOptions{listen: "127.0.0.1:0", seed: seed, seeded: true}, func(at map[string]string) {
			act := func(body string) {
				r, err := http.Post(at["control_url"]+"/act", "application/json", strings.NewReader(body))
				fmt.Fprintln(&out, told(t, r, err))
			}
			act(`{"as":"ana","do":"say","channel":"general","text":"hello"}`)
			r, err := http.PostForm(at["slack_api_url"]+"conversations.create", url.Values{"token": {at["bot_token"]}, "name": {"room"}})
			fmt.Fprintln(&out, told(t, r, err))
			act(`{"as":"bo","do":"say","channel":"room","text":"here"}`)
			r, err = http.Get(at["control_url"] + "/channels/room/messages")
			fmt.Fprintln(&out, told(t, r, err))
			fmt.Fprintln(&out, at["bot_token"], at["app_token"])
		})
		return out.String()
	}
	first := script(7)
	if second := script(7); first != second {
		t.Errorf("the same seed:\n%s\n%s", first, second)
	}
	if other := script(8); first == other {
		t.Error("another seed gives the same")
	}
}

func TestTheJournalIsWrittenIntoAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "calls.jsonl")
	sandboxed(t, sandboxOptions{listen: "127.0.0.1:0", seed: 1, journal: path}, func(at map[string]string) {
		r, err := http.PostForm(at["slack_api_url"]+"auth.test", url.Values{"token": {at["bot_token"]}})
		told(t, r, err)
	})
	text, err := os.ReadFile(path)
	if err != nil || !bytes.Contains(text, []byte(`"method":"auth.test"`)) || !json.Valid(bytes.TrimSpace(text)) {
		t.Errorf("it has %s, %v", text, err)
	}
}
