package workspace

import (
	"fmt"
	"math"
	"time"

	"golang.org/x/time/rate"
)

// tier is how often a method may be called. Source: Slack's guide to rate
// limits and the tiers that its SDKs list.
type tier int

const (
	unlimited tier = iota
	tier2
	tier3
	tier4
	posting // limited by channel and for the whole workspace
)

// perMinute is how many calls of one method a tier allows.
var perMinute = map[tier]int{tier2: 20, tier3: 50, tier4: 100, posting: 300}

// A channel takes one message a second; a burst of so many is let through.
const (
	channelEvery = time.Second
	channelBurst = 20
)

// limits counts calls, in the time of this machine. Nil limits nothing.
type limits struct {
	methods  map[string]*rate.Limiter
	channels map[*channel]*rate.Limiter
}

func newLimits() *limits {
	return &limits{map[string]*rate.Limiter{}, map[*channel]*rate.Limiter{}}
}

// call counts a call of a method, and returns how long to wait if it is one
// too many.
func (l *limits) call(m method) time.Duration {
	if l == nil || m.tier == unlimited {
		return 0
	}
	bucket, ok := l.methods[m.name]
	if !ok {
		n := perMinute[m.tier]
		bucket = rate.NewLimiter(rate.Every(time.Minute/time.Duration(n)), n)
		l.methods[m.name] = bucket
	}
	return take(bucket)
}

// post counts a message into a channel.
func (l *limits) post(ch *channel) time.Duration {
	if l == nil {
		return 0
	}
	bucket, ok := l.channels[ch]
	if !ok {
		bucket = rate.NewLimiter(rate.Every(channelEvery), channelBurst)
		l.channels[ch] = bucket
	}
	return take(bucket)
}

func take(bucket *rate.Limiter) time.Duration {
	r := bucket.Reserve()
	if wait := r.Delay(); wait > 0 {
		r.Cancel()
		return wait
	}
	return 0
}

// limited refuses a call that is one too many.
func limited(wait time.Duration) error {
	seconds := int(math.Ceil(wait.Seconds()))
	return refuseWith("ratelimited", object{retryKey: fmt.Sprint(max(1, seconds))})
}

// retryKey marks an answer that goes out with status 429.
const retryKey = "retry_after"
