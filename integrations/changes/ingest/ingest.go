// Package ingest reads what machines tell of changes by calling us: our own flat
// JSON, CloudEvents with that or with CDEvents in them, CDEvents by themselves,
// the body of PagerDuty's change events, and LaunchDarkly's webhooks. It calls
// nobody and keeps nothing.
package ingest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"muster/integrations/changes"
)

// Told is what a call tells.
type Told struct {
	Changes   []changes.Change // without their source
	Warnings  map[int][]string // what was taken otherwise than it was written, by the number of the change
	Ignored   []string         // why something that was told is no change, in sentences
	PagerDuty bool             // it was told as PagerDuty is told, and is to be answered so
}

// Content types that CloudEvents have as a whole, and in batches. Anything else
// that is JSON says by its shape what it is.
const (
	cloudEvent  = "application/cloudevents+json"
	cloudEvents = "application/cloudevents-batch+json"
)

// Reads reports whether a content type is one that is read.
func Reads(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && (kind == "application/json" || kind == cloudEvent || kind == cloudEvents)
}

// Decode reads a call. What can not be read is [changes.Refused], with what is
// wrong and the way out.
func Decode(head http.Header, body []byte) (Told, error) {
	all, list, err := split(body)
	if err != nil {
		return Told{}, changes.Refused{Index: -1, Why: err.Error()}
	}
	told := Told{Warnings: map[int][]string{}}
	for n, one := range all {
		r := reader{}
		if !list && head.Get("Ce-Specversion") != "" {
			err = r.binary(head, one)
		} else {
			err = r.any(one)
		}
		if err != nil {
			if !list {
				n = -1
			}
			return Told{}, changes.Refused{Index: n, Why: err.Error()}
		}
		if told.PagerDuty = told.PagerDuty || r.pagerDuty; r.ignored != "" {
			told.Ignored = append(told.Ignored, r.ignored)
			continue
		}
		if r.warnings != nil {
			told.Warnings[len(told.Changes)] = r.warnings
		}
		told.Changes = append(told.Changes, r.change)
	}
	return told, nil
}

// RoutingKey returns the key that a call has in its body, as PagerDuty's senders
// put it there; empty where it has none.
func RoutingKey(body []byte) string {
	var told struct {
		Key string `json:"routing_key"`
	}
	_ = json.Unmarshal(body, &told) // what is no JSON has no key
	return told.Key
}

// split returns the objects of a body: one, or those of a list.
func split(body []byte) (all []json.RawMessage, list bool, err error) {
	stream := json.NewDecoder(bytes.NewReader(body))
	var whole json.RawMessage
	if err = stream.Decode(&whole); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, false, errors.New("The body is empty. Send a JSON object, with " + named + ".")
		}
		return nil, false, fmt.Errorf("The body is no JSON: %w.", err)
	}
	if _, more := stream.Token(); !errors.Is(more, io.EOF) {
		return nil, false, errors.New("There is more behind the JSON. Send one object, or a list of them.")
	}
	if !bytes.HasPrefix(whole, []byte("[")) {
		return []json.RawMessage{whole}, false, nil
	}
	if err = json.Unmarshal(whole, &all); err != nil {
		return nil, true, fmt.Errorf("The body is no JSON: %w.", err)
	}
	switch {
	case len(all) == 0:
		return nil, true, errors.New("The list is empty. Send at least one change.")
	case len(all) > changes.PutMost:
		return nil, true, fmt.Errorf("There are %d changes, and %d are taken at once; send them in several calls.", len(all), changes.PutMost)
	}
	return all, true, nil
}

// reader reads one change.
type reader struct {
	change    changes.Change
	warnings  []string
	ignored   string
	pagerDuty bool
}

func (r *reader) warn(text string) { r.warnings = append(r.warnings, text) }

// object is the fields of a JSON object.
type object map[string]json.RawMessage

func objectOf(raw json.RawMessage) (o object, ok bool) {
	ok = bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{")) && json.Unmarshal(raw, &o) == nil
	return o, ok
}

// text is the text of a field; empty where there is none, or it is no text.
func (o object) text(name string) string {
	t, _ := textOf(o[name])
	return t
}

// inside is the object that a field holds; empty where it holds none.
func (o object) inside(name string) object {
	inner, _ := objectOf(o[name])
	return inner
}

// any reads an object of any shape, and tells by its fields which it has.
func (r *reader) any(raw json.RawMessage) error {
	o, ok := objectOf(raw)
	switch {
	case !ok:
		return errors.New("A change has to be a JSON object, with " + named + ".")
	case o["specversion"] != nil && o["type"] != nil && o["context"] == nil:
		return r.structured(o)
	case isCDEvent(o):
		return r.cdEvent(o)
	case o["payload"] != nil || o["routing_key"] != nil:
		return r.changeEvent(o)
	case o["titleVerb"] != nil && o["_id"] != nil:
		return r.launchDarkly(o)
	}
	return r.flat(o)
}

// structured reads a CloudEvent that is a JSON object.
//
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md:
// attributes are members of the object, the payload is data, or data_base64.
func (r *reader) structured(o object) error {
	data := o["data"]
	if coded := o.text("data_base64"); coded != "" {
		plain, err := base64.StdEncoding.DecodeString(coded)
		if err != nil {
			return errors.New("data_base64 is no base64. Send the JSON itself as data.")
		}
		data = plain
	}
	return r.event(o.text, data)
}

// binary reads a CloudEvent whose attributes are in the head of the call.
//
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md:
// each attribute is a header with the prefix ce-, percent-encoded where it is not
// plain; the body is the payload.
func (r *reader) binary(head http.Header, data json.RawMessage) error {
	return r.event(func(name string) string { return unescaped(head.Get("Ce-" + name)) }, data)
}

// event reads a CloudEvent. Its source and id together are unique, so they are
// the ID of the change where the payload has none.
func (r *reader) event(attribute func(string) string, data json.RawMessage) error {
	if v := attribute("specversion"); v != "1.0" && !strings.HasPrefix(v, "1.0.") {
		return fmt.Errorf("The CloudEvent has the specversion %q; send 1.0.", short(v))
	}
	for _, name := range []string{"id", "source", "type"} {
		if attribute(name) == "" {
			return fmt.Errorf("The CloudEvent has no %s; version 1.0 demands one.", name)
		}
	}
	o, ok := objectOf(data)
	if !ok {
		return errors.New("The data of the CloudEvent has to be a JSON object: a change with " + named + ", or a CDEvent.")
	}
	if isCDEvent(o) {
		return r.cdEvent(o)
	}
	if strings.HasPrefix(attribute("type"), cdEvents) {
		return errors.New("The data of the CloudEvent is no CDEvent, as its type says; send one with context and subject.")
	}
	if o["id"] == nil {
		o["id"], _ = json.Marshal(joinedID(attribute("source"), attribute("id"))) // a text can always be marshalled
	}
	if at := attribute("time"); at != "" && o["started_at"] == nil && o["finished_at"] == nil {
		o[timeField(o)], _ = json.Marshal(at)
	}
	return r.flat(o)
}

// timeField is which time the time of an event is.
func timeField(o object) string {
	if state, _ := stateOf(o.text("status")); state.IsFinal() {
		return "finished_at"
	}
	return "started_at"
}
