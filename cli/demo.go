package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/cli/browser"
	"github.com/spf13/cobra"

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
	switch err := d.play(ctx, sh.out); {
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

// play plays the outage, and tells it as it happens.
func (d *demo) play(ctx context.Context, out io.Writer) error {
	d.town.Watch(newTeller(out).tell)
	d.town.Watch((&teller{out: &d.spoken, wide: true}).tell)
	player := workspace.Player{Workspace: d.town.Workspace, Day: demoDay, Pace: pace, Rest: d.rest}
	return player.Play(ctx, workspace.Outage)
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

// incident is the one that was played.
func (d *demo) incident(ctx context.Context) (timeline.Incident, error) {
	return d.bot.Journal.Incident(ctx, 1)
}
