package cli

import (
	"bytes"
	"net/http/httptest"
	"strings"
	"testing"

	"muster/config"
	"muster/torture"
	"muster/workspace"
)

// library is a configuration with all places that postmortems can be published in,
// of a workspace of its own.
func library(t *testing.T) config.Config {
	t.Helper()
	w, url := torture.Town(t)
	c := config.Default()
	(&town{Workspace: w, url: url}).library(&c)
	return c
}

func TestCheckTellsOfDocuments(t *testing.T) {
	for want, change := range map[string]func(*config.Config){
		"ok    GitHub: repository shop/postmortems for postmortems\nok    GitHub: branch main\nok    Confluence: token and space ENG\nok    Confluence: parent Engineering\n": func(*config.Config) {},
		"FAIL  GitHub: repository shop/postmortems for postmortems: GitHub refuses github.token; make a new one":                                                              func(c *config.Config) { c.GitHub.Token = "wrong" },
		`FAIL  GitHub: branch none: documents.github.branch: there is no branch "none"`:                                                                                       func(c *config.Config) { c.Documents.GitHub.Branch = "none" },
		"FAIL  Confluence: token and space ENG: Confluence refuses documents.confluence.user and token; make a new token":                                                     func(c *config.Config) { c.Documents.Confluence.Token = "wrong" },
		`FAIL  Confluence: token and space NONE: Confluence has no space with the key "NONE"`:                                                                                 func(c *config.Config) { c.Documents.Confluence.Space = "NONE" },
		`FAIL  Confluence: parent None: documents.confluence.parent: the space ENG has no page "None"`:                                                                        func(c *config.Config) { c.Documents.Confluence.Parent = "None" },
	} {
		c := library(t)
		change(&c)
		var out bytes.Buffer
		well := (&shell{out: &out}).checkDocuments(t.Context(), c)
		if well != strings.HasPrefix(want, "ok") || !strings.Contains(out.String(), want) {
			t.Errorf("%v, it does not say %q:\n%s", well, want, &out)
		}
	}
}

// TestCheckAsksForWhatCanvasesNeed has an app that was installed before Muster
// wrote canvases.
func TestCheckAsksForWhatCanvasesNeed(t *testing.T) {
	c := config.Default()
	var older []string
	for _, line := range strings.Split(Manifest(c), "\n") {
		if !strings.Contains(line, "canvases:write") {
			older = append(older, line)
		}
	}
	w, err := workspace.New(workspace.Options{Manifest: strings.Join(older, "\n")})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(w)
	t.Cleanup(func() { w.Close(); server.Close() })
	c.Slack.APIURL, c.Slack.AnnounceChannel = server.URL+"/api/", ""
	c.Slack.AppToken, c.Slack.BotToken = config.Secret(w.AppToken()), config.Secret(w.BotToken())
	for _, c.Documents.Canvas = range []bool{false, true} {
		var out bytes.Buffer
		well := (&shell{out: &out, err: &out}).checkSlack(t.Context(), c)
		if lacks := strings.Contains(out.String(), "missing: canvases:write (to write approved postmortems"); lacks != c.Documents.Canvas || well == lacks {
			t.Errorf("with canvas: %v it says %s", c.Documents.Canvas, &out)
		}
	}
}
