package cli

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"time"

	"muster/bot"
	"muster/commands"
	"muster/config"
	"muster/integrations/changes"
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
