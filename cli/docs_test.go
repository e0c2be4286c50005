package cli

import (
	flags "flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"muster/chat"
	"muster/commands"
	"muster/config"
	"muster/policy"
	"muster/templates"
	"muster/timeline"
)

var update = flags.Bool("update", false, "write the documents that follow from the code")

// What the documents tell, as the code has it. These are the only places that
// know where it keeps its words.
func helpOf(t templates.Texts, c commands.Command) string { return commands.Help(t, c) }
func rightOf(t templates.Texts, r policy.Rule) string     { return t.T("right." + string(r.Act)) }
func orderOf(t templates.Texts, e timeline.Effect) string { return chat.Order(t, e) }

// isGenerated checks, or writes with -update, a document that follows from the code.
func isGenerated(t *testing.T, name, want string) {
	t.Helper()
	path := filepath.Join("..", "docs", name)
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) == want {
		return
	}
	before, after := strings.Split(string(got), "\n"), strings.Split(want, "\n")
	for n := range after {
		if n >= len(before) || before[n] != after[n] {
			t.Fatalf("docs/%s is not what the code says, from line %d on; write it with `go test ./cli -run TestDocs -update`. There has to be:\n%s", name, n+1, after[n])
		}
	}
	t.Fatalf("docs/%s says more than the code; write it with `go test ./cli -run TestDocs -update`", name)
}

// everything is a configuration with all there is, and the bot that it makes. It
// calls nobody.
func everything(t *testing.T) (config.Config, *Instance) {
	t.Helper()
	c, dir := config.Default(), t.TempDir()
	c.Store, c.Postmortems, c.Files = "bolt:"+filepath.Join(dir, "muster.db"), filepath.Join(dir, "postmortems"), filepath.Join(dir, "files")
	c.Slack.ExecutiveChannel = "executives"
	c.PagerDuty.Token, c.PagerDuty.RoutingKey, c.PagerDuty.From, c.PagerDuty.Service = "t", "k", "ana@demo.example", "Checkout"
	c.Jira.URL, c.Jira.User, c.Jira.Token, c.Jira.Project = "https://jira.example", "u", "t", "OPS"
	c.PagerDuty.Manager, c.PagerDuty.Declare.How, c.Jira.IncidentType = "eli@demo.example", "offer", "Incident"
	c.Statuspage.Token, c.Statuspage.Page = "t", "p"
	c.GitHub.Token, c.Documents.Canvas, c.Documents.GitHub.Repository = "t", true, "shop/postmortems"
	c.Documents.Confluence = config.Confluence{URL: "https://wiki.example", Token: "t", Space: "ENG"}
	c.Services = map[string]config.Service{"checkout": {Description: "Takes orders.", Invite: []string{"UELI"}, Statuspage: []string{"Checkout"}}}
	i, err := Assemble(c, Outside{Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = i.Store.Close() })
	return c, i
}

const generated = "<!-- Follows from the code; `go test ./cli -run TestDocs -update` writes it. -->\n\n"

// TestDocsCommands holds docs/commands.md: every command, every right, and the
// other ways to ask.
func TestDocsCommands(t *testing.T) {
	c, i := everything(t)
	d := i.Bot.Desk
	out := &strings.Builder{}
	out.WriteString(generated + "# Commands\n\nWhat people can ask, each behind `" + d.Slash + "`. What is in brackets may be left out; without `INC-N` it is the incident of the channel. " +
		"In a thread, mention the bot in place of the slash. Behind each: the right that it needs, as in [the table](#rights).\n")
	told := map[string]bool{}
	for _, g := range commands.Groups() {
		fmt.Fprintf(out, "\n## %s\n", strings.TrimSuffix(d.Texts.T(g.Heading), ":"))
		for _, name := range g.Names {
			told[name] = true
			writeCommand(out, d, find(t, name))
		}
	}
	out.WriteString("\n## Else\n")
	for _, cmd := range commands.All {
		if !told[cmd.Name] && !cmd.Hidden {
			writeCommand(out, d, cmd)
		}
	}
	writeRights(out, d.Texts)
	writeShortcuts(t, out, c)
	isGenerated(t, "commands.md", out.String())
}

func find(t *testing.T, name string) commands.Command {
	t.Helper()
	n := slices.IndexFunc(commands.All, func(c commands.Command) bool { return c.Name == name })
	if n < 0 {
		t.Fatalf("help tells of %q, which there is not", name)
	}
	return commands.All[n]
}

func writeCommand(out *strings.Builder, d commands.Desk, c commands.Command) {
	fmt.Fprintf(out, "\n### %s\n\n`%s`\n\n%s", c.Name, strings.TrimSpace(d.Slash+" "+c.Name+" "+c.Args), helpOf(d.Texts, c))
	out.WriteString("\n\n")
	if len(c.Aliases) > 0 {
		fmt.Fprintf(out, "- Also: `%s`\n", strings.Join(c.Aliases, "`, `"))
	}
	if c.Example != "" {
		fmt.Fprintf(out, "- For example: `%s %s %s`\n", d.Slash, c.Name, c.Example)
	}
	fmt.Fprintf(out, "- Right: %s\n", c.Act)
}

// writeRights tells who may do what and where, as the policy judges.
func writeRights(out *strings.Builder, t templates.Texts) {
	out.WriteString("\n## Rights\n\nWho may do what. What is not in the table nobody may do. Where `access.responders` names nobody, every member is a responder, and where `access.admins` names nobody, the admins are those of the workspace.\n\n| right | what it is |")
	for _, s := range policy.Standings {
		fmt.Fprintf(out, " %s |", t.T("standing."+string(s)))
	}
	out.WriteString("\n| --- | --- |" + strings.Repeat(" --- |", len(policy.Standings)) + "\n")
	for _, r := range policy.Rules {
		fmt.Fprintf(out, "| %s | %s |", r.Act, rightOf(t, r))
		for _, s := range policy.Standings {
			may := slices.ContainsFunc(policy.Places, func(p policy.Place) bool { return policy.Judge(s, r.Act, p) == policy.Fine })
			fmt.Fprintf(out, " %s |", tick(may))
		}
		out.WriteString("\n")
	}
	out.WriteString("\nAnd where, if they may at all:\n\n| right |")
	for _, p := range policy.Places {
		fmt.Fprintf(out, " %s |", p)
	}
	out.WriteString("\n| --- |" + strings.Repeat(" --- |", len(policy.Places)) + "\n")
	for _, r := range policy.Rules {
		fmt.Fprintf(out, "| %s |", r.Act)
		for _, p := range policy.Places {
			may := slices.ContainsFunc(policy.Standings, func(s policy.Standing) bool { return policy.Judge(s, r.Act, p) == policy.Fine })
			fmt.Fprintf(out, " %s |", tick(may))
		}
		out.WriteString("\n")
	}
}

func tick(yes bool) string {
	if yes {
		return "✓"
	}
	return "–"
}

// writeShortcuts tells of Slack's menus, as the manifest has them, and of the
// reactions that tag where nothing else is configured.
func writeShortcuts(t *testing.T, out *strings.Builder, c config.Config) {
	t.Helper()
	var manifest struct {
		Features struct {
			Shortcuts []struct{ Name, Type, Description string }
		}
	}
	if err := yaml.Unmarshal([]byte(Manifest(c)), &manifest); err != nil {
		t.Fatal(err)
	}
	out.WriteString("\n## Shortcuts\n\nIn Slack's menus: a global one beside the message box, one of a message in the menu of each message.\n\n| shortcut | where | what it does |\n| --- | --- | --- |\n")
	for _, s := range manifest.Features.Shortcuts {
		fmt.Fprintf(out, "| %s | %s | %s |\n", s.Name, s.Type, s.Description)
	}
	out.WriteString("\n## Reactions\n\nIn an incident's channel a reaction puts a message on the timeline, and taking it back takes it off. These are the usual ones; `reactions` in the configuration names others.\n\n| emoji | tag |\n| --- | --- |\n")
	for _, e := range emojiOf(c) {
		fmt.Fprintf(out, "| `:%s:` | %s |\n", e.Name, e.Tag)
	}
}
