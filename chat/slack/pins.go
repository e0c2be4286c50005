package slack

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// Pins returns who pinned which messages of a channel, by their time stamps.
// The library does not say who did, so that the call is made here.
func (s *Slack) Pins(ctx context.Context, channel string) (map[string]string, error) {
	var answer struct {
		slack.SlackResponse
		Items []struct {
			CreatedBy string `json:"created_by"`
			Message   struct {
				TS string `json:"ts"`
			} `json:"message"`
		} `json:"items"`
	}
	err := s.calmly(ctx, "pins.list", func() error {
		if err := s.ask(ctx, "pins.list", url.Values{"channel": {channel}}, &answer); err != nil {
			return err
		}
		return answer.Err()
	})
	if err != nil {
		return nil, err
	}
	pins := map[string]string{}
	for _, p := range answer.Items {
		if p.Message.TS != "" && p.CreatedBy != "" {
			pins[p.Message.TS] = p.CreatedBy
		}
	}
	return pins, nil
}

// ask makes a call of the Web API, with errors as those of the library.
func (s *Slack) ask(ctx context.Context, method string, args url.Values, answer any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.o.APIURL+method, strings.NewReader(args.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "Bearer "+s.o.BotToken)
	a, err := s.http.Do(r)
	if err != nil {
		return err
	}
	defer a.Body.Close()
	if err := statusOf(a); err != nil {
		return err
	}
	return json.NewDecoder(a.Body).Decode(answer)
}

// statusOf is the error that the status of an answer stands for; nil where it
// is well.
func statusOf(a *http.Response) error {
	switch {
	case a.StatusCode == http.StatusTooManyRequests:
		seconds, _ := strconv.Atoi(a.Header.Get("Retry-After")) // without a number it is at once
		return &slack.RateLimitedError{RetryAfter: time.Duration(seconds) * time.Second}
	case a.StatusCode != http.StatusOK:
		return slack.StatusCodeError{Code: a.StatusCode, Status: a.Status}
	}
	return nil
}
