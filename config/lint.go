package config

import (
	"maps"
	"slices"
)

// Flaw is what is wrong with a service in the directory. One that is not
// serious keeps people waiting at three in the morning, and Muster from nothing.
type Flaw struct {
	Text    string // with file, line and key
	Serious bool   // Muster can not show it as it is meant
}

// descriptionMost is how many characters two sentences may have.
const descriptionMost = 400

// Lint looks for what the directory lacks, the services in the order of their
// names.
func (c Config) Lint() []Flaw {
	found := c.lintSLIs()
	for _, name := range slices.Sorted(maps.Keys(c.Services)) {
		s, key := c.Services[name], "services."+name
		lacks := func(key, format string, args ...any) {
			found = append(found, Flaw{Text: c.wrong(key, format, args...).Error()})
		}
		switch n := len([]rune(s.Description)); {
		case n == 0:
			lacks(key, "it has no description; say in two sentences what it is")
		case n > descriptionMost:
			lacks(key+".description", "it has %d characters; two sentences are read in a hurry", n)
		}
		if len(s.Owners) == 0 {
			lacks(key, "it has no owners; name the people or the team who know it")
		}
		if s.Runbook == "" {
			lacks(key, "it has no runbook; link what to do first")
		}
		for _, other := range s.Dependencies {
			if _, ok := c.Services[other]; !ok || other == name {
				lacks(key+".dependencies", "%q is no other service of the directory; add it, or mend the name", other)
			}
		}
		for _, at := range s.addresses() {
			if at.address != "" && !isWeb(at.address) {
				wrong := c.wrong(key+"."+at.key, "%q is no web address; it begins with https:// or http://", at.address)
				found = append(found, Flaw{wrong.Error(), true})
			}
		}
	}
	return found
}

type addressed struct{ key, address string }

// addresses are all that have to be web addresses.
func (s Service) addresses() []addressed {
	all := []addressed{{"docs", s.Docs}, {"code", s.Code}, {"runbook", s.Runbook}}
	for _, d := range s.Dashboards {
		all = append(all, addressed{"dashboards", d})
	}
	return all
}
