package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"codeberg.org/go-fonts/dejavu/dejavumathtexgyre"
)

func TestTexts(t *testing.T) {
	does(t, "Every short text that a person reads, in English.", "texts")
	does(t, "done: \"%[1]v ist gemeldet, %[2]s: %[3]s\"", "texts", "--language", "de")
	does(t, "{{.ID}}, {{.Severity}}, {{.Status}}: {{.Title}}", "texts", "card.tmpl")
	does(t, "Gemeldet: {{when .Declared}}", "texts", "--language", "de", "card.tmpl")
	if status, _, errs := run("texts", "cards.tmpl"); status != exitMisuse || !strings.Contains(errs, `there is no text "cards.tmpl"; there are announcement.tmpl, card.tmpl`) {
		t.Errorf("it ends with %d, says %q", status, errs)
	}
	status, out, errs := run("texts", "--language", "klingon")
	if status != exitMisuse || out != "" || !strings.Contains(errs, `there are no texts in "klingon"; there are en, de`) {
		t.Errorf("it ends with %d, says %q and %q", status, out, errs)
	}
}

func TestCheckLooksAtTheFont(t *testing.T) {
	dir := t.TempDir()
	path, font := filepath.Join(dir, "muster.yaml"), filepath.Join(dir, "font.ttf")
	if err := os.WriteFile(path, []byte("slack: {app_token: xapp-1, bot_token: xoxb-1}\ndocuments: {font: font.ttf}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, ttf := range map[string]string{
		"FAIL  documents.font: open " + font:                               "",
		"FAIL  documents.font: " + font + ": it is no TrueType font\n":     "<html>",
		"FAIL  documents.font: " + font + ": its letters have CFF outline": "OTTO",
	} {
		if err := os.Remove(font); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if ttf != "" {
			if err := os.WriteFile(font, []byte(ttf), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if status, out, _ := run("check", "--offline", "--config", path); status != exitFailed || !strings.Contains(out, want) {
			t.Errorf("it ends with %d, says %s, want %s", status, out, want)
		}
	}
	if err := os.WriteFile(font, dejavumathtexgyre.TTF, 0o600); err != nil {
		t.Fatal(err)
	}
	does(t, "ok    documents.font: "+font, "check", "--offline", "--config", path)
}

func TestCheckLooksAtTheTexts(t *testing.T) {
	dir := t.TempDir()
	path, own := filepath.Join(dir, "muster.yaml"), filepath.Join(dir, "own")
	write := func(path, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	refuses := func(want string) {
		t.Helper()
		if status, out, _ := run("check", "--offline", "--config", path); status != exitFailed || !strings.Contains(out, want) {
			t.Errorf("it ends with %d, says %s", status, out)
		}
	}
	slack := "slack: {app_token: xapp-1, bot_token: xoxb-1}\n"
	write(path, slack+"texts: {language: fr}\n")
	refuses(`FAIL  texts.language: there are no texts in "fr"; there are en, de`)
	write(path, slack+"texts: {language: de, dir: own}\n")
	refuses("FAIL  texts.dir: " + own + ": there is no words.yaml in it, and no template")
	write(filepath.Join(own, "words.yaml"), "status: {solved: gelöst}\n")
	refuses("FAIL  texts.dir: " + filepath.Join(own, "words.yaml") + ": there is no text status.solved")
	write(filepath.Join(own, "words.yaml"), "status: {resolved: gelöst}\n")
	does(t, "ok    texts: de, and the team's own in "+own, "check", "--offline", "--config", path)
	for _, bad := range []string{"{{.Store}}", "{{env}}", "{{.Roles.Secret}}", "{{template \"again\" .}}{{define \"again\"}}x{{template \"again\" .}}{{end}}", "{{range 1000000000}}more than fits{{end}}", "{{index .Lines 3}}"} {
		write(filepath.Join(own, "postmortem.sev1.md.tmpl"), "# {{.ID}}\n\n"+bad+"\n")
		refuses("postmortem.sev1.md.tmpl")
	}
	write(filepath.Join(own, "postmortem.sev1.md.tmpl"), "# {{.ID}}\n\n{{range .Lines}}{{.Text}}{{end}}\n")
	does(t, "ok    texts: de, and the team's own in "+own, "check", "--offline", "--config", path)
}
