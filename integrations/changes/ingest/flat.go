package ingest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/integrations/changes"
)

// fields is every field of our own JSON, and how it is read.
var fields = map[string]func(r *reader, raw json.RawMessage) error{
	"id":               text(func(c *changes.Change) *string { return &c.ID }),
	"kind":             readKind,
	"service":          text(func(c *changes.Change) *string { return &c.Service }),
	"environment":      text(func(c *changes.Change) *string { return &c.Environment }),
	"title":            text(func(c *changes.Change) *string { return &c.Title }),
	"version":          text(func(c *changes.Change) *string { return &c.Version }),
	"previous_version": text(func(c *changes.Change) *string { return &c.Previous }),
	"revision":         text(func(c *changes.Change) *string { return &c.Revision }),
	"repo":             func(r *reader, raw json.RawMessage) error { return r.label("repo", raw) },
	"actor":            text(func(c *changes.Change) *string { return &c.Author }),
	"author":           text(func(c *changes.Change) *string { return &c.Author }),
	"status":           readStatus,
	"started_at":       moment(func(c *changes.Change) *time.Time { return &c.Started }),
	"finished_at":      moment(func(c *changes.Change) *time.Time { return &c.Finished }),
	"url":              text(func(c *changes.Change) *string { return &c.URL }),
	"rollback":         text(func(c *changes.Change) *string { return &c.Rollback }),
	"links":            readLinks,
	"labels":           readLabels,
}

// order is the order in which fields are read where it matters, and told.
var order = []string{
	"id", "kind", "service", "environment", "title", "version", "previous_version", "revision", "repo", "actor", "author",
	"status", "started_at", "finished_at", "url", "rollback", "links", "labels",
}

// named is the fields as people read them.
var named = strings.Join(order[:len(order)-1], ", ") + " and " + order[len(order)-1]

// flat reads our own JSON, strictly. Without a kind it is a deploy; without an ID
// it gets one from what it says, so that the same sent again is the same.
func (r *reader) flat(o object) error {
	for _, name := range slices.Sorted(maps.Keys(o)) {
		if !slices.Contains(order, name) {
			return fmt.Errorf("There is no field %q; the fields are %s.", short(name), named)
		}
	}
	for _, name := range order {
		raw := o[name]
		if raw == nil || string(raw) == "null" {
			continue
		}
		if err := fields[name](r, raw); err != nil {
			return fmt.Errorf("%q has to be %w.", name, err)
		}
	}
	if r.change.Kind == "" {
		r.change.Kind = changes.Deploy
	}
	return r.identify()
}

// identify gives a change without an ID one made from what it says of itself. How
// far it is, and when it ended, is no part of that.
func (r *reader) identify() error {
	c := &r.change
	if c.ID = strings.TrimSpace(c.ID); c.ID != "" {
		return nil
	}
	if c.Service == "" && c.Title == "" && c.Version == "" && c.Revision == "" {
		return errors.New("It says too little to be told from other changes; send an id, or a service and a version or title.")
	}
	said := []string{string(c.Kind), c.Service, c.Environment, c.Title, c.Version, c.Revision}
	if !c.Started.IsZero() {
		said = append(said, c.Started.UTC().Format(time.RFC3339Nano))
	} else {
		r.warn("It has neither an id nor started_at: the same sent again counts as the same change. Send an id.")
	}
	c.ID = "derived-" + sum(said...)
	return nil
}

// sum is a short sum of some texts, each with its length, so that they can not
// run into one another.
func sum(parts ...string) string {
	all := sha256.New()
	for _, part := range parts {
		fmt.Fprintf(all, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(all.Sum(nil)[:12])
}

// joinedIDMost is how long an ID of two parts is kept as it is, in bytes.
const joinedIDMost = 150

func joinedID(source, id string) string {
	if joined := source + " " + id; len(joined) <= joinedIDMost {
		return joined
	}
	return "sum-" + sum(source, id)
}

var errText = errors.New(`a text, such as "4.2"`)

// textOf reads a text; a number is read as it is written.
func textOf(raw json.RawMessage) (string, error) {
	var t string
	switch raw = bytes.TrimSpace(raw); {
	case len(raw) == 0:
		return "", errText
	case raw[0] == '"':
		err := json.Unmarshal(raw, &t)
		return t, err
	case raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9':
		return string(raw), nil
	}
	return "", errText
}

func text(of func(*changes.Change) *string) func(*reader, json.RawMessage) error {
	return func(r *reader, raw json.RawMessage) error {
		t, err := textOf(raw)
		if t != "" {
			*of(&r.change) = t
		}
		return err
	}
}

func moment(of func(*changes.Change) *time.Time) func(*reader, json.RawMessage) error {
	return func(r *reader, raw json.RawMessage) (err error) {
		t, err := textOf(raw)
		if err == nil && t != "" {
			*of(&r.change), err = timeOf(t)
		}
		if err != nil {
			return errors.New("a time, such as 2026-11-21T14:05:00Z or the seconds since 1970")
		}
		return nil
	}
}

// millisFrom is the least number that is milliseconds since 1970 and not seconds,
// which would be of the year 5138.
const millisFrom = 1e11

// timeOf reads a time in RFC 3339, or in seconds or milliseconds since 1970.
func timeOf(text string) (time.Time, error) {
	text = strings.TrimSpace(text)
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return writtenTime(strings.ToUpper(text))
	}
	if n >= millisFrom {
		n /= 1000
	}
	if !(n >= 0 && n < millisFrom) {
		return time.Time{}, errors.New("outside of what is sensible")
	}
	whole, part := math.Modf(n)
	return time.Unix(int64(whole), int64(math.Round(part*1e6))*1000).UTC(), nil
}

// noColon is RFC 3339 with a zone as PagerDuty's senders write it: +0000.
const noColon = "2006-01-02T15:04:05Z0700"

func writtenTime(text string) (time.Time, error) {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		at, err = time.Parse(noColon, text)
	}
	if at = at.UTC(); err == nil && (at.Year() < 1 || at.Year() > 9999) {
		err = errors.New("outside of the years that can be written")
	}
	return at, err
}

// kinds is the words for kinds. Two are kept as what they are nearest to, with
// the word itself as a label.
var kinds = map[string]changes.Kind{
	"deploy": changes.Deploy, "rollback": changes.Rollback, "config": changes.Config, "flag": changes.Flag, "infra": changes.Infra,
	"migration": changes.Infra, "other": changes.Config,
}

func readKind(r *reader, raw json.RawMessage) error {
	word, err := textOf(raw)
	if err != nil || word == "" {
		return err
	}
	kind, known := kinds[word]
	if !known {
		return fmt.Errorf("deploy, rollback, config, flag, infra, migration or other, and is %q", short(word))
	}
	if string(kind) != word {
		r.setLabel("kind", word)
	}
	r.change.Kind = kind
	return nil
}

// states is the words for states, with those by which GitHub Actions and GitLab
// CI call them.
var states = map[string]changes.State{
	"started": changes.Running, "succeeded": changes.Succeeded, "failed": changes.Failed, "rolled_back": changes.RolledBack,
	"running": changes.Running, "in_progress": changes.Running, "success": changes.Succeeded, "failure": changes.Failed,
	"cancelled": changes.Failed, "canceled": changes.Failed,
}

func stateOf(word string) (changes.State, bool) {
	s, known := states[word]
	return s, known
}

func readStatus(r *reader, raw json.RawMessage) error {
	word, err := textOf(raw)
	if err != nil || word == "" {
		return err
	}
	state, known := stateOf(word)
	if !known {
		return fmt.Errorf("started, succeeded, failed or rolled_back, and is %q", short(word))
	}
	r.change.State = state
	return nil
}

// readLinks takes the first link where there is no url.
func readLinks(r *reader, raw json.RawMessage) error {
	addresses, ok := linksOf(raw)
	if !ok {
		return errors.New("a list of addresses, or of objects with href")
	}
	if r.change.URL == "" && len(addresses) > 0 {
		r.change.URL, addresses = addresses[0], addresses[1:]
	}
	if len(addresses) > 0 {
		r.warn("One link is kept; the others are left out.")
	}
	return nil
}

// linksOf reads a list of addresses, or of objects with href.
func linksOf(raw json.RawMessage) (addresses []string, ok bool) {
	var all []json.RawMessage
	if json.Unmarshal(raw, &all) != nil {
		return nil, false
	}
	for _, one := range all {
		address, err := textOf(one)
		if o, is := objectOf(one); is {
			address, err = textOf(o["href"])
		}
		if err != nil {
			return nil, false
		}
		addresses = append(addresses, address)
	}
	return addresses, true
}

func readLabels(r *reader, raw json.RawMessage) error {
	o, ok := objectOf(raw)
	if !ok {
		return errors.New("an object of texts")
	}
	for name, value := range o {
		if err := r.label(name, value); err != nil {
			return errors.New("an object of texts")
		}
	}
	return nil
}

// label keeps a text, a number, true or false as a label.
func (r *reader) label(name string, raw json.RawMessage) error {
	value, err := textOf(raw)
	if word := string(bytes.TrimSpace(raw)); word == "true" || word == "false" {
		value, err = word, nil
	}
	if string(bytes.TrimSpace(raw)) == "null" {
		return nil
	}
	if err == nil && value != "" {
		r.setLabel(name, value)
	}
	return err
}

func (r *reader) setLabel(name, value string) {
	if r.change.Labels == nil {
		r.change.Labels = map[string]string{}
	}
	r.change.Labels[name] = value
}

// short is as much of a text from outside as an error tells.
func short(text string) string {
	if all := []rune(text); len(all) > 40 {
		return string(all[:40]) + "…"
	}
	return text
}

func unescaped(header string) string {
	if plain, err := url.PathUnescape(header); err == nil {
		return plain
	}
	return header
}
