package chat

import (
	"context"
	"slices"
	"sync"

	"muster/timeline"
)

// Home keeps the bot's own page current for those who have opened it lately. It
// is a view of the record and is never owed for long: whoever opens it again
// gets it anew.
type Home struct {
	Chat Chat
	// Page is what one person is shown. It knows who may see what.
	Page func(ctx context.Context, person string) (Message, error)

	seen *seen
}

// NewHome returns a Home that nobody has opened yet.
func NewHome(c Chat, page func(context.Context, string) (Message, error)) Home {
	return Home{c, page, &seen{}}
}

// seen is who has opened their Home since the start, the latest last.
type seen struct {
	mu     sync.Mutex
	people []string
}

// seenMost is how many people's Homes are kept current.
const seenMost = 50

// Name is "home".
func (Home) Name() string { return "home" }

// Urgency is that of what nobody waits for.
func (Home) Urgency() timeline.Urgency { return timeline.Cosmetic }

const show = "show"

// Show is the order to put someone's Home up, as they have opened it.
func (h Home) Show(person string) timeline.Effect {
	h.seen.mu.Lock()
	defer h.seen.mu.Unlock()
	h.seen.people = append(slices.DeleteFunc(h.seen.people, func(id string) bool { return id == person }), person)
	h.seen.people = h.seen.people[max(0, len(h.seen.people)-seenMost):]
	return timeline.Do(show, nil).OnObject(person).Newest()
}

// React puts the Homes up anew that show what has changed.
func (h Home) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	if who, ok := crossed(ev); ok && inc.Private {
		return []timeline.Effect{timeline.Do(show, nil).OnObject(who).Newest()}
	}
	if !shownAtHome(ev.Fact) {
		return nil
	}
	h.seen.mu.Lock()
	defer h.seen.mu.Unlock()
	var effects []timeline.Effect
	for _, person := range h.seen.people {
		effects = append(effects, timeline.Do(show, nil).OnObject(person).Newest())
	}
	return effects
}

// crossed is who comes into an incident, or leaves it. A private one must not be
// seen any more on the Home of who has left, however long ago they opened that.
func crossed(ev timeline.Event) (who string, ok bool) {
	switch f := ev.Fact.(type) {
	case timeline.Joined:
		return f.Person.ID, true
	case timeline.Left:
		return f.Person.ID, true
	case timeline.AccessGranted:
		return f.To.ID, true
	case timeline.GlassBroken:
		return ev.By.ID, true
	case timeline.HandoverOffered:
		return f.To.ID, true
	}
	return "", false
}

func shownAtHome(f timeline.Fact) bool {
	switch f.(type) {
	case timeline.ChannelOpened, timeline.Titled, timeline.SeverityChanged, timeline.RoleGiven, timeline.RoleLeft,
		timeline.TaskSet, timeline.TaskTaken, timeline.TaskDone, timeline.TaskDropped, timeline.ActionAgreed, timeline.Ticketed,
		timeline.Identified, timeline.Mitigated, timeline.Resolved, timeline.Closed, timeline.Cancelled, timeline.Merged, timeline.Reopened,
		timeline.Undelivered, timeline.Retried, timeline.Dropped:
		return true
	}
	return false
}

// Deliver puts one person's Home up.
func (h Home) Deliver(ctx context.Context, _ timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	if e.Do != show {
		return nil, unknownOrder(e)
	}
	page, err := h.Page(ctx, e.On)
	if err != nil {
		return nil, err
	}
	err = h.Chat.ShowHome(ctx, e.On, page)
	if timeline.IsRefusal(err) {
		return nil, nil // a guest's, or one that is closed: they see none
	}
	return nil, err
}
