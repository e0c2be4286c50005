package main_test

import (
	"context"
	"fmt"
	"strings"

	"muster/config"
	"muster/timeline"
)

// publishing configures where postmortems are published, from the next start on:
// any of "canvas", "github" and "confluence". With a place before it, it does
// something there: "publishing guard", "publishing page TITLE" (somebody else's),
// "publishing merge".
func (s *stage) publishing(args []string) (string, error) {
	url := "http://" + s.address
	for n, place := range args {
		switch place {
		case "canvas":
			s.config.Documents.Canvas = true
		case "github":
			repository, token := s.town.GitToken()
			s.config.GitHub.APIURL, s.config.GitHub.Token, s.config.Documents.GitHub.Repository = url+"/github", config.Secret(token), repository
		case "confluence":
			user, token := s.town.WikiToken()
			s.config.Documents.Confluence = config.Confluence{URL: url + "/confluence/wiki", User: user, Token: config.Secret(token), Space: "ENG"}
		case "straight":
			s.config.Documents.GitHub.Pull = false
		case "guard":
			s.town.GuardBranch()
		case "merge":
			return "", s.town.EndPull(1, true)
		case "page":
			s.town.WritePage(args[n+1], "<p>Somebody's own</p>")
			return "", nil
		case "rename":
			return "", s.town.RenamePage(args[n+1], args[n+2])
		case "canvas-of":
			return "", s.town.WriteCanvas(args[n+1], s.channel("room"), "Notes of the night.")
		default:
			return "", fmt.Errorf("nothing is published in %s", place)
		}
	}
	return "", nil
}

// approve has someone approve the postmortem of an incident.
func (s *stage) approve(name, incident string) error {
	id, err := timeline.ParseID(incident)
	if err != nil {
		return err
	}
	by := timeline.Cause{By: timeline.Person{ID: s.town.PersonNamed(name)}}
	_, err = s.bot.Journal.Decide(context.Background(), id, by, func(timeline.Incident) ([]timeline.Fact, error) {
		return []timeline.Fact{timeline.DraftApproved{}}, nil
	})
	return err
}

// published prints what people see of what was published: "published", and
// "published whole" with the texts.
func (s *stage) published(args []string) (string, error) {
	err := s.rest()
	var out strings.Builder
	show := func(text string) {
		if len(args) > 0 {
			fmt.Fprintln(&out, text)
		}
	}
	git := s.town.Repository()
	for _, p := range git.Pulls {
		fmt.Fprintf(&out, "GitHub #%d, %s, from %s: %s\n", p.Number, p.State, p.Branch, p.Title)
		for path, text := range git.Branches[p.Branch] {
			if strings.HasSuffix(path, ".md") && path != "README.md" {
				show(text)
			}
		}
	}
	for path := range git.Branches["main"] {
		if path != "README.md" {
			fmt.Fprintf(&out, "GitHub main: %s\n", path)
		}
	}
	for _, p := range s.town.WikiPages() {
		fmt.Fprintf(&out, "Confluence, version %d: %s\n", p.Version, p.Title)
		show(p.Body)
	}
	for _, name := range s.town.Channels() {
		if text, ok := s.town.Canvas(name); ok {
			heading, _, _ := strings.Cut(text, "\n")
			fmt.Fprintf(&out, "Canvas of %s: %s\n", name, heading)
			show(text)
		}
	}
	return out.String(), err
}
