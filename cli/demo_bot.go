package cli

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"muster/config"
	"muster/redact"
	"muster/workspace"
)

// checkoutSLIs are those of the local workspace's own metrics.
var checkoutSLIs = []config.SLI{
	{Name: "errors", Kind: "ratio", BadDirection: "up", Source: "prometheus", Bad: `errors_per_minute{service="{{.Service}}"}`, Total: `requests_per_minute{service="{{.Service}}"}`},
	{Name: "p95 latency", Kind: "latency", BadDirection: "up", Source: "prometheus", Unit: "s", Query: `latency_p95_seconds{service="{{.Service}}"}`},
	{Name: "requests", Kind: "throughput", BadDirection: "down", Source: "prometheus", Unit: "/min", Query: `requests_per_minute{service="{{.Service}}"}`},
	{Name: "saturation", Kind: "saturation", BadDirection: "up", Source: "prometheus", Query: `saturation_ratio{service="{{.Service}}"}`},
}

// deliverySLIs are what the story's outage is seen by.
var deliverySLIs = []config.SLI{
	{Name: "delivery time", Kind: "latency", BadDirection: "up", Source: "prometheus", Unit: "s", Query: `delivery_seconds_p95{service="{{.Service}}"}`},
	{Name: "memory in use", Kind: "saturation", BadDirection: "up", Source: "prometheus", Unit: "ratio", Query: `memory_used_ratio{service="{{.Service}}"}`},
	{Name: "events delivered", Kind: "throughput", BadDirection: "down", Source: "prometheus", Unit: "/min", Query: `events_delivered_per_minute{service="{{.Service}}"}`},
	{Name: "events received", Kind: "throughput", BadDirection: "down", Source: "prometheus", Unit: "/min", Query: `events_received_per_minute{service="{{.Service}}"}`},
}

// demoServices are those that the local workspace knows.
var demoServices = map[string]config.Service{
	"checkout": {
		Description: "Takes orders and payments. Everything that is bought goes through it.", Owners: []string{"payments-team"},
		Runbook: "https://wiki.demo.example/checkout", Dashboards: []string{"https://grafana.demo.example/d/checkout"},
		Logs: "kubectl logs -n shop deploy/checkout --since=15m", Dependencies: []string{"delivery"},
		PagerDuty: "Checkout", Statuspage: []string{"Checkout"}, Components: []string{"Checkout"}, SLIs: checkoutSLIs,
	},
	"delivery": {
		Description: "Brings events from our customers' sites to their destinations.", Owners: []string{"delivery-team"},
		Runbook: "https://wiki.demo.example/delivery", PagerDuty: "Event delivery", Statuspage: []string{"Event delivery"}, Components: []string{"Delivery"}, SLIs: deliverySLIs, Changes: []string{"Event delivery"},
	},
}

// openDemo opens a workspace at the story's time and connects a bot to it.
func openDemo(ctx context.Context, listen string, errs io.Writer) (*demo, error) {
	began := time.Now()
	now := func() time.Time { return demoDay.Add(demoStarts + time.Since(began)) }
	c := config.Default()
	town, err := openTown(listen, workspace.Options{Manifest: Manifest(c), Seed: demoSeed, Now: now})
	if err != nil {
		return nil, err
	}
	d := &demo{town: town, site: town.url, end: func() error { return nil }}
	if d.dir, err = os.MkdirTemp("", "muster-demo-"); err != nil {
		return nil, errors.Join(err, d.close())
	}
	if err := town.OutageEvidence(demoDay); err != nil {
		return nil, errors.Join(err, d.close())
	}
	town.connects(&c)
	c.Services = demoServices
	c.Store, c.Postmortems = "bolt:"+filepath.Join(d.dir, "muster.db"), filepath.Join(d.dir, "postmortems")
	c.Files = filepath.Join(d.dir, "files")
	log := slog.New(redact.Log(slog.NewTextHandler(errs, &slog.HandlerOptions{Level: slog.LevelWarn})))
	if d.bot, err = Assemble(c, Outside{Now: town.Now, Log: log}); err != nil {
		return nil, errors.Join(err, d.close())
	}
	d.bot.Slack.Unpaced() // the story goes faster than life
	if err := d.connect(ctx); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

// connects configures the local workspace's chat, and all who stand in for others in it.
func (t *town) connects(c *config.Config) {
	c.Slack.APIURL = t.url + "/api/"
	c.Slack.AppToken, c.Slack.BotToken = config.Secret(t.AppToken()), config.Secret(t.BotToken())
	user, token := t.JiraToken()
	c.PagerDuty.APIURL, c.PagerDuty.Token, c.PagerDuty.From, c.PagerDuty.Service = t.url+"/pagerduty", config.Secret(t.PagerDutyToken()), "ana@demo.example", "Event delivery"
	c.PagerDuty.Manager = "hana@demo.example"
	c.Jira.URL, c.Jira.User, c.Jira.Token, c.Jira.Project = t.url+"/jira", user, config.Secret(token), "OPS"
	page, pageToken := t.StatuspageToken()
	c.Statuspage = config.Statuspage{APIURL: t.url + "/statuspage", Token: config.Secret(pageToken), Page: page}
	t.library(c)
	c.Prometheus.URL = t.url + "/prometheus"
}

// connect starts the bot and waits until it is connected.
func (d *demo) connect(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	ready := make(chan struct{}, 1)
	go func() {
		ended <- d.bot.Run(ctx, func(connected bool) {
			if !connected {
				return
			}
			select {
			case ready <- struct{}{}:
			default:
			}
		})
	}()
	d.end = func() error {
		stop()
		return <-ended
	}
	select {
	case <-ready:
		return nil
	case err := <-ended:
		ended <- nil
		return err
	case <-time.After(connectFor):
		return errors.New("the bot did not connect to the workspace")
	}
}

func (d *demo) close() error {
	err := d.end()
	d.town.close()
	if d.bot != nil {
		err = errors.Join(err, d.bot.Store.Close())
	}
	return errors.Join(err, os.RemoveAll(d.dir))
}

// rest waits until all that one scene calls for has been done.
func (d *demo) rest(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, settleFor)
	defer cancel()
	d.bot.Bot.Hurry()
	for range 3 { // what the bot does may come back to it as an event
		if err := errors.Join(d.town.Settled(ctx), d.bot.Bot.Settled(ctx)); err != nil {
			return err
		}
	}
	return nil
}

// finish waits until nothing is owed any more, or nothing comes of what is: what the
// workspace had refused for a second is tried again in the next.
func (d *demo) finish(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, settleFor)
	defer cancel()
	each := time.NewTicker(pace)
	defer each.Stop()
	for {
		if err := d.rest(ctx); err != nil {
			return err
		}
		if owed, err := d.bot.Store.Owed(ctx, d.bot.Journal.Now()); err != nil || owed == 0 {
			return err
		}
		select {
		case <-each.C:
		case <-ctx.Done():
			return nil // the proof tells what is left
		}
	}
}

// library configures the places of a workspace that postmortems can be published in.
func (t *town) library(c *config.Config) {
	repository, token := t.GitToken()
	c.GitHub.APIURL, c.GitHub.Token, c.Documents.GitHub.Repository = t.url+"/github", config.Secret(token), repository
	user, key := t.WikiToken()
	c.Documents.Confluence = config.Confluence{URL: t.url + "/confluence/wiki", User: user, Token: config.Secret(key), Space: "ENG", Parent: "Engineering"}
	c.Documents.Canvas = true
}
