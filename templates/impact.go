package templates

import (
	"strconv"
	"time"

	"muster/impact"
	"muster/quantity"
)

// Finding puts what was found about a change into words, with times of day in a
// zone.
func (t Texts) Finding(f impact.Finding, zone *time.Location) string {
	args := make([]any, len(f.Args))
	for i, a := range f.Args {
		args[i] = t.found(a, zone)
	}
	return t.T(f.Key, args...)
}

// found is one argument of a finding in words.
func (t Texts) found(a any, zone *time.Location) string {
	switch a := a.(type) {
	case string:
		return a
	case []string:
		return t.List(a)
	case impact.Quantity:
		return quantity.Text(a.Value, a.Unit)
	case impact.Count:
		return grouped(int64(a))
	case time.Time:
		return a.In(zone).Format("15:04")
	case time.Duration:
		return t.SpanSoon(a)
	}
	panic("no finding tells of this") // unreachable: a test says each
}

// SpanSoon writes a length of time as people say it, and a short one in seconds.
func (t Texts) SpanSoon(d time.Duration) string {
	if d < 90*time.Second {
		return t.T("span.seconds", int(d.Round(time.Second)/time.Second))
	}
	return t.Span(d)
}

// grouped is a whole number with its thousands apart.
func grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
