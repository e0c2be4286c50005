package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"muster/templates"
	"muster/timeline"
	"muster/workspace"
)

// proof looks at the workspace and at what the bot wrote, and tells what it
// found. An error says which step of the story did not really happen.
func (d *demo) proof(ctx context.Context) (string, error) {
	inc, err := d.incident(ctx)
	if err != nil {
		return "", err
	}
	written, err := os.ReadFile(d.written(inc))
	if err != nil {
		return "", err
	}
	room, err := d.town.Messages(inc.Channel.Name)
	if err != nil {
		return "", err
	}
	announced, err := d.town.Messages("incidents")
	if err != nil {
		return "", err
	}
	var facts strings.Builder
	err = nil
	for _, step := range d.steps(ctx, inc, string(written), room, announced) {
		mark := "ok  "
		if step.bad != nil {
			mark = "FAIL"
			err = errors.Join(err, fmt.Errorf("not so: %s: %w", step.what, step.bad))
		}
		fmt.Fprintf(&facts, "%s  %s\n", mark, step.what)
	}
	return facts.String(), err
}

// step is one of the story, and what is wrong with it; nil where it really happened.
type step struct {
	what string
	bad  error
}

// steps are those of the story.
func (d *demo) steps(ctx context.Context, inc timeline.Incident, document string, room, announced []workspace.Message) []step {
	return []step{
		{fmt.Sprintf("%v was declared and has its channel #%s", inc.ID, inc.Channel.Name), isChannel(inc)},
		{"its card was posted once, is pinned, and shows the end", oneKept(room, inc, true)},
		{"it was announced once, and the announcement shows the end", oneKept(announced, inc, false)},
		{"commander, comms lead and scribe are taken", rolesTaken(inc)},
		{"who is on call was paged once, acknowledged it, and said how good the page was", pagedOnce(inc, d.town.Pages())},
		{"every follow-up has its ticket once, with who answers for it and by when", ticketed(inc, d.town.Issues())},
		{"a follow-up whose ticket was done is done", doneThere(inc)},
		{"customers were told by the status page, in one incident, to the end", publicOnce(d.town.PublicPage())},
		{"every tagged message is in the postmortem once, and no other message is", onlyTagged(room, document)},
		{"of what changed, the rollout of the DNS cache was named first, with its reasons", dnsNamed(inc)},
		{"delivery's metrics were drawn, with the incident and what changed", drawn(inc, d.pictures(ctx))},
		{"an edited message is there as it is now, and as it was", editKept(inc)},
		{"what people wrote is in the postmortem, and the commander had it published", commanderPublished(inc, document)},
		{"it stands once in the repository, in Confluence and in the channel's canvas", d.standsEverywhere(inc)},
		{"who took part was asked whether they understand the cause, and the share is told", askedToUnderstand(inc, document)},
		{fmt.Sprintf("the chain of all %d events is whole", len(inc.Events)), chained(inc)},
		{"nothing is left to do, and nothing was given up", d.nothingLeft(ctx, inc)},
	}
}

// publicOnce looks for one public incident that was told of and is over.
func publicOnce(page workspace.PublicPage) error {
	if len(page.Incidents) != 1 || page.Incidents[0].Status != timeline.PublicResolved || len(page.Incidents[0].Updates) < 2 {
		return fmt.Errorf("the status page shows %+v", page.Incidents)
	}
	return nil
}

// commanderPublished looks for every part that only people can write, in a document that the
// commander has approved.
func commanderPublished(inc timeline.Incident, document string) error {
	draft := inc.Draft()
	if draft.Approved == 0 || draft.By.ID != inc.Holder(timeline.Commander).ID {
		return fmt.Errorf("it was approved at event %d, by %q", draft.Approved, draft.By.ID)
	}
	for _, part := range inc.Written() {
		if !strings.Contains(document, part.Text) {
			return fmt.Errorf("the part %s is not as it was written", part.Part)
		}
	}
	if open := templates.New().Unwritten(inc); len(open) > 0 {
		return fmt.Errorf("nobody has written %v", open)
	}
	return nil
}

// standsEverywhere looks for the postmortem in each place that it is published in.
func (d *demo) standsEverywhere(inc timeline.Incident) error {
	pages, pulls := 0, len(d.town.Repository().Pulls)
	for _, p := range d.town.WikiPages() {
		if strings.HasPrefix(p.Title, inc.ID.String()+":") {
			pages++
		}
	}
	canvas, _ := d.town.Canvas(inc.Channel.Name)
	if pages != 1 || pulls != 1 || !strings.Contains(canvas, inc.Title) {
		return fmt.Errorf("there are %d pages, %d pull requests, and a canvas of %d characters", pages, pulls, len(canvas))
	}
	return nil
}

// askedToUnderstand looks for answers, and for their share in the document.
func askedToUnderstand(inc timeline.Incident, document string) error {
	share := templates.New().Understanding(inc)
	if said := inc.Understanding().Before; len(said) < 3 || share == "" || !strings.Contains(document, share) {
		return fmt.Errorf("%d have answered, of which is to be told %q", len(said), share)
	}
	return nil
}

func isChannel(inc timeline.Incident) error {
	if inc.Channel.ID == "" || !strings.HasPrefix(inc.Channel.Name, "inc-1-") {
		return fmt.Errorf("the channel is %q", inc.Channel.Name)
	}
	return nil
}

// oneKept looks for the one message of the bot's that begins as the card does.
func oneKept(messages []workspace.Message, inc timeline.Incident, pinned bool) error {
	var kept []workspace.Message
	for _, m := range messages {
		if m.Bot && m.Only == "" && strings.HasPrefix(m.Text, inc.ID.String()+",") {
			kept = append(kept, m)
		}
	}
	switch {
	case len(kept) != 1:
		return fmt.Errorf("there are %d", len(kept))
	case !strings.Contains(firstLine(kept[0].Text), string(timeline.IsResolved)):
		return fmt.Errorf("it says %q", firstLine(kept[0].Text))
	case pinned && !kept[0].Pinned:
		return errors.New("it is not pinned")
	}
	return nil
}

func rolesTaken(inc timeline.Incident) error {
	for _, r := range timeline.Roles {
		if inc.Holder(r).ID == "" {
			return fmt.Errorf("nobody is the %v", r)
		}
	}
	return nil
}

// pagedOnce looks for the one page, which somebody has acknowledged, judged and
// seen end.
func pagedOnce(inc timeline.Incident, pages []workspace.Page) error {
	if len(pages) != 1 || pages[0].Status != "resolved" || len(inc.Pages) != 1 || inc.Pages[0].Answered.IsZero() || len(inc.Pages[0].Judged) != 1 {
		return fmt.Errorf("the pages are %+v, on record %+v", pages, inc.Pages)
	}
	return nil
}

// ticketed looks for one ticket for each follow-up, with its assignee and its day.
func ticketed(inc timeline.Incident, issues []workspace.Issue) error {
	if len(inc.Actions) == 0 || len(inc.Actions) != len(issues) {
		return fmt.Errorf("there are %d follow-ups and %d tickets", len(inc.Actions), len(issues))
	}
	for n, a := range inc.Actions {
		if i := issues[n]; a.Ticket.Ref != i.Key || i.Assignee == "" || i.Due != a.Due {
			return fmt.Errorf("the follow-up %+v has the ticket %+v", a, i)
		}
	}
	return nil
}

// doneThere looks for a follow-up that is done because its ticket is.
func doneThere(inc timeline.Incident) error {
	for _, ev := range inc.Events {
		if f, ok := ev.Fact.(timeline.ActionDone); ok && f.Source != "" {
			return nil
		}
	}
	return errors.New("no follow-up was done in the tracker")
}

// onlyTagged compares what people tagged in the workspace with the document.
func onlyTagged(room []workspace.Message, document string) error {
	for _, m := range room {
		want := 0
		if len(m.Reactions) > 0 {
			want = 1
		}
		if got := strings.Count(document, m.Reading); !m.Bot && got != want {
			return fmt.Errorf("%q is there %d times, not %d", m.Reading, got, want)
		}
	}
	return nil
}

// dnsNamed looks whether the first judgement that was asked for names the change
// that did it, by what it did.
func dnsNamed(inc timeline.Incident) error {
	f, _ := inc.Judged()
	s, ok := f.First()
	switch {
	case !ok:
		return errors.New("no change is named")
	case !strings.HasPrefix(s.Title, "DNS cache") || s.Rank != 1:
		return fmt.Errorf("%s %s is named, at rank %d", s.Service, s.Version, s.Rank)
	case len(s.Why) < 3:
		return fmt.Errorf("there are %d reasons", len(s.Why))
	}
	return nil
}

func drawn(inc timeline.Incident, pictures []string) error {
	n := 0
	for _, ev := range inc.Events {
		if f, ok := ev.Fact.(timeline.Drawn); ok && f.Words != "" {
			n++
		}
	}
	if n == 0 || n != len(pictures) {
		return fmt.Errorf("%d pictures are on the timeline, and %d in the channel", n, len(pictures))
	}
	return nil
}

func editKept(inc timeline.Incident) error {
	for _, m := range inc.TaggedMessages() {
		if len(m.Former) > 0 && m.Former[0] != m.Text {
			return nil
		}
	}
	return errors.New("no message has a former text")
}

func chained(inc timeline.Incident) error {
	var lines [][]byte
	for _, ev := range inc.Events {
		lines = append(lines, ev.Encode())
	}
	_, err := timeline.DecodeAll(lines)
	return err
}

func (d *demo) nothingLeft(ctx context.Context, inc timeline.Incident) error {
	owed, err := d.bot.Store.Owed(ctx, d.bot.Journal.Now())
	if err != nil || owed > 0 {
		return errors.Join(err, fmt.Errorf("%d effects are owed", owed))
	}
	for _, ev := range inc.Events {
		if f, ok := ev.Fact.(timeline.Undelivered); ok {
			return errors.New(f.Why)
		}
	}
	return nil
}
