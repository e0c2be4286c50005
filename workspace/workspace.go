// Package workspace is a Slack-compatible workspace in memory: for
// demonstrations, for drills, and for tests of any Slack app.
//
// It serves Slack's Web API, Socket Mode, response URLs and file uploads over
// HTTP, as Slack's own documents describe them, and is strict: scopes,
// subscriptions, commands and shortcuts come from the app's manifest, and
// limits are held. People are played by the verbs ([Workspace.Say],
// [Workspace.React] and so on) or by the control API.
//
// It imports nothing of the app's. The [Outage] alone is told with Muster's command.
package workspace

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// Options say what a workspace is like. The zero Options, but for the
// manifest, are ready for use.
type Options struct {
	Manifest string           // the app's manifest, in YAML
	URL      string           // where it will be served, for response URLs and files; without a slash
	Seed     uint64           // of all IDs: the same seed and the same deeds give the same IDs
	Now      func() time.Time // the clock; time.Now where it is nil
	Ack      time.Duration    // how long an app may take to acknowledge; 3 s where it is 0
	Trigger  time.Duration    // how long a trigger may be used; 3 s where it is 0
	NoLimits bool             // calls are not limited in number
	Journal  io.Writer        // every line of the journal is written to it as well, in JSON
	// Again says when an event that was not acknowledged is sent again, counted
	// from the attempt before. At once, after 1 min and after 5 min where it is nil.
	Again []time.Duration
}

// Workspace is one workspace with one app installed. It is an [http.Handler].
// All its methods may be called by many goroutines at once.
type Workspace struct {
	o   Options
	app app
	mux *http.ServeMux

	base string // the address that people and apps reach it by, without a slash

	mu        sync.Mutex
	random    map[string]*rand.Rand // by kind of ID, so that one kind does not depend on another
	offset    time.Duration         // of the clock, as it was advanced
	lastTS    int64                 // microseconds
	users     []*user
	groups    []*usergroup
	channels  []*channel
	files     []*file
	uploads   map[string]*file // begun, by token
	scheduled []*scheduled
	modals    map[string][]*view  // by person, the topmost last
	homes     map[string]*view    // by person
	opened    int                 // how many modals there have been
	whispers  map[string]whispers // by user ID
	triggers  map[string]*trigger
	replies   map[string]*replyURL
	tickets   map[string]bool
	conns     []*conn
	turn      int // which connection gets the next envelope
	pending   map[string]*envelope
	timers    map[*timer]bool
	set       int // how many timers there have been
	faults    []*fault
	frozen    chan struct{}   // closed when it thaws; nil while it is not frozen
	revoked   map[string]bool // "bot" or "app": the tokens that are good no more
	held      []*envelope     // that wait for the next one to overtake them
	limits    *limits
	calls     []Call
	watchers  []func(Happening)
	readers   []*reader
	story     story
	pager     pagerduty
	tracker   jira
	public    publicPage
	git       gitHost
	wiki      wiki
	gauges    []Gauge
	ownClock  bool // the clock is not this machine's
	changed   chan struct{}
	closed    bool
	over      chan struct{}   // closed when the workspace is
	life      context.Context // it ends with the workspace
	end       context.CancelFunc
	couriers  sync.WaitGroup // that bring webhooks
	carried   int            // parcels on their way; one that is brought again later is not
}

// New returns a workspace with its people and channels, and the app of the
// manifest installed.
func New(o Options) (*Workspace, error) {
	ownClock := o.Now != nil
	if !ownClock {
		o.Now = time.Now
	}
	if o.Ack == 0 {
		o.Ack = 3 * time.Second
	}
	if o.Trigger == 0 {
		o.Trigger = triggerFor
	}
	if o.Again == nil {
		o.Again = []time.Duration{0, time.Minute, 5 * time.Minute}
	}
	manifest, err := readManifest(o.Manifest)
	if err != nil {
		return nil, fmt.Errorf("read manifest: %w", err)
	}
	w := &Workspace{
		o: o, base: o.URL, random: map[string]*rand.Rand{},
		uploads: map[string]*file{}, modals: map[string][]*view{}, homes: map[string]*view{}, whispers: map[string]whispers{}, triggers: map[string]*trigger{},
		replies: map[string]*replyURL{}, tickets: map[string]bool{},
		ownClock: ownClock, over: make(chan struct{}), pending: map[string]*envelope{}, timers: map[*timer]bool{}, revoked: map[string]bool{},
	}
	w.life, w.end = context.WithCancel(context.Background())
	if !o.NoLimits {
		w.limits = newLimits()
	}
	w.app = w.install(manifest)
	w.settle()
	w.routes()
	return w, nil
}

// ServeHTTP serves the Web API, sockets, response URLs, files, the control API
// and the page.
func (w *Workspace) ServeHTTP(rw http.ResponseWriter, r *http.Request) { w.mux.ServeHTTP(rw, r) }

func (w *Workspace) routes() {
	w.mux = http.NewServeMux()
	w.mux.HandleFunc("/api/{method}", ownPages(w.serveMethod))
	w.mux.HandleFunc("/link/", w.serveSocket)
	w.mux.HandleFunc("POST /response/{id}", w.serveReplyURL)
	w.mux.HandleFunc("POST /upload/{id}", w.serveUpload)
	w.mux.HandleFunc("GET /files/{id}/{name}", w.serveFile)
	w.mux.HandleFunc("GET /login", serveLogin)
	w.routePager()
	w.routeTracker()
	w.routeStatuspage()
	w.routeGit()
	w.routeWiki()
	w.routeMetrics()
	w.routeControl()
	w.routePage()
}

// BotToken is the token of the app's bot user.
func (w *Workspace) BotToken() string { return w.app.botToken }

// AppToken is the token that opens sockets.
func (w *Workspace) AppToken() string { return w.app.appToken }

// Close drops every connection and timer.
func (w *Workspace) Close() {
	w.drop()
	w.StopOutage()
	w.couriers.Wait()
}

func (w *Workspace) drop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return
	}
	w.closed = true
	close(w.over)
	w.end()
	for t := range w.timers {
		t.real.Stop()
	}
	clear(w.timers)
	for _, c := range w.conns {
		c.hangUp()
	}
	for _, r := range w.readers {
		r.end()
	}
	w.unfreeze()
}

// Settled waits until the app has acknowledged, or let lapse, every envelope
// that was sent. Envelopes that wait to be sent again do not count.
func (w *Workspace) Settled(ctx context.Context) error {
	return w.await(ctx, "the app to acknowledge", func() bool { return w.underWay() == 0 })
}

// Disconnected waits until the app has no socket open.
func (w *Workspace) Disconnected(ctx context.Context) error {
	return w.await(ctx, "the app to go", func() bool { return len(w.conns) == 0 })
}

// await waits for something that is looked at with the lock held.
func (w *Workspace) await(ctx context.Context, what string, is func() bool) error {
	for {
		w.mu.Lock()
		done, changed := is(), w.next()
		w.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w", what, ctx.Err())
		}
	}
}

// next returns a channel that is closed at the next change. The lock is held.
func (w *Workspace) next() <-chan struct{} {
	if w.changed == nil {
		w.changed = make(chan struct{})
	}
	return w.changed
}

// beat tells those who wait that something changed. The lock is held.
func (w *Workspace) beat() {
	if w.changed != nil {
		close(w.changed)
		w.changed = nil
	}
}
