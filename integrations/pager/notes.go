package pager

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"muster/templates"
	"muster/timeline"
)

// Notes keeps open pages up to date: with the channel as the conference link, and
// with what people write down about the incident.
type Notes struct {
	Account Account
	Texts   templates.Texts
	Address func(channel string) string // of a channel, in the web
}

// Name is "pager-notes".
func (Notes) Name() string { return "pager-notes" }

// Urgency is that of announcements.
func (Notes) Urgency() timeline.Urgency { return timeline.Announce }

const (
	attach = "attach"
	note   = "note"
)

// React attaches the channel to each page as soon as there are both, and passes
// notes and updates on. What came from the paging service does not go back, and
// what is private stays here.
func (Notes) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	if inc.Drill || inc.Private || !inc.Open() {
		return nil
	}
	switch f := ev.Fact.(type) {
	case timeline.ChannelOpened:
		return onEach(attach, inc.Pages)
	case timeline.Paged:
		if inc.Channel.ID != "" {
			return order(attach, f.For)
		}
	case timeline.Noted:
		if f.Source == "" {
			return onEach(note, inc.Pages)
		}
	case timeline.Updated:
		if !f.Nothing {
			return onEach(note, inc.Pages)
		}
	}
	return nil
}

func onEach(do string, pages []timeline.SentPage) (all []timeline.Effect) {
	for _, p := range pages {
		if !p.Ended {
			all = append(all, order(do, p.For)...)
		}
	}
	return all
}

// Deliver attaches or notes. A page that can not be found there is over.
func (n Notes) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	seq, err := strconv.Atoi(e.On)
	if err != nil {
		return nil, unknownOrder(e)
	}
	p, ok := inc.PageFor(seq)
	if !ok || p.Ended || p.ID == "" || !inc.Open() {
		return nil, nil
	}
	switch e.Do {
	case attach:
		if inc.Channel.ID == "" {
			return nil, nil
		}
		address := n.Address(inc.Channel.ID)
		if address == "" {
			return nil, timeline.Later(errors.New("the chat has not said yet where the channel is"), whereIn)
		}
		return nil, n.Account.Attach(ctx, p.ID, address)
	case note:
		return nil, n.Account.Note(ctx, p.ID, n.text(inc, inc.Events[e.Seq-1]))
	}
	return nil, unknownOrder(e)
}

// whereIn is how long it is waited for the chat to say where it is in the web, as
// right after a start.
const whereIn = 5 * time.Second

// noteMost is how many characters of a note are passed on.
const noteMost = 2000

// text is a note as it reads there. Its front says where it comes from, by which
// it is known again.
func (n Notes) text(inc timeline.Incident, ev timeline.Event) string {
	plain := templates.Plain(func(id string) string { return inc.Person(id).Name })
	text := []rune(plain.Write(timeline.TextOf(ev.Fact)))
	if len(text) > noteMost {
		text = append(text[:noteMost-1], '…')
	}
	who := inc.Person(ev.By.ID).Name
	if who == "" {
		who = n.Texts.T("person.someone")
	}
	return fmt.Sprintf("%s%d] %s: %s", markOf(inc), ev.Seq, who, string(text))
}

// markOf begins every note that is passed on from an incident.
func markOf(inc timeline.Incident) string { return fmt.Sprintf("[%v #", inc.ID) }

// isPassedOn reports whether a note was passed on from an incident.
func isPassedOn(inc timeline.Incident, text string) bool { return strings.HasPrefix(text, markOf(inc)) }
