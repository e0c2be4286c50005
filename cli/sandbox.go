package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"muster/config"
	"muster/workspace"
)

// sandboxOptions are the flags of muster sandbox.
type sandboxOptions struct {
	listen, manifest, journal string
	seed                      uint64
	seeded, noLimits          bool
}

func sandboxCommand(sh *shell) *cobra.Command {
	o := sandboxOptions{listen: "127.0.0.1:0", seed: 1}
	cmd := &cobra.Command{
		Use: "sandbox", Short: "Runs the local workspace alone, for any Slack app.", Args: noArgs,
		Long: "Runs the local Slack-compatible workspace alone, for any Slack app. It prints one line of JSON\nwith all addresses and tokens when it is ready. Without --manifest it expects Muster's own app.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.seeded = cmd.Flags().Changed("seed")
			return sh.sandbox(cmd.Context(), o)
		},
	}
	cmd.Flags().StringVar(&o.listen, "listen", o.listen, "the `address` to serve on")
	cmd.Flags().Uint64Var(&o.seed, "seed", o.seed, "the same `number` and the same deeds give the same IDs and times: the clock stands")
	cmd.Flags().StringVar(&o.manifest, "manifest", "", "the app's manifest `file`")
	cmd.Flags().StringVar(&o.journal, "journal", "", "write every call, envelope and acknowledgement into this `file`, in JSON lines")
	cmd.Flags().BoolVar(&o.noLimits, "no-rate-limits", false, "take any number of calls")
	return cmd
}

// standing is the time at which the clock stands where a seed is given.
var standing = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

func (sh *shell) sandbox(ctx context.Context, o sandboxOptions) error {
	w := workspace.Options{Manifest: Manifest(config.Default()), Seed: o.seed, NoLimits: o.noLimits}
	if o.manifest != "" {
		text, err := os.ReadFile(o.manifest)
		if err != nil {
			return fmt.Errorf("read manifest: %w", err)
		}
		w.Manifest = string(text)
	}
	if o.journal != "" {
		file, err := os.Create(o.journal)
		if err != nil {
			return fmt.Errorf("--journal: %w", err)
		}
		defer file.Close() // it is written line by line
		w.Journal = file
	}
	if o.seeded {
		w.Now = func() time.Time { return standing }
	}
	town, err := openTown(o.listen, w)
	if err != nil {
		return err
	}
	defer town.close()
	if err := json.NewEncoder(sh.out).Encode(town.addresses()); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// readHeaderFor is how long a caller may take to say what it wants.
const readHeaderFor = 5 * time.Second

// town is a local workspace that is being served.
type town struct {
	*workspace.Workspace
	url    string
	server *http.Server
}

func openTown(listen string, o workspace.Options) (*town, error) {
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return nil, fmt.Errorf("listen: %w; name another address with --listen", err)
	}
	t := &town{url: "http://" + reachable(listener.Addr())}
	o.URL = t.url
	if t.Workspace, err = workspace.New(o); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	t.server = &http.Server{Handler: t.Workspace, ReadHeaderTimeout: readHeaderFor}
	go t.server.Serve(listener)
	return t, nil
}

// reachable is an address under which this machine reaches itself.
func reachable(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return a.String()
}

func (t *town) close() {
	t.Workspace.Close()
	_ = t.server.Close() // the process ends
}

// addresses is what the contract promises to print.
func (t *town) addresses() any {
	jiraUser, jiraToken := t.JiraToken()
	page, pageToken := t.StatuspageToken()
	repository, gitToken := t.GitToken()
	wikiUser, wikiToken := t.WikiToken()
	return struct {
		SlackAPIURL     string `json:"slack_api_url"`
		PageURL         string `json:"page_url"`
		BotToken        string `json:"bot_token"`
		AppToken        string `json:"app_token"`
		PagerDutyURL    string `json:"pagerduty_url"`
		PagerDutyToken  string `json:"pagerduty_token"`
		PagerDutyFrom   string `json:"pagerduty_from"`
		EventsURL       string `json:"pagerduty_events_url"`
		RoutingKey      string `json:"pagerduty_routing_key"`
		JiraURL         string `json:"jira_url"`
		JiraUser        string `json:"jira_user"`
		JiraToken       string `json:"jira_token"`
		StatuspageURL   string `json:"statuspage_url"`
		StatuspageToken string `json:"statuspage_token"`
		StatuspagePage  string `json:"statuspage_page"`
		GitHubURL       string `json:"github_url"`
		GitHubToken     string `json:"github_token"`
		GitHubRepo      string `json:"github_repository"`
		ConfluenceURL   string `json:"confluence_url"`
		ConfluenceUser  string `json:"confluence_user"`
		ConfluenceToken string `json:"confluence_token"`
		PrometheusURL   string `json:"prometheus_url"`
		ControlURL      string `json:"control_url"`
	}{
		SlackAPIURL: t.url + "/api/", BotToken: t.BotToken(), AppToken: t.AppToken(),
		PageURL: t.url + "/", ControlURL: t.url + "/control",
		PagerDutyURL: t.url + "/pagerduty", PagerDutyToken: t.PagerDutyToken(), PagerDutyFrom: "ana@demo.example",
		EventsURL: t.url + "/pagerduty-events", RoutingKey: t.RoutingKey(),
		JiraURL: t.url + "/jira", JiraUser: jiraUser, JiraToken: jiraToken,
		StatuspageURL: t.url + "/statuspage", StatuspageToken: pageToken, StatuspagePage: page,
		GitHubURL: t.url + "/github", GitHubToken: gitToken, GitHubRepo: repository,
		ConfluenceURL: t.url + "/confluence/wiki", ConfluenceUser: wikiUser, ConfluenceToken: wikiToken,
		PrometheusURL: t.url + "/prometheus",
	}
}
