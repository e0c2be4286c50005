package config

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Documents says when postmortems are due, and where those are published that
// somebody has approved.
type Documents struct {
	DueAfter Cadence  `yaml:"due_after"` // the end, in whole days; 0 for never
	DueFor   []string `yaml:"due_for"`   // the severities that need one

	Font string `yaml:"font"` // a TrueType font for letters of PDFs that Muster's own do not have; empty for none

	Canvas     bool         `yaml:"canvas"` // in the canvas of the incident's channel
	GitHub     GitDocuments `yaml:"github"`
	Confluence Confluence   `yaml:"confluence"`
}

// GitDocuments is a repository of GitHub. The token and the address are those of
// GitHub.
type GitDocuments struct {
	Repository string `yaml:"repository"` // "owner/name"
	Branch     string `yaml:"branch"`     // the default branch where it is empty
	Folder     string `yaml:"folder"`
	Pull       bool   `yaml:"pull_request"` // by a pull request, and not straight on the branch
}

// Publishes reports whether postmortems are published there.
func (g GitDocuments) Publishes() bool { return g.Repository != "" }

// Confluence is a space of Confluence.
type Confluence struct {
	URL     string `yaml:"url"`
	User    string `yaml:"user"` // the e-mail address that the token belongs to; empty for a personal access token of Data Center
	Token   Secret `yaml:"token"`
	Space   string `yaml:"space"`   // by key
	Parent  string `yaml:"parent"`  // of new pages: a title or an ID; empty for none
	Edition string `yaml:"edition"` // "cloud" or "server"; Confluence is asked where it is empty
}

// Publishes reports whether postmortems are published there.
func (c Confluence) Publishes() bool { return c.URL != "" }

// Days is how many days after the end a postmortem is due; 0 for never.
func (d Documents) Days() int { return int(time.Duration(d.DueAfter) / day) }

const day = 24 * time.Hour

// documentProblems are those of when postmortems are due, and where they are
// published.
func (c *Config) documentProblems() []problem {
	found := severityProblems("documents.due_for", c.Documents.DueFor)
	refuse := func(key, format string, args ...any) {
		found = append(found, problem{"documents." + key, fmt.Sprintf(format, args...)})
	}
	if after := time.Duration(c.Documents.DueAfter); after%day != 0 {
		refuse("due_after", "%v is not a number of days; write such as 5d, or 0 for never", after)
	}
	if g := c.Documents.GitHub; g.Publishes() {
		if !repositoryShape.MatchString(g.Repository) {
			refuse("github.repository", "%q is no repository; write owner/name, such as shop/postmortems", g.Repository)
		}
		if c.GitHub.Token == "" && !c.lacks("github.token", c.GitHub.Token) {
			refuse("github", "without github.token nothing can be written; set it, with the permission to write Contents and Pull requests of the repository")
		}
		if slices.Contains(strings.Split(g.Folder, "/"), "..") {
			refuse("github.folder", "%q leads out of the repository; write a path such as docs/postmortems", g.Folder)
		}
	}
	w := c.Documents.Confluence
	if !w.Publishes() {
		return found
	}
	if !isWeb(w.URL) {
		refuse("confluence.url", "%q is no web address; write such as https://example.atlassian.net/wiki", w.URL)
	}
	if w.Token == "" && !c.lacks("documents.confluence.token", w.Token) {
		refuse("confluence.token", "it is missing; make an API token (Cloud) or a personal access token (Data Center) of somebody who may add pages to the space")
	}
	if w.Space == "" {
		refuse("confluence.space", "it is missing; write the key of the space, such as ENG")
	}
	if !slices.Contains([]string{"", "cloud", "server"}, w.Edition) {
		refuse("confluence.edition", "%q is no edition; write cloud or server, or leave it out and Confluence is asked", w.Edition)
	}
	return found
}
