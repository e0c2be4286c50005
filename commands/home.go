package commands

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"muster/chat"
	"muster/policy"
	"muster/timeline"
)

// How much a Home shows: it has room for 100 blocks.
const (
	homeMost      = 8 // incidents of each kind
	followUpsMost = 10
)

// Home is the bot's own page for one person: what is theirs first, then what is
// open, and for admins what is failing.
func (d Desk) Home(ctx context.Context, person string) (chat.Message, error) {
	c := Call{Desk: d, Request: chat.Request{By: timeline.Person{ID: person}}, Standing: d.standingOf(ctx, person)}
	t := d.Texts
	if policy.Judge(c.Standing, policy.Read, policy.Anywhere) != policy.Fine {
		return chat.Message{Text: t.T("home.closed"), Parts: []chat.Part{chat.Paragraph{Text: t.T("home.closed")}}}, nil
	}
	all, err := d.Journal.Open(ctx)
	if err != nil {
		return chat.Message{}, err
	}
	open := c.visible(all)
	parts := []chat.Part{
		chat.Heading{Text: t.T("home.title")},
		chat.Buttons{{Label: t.T("button.declare"), Command: "declare", Primary: true}},
	}
	parts = append(parts, c.homeRoles(open)...)
	parts = append(parts, c.homeTasks(open)...)
	parts = append(parts, c.homeOpen(open)...)
	parts = append(parts, c.homeFollowUps(ctx)...)
	if policy.Judge(c.Standing, policy.Administer, policy.Anywhere) == policy.Fine {
		parts = append(parts, c.homeTrouble(ctx, open)...)
	}
	parts = append(parts, chat.Small{Text: t.T("home.help", d.Slash)})
	return chat.Message{Text: t.T("home.title"), Parts: parts}, nil
}

func (c Call) homeRoles(open []timeline.Incident) []chat.Part {
	var lines []string
	for _, inc := range open {
		for _, h := range inc.Holders {
			if h.Person.ID == c.Request.By.ID {
				lines = append(lines, c.Texts.T("home.role", c.Texts.RoleName(h.Role), inc.ID, c.Texts.Severity(inc.Severity), inc.Title, roomWord(inc)))
			}
		}
	}
	return c.section("home.roles", lines, homeMost)
}

func (c Call) homeTasks(open []timeline.Incident) []chat.Part {
	var parts []chat.Part
	for _, inc := range open {
		for _, task := range inc.OpenTasks() {
			if task.By.ID == c.Request.By.ID && len(parts) < 2*homeMost {
				parts = append(parts,
					chat.Paragraph{Text: c.Texts.T("home.task", inc.ID, task.What)},
					chat.Buttons{{Label: c.Texts.T("button.task done", task.N), Command: fmt.Sprintf("task %v done %d", inc.ID, task.N)}})
			}
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return append([]chat.Part{chat.Heading{Text: c.Texts.T("home.tasks")}}, parts...)
}

func (c Call) homeOpen(open []timeline.Incident) []chat.Part {
	if len(open) == 0 {
		return []chat.Part{chat.Heading{Text: c.Texts.T("home.open")}, chat.Paragraph{Text: c.Texts.T("home.none open")}}
	}
	var lines []string
	for _, inc := range worstFirst(open) {
		lines = append(lines, strings.TrimPrefix(c.listLine(inc), "• "))
	}
	return c.section("home.open", lines, homeMost)
}

func (c Call) homeFollowUps(ctx context.Context) []chat.Part {
	all, err := c.Journal.Unfinished(ctx)
	if err != nil {
		return nil
	}
	mine := owedIn(c.visible(all), func(_ timeline.Incident, a timeline.Action) bool { return a.DRI.ID == c.Request.By.ID })
	if len(mine) == 0 {
		return nil
	}
	parts := []chat.Part{chat.Heading{Text: c.Texts.T("home.follow-ups")}}
	for n, o := range mine {
		if n == followUpsMost {
			parts = append(parts, chat.Small{Text: c.Texts.T("task.more", len(mine)-n)})
			break
		}
		parts = append(parts, chat.Paragraph{Text: c.Texts.T("home.follow-up", o.inc.ID, c.Texts.Action(o.Action, c.day()))}, chat.FollowUpButtons(c.Texts, o.inc.ID, o.Action))
	}
	return parts
}

// homeTrouble is what failed and was not seen to, and what was set aside.
func (c Call) homeTrouble(ctx context.Context, open []timeline.Incident) []chat.Part {
	var lines []string
	for _, inc := range open {
		for _, text := range strings.Split(strings.TrimSpace(chat.NotDone(c.Texts, inc)), "\n") {
			if text != "" {
				lines = append(lines, c.Texts.T("home.failed", inc.ID, text))
			}
		}
	}
	house, err := c.Journal.Incident(ctx, timeline.House)
	if err != nil && !errors.Is(err, timeline.ErrUnknown) {
		return nil
	}
	if n := len(house.Aside()); n > 0 {
		lines = append(lines, c.Texts.T("home.aside", n))
	}
	if len(lines) == 0 {
		lines = []string{c.Texts.T("home.all well")}
	}
	return c.section("home.trouble", lines, homeMost)
}

func (c Call) section(title string, lines []string, most int) []chat.Part {
	if len(lines) == 0 {
		return nil
	}
	if more := len(lines) - most; more > 0 {
		lines = append(lines[:most:most], c.Texts.T("task.more", more))
	}
	return []chat.Part{chat.Heading{Text: c.Texts.T(title)}, chat.Paragraph{Text: strings.Join(lines, "\n")}}
}

func roomWord(inc timeline.Incident) string {
	if inc.Channel.ID == "" {
		return ""
	}
	return " · " + chat.RoomOf(inc.Channel)
}
