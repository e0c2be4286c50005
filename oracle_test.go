package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"muster/timeline"
	"muster/workspace"
)

// oracle compares what is on record and in Slack with what people did. What was
// acknowledged is there once; what was not is there once or not at all.
func (l *simulation) oracle() []string {
	o := &oracle{simulation: l}
	if err := l.bot.Store.Prove(context.Background()); err != nil {
		o.wrong("the store: %v", err)
	}
	if n, err := l.bot.Store.Owed(context.Background(), l.town.Now()); err != nil || n > 0 {
		o.wrong("%d effects are left, %v", n, err)
	}
	all, err := timeline.Numbers(context.Background(), l.bot.Store)
	if err != nil {
		o.wrong("%v", err)
	}
	for _, id := range all {
		inc, err := l.bot.Journal.Incident(context.Background(), id)
		if err != nil {
			o.wrong("%v: %v", id, err)
			continue
		}
		o.incidents = append(o.incidents, inc)
	}
	o.posts()
	o.requests()
	o.manners()
	for _, inc := range o.incidents {
		o.incident(inc)
	}
	return o.found
}

type oracle struct {
	*simulation
	incidents []timeline.Incident
	keys      map[string][]workspace.Message // of the bot's messages, by the key that each carries
	found     []string
}

func (o *oracle) wrong(format string, args ...any) {
	o.found = append(o.found, "WRONG: "+fmt.Sprintf(format, args...))
}

// posts gathers the bot's messages: each key stands on one.
func (o *oracle) posts() {
	o.keys = map[string][]workspace.Message{}
	channels := append(o.town.Channels(), "@ana", "@bo", "@chi", "@dee")
	for _, channel := range channels {
		messages, _ := o.town.Messages(channel) // nobody may have spoken there
		for _, m := range messages {
			if m.Bot && (strings.Contains(m.Text, "<!channel") || strings.Contains(m.Text, "<!here") || strings.Contains(m.Text, "<https://x.example")) {
				o.wrong("what someone typed is live in %s: %s", channel, m.Text)
			}
			if key := keyOf(m); m.Bot && key != "" {
				o.keys[key] = append(o.keys[key], m)
			}
		}
	}
	for key, all := range o.keys {
		if len(all) > 1 {
			o.wrong("%s stands %d times: %q", key, len(all), all[0].Text)
		}
	}
}

func keyOf(m workspace.Message) string {
	text, _ := m.Metadata.(json.RawMessage)
	var meta struct {
		Payload struct{ Key string } `json:"event_payload"`
	}
	_ = json.Unmarshal(text, &meta) // none is no key
	return meta.Payload.Key
}

// requests looks for each word that somebody said to the bot.
func (o *oracle) requests() {
	for _, r := range o.asked {
		n := 0
		for _, inc := range o.incidents {
			for _, ev := range inc.Events {
				part, _ := ev.Fact.(timeline.PartWritten)
				if strings.Contains(timeline.TextOf(ev.Fact)+part.Text, r.word) {
					n++
				}
			}
		}
		switch r.kind {
		case "lead", "comms", "sev", "handover", "meeting", "approve":
			continue
		case "write": // who writes at the same time as another writes their words as well
			n = min(n, 1)
		}
		if n > 1 || n < 1 && r.ok {
			o.wrong("%s is on record %d times, acknowledged: %v", r.word, n, r.ok)
		}
	}
}

// manners checks that nobody calls a method, or posts to a channel, that Slack
// has just asked to leave alone. What was under way already does not count.
func (o *oracle) manners() {
	asked := map[string]time.Time{}
	for _, c := range o.town.Calls(0) {
		method, _ := c.Data["method"].(string)
		args, slack := c.Data["args"].(map[string]string)
		if c.Kind != "call" || !slack || method == "apps.connections.open" {
			continue
		}
		if method == "chat.postMessage" {
			method += " " + args["channel"]
		}
		if at, ok := asked[method]; ok && c.At.After(at) && c.At.Sub(at) < time.Second {
			o.wrong("%s is called %v after Slack asked to leave it alone for a second", method, c.At.Sub(at))
		}
		if c.Data["fault"] == "429" {
			asked[method] = c.At
		}
	}
}

// incident looks at one: its room, its card, its announcement, its pages, what
// is tagged in it, and that nothing was given up.
func (o *oracle) incident(inc timeline.Incident) {
	rooms := slices.DeleteFunc(o.rooms(), func(name string) bool { return !strings.HasPrefix(name, fmt.Sprintf("inc-%d-", int(inc.ID))) })
	if len(rooms) != 1 || inc.Channel.Name != rooms[0] {
		o.wrong("%v is in %q, its rooms are %q", inc.ID, inc.Channel.Name, rooms)
	}
	for _, f := range inc.Failures {
		if !strings.Contains(f.Why, "find the e-mail address") { // after a quarter of an hour that is told, and right
			o.wrong("%v: given up: %+v", inc.ID, f)
		}
	}
	for _, key := range []string{"%v/board/card", "%v/announcer/announcement"} {
		o.current(inc, fmt.Sprintf(key, inc.ID))
	}
	o.pages(inc)
	o.tickets(inc)
	o.public(inc)
	o.documents(inc)
	if len(rooms) == 1 {
		o.order(inc, rooms[0])
	}
	joined := map[string]bool{}
	for _, ev := range inc.Events {
		if j, ok := ev.Fact.(timeline.Joined); ok {
			if joined[j.Person.ID] {
				o.wrong("%v: %s has joined twice", inc.ID, j.Person.ID)
			}
			joined[j.Person.ID] = true
		}
	}
	if inc.Open() && len(rooms) == 1 {
		o.tags(inc, rooms[0])
	}
}

// current checks that a message which is kept current says how things are.
func (o *oracle) current(inc timeline.Incident, key string) {
	all := o.keys[key]
	if len(all) == 0 {
		o.wrong("%s is not there", key)
		return
	}
	text := all[0].Text
	wants := []string{inc.ID.String(), inc.Severity.String(), fmt.Sprint(inc.Status)}
	if said := strings.Fields(inc.LastUpdate.Text); len(said) > 0 {
		wants = append(wants, said[0])
	}
	for _, r := range []timeline.Role{timeline.Commander, timeline.Comms} {
		if holder := inc.Holder(r); holder.ID != "" {
			wants = append(wants, "<@"+holder.ID+">")
		}
	}
	for _, want := range wants {
		if !strings.Contains(text, want) {
			o.wrong("%s does not say %q: %s", key, want, text)
		}
	}
}

// order checks that what the bot says in a room follows the timeline.
func (o *oracle) order(inc timeline.Incident, room string) {
	messages, err := o.town.Messages(room)
	if err != nil {
		o.wrong("%v", err)
	}
	last := 0
	for _, m := range messages {
		var seq int
		if _, err := fmt.Sscanf(keyOf(m), inc.ID.String()+"/%d/room/say", &seq); err == nil && m.Bot {
			if seq < last {
				o.wrong("%v: what event %d is about is said after event %d", inc.ID, seq, last)
			}
			last = max(last, seq)
		}
	}
}

// pages checks that who had to be woken was, once, and that nobody is still
// being woken for what is over.
func (o *oracle) pages(inc timeline.Incident) {
	open := map[string]int{}
	for _, p := range o.town.Pages() {
		if !strings.HasPrefix(p.Title, inc.ID.String()+" ") {
			continue
		}
		if !inc.Open() && p.At.After(inc.Resolved) && neverReopened(inc) {
			o.wrong("%s: %s went out %v after the end", inc.ID, p.Title, p.At.Sub(inc.Resolved))
		}
		if p.Status == "resolved" {
			continue
		}
		open[p.Title]++
		if !inc.Open() && neverReopened(inc) {
			o.wrong("%s: %s is %s", inc.ID, p.Title, p.Status)
		}
	}
	for title, n := range open {
		if n > 1 {
			o.wrong("%d pages are open for %s", n, title)
		}
	}
	for _, ev := range inc.Events {
		_, asked := ev.Fact.(timeline.PageAsked)
		if _, paged := inc.PageFor(ev.Seq); asked && !paged && inc.Open() && neverReopened(inc) {
			o.wrong("%v: nobody was paged for event %d", inc.ID, ev.Seq)
		}
	}
}

// public checks that customers see one incident for one, and each notice once.
func (o *oracle) public(inc timeline.Incident) {
	told := map[int]bool{}
	for _, ev := range inc.Events {
		if f, ok := ev.Fact.(timeline.Published); ok {
			told[f.For] = true
		}
	}
	refs := map[string]bool{}
	for _, ev := range inc.Events {
		asked, ok := ev.Fact.(timeline.PublishAsked)
		if !ok {
			continue
		}
		n := 0
		for _, i := range o.town.PublicPage().Incidents {
			for _, u := range i.Updates {
				if u.Body == asked.Text {
					n, refs[i.ID] = n+1, true
				}
			}
		}
		if n > 1 || n < 1 && told[ev.Seq] {
			o.wrong("%v: customers read %q %d times, on record: %v", inc.ID, asked.Text, n, told[ev.Seq])
		}
	}
	if len(refs) > 1 {
		o.wrong("%v: customers see %d incidents", inc.ID, len(refs))
	}
}

// documents checks that the postmortem stands once in each place where it was
// published, with all that people had written when it was approved last.
func (o *oracle) documents(inc timeline.Incident) {
	approved := inc.Draft().Approved
	var pages []workspace.WikiPage
	for _, p := range o.town.WikiPages() {
		if strings.HasPrefix(p.Title, inc.ID.String()+":") {
			pages = append(pages, p)
		}
	}
	pulls := 0
	for _, p := range o.town.Repository().Pulls {
		if strings.HasPrefix(p.Title, "Postmortem: "+inc.ID.String()+":") {
			pulls++
		}
	}
	_, canvas := o.town.Canvas(inc.Channel.Name)
	if approved == 0 && len(pages)+pulls == 0 && !canvas {
		return
	}
	if approved == 0 || len(pages) != 1 || pulls != 1 || !canvas {
		o.wrong("%v: approved by event %d, it stands on %d pages, in %d pull requests, in a canvas: %v", inc.ID, approved, len(pages), pulls, canvas)
		return
	}
	for _, part := range inc.At(approved).Written() {
		if !strings.Contains(pages[0].Body, part.Text) {
			o.wrong("%v: the page lacks %q: %s", inc.ID, part.Text, pages[0].Body)
		}
	}
}

// tickets checks that each follow-up has one ticket, which is on record.
func (o *oracle) tickets(inc timeline.Incident) {
	for _, a := range inc.Actions {
		refs := []string{}
		for _, i := range o.town.Issues() {
			if i.Summary == a.What {
				refs = append(refs, i.Key)
			}
		}
		if len(refs) != 1 || refs[0] != a.Ticket.Ref {
			o.wrong("%v: %s is filed as %q, on record as %q", inc.ID, a.What, refs, a.Ticket.Ref)
		}
	}
}

func neverReopened(inc timeline.Incident) bool {
	return !slices.ContainsFunc(inc.Events, func(ev timeline.Event) bool {
		_, again := ev.Fact.(timeline.Reopened)
		return again
	})
}

// tags compares what is tagged in a room with what is on record.
func (o *oracle) tags(inc timeline.Incident, room string) {
	messages, err := o.town.Messages(room)
	if err != nil {
		o.wrong("%v", err)
	}
	standing := map[string]bool{}
	for _, m := range messages {
		if m.Only != "" || m.Subtype == "tombstone" {
			continue
		}
		standing[m.TS] = true
		known, _ := inc.Tagged(timeline.Message{Channel: inc.Channel.ID, TS: m.TS})
		is := map[string]bool{}
		for _, r := range m.Reactions {
			for range r.Users {
				is[r.Name] = true
			}
		}
		for _, emoji := range taggingEmoji {
			on := slices.ContainsFunc(known.Marks, func(k timeline.Mark) bool { return k.Emoji == emoji && k.On })
			if on != is[emoji] {
				o.wrong("%v: %s on %s (%s): in Slack %v, on record %v", inc.ID, emoji, m.TS, m.Reading, is[emoji], on)
			}
		}
		if known.On() && known.Text != m.Reading {
			o.wrong("%v: %s says %q, on record it says %q", inc.ID, m.TS, m.Reading, known.Text)
		}
	}
	for _, known := range inc.TaggedMessages() {
		if known.Message.Channel == inc.Channel.ID && !standing[known.Message.TS] && !known.Deleted {
			o.wrong("%v: %s was deleted, which is not on record", inc.ID, known.Message.TS)
		}
	}
}
