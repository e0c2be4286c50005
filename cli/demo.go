package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cli/browser"
	"github.com/spf13/cobra"

	"muster/chat"
	"muster/config"
	"muster/redact"
	"muster/review"
	"muster/templates"
	"muster/timeline"
	"muster/workspace"
)

func demoCommand(sh *shell) *cobra.Command {
	o := demoOptions{listen: "127.0.0.1:0", browser: true}
	cmd := &cobra.Command{
		Use: "demo", Short: "Plays a real outage through the real bot, in a local workspace.", Args: noArgs,
		Long: "Plays a real outage through the real bot, in a local Slack-compatible workspace. It needs no\naccount, no configuration and no service. Without --once the workspace stays open afterwards.",
		RunE: func(cmd *cobra.Command, _ []string) error { return sh.demo(cmd.Context(), o) },
	}
	cmd.Flags().BoolVar(&o.once, "once", false, "end when the outage has been played")
	cmd.Flags().StringVar(&o.out, "out", "", "write what came of it into this `folder`")
	cmd.Flags().StringVar(&o.listen, "listen", o.listen, "the `address` of the workspace")
	cmd.Flags().BoolVar(&o.browser, "browser", o.browser, "open the workspace's page, where there is a browser")
	return cmd
}

type demoOptions struct {
	once, browser bool
	out, listen   string
}

const (
	pace        = 140 * time.Millisecond // between two scenes
	settleFor   = 20 * time.Second       // that one scene may take until all has come of it
	connectFor  = 10 * time.Second
	demoSeed    = 1
	demoStarts  = 9*time.Hour + 19*time.Minute // of the day of the story
	timelineOut = "timeline.jsonl"
	writtenOut  = "postmortem.md"
	reviewOut   = "review.md"
	spokenOut   = "conversation.txt"
)

// goneSite stands in documents for the address of a workspace that is gone by the time
// that somebody reads them: a port of this machine says nothing.
const goneSite = "https://demo.example"

// demoDay is the day on which the demo takes place: a Thursday, as in the story.
var demoDay = time.Date(2026, 3, 12, 0, 0, 0, 0, time.UTC)

// demo is a bot in a local workspace.
type demo struct {
	town   *town
	bot    *Instance
	dir    string // where the bot keeps what it keeps
	site   string // the workspace's address, as documents give it
	spoken spoken // all that was said and done, as it happened
	end    func() error
}

// spoken is a text that grows while it is read.
type spoken struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write implements [io.Writer].
func (s *spoken) Write(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(text)
}

// String is all of it so far.
func (s *spoken) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func (sh *shell) demo(ctx context.Context, o demoOptions) (err error) {
	if o.out != "" {
		if err := os.MkdirAll(o.out, 0o755); err != nil {
			return fmt.Errorf("--out: %w", err)
		}
	}
	d, err := openDemo(ctx, o.listen, sh.err)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	if o.once {
		d.site = goneSite
	}
	fmt.Fprintf(sh.out, "A workspace is open at %s, and the bot is connected to it by Socket Mode.\n", d.town.url)
	if o.browser && !o.once {
		sh.browse(d.town.url)
	}
	fmt.Fprintf(sh.out, "An outage of %s is played now, at high speed.\n\n", demoDay.Format("2 January 2006"))
	d.town.Watch(newTeller(sh.out).tell)
	d.town.Watch((&teller{out: &d.spoken, wide: true}).tell)
	player := workspace.Player{Workspace: d.town.Workspace, Day: demoDay, Pace: pace, Rest: d.rest}
	switch err := player.Play(ctx, workspace.Outage); {
	case errors.Is(err, context.Canceled) && ctx.Err() == nil: // somebody has stopped it on the page
		return sh.stay(ctx, d, o.out)
	case err != nil:
		return fmt.Errorf("play the outage: %w", err)
	}
	if err := d.finish(ctx); err != nil {
		return err
	}
	facts, err := d.proof(ctx)
	fmt.Fprintf(sh.out, "\n%s", facts)
	if err != nil {
		return err
	}
	if err := sh.keep(ctx, d, o.out); err != nil || o.once {
		return err
	}
	return sh.stay(ctx, d, o.out)
}

// browse opens a page in a browser, if someone sits at this terminal who has one.
func (sh *shell) browse(url string) {
	file, ok := sh.out.(*os.File)
	if !ok {
		return
	}
	info, err := file.Stat()
	seen := err == nil && info.Mode()&os.ModeCharDevice != 0
	windows := runtime.GOOS != "linux" || os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != ""
	if seen && windows {
		browser.Stdout, browser.Stderr = io.Discard, io.Discard
		_ = browser.OpenURL(url) // the address is printed: it can be opened by hand
	}
}

// keep writes what came of the outage into a folder, if there is one.
func (sh *shell) keep(ctx context.Context, d *demo, dir string) error {
	if dir == "" {
		return nil
	}
	if err := d.write(ctx, dir); err != nil {
		return err
	}
	pictures, err := d.draw(ctx, dir)
	if err != nil {
		return err
	}
	if err := d.review(ctx, dir); err != nil {
		return err
	}
	fmt.Fprintf(sh.out, "Written to %s: %s.\n", dir, strings.Join(append([]string{writtenOut, "the same as .html and .pdf", timelineOut, reviewOut, spokenOut, templates.ReviewPicture}, pictures...), ", "))
	return nil
}

// review writes the review of the story's week, with its picture.
func (d *demo) review(ctx context.Context, dir string) error {
	week := review.WeekOf(demoDay)
	r, err := d.bot.Review(ctx, &week, nil)
	if err != nil {
		return err
	}
	doc, err := reviewOf(d.bot.Bot.Desk.Texts, r)
	if err != nil {
		return err
	}
	for address, picture := range doc.Pictures {
		if err := os.WriteFile(filepath.Join(dir, address), picture.Content, 0o644); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(dir, reviewOut), []byte(d.sited(doc.Markdown)), 0o644)
}

// stay keeps the workspace open until the demo is stopped, and then writes
// what has come of it since.
func (sh *shell) stay(ctx context.Context, d *demo, dir string) error {
	fmt.Fprintf(sh.out, `
The workspace stays open, and the bot keeps answering:
  %[1]s/            the workspace, in a browser; try /incident help, or /incident declare sev2 search is slow
  %[1]s/status      what customers see
  %[1]s/control     the same for scripts: POST /act {"as":"ana","do":"say","channel":"incidents","text":"/incident list"}
Stop it with Ctrl-C.
`, d.town.url)
	<-ctx.Done()
	return sh.keep(context.WithoutCancel(ctx), d, dir)
}

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
	c.Slack.APIURL = town.url + "/api/"
	c.Slack.AppToken, c.Slack.BotToken = config.Secret(town.AppToken()), config.Secret(town.BotToken())
	user, token := town.JiraToken()
	c.PagerDuty.APIURL, c.PagerDuty.Token, c.PagerDuty.From, c.PagerDuty.Service = town.url+"/pagerduty", config.Secret(town.PagerDutyToken()), "ana@demo.example", "Event delivery"
	c.PagerDuty.Manager = "hana@demo.example"
	c.Jira.URL, c.Jira.User, c.Jira.Token, c.Jira.Project = town.url+"/jira", user, config.Secret(token), "OPS"
	page, pageToken := town.StatuspageToken()
	c.Statuspage = config.Statuspage{APIURL: town.url + "/statuspage", Token: config.Secret(pageToken), Page: page}
	town.library(&c)
	c.Prometheus.URL = town.url + "/prometheus"
	c.Services = map[string]config.Service{
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

// incident is the one that was played.
func (d *demo) incident(ctx context.Context) (timeline.Incident, error) {
	return d.bot.Journal.Incident(ctx, 1)
}

// written is the file that the bot saved the postmortem in.
func (d *demo) written(inc timeline.Incident) string {
	return filepath.Join(d.dir, "postmortems", chat.PostmortemFile(inc))
}

// write writes what came of the outage into a folder: nothing of a postmortem where
// there is no incident yet.
func (d *demo) write(ctx context.Context, dir string) error {
	record, err := d.record(ctx)
	if err != nil {
		return err
	}
	err = errors.Join(os.WriteFile(filepath.Join(dir, timelineOut), []byte(record), 0o644), os.WriteFile(filepath.Join(dir, spokenOut), []byte(d.spoken.String()), 0o644))
	inc, none := d.incident(ctx)
	if err != nil || errors.Is(none, timeline.ErrUnknown) {
		return err
	}
	if none != nil {
		return none
	}
	return d.writeUp(inc, dir)
}

// picturesOut is the folder of the pictures that the postmortem shows.
const picturesOut = "files"

// writeUp writes the postmortem as it stands, with its pictures.
func (d *demo) writeUp(inc timeline.Incident, dir string) error {
	texts := d.bot.Bot.Desk.Texts
	texts.Files = picturesOut
	doc := postmortemOf(d.bot.config, texts, inc)
	doc.Markdown = d.sited(doc.Markdown)
	page, err := doc.HTML()
	if err != nil {
		return err
	}
	pdf, err := doc.PDF(inc.Events[len(inc.Events)-1].At)
	if err != nil {
		return err
	}
	all := map[string][]byte{writtenOut: []byte(doc.Markdown), "postmortem.html": page, "postmortem.pdf": pdf}
	for address, picture := range doc.Pictures {
		all[address] = picture.Content
	}
	for name, content := range all {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, content, 0o644)); err != nil {
			return err
		}
	}
	return nil
}

// sited is a document with the address of the workspace that its reader is to see.
func (d *demo) sited(markdown string) string {
	return strings.ReplaceAll(markdown, d.town.url, d.site)
}

// draw writes the pictures that were shared in the incident's channel, and
// returns their names.
func (d *demo) draw(ctx context.Context, dir string) (names []string, err error) {
	for _, address := range d.pictures(ctx) {
		content, _ := d.town.File(address)
		name := path.Base(address)
		if slices.Contains(names, name) {
			name = fmt.Sprintf("%d-%s", len(names)+1, name)
		}
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			return names, err
		}
		names = append(names, name)
	}
	return names, nil
}

// pictures are the addresses of those that were shared in the incident's channel.
func (d *demo) pictures(ctx context.Context) (all []string) {
	inc, err := d.incident(ctx)
	if err != nil {
		return nil // it was stopped before there was one
	}
	room, err := d.town.Messages(inc.Channel.Name)
	if err != nil {
		return nil
	}
	for _, m := range room {
		for _, address := range m.Files {
			if strings.HasSuffix(address, ".png") {
				all = append(all, address)
			}
		}
	}
	return all
}

// record is the timeline of every incident, as muster export writes it.
func (d *demo) record(ctx context.Context) (string, error) {
	ids, err := chosen(ctx, d.bot.Store, nil)
	if err != nil {
		return "", err
	}
	var lines strings.Builder
	e := exporter{store: d.bot.Store, format: "jsonl", out: &lines}
	for _, id := range ids {
		if err := e.export(ctx, id); err != nil {
			return "", err
		}
	}
	return lines.String(), nil
}
