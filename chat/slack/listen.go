package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"log"
	"sync"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"muster/chat"
	"muster/timeline"
)

// Handler does what a request asks for. An error means that nothing was done:
// the request is then not acknowledged, so that Slack sends it again.
type Handler func(context.Context, chat.Request) (chat.Answer, error)

// frame is what Slack sends over the socket, and wants acknowledged.
type frame struct {
	EnvelopeID string          `json:"envelope_id"`
	Type       string          `json:"type"`
	Payload    json.RawMessage `json:"payload"`
	Attempt    int             `json:"retry_attempt"`
}

const (
	frameMost = 1 << 20              // bytes of one frame
	lanes     = 16                   // how many frames are worked on at once
	laneDepth = 256                  // how many may wait in each
	ackFor    = 2 * time.Second      // how long an acknowledgement may take to be sent
	ackNow    = 5 * time.Millisecond // the same while there is no connection
)

// Listen takes requests until ctx ends, and calls connected whenever a
// connection begins or is lost. What happens in one channel is handled in the
// order it arrives. It returns an error only where connecting again can not
// help.
func (s *Slack) Listen(ctx context.Context, handle Handler, connected func(bool)) error {
	client := socketmode.New(s.api,
		socketmode.OptionReadLimit(frameMost),
		socketmode.OptionLog(log.New(io.Discard, "", 0)))
	l := listener{Slack: s, client: client, handle: handle}
	for n := range l.lanes {
		l.lanes[n] = make(chan frame, laneDepth)
	}
	for _, lane := range l.lanes {
		l.workers.Go(func() { l.work(lane) })
	}
	socket, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	defer hangUp()
	ended := make(chan error, 1)
	go func() { ended <- client.RunContext(socket) }()
	err := l.read(ctx, ended, connected)
	for _, lane := range l.lanes {
		close(lane)
	}
	if err != nil {
		l.leave.Store(true)
		l.up.Store(false)
	}
	late := time.AfterFunc(drainFor, func() { l.leave.Store(true) })
	l.workers.Wait() // what has arrived is handled, and acknowledged
	late.Stop()
	if err != nil {
		return err
	}
	time.Sleep(linger)
	hangUp()
	<-ended
	return nil
}

// drainFor is how long what has arrived is still handled after the end has
// begun. What is left then is left to Slack to send again.
const drainFor = 3 * time.Second

// linger is how long the socket stays open for the last acknowledgements, which
// the library sends on its own time.
const linger = 50 * time.Millisecond

type listener struct {
	*Slack
	client *socketmode.Client
	handle Handler
	lanes  [lanes]chan frame

	workers sync.WaitGroup
	up      atomic.Bool // a connection is open
	leave   atomic.Bool // what waits is to be left
}

// read sorts what comes into lanes, and does nothing else: were it slow, the
// library would drop the connection.
func (l *listener) read(ctx context.Context, ended <-chan error, connected func(bool)) error {
	for {
		select {
		case e := <-l.client.Events:
			l.sort(ctx, e, connected)
		case <-ctx.Done():
			return nil
		case err := <-ended:
			return fmt.Errorf("Slack ended the connection for good: %w", err)
		}
	}
}

func (l *listener) sort(ctx context.Context, e socketmode.Event, connected func(bool)) {
	switch e.Type {
	case socketmode.EventTypeHello:
		l.up.Store(true)
		connected(true)
	case socketmode.EventTypeConnecting:
		l.up.Store(false)
		connected(false)
	case socketmode.EventTypeEventsAPI, socketmode.EventTypeInteractive, socketmode.EventTypeSlashCommand:
		l.enqueue(ctx, frame{e.Request.EnvelopeID, e.Request.Type, e.Request.Payload, e.Request.RetryAttempt})
	case socketmode.EventTypeErrorBadMessage:
		l.odd(ctx, e)
	case socketmode.EventTypeConnectionError, socketmode.EventTypeIncomingError, socketmode.EventTypeErrorWriteFailed:
		l.o.Log.Warn("trouble with Slack's socket", "event", string(e.Type), "err", problem(e.Data))
	}
}

// odd is for frames that the library can not read: ours may be among them, and
// the others are acknowledged, or Slack would go on sending them.
func (l *listener) odd(ctx context.Context, e socketmode.Event) {
	bad, ok := e.Data.(*socketmode.ErrorBadMessage)
	if !ok {
		return
	}
	var f frame
	var id struct {
		EnvelopeID string `json:"envelope_id"`
	}
	if json.Unmarshal(bad.Message, &f) != nil {
		_ = json.Unmarshal(bad.Message, &id) // as much as can be read
		f = frame{EnvelopeID: id.EnvelopeID}
	}
	if f.EnvelopeID == "" {
		l.o.Log.Warn("Slack sent a frame that can not be read", "err", bad.Cause)
		return
	}
	l.enqueue(ctx, f)
}

func problem(data any) error {
	switch p := data.(type) {
	case *slack.ConnectionErrorEvent:
		return p.ErrorObj
	case *slack.IncomingEventError:
		return p.ErrorObj
	case *socketmode.ErrorWriteFailed:
		return p.Cause
	default:
		return nil
	}
}

func (l *listener) enqueue(ctx context.Context, f frame) {
	h := fnv.New32a()
	h.Write([]byte(place(f)))
	select {
	case l.lanes[h.Sum32()%lanes] <- f:
	case <-ctx.Done():
	}
}

func (l *listener) work(lane <-chan frame) {
	for f := range lane {
		if !l.leave.Load() {
			l.take(context.Background(), f)
		}
	}
}

// take handles one frame, and acknowledges it once that is on the disk.
func (l *listener) take(ctx context.Context, f frame) {
	log := l.o.Log.With("envelope", f.EnvelopeID, "type", f.Type, "attempt", f.Attempt)
	defer func() {
		if fault := recover(); fault != nil {
			log.Error("a fault while handling a request; it is not acknowledged", "fault", fault)
		}
	}()
	req, ok, err := l.request(f)
	if err != nil {
		log.Warn("a request that can not be read is left out", "err", err)
	}
	if !ok {
		l.acknowledge(ctx, f, nil)
		return
	}
	answer, err := l.handle(ctx, req)
	if err != nil {
		log.Error("not recorded, and not acknowledged", "request", req.ID, "err", err)
		return
	}
	l.acknowledge(ctx, f, payload(answer))
	if answer.Form != nil {
		l.workers.Go(func() { l.open(ctx, req, *answer.Form) })
	}
}

// payload is the answer that goes with an acknowledgement, if any.
func payload(a chat.Answer) any {
	switch {
	case len(a.Errors) > 0:
		errors := make(map[string]string, len(a.Errors))
		for input, text := range a.Errors {
			errors[input] = clip(plain.Write(text), errorMost)
		}
		return map[string]any{"response_action": "errors", "errors": errors}
	case a.Message != nil:
		return answer(*a.Message)
	default:
		return nil
	}
}

// errorMost is how many characters are shown beside an input.
const errorMost = 150

func (l *listener) acknowledge(ctx context.Context, f frame, payload any) {
	patience := ackFor
	if !l.up.Load() {
		patience = ackNow // only what the library still has room for
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := l.client.AckCtx(ctx, f.EnvelopeID, payload); err != nil {
		l.o.Log.Warn("an acknowledgement was not sent", "envelope", f.EnvelopeID, "err", err)
	}
}

// open shows a form. Slack gives three seconds for it and no second try, so it
// is the one call that is made before anything is recorded.
func (l *listener) open(ctx context.Context, req chat.Request, form chat.Form) {
	ctx, cancel := context.WithTimeout(ctx, chat.Patience)
	defer cancel()
	err := l.limits.call("views.open", "", func() error {
		_, err := l.api.OpenViewContext(ctx, req.Trigger, view(form, req.Channel))
		return err
	})
	if err == nil {
		return
	}
	l.o.Log.Warn("a form could not be opened", "request", req.ID, "err", err)
	text := fmt.Sprintf("The form could not be opened. Type it instead, with what is to be said behind it: `%s %s`", l.o.Command, form.Command)
	err = timeline.Refusal(err)
	if req.Channel != "" {
		err = l.Whisper(ctx, req.Channel, req.By.ID, chat.Say(text))
	}
	if timeline.IsRefusal(err) {
		_, err = l.Post(ctx, req.By.ID, chat.Say(text))
	}
	if err != nil {
		l.o.Log.Warn("nor could that be told", "request", req.ID, "err", err)
	}
}
