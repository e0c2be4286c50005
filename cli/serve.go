package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"muster/config"
	"muster/redact"
	"muster/timeline"
	"muster/web"
)

func serveCommand(sh *shell) *cobra.Command {
	return withConfig(sh, &cobra.Command{
		Use: "serve", Short: "Runs the bot.", Args: noArgs,
		Long: "Runs the bot until it is told to stop. It logs \"ready\" when it takes requests, and ends\nwithin 20 s of SIGTERM: what is under way is finished, what is not begun waits in the store.",
		RunE: func(cmd *cobra.Command, _ []string) error { return sh.serve(cmd.Context()) },
	})
}

func (sh *shell) serve(ctx context.Context) error {
	c, err := config.Load(sh.config, config.Refuse)
	if err != nil {
		return err
	}
	if err := c.NeedSlack(); err != nil {
		return err
	}
	log := newLog(sh.err)
	i, err := Assemble(c, Outside{Now: time.Now, Log: log})
	if err != nil {
		return err
	}
	defer i.Store.Close()
	m := newMeters(i, time.Now)
	i.Bot.Meter, i.Slack.Meter = m, m
	h, err := listenHealth(c.HTTP.Listen, i, m.handler())
	if err != nil {
		return err
	}
	defer h.close()
	shut, err := openDoor(i, c.StorePath())
	if err != nil {
		log.Warn("the command line can not reach this bot", "err", err)
	} else {
		defer shut()
	}
	log.Info("starting", "store", c.StorePath(), "slack", c.Slack.APIURL)
	err = i.Run(ctx, func(connected bool) {
		m.up(connected)
		if h.connected.Store(connected); connected {
			log.Info("ready")
		}
	})
	log.Info("stopped")
	return err
}

// newLog returns the log of a process: one JSON object a line, redacted.
func newLog(to io.Writer) *slog.Logger {
	return slog.New(redact.Log(slog.NewJSONHandler(to, nil)))
}

// health serves the health checks, and machines that declare incidents or tell of
// changes.
type health struct {
	server    *http.Server
	connected atomic.Bool // a socket to Slack is open
}

func listenHealth(address string, i *Instance, metrics http.Handler) (*health, error) {
	h := &health{}
	mux := http.NewServeMux()
	mux.Handle("/v1/incidents", i.Incidents())
	mux.Handle("/v1/changes", i.Changes())
	mux.Handle("/v2/change/enqueue", i.Changes()) // where PagerDuty's senders call
	mux.Handle("/v1/pagerduty", i.PagerHook())
	mux.Handle("/v1/jira", i.TrackerHook())
	mux.Handle("/", web.Health(func(ctx context.Context) error {
		if !h.connected.Load() {
			return errors.New("not connected to Slack")
		}
		if err := i.Slack.Refused(); err != nil {
			return err
		}
		if err := i.Store.Damaged(); err != nil {
			return err
		}
		if i.Store.Full() {
			return timeline.ErrFull
		}
		_, err := i.Store.Owed(ctx, time.Now())
		return err
	}, metrics))
	h.server = web.Server(mux)
	if address == "" {
		return h, nil
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("http.listen: %w; name another address, or leave it empty for none", err)
	}
	go h.server.Serve(listener)
	return h, nil
}

func (h *health) close() { _ = h.server.Close() } // the process ends
