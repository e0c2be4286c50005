package slack

import (
	"strings"
	"text/template"

	"go.yaml.in/yaml/v3"
)

// Scopes is what the bot token must be allowed to do, and what for.
var Scopes = []Scope{
	{"app_mentions:read", "take commands by mention"},
	{canvasScope, "write approved postmortems into the channel's canvas"},
	{"channels:history", "follow edits and deletions, and read back what it missed"},
	{"channels:join", "join the announcement channel"},
	{"channels:manage", "open incident channels, invite people, set topics"},
	{"channels:read", "find the announcement channel, see who joins"},
	{"chat:write", "post and edit its messages"},
	{"commands", "take the slash command and shortcuts"},
	{"files:read", "link the postmortem that it shared, keep images of tagged messages"},
	{"files:write", "share the postmortem and transcripts"},
	{"groups:history", "follow edits and deletions in private incidents, and read back what it missed"},
	{"groups:read", "see who is in the channel of a private incident"},
	{"groups:write", "open the channels of private incidents, invite people, set topics"},
	{"im:history", "take commands in direct messages"},
	{"im:write", "tell people about their role"},
	{"pins:read", "put pinned messages on the timeline"},
	{"pins:write", "pin the card"},
	{"reactions:read", "see the tagging emoji"},
	{"usergroups:read", "see who belongs to the user groups that the configuration names"},
	{"users:read", "write names into the record, and know guests and admins"},
	{"users:read.email", "find people in the paging service"},
}

// canvasScope is needed where postmortems go into canvases, and nowhere else.
const canvasScope = "canvases:write"

// Scope is one permission of Slack's.
type Scope struct{ Name, For string }

// Shortcut is an entry of Slack's menus.
type Shortcut struct{ Name, Type, Callback, Description string }

var manifest = template.Must(template.New("").Funcs(template.FuncMap{"quoted": quoted}).Parse(`_metadata:
  major_version: 2
  minor_version: 1
display_information:
  name: Muster
  description: Declares, runs and writes up incidents
  background_color: "#7a1f2b"
features:
  app_home:
    home_tab_enabled: true
    messages_tab_enabled: true
    messages_tab_read_only_enabled: false
  bot_user:
    display_name: muster
    always_online: true
  shortcuts:
{{- range .Shortcuts}}
    - name: {{quoted .Name}}
      type: {{.Type}}
      callback_id: {{.Callback}}
      description: {{quoted .Description}}
{{- end}}
  slash_commands:
    - command: {{.Command}}
      description: Declare, run and write up incidents
      usage_hint: "{{.Hint}}"
      should_escape: true
oauth_config:
  scopes:
    bot:
{{- range .Scopes}}
      - {{.Name}} # to {{.For}}
{{- end}}
settings:
  event_subscriptions:
    bot_events:
      - app_home_opened
      - app_mention
      - member_joined_channel
      - member_left_channel
      - message.channels
      - message.groups
      - message.im
      - pin_added
      - pin_removed
      - reaction_added
      - reaction_removed
      - user_change
  interactivity:
    is_enabled: true
  org_deploy_enabled: false
  socket_mode_enabled: true
  token_rotation_enabled: false
`))

// quoted is a text as YAML, in quotes only where it needs them.
func quoted(text string) string {
	written, err := yaml.Marshal(text)
	if err != nil {
		panic(err) // unreachable: it is a string
	}
	return strings.TrimSpace(string(written))
}

// Manifest returns the app manifest, in YAML, for a slash command with a hint
// of what can follow it.
func Manifest(command, hint string, shortcuts []Shortcut) string {
	var out strings.Builder
	err := manifest.Execute(&out, struct {
		Command, Hint string
		Scopes        []Scope
		Shortcuts     []Shortcut
	}{command, hint, Scopes, shortcuts})
	if err != nil {
		panic(err) // unreachable: the template is tested
	}
	return out.String()
}
