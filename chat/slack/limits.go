package slack

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"muster/timeline"
)

// perMinute is how many calls of a method Slack takes in a minute, by the tiers
// that its documentation gives. A method that is not here has no limit that
// the bot could meet.
var perMinute = map[string]int{
	"conversations.create": 20, "conversations.setTopic": 20, "conversations.list": 20, "users.conversations": 20,
	"users.list": 20, "usergroups.users.list": 20, "conversations.archive": 20, "views.publish": 100, "conversations.info": 50,
	"conversations.canvases.create": 20, "canvases.edit": 50,
	"pins.add": 20, "pins.list": 20, "files.list": 20,
	"conversations.invite": 50, "conversations.join": 50, "conversations.open": 50, "conversations.history": 50,
	"conversations.replies": 50, "chat.update": 50, "reactions.get": 50, "files.info": 50,
	"conversations.members": 100, "chat.postEphemeral": 100, "users.info": 100, "views.open": 100,
	"files.getUploadURLExternal": 50, "files.completeUploadExternal": 50,
	"chat.postMessage": 240, // "several hundred" for the workspace
}

const (
	window = time.Minute
	used   = 90 // percent of what Slack takes that the bot uses
	calm   = 60 // percent of that which is for what nobody waits for

	postsMost   = 5               // messages into one channel
	postsWindow = 5 * time.Second // within so long: one a second, a few at once

	waitInPlace = 2 * time.Second       // a longer wait frees the worker
	waryFor     = 10 * time.Minute      // calls go one at a time after a limit was met
	oneByOne    = 50 * time.Millisecond // between two looks whether it is one's turn
	bucketsMost = 1000                  // that are held before idle ones are forgotten
)

// limits keeps calls within what Slack takes, a bucket for each method, and for
// messages one for each channel as well. A bucket that Slack asked to leave
// alone is left alone, and no other; afterwards its calls go one at a time for
// a while, so that no second one is under way when Slack asks again. Time is
// that of the machine.
type limits struct {
	free    bool // nothing is counted; what Slack asks for is obeyed all the same
	mu      sync.Mutex
	buckets map[string]*bucket
}

// bucket counts the calls of a sliding window.
type bucket struct {
	most   int // calls in a window; 0 for any number
	window time.Duration
	made   []time.Time // within the window, the oldest first
	until  time.Time   // Slack asked to be left alone until then
	wary   time.Time   // calls go one at a time until then
	busy   int         // calls under way
}

// call makes a call as soon as its buckets allow it, or says when to come back.
func (l *limits) call(ctx context.Context, method, channel string, do func() error) error {
	return l.within(ctx, method, channel, 100, waitInPlace, do)
}

// calmly makes a call that nobody waits for: it takes a part of the bucket only,
// and waits for as long as that takes.
func (l *limits) calmly(ctx context.Context, method string, do func() error) error {
	return l.within(ctx, method, "", calm, window, do)
}

// within makes a call by so many percent of the buckets. It waits for them so
// long at the most.
func (l *limits) within(ctx context.Context, method, channel string, percent int, most time.Duration, do func() error) (err error) {
	all := l.of(method, channel)
	for {
		wait := l.enter(all, percent)
		if wait <= 0 {
			break
		}
		if wait > most {
			return timeline.Later(fmt.Errorf("%s: a pause, so that Slack is not asked too often", method), wait)
		}
		if !sleep(ctx, wait) {
			return fmt.Errorf("%s: %w", method, ctx.Err())
		}
	}
	defer func() { l.leave(all, err) }()
	return judge(method, do())
}

// of returns the buckets of a call, the narrowest first.
func (l *limits) of(method, channel string) []*bucket {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.buckets) > bucketsMost {
		maps.DeleteFunc(l.buckets, func(_ string, b *bucket) bool { return b.idle(time.Now()) })
	}
	whole := l.bucket(method, perMinute[method]*used/100, window)
	if channel == "" {
		return []*bucket{whole}
	}
	return []*bucket{l.bucket(method+" "+channel, postsMost, postsWindow), whole}
}

func (l *limits) bucket(name string, most int, window time.Duration) *bucket {
	if l.buckets == nil {
		l.buckets = map[string]*bucket{}
	}
	b, ok := l.buckets[name]
	if !ok {
		b = &bucket{most: most, window: window}
		l.buckets[name] = b
	}
	return b
}

// enter counts a call in all of its buckets, or returns how long to wait.
func (l *limits) enter(all []*bucket, percent int) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	var wait time.Duration
	for _, b := range all {
		wait = max(wait, b.wait(now, percent, l.free))
	}
	if wait > 0 {
		return wait
	}
	for _, b := range all {
		b.busy++
		if !l.free && b.most > 0 {
			b.made = append(b.made, now)
		}
	}
	return 0
}

func (b *bucket) wait(now time.Time, percent int, free bool) time.Duration {
	for len(b.made) > 0 && now.Sub(b.made[0]) >= b.window {
		b.made = b.made[1:]
	}
	switch most := max(1, b.most*percent/100); {
	case b.until.After(now):
		return b.until.Sub(now)
	case b.wary.After(now) && b.busy > 0:
		return oneByOne
	case !free && b.most > 0 && len(b.made) >= most:
		return b.made[len(b.made)-most].Add(b.window).Sub(now)
	}
	return 0
}

// leave takes note of what Slack asked for.
func (l *limits) leave(all []*bucket, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, b := range all {
		b.busy--
	}
	if after, ok := timeline.After(err); ok {
		b, now := all[0], time.Now()
		b.until, b.wary = now.Add(after), now.Add(after+waryFor)
	}
}

func (b *bucket) idle(now time.Time) bool {
	return b.busy == 0 && !b.until.After(now) && !b.wary.After(now) && b.wait(now, 100, true) == 0 && len(b.made) == 0
}
