package cli

import (
	"context"
	"errors"
	"sync"
	"time"

	"muster/bot"
	"muster/chat"
	"muster/chat/slack"
	"muster/timeline"
)

// handOf is the file of what is in hand, beside the store.
func handOf(storePath string) string { return storePath + ".hand" }

// seeEach is how often it is noted that Slack reaches the bot: so exactly is it
// known since when it did not.
const seeEach = 30 * time.Second

// Run delivers effects and takes requests until ctx ends or the store fails.
// While Slack is away, or refuses a token, what does not need it goes on.
// Connected is called when there is a connection to Slack, and when there is
// none any more.
func (i *Instance) Run(ctx context.Context, connected func(bool)) (err error) {
	hand, err := bot.OpenHand(handOf(i.config.StorePath()))
	if err != nil {
		i.Log.Error("what is in hand can not be remembered", "err", err)
	}
	defer func() { err = errors.Join(err, hand.Close()) }()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if i.watch != nil {
		i.watch.Seen = hand.Seen()
	}
	var all sync.WaitGroup
	all.Go(func() { i.listen(ctx, hand, connected) })
	all.Go(func() { i.prove(ctx) })
	all.Go(func() { i.reckon(ctx) })
	all.Go(func() { i.learn(ctx) })
	err = i.Bot.Run(ctx)
	stop()
	all.Wait()
	return err
}

// prove reads the whole store once, so that damage is found at the start and
// not when the record is needed.
func (i *Instance) prove(ctx context.Context) {
	err := i.Store.Prove(ctx)
	switch {
	case err == nil || ctx.Err() != nil:
	case i.Store.Damaged() != nil:
		i.Log.Error("the store is damaged: nothing is written to it any more; look with `muster verify`, and put the newest backup in place with `muster restore`", "err", err)
	default:
		i.Log.Error("the store could not be proven; look with `muster verify`", "err", err)
	}
}

// listen takes requests from Slack, as soon as Slack says who the bot is.
func (i *Instance) listen(ctx context.Context, hand *bot.Hand, connected func(bool)) {
	if !i.insist(ctx, "Slack does not answer", i.Slack.Identify) || !i.insist(ctx, "numbers given out before the restoration are not known", i.lookBeyond) {
		return
	}
	i.Bot.Wake()
	var all sync.WaitGroup
	defer all.Wait()
	all.Go(func() { i.acquaint(ctx) })
	all.Go(func() { i.lookAhead(ctx) })
	reach := reach{hand: hand, now: i.Journal.Now}
	defer reach.lost()
	i.Slack.Listen(ctx, i.Bot.Handle, bot.Intake{Hand: hand, Journal: i.Journal}, func(up bool) {
		if up {
			i.Bot.CatchUp(hand.Seen())
			reach.begin()
		} else {
			reach.lost()
		}
		connected(up)
	})
}

// acquaintMost is how many people the bot meets before they ask for something.
// Of a larger workspace it meets the rest one by one.
const acquaintMost = 5000

// acquaint meets people, so that what they may do need not be looked up while
// they wait.
func (i *Instance) acquaint(ctx context.Context) {
	if err := i.Slack.Acquaint(ctx, acquaintMost); err != nil && ctx.Err() == nil {
		i.Log.Info("people are not met yet; each is looked up when they ask", "err", err)
	}
}

// lookAhead finds the channels that every incident is announced in, so that the
// first announcement waits for no look-up. What fails is looked up then.
func (i *Instance) lookAhead(ctx context.Context) {
	for _, name := range []string{i.config.Slack.AnnounceChannel, i.config.Slack.ExecutiveChannel} {
		if name == "" {
			continue
		}
		if _, err := i.Slack.ChannelNamed(ctx, name); err != nil && ctx.Err() == nil {
			i.Log.Info("a channel to announce in is not found yet", "channel", name, "err", err)
		}
	}
}

// How often it is looked up anew what pages need, and how soon after that failed.
const (
	learnEach  = time.Hour
	learnAgain = time.Minute
)

// learn looks up ahead what pages need, so that the first page is one call. A
// page that comes before does its own look-ups.
func (i *Instance) learn(ctx context.Context) {
	if len(i.pages.Routes) == 0 {
		return
	}
	for again := learnAgain; ; {
		wait := learnEach
		if err := i.pages.Learn(ctx); err != nil {
			wait, again = again, min(2*again, learnEach)
			if ctx.Err() == nil {
				i.Log.Info("what pages need is not looked up ahead; it is when somebody is paged", "err", err, "again_in", wait.String())
			}
		} else {
			again = learnAgain
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return
		}
	}
}

// reach notes when Slack reaches the bot.
type reach struct {
	hand *bot.Hand
	now  func() time.Time
	stop func()
}

func (r *reach) begin() {
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() {
		each := time.NewTicker(seeEach)
		defer each.Stop()
		for {
			r.hand.See(r.now())
			select {
			case <-each.C:
			case <-ctx.Done():
				return
			}
		}
	})
	r.stop = func() {
		cancel()
		all.Wait()
	}
}

func (r *reach) lost() {
	if r.stop != nil {
		r.stop()
		r.stop = nil
		r.hand.See(r.now())
	}
}

// identifyMost is the longest wait between two tries to reach Slack at the start.
const identifyMost = 30 * time.Second

// insist tries something that needs Slack until it is done, or trying again can
// not mend it, and reports whether that was before ctx ended.
func (i *Instance) insist(ctx context.Context, trouble string, do func(context.Context) error) bool {
	for wait := time.Second; ; wait = min(2*wait, identifyMost) {
		err := do(ctx)
		switch {
		case ctx.Err() != nil:
			return false
		case err == nil:
			return true
		case slack.IsBadToken(err):
			i.Log.Error("Slack refuses slack.bot_token: copy the Bot User OAuth Token from OAuth & Permissions, and start again", "err", err, "again_in", wait.String())
		default:
			i.Log.Warn(trouble, "err", err, "again_in", wait.String())
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return false
		}
	}
}

// lookBeyond looks, once after the store was restored from a backup, which
// numbers were given out since the backup was made.
func (i *Instance) lookBeyond(ctx context.Context) error {
	house, err := i.Journal.Incident(ctx, timeline.House)
	if err == nil && house.IsRestored() {
		var upTo timeline.ID
		if upTo, err = i.givenOut(ctx, house); err == nil {
			_, err = i.Journal.Record(ctx, timeline.House, timeline.Cause{}, timeline.Numbered{UpTo: upTo})
		}
	}
	for _, lasting := range []error{timeline.ErrBroken, timeline.ErrDamaged, timeline.ErrFull, timeline.ErrFailed} {
		if errors.Is(err, lasting) {
			i.Log.Error("which numbers were given out can not be written down", "err", err)
			return nil // people have to be answered all the same
		}
	}
	return err
}

// givenOut returns the highest number that was given out, as Slack shows it.
func (i *Instance) givenOut(ctx context.Context, house timeline.Incident) (timeline.ID, error) {
	last, err := i.Store.Last(ctx)
	if err != nil {
		return 0, err
	}
	names, err := i.Slack.OwnChannels(ctx)
	if timeline.IsRefusal(err) {
		i.Log.Error("which numbers were given out since the backup can not be seen; a hundred are left out", "err", err)
		return max(last, house.Beyond()), nil
	}
	upTo := last
	for _, name := range names {
		upTo = max(upTo, chat.NumberOf(i.config.Slack.ChannelPrefix, name))
	}
	if err == nil && upTo > last {
		i.Log.Warn("incidents were declared after the backup was made; their channels are in Slack, and their timelines are lost", "from", (last + 1).String(), "to", upTo.String())
	}
	return upTo, err
}
