package changes

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
)

// How long the texts of a change may be, in characters.
const (
	idMost       = 200
	nameMost     = 100 // of services, environments, sources
	versionMost  = 200
	authorMost   = 200
	titleMost    = 300
	urlMost      = 2000
	rollbackMost = 1000
	labelMost    = 200
	labelsMost   = 20 // labels
)

// fit makes a change that was told fit to be kept, or says why it can not be.
func (b *Book) fit(c Change, now time.Time) (o Outcome, err error) {
	warn := func(format string, args ...any) { o.Warnings = append(o.Warnings, fmt.Sprintf(format, args...)) }
	if c.ID, err = b.fitID(c.ID); err != nil {
		return o, err
	}
	if !slices.Contains(Kinds, c.Kind) {
		return o, fmt.Errorf("%q is no kind of change; the kinds are %s.", clip(string(c.Kind), nameMost), join(Kinds))
	}
	if _, known := weight[c.State]; !known && c.State != "" {
		return o, fmt.Errorf("%q is no status; write started, succeeded, failed or rolled_back, or leave it out.", clip(string(c.State), nameMost))
	}
	if c, err = b.fitTimes(c, now); err != nil {
		return o, err
	}
	c = b.fitTexts(c, warn)
	if _, known := b.Services.Named(c.Service); !known && c.Service != "" && len(b.Services) > 0 {
		warn("%s", b.Services.unknown(c.Service))
	}
	c.Received = now
	o.Change = c
	return o, nil
}

// fitID refuses what does not tell one change from another. An ID that looks like
// a secret is kept as its sum.
func (b *Book) fitID(id string) (string, error) {
	id = strings.TrimSpace(id)
	switch {
	case id == "":
		return "", errors.New("It has no id; send the one of its deployment or pipeline run.")
	case len([]rune(id)) > idMost:
		return "", fmt.Errorf("The id has %d characters, and may have %d; send a shorter one.", len([]rune(id)), idMost)
	case strings.ContainsFunc(id, unicode.IsControl) || strings.ToValidUTF8(id, "") != id:
		return "", errors.New("The id has characters that can not be shown; send plain letters and digits.")
	}
	if b.Clean == nil || b.Clean(id) == id {
		return id, nil
	}
	sum := sha256.Sum256([]byte(id))
	return "sha256-" + hex.EncodeToString(sum[:16]), nil
}

// fitTimes settles when a change began and ended. One without a beginning began
// when it ended, or now.
func (b *Book) fitTimes(c Change, now time.Time) (Change, error) {
	c.Started, c.Finished = c.Started.UTC().Round(0), c.Finished.UTC().Round(0)
	if c.Started.IsZero() {
		c.Started = now
		if !c.Finished.IsZero() && c.Finished.Before(now) {
			c.Started = c.Finished
		}
	}
	for _, at := range []struct {
		name string
		time time.Time
	}{{"started_at", c.Started}, {"finished_at", c.Finished}} {
		if ahead := at.time.Sub(now); ahead > aheadMost {
			return c, fmt.Errorf("%s is %s ahead of Muster's clock, which shows %s; mend the clock of whoever sends it, or send it when it happens.", at.name, span(ahead), now.Format(time.RFC3339))
		}
	}
	switch {
	case !c.Finished.IsZero() && c.Finished.Before(c.Started):
		return c, errors.New("finished_at is before started_at; send them the other way round.")
	case c.Started.Before(now.Add(-b.Keep)):
		return c, fmt.Errorf("It began %s ago, and changes are kept for %s; changes.keep in Muster's configuration says for how long.", span(now.Sub(c.Started)), span(b.Keep))
	case c.Started.After(now):
		c.Started = now
	}
	return c, nil
}

// span writes a long time as people say it.
func span(d time.Duration) string {
	if days := int(d.Hours() / 24); days >= 2 {
		return fmt.Sprintf("%d days", days)
	}
	return d.Round(time.Second).String()
}

// fitTexts cleans and shortens texts. What would lead elsewhere when it is cut is
// left out.
func (b *Book) fitTexts(c Change, warn func(string, ...any)) Change {
	for _, field := range []struct {
		name string
		text *string
		most int
	}{
		{"source", &c.Source, nameMost}, {"service", &c.Service, nameMost}, {"environment", &c.Environment, nameMost},
		{"title", &c.Title, titleMost}, {"version", &c.Version, versionMost}, {"previous_version", &c.Previous, versionMost},
		{"revision", &c.Revision, versionMost}, {"actor", &c.Author, authorMost},
	} {
		whole := b.clean(*field.text)
		if *field.text = clip(whole, field.most); *field.text != whole {
			warn("The %s has more than %d characters; the rest is cut off.", field.name, field.most)
		}
	}
	address := fitURL(c.URL)
	if c.URL != "" && address == "" {
		warn("The url is left out: it has to begin with https:// or http://, and have no more than %d characters.", urlMost)
	}
	c.URL = b.clean(address)
	if c.Rollback = b.clean(c.Rollback); len([]rune(c.Rollback)) > rollbackMost {
		c.Rollback = ""
		warn("The rollback is left out: it has more than %d characters. Send a url to what is to be done.", rollbackMost)
	}
	c.Labels = b.fitLabels(c.Labels, warn)
	return c
}

func (b *Book) fitLabels(labels map[string]string, warn func(string, ...any)) map[string]string {
	if len(labels) > labelsMost {
		warn("There are %d labels; the first %d by name are kept.", len(labels), labelsMost)
	}
	fit := map[string]string{}
	for _, name := range sorted(labels) {
		if key := clip(b.clean(name), nameMost); key != "" && len(fit) < labelsMost {
			fit[key] = clip(b.clean(labels[name]), labelMost)
		}
	}
	if len(fit) == 0 {
		return nil
	}
	return fit
}

// clean makes a text one line without anything that can not be shown.
func (b *Book) clean(text string) string {
	if text == "" {
		return ""
	}
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.In(r, unicode.Cf): // among them what turns the direction of a text
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	text = strings.Join(strings.Fields(text), " ")
	if b.Clean != nil { // last, when nothing hides any more in what can not be seen
		text = b.Clean(text)
	}
	return text
}

func clip(text string, most int) string {
	if all := []rune(text); len(all) > most {
		return strings.TrimSpace(string(all[:most-1])) + "…"
	}
	return text
}

// fitURL is a web address without a password in it; empty for what is none.
func fitURL(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	u.User = nil
	if address = u.String(); len(address) > urlMost {
		return ""
	}
	return address
}

func sorted(labels map[string]string) []string { return slices.Sorted(maps.Keys(labels)) }

func join(kinds []Kind) string {
	var words []string
	for _, k := range kinds {
		words = append(words, string(k))
	}
	return strings.Join(words, ", ")
}
