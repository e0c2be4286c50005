package web

import (
	"net/http"
	"strconv"
	"time"
)

// EnhanceYourCalm is the status by which some ask to be left alone in place of
// [http.StatusTooManyRequests].
const EnhanceYourCalm = 420

// How long a vendor is left alone that asks for it: what asks for more than the
// most is asked again then. Usual is for one that does not say how long, which
// PagerDuty may not.
const (
	pauseLeast = time.Second
	pauseUsual = 5 * time.Second
	pauseMost  = 10 * time.Minute
)

// limits are the headers that tell how many calls are left, and when there will
// be more: PagerDuty's, in seconds, and those of Jira and most others, as a date
// or in seconds since 1970.
//
// https://developer.pagerduty.com/docs/rest-api-rate-limits
// https://developer.atlassian.com/cloud/jira/platform/rate-limiting
var limits = []struct{ remaining, reset string }{
	{"ratelimit-remaining", "ratelimit-reset"},
	{"X-RateLimit-Remaining", "X-RateLimit-Reset"},
}

// heed obeys what an answer's head asks for.
func (c *Client) heed(answer *http.Response, now time.Time) {
	h := answer.Header
	switch code := answer.StatusCode; {
	case code == http.StatusTooManyRequests || code == EnhanceYourCalm:
		c.asked = later(c.asked, now.Add(asked(h, now)))
	case code == http.StatusServiceUnavailable:
		if d, ok := duration(h.Get("Retry-After"), now); ok {
			c.asked = later(c.asked, now.Add(d))
		}
	case code < http.StatusBadRequest:
		for _, l := range limits {
			if d, ok := duration(h.Get(l.reset), now); ok && h.Get(l.remaining) == "0" {
				c.spent = later(c.spent, now.Add(d))
			}
		}
	}
}

func asked(h http.Header, now time.Time) time.Duration {
	if d, ok := duration(h.Get("Retry-After"), now); ok {
		return d
	}
	for _, l := range limits {
		if d, ok := duration(h.Get(l.reset), now); ok {
			return d
		}
	}
	return pauseUsual
}

// since1970 is the least number that is a time in seconds since 1970; less is a
// number of seconds from now on.
const since1970 = 1e9

// isoMinutes is how Jira Cloud writes when there will be more calls.
const isoMinutes = "2006-01-02T15:04Z07:00"

// duration reads how long to wait, within what is sensible.
func duration(text string, now time.Time) (time.Duration, bool) {
	if seconds, err := strconv.ParseFloat(text, 64); err == nil && seconds >= 0 {
		if seconds >= since1970 {
			seconds -= float64(now.Unix())
		}
		return within(time.Duration(min(seconds, pauseMost.Seconds()) * float64(time.Second))), true
	}
	if at, err := http.ParseTime(text); err == nil {
		return within(at.Sub(now)), true
	}
	for _, layout := range []string{time.RFC3339, isoMinutes} {
		if at, err := time.Parse(layout, text); err == nil {
			return within(at.Sub(now)), true
		}
	}
	return 0, false
}

func within(d time.Duration) time.Duration { return min(max(d, pauseLeast), pauseMost) }

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
