package bot

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"muster/chat"
	"muster/policy"
	"muster/timeline"
)

// Past is what the bot needs to read back what it was not told of.
type Past interface {
	// Past returns what stands in a channel now, replies too. It is not whole
	// where there is more than it reads.
	Past(ctx context.Context, channel string) (all []chat.Standing, whole bool, err error)
	// Thread is Past for the replies to one message.
	Thread(ctx context.Context, channel, ts string) (all []chat.Standing, whole bool, err error)
	// Pins returns who pinned which messages of a channel, by their time stamps.
	Pins(ctx context.Context, channel string) (map[string]string, error)
	// Members returns who is in a channel.
	Members(ctx context.Context, channel string) ([]string, error)
}

// CatchUp makes the bot read back the channels of open incidents, as it must
// after every time that the chat could not reach it: what happened meanwhile
// may never be sent. Since is when the chat last reached it, zero where that is
// not known. It does so while Run runs.
func (b *Bot) CatchUp(since time.Time) {
	b.reading.Add(1)
	b.away(since)
	select {
	case b.gaps <- struct{}{}:
	default:
		b.read(1) // one that has not begun does for both
	}
}

// away keeps since when the chat did not reach the bot: the earliest of all gaps
// that were not read back yet.
func (b *Bot) away(since time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.since.IsZero() || !since.IsZero() && since.Before(b.since) {
		b.since = since
	}
}

// readFrom returns since when to tell that it was away, and begins anew.
func (b *Bot) readFrom() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	since := b.since
	b.since = time.Time{}
	return since
}

func (b *Bot) read(n int64) {
	b.reading.Add(-n)
	b.quiet.beat()
}

// catchUp reads back whenever there was a gap, until ctx ends.
func (b *Bot) catchUp(ctx context.Context) {
	var again <-chan time.Time
	for {
		select {
		case <-b.gaps:
			b.readBack(ctx)
			b.read(1)
		case <-b.refused:
			if again == nil {
				again = time.After(againAfter)
			}
		case <-again:
			again = nil
			b.CatchUp(time.Time{})
		case <-ctx.Done():
			return
		}
	}
}

// againAfter is how long after the disk was found full the channels are read
// for what was refused.
const againAfter = 30 * time.Second

// readLater makes the bot read the channels once more: it had to refuse
// something that stands there.
func (b *Bot) readLater() {
	select {
	case b.refused <- struct{}{}:
	default:
	}
}

// readBack reads every open incident's channel. One that can not be read now is
// tried again; new gaps wait meanwhile.
func (b *Bot) readBack(ctx context.Context) {
	open, err := b.Desk.Journal.Open(ctx)
	if err != nil {
		b.Log.Error("reading back", "err", err)
		return
	}
	since := b.readFrom()
	for _, inc := range open {
		for tries := 1; inc.Channel.ID != "" && ctx.Err() == nil; tries++ {
			err := b.readChannel(ctx, inc.ID, since)
			if err == nil {
				break
			}
			if errors.Is(err, timeline.ErrFull) {
				return // it is tried again when there may be room
			}
			if timeline.IsRefusal(err) || tries == readTries {
				b.Log.Warn("a channel could not be read back", "incident", inc.ID.String(), "err", err)
				break
			}
			lull(ctx, again(err, tries, time.Minute))
		}
	}
	b.readMembers(ctx)
	b.readReview(ctx)
}

// lookBack is of how many incidents, the newest, it is seen to who is inside.
const lookBack = 100

// readMembers finds out who was taken out of a private channel that is not read
// back, because the incident is over.
func (b *Bot) readMembers(ctx context.Context) {
	last, err := b.Desk.Journal.Store.Last(ctx)
	for id := last; err == nil && id > 0 && id > last-lookBack; id-- {
		inc, unread := b.Desk.Journal.Incident(ctx, id)
		if unread != nil || !inc.Private || inc.Open() || inc.Channel.ID == "" {
			continue
		}
		members, unknown := b.Past.Members(ctx, inc.Channel.ID)
		if unknown != nil {
			b.Log.Warn("who is in a private channel could not be read", "incident", id.String(), "err", unknown)
			continue
		}
		as := reading{when: stamp(b.now()), channel: inc.Channel.ID}
		for _, req := range as.departures(inc, inc, members) {
			_, failed := b.Handle(ctx, req)
			err = errors.Join(err, failed)
		}
	}
	if err != nil {
		b.Log.Error("reading back who is in private channels", "err", err)
	}
}

// readTries is how often a channel is tried to be read.
const readTries = 10

func lull(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// readChannel compares what stands in an incident's channel with what is known,
// and records what is new as if it had been told.
func (b *Bot) readChannel(ctx context.Context, id timeline.ID, since time.Time) error {
	before, err := b.Desk.Journal.Incident(ctx, id)
	if err != nil {
		return err
	}
	// What is told later, of before the reading, is in the reading; so the moment is that of its beginning.
	as := reading{when: stamp(b.now()), channel: before.Channel.ID}
	standing, whole, err := b.Past.Past(ctx, as.channel)
	if err != nil {
		return err
	}
	pins, err := b.Past.Pins(ctx, as.channel)
	if err != nil {
		if !timeline.IsRefusal(err) {
			return err
		}
		pins = nil // an app of an older manifest may not see them
	}
	members, err := b.Past.Members(ctx, as.channel)
	if err != nil && !timeline.IsRefusal(err) { // what was said counts without who was there
		return err
	}
	inc, err := b.Desk.Journal.Incident(ctx, id) // as it is after all that reading
	if err != nil {
		return err
	}
	missed := as.missed(inc, standing, whole, b.Reactions)
	missed = append(missed, as.pins(inc, pins, b.Desk.Bot())...)
	missed = append(missed, as.arrivals(inc, members, b.Desk.Bot())...)
	missed = append(missed, as.departures(before, inc, members)...)
	missed = slices.DeleteFunc(missed, func(req chat.Request) bool { return b.isNone(ctx, inc, req) })
	for _, req := range missed {
		if _, err := b.Handle(ctx, req); err != nil {
			return err
		}
	}
	caught := timeline.CaughtUp{Changes: len(missed)}
	if !since.IsZero() {
		caught.From, caught.To = latest(since, inc.Declared).UTC(), b.now().UTC()
	}
	if caught.Changes == 0 && caught.To.Sub(caught.From) < tellFrom {
		return nil
	}
	b.Log.Info("read back what was missed", "incident", id.String(), "changes", len(missed))
	_, err = b.Desk.Journal.Record(ctx, id, timeline.Cause{}, caught)
	return err
}

// isNone reports whether something that stands in the channel is nothing to the
// timeline: whoever did it may not add to it.
func (b *Bot) isNone(ctx context.Context, inc timeline.Incident, req chat.Request) bool {
	switch req.What.(type) {
	case chat.Reacted, chat.Pinned:
		return !b.Desk.May(ctx, req.By.ID, policy.Record, inc)
	}
	return false
}

// tellFrom is how long the chat has to be away for that to be on the timeline
// where nothing was missed.
const tellFrom = 5 * time.Minute

// reading is one reading of a channel.
type reading struct{ when, channel string }

// stamp is a moment as the chat writes it.
func stamp(at time.Time) string { return fmt.Sprintf("%d.%06d", at.Unix(), at.Nanosecond()/1000) }

func (r reading) request(by, what string, did chat.What) chat.Request {
	return chat.Request{
		ID: fmt.Sprintf("read-back/%s/%s/%s/%s", r.when, r.channel, by, what),
		By: timeline.Person{ID: by}, Channel: r.channel, What: did,
	}
}

// missed is what happened to messages that is not on the timeline.
func (r reading) missed(inc timeline.Incident, standing []chat.Standing, whole bool, tags map[string]timeline.Tag) []chat.Request {
	var all []chat.Request
	seen := map[timeline.Message]bool{}
	for _, now := range standing {
		seen[now.Message] = true
		known, _ := inc.Tagged(now.Message)
		for _, emoji := range slices.Sorted(maps.Keys(tags)) {
			all = append(all, r.reactions(known, now, emoji)...)
		}
		if known.Captured() && now.Said.Version != "" && now.Said.Text != known.Text {
			all = append(all, r.request(now.Said.Author.ID, now.Message.TS, chat.Changed{
				Message: now.Message, Text: now.Said.Text, Was: known.Text, Version: now.Said.Version,
			}))
		}
	}
	for _, known := range inc.TaggedMessages() {
		if whole && known.Message.Channel == r.channel && !seen[known.Message] && !known.Deleted {
			all = append(all, r.request(known.Author.ID, known.Message.TS, chat.Removed{Message: known.Message, Author: known.Author, Was: known.Text}))
		}
	}
	return all
}

// reactions is who put an emoji on a message, or took it back, without our
// being told.
func (r reading) reactions(known timeline.TaggedMessage, now chat.Standing, emoji string) []chat.Request {
	was := map[string]bool{}
	for _, mark := range known.Marks {
		if mark.Emoji == emoji {
			was[mark.Person] = mark.On
		}
	}
	var all []chat.Request
	change := func(person string, on bool) {
		all = append(all, r.request(person, now.Message.TS+"/"+emoji, chat.Reacted{Message: now.Message, Emoji: emoji, On: on, When: r.when}))
	}
	is := map[string]bool{}
	for _, person := range now.Reactions[emoji] {
		if is[person] = true; !was[person] {
			change(person, true)
		}
	}
	for _, mark := range known.Marks {
		if mark.Emoji == emoji && mark.On && !is[mark.Person] {
			change(mark.Person, false)
		}
	}
	return all
}

// pins is which messages were pinned, or are pinned no more. Where nobody could
// say, pins is nil.
func (r reading) pins(inc timeline.Incident, pins map[string]string, self string) []chat.Request {
	if pins == nil {
		return nil
	}
	var all []chat.Request
	change := func(person, ts string, on bool) {
		all = append(all, r.request(person, ts+"/"+timeline.PinEmoji, chat.Pinned{
			Message: timeline.Message{Channel: r.channel, TS: ts}, On: on, When: r.when,
		}))
	}
	was := map[string]string{}
	for _, known := range inc.TaggedMessages() {
		for _, mark := range known.Marks {
			if mark.On && mark.Emoji == timeline.PinEmoji && known.Message.Channel == r.channel {
				was[known.Message.TS] = mark.Person
			}
		}
	}
	for _, ts := range slices.Sorted(maps.Keys(pins)) {
		if was[ts] == "" && pins[ts] != self {
			change(pins[ts], ts, true)
		}
	}
	for _, ts := range slices.Sorted(maps.Keys(was)) {
		if pins[ts] == "" {
			change(was[ts], ts, false)
		}
	}
	return all
}

// arrivals is who is in the channel, and is not on the timeline as having come.
func (r reading) arrivals(inc timeline.Incident, members []string, self string) []chat.Request {
	var all []chat.Request
	for _, person := range members {
		if person != self && !inc.IsThere(person) {
			all = append(all, r.request(person, "arrived", chat.Arrived{}))
		}
	}
	return all
}

// departures is who was in a private channel before it was read, and is not any
// more. Where nobody could say who is there, members is nil.
func (r reading) departures(before, inc timeline.Incident, members []string) []chat.Request {
	var all []chat.Request
	if members == nil || !inc.Private {
		return nil
	}
	for _, person := range inc.Members() {
		if before.IsThere(person) && inc.IsThere(person) && !slices.Contains(members, person) {
			all = append(all, r.request(person, "departed", chat.Departed{}))
		}
	}
	return all
}
