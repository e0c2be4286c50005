package workspace

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Player plays a story.
type Player struct {
	*Workspace
	Day  time.Time                       // of the story; where it is zero the clock is left alone
	Pace time.Duration                   // between two scenes
	Rest func(ctx context.Context) error // waits until the app has done what it had to; nil waits for nothing

	before map[string]bool // the channels that there were when the story began
	said   map[string]place
}

type place struct{ channel, ts string }

// CardLabel names, in a scene, the message that the app pinned in its channel, and
// before it has, the first that it posted there.
const CardLabel = "card"

// patience is how long a scene waits for what the app has to do before it.
const patience = 10 * time.Second

// errPlaying is what happens to who wants a second story at once.
var errPlaying = errors.New("an outage is being played already")

// Play plays scenes, each at its time of the workspace's clock. A scene that
// can not be played ends it. One story is played at a time.
func (p *Player) Play(ctx context.Context, scenes []Scene) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	p.mu.Lock()
	err := p.begin(len(scenes), stop)
	p.mu.Unlock()
	if err != nil {
		return err
	}
	return p.playAll(ctx, scenes)
}

func (p *Player) playAll(ctx context.Context, scenes []Scene) error {
	err := p.scenes(ctx, scenes)
	p.ended(err)
	return err
}

func (p *Player) scenes(ctx context.Context, scenes []Scene) error {
	p.said, p.before = map[string]place{}, map[string]bool{}
	for _, name := range p.Channels() {
		p.before[name] = true
	}
	for n, s := range scenes {
		p.atScene(n)
		if err := p.scene(ctx, s); err != nil {
			return fmt.Errorf("scene %d, at %s: %s by %s: %w", n+1, s.At, s.Do, s.As, err)
		}
		select {
		case <-time.After(p.Pace):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (p *Player) scene(ctx context.Context, s Scene) error {
	at, err := time.Parse("15:04", s.At)
	if err != nil {
		return err
	}
	due := p.Day.Truncate(24 * time.Hour).Add(time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute)
	if ahead := due.Sub(p.Now()); ahead > 0 && !p.Day.IsZero() {
		p.Advance(ahead)
	}
	if err := p.playAt(ctx, s); err != nil || p.Rest == nil {
		return err
	}
	return p.Rest(ctx)
}

// playAt plays a scene where it happens: in a channel, or elsewhere in the town.
func (p *Player) playAt(ctx context.Context, s Scene) error {
	switch s.Do {
	case "ack":
		return p.maybe(ctx, s, func() (bool, error) {
			err := p.AnswerPageAs(s.As, "")
			return err == nil, err
		})
	case "move":
		return p.maybe(ctx, s, func() (bool, error) {
			err := p.MoveIssue(s.As, s.On, s.Text)
			return err == nil, err
		})
	}
	where, err := p.where(ctx, s)
	if err != nil {
		return err
	}
	return p.play(ctx, s, where)
}

// where is what a scene happens to. It waits until it is there.
func (p *Player) where(ctx context.Context, s Scene) (place, error) {
	if s.On != "" && s.On != CardLabel {
		return p.said[s.On], nil
	}
	if s.In != "" {
		return place{channel: s.In}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var at place
	err := p.await(ctx, "the app's channel", func() bool {
		ch, ok := find(p.channels, func(ch *channel) bool { return ch.creator == p.app.user.id && !p.before[ch.name] && !ch.im })
		if !ok {
			return false
		}
		card, posted := find(ch.messages, func(m *message) bool { return m.bot && ch.pinners[m.ts] != "" })
		if !posted {
			card, posted = find(ch.messages, func(m *message) bool { return m.bot })
		}
		if at.channel = ch.id; posted && s.On == CardLabel {
			at.ts = card.ts
		}
		return posted || s.On != CardLabel
	})
	return at, err
}

func (p *Player) play(ctx context.Context, s Scene, where place) error {
	var answer Answer
	var err error
	switch s.Do {
	case "say":
		answer, err = p.Say(s.As, where.channel, s.Text)
	case "reply":
		answer, err = p.Reply(s.As, where.channel, where.ts, s.Text)
	case "react":
		err = p.React(s.As, where.channel, where.ts, s.Emoji)
	case "unreact":
		err = p.Unreact(s.As, where.channel, where.ts, s.Emoji)
	case "edit":
		err = p.Edit(s.As, where.channel, where.ts, s.Text)
	case "click":
		err = p.press(ctx, s, where)
	default:
		err = fmt.Errorf("nobody can %q", s.Do)
	}
	if s.Label != "" {
		p.said[s.Label] = place{where.channel, answer.TS}
	}
	return err
}

// press presses the button of a scene, of a message or, where it names none, of
// the newest one that has it. What may not be there is waited for a little.
func (p *Player) press(ctx context.Context, s Scene, at place) error {
	return p.maybe(ctx, s, func() (bool, error) { return p.pressNow(s, at) })
}

// maybe does what may not be possible yet, or ever.
func (p *Player) maybe(ctx context.Context, s Scene, do func() (done bool, err error)) error {
	for range maybeLooks {
		if done, err := do(); done || !s.Maybe {
			return err
		}
		if p.Rest != nil {
			return nil // all that could come has come
		}
		select {
		case <-time.After(maybeEvery):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// What may not be there is looked for so often, at such intervals.
const (
	maybeLooks = 10
	maybeEvery = 200 * time.Millisecond
)

func (p *Player) pressNow(s Scene, at place) (pressed bool, err error) {
	messages, err := p.Messages(at.channel)
	if err != nil {
		return false, err
	}
	for _, m := range slices.Backward(messages) {
		for _, b := range m.Buttons {
			if (m.TS == at.ts || at.ts == "") && b.Label == s.Text {
				_, err := p.Click(s.As, at.channel, m.TS, b.ActionID, b.Value)
				return true, err
			}
		}
	}
	return false, fmt.Errorf("there is no button %q", s.Text)
}

// story is what is being played, or was played last.
type story struct {
	playing   bool
	scene, of int
	problem   string // why it ended early
	stop      context.CancelFunc
	over      chan struct{} // closed when it has ended
}

// begin begins a story, unless another one is being played. The lock is held.
func (w *Workspace) begin(scenes int, stop context.CancelFunc) error {
	switch {
	case w.closed:
		return errors.New("the workspace is closed")
	case w.story.playing:
		return errPlaying
	}
	w.story = story{playing: true, of: scenes, stop: stop, over: make(chan struct{})}
	w.showStory()
	return nil
}

func (w *Workspace) atScene(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.story.scene = n
	w.showStory()
}

func (w *Workspace) ended(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.story.playing = false
	close(w.story.over)
	if err != nil && !errors.Is(err, context.Canceled) {
		w.story.problem = err.Error()
	}
	w.showStory()
}

// canPlay reports whether the app has the command that the outage is told with.
func (w *Workspace) canPlay() bool {
	_, ok := find(w.app.Features.Commands, func(c command) bool { return c.Command == "/incident" })
	return ok
}

// PlayOutage begins to play the [Outage], with a pause between two scenes. On a
// clock of its own the workspace goes to the next morning for it.
func (w *Workspace) PlayOutage(pace time.Duration) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.canPlay() {
		return errors.New("the outage is a story with /incident, a command that this app does not have")
	}
	ctx, stop := context.WithCancel(context.Background())
	if err := w.begin(len(Outage), stop); err != nil {
		stop()
		return err
	}
	p := &Player{Workspace: w, Pace: pace}
	if w.ownClock {
		p.Day = nextMorning(w.now())
	}
	go func() {
		defer stop()
		_ = p.playAll(ctx, Outage) // the page tells how it ended
	}()
	return nil
}

// StopOutage ends what is being played; it takes no further scene.
func (w *Workspace) StopOutage() {
	w.mu.Lock()
	playing := w.story
	w.mu.Unlock()
	if playing.playing {
		playing.stop()
		<-playing.over
	}
}

// nextMorning is the next day on which the story's beginning is still ahead.
func nextMorning(now time.Time) time.Time {
	day := now.UTC().Truncate(24 * time.Hour)
	if now.Sub(day) > 9*time.Hour+20*time.Minute {
		day = day.Add(24 * time.Hour)
	}
	return day
}

func (w *Workspace) pageStory() object {
	return object{"there": w.canPlay(), "playing": w.story.playing, "scene": w.story.scene, "of": w.story.of, "problem": w.story.problem}
}
