package cli

import (
	"context"
	"maps"
	"slices"
	"strings"

	"muster/bot"
	"muster/chat"
	"muster/commands"
	"muster/config"
	"muster/evidence"
	"muster/impact"
	"muster/templates"
	"muster/timeline"
)

// lookersMost is how many judgements and pictures are made at once: they may take
// long, and share their workers with what may not.
const lookersMost = 4

// libraryOf is what evidence is taken from.
func (i *Instance) libraryOf() evidence.Library {
	if i.turns == nil {
		i.turns = make(chan bool, lookersMost)
	}
	return evidence.Library{
		Changes: i.Sources, Services: namesOf(i.config), Measures: i.Measures, SLIs: slisOf(i.config), Calls: callsOf(i.config), Clean: commands.MachineText, Turns: i.turns, Now: i.Journal.Now,
	}
}

// slisOf is every SLI: those of the company, and then those of each service.
func slisOf(c config.Config) (all []evidence.SLI) {
	for _, s := range c.SLIs {
		all = append(all, sliOf(s, ""))
	}
	for _, name := range slices.SortedFunc(maps.Keys(c.Services), alphabetical) {
		for _, s := range c.Services[name].SLIs {
			all = append(all, sliOf(s.For(name), name))
		}
	}
	return all
}

func sliOf(s config.SLI, service string) evidence.SLI {
	return evidence.SLI{
		Name: s.Name, Service: service, Source: s.Source, Queries: s.Queries(), Counted: s.IsCounted(), Label: s.VersionLabel,
		Unit: s.Unit, Kind: impact.Measure(s.Kind), Bad: impact.Direction(s.BadDirection),
	}
}

// callsOf is which service calls which, as the directory's dependencies say.
func callsOf(c config.Config) (all []impact.Call) {
	for _, name := range slices.SortedFunc(maps.Keys(c.Services), alphabetical) {
		for _, d := range c.Services[name].Dependencies {
			all = append(all, impact.Call{Caller: name, Callee: d})
		}
	}
	return all
}

// evidenceFollowers are those that answer what changed, and draw.
func (i *Instance) evidenceFollowers(texts templates.Texts, ids identities) []timeline.Follower {
	library, team := i.libraryOf(), teamZone(i.config)
	return []timeline.Follower{
		evidence.Lister{Library: library, Chat: i.Slack, Texts: texts, Team: team},
		evidence.Jury{Library: library, Memory: evidence.Memory{Records: i.Store, Now: i.Journal.Now}, Journal: i.Journal, Chat: i.Slack, Texts: texts, Team: team},
		i.painter(texts),
		i.deployWatch(texts, ids),
	}
}

func (i *Instance) painter(texts templates.Texts) evidence.Painter {
	return evidence.Painter{Library: i.libraryOf(), Journal: i.Journal, Chat: i.Slack, Texts: texts, Team: teamZone(i.config), Keep: chat.Archivist{Dir: i.config.Files}.Keep}
}

// deployWatch is who tells authors how their changes do.
func (i *Instance) deployWatch(texts templates.Texts, ids identities) evidence.Watch {
	return evidence.Watch{
		Library: i.libraryOf(), Journal: i.Journal, Chat: i.Slack, Texts: texts, Team: teamZone(i.config), Wants: tellsAuthors(i.config), Author: ids.author,
	}
}

// tellsAuthors returns of which services' changes authors are told.
func tellsAuthors(c config.Config) func(service string) bool {
	return func(service string) bool {
		for name, s := range c.Services {
			if strings.EqualFold(name, service) {
				return s.TellAuthor
			}
		}
		return false
	}
}

// deployRounds look at changes where somebody wants to be told of them.
func (i *Instance) deployRounds(texts templates.Texts, ids identities) []bot.Round {
	some := slices.ContainsFunc(slices.Collect(maps.Values(i.config.Services)), func(s config.Service) bool { return s.TellAuthor })
	if !some || len(i.Measures) == 0 {
		return nil
	}
	return []bot.Round{{Name: "deploys", Each: evidence.WatchEach, Do: i.deployWatch(texts, ids).Round}}
}

// author returns who the author of a change is in the chat: as the configuration
// says, or by the e-mail address.
func (i identities) author(ctx context.Context, author string) (timeline.Person, bool, error) {
	email := ""
	if strings.Contains(author, "@") {
		email = author
	}
	return i.known(ctx, email, func(known config.Identity) bool {
		return is(known.GitHub, author) || is(known.PagerDuty, author) || is(known.Jira, author)
	})
}
