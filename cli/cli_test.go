package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"muster/workspace"
)

func run(args ...string) (status int, out, errs string) {
	var o, e bytes.Buffer
	status = Run(args, &o, &e)
	return status, o.String(), e.String()
}

func TestWrongUseEndsWith2AndOneLine(t *testing.T) {
	for _, args := range [][]string{
		{"dmeo"}, {"demo", "--onec"}, {"demo", "now"}, {"serve", "x"}, {"check", "--config"},
		{"export", "--format", "docx"}, {"export", "--format", "pdf"}, {"review", "--week", "W47"}, {"review", "--week", "2026-W54"}, {"review", "--format", "pdf"}, {"review", "now"}, {"export", "INC-1", "INC-2"}, {"verify", "--nonsense"}, {"sandbox", "--seed", "x"}, {"help", "bogus"}, {"help", "serve", "x"},
	} {
		status, out, errs := run(args...)
		if status != exitMisuse || strings.Count(errs, "\n") != 1 || out != "" {
			t.Errorf("muster %v ends with %d, says %q and %q", args, status, out, errs)
		}
	}
}

func TestHelpEndsWith0(t *testing.T) {
	for _, args := range [][]string{{}, {"help"}, {"--help"}, {"help", "demo"}, {"serve", "--help"}} {
		if status, out, _ := run(args...); status != exitDone || !strings.Contains(out, "muster") {
			t.Errorf("muster %v ends with %d and %q", args, status, out)
		}
	}
}

func TestManifestNeedsNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	status, out, errs := run("manifest")
	if status != exitDone {
		t.Fatalf("it ends with %d: %s", status, errs)
	}
	if _, err := workspace.New(workspace.Options{Manifest: out}); err != nil {
		t.Errorf("the workspace does not take it: %v", err)
	}
	config := filepath.Join(t.TempDir(), "muster.yaml")
	if err := os.WriteFile(config, []byte("slack: {command: /inc, bot_token: \"${NOT_SET_YET}\"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, out, errs := run("manifest", "--config", config); status != exitDone || !strings.Contains(out, "command: /inc\n") {
		t.Errorf("with a configuration it ends with %d: %s", status, errs)
	}
	if status, _, _ := run("manifest", "--config", "no-such-file"); status != exitFailed {
		t.Errorf("with a missing configuration it ends with %d", status)
	}
}

// TestDemo plays the outage and looks at what it leaves.
func TestDemo(t *testing.T) {
	dir := t.TempDir()
	status, out, errs := run("demo", "--once", "--out", dir)
	if status != exitDone || strings.Contains(out, "FAIL") {
		t.Fatalf("it ends with %d: %s\n%s", status, errs, out)
	}
	for name, least := range map[string]int{"postmortem.md": 1000, "timeline.jsonl": 1000, "conversation.txt": 1000, "review.md": 500, "review.png": 5000} {
		if text, err := os.ReadFile(filepath.Join(dir, name)); err != nil || len(text) < least {
			t.Errorf("%s: %d bytes, %v", name, len(text), err)
		}
	}
	for _, name := range []string{"postmortem.md", "postmortem.html", "review.md"} {
		if text, err := os.ReadFile(filepath.Join(dir, name)); err != nil || bytes.Contains(text, []byte("127.0.0.1")) {
			t.Errorf("%s leads to a workspace that is gone (%v)", name, err)
		}
	}
	record := filepath.Join(dir, "timeline.jsonl")
	if status, out, errs := run("verify", "--file", record); status != exitDone || !strings.HasPrefix(out, "ok: 1 incident, ") {
		t.Errorf("verify ends with %d: %s%s", status, out, errs)
	}
	changeOneWord(t, record)
	if status, _, errs := run("verify", "--file", record); status != exitFailed || !strings.Contains(errs, "chain") {
		t.Errorf("verify of a changed file ends with %d: %s", status, errs)
	}
}

func changeOneWord(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Replace(text, []byte("leaks"), []byte("seeps"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestSandboxAddresses(t *testing.T) {
	town, err := openTown("127.0.0.1:0", workspace.Options{Manifest: manifestForTests})
	if err != nil {
		t.Fatal(err)
	}
	defer town.close()
	text, err := json.Marshal(town.addresses())
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]string
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"slack_api_url", "page_url", "bot_token", "app_token", "control_url", "prometheus_url"} {
		if got[key] == "" {
			t.Errorf("%s is empty in %s", key, text)
		}
	}
	for _, key := range []string{"pagerduty_url", "pagerduty_token", "jira_url", "jira_user", "jira_token", "statuspage_url", "statuspage_token", "statuspage_page"} {
		if _, ok := got[key]; !ok {
			t.Errorf("%s is missing in %s", key, text)
		}
	}
}

const manifestForTests = `
display_information: {name: Test}
features: {bot_user: {display_name: test}}
settings: {socket_mode_enabled: true}
`
