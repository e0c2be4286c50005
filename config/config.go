// Package config reads the one configuration file, muster.yaml. It is strict:
// an unknown key, a missing secret or an impossible value is an error that
// names the line, the key and the mend. Nothing is read from the environment
// but what the file refers to.
package config

import (
	"time"
)

// Config is muster.yaml.
type Config struct {
	Slack       Slack              `yaml:"slack"`
	Store       string             `yaml:"store"`       // "bolt:" and a path
	Postmortems string             `yaml:"postmortems"` // the folder that write-ups are saved in
	Files       string             `yaml:"files"`       // the folder that images of tagged messages are kept in
	Reactions   map[string]string  `yaml:"reactions"`   // emoji name → tag
	Updates     map[string]Cadence `yaml:"updates"`     // severity → how often an update is due

	PagerDuty  PagerDuty           `yaml:"pagerduty"`
	Jira       Jira                `yaml:"jira"`
	Statuspage Statuspage          `yaml:"statuspage"`
	Prometheus Prometheus          `yaml:"prometheus"`
	Datadog    Datadog             `yaml:"datadog"`
	GitHub     GitHub              `yaml:"github"`
	Changes    Changes             `yaml:"changes"`
	HTTP       HTTP                `yaml:"http"`
	Services   map[string]Service  `yaml:"services"`
	SLIs       []SLI               `yaml:"slis"`      // of the whole company
	Zone       string              `yaml:"zone"`      // the team's time zone, as "Europe/Paris"; UTC where it is empty
	Directory  string              `yaml:"directory"` // a folder with more services, as YAML files; empty for none
	Access     Access              `yaml:"access"`
	People     map[string]Identity `yaml:"people"` // who is who elsewhere, by the ID in Slack; wins over the e-mail address

	Severities map[string]Severity `yaml:"severities"`
	Roles      map[string]Role     `yaml:"roles"`
	Reminders  Reminders           `yaml:"reminders"`
	Review     Review              `yaml:"review"`
	Archive    Cadence             `yaml:"archive_after"` // after the end; 0 for never
	Texts      Texts               `yaml:"texts"`
	Documents  Documents           `yaml:"documents"`

	path    string
	missing Missing
	lines   map[string]int    // the line of each key, by its dotted path
	places  map[string]string // file and line of each key that another file holds
}

// Slack says which workspace the bot works in, and how it shows there.
type Slack struct {
	APIURL          string `yaml:"api_url"`
	AppToken        Secret `yaml:"app_token"`
	BotToken        Secret `yaml:"bot_token"`
	Command         string `yaml:"command"`
	AnnounceChannel string `yaml:"announce_channel"` // without the #; empty for none
	ChannelPrefix   string `yaml:"channel_prefix"`   // of incident channels: "inc" makes inc-12-checkout-is-down

	ExecutiveChannel string `yaml:"executive_channel"` // a card of few words for those who lead, for sev1 and sev2; empty for none
}

// PagerDuty pages people.
type PagerDuty struct {
	APIURL     string `yaml:"api_url"`
	EventsURL  string `yaml:"events_url"`
	Token      Secret `yaml:"token"`
	From       string `yaml:"from"` // the login e-mail of a user there, on whose behalf pages are made
	RoutingKey Secret `yaml:"routing_key"`
	Service    string `yaml:"service"` // the usual one, by name or ID

	Page      []string     `yaml:"page"`       // the severities that page by themselves
	AckWithin Cadence      `yaml:"ack_within"` // nobody acknowledges a page for so long: the second level, and then the manager; 0 for never
	Manager   string       `yaml:"manager"`    // whom to wake last: the login e-mail there, or the ID of a person in Slack
	Declare   DeclareAlarm `yaml:"declare"`
	Ask       string       `yaml:"ask"`            // of which pages people are asked how good they were: "incidents", or "all" that PagerDuty sends
	Secret    Secret       `yaml:"webhook_secret"` // of a webhook subscription (version 3) that calls /v1/pagerduty
}

// DeclareAlarm says what becomes of alarms that PagerDuty raises by itself.
type DeclareAlarm struct {
	How        string   `yaml:"how"`        // "offer" or "declare"; nothing where it is empty
	Urgency    string   `yaml:"urgency"`    // of alarms that count, as "high"
	Priorities []string `yaml:"priorities"` // that count as well, as "P1"; where neither is named, a high urgency counts
	Severity   string   `yaml:"severity"`   // of what is declared
	Channel    string   `yaml:"channel"`    // where it is offered, unless the service has its own; the announcement channel where it is empty
}

// Hears reports whether anything is heard of pages and alarms.
func (p PagerDuty) Hears() bool { return p.Token != "" }

// Pages reports whether people can be paged.
func (p PagerDuty) Pages() bool { return p.Token != "" || p.RoutingKey != "" }

// Jira keeps follow-ups.
type Jira struct {
	URL       string `yaml:"url"`
	User      string `yaml:"user"`
	Token     Secret `yaml:"token"`
	Project   string `yaml:"project"`
	IssueType string `yaml:"issue_type"`

	BrowseURL    string            `yaml:"browse_url"` // where people look at tickets; url where it is empty
	Edition      string            `yaml:"edition"`    // "cloud" or "server"; Jira is asked where it is empty
	Labels       []string          `yaml:"labels"`
	Components   []string          `yaml:"components"`     // by name
	Priorities   map[string]string `yaml:"priorities"`     // severity → the name of a priority
	Epic         string            `yaml:"epic"`           // the key of the epic that follow-ups belong to
	Fields       map[string]any    `yaml:"fields"`         // more fields, by their IDs
	IncidentType string            `yaml:"incident_type"`  // of a ticket for each incident itself; none where it is empty
	TokenExpires string            `yaml:"token_expires"`  // a day: "2027-01-31"
	Secret       Secret            `yaml:"webhook_secret"` // of a webhook that calls /v1/jira
}

// Files reports whether follow-ups are filed.
func (j Jira) Files() bool { return j.URL != "" }

// Statuspage is the public status page.
type Statuspage struct {
	APIURL string `yaml:"api_url"`
	Token  Secret `yaml:"token"`
	Page   string `yaml:"page"` // its ID
}

// Publishes reports whether there is a public status page.
func (s Statuspage) Publishes() bool { return s.Token != "" }

// Prometheus answers metric queries.
type Prometheus struct {
	URL   string `yaml:"url"`   // with what comes before /api/v1; it may hold a user and a password
	Token Secret `yaml:"token"` // sent as a bearer; empty for none
}

// Datadog answers metric queries.
type Datadog struct {
	URL    string `yaml:"url"` // of your site's API
	APIKey Secret `yaml:"api_key"`
	AppKey Secret `yaml:"app_key"`
}

// GitHub tells of deploys and merges.
type GitHub struct {
	APIURL       string   `yaml:"api_url"`
	Token        Secret   `yaml:"token"`
	Repositories []string `yaml:"repositories"` // "owner/name"
	Workflows    []string `yaml:"workflows"`    // whose runs are deploys, by name; those named deploy or release where it is empty
}

// Tells reports whether GitHub is asked for changes.
func (g GitHub) Tells() bool { return len(g.Repositories) > 0 }

// Changes says who tells of changes by calling /v1/changes, and how long they
// are kept.
type Changes struct {
	Keep     Cadence                 `yaml:"keep"`
	NeedTime bool                    `yaml:"require_timestamp"` // a signature has to be over a time as well
	Sources  map[string]ChangeSource `yaml:"sources"`
}

// ChangeSource is one that tells of changes.
type ChangeSource struct {
	Secret  Secret `yaml:"secret"`  // its bearer key, or what it signs with
	Service string `yaml:"service"` // that its changes are of where a call does not say
}

// Access says who may do more, or less, than every member of the workspace. It
// lists people and user groups, by their IDs in Slack.
type Access struct {
	Admins     []string `yaml:"admins"`     // the workspace's own admins where it is empty
	Responders []string `yaml:"responders"` // every member where it is empty
}

// Identity is what someone is called elsewhere, where their e-mail address in
// Slack does not tell.
type Identity struct {
	PagerDuty string `yaml:"pagerduty"` // the login e-mail, or the user's ID
	Jira      string `yaml:"jira"`      // the account ID in Cloud, the user name in Data Center, or the e-mail
	GitHub    string `yaml:"github"`    // the login
}

// Severity says what follows from a severity.
type Severity struct {
	Invite  []string `yaml:"invite"`  // people and user groups, by their IDs in Slack
	Mention string   `yaml:"mention"` // whom the announcement calls out: here, channel, or nobody where it is empty
}

// Role is a role that a team adds, or Muster's own in other words.
type Role struct {
	Name      string   `yaml:"name"`
	Duties    string   `yaml:"duties"` // what its holder is told
	Checklist []string `yaml:"checklist"`
}

// Reminders says how long Muster waits before it asks.
type Reminders struct {
	RoleAfter Cadence `yaml:"role_after"` // for a commander or a comms lead where nobody is; 0 for never
	Ahead     Cadence `yaml:"ahead"`      // before a follow-up is due; 0 for never
}

// Texts says in which words Muster speaks.
type Texts struct {
	Language string `yaml:"language"` // "en"
	Dir      string `yaml:"dir"`      // a folder of the team's own texts; empty for none
}

// HTTP is the listener for health checks, and for machines that declare
// incidents or tell of changes.
type HTTP struct {
	Listen string `yaml:"listen"` // host:port; empty for none
	Secret Secret `yaml:"secret"` // what machines sign with; without it none may declare
}

// Service is what the directory says of a service.
type Service struct {
	Description  string   `yaml:"description"` // what it is, in two sentences
	Owners       []string `yaml:"owners"`      // IDs of people (U…) and of user groups (S…) in Slack, or plain words
	Docs         string   `yaml:"docs"`
	Code         string   `yaml:"code"`
	Runbook      string   `yaml:"runbook"`
	Dashboards   []string `yaml:"dashboards"`
	Logs         string   `yaml:"logs"` // the one-liner that gets its logs
	SLIs         []SLI    `yaml:"slis"`
	Dependencies []string `yaml:"dependencies"`
	Invite       []string `yaml:"invite"`          // people and user groups, by their IDs in Slack
	PagerDuty    string   `yaml:"pagerduty"`       // its service in PagerDuty, by name or ID; its own name where it is empty
	Page         []string `yaml:"page"`            // the severities that page by themselves; those of pagerduty.page where it is not there
	Manager      string   `yaml:"manager"`         // whom to wake last for it; pagerduty.manager where it is empty
	Channel      string   `yaml:"channel"`         // its team's, without the #
	Components   []string `yaml:"jira_components"` // of the tickets of its follow-ups
	TellAuthor   bool     `yaml:"tell_author"`     // authors are told, in a direct message, how their changes of it do
	Statuspage   []string `yaml:"statuspage"`      // its components on the public status page, by name or ID
	Changes      []string `yaml:"changes"`         // other names that those have for it who tell of changes
}

// Cadence is how often something is due: "30m", "4h", "1d". 0 is never.
type Cadence time.Duration

// Default returns the configuration that an empty file stands for.
func Default() Config {
	return Config{
		Slack: Slack{
			APIURL: "https://slack.com/api/", Command: "/incident",
			AnnounceChannel: "incidents", ChannelPrefix: "inc",
		},
		Store:       "bolt:muster.db",
		Postmortems: "postmortems",
		Files:       "files",
		Reactions: map[string]string{
			"pushpin": "key event", "mag": "finding", "wrench": "action taken",
			"bulb": "cause", "mega": "status update", "dart": "follow-up",
		},
		Updates: map[string]Cadence{
			"sev1": Cadence(30 * time.Minute), "sev2": Cadence(time.Hour),
			"sev3": Cadence(4 * time.Hour), "sev4": Cadence(24 * time.Hour),
		},
		PagerDuty: PagerDuty{
			APIURL: "https://api.pagerduty.com", EventsURL: "https://events.pagerduty.com", Page: []string{"sev1", "sev2"},
			AckWithin: Cadence(5 * time.Minute), Ask: "incidents", Declare: DeclareAlarm{Severity: "sev2"},
		},
		Jira:       Jira{IssueType: "Task"},
		Statuspage: Statuspage{APIURL: "https://api.statuspage.io"},
		Datadog:    Datadog{URL: "https://api.datadoghq.com"},
		GitHub:     GitHub{APIURL: "https://api.github.com"},
		Documents:  Documents{DueAfter: Cadence(5 * 24 * time.Hour), DueFor: []string{"sev1", "sev2"}, GitHub: GitDocuments{Folder: "postmortems", Pull: true}},
		Changes:    Changes{Keep: Cadence(30 * 24 * time.Hour)},
		Texts:      Texts{Language: "en"},

		Reminders: Reminders{RoleAfter: Cadence(10 * time.Minute), Ahead: Cadence(2 * 24 * time.Hour)},
		Archive:   Cadence(7 * 24 * time.Hour),
		HTTP:      HTTP{Listen: "127.0.0.1:8080"},
	}
}

// StorePath returns the file that the store is kept in.
func (c Config) StorePath() string { return c.Store[len("bolt:"):] }
