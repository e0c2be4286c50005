package pager

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/templates"
	"muster/timeline"
)

// Follower pages when an incident is declared that is bad enough, and when
// someone asks for it. Where one route fails the next one is taken: to be woken
// twice is better than not at all.
type Follower struct {
	Texts      templates.Texts
	Routes     []Route
	Account    Account                        // nil where pages go out and nothing is heard of them
	Severities []timeline.Severity            // that page by themselves
	Exceptions map[string][]timeline.Severity // the same for some services of the directory
	Services   map[string]string              // what the services of the directory are called there
	Usual      map[string]bool                // the services whose own one is paged for what is declared of them
	Who        Who
	Address    func(channel string) string // of a channel, in the web
	// Manager returns whoever is woken when nobody else answers for an incident, by
	// their address or their ID in the chat; empty for nobody. It may be nil.
	Manager func(inc timeline.Incident) string
	// Email returns the address by which the paging service knows someone.
	Email func(ctx context.Context, person string) (string, error)
}

// Name is "pager".
func (Follower) Name() string { return "pager" }

// Urgency is that of pages.
func (Follower) Urgency() timeline.Urgency { return timeline.Page }

// Learn has each route look up ahead what its pages need.
func (f Follower) Learn(ctx context.Context) error {
	var failed []error
	for _, r := range f.Routes {
		if l, ok := r.(Learner); ok {
			failed = append(failed, l.Learn(ctx))
		}
	}
	return errors.Join(failed...)
}

const (
	page        = "page"
	resolve     = "resolve"
	escalate    = "escalate"
	acknowledge = "acknowledge"
)

// React pages for what is declared, and ends every page when it is over. Each
// page is an object of its own, so that none waits for another.
func (f Follower) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	if inc.Drill {
		return nil
	}
	switch fact := ev.Fact.(type) {
	case timeline.PageUnanswered:
		if fact.Step == timeline.SecondLevel {
			return order(escalate, fact.For)
		}
		if !fact.Nobody {
			return order(page, ev.Seq)
		}
	case timeline.AckAsked:
		return []timeline.Effect{timeline.Do(acknowledge, ev.By).OnObject(strconv.Itoa(fact.For))}
	case timeline.Declared, timeline.SeverityChanged, timeline.Reopened, timeline.PageAsked, timeline.Paged:
		if calls := f.calls(inc); slices.Contains(calls, ev.Seq) {
			return order(page, ev.Seq)
		}
	case timeline.Resolved, timeline.Cancelled, timeline.Merged:
		var all []timeline.Effect
		for _, seq := range f.made(inc) {
			all = append(all, order(resolve, seq)[0].Lasting())
		}
		return all
	}
	return nil
}

func order(do string, seq int) []timeline.Effect {
	return []timeline.Effect{timeline.Do(do, nil).OnObject(strconv.Itoa(seq))}
}

// calls lists the events that call for a page: what is asked for, and what is
// bad enough, once until it is over and again where it was not.
func (f Follower) calls(inc timeline.Incident) (all []int) {
	var severity timeline.Severity
	paged, again := false, map[int]bool{}
	for _, ev := range inc.Events {
		may := false
		switch fact := ev.Fact.(type) {
		case timeline.PageAsked:
			all = append(all, ev.Seq)
		case timeline.Paged:
			if fact.InPlaceOf != (timeline.Person{}) && !again[fact.For] { // who was asked for is still to be woken
				all = append(all, ev.Seq)
			}
			again[fact.For], paged = true, paged || fact.For == 1 && isAlarm(inc.Source)
		case timeline.PageUnanswered:
			if fact.Step == timeline.TheManager && !fact.Nobody {
				all = append(all, ev.Seq)
			}
		case timeline.Declared:
			severity, may = fact.Severity, true
		case timeline.SeverityChanged:
			severity, may = fact.To, true
		case timeline.Reopened:
			may = true
		case timeline.Resolved, timeline.Cancelled, timeline.Merged:
			paged = false
		}
		if may && !paged && slices.Contains(f.pagesFor(inc.Service), severity) {
			all, paged = append(all, ev.Seq), true
		}
	}
	return all
}

// pagesFor returns the severities that page by themselves for a service.
func (f Follower) pagesFor(service string) []timeline.Severity {
	if own, ok := f.Exceptions[service]; ok {
		return own
	}
	return f.Severities
}

// isAlarm reports whether the source of an incident is an alarm: who is to be
// woken for it has been.
func isAlarm(source string) bool { return strings.HasPrefix(source, timeline.AlarmSource) }

// made lists the events for which there may be a page, whatever the
// configuration says by now.
func (f Follower) made(inc timeline.Incident) []int {
	all := f.calls(inc)
	for _, p := range inc.Pages {
		all = append(all, p.For)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Deliver pages, or ends a page.
func (f Follower) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	seq, err := strconv.Atoi(e.On)
	if err != nil || seq < 1 || seq > len(inc.Events) {
		return nil, timeline.Refusal(fmt.Errorf("there is no event %q to page for", e.On))
	}
	p := f.pageFor(inc, seq)
	switch {
	case e.Do == page && inc.Open() && isAlarm(inc.Source) && idOf(inc, seq) != "":
		return nil, nil // the alarm that was declared is the page
	case e.Do == page && inc.Open() && !stillCalledFor(inc, seq):
		return nil, nil // somebody has answered meanwhile
	case e.Do == page && inc.Open():
		p, inPlaceOf, err := f.addressed(ctx, inc, seq, e.Tries, p)
		if err != nil {
			return nil, err
		}
		return f.page(ctx, inc, seq, p, e, inPlaceOf)
	case e.Do == escalate:
		return f.escalate(ctx, inc, seq)
	case e.Do == acknowledge:
		return f.acknowledge(ctx, inc, seq, e)
	case e.Do == page && !e.Doubt:
		return nil, nil // it is over: nobody is woken for it
	case e.Do == page:
		return nil, f.end(ctx, p, f.Routes)
	case e.Do == resolve && inc.Open():
		return nil, nil // it was not over
	case e.Do == resolve:
		return nil, f.end(ctx, p, f.taken(inc, seq))
	}
	return nil, unknownOrder(e)
}

// stillCalledFor reports whether the page that goes to the manager is still
// needed: nobody has answered the one before.
func stillCalledFor(inc timeline.Incident, seq int) bool {
	late, ok := calledBy(inc, seq).(timeline.PageUnanswered)
	if !ok {
		return true
	}
	p, _ := inc.PageFor(late.For)
	return p.Waits()
}

// calledBy is the fact that calls for a page: that of an event or, where somebody
// else was woken in the place of who was meant, that which called for that page.
func calledBy(inc timeline.Incident, seq int) timeline.Fact {
	if made, is := inc.Events[seq-1].Fact.(timeline.Paged); is && made.For >= 1 && made.For < seq {
		return inc.Events[made.For-1].Fact
	}
	return inc.Events[seq-1].Fact
}

func unknownOrder(e timeline.Effect) error {
	return timeline.Refusal(fmt.Errorf("this version of Muster does not know how to %q", e.Do))
}

// keyOf names the page that an event calls for, for ever.
func keyOf(inc timeline.Incident, seq int) string {
	return fmt.Sprintf("%s%v/%d/%d", keyPrefix, inc.ID, seq, inc.Declared.Unix())
}

// keyPrefix begins the key of every page of ours.
const keyPrefix = "muster/"

// idOf is what the paging service knows a page by; empty where that is not known.
func idOf(inc timeline.Incident, seq int) string {
	p, _ := inc.PageFor(seq)
	return p.ID
}

// pageFor is the page that an event calls for.
func (f Follower) pageFor(inc timeline.Incident, seq int) Page {
	nameless := templates.Plain(func(id string) string { return inc.Person(id).Name })
	p := Page{
		Key:      keyOf(inc, seq),
		Title:    fmt.Sprintf("%v %v: %s", inc.ID, inc.Severity, f.Texts.PlainTitle(inc)),
		Incident: inc.ID.String(), Severity: inc.Severity, ID: idOf(inc, seq),
		Details: f.Texts.T("page.declared by", cmp.Or(inc.Person(inc.DeclaredBy.ID).Name, f.Texts.T("person.someone"))),
	}
	if inc.DeclaredBy.ID == "" {
		p.Details = f.Texts.T("page.declared by", f.Texts.Declarer(inc))
	}
	if f.Usual[inc.Service] {
		p.Service = f.Services[inc.Service]
	}
	if inc.Channel.ID != "" && f.Address != nil && !inc.Private {
		p.Link = f.Address(inc.Channel.ID)
	}
	if late, ok := calledBy(inc, seq).(timeline.PageUnanswered); ok {
		p.Service, p.Title = "", p.Title+" "+f.Texts.T("page.unanswered", late.Minutes)
	}
	if inc.Private { // the paging service is read by more than those inside
		return f.privately(inc, seq, p)
	}
	if asked, _, ok := askedFor(inc, seq); ok {
		p.Service, p.Details = cmp.Or(f.Services[asked.Service], asked.Service), nameless.Write(asked.Text)
		if p.Details != "" {
			p.Title += ": " + p.Details
		}
	}
	return p
}

// privately is a page that tells nothing but whom it wakes, and where to ask.
func (f Follower) privately(inc timeline.Incident, seq int, p Page) Page {
	p.Title, p.Details = f.Texts.T("page.private", inc.ID, inc.Severity), f.Texts.T("page.private where")
	if asked, _, ok := askedFor(inc, seq); ok {
		p.Service = cmp.Or(f.Services[asked.Service], asked.Service)
	}
	return p
}

// askedFor is what someone asked that an event is about, and whether somebody
// else was woken in the place of the person.
func askedFor(inc timeline.Incident, seq int) (asked timeline.PageAsked, replaced, ok bool) {
	if made, is := inc.Events[seq-1].Fact.(timeline.Paged); is && made.For >= 1 && made.For < seq {
		asked, ok = inc.Events[made.For-1].Fact.(timeline.PageAsked)
		return asked, true, ok
	}
	asked, ok = inc.Events[seq-1].Fact.(timeline.PageAsked)
	return asked, false, ok
}

// lookFor is how long the address of the person to be woken is looked for at
// once, and looksMost how often before somebody else is woken: some seconds.
const (
	lookFor   = 2 * time.Second
	looksMost = 5
)

// addressed adds to a page whom it is for. Where it is not to be known in time
// how to reach the person who is asked for, whoever is on call is woken in their
// place, and they are as soon as it is known.
func (f Follower) addressed(ctx context.Context, inc timeline.Incident, seq, tries int, p Page) (_ Page, inPlaceOf timeline.Person, err error) {
	ctx, cancel := context.WithTimeout(ctx, lookFor)
	defer cancel()
	if _, late := calledBy(inc, seq).(timeline.PageUnanswered); late {
		p.Email, err = f.managerEmail(ctx, inc)
		return p, inPlaceOf, err
	}
	asked, replaced, ok := askedFor(inc, seq)
	if !ok || asked.Person.ID == "" {
		return p, inPlaceOf, nil
	}
	p.Email, err = f.Email(ctx, asked.Person.ID)
	late := tries >= looksMost || tries > 1 && ctx.Err() != nil
	switch {
	case err == nil:
		return p, inPlaceOf, nil
	case timeline.IsRefusal(err) || replaced || !late:
		return p, inPlaceOf, fmt.Errorf("find the e-mail address: %w", timeline.NotDone(err))
	}
	p.Title += " (for " + cmp.Or(inc.Person(asked.Person.ID).Name, asked.Person.ID) + ", whose address can not be looked up now)"
	return p, asked.Person, nil
}

// insistOn is how often a route that fails is tried before the next one is: a
// second or two. A route that takes longer than slow to fail, that refuses, or
// that wants to be left alone, is not waited for.
const (
	insistOn = 3
	slow     = 2 * time.Second
)

// page takes the first route that works. What is in doubt may have gone out by
// another route as well.
func (f Follower) page(ctx context.Context, inc timeline.Incident, seq int, p Page, e timeline.Effect, inPlaceOf timeline.Person) ([]timeline.Fact, error) {
	var failed []error
	_, _, isAsked := askedFor(inc, seq)
	_, replaced := inc.Events[seq-1].Fact.(timeline.Paged)
	for _, r := range f.Routes {
		began := time.Now()
		if replaced && f.Account != nil && r.Name() != f.Account.Name() {
			continue // whoever is on call has been woken in their place: now it is for them alone
		}
		made, err := f.by(ctx, r, inc, seq, p)
		if errors.Is(err, ErrNobody) && !isAsked && p.Email == "" && p.Service != "" {
			p.Service = "" // the one of the directory is not there: who is usually on call is woken
			made, err = r.Page(ctx, p)
		}
		if err == nil {
			if made.Anybody {
				inPlaceOf = f.meant(inc, seq)
			}
			paged := timeline.Paged{For: seq, Route: r.Name(), Ref: made.Ref, ID: made.ID, URL: made.URL, InPlaceOf: inPlaceOf}
			paged.To, paged.People = f.Who.all(ctx, made.To)
			return append([]timeline.Fact{paged}, f.doubted(seq, r, p.Email != "", e.Doubt || slices.ContainsFunc(failed, timeline.IsDoubtful))...), nil
		}
		if errors.Is(err, ErrNobody) {
			return nil, err
		}
		failed = append(failed, fmt.Errorf("%s: %w", r.Name(), err))
		_, pausing := timeline.After(err)
		if !pausing && !timeline.IsRefusal(err) && time.Since(began) < slow && e.Tries < insistOn {
			break
		}
	}
	return nil, together(failed)
}

// by pages by one route. One that can not wake a person by name tells whom it is
// for. Whoever was replaced, because a route seemed to fail, may have been paged by
// it all the same: then that is the page.
func (f Follower) by(ctx context.Context, r Route, inc timeline.Incident, seq int, p Page) (Made, error) {
	if f.Account == nil || r.Name() != f.Account.Name() {
		if who := f.meant(inc, seq); p.Email != "" {
			p.Title += " (for " + cmp.Or(inc.Person(who.ID).Name, who.Name, who.ID) + ")"
		}
		return r.Page(ctx, p)
	}
	if paged, replaced := inc.Events[seq-1].Fact.(timeline.Paged); replaced && inc.MayHaveNamed(paged.For, r.Name()) {
		made, ok, err := r.Find(ctx, Page{Key: keyOf(inc, paged.For)})
		if err != nil || ok && !isOnRecord(inc, made) {
			return made, timeline.NotDone(err)
		}
	}
	return r.Page(ctx, p)
}

// meant is whom a page is for: who was asked for, or the manager, who has no ID.
func (f Follower) meant(inc timeline.Incident, seq int) timeline.Person {
	if asked, _, ok := askedFor(inc, seq); ok {
		return asked.Person
	}
	return timeline.Person{Name: f.Texts.T("page.manager")}
}

// isOnRecord reports whether a page is one that an incident knows of.
func isOnRecord(inc timeline.Incident, made Made) bool {
	return made.ID != "" && slices.ContainsFunc(inc.Pages, func(p timeline.SentPage) bool { return p.ID == made.ID })
}

// doubted names every route but the one that was taken, if there is doubt.
func (f Follower) doubted(seq int, taken Route, named, doubt bool) []timeline.Fact {
	var facts []timeline.Fact
	for _, r := range f.Routes {
		if doubt && r.Name() != taken.Name() {
			facts = append(facts, timeline.PageDoubted{For: seq, Route: r.Name(), Named: named})
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
	soonest := time.Hour
	for _, err := range failed {
		after, ok := timeline.After(err)
		if !ok && !timeline.IsRefusal(err) {
			return errors.New(all.Error())
		}
		if ok {
			soonest = min(soonest, after)
		}
	}
	return timeline.Later(errors.New(all.Error()), soonest)
}

// taken lists the routes by which a page may have gone out.
func (f Follower) taken(inc timeline.Incident, seq int) []Route {
	made, ok := inc.PageFor(seq)
	if !ok {
		return f.Routes
	}
	return slices.DeleteFunc(slices.Clone(f.Routes), func(r Route) bool {
		return r.Name() != made.Route && !inc.MayHavePaged(seq, r.Name())
	})
}

// end ends a page, by each route by which it may have gone out.
func (f Follower) end(ctx context.Context, p Page, routes []Route) error {
	var failed []error
	for _, r := range routes {
		err := r.Resolve(ctx, p)
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", r.Name(), err))
		}
	}
	if len(failed) == 0 {
		return nil
	}
	return together(failed)
}
