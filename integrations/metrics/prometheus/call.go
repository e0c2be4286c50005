package prometheus

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"muster/integrations/metrics"
	"muster/integrations/web"
	"muster/timeline"
)

// ask asks by POST, so that a query may be of any length; a server, or somebody
// before it, that takes none is asked by GET from then on.
func (s *Source) ask(ctx context.Context, path string, form url.Values) (answer, error) {
	form.Set("timeout", patience(ctx))
	ctx = web.As(ctx, web.Safe) // it changes nothing
	if s.gets.Load() {
		return s.call(ctx, http.MethodGet, path, form)
	}
	a, err := s.call(ctx, http.MethodPost, path, form)
	var no *refused
	if !errors.As(err, &no) || no.status != http.StatusForbidden && no.status != http.StatusMethodNotAllowed && no.status != http.StatusNotImplemented {
		return a, err
	}
	a, err = s.call(ctx, http.MethodGet, path, form)
	if err == nil {
		s.gets.Store(true)
	}
	return a, err
}

// answerMost is how much of an answer is read, in bytes: a million samples.
const answerMost = 32 << 20

func (s *Source) call(ctx context.Context, method, path string, form url.Values) (answer, error) {
	r, err := s.request(ctx, method, path, form)
	if err != nil {
		return answer{}, timeline.Refusal(errors.New("prometheus.url can not be called; write such as https://prometheus.example.com"))
	}
	response, err := s.http.Do(r)
	if err != nil {
		return answer{}, s.judge(0, metrics.Hide(err, s.secrets...))
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, answerMost+1))
	if response.StatusCode != http.StatusOK {
		return answer{}, s.judge(response.StatusCode, s.told(response, text))
	}
	switch {
	case err != nil:
		return answer{}, fmt.Errorf("the answer of Prometheus breaks off: %w", metrics.Hide(err, s.secrets...))
	case len(text) > answerMost:
		return answer{}, timeline.Refusal(fmt.Errorf("Prometheus answers with more than %d MiB; ask for fewer series, or for longer steps", answerMost>>20))
	case isPage(response, text):
		return answer{}, timeline.Refusal(errors.New(loginPage))
	}
	var a answer
	if err := json.Unmarshal(text, &a); err != nil {
		return answer{}, timeline.Refusal(fmt.Errorf("what answers at prometheus.url is no Prometheus: %s", s.clean(err.Error())))
	}
	if a.Status != "success" {
		return answer{}, timeline.Refusal(fmt.Errorf("Prometheus says %s", s.clean(a.Error)))
	}
	return a, nil
}

func (s *Source) request(ctx context.Context, method, path string, form url.Values) (*http.Request, error) {
	at := s.base.JoinPath("api", "v1", path)
	at.User = nil
	var body io.Reader
	if method == http.MethodGet {
		at.RawQuery = form.Encode()
	} else {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(ctx, method, at.String(), body)
	if err != nil {
		return nil, err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Accept", "application/json")
	switch {
	case s.o.Token != "":
		r.Header.Set("Authorization", "Bearer "+s.o.Token)
	case s.base.User != nil:
		password, _ := s.base.User.Password()
		r.SetBasicAuth(s.base.User.Username(), password)
	}
	return r, nil
}

// loginPage is for an answer that is a page for people.
const loginPage = "a web page answers in place of Prometheus, most likely one to log in; set prometheus.url to an address that needs none, or prometheus.token to a token that is let through"

// isPage reports whether an answer is made for people.
func isPage(response *http.Response, text []byte) bool {
	return strings.HasPrefix(response.Header.Get("Content-Type"), "text/html") || bytes.HasPrefix(bytes.TrimSpace(text), []byte("<"))
}

// refused is an answer that is none: its status, and what the server says.
type refused struct {
	status int
	kind   string // in the server's words: "bad_data"
	says   string
	leads  string // to which host, where it is a redirection
}

func (r *refused) Error() string {
	if r.leads != "" {
		return fmt.Sprintf("it answers %d and leads to %s", r.status, r.leads)
	}
	if r.says == "" {
		return fmt.Sprintf("Prometheus answers %d", r.status)
	}
	return "Prometheus says " + r.says
}

// told reads what the server says is wrong. What is no JSON was written for
// other people.
func (s *Source) told(response *http.Response, text []byte) *refused {
	no := &refused{status: response.StatusCode}
	if to, err := url.Parse(response.Header.Get("Location")); err == nil && no.status < 400 {
		no.leads = s.clean(to.Host) // what is behind it may be a secret
		return no
	}
	var body struct{ ErrorType, Error string }
	if err := json.Unmarshal(text, &body); err == nil {
		no.kind, no.says = body.ErrorType, s.clean(body.Error)
	} else if no.status < 500 && !isPage(response, text) {
		no.says = s.clean(string(text))
	}
	return no
}

func (s *Source) clean(text string) string { return metrics.Told(text, s.secrets...) }

// judge says what an error means for asking again. The status is 0 where there
// was no answer. Nothing was changed, so there is no doubt.
func (s *Source) judge(status int, err error) error {
	var no *refused
	_ = errors.As(err, &no)
	switch {
	case status == http.StatusTooManyRequests, status == web.EnhanceYourCalm, status == http.StatusServiceUnavailable, web.IsPaused(err):
		return timeline.Later(err, max(time.Second, s.web.Pause()))
	case status == 0, status == http.StatusRequestTimeout:
		return err
	case status >= 500 && status != http.StatusNotImplemented:
		return err
	case status == http.StatusUnauthorized:
		return timeline.Refusal(fmt.Errorf("Prometheus refuses prometheus.token, or the user and the password in prometheus.url; set one that may query (%w)", err))
	case status == http.StatusForbidden:
		return timeline.Refusal(fmt.Errorf("Prometheus does not allow queries to the owner of prometheus.token; have it allowed to read metrics (%w)", err))
	case status >= 300 && status < 400:
		return timeline.Refusal(fmt.Errorf("%s (%w)", loginPage, err))
	case status == http.StatusNotFound && no.kind == "":
		return timeline.Refusal(fmt.Errorf("there is no Prometheus at prometheus.url; it ends with what comes before /api/v1, such as /prometheus (%w)", err))
	}
	return timeline.Refusal(err)
}
