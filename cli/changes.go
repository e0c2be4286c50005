package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"muster/bot"
	"muster/commands"
	"muster/config"
	"muster/integrations/changes"
	"muster/integrations/changes/github"
	events "muster/integrations/changes/pagerduty"
	"muster/timeline"
	"muster/timeline/bolt"
	"muster/web"
)

// bookOf is where changes are kept that others tell of.
func bookOf(c config.Config, store *bolt.Store, now func() time.Time) *changes.Book {
	return &changes.Book{
		Records: store, Now: now, Keep: time.Duration(c.Changes.Keep), Services: namesOf(c), Clean: commands.MachineText,
	}
}

// namesOf is the services of the directory, with the names that sources of changes
// have for them.
func namesOf(c config.Config) changes.Services {
	all := changes.Services{}
	for name, s := range c.Services {
		all[name] = s.Changes
	}
	return all
}

// changeKeys are the keys by which changes are told. That of http.secret is a
// source, too.
func changeKeys(c config.Config) (all []web.Key) {
	if c.HTTP.Secret != "" {
		all = append(all, web.Key{Source: "http", Secret: c.HTTP.Secret.Reveal()})
	}
	for _, name := range slices.Sorted(maps.Keys(c.Changes.Sources)) {
		s := c.Changes.Sources[name]
		all = append(all, web.Key{Source: name, Secret: s.Secret.Reveal(), Service: s.Service})
	}
	return all
}

// githubOf is who asks GitHub, where repositories are named.
func githubOf(c config.Config, o Outside) (*github.Source, bool) {
	if !c.GitHub.Tells() {
		return nil, false
	}
	return github.New(github.Options{
		APIURL: c.GitHub.APIURL, Token: c.GitHub.Token.Reveal(), Repositories: c.GitHub.Repositories, Workflows: c.GitHub.Workflows,
		Service: codeOf(c), HTTP: o.Transport, Now: o.Now,
	}), true
}

// codeOf returns the service whose code is a repository, "owner/name", by the end
// of its address; empty where there is none.
func codeOf(c config.Config) func(repo string) string {
	all := map[string]string{}
	for name, s := range c.Services {
		address := strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(s.Code), "/"), ".git")
		parts := strings.FieldsFunc(address, func(r rune) bool { return r == '/' || r == ':' })
		if n := len(parts); n >= 2 {
			repo := parts[n-2] + "/" + parts[n-1]
			if first, taken := all[repo]; !taken || name < first { // of several with one repository, always the same
				all[repo] = name
			}
		}
	}
	return func(repo string) string { return all[strings.ToLower(repo)] }
}

// changeEventsOf is who asks PagerDuty for change events, where there is a token.
func changeEventsOf(c config.Config, o Outside) (*events.Source, bool) {
	if c.PagerDuty.Token == "" {
		return nil, false
	}
	return events.New(events.Options{APIURL: c.PagerDuty.APIURL, Token: c.PagerDuty.Token.Reveal(), HTTP: o.Transport, Now: o.Now}), true
}

// sourcesOf is all that tell of changes when they are asked: the book first.
func sourcesOf(c config.Config, o Outside, book *changes.Book) []changes.Source {
	all := []changes.Source{book}
	if s, ok := githubOf(c, o); ok {
		all = append(all, changes.Tidy{Source: s, Clean: book.Clean})
	}
	if s, ok := changeEventsOf(c, o); ok {
		all = append(all, changes.Tidy{Source: s, Clean: book.Clean})
	}
	return all
}

// checkChanges checks who may tell of changes, and whether those can be read who
// are asked.
func (sh *shell) checkChanges(ctx context.Context, c config.Config) (well bool) {
	well = true
	for _, name := range slices.Sorted(maps.Keys(c.Changes.Sources)) {
		service := c.Changes.Sources[name].Service
		_, known := namesOf(c).Named(service)
		var err error
		switch {
		case c.HTTP.Listen == "":
			err = fmt.Errorf("changes.sources.%s: nobody can call, because http.listen is empty; give it an address", name)
		case service != "" && !known:
			err = fmt.Errorf("changes.sources.%s.service: the directory has no service %q; add it, or mend the name", name, service)
		}
		well = sh.found("Changes", "key of "+name, err, "") && well
	}
	if s, ok := githubOf(c, Outside{}); ok {
		for _, f := range s.Check(ctx) {
			well = sh.found("GitHub", f.What, f.Err, "") && well
		}
	}
	if s, ok := changeEventsOf(c, Outside{}); ok {
		// Muster does without them: a plan may not have them.
		if err := s.Check(ctx, time.Now()); err != nil {
			sh.found("PagerDuty", "change events", nil, err.Error())
		} else {
			sh.found("PagerDuty", "change events", nil, "")
		}
	}
	return well
}

// Changes serves machines that tell of changes.
func (i *Instance) Changes() http.Handler {
	return web.Changes(web.ChangeCalls{
		Keys: changeKeys(i.config), NeedTime: i.config.Changes.NeedTime, Now: i.Journal.Now,
		Put: func(ctx context.Context, told []changes.Change) ([]changes.Outcome, error) {
			kept, err := i.Book.Put(ctx, told...)
			return kept, i.unkept(err)
		},
	})
}

// unkept says what it means to the machine that changes were not kept.
func (i *Instance) unkept(err error) error {
	if err == nil || errors.As(err, &changes.Refused{}) {
		return err
	}
	i.Log.Error("changes that a machine told of are not kept", "err", err)
	text := "It is not known whether this is kept, because the store failed; Muster starts again. Send it again: each change is kept once."
	switch {
	case errors.Is(err, timeline.ErrFull):
		text = "NOT kept: the disk that Muster writes to is full. Whoever runs Muster has to make room; then send it again."
	case errors.Is(err, timeline.ErrDamaged):
		text = "NOT kept: Muster's store is damaged and nothing is written to it. Whoever runs Muster puts a backup in place with muster restore."
	}
	return web.Refusal{Status: http.StatusServiceUnavailable, Text: text}
}

// forgetEach is how often changes are dropped that are kept for long enough.
const forgetEach = time.Hour

func (i *Instance) retention() bot.Round {
	return bot.Round{Name: "retention", Each: forgetEach, Do: i.Book.Forget}
}
