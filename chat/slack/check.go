package slack

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"muster/chat"
)

// Check verifies, without posting anything, that the bot can work: its tokens,
// its scopes, the socket and the announcement channel.
func (s *Slack) Check(ctx context.Context, channels ...Wanted) []chat.Finding {
	var found []chat.Finding
	note := func(what string, err error, mend string) bool {
		found = append(found, chat.Finding{What: what, Err: err, Mend: mend})
		return err == nil
	}
	header, err := s.identify(ctx)
	if err != nil && code(err) == "" {
		note("reaching "+s.o.APIURL, err, "look at the network, at a proxy, and at slack.api_url")
		return found
	}
	if note("bot token", err, "copy the Bot User OAuth Token from OAuth & Permissions into slack.bot_token, and look at slack.api_url") {
		note("scopes", s.missingScopes(header), "paste the output of `muster manifest` into the app's manifest, and install the app again")
	}
	_, _, err = s.api.StartSocketModeContext(ctx)
	mend := "try again in a minute"
	if code(err) != "" {
		mend = "make an app-level token with the scope connections:write, put it into slack.app_token, and turn Socket Mode on"
	}
	note("app token and Socket Mode", err, mend)
	for _, w := range channels {
		if w.Channel != "" {
			_, err = s.ChannelNamed(ctx, w.Channel)
			note(w.What+" #"+w.Channel, err, "make the channel, or name another one in "+w.Key)
		}
	}
	return found
}

// Wanted is a channel that the configuration names.
type Wanted struct {
	What    string // "announcement channel"
	Channel string // without the #; empty for none
	Key     string // of the configuration
}

func (s *Slack) identify(ctx context.Context) (http.Header, error) {
	r, err := s.api.AuthTestContext(ctx)
	if err != nil {
		return nil, err
	}
	s.self.Store(&identity{r.UserID, r.BotID, r.TeamID, r.URL})
	s.begin.once.Do(func() { close(s.begin.told) })
	return r.Header, nil
}

// missingScopes compares what Slack says the token may do with what is needed.
func (s *Slack) missingScopes(header http.Header) error {
	granted := strings.FieldsFunc(header.Get("X-OAuth-Scopes"), func(r rune) bool { return r == ',' || r == ' ' })
	if len(granted) == 0 {
		return nil // the server does not tell
	}
	var missing []string
	for _, scope := range Scopes {
		if !slices.Contains(granted, scope.Name) && (s.o.Canvases || scope.Name != canvasScope) {
			missing = append(missing, fmt.Sprintf("%s (to %s)", scope.Name, scope.For))
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("missing: %s", strings.Join(missing, ", "))
	}
	return nil
}
