package workspace

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// manifest is what of an app's manifest matters here.
type manifest struct {
	Display struct {
		Name string `yaml:"name"`
	} `yaml:"display_information"`
	Features struct {
		Home struct {
			Home bool `yaml:"home_tab_enabled"`
		} `yaml:"app_home"`
		BotUser struct {
			DisplayName string `yaml:"display_name"`
		} `yaml:"bot_user"`
		Shortcuts []shortcut `yaml:"shortcuts"`
		Commands  []command  `yaml:"slash_commands"`
	} `yaml:"features"`
	OAuth struct {
		Scopes struct {
			Bot []string `yaml:"bot"`
		} `yaml:"scopes"`
	} `yaml:"oauth_config"`
	Settings struct {
		Events struct {
			Bot []string `yaml:"bot_events"`
		} `yaml:"event_subscriptions"`
		Interactivity struct {
			Enabled bool `yaml:"is_enabled"`
		} `yaml:"interactivity"`
		SocketMode bool `yaml:"socket_mode_enabled"`
	} `yaml:"settings"`
}

type shortcut struct {
	Name        string `yaml:"name" json:"name"`
	Type        string `yaml:"type" json:"type"` // global or message
	Callback    string `yaml:"callback_id" json:"callback_id"`
	Description string `yaml:"description" json:"description"`
}

type command struct {
	Command      string `yaml:"command" json:"command"`
	Description  string `yaml:"description" json:"description"`
	Hint         string `yaml:"usage_hint" json:"usage_hint"`
	ShouldEscape bool   `yaml:"should_escape" json:"should_escape"`
}

// app is the installed app.
type app struct {
	manifest
	id, botID, botToken, appToken string
	user                          *user
}

// Limits of manifests, in characters. Source: Slack's reference of app manifests.
const (
	appNameMost     = 35
	descriptionMost = 140
	shortcutsMost   = 10
	commandMost     = 32
	hintMost        = 1000
)

func readManifest(text string) (manifest, error) {
	var m manifest
	if err := yaml.Unmarshal([]byte(text), &m); err != nil {
		return m, err
	}
	return m, m.validate()
}

func (m manifest) validate() error {
	var errs []error
	refuse := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if m.Display.Name == "" || utf8.RuneCountInString(m.Display.Name) > appNameMost {
		refuse("display_information.name must have 1 to %d characters", appNameMost)
	}
	if !m.Settings.SocketMode {
		refuse("settings.socket_mode_enabled must be true: this workspace serves Socket Mode only")
	}
	if len(m.Features.Shortcuts) > shortcutsMost {
		refuse("features.shortcuts: %d are the most", shortcutsMost)
	}
	for _, c := range m.Features.Commands {
		if !strings.HasPrefix(c.Command, "/") || len(c.Command) > commandMost || len(c.Hint) > hintMost || c.Description == "" {
			refuse("features.slash_commands: %q needs a slash, at most %d characters, a description, and a hint of at most %d", c.Command, commandMost, hintMost)
		}
	}
	for _, s := range m.Features.Shortcuts {
		if s.Type != "global" && s.Type != "message" || s.Callback == "" || len(s.Description) > descriptionMost+10 {
			refuse("features.shortcuts: %q needs the type global or message, a callback_id and a description", s.Name)
		}
	}
	for _, event := range m.Settings.Events.Bot {
		scope, known := eventScopes[event]
		private := strings.HasPrefix(event, "member_") && slices.Contains(m.OAuth.Scopes.Bot, "groups:read")
		if known && scope != "" && !private && !slices.Contains(m.OAuth.Scopes.Bot, scope) {
			refuse("settings.event_subscriptions: %s needs the scope %s", event, scope)
		}
	}
	return errors.Join(errs...)
}

func (a app) has(scope string) bool { return slices.Contains(a.OAuth.Scopes.Bot, scope) }

func (a app) subscribed(event string) bool { return slices.Contains(a.Settings.Events.Bot, event) }
