package cli

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"muster/bot"
	"muster/chat"
	"muster/commands"
	"muster/config"
	"muster/integrations/pager"
	"muster/integrations/pager/pagerduty"
	"muster/templates"
	"muster/timeline"
	"muster/web"
)

// pagerOf returns who pages, by the routes that are configured.
func pagerOf(c config.Config, o Outside, texts templates.Texts, ids identities, address func(string) string) pager.Follower {
	f := pager.Follower{
		Texts: texts, Email: ids.pagerEmail, Who: ids.who, Address: address, Manager: managersOf(c), Severities: severitiesOf(c.PagerDuty.Page),
		Services: map[string]string{}, Usual: map[string]bool{}, Exceptions: map[string][]timeline.Severity{},
	}
	for name, s := range c.Services {
		f.Services[name], f.Usual[name] = cmp.Or(s.PagerDuty, name), s.PagerDuty != ""
		if s.Page != nil {
			f.Exceptions[name] = severitiesOf(s.Page)
		}
	}
	if rest, ok := restOf(c, o); ok {
		f.Routes, f.Account = append(f.Routes, rest), rest
	}
	if c.PagerDuty.RoutingKey != "" {
		f.Routes = append(f.Routes, pagerduty.NewEvents(c.PagerDuty.EventsURL, c.PagerDuty.RoutingKey.Reveal(), o.Transport, o.Now))
	}
	return f
}

func severitiesOf(words []string) (all []timeline.Severity) {
	for _, word := range words {
		if s, err := timeline.ParseSeverity(word); err == nil { // it is checked when it is loaded
			all = append(all, s)
		}
	}
	return all
}

// managersOf returns whom to wake last, by the service that is hit.
func managersOf(c config.Config) func(timeline.Incident) string {
	return func(inc timeline.Incident) string {
		return cmp.Or(c.Services[inc.Service].Manager, c.PagerDuty.Manager)
	}
}

// restOf returns PagerDuty's REST API, where it is configured.
func restOf(c config.Config, o Outside) (*pagerduty.REST, bool) {
	if c.PagerDuty.Token == "" {
		return nil, false
	}
	return pagerduty.New(pagerduty.Options{
		APIURL: c.PagerDuty.APIURL, Token: c.PagerDuty.Token.Reveal(), From: c.PagerDuty.From, Service: c.PagerDuty.Service, HTTP: o.Transport, Now: o.Now,
	}), true
}

// pagerFollowers are those that page, as far as it is configured.
func (i *Instance) pagerFollowers(texts templates.Texts) []timeline.Follower {
	if len(i.pages.Routes) == 0 {
		return nil
	}
	all := []timeline.Follower{i.pages, pager.Sweeper{Follower: i.pages}, chat.PageSurvey{Chat: i.Slack, Texts: texts}}
	if i.pages.Account == nil {
		return all
	}
	i.watch = &pager.Watch{Account: i.pages.Account, Journal: i.Journal, Who: i.pages.Who, Clean: commands.MachineText}
	if i.config.PagerDuty.Declare.How != "" {
		i.watch.Raised = i.raised
	}
	if i.config.PagerDuty.Ask == "all" {
		i.watch.Ended = i.endedAlarm
	}
	return append(all,
		pager.Clock{Account: i.pages.Account, Who: i.pages.Who, Within: time.Duration(i.config.PagerDuty.AckWithin), Manager: i.pages.HasManager, Now: i.Journal.Now},
		pager.Notes{Account: i.pages.Account, Texts: texts, Address: i.Slack.Address},
		pager.Inbox{Watch: i.watch, Woke: i.alarmEnded},
		chat.Alarms{Chat: i.Slack, Texts: texts},
	)
}

// watchEach is how often PagerDuty is asked what people did to pages, and what it
// raised by itself; where it tells by webhook, that is for what it did not tell.
const (
	watchEach  = 15 * time.Second
	watchAfter = 5 * time.Minute
)

func (i *Instance) pagerRounds() []bot.Round {
	if i.watch == nil {
		return nil
	}
	each := watchEach
	if i.config.PagerDuty.Secret != "" {
		each = watchAfter
	}
	return []bot.Round{{Name: "PagerDuty", Each: each, Do: i.watch.Look}}
}

// onCallOf looks up who is on call, where that can be.
func onCallOf(f pager.Follower) func(context.Context, string) ([]commands.OnCall, error) {
	if f.Account == nil {
		return nil
	}
	return func(ctx context.Context, service string) ([]commands.OnCall, error) {
		shifts, err := f.Account.OnCall(ctx, cmp.Or(f.Services[service], service))
		if errors.Is(err, pager.ErrNobody) {
			err = commands.ErrNoService
		}
		var all []commands.OnCall
		for _, s := range shifts {
			p, ok := f.Who(ctx, s.Responder)
			if !ok {
				p = timeline.Person{Name: s.Name}
			}
			all = append(all, commands.OnCall{Person: p, Level: s.Level, Until: s.Until})
		}
		return all, err
	}
}

// alarmOverOf looks whether an alarm has ended, where that can be.
func alarmOverOf(f pager.Follower) func(context.Context, string) (bool, error) {
	if f.Account == nil {
		return nil
	}
	return func(ctx context.Context, id string) (bool, error) {
		now, err := f.Account.Look(ctx, id)
		return now.Over, err
	}
}

// raised offers to declare an alarm, or declares it, where the configuration says
// so. It is heard of again and again, and done once.
func (i *Instance) raised(ctx context.Context, a pager.Alarm) error {
	d := i.config.PagerDuty.Declare
	if !counts(d, a) {
		return nil
	}
	severity, _ := timeline.ParseSeverity(d.Severity) // it is checked when it is loaded
	alarm := chat.Alarm{ID: a.ID, Ref: a.Ref, URL: a.URL, Title: commands.MachineText(a.Title), Service: i.serviceOf(a.Service), Severity: severity}
	if _, err := i.Journal.Named(ctx, timeline.AlarmSource+a.ID); !errors.Is(err, timeline.ErrUnknown) {
		return err
	}
	if another, err := i.another(ctx, alarm); another || err != nil {
		return err
	}
	if d.How == "declare" {
		_, _, err := i.Bot.Desk.Alarm(ctx, timeline.Cause{}, alarm)
		return err
	}
	alarm.Channel = cmp.Or(i.config.Services[alarm.Service].Channel, d.Channel, i.config.Slack.AnnounceChannel)
	offers := chat.Alarms{Chat: i.Slack, Texts: i.Bot.Desk.Texts}
	err := i.Journal.Owe(ctx, timeline.House, "alarm "+a.ID, offers, offers.Offer(alarm))
	if errors.Is(err, timeline.ErrRepeated) {
		return nil
	}
	return err
}

// endedAlarm has it seen whom an alarm has woken.
func (i *Instance) endedAlarm(ctx context.Context, a pager.Alarm) error {
	if a.Urgency == "low" { // it woke nobody
		return nil
	}
	return pager.Inbox{Watch: i.watch}.KeepEnded(ctx, a)
}

// alarmEnded asks everybody whom an alarm has woken how good the page was, once.
func (i *Instance) alarmEnded(ctx context.Context, a pager.Alarm, woke []timeline.Person) error {
	survey := chat.PageSurvey{Chat: i.Slack, Texts: i.Bot.Desk.Texts}
	alarm := chat.Alarm{ID: a.ID, Ref: a.Ref, URL: a.URL, Title: commands.MachineText(a.Title), Service: i.serviceOf(a.Service)}
	for _, who := range woke {
		err := i.Journal.Owe(ctx, timeline.House, "alarm over "+a.ID+" "+who.ID, survey, survey.About(alarm, who.ID))
		if err != nil && !errors.Is(err, timeline.ErrRepeated) {
			return err
		}
	}
	return nil
}

// anotherFor is how long after an alarm was declared others of the same service
// are taken for the same incident's.
const anotherFor = time.Hour

// another notes an alarm on the incident of its service that is going on, where
// there is one: a storm of alarms is one incident.
func (i *Instance) another(ctx context.Context, a chat.Alarm) (is bool, err error) {
	open, err := i.Journal.Open(ctx)
	if err != nil || a.Service == "" {
		return false, err
	}
	for _, inc := range open {
		if inc.Service != a.Service || inc.Private || inc.Drill || i.Journal.Now().Sub(inc.Declared) > anotherFor {
			continue
		}
		note := timeline.Noted{Text: strings.TrimSpace(a.Ref + " " + a.Title), Source: "PagerDuty"}
		_, err := i.Journal.Record(ctx, inc.ID, timeline.Cause{Request: "alarm " + a.ID}, note)
		if errors.Is(err, timeline.ErrRepeated) {
			err = nil
		}
		return true, err
	}
	return false, nil
}

// counts reports whether an alarm has the urgency or the priority that is wanted:
// where neither is named, a high urgency.
func counts(d config.DeclareAlarm, a pager.Alarm) bool {
	urgency := d.Urgency
	if urgency == "" && len(d.Priorities) == 0 {
		urgency = "high"
	}
	return urgency != "" && a.Urgency == urgency || slices.Contains(d.Priorities, a.Priority)
}

// serviceOf is the service of the directory that PagerDuty knows by a name; the
// name itself where there is none.
func (i *Instance) serviceOf(name string) string {
	for ours, s := range i.config.Services {
		if strings.EqualFold(cmp.Or(s.PagerDuty, ours), name) {
			return ours
		}
	}
	return name
}

// PagerHook serves the webhooks by which PagerDuty tells what happened.
func (i *Instance) PagerHook() http.Handler {
	return web.Hook(func(ctx context.Context, head http.Header, body []byte) error {
		secret := i.config.PagerDuty.Secret.Reveal()
		if secret == "" || i.watch == nil {
			return web.Refusal{Status: http.StatusForbidden, Text: "PagerDuty's webhooks are not taken here. Whoever runs Muster sets pagerduty.webhook_secret."}
		}
		key, h, heard, err := pagerduty.ReadHook(head, body, secret)
		switch {
		case errors.Is(err, pagerduty.ErrForged):
			return web.Refusal{Status: http.StatusUnauthorized, Text: "The signature does not fit. It has to be that of pagerduty.webhook_secret."}
		case err != nil:
			i.Log.Warn("a webhook of PagerDuty can not be read", "err", err)
			return nil // sent again it would be the same
		case !heard:
			return nil
		}
		return pager.Inbox{Watch: i.watch}.Keep(ctx, key, h)
	})
}
