package slack

import (
	"cmp"
	"errors"
	"fmt"
	"net"

	"github.com/slack-go/slack"

	"muster/timeline"
)

// meanings says in plain words what Slack's refusals mean and what to do. A
// code that is not here is told as it is.
var meanings = map[string]string{
	"channel_not_found":   "Slack does not show me that channel; invite me to it",
	"not_in_channel":      "I am not in that channel; invite me to it",
	"is_archived":         "the channel is archived; unarchive it",
	"is_inactive":         "the channel is archived; unarchive it",
	"restricted_action":   "a setting of the workspace forbids it; ask a workspace admin to allow it for this app",
	"user_not_found":      "Slack knows no such person",
	"users_not_found":     "Slack knows no such person",
	"cant_invite":         "Slack does not let me invite them",
	"user_is_restricted":  "they are a guest and may not come into this channel",
	"ura_max_channels":    "they are a guest and are in as many channels as a guest may be",
	"user_not_in_channel": "they are not in that channel",
	"too_many_pins":       "the channel has as many pins as it may have; remove some",
	"cannot_dm_bot":       "bots take no direct messages",
	"no_permission":       "the app lacks a permission; install it again from the manifest",
	"invalid_name":        "Slack does not take the channel's name",
	"file_update_failed":  "Slack could not keep the file",

	"canvas_disabled_user_team":                  "canvases are turned off in this workspace; ask a workspace admin to turn them on, or set documents.canvas to false",
	"canvas_globally_disabled":                   "Slack has turned canvases off for now; try again later, or drop it",
	"team_tier_cannot_create_channel_canvases":   "the plan of this workspace has no canvases of channels; set documents.canvas to false, or change the plan",
	"free_teams_cannot_create_channel_canvases":  "the plan of this workspace has no canvases of channels; set documents.canvas to false, or change the plan",
	"free_teams_cannot_edit_standalone_canvases": "the plan of this workspace lets nobody change this canvas; delete it and try again, or set documents.canvas to false",
	"free_team_canvas_tab_already_exists":        "the channel has the one canvas tab that the plan of this workspace allows; delete it and try again, or drop this",
	"canvas_not_found":                           "the channel's canvas is not shown to me; delete it and try again, or drop this",
	"restricted_canvas":                          "the channel's canvas may be changed by others alone; let me edit it or delete it, and try again",
}

// passing are refusals that end by themselves or by someone's hand, with
// nothing done; doubtful are those after which it may have been done.
var (
	passing  = codes("ratelimited", "rate_limited", "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "team_disabled", "org_login_required", "ekm_access_denied", "message_limit_exceeded")
	doubtful = codes("internal_error", "fatal_error", "request_timeout", "service_unavailable")
)

func codes(all ...string) map[string]bool {
	set := make(map[string]bool, len(all))
	for _, code := range all {
		set[code] = true
	}
	return set
}

// code returns Slack's own word for an error, empty where there is none.
func code(err error) string {
	var refused slack.SlackErrorResponse
	if !errors.As(err, &refused) {
		return ""
	}
	return refused.Err
}

// judge says what an error of a call means for trying it again.
func judge(method string, err error) error {
	var refused slack.SlackErrorResponse
	var status slack.StatusCodeError
	var limited *slack.RateLimitedError
	var dial *net.OpError
	told := fmt.Errorf("%s: %w", method, err)
	switch {
	case err == nil:
		return nil
	case errors.As(err, &limited):
		return timeline.Later(told, limited.RetryAfter)
	case errors.As(err, &refused):
		return judgeRefusal(method, refused)
	case errors.As(err, &status) && status.Code < 500:
		return told
	case errors.As(err, &dial) && dial.Op == "dial":
		return told // nothing was sent
	default:
		return timeline.Doubtful(told) // it was sent, and may have taken effect
	}
}

func judgeRefusal(method string, refused slack.SlackErrorResponse) error {
	switch {
	case passing[refused.Err]:
		return fmt.Errorf("%s: %w", method, refused)
	case doubtful[refused.Err]:
		return timeline.Doubtful(fmt.Errorf("%s: %w", method, refused))
	case refused.Err == "missing_scope":
		return timeline.Refusal(fmt.Errorf("the app lacks the scope %s; install it again from the manifest", cmp.Or(refused.Needed, "for "+method)))
	}
	if meaning, ok := meanings[refused.Err]; ok {
		return timeline.Refusal(fmt.Errorf("%s (Slack: %w)", meaning, refused))
	}
	return timeline.Refusal(fmt.Errorf("Slack refused %s: %w", method, refused))
}

// IsBadToken reports whether Slack refused a token for good.
func IsBadToken(err error) bool {
	switch code(err) {
	case "invalid_auth", "not_authed", "account_inactive", "token_revoked", "not_allowed_token_type":
		return true
	}
	return false
}

// IsNobody reports whether Slack says that there is no such person.
func IsNobody(err error) bool {
	switch code(err) {
	case "user_not_found", "users_not_found", "user_not_visible":
		return true
	}
	return false
}
