package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"sync"
	"sync/atomic"
	"time"

	"muster/chat"
	"muster/timeline"
)

// Handler does what a request asks for. An error means that nothing was done:
// the request is then not acknowledged, so that Slack sends it again.
type Handler func(context.Context, chat.Request) (chat.Answer, error)

// Intake knows what is in hand, so that a request that ends the process each
// time it comes is set aside in the end.
type Intake interface {
	// Begin notes that a request is in hand, and returns how often the process
	// has ended or failed with it before.
	Begin(key string) (ends int)
	// End notes that it is in hand no more.
	End(key string)
	// Fail notes that it failed in a way that the process survived, and
	// returns how often it has.
	Fail(key string) (ends int)
	// SetAside keeps it, on the disk, for someone to look at.
	SetAside(ctx context.Context, key string, frame []byte, why string) error
}

// endsMost is how often a request may end the process or fail before it is set
// aside.
const endsMost = 3

// frame is what Slack sends over the socket, and wants acknowledged.
type frame struct {
	EnvelopeID string          `json:"envelope_id"`
	Type       string          `json:"type"`
	Payload    json.RawMessage `json:"payload"`
	Attempt    int             `json:"retry_attempt"`

	text []byte // all of it, as it came
	bad  error  // why it can not be read
}

const (
	lanes     = 16  // how many frames are worked on at once
	laneDepth = 256 // how many may wait in each
)

// Listen takes requests until ctx ends, over several connections at once. It
// calls connected when the first of them begins and when the last is lost.
// What happens in one channel is handled in the order it arrives.
func (s *Slack) Listen(ctx context.Context, handle Handler, intake Intake, connected func(bool)) {
	l := &listener{Slack: s, handle: handle, intake: intake, connected: connected, ending: ctx.Done()}
	for n := range l.lanes {
		l.lanes[n] = make(chan delivery, laneDepth)
		l.workers.Go(func() { l.work(l.lanes[n]) })
	}
	live, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	var all sync.WaitGroup
	for n := range l.keepers {
		l.keepers[n] = &keeper{Slack: s, take: l.sort, told: l.tell}
	}
	for n, k := range l.keepers {
		all.Go(func() { k.keep(live, time.Duration(n)*apart) })
	}
	<-ctx.Done()
	l.shut()
	late := time.AfterFunc(drainFor, func() { l.leave.Store(true) })
	l.workers.Wait() // what has arrived is handled, and acknowledged
	late.Stop()
	hangUp()
	s.behind.End()
	all.Wait()
}

// drainFor is how long what has arrived is still handled after the end has
// begun. What is left then is left to Slack to send again.
const drainFor = 3 * time.Second

// delivery is a frame and the connection that it came by.
type delivery struct {
	frame
	by   *socket
	came time.Time
}

type listener struct {
	*Slack
	handle    Handler
	intake    Intake
	connected func(bool)
	keepers   [keepers]*keeper
	lanes     [lanes]chan delivery

	workers sync.WaitGroup
	leave   atomic.Bool // what waits is to be left

	ending <-chan struct{}
	gate   sync.RWMutex
	closed bool // nothing more is taken; under gate

	mu sync.Mutex
	up bool // what was told last
}

// shut takes nothing more from now on.
func (l *listener) shut() {
	l.gate.Lock()
	defer l.gate.Unlock()
	l.closed = true
	for _, lane := range l.lanes {
		close(lane)
	}
}

// tell tells whether there is a connection, where that has changed.
func (l *listener) tell() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if up := l.live(nil) != nil; up != l.up {
		l.up = up
		l.connected(up)
	}
}

// live is a connection that is up, other than one; nil where there is none.
func (l *listener) live(but *socket) *socket {
	for _, k := range l.keepers {
		if c := k.live(); c != nil && c != but {
			return c
		}
	}
	return nil
}

// sort puts what comes into lanes, and does nothing else: a connection that is
// not read is cut.
func (l *listener) sort(by *socket, text []byte) {
	f := frame{text: text}
	if f.bad = json.Unmarshal(text, &f); f.bad != nil {
		var id struct {
			EnvelopeID string `json:"envelope_id"`
		}
		_ = json.Unmarshal(text, &id) // as much as can be read
		f.EnvelopeID = id.EnvelopeID
	}
	l.enqueue(delivery{f, by, time.Now()})
}

func (l *listener) enqueue(d delivery) {
	l.gate.RLock()
	defer l.gate.RUnlock()
	if l.closed {
		return
	}
	h := fnv.New32a()
	h.Write([]byte(place(d.frame)))
	select {
	case l.lanes[h.Sum32()%lanes] <- d:
	case <-l.ending:
	}
}

func (l *listener) work(lane <-chan delivery) {
	for d := range lane {
		if !l.leave.Load() {
			l.take(context.Background(), d)
		}
	}
}

// take handles one frame, and acknowledges it once that is on the disk.
func (l *listener) take(ctx context.Context, d delivery) {
	key := d.key()
	log := l.o.Log.With("envelope", d.EnvelopeID, "type", d.Type, "attempt", d.Attempt, "request", key)
	defer func() {
		if fault := recover(); fault != nil {
			log.Error("a fault while handling a request", "fault", fault)
			if ends := l.intake.Fail(key); ends >= endsMost || !d.comesAgain() {
				l.setAside(ctx, d, fmt.Sprintf("a fault in Muster: %v", fault))
			}
		}
	}()
	if ends := l.intake.Begin(key); ends >= endsMost {
		l.setAside(ctx, d, fmt.Sprintf("Muster ended or failed %d times while it was handled", ends))
		return
	}
	req, ok, err := l.read(d)
	if err != nil {
		log.Warn("a frame can not be read", "err", err)
		l.setAside(ctx, d, "it can not be read: "+err.Error())
		return
	}
	if !ok {
		l.intake.End(key)
		l.acknowledge(d, nil)
		return
	}
	slow := l.slowly(d)
	req.ReplyTo = d.replyURL()
	answer, err := l.handle(ctx, req)
	l.intake.End(key)
	inTime := slow()
	if err != nil {
		log.Error("not recorded, and not acknowledged", "err", err)
		return
	}
	l.reply(ctx, d, req, answer, inTime)
}

// reply acknowledges what is recorded, with its answer: in the acknowledgement
// where there is time, and otherwise after it.
func (l *listener) reply(ctx context.Context, d delivery, req chat.Request, answer chat.Answer, inTime bool) {
	apart := answer.Aloud && (d.Type == "interactive" || !inTime) // the acknowledgement can not say it
	switch {
	case apart:
		if inTime {
			l.acknowledge(d, nil)
		}
		l.workers.Go(func() { l.sayAloud(ctx, req, *answer.Message) })
	case inTime:
		l.acknowledge(d, l.pen().payload(answer))
	case answer.Message != nil:
		l.tellLate(ctx, req, *answer.Message)
	}
	if answer.Form != nil {
		l.workers.Go(func() { l.open(ctx, req, *answer.Form) })
	}
}

// slowAfter is how long a disk may take before whoever waits is told that it is
// not known yet whether something is recorded. Slack waits for three seconds.
const slowAfter = 2500 * time.Millisecond

// slowly acknowledges a command with a word of warning, unless it is stopped in
// time. Only commands: Slack does not send them again, so that nothing is lost
// by it, and what is not a command waits for what is written.
func (l *listener) slowly(d delivery) (inTime func() bool) {
	if d.Type != "slash_commands" {
		return func() bool { return true }
	}
	return time.AfterFunc(slowAfter, func() { l.acknowledge(d, l.pen().payload(d.notYet(l.o.Texts))) }).Stop
}

// sayAloud answers a button so that the whole channel sees it. It is said once:
// where that fails, the card shows what was done all the same.
func (l *listener) sayAloud(ctx context.Context, req chat.Request, m chat.Message) {
	ctx, cancel := context.WithTimeout(ctx, callFor)
	defer cancel()
	err := l.respond(ctx, req.ReplyTo, l.pen().answer(m, true))
	if err != nil {
		l.o.Log.Warn("what was done could not be said", "request", req.ID, "err", err)
	}
}

// tellLate tells someone what could not be told in time.
func (l *listener) tellLate(ctx context.Context, req chat.Request, m chat.Message) {
	err := timeline.Refusal(errors.New("a direct message"))
	if req.Channel != "" {
		err = l.Whisper(ctx, req.Channel, req.By.ID, m)
	}
	if timeline.IsRefusal(err) {
		_, err = l.Post(ctx, req.By.ID, m)
	}
	if err != nil {
		l.o.Log.Warn("an answer that was late could not be told", "request", req.ID, "err", err)
	}
}

func (l *listener) read(d delivery) (chat.Request, bool, error) {
	if d.bad != nil {
		return chat.Request{}, false, d.bad
	}
	return l.request(d.frame)
}

// setAside keeps a frame for someone to look at, and acknowledges it then: what
// is not kept, Slack may send again.
func (l *listener) setAside(ctx context.Context, d delivery, why string) {
	key := d.key()
	if err := l.intake.SetAside(ctx, key, d.text, why); err != nil {
		l.o.Log.Error("a request could not be set aside", "request", key, "err", err)
		return
	}
	l.o.Log.Warn("a request is set aside; look at it with `muster aside`", "request", key, "why", why)
	l.acknowledge(d, l.pen().payload(d.sorry(l.o.Texts)))
}

// payload is the answer that goes with an acknowledgement, if any.
func (p pen) payload(a chat.Answer) any {
	switch {
	case len(a.Errors) > 0:
		errors := make(map[string]string, len(a.Errors))
		for input, text := range a.Errors {
			errors[input] = clip(plain.Write(text), errorMost)
		}
		return map[string]any{"response_action": "errors", "errors": errors}
	case a.Message != nil:
		return p.answer(*a.Message, a.Aloud)
	default:
		return nil
	}
}

// errorMost is how many characters are shown beside an input.
const errorMost = 150

// acknowledge answers by the connection that a frame came by, or by another one
// where that is gone.
func (l *listener) acknowledge(d delivery, payload any) {
	if d.EnvelopeID == "" || d.by == nil {
		return // nobody waits for it
	}
	err := d.by.acknowledge(d.EnvelopeID, payload)
	if other := l.live(d.by); err != nil && other != nil {
		err = other.acknowledge(d.EnvelopeID, payload)
	}
	if err != nil {
		l.o.Log.Warn("an acknowledgement was not sent", "envelope", d.EnvelopeID, "err", err)
		return
	}
	l.Meter.Acknowledged(d.kind(), d.Attempt > 0, time.Since(d.came))
}

// open shows a form. Slack gives three seconds for it and no second try, so it
// is the one call that is made before anything is recorded.
func (l *listener) open(ctx context.Context, req chat.Request, form chat.Form) {
	ctx, cancel := context.WithTimeout(ctx, chat.Patience)
	defer cancel()
	err := l.call(ctx, "views.open", "", func() error {
		_, err := l.api.OpenViewContext(ctx, req.Trigger, l.pen().view(form, req.Channel))
		return err
	})
	if err == nil {
		return
	}
	l.o.Log.Warn("a form could not be opened", "request", req.ID, "err", err)
	text := l.o.Texts.T("answer.no form")
	if form.Instead != "" {
		text += " " + l.o.Texts.T("answer.type instead", l.o.Command+" "+form.Instead)
	}
	l.tellLate(ctx, req, chat.Say(text))
}
