package jira

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// ErrForged is that Jira did not send a webhook.
var ErrForged = errors.New("the signature does not fit")

// ReadHook reads a webhook of an issue that Jira has signed; signed proves the
// signature of its body. What it tells is no more than that the ticket has
// changed: how it stands is looked up. The key is the same when it is sent again.
func ReadHook(head http.Header, body []byte, signed func(signature string) bool) (key, ref string, err error) {
	if !signed(head.Get("X-Hub-Signature")) {
		return "", "", ErrForged
	}
	var in struct {
		Event string `json:"webhookEvent"`
		At    int64  `json:"timestamp"`
		Issue struct {
			Key string `json:"key"`
		} `json:"issue"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return "", "", fmt.Errorf("it is no webhook of Jira: %w", err)
	}
	key = head.Get("X-Atlassian-Webhook-Identifier")
	if key == "" {
		key = fmt.Sprintf("%s/%s/%d", in.Event, in.Issue.Key, in.At)
	}
	return key, in.Issue.Key, nil
}
