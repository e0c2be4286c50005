package datadog

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"muster/integrations/metrics"
	"muster/integrations/web"
	"muster/timeline"
)

const (
	wrongKeys = "Datadog refuses datadog.api_key or datadog.app_key; make new ones under Organization Settings, the application key with the scope timeseries_query, and see whether datadog.url is your site"
	webPage   = "a web page answers in place of Datadog; set datadog.url to your site's API, such as https://api.datadoghq.eu"
)

// refused is an answer that is none: its status, and what Datadog says.
type refused struct {
	status int
	says   string
}

func (r *refused) Error() string {
	if r.says == "" {
		return fmt.Sprintf("Datadog answers %d, and does not say why", r.status)
	}
	return "Datadog says " + r.says
}

// told reads what Datadog says is wrong: one sentence, or several.
func (s *Source) told(status int, text []byte) *refused {
	var body struct {
		Error  string
		Errors []string
	}
	_ = json.Unmarshal(text, &body) // what is no JSON says nothing
	if body.Error != "" {
		body.Errors = append(body.Errors, body.Error)
	}
	return &refused{status, s.clean(strings.Join(body.Errors, "; "))}
}

func (s *Source) clean(text string) string { return metrics.Told(text, s.o.APIKey, s.o.AppKey) }

// judge says what an error means for asking again. The status is 0 where there
// was no answer. Nothing was changed, so there is no doubt.
func (s *Source) judge(status int, err error) error {
	switch {
	case status == http.StatusTooManyRequests, status == web.EnhanceYourCalm, status == http.StatusServiceUnavailable, web.IsPaused(err):
		return timeline.Later(err, max(time.Second, s.web.Pause()))
	case status == 0, status == http.StatusRequestTimeout, status >= 500 && status != http.StatusNotImplemented:
		return err
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return timeline.Refusal(fmt.Errorf("%s (%w)", wrongKeys, err))
	case status >= 300 && status < 400:
		return timeline.Refusal(errors.New(webPage))
	}
	return timeline.Refusal(err)
}
