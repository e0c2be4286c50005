package pager

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"muster/templates"
	"muster/timeline"
)

// Follower pages when an incident is declared that is bad enough, and when
// someone asks for it. Where one route fails the next one is taken: to be woken
// twice is better than not at all.
type Follower struct {
	Routes     []Route
	Severities []timeline.Severity // that page by themselves
	Services   map[string]string   // what the services of the directory are called there
	// Email returns the address by which the paging service knows someone.
	Email func(ctx context.Context, person string) (string, error)
}

// Name is "pager".
func (Follower) Name() string { return "pager" }

// Urgency is that of pages.
func (Follower) Urgency() timeline.Urgency { return timeline.Page }

const (
	page    = "page"
	resolve = "resolve"
)

// React pages for what is declared, and ends every page when it is over. Each
// page is an object of its own, so that none waits for another.
func (f Follower) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	switch fact := ev.Fact.(type) {
	case timeline.Declared:
		if slices.Contains(f.Severities, fact.Severity) {
			return order(page, ev.Seq)
		}
	case timeline.SeverityChanged:
		if slices.Contains(f.Severities, fact.To) && !f.hasPaged(inc, ev.Seq) {
			return order(page, ev.Seq)
		}
	case timeline.PageAsked:
		return order(page, ev.Seq)
	case timeline.Resolved:
		var all []timeline.Effect
		for _, seq := range f.asked(inc) {
			all = append(all, order(resolve, seq)...)
		}
		return all
	}
	return nil
}

func order(do string, seq int) []timeline.Effect {
	return []timeline.Effect{timeline.Do(do, nil).OnObject(strconv.Itoa(seq))}
}

// hasPaged reports whether the incident has paged by itself before an event.
func (f Follower) hasPaged(inc timeline.Incident, before int) bool {
	return slices.ContainsFunc(inc.Events[:before-1], func(ev timeline.Event) bool {
		switch fact := ev.Fact.(type) {
		case timeline.Declared:
			return slices.Contains(f.Severities, fact.Severity)
		case timeline.SeverityChanged:
			return slices.Contains(f.Severities, fact.To)
		}
		return false
	})
}

// asked lists the events that have called for a page.
func (f Follower) asked(inc timeline.Incident) []int {
	var all []int
	for _, ev := range inc.Events {
		switch fact := ev.Fact.(type) {
		case timeline.PageAsked:
			all = append(all, ev.Seq)
		case timeline.Declared:
			if slices.Contains(f.Severities, fact.Severity) {
				all = append(all, ev.Seq)
			}
		case timeline.SeverityChanged:
			if slices.Contains(f.Severities, fact.To) && !f.hasPaged(inc, ev.Seq) {
				all = append(all, ev.Seq)
			}
		}
	}
	return all
}

// Deliver pages, or ends a page.
func (f Follower) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	seq, err := strconv.Atoi(e.On)
	if err != nil || seq < 1 || seq > len(inc.Events) {
		return nil, timeline.Refusal(fmt.Errorf("there is no event %q to page for", e.On))
	}
	p, err := f.pageFor(ctx, inc, seq, e.Tries)
	if err != nil {
		return nil, err
	}
	switch {
	case e.Do == page && inc.Open():
		return f.page(ctx, seq, p, e)
	case e.Do == page:
		return nil, f.tooLate(ctx, p, e)
	case e.Do == resolve:
		return nil, f.resolve(ctx, inc, seq, p)
	}
	return nil, timeline.Refusal(fmt.Errorf("this version of Muster does not know how to %q", e.Do))
}

// pageFor is the page that an event calls for. Where it is not to be known in
// time how to reach the person who is asked for, whoever is on call is to.
func (f Follower) pageFor(ctx context.Context, inc timeline.Incident, seq, tries int) (Page, error) {
	ev := inc.Events[seq-1]
	nameless := templates.Plain(func(id string) string { return inc.Person(id).Name })
	p := Page{
		Key:      fmt.Sprintf("muster/%v/%d/%d", inc.ID, seq, inc.Declared.Unix()),
		Title:    fmt.Sprintf("%v %v: %s", inc.ID, inc.Severity, templates.PlainTitle(inc)),
		Incident: inc.ID.String(), Severity: inc.Severity,
	}
	asked, ok := ev.Fact.(timeline.PageAsked)
	if !ok {
		p.Details = "Declared by " + cmp.Or(inc.Person(inc.DeclaredBy.ID).Name, "someone") + "."
		return p, nil
	}
	p.Service, p.Details = cmp.Or(f.Services[asked.Service], asked.Service), nameless.Write(asked.Text)
	if p.Details != "" {
		p.Title += ": " + p.Details
	}
	if asked.Person.ID == "" {
		return p, nil
	}
	var err error
	p.Email, err = f.Email(ctx, asked.Person.ID)
	switch {
	case err == nil:
	case !timeline.IsRefusal(err) && tries >= insistOn:
		p.Title += " (for " + cmp.Or(inc.Person(asked.Person.ID).Name, "someone") + ", whose address can not be looked up now)"
	default:
		return p, fmt.Errorf("find the e-mail address: %w", err)
	}
	return p, nil
}

// insistOn is how often one route is tried before the next one is: a second or
// two, besides what each try takes.
const insistOn = 3

// page takes the first route that works. What is in doubt may have gone out by
// another route as well.
func (f Follower) page(ctx context.Context, seq int, p Page, e timeline.Effect) ([]timeline.Fact, error) {
	var failed []error
	for _, r := range f.Routes {
		made, err := r.Page(ctx, p)
		if err == nil {
			made.For = seq
			return append([]timeline.Fact{made}, f.doubted(seq, r, e.Doubt || slices.ContainsFunc(failed, timeline.IsDoubtful))...), nil
		}
		if errors.Is(err, ErrNobody) {
			return nil, err
		}
		failed = append(failed, fmt.Errorf("%s: %w", r.Name(), err))
		if !timeline.IsRefusal(err) && e.Tries < insistOn {
			break
		}
	}
	return nil, together(failed)
}

// doubted names every route but the one that was taken, if there is doubt.
func (f Follower) doubted(seq int, taken Route, doubt bool) []timeline.Fact {
	var facts []timeline.Fact
	for _, r := range f.Routes {
		if doubt && r.Name() != taken.Name() {
			facts = append(facts, timeline.PageDoubted{For: seq, Route: r.Name()})
		}
	}
	return facts
}

// together is a refusal only where every route refuses, and in doubt where one is.
func together(failed []error) error {
	all := errors.Join(failed...)
	switch {
	case slices.ContainsFunc(failed, timeline.IsDoubtful):
		return timeline.Doubtful(errors.New(all.Error()))
	case !slices.ContainsFunc(failed, func(err error) bool { return !timeline.IsRefusal(err) }):
		return timeline.Refusal(all)
	}
	for _, err := range failed {
		if after, ok := timeline.After(err); ok {
			return timeline.Later(errors.New(all.Error()), after)
		}
	}
	return errors.New(all.Error())
}

// tooLate pages nobody: it is over. What an earlier try may have made is ended.
func (f Follower) tooLate(ctx context.Context, p Page, e timeline.Effect) error {
	if !e.Doubt {
		return nil
	}
	for _, r := range f.Routes {
		made, ok, err := r.Find(ctx, p)
		if err == nil && ok {
			err = r.Resolve(ctx, p, made)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// resolve ends what was made for an event, by the route that made it.
func (f Follower) resolve(ctx context.Context, inc timeline.Incident, seq int, p Page) error {
	made, ok := inc.PageFor(seq)
	if !ok {
		return nil
	}
	for _, r := range f.Routes {
		if r.Name() == made.Route {
			return r.Resolve(ctx, p, made)
		}
	}
	return timeline.Refusal(fmt.Errorf("%s is no longer configured; end the page there", made.Route))
}
