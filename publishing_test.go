package main_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"muster/workspace"
)

// over is an incident that is over, with all places that its postmortem can be
// published in.
func (s *stage) over(t *testing.T, f *fuse) {
	t.Helper()
	s.light(f)
	_, err := s.publishing([]string{"canvas", "github", "confluence"})
	if err == nil {
		err = s.start()
	}
	for _, line := range []string{"declare sev1 checkout is down", "resolve"} {
		if err == nil {
			room := map[bool]string{true: "incidents", false: "room"}[strings.HasPrefix(line, "declare")]
			_, err = s.person("ana", []string{"says", room, "/incident " + line})
		}
	}
	if err == nil {
		err = s.rest()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// approved approves the postmortem, and lets so much time go by that whatever
// failed has been tried again.
func (s *stage) approved(t *testing.T) {
	t.Helper()
	err := s.approve("ana", "INC-1")
	for range 3 {
		time.Sleep(waitFor)
		if s.fuse != nil && s.fuse.isBurnt() {
			s.rise(t)
			inc, lost := s.bot.Journal.Incident(context.Background(), 1)
			if lost != nil {
				t.Fatal(lost)
			}
			if err != nil && inc.Draft().Approved == 0 { // nobody was told that it was
				err = s.approve("ana", "INC-1")
			}
		}
	}
	if s.fuse != nil {
		s.fuse.arm(0)
	}
	s.wait(t)
}

// onceEach checks that the postmortem stands in each place once, and that nothing is
// left to do.
func (s *stage) onceEach(t *testing.T, what string, approvals int) {
	t.Helper()
	if n, err := s.bot.Store.Owed(context.Background(), s.town.Now()); err != nil || n > 0 {
		t.Errorf("%s: %d effects are left, %v", what, n, err)
	}
	inc, err := s.bot.Journal.Incident(context.Background(), 1)
	if err != nil || len(inc.Failures) > 0 {
		t.Errorf("%s: %v, %+v", what, err, inc.Failures)
	}
	git, pages := s.town.Repository(), s.town.WikiPages()
	_, inCanvas := s.town.Canvas(inc.Channel.Name)
	if len(git.Pulls) != 1 || len(git.Branches) != 2 || len(pages) != 1 || pages[0].Version != approvals || !inCanvas {
		t.Errorf("%s: %d pull requests, %d branches, pages %+v, canvas %v", what, len(git.Pulls), len(git.Branches), pages, inCanvas)
	}
	messages, err := s.town.Messages(inc.Channel.Name)
	told := 0
	for _, m := range messages {
		if _, places, ok := strings.Cut(m.Reading, "The approved version is"); ok {
			told++
			for _, place := range []string{"in the canvas of the channel", "in GitHub", "in Confluence"} {
				if n := strings.Count(places, place); n != 1 {
					t.Errorf("%s: it is told %d times that it is %s: %s", what, n, place, m.Reading)
				}
			}
		}
	}
	if told != 1 || err != nil {
		t.Errorf("%s: %d messages tell where it is, %v", what, told, err)
	}
}

// publishingCalls is every call that publishes.
var publishingCalls = []string{
	"github.repository", "github.refs.get", "github.refs.create", "github.contents.get", "github.contents.put", "github.pulls.list", "github.pulls.create", "github.pulls.get",
	"confluence.spaces.list", "confluence.pages.list", "confluence.pages.get", "confluence.pages.create", "confluence.pages.update",
	"conversations.info", "conversations.canvases.create", "files.info", "canvases.edit",
}

// TestPublishedUnderEveryFault has each call that publishes fail in each way, and
// the postmortem approved, and corrected.
func TestPublishedUnderEveryFault(t *testing.T) {
	for _, kind := range []string{"429", "500", "503", "drop", "after_effect_500", "after_effect_drop"} {
		t.Run(kind, func(t *testing.T) {
			inBubble(t, workspace.Options{NoLimits: true}, func(t *testing.T, s *stage) {
				s.over(t, nil)
				for n, approvals := range []int{1, 2} {
					for _, method := range publishingCalls {
						if err := s.town.Break(workspace.Fault{Method: method, Kind: kind, Count: 2}); err != nil {
							t.Fatal(err)
						}
					}
					if _, err := s.person("ana", []string{"says", "room", fmt.Sprintf("/incident note fact %d", n)}); err != nil {
						t.Fatal(err)
					}
					s.approved(t)
					s.onceEach(t, fmt.Sprintf("approved %d times", approvals), approvals)
				}
			})
		})
	}
}

// TestPublishedThoughTheBotDies has the process die at each point while it
// publishes: before and after each write to its store, and each call.
func TestPublishedThoughTheBotDies(t *testing.T) {
	last := 0 // the furthest point at which it died: how many there are differs by how writes fall together
	for after := 1; ; after += map[bool]int{false: 3, true: 17}[raced] {
		died := false
		inBubble(t, workspace.Options{NoLimits: true}, func(t *testing.T, s *stage) {
			f := &fuse{over: make(chan struct{}), cut: func() { _ = s.town.Break(workspace.Fault{Kind: "cut"}) }}
			s.over(t, f)
			f.arm(after)
			s.approved(t)
			died = f.isBurnt()
			s.onceEach(t, fmt.Sprintf("dead at point %d", after), 1)
		})
		if t.Failed() || !died {
			break
		}
		last = after
	}
	if sides := 2 * len(publishingCalls); last < sides { // each call has a point before it and one after
		t.Errorf("the last point at which it died is %d, and its calls alone have %d", last, sides)
	}
}
