package evidence

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"muster/chat"
	"muster/impact"
	"muster/integrations/changes"
	"muster/templates"
	"muster/timeline"
)

// Watch tells authors, in a direct message, how their changes do: of services
// that want it.
type Watch struct {
	Library Library
	Journal *timeline.Journal
	Chat    chat.Chat
	Texts   templates.Texts
	Team    *time.Location                                                                   // nil for UTC
	Wants   func(service string) bool                                                        // whether authors are told of a service's changes
	Author  func(ctx context.Context, author string) (p timeline.Person, ok bool, err error) // who the author of a change is here
}

// Name is "watch".
func (Watch) Name() string { return "watch" }

// Urgency is that of what nobody waits for.
func (Watch) Urgency() timeline.Urgency { return timeline.Cosmetic }

// React does nothing: what is to be told follows from the rounds.
func (Watch) React(timeline.Incident, timeline.Event) []timeline.Effect { return nil }

const tell = "tell-author"

// WatchEach is how often changes are looked at: so often all sources are asked,
// some of which count the calls.
const WatchEach = 3 * time.Minute

// For how long after it began a change is looked at.
const (
	watchFrom = 5 * time.Minute
	watchFor  = 40 * time.Minute
)

// told is what an author is told of a change.
type told struct {
	Author string           `json:"author"`
	Of     timeline.Suspect `json:"of"`
}

// Round looks at the changes of the last minutes, and owes it to tell their
// authors: of each change each verdict once.
func (w Watch) Round(ctx context.Context) error {
	now := w.Library.Now()
	all, earlier, asked, silent := w.Library.Changed(ctx, now.Add(-watchFor), now)
	var errs []error
	for _, service := range w.due(all, now) {
		q := Question{Service: service, Of: service, At: now, Began: now, Since: now.Add(-watchFor)}
		r := Listing{Question: q, Changes: q.about(all), earlier: earlier, Asked: asked, Silent: silent}
		f := w.Library.Judge(ctx, r, w.Texts, zoneOf(w.Team))
		for _, s := range f.Suspects {
			if strings.EqualFold(s.Service, service) && worthTelling(s, now) {
				errs = append(errs, w.owe(ctx, s))
			}
		}
	}
	return errors.Join(errs...)
}

// due are the services with changes to be looked at.
func (w Watch) due(all []changes.Change, now time.Time) (services []string) {
	seen := map[string]bool{}
	for _, c := range all {
		name := strings.ToLower(c.Service)
		if c.Author != "" && !seen[name] && w.Wants(c.Service) && now.Sub(c.Started) >= watchFrom {
			seen[name] = true
			services = append(services, c.Service)
		}
	}
	return services
}

// worthTelling reports whether a verdict is worth a message.
func worthTelling(s timeline.Suspect, now time.Time) bool {
	return s.Author != "" && impact.Verdict(s.Verdict) != impact.NotJudged && now.Sub(s.At) >= watchFrom
}

func (w Watch) owe(ctx context.Context, s timeline.Suspect) error {
	key := fmt.Sprintf("tell %s %s", s.Key, s.Verdict)
	err := w.Journal.Owe(ctx, timeline.House, key, w, timeline.Do(tell, told{s.Author, s}).OnObject(quoted(s.Key)+"/"+s.Verdict))
	if errors.Is(err, timeline.ErrRepeated) {
		return nil
	}
	return err
}

// Deliver tells an author; whom nobody knows here is told nothing.
func (w Watch) Deliver(ctx context.Context, _ timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	var t told
	if e.Do != tell {
		return nil, unknownOrder(e)
	}
	if err := e.Read(&t); err != nil {
		return nil, err
	}
	p, ok, err := w.Author(ctx, t.Author)
	if err != nil || !ok || p.ID == "" {
		return nil, err
	}
	lines := []string{w.Texts.T("watch."+strings.ReplaceAll(t.Of.Verdict, " ", "-"), t.Of.Name(), t.Of.At.In(zoneOf(w.Team)).Format("15:04"))}
	lines = append(lines, t.Of.Why[:min(len(t.Of.Why), 4)]...)
	return nil, chat.PostOnce(ctx, w.Chat, p.ID, chat.Say(strings.Join(lines, "\n")), e)
}
