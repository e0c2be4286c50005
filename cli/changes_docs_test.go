package cli

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// blocks returns what docs/changes.md has in a language.
func blocks(t *testing.T, language string) (all []string) {
	t.Helper()
	text, err := os.ReadFile("../docs/changes.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllSubmatch(text, -1) {
		all = append(all, string(m[1]))
	}
	if len(all) == 0 {
		t.Fatalf("docs/changes.md has nothing in %s", language)
	}
	return all
}

// TestDocsOfChangesRun runs the lines of docs/changes.md as they stand there, with
// bash, curl and openssl, and every one is taken.
func TestDocsOfChangesRun(t *testing.T) {
	for _, tool := range []string{"bash", "curl", "openssl"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatalf("%v; the machine that tests has to have it", err)
			}
			t.Skipf("%v; install it, such as with apt-get install %s", err, tool)
		}
	}
	_, server := pipelines(t, nil)
	for _, script := range blocks(t, "bash") {
		cmd := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", script)
		cmd.Env = append(os.Environ(), "MUSTER_URL="+server.URL, "MUSTER_KEY="+pipelineSecret)
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		if err := cmd.Run(); err != nil || !strings.Contains(out.String(), `"source":"ci","status":"new"}`) {
			t.Errorf("%s\n%v: %s%s", script, err, out.String(), errs.String())
		}
	}
}

// TestDocsOfChangesAreTaken sends each body that docs/changes.md shows.
func TestDocsOfChangesAreTaken(t *testing.T) {
	_, server := pipelines(t, nil)
	for _, body := range blocks(t, "json") {
		body = strings.ReplaceAll(body, "$MUSTER_KEY", pipelineSecret)
		status, answer := tellAt(t, server.URL+"/v1/changes", pipelineSecret, body)
		unknown := strings.Contains(answer, "The directory has no service")
		if status != 201 && status != 202 || !strings.Contains(answer, `"status":"new"`) || unknown {
			t.Errorf("%s: %d %s", body, status, answer)
		}
	}
}

// TestDocsOfChangesAreYAML reads what docs/changes.md has for other tools, with
// their placeholders filled in, and sends what comes out where a body does.
func TestDocsOfChangesAreYAML(t *testing.T) {
	_, server := pipelines(t, nil)
	sent := 0
	for _, text := range blocks(t, "yaml") {
		var any any
		if err := yaml.Unmarshal([]byte(text), &any); err != nil {
			t.Errorf("%v:\n%s", err, text)
		}
		for _, m := range regexp.MustCompile(`(?s)\{"id".*?"\}|\{"id".*?\}\}\}`).FindAllString(strings.ReplaceAll(text, "\n", " "), -1) {
			status, answer := tellAt(t, server.URL+"/v1/changes", pipelineSecret, filledIn(m))
			if status != 200 && status != 201 {
				t.Errorf("%s: %d %s", filledIn(m), status, answer)
			}
			sent++
		}
	}
	if sent != 3 {
		t.Errorf("%d bodies were found, want those of GitHub Actions, GitLab CI and Argo CD", sent)
	}
}

// filledIn puts something sensible in the place of each placeholder.
func filledIn(body string) string {
	now := time.Now().UTC().Format(time.RFC3339)
	body = regexp.MustCompile(`"\{\{ if eq .*?\{\{ end \}\}"`).ReplaceAllString(body, `"succeeded"`)
	body = regexp.MustCompile(`"started_at": \{\{[^}]*\}\}`).ReplaceAllString(body, `"started_at": "`+now+`"`)
	body = regexp.MustCompile(`\{\{[^}]*toJson \}\}`).ReplaceAllString(body, `"x"`)
	body = regexp.MustCompile(`https?://[^"]*`).ReplaceAllString(body, "https://x.example")
	for _, word := range []string{"${{ job.status }}", "$CI_JOB_STATUS"} {
		body = strings.ReplaceAll(body, word, "success")
	}
	body = strings.ReplaceAll(body, "$CI_JOB_STARTED_AT", now)
	return regexp.MustCompile(`\$\{\{[^}]*\}\}|\$[A-Z_]+`).ReplaceAllString(body, "x")
}
