package config

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

var (
	sourceShape     = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,39}$`)
	repositoryShape = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$`)
)

// ours is names of sources that Muster gives itself.
var ours = []string{"http", "github", "pagerduty"}

// keepLeast is for how long changes are kept at the least: an incident of the
// weekend is looked into on Monday.
const keepLeast = 24 * time.Hour

// changeProblems are those of who tells of changes. Which key fits tells who it
// is, so no two may be alike.
func (c *Config) changeProblems() []problem {
	var found []problem
	if keep := time.Duration(c.Changes.Keep); keep < keepLeast {
		found = append(found, problem{"changes.keep", fmt.Sprintf("%v is too short; changes are kept for a day at the least, and 30d where it is left out", keep)})
	}
	keys := map[Secret]string{}
	if c.HTTP.Secret != "" {
		keys[c.HTTP.Secret] = "http.secret"
	}
	for _, name := range slices.Sorted(maps.Keys(c.Changes.Sources)) {
		s, key := c.Changes.Sources[name], "changes.sources."+name
		if !sourceShape.MatchString(name) || slices.Contains(ours, name) {
			found = append(found, problem{key, fmt.Sprintf("%q can not be the name of a source; use up to 40 lower-case letters, digits, - or _, and none of %s", name, strings.Join(ours, ", "))})
		}
		if n := len(s.Secret); n < secretLeast && !c.lacks(key+".secret", s.Secret) {
			found = append(found, problem{key + ".secret", fmt.Sprintf("it has %d characters, and needs %d at the least; make one with: openssl rand -hex 32", n, secretLeast)})
		}
		if first, twice := keys[s.Secret]; twice && s.Secret != "" {
			found = append(found, problem{key + ".secret", "it is that of " + first + ", too; which key fits tells who calls, so give each its own"})
		}
		keys[s.Secret] = key + ".secret"
	}
	return append(found, c.aliasProblems()...)
}

// lacks reports whether a secret is empty because what it refers to is not there,
// which is tolerated where nobody is called.
func (c *Config) lacks(key string, s Secret) bool {
	return s == "" && c.missing == Tolerate && c.lines[key] > 0
}

// aliasProblems are names that more than one service has for those who tell of
// changes.
func (c *Config) aliasProblems() []problem {
	var found []problem
	names := map[string]string{}
	for name := range c.Services {
		names[strings.ToLower(name)] = name
	}
	for _, name := range slices.Sorted(maps.Keys(c.Services)) {
		for _, other := range c.Services[name].Changes {
			key := "services." + name + ".changes"
			first, taken := names[strings.ToLower(other)]
			switch {
			case strings.TrimSpace(other) == "":
				found = append(found, problem{key, "one of the names is empty; write the names that sources of changes have for the service"})
			case taken && first != name:
				found = append(found, problem{key, fmt.Sprintf("%q means %s already; a name can mean one service only", other, first)})
			}
			names[strings.ToLower(other)] = name
		}
	}
	return found
}

func (c *Config) githubProblems() []problem {
	var found []problem
	g := &c.GitHub
	g.APIURL = cmp.Or(g.APIURL, Default().GitHub.APIURL)
	if !isWeb(g.APIURL) {
		found = append(found, problem{"github.api_url", fmt.Sprintf("%q is no web address; leave it out for github.com, or write such as https://github.example.com/api/v3", g.APIURL)})
	}
	for _, name := range g.Repositories {
		if !repositoryShape.MatchString(name) {
			found = append(found, problem{"github.repositories", fmt.Sprintf("%q is no repository; write owner/name, such as shop/checkout", name)})
		}
	}
	if slices.Contains(g.Workflows, "") {
		found = append(found, problem{"github.workflows", "one of them is empty; write the names of workflows that deploy"})
	}
	return found
}
