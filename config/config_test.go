package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"muster/config"
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "muster.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestExampleLoads(t *testing.T) {
	t.Setenv("SLACK_APP_TOKEN", "xapp-1-test")
	t.Setenv("SLACK_BOT_TOKEN", "xoxb-test")
	c, err := config.Load("../muster.example.yaml", config.Refuse)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.NeedSlack(); err != nil {
		t.Error(err)
	}
	if c.Slack.AppToken.Reveal() != "xapp-1-test" || c.StorePath() != "muster.db" || c.Services["checkout"].Runbook == "" {
		t.Errorf("it reads as %+v", c)
	}
}

func TestEmptyFileIsTheDefault(t *testing.T) {
	c, err := config.Load(write(t, "# nothing\n"), config.Refuse)
	if err != nil || c.Slack.Command != "/incident" || c.Updates["sev1"] != config.Cadence(30*time.Minute) {
		t.Errorf("Load = %+v, %v", c, err)
	}
}

func TestContractLoads(t *testing.T) {
	text := `
slack: {api_url: https://slack.com/api/, app_token: xapp-1, bot_token: xoxb-1, command: /incident, announce_channel: "#incidents"}
store: bolt:muster.db
pagerduty:   {api_url: , events_url: , token: , from: , routing_key: }
jira:        {url: , user: , token: , project: , issue_type: Task}
statuspage:  {api_url: , token: , page: }
prometheus:  {url: , token: }
datadog:     {url: , api_key: , app_key: }
github:      {api_url: , token: , repositories: []}
documents:   {canvas: false, github: {repository: , branch: , folder: postmortems, pull_request: true}, confluence: {url: , user: , token: , space: , parent: , edition: }}
http:        {listen: 127.0.0.1:8080}
services:    {}
`
	c, err := config.Load(write(t, text), config.Refuse)
	if err != nil || c.Slack.AnnounceChannel != "incidents" {
		t.Errorf("Load = %+v, %v", c, err)
	}
}

func TestErrorsNameLineKeyAndMend(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"unknown key", "slack:\n  comand: /inc\n", ":2: unknown key slack.comand; did you mean command?"},
		{"unknown section", "\nslak: {}\n", ":2: unknown key slak; did you mean slack?"},
		{"unknown in a service", "services:\n  a:\n    owner: [x]\n", ":3: unknown key services.a.owner; did you mean owners?"},
		{"missing variable", "slack:\n  bot_token: ${NO_SUCH_VARIABLE}\n", ":2: slack.bot_token: the environment has no variable NO_SUCH_VARIABLE; set it"},
		{"missing file", "slack:\n  bot_token: file:no/such\n", ":2: slack.bot_token: open "},
		{"wrong token", "slack:\n  app_token: xoxb-1\n", ":2: slack.app_token: an app-level token begins with xapp-"},
		{"wrong type", "slack:\n  command: [a]\n", ":2: slack.command: the value has not the shape that it needs"},
		{"wrong command", "slack: {command: incident}\n", ":1: slack.command: \"incident\" is no slash command"},
		{"wrong store", "store: mysql://x\n", ":1: store: \"mysql://x\" is no store"},
		{"wrong tag", "reactions: {eyes: looking}\n", ":1: reactions.eyes: \"looking\" is no tag; the tags are key event"},
		{"wrong severity", "updates: {sev9: 1h}\n", ":1: updates.sev9"},
		{"wrong span", "updates: {sev2: 1h, sev1: often}\n", ":1: updates: \"often\" is no span of time; write 30m, 4h or 1d"},
		{"token without from", "pagerduty: {token: x}\n", "pagerduty.from: with a token it has to be the login e-mail"},
		{"wrong paging severity", "pagerduty: {page: [sev7]}\n", ":1: pagerduty.page: \"sev7\" is no severity"},
		{"wrong events address", "pagerduty: {events_url: nowhere}\n", ":1: pagerduty.events_url: \"nowhere\" is no web address"},
		{"no folder", "directory: nowhere\n", ":1: directory: open "},
		{"short secret", "http: {secret: hunter2}\n", ":1: http.secret: it has 7 characters, and needs 16 at the least"},
		{"names alike", "services:\n  Checkout: {}\n  checkout: {}\n", ":3: services.checkout: people can not tell it from Checkout"},
		{"name in quotes", "services:\n  'a \"b\"': {}\n", ":2: services.a \"b\": "},
		{"status page without its ID", "statuspage: {token: x}\n", "statuspage.page: it is missing; write the ID of the page"},
		{"wrong status page address", "statuspage: {api_url: nowhere}\n", ":1: statuspage.api_url: \"nowhere\" is no web address"},
		{"empty component", "services: {a: {statuspage: [\"\"]}}\n", ":1: services.a.statuspage: one of them is empty"},
		{"wrong severity of a service", "services: {a: {page: [sev9]}}\n", ":1: services.a.page: \"sev9\" is no severity"},
		{"wrong manager", "pagerduty: {manager: ana}\n", ":1: pagerduty.manager: \"ana\" is neither an e-mail address nor the ID"},
		{"wrong answer to alarms", "pagerduty: {declare: {how: maybe}}\n", ":1: pagerduty.declare.how: \"maybe\" is nothing that can be done"},
		{"alarms without a token", "pagerduty: {declare: {how: offer}}\n", ":1: pagerduty.declare: without pagerduty.token"},
		{"wrong person", "people: {ana: {jira: x}}\n", ":1: people.ana: \"ana\" is no ID"},
		{"wrong zone", "zone: Mars/Olympus\n", ":1: zone: \"Mars/Olympus\" is no time zone"},
		{"wrong time of the review", "review: {at: Monday 10am}\n", ":1: review.at: \"Monday 10am\" is no time of the week; write a weekday and a time, such as Mon 10:00"},
		{"time that there is not", "review: {at: Mon 25:00}\n", ":1: review.at: \"Mon 25:00\" is no time of the week"},
		{"review without a channel", "slack: {announce_channel: \"\"}\nreview: {at: Mon 10:00}\n", "review.channel: without it and slack.announce_channel"},
		{"wrong edition", "jira: {url: https://j.example, project: OPS, edition: dc}\n", ":1: jira.edition: \"dc\" is no edition"},
		{"wrong label", "jira: {url: https://j.example, project: OPS, labels: [\"a b\"]}\n", ":1: jira.labels: \"a b\" is no label"},
		{"wrong day", "jira: {url: https://j.example, project: OPS, token_expires: soon}\n", ":1: jira.token_expires: \"soon\" is no day"},
		{"wrong metrics address", "prometheus: {url: \"https://ana:hunter2@p.example/?x\"}\n", ":1: prometheus.url: it is no web address"},
		{"wrong site", "datadog: {url: eu}\n", ":1: datadog.url: \"eu\" is no web address"},
		{"half the keys", "datadog: {api_key: x}\n", ":1: datadog: queries need both"},
		{"changes kept for too short", "changes: {keep: 1h}\n", ":1: changes.keep: 1h0m0s is too short"},
		{"short secret of a source", "changes: {sources: {ci: {secret: short}}}\n", ":1: changes.sources.ci.secret: it has 5 characters, and needs 16"},
		{"source without a secret", "changes: {sources: {ci: {}}}\n", "changes.sources.ci.secret: it has 0 characters"},
		{"source by a name of ours", "changes: {sources: {github: {secret: 0123456789abcdef}}}\n", ":1: changes.sources.github: \"github\" can not be the name"},
		{"source by an odd name", "changes: {sources: {'a b': {secret: 0123456789abcdef}}}\n", "\"a b\" can not be the name of a source"},
		{"sources with one secret", "changes:\n  sources:\n    a: {secret: 0123456789abcdef}\n    b: {secret: 0123456789abcdef}\n", ":4: changes.sources.b.secret: it is that of changes.sources.a.secret, too"},
		{"source with the secret of http", "http: {secret: 0123456789abcdef}\nchanges: {sources: {a: {secret: 0123456789abcdef}}}\n", ":2: changes.sources.a.secret: it is that of http.secret, too"},
		{"another name of two services", "services:\n  a: {changes: [x]}\n  b: {changes: [X]}\n", ":3: services.b.changes: \"X\" means a already"},
		{"another name that is a service", "services:\n  a: {changes: [b]}\n  b: {}\n", ":2: services.a.changes: \"b\" means b already"},
		{"wrong repository", "github: {repositories: [checkout]}\n", ":1: github.repositories: \"checkout\" is no repository; write owner/name"},
		{"wrong address of GitHub", "github: {api_url: nowhere}\n", ":1: github.api_url: \"nowhere\" is no web address"},
		{"documents in a wrong repository", "github: {token: t}\ndocuments:\n  github: {repository: postmortems}\n", ":3: documents.github.repository: \"postmortems\" is no repository; write owner/name"},
		{"documents without a token", "documents:\n  github: {repository: shop/postmortems}\n", ":2: documents.github: without github.token nothing can be written"},
		{"documents due in hours", "documents: {due_after: 36h}\n", ":1: documents.due_after: 36h0m0s is not a number of days; write such as 5d"},
		{"documents due for nothing", "documents: {due_for: [sev9]}\n", ":1: documents.due_for: \"sev9\" is no severity"},
		{"documents outside", "github: {token: t}\ndocuments:\n  github: {repository: a/b, folder: ../x}\n", ":3: documents.github.folder: \"../x\" leads out"},
		{"documents at no address", "documents:\n  confluence: {url: wiki, token: t, space: ENG}\n", ":2: documents.confluence.url: \"wiki\" is no web address"},
		{"documents with no token", "documents:\n  confluence: {url: 'https://a.example', space: ENG}\n", ": documents.confluence.token: it is missing"},
		{"documents in no space", "documents:\n  confluence: {url: 'https://a.example', token: t}\n", ": documents.confluence.space: it is missing; write the key"},
		{"documents of no edition", "documents:\n  confluence: {url: 'https://a.example', token: t, space: ENG, edition: dc}\n", ":2: documents.confluence.edition: \"dc\" is no edition"},
		{"no YAML", "slack: [\n", "muster.yaml: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := config.Load(write(t, tt.text), config.Refuse)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Load: %v\nwant %q in it", err, tt.want)
			}
		})
	}
}

func TestReferences(t *testing.T) {
	t.Setenv("MUSTER_TEST_TOKEN", "xoxb-from-env")
	path := write(t, "slack:\n  bot_token: ${MUSTER_TEST_TOKEN}\n  app_token: file:app.token\n  announce_channel: a${X}b\n")
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), "app.token"), []byte("xapp-from-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(path, config.Refuse)
	if err != nil {
		t.Fatal(err)
	}
	if c.Slack.BotToken.Reveal() != "xoxb-from-env" || c.Slack.AppToken.Reveal() != "xapp-from-file" || c.Slack.AnnounceChannel != "a${X}b" {
		t.Errorf("references read as %q, %q, %q", c.Slack.BotToken.Reveal(), c.Slack.AppToken.Reveal(), c.Slack.AnnounceChannel)
	}
}

// TestAMissingKeyOfASourceIsTolerated reads a file for a command that calls nobody.
func TestAMissingKeyOfASourceIsTolerated(t *testing.T) {
	path := write(t, "changes:\n  sources:\n    a: {secret: \"${NO_SUCH_VARIABLE}\"}\n    b: {secret: file:no/such}\n")
	if _, err := config.Load(path, config.Tolerate); err != nil {
		t.Error(err)
	}
	if _, err := config.Load(path, config.Refuse); err == nil || !strings.Contains(err.Error(), "changes.sources.a.secret: the environment has no variable") {
		t.Errorf("for one that calls: %v", err)
	}
}

func TestReactionsThatAreNamedAreAll(t *testing.T) {
	for text, want := range map[string]int{"": 6, "reactions: {star: key event}": 1, "reactions: {}": 0} {
		c, err := config.Load(write(t, text), config.Refuse)
		if err != nil || len(c.Reactions) != want {
			t.Errorf("%q: %v, %v, want %d", text, c.Reactions, err, want)
		}
	}
}

func TestErrorsNeverShowASecret(t *testing.T) {
	t.Setenv("MUSTER_TEST_TOKEN", "xoxb-hunter2")
	_, err := config.Load(write(t, "github:\n  repositories: ${MUSTER_TEST_TOKEN}\n"), config.Refuse)
	if err == nil || strings.Contains(err.Error(), "hunter") || strings.Contains(err.Error(), "xoxb") {
		t.Errorf("Load: %v", err)
	}
}

func TestMissingReferencesCanBeTolerated(t *testing.T) {
	c, err := config.Load(write(t, "slack:\n  bot_token: ${NO_SUCH_VARIABLE}\n"), config.Tolerate)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.NeedSlack(); err == nil || !strings.Contains(err.Error(), ":2: slack.bot_token: it is missing") {
		t.Errorf("NeedSlack: %v", err)
	}
}

func TestSecretNeverShows(t *testing.T) {
	s := config.Secret("hunter2")
	var out bytes.Buffer
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "secret", s)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "config", config.Slack{BotToken: s})
	fmt.Fprintf(&out, "%s %v %#v %+v %q", s, s, s, config.Slack{BotToken: s}, s)
	j, _ := json.Marshal(config.Slack{BotToken: s})
	y, _ := yaml.Marshal(config.Slack{BotToken: s})
	out.Write(j)
	out.Write(y)
	if strings.Contains(out.String(), "hunter2") {
		t.Errorf("the secret shows in %s", out.String())
	}
	if s.Reveal() != "hunter2" {
		t.Error("Reveal does not return the secret")
	}
}

// FuzzLoad reads anything at all: it is read, or refused in words.
func FuzzLoad(f *testing.F) {
	example, err := os.ReadFile("../muster.example.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(example))
	f.Add("slack: {command: [a], app_token: ${X}}\nupdates: {sev1: 5x}\nservices: {a: {slis: [{name: b}]}}\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := config.Load(write(t, text), config.Tolerate)
		if err != nil && err.Error() == "" {
			t.Error("refused without a word")
		}
		if err == nil && c.StorePath() == "" {
			t.Error("read, but without a store")
		}
	})
}
