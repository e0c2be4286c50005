package ingest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"muster/integrations/changes"
)

// cdEvents begins the type of every CDEvent, as "dev.cdevents.service.deployed.0.2.0".
const cdEvents = "dev.cdevents."

// production is what CDEvents tell of production: the subject and what befell it,
// without the version. All others are no change.
//
// https://github.com/cdevents/spec/blob/v0.4.1/continuous-deployment.md
var production = map[string]struct {
	kind changes.Kind
	verb string
}{
	"service.deployed":     {changes.Deploy, "deployed"},
	"service.upgraded":     {changes.Deploy, "upgraded"},
	"service.rolledback":   {changes.Rollback, "rolled back"},
	"service.removed":      {changes.Infra, "removed"},
	"service.published":    {changes.Infra, "published"},
	"environment.created":  {changes.Infra, "created"},
	"environment.modified": {changes.Infra, "modified"},
	"environment.deleted":  {changes.Infra, "deleted"},
}

// isCDEvent reports whether an object has the two parts of every CDEvent.
func isCDEvent(o object) bool {
	return strings.HasPrefix(o.inside("context").text("type"), cdEvents) && o["subject"] != nil
}

// cdEvent reads a CDEvent. Its context has id, source, type and timestamp; source
// and id together are unique. What is said of the subject is in subject.content,
// or with some senders in the subject itself: environment, an object with an id,
// and artifactId, a package URL.
//
// https://github.com/cdevents/spec/blob/v0.4.1/spec.md
func (r *reader) cdEvent(o object) error {
	head, subject := o.inside("context"), o.inside("subject")
	what := strings.TrimPrefix(head.text("type"), cdEvents)
	if parts := strings.SplitN(what, ".", 3); len(parts) >= 2 {
		what = parts[0] + "." + parts[1]
	}
	told, known := production[what]
	if !known {
		r.ignored = fmt.Sprintf("%s%s is not a change of production; nothing is kept of it.", cdEvents, short(what))
		return nil
	}
	if head.text("id") == "" || subject.text("id") == "" {
		return errors.New("The CDEvent has no id in its context or its subject; both are demanded.")
	}
	at, err := timeOf(head.text("timestamp"))
	if err != nil {
		return errors.New("The timestamp of the CDEvent is no time; send it such as 2026-11-21T14:05:00Z.")
	}
	c := &r.change
	c.ID, c.Kind, c.State = joinedID(head.text("source"), head.text("id")), told.kind, changes.Succeeded
	c.Started, c.Finished = at, at // it tells what was done
	where := environmentOf(cmp.Or(string(subject.inside("content")["environment"]), string(subject["environment"])))
	name := subject.text("id")
	if strings.HasPrefix(what, "service.") {
		c.Service, c.Environment = name, where
	} else {
		c.Environment = cmp.Or(subject.inside("content").text("name"), name)
	}
	c.Version = versionOf(cmp.Or(subject.inside("content").text("artifactId"), subject.text("artifactId")))
	c.Title = strings.TrimSpace(name + " " + c.Version)
	if c.Title += " " + told.verb; where != "" {
		c.Title += " in " + where
	}
	c.URL = head.text("chainUrl")
	for _, address := range []string{subject.inside("content").text("url"), subject.text("url"), head.text("source")} {
		if c.URL == "" && strings.HasPrefix(address, "http") {
			c.URL = address
		}
	}
	return nil
}

// environmentOf reads the name or ID of an environment, or its bare name.
func environmentOf(raw string) string {
	if o, ok := objectOf(json.RawMessage(raw)); ok {
		return cmp.Or(o.text("name"), o.text("id"))
	}
	name, _ := textOf(json.RawMessage(raw)) // there need be none
	return name
}

// versionOf is the version in a package URL, "pkg:oci/app@sha256%3A1234?tag=4.2":
// its tag, which people know, where it has one.
//
// https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst
func versionOf(purl string) string {
	path, query, _ := strings.Cut(purl, "?")
	if q, err := url.ParseQuery(query); err == nil && q.Get("tag") != "" {
		return q.Get("tag")
	}
	_, version, _ := strings.Cut(path, "@")
	version, _, _ = strings.Cut(version, "#")
	return unescaped(version)
}

// changeEvent reads the body of a change event for PagerDuty: routing_key,
// payload with summary, timestamp, source and custom_details, and links. The same
// sent again is the same change. What our own JSON has a field for, such as the
// service, may be in custom_details under that name.
//
// https://developer.pagerduty.com/docs/events-api-v2/send-change-events/
func (r *reader) changeEvent(o object) error {
	r.pagerDuty = true
	payload, ok := objectOf(o["payload"])
	if !ok || payload.text("summary") == "" {
		return errors.New("The change event has no payload with a summary; PagerDuty demands one, too.")
	}
	c := &r.change
	c.Kind, c.Title = changes.Deploy, payload.text("summary")
	if at := payload.text("timestamp"); at != "" {
		var err error
		if c.Started, err = timeOf(at); err != nil {
			return errors.New("The timestamp of the payload is no time; send it such as 2026-11-21T14:05:00Z.")
		}
	}
	if links, ok := linksOf(o["links"]); ok && len(links) > 0 {
		c.URL = links[0]
	}
	if from := payload.text("source"); from != "" {
		r.setLabel("source", from)
	}
	details := payload.inside("custom_details")
	for _, name := range slices.Sorted(maps.Keys(details)) {
		read := fields[name]
		if name == "id" || read == nil || read(r, details[name]) != nil { // an ID there may be that of anything
			_ = r.label(name, details[name]) // what is no text says nothing in one line
		}
	}
	c.ID = "derived-" + sum(string(o["payload"]), string(o["links"]))
	return nil
}

// launchDarkly reads a webhook of LaunchDarkly, which is an entry of its audit
// log: _id, date in milliseconds, kind, name, titleVerb, comment, member, and the
// target's resources, as "proj/shop:env/production:flag/new-checkout".
//
// https://launchdarkly.com/docs/api/webhooks
func (r *reader) launchDarkly(o object) error {
	at, err := timeOf(o.text("date"))
	if err != nil {
		return errors.New("The date of the webhook is no time in milliseconds since 1970.")
	}
	c := &r.change
	c.ID, c.State, c.Kind = o.text("_id"), changes.Succeeded, changes.Config
	c.Started, c.Finished = at, at
	if kind := o.text("kind"); kind == "flag" || kind == "segment" {
		c.Kind = changes.Flag
	} else {
		r.setLabel("kind", kind)
	}
	c.Title = strings.TrimSpace(o.text("titleVerb") + " " + o.text("name"))
	if said := o.text("comment"); said != "" {
		c.Title += ": " + said
	}
	member := o.inside("member")
	c.Author = cmp.Or(member.text("email"), strings.TrimSpace(member.text("firstName")+" "+member.text("lastName")))
	var resources []string
	_ = json.Unmarshal(o.inside("target")["resources"], &resources) // it may name none
	if len(resources) > 0 {
		r.resource(resources[0])
	}
	if site := o.inside("_links").inside("site").text("href"); strings.HasPrefix(site, "/") {
		c.URL = "https://app.launchdarkly.com" + site
	}
	return nil
}

// resource reads which project, environment and flag something is about.
func (r *reader) resource(path string) {
	for _, part := range strings.Split(path, ":") {
		kind, name, _ := strings.Cut(part, "/")
		name, _, _ = strings.Cut(name, ";") // tags
		switch kind {
		case "env":
			r.change.Environment = strings.Trim(name, "*")
		case "proj", "flag":
			r.setLabel(map[string]string{"proj": "project", "flag": "flag"}[kind], name)
		}
	}
}
