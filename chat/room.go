package chat

import (
	"context"
	"errors"

	"muster/templates"
	"muster/timeline"
)

// Room opens the incident's channel and says there what everybody in it has to
// hear, first of all what is known of the service that is hit.
type Room struct {
	Chat      Chat
	Texts     templates.Texts
	Prefix    string // of channel names
	Directory Directory
}

// Name is "room".
func (Room) Name() string { return "room" }

// Urgency is that of the channel.
func (Room) Urgency() timeline.Urgency { return timeline.Room }

const (
	openChannel = "open-channel"
	openSide    = "open-side"
	tellService = "tell-service"
	say         = "say"
	retell      = "retell"
)

// React opens the channel of what is declared, and then says what happens.
func (r Room) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	if _, ok := ev.Fact.(timeline.Declared); ok {
		return []timeline.Effect{timeline.Do(openChannel, nil)}
	}
	if _, ok := ev.Fact.(timeline.ChannelOpened); ok && r.Directory.introduces(inc) {
		return []timeline.Effect{timeline.Do(tellService, nil)}
	}
	if failed, ok := ev.Fact.(timeline.Undelivered); ok && (failed.Effect.To == r.Name() || !inc.News(failed)) {
		return nil
	}
	if opensAgain(ev.Fact) && inc.Open() && inc.Channel.ID == "" && inc.Archived.ID != "" {
		return []timeline.Effect{timeline.Do(openChannel, nil)} // Slack lets no app take a channel out of the archive
	}
	if seq := taskOf(ev.Fact); seq > 0 {
		return []timeline.Effect{timeline.Do(retell, seq).OnObject(timeline.TaskPost(seq)).Newest()}
	}
	if _, ok := ev.Fact.(timeline.SideAsked); ok && inc.Side.ID == "" {
		return []timeline.Effect{timeline.Do(openSide, nil)}
	}
	if _, worthSaying := Spoken(r.Texts, inc, ev); inc.Channel.ID == "" || !worthSaying || isAloud(ev.Fact) {
		return nil
	}
	return []timeline.Effect{timeline.Do(say, nil)}
}

// Deliver opens the channel, or says what the event is about.
func (r Room) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	switch e.Do {
	case openChannel:
		return r.open(ctx, inc, e)
	case openSide:
		return r.openBeside(ctx, inc, e)
	}
	if inc.Channel.ID == "" {
		return nil, nil // it was archived meanwhile: nobody would read it
	}
	switch e.Do {
	case tellService:
		return r.tellService(ctx, inc, e)
	case retell:
		return nil, r.retell(ctx, inc, e)
	case say:
		was := inc.At(e.Seq)
		return r.say(ctx, inc, was.Events[len(was.Events)-1], e)
	}
	return nil, unknownOrder(e)
}

// names is how many names are tried for a channel.
const names = 20

func (r Room) open(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	if inc.Channel.ID != "" {
		return nil, nil
	}
	channel, err := r.openFirst(ctx, inc.Private, e, func(n int) string { return r.channelName(inc, n) })
	if err != nil {
		return nil, err
	}
	return []timeline.Fact{timeline.ChannelOpened{Channel: channel}}, nil
}

// openBeside opens the channel for what is not the work on the incident.
func (r Room) openBeside(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	if inc.Side.ID != "" {
		return nil, nil
	}
	channel, err := r.openFirst(ctx, inc.Private, e, func(n int) string { return ChannelName(r.Prefix, inc.ID, "biz", n) })
	if err != nil {
		return nil, err
	}
	return []timeline.Fact{timeline.SideOpened{Channel: channel}}, nil
}

// openFirst opens a channel under the first name that is not taken.
func (r Room) openFirst(ctx context.Context, private bool, e timeline.Effect, name func(n int) string) (timeline.Channel, error) {
	for n := range names {
		channel, err := r.openOnce(ctx, name(n), private, e)
		if !errors.Is(err, ErrNameTaken) {
			return channel, err
		}
	}
	return timeline.Channel{}, timeline.Refusal(errors.New(r.Texts.T("reason.names taken", names, name(0))))
}

// channelName is the n-th name to try. Whoever the title mentions is no part
// of it: people's names are no channel's business.
func (r Room) channelName(inc timeline.Incident, n int) string {
	if inc.Private { // a name is seen by more than those inside
		return ChannelName(r.Prefix, inc.ID, "", n)
	}
	nobody := templates.Plain(func(string) string { return "" })
	return ChannelName(r.Prefix, inc.ID, nobody.Write(inc.Title), n)
}

// openOnce opens a channel, or adopts the one that an earlier try has opened.
func (r Room) openOnce(ctx context.Context, name string, private bool, e timeline.Effect) (timeline.Channel, error) {
	if e.Doubt {
		channel, ok, err := r.Chat.FindOwnChannel(ctx, name, e.Since.Add(-skew))
		if ok || err != nil {
			return channel, err
		}
	}
	return r.Chat.OpenChannel(ctx, name, private)
}

// say says what an event is about. The message of a task is known afterwards, so
// that it can be done by a reaction to it.
func (r Room) say(ctx context.Context, inc timeline.Incident, ev timeline.Event, e timeline.Effect) ([]timeline.Fact, error) {
	m, _ := Spoken(r.Texts, inc.At(ev.Seq), ev)
	at, _, err := PostOrAdopt(ctx, r.Chat, inc.Channel.ID, m, e, timeline.Message{})
	if _, ok := ev.Fact.(timeline.TaskSet); !ok || err != nil {
		return nil, err
	}
	return []timeline.Fact{timeline.Posted{What: timeline.TaskPost(ev.Seq), Message: at}}, nil
}

// opensAgain reports whether a fact may leave an incident that goes on without a
// channel: it was taken up again, or its channel was archived all the same.
func opensAgain(f timeline.Fact) bool {
	switch f.(type) {
	case timeline.Reopened, timeline.Archived:
		return true
	}
	return false
}

// taskOf is the task that a fact changes; 0 where it changes none.
func taskOf(f timeline.Fact) int {
	switch f := f.(type) {
	case timeline.TaskTaken:
		return f.Task
	case timeline.TaskDone:
		return f.Task
	case timeline.TaskDropped:
		return f.Task
	}
	return 0
}

// retell brings the message of a task up to date, in place.
func (r Room) retell(ctx context.Context, inc timeline.Incident, e timeline.Effect) error {
	var seq int
	if err := e.Read(&seq); err != nil {
		return err
	}
	known, ok := inc.Post(timeline.TaskPost(seq))
	if !ok || seq < 1 || seq > len(inc.Events) {
		return nil // it was given up, which the room was told
	}
	m, _ := Spoken(r.Texts, inc, inc.Events[seq-1])
	m.Key = e.Key()
	if err := r.Chat.Edit(ctx, known.Message, m); !errors.Is(err, ErrGone) {
		return err
	}
	return nil
}

// tellService posts what is known of the service. It is posted once and stays
// as it is; that it is there lets the card follow.
func (r Room) tellService(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	m, err := r.Directory.About(ctx, inc)
	if err != nil {
		return nil, err
	}
	at, _, err := PostOrAdopt(ctx, r.Chat, inc.Channel.ID, m, e, timeline.Message{})
	if err != nil {
		return nil, err
	}
	return []timeline.Fact{timeline.Posted{What: timeline.ServicePost, Message: at}}, nil
}

// RoomOf marks a channel in a text.
func RoomOf(c timeline.Channel) string { return templates.Room(c.ID, c.Name) }
