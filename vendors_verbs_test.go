package main_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	"muster/cli"
	"muster/config"
)

// onPhone is what people do on their telephones and in the tracker, of the newest
// page or of a ticket.
var onPhone = map[string]func(s *stage, name string, args []string) error{
	"acks":      func(s *stage, name string, args []string) error { return s.town.AnswerPageAs(name, s.pageOf(args)) },
	"ends":      func(s *stage, name string, args []string) error { return s.town.ResolvePageAs(name, s.pageOf(args)) },
	"escalates": func(s *stage, name string, args []string) error { return s.town.EscalatePageAs(name, s.pageOf(args)) },
	"jots": func(s *stage, name string, args []string) error {
		return s.town.NotePage(name, s.pageOf(args[1:]), args[0])
	},
	"moves":   func(s *stage, name string, args []string) error { return s.town.MoveIssue(name, args[0], args[1]) },
	"assigns": func(s *stage, name string, args []string) error { return s.town.AssignIssue(name, args[0], args[1]) },
	"dates":   func(s *stage, name string, args []string) error { return s.town.DueIssue(name, args[0], args[1]) },
	"lapses":  func(s *stage, _ string, args []string) error { return s.town.LapsePage(s.pageOf(args)) },
	"approves": func(s *stage, name string, args []string) error {
		_, err := s.town.Say(name, "general", "/incident postmortem "+args[0]+" approve")
		return err
	},
	"destroys": func(s *stage, name string, args []string) error { return s.town.DeleteIssue(name, args[0]) },
}

// pageOf is the ID of a page by its number, or of the newest that is not over.
func (s *stage) pageOf(args []string) string {
	for _, p := range slices.Backward(s.town.Pages()) {
		if len(args) > 0 && args[0] == fmt.Sprint(p.Number) || len(args) == 0 && p.Status != "resolved" {
			return p.ID
		}
	}
	return ""
}

// alarm has monitoring raise one: "alarm SERVICE TITLE [URGENCY] [PRIORITY]".
func (s *stage) alarm(args []string) (string, error) {
	args = append(args, "", "")
	_, err := s.town.Alarm(args[0], args[1], args[2], args[3])
	return "", errors.Join(err, s.rest())
}

// override puts someone on call: "override SERVICE LEVEL NAME FOR".
func (s *stage) override(args []string) (string, error) {
	d, err := time.ParseDuration(args[3])
	if err != nil {
		return "", err
	}
	return "", s.town.Override(args[0], int(args[1][0]-'0'), args[2], s.town.Now().Add(d))
}

// hook subscribes to what a vendor tells, from the next start on: "hook pagerduty"
// or "hook jira".
func (s *stage) hook(args []string) (string, error) {
	mux := http.NewServeMux()
	for path, hook := range map[string]func(*cli.Instance) http.Handler{"/v1/pagerduty": (*cli.Instance).PagerHook, "/v1/jira": (*cli.Instance).TrackerHook} {
		mux.HandleFunc(path, func(rw http.ResponseWriter, r *http.Request) {
			if bot := s.hooked.Load(); bot != nil {
				hook(bot).ServeHTTP(rw, r)
			} else {
				rw.WriteHeader(http.StatusBadGateway) // as who stands in front of it says
			}
		})
	}
	server := httptest.NewServer(mux)
	s.also = append(s.also, server.Close)
	switch args[0] {
	case "pagerduty":
		s.config.PagerDuty.Secret = config.Secret(s.town.PagerHook(server.URL + "/v1/pagerduty"))
		return "", nil
	case "jira":
		s.config.Jira.Secret = machineSecret
		return "", s.town.TrackerHook(server.URL+"/v1/jira", machineSecret)
	}
	return "", fmt.Errorf("nobody tells of %s", args[0])
}

// notes prints the notes of every page.
func (s *stage) notes([]string) (string, error) {
	err := s.rest()
	var out strings.Builder
	for _, p := range s.town.Pages() {
		for _, n := range p.Notes {
			fmt.Fprintf(&out, "#%d: %s\n", p.Number, n)
		}
	}
	return out.String(), err
}

// asked counts the messages in a channel that begin so: "asked @bo TEXT".
func (s *stage) asked(args []string) (string, error) {
	err := s.rest()
	messages, missing := s.town.Messages(s.channel(args[0]))
	if strings.HasPrefix(args[0], "@") {
		missing = nil // nothing was ever said to them
	}
	n := 0
	for _, m := range messages {
		if strings.HasPrefix(m.Reading, args[1]) {
			n++
		}
	}
	return fmt.Sprintln(n), errors.Join(err, missing)
}

// tracked prints how every ticket stands.
func (s *stage) tracked([]string) (string, error) {
	err := s.rest()
	var out strings.Builder
	for _, i := range s.town.Issues() {
		fmt.Fprintf(&out, "%s %s\n", i.Key, i.Status)
	}
	return out.String(), err
}

// comments prints what was said at a ticket: "comments OPS-1".
func (s *stage) comments(args []string) (string, error) {
	err := s.rest()
	var out strings.Builder
	for _, i := range s.town.Issues() {
		if i.Key == args[0] {
			fmt.Fprintln(&out, strings.Join(i.Comments, "\n"))
		}
	}
	return out.String(), err
}

// links prints where each ticket leads.
func (s *stage) links([]string) (string, error) {
	err := s.rest()
	var out strings.Builder
	for _, i := range s.town.Issues() {
		for _, l := range i.Links {
			fmt.Fprintf(&out, "%s %s %s\n", i.Key, l.URL, l.Title)
		}
	}
	return out.String(), err
}

// lag has the tracker's search show things so much later.
func (s *stage) lag(args []string) (string, error) {
	by, err := time.ParseDuration(args[0])
	s.town.LagSearch(by)
	return "", err
}
