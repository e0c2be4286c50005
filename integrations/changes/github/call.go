package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"muster/integrations/web"
	"muster/timeline"
)

// answerMost is how much of an answer is read, in bytes.
const answerMost = 16 << 20

// get reads something of a repository, and judges what came of it.
func (r repo) get(ctx context.Context, path string, q url.Values, into any) error {
	if wait := r.pause(); wait > 0 {
		return timeline.Later(fmt.Errorf("%s: GitHub takes no more calls for now", r.name), wait)
	}
	address := strings.TrimSuffix(r.o.APIURL+"/repos/"+r.name+"/"+path, "/")
	if len(q) > 0 {
		address += "?" + q.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return timeline.Refusal(err)
	}
	request.Header.Set("Accept", "application/vnd.github+json")
	request.Header.Set("X-GitHub-Api-Version", "2022-11-28")
	if r.o.Token != "" {
		request.Header.Set("Authorization", "Bearer "+r.o.Token)
	}
	answer, err := r.http.Do(request)
	if err != nil {
		return r.judge(path, nil, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, answerMost))
	if answer.StatusCode != http.StatusOK {
		return r.judge(path, answer, told(answer.StatusCode, text))
	}
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		return fmt.Errorf("%s: GitHub's answer can not be read: %w", r.name, err)
	}
	return nil
}

// told is what GitHub says is wrong.
func told(status int, text []byte) error {
	var body struct{ Message string }
	if json.Unmarshal(text, &body) != nil || body.Message == "" {
		return fmt.Errorf("GitHub answers %d", status)
	}
	return fmt.Errorf("GitHub says %s", body.Message)
}

// rights is what a fine-grained token needs to read each part of a repository.
var rights = map[string]string{"": "Metadata", "deployments": "Deployments", "actions": "Actions", "pulls": "Pull requests"}

// judge says what an error means for trying again. There is no answer where none
// came.
//
// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api:
// whoever made too many calls is told 403 or 429, with Retry-After, or with
// X-RateLimit-Remaining: 0 and X-RateLimit-Reset, in seconds since 1970.
func (r repo) judge(path string, answer *http.Response, err error) error {
	why := fmt.Errorf("%s: %w", r.name, err)
	part, _, _ := strings.Cut(path, "/")
	switch {
	case answer == nil && web.IsPaused(err):
		return timeline.Later(why, max(time.Second, r.web.Pause()))
	case answer == nil || answer.StatusCode >= 500:
		return why
	case isLimit(answer, err):
		return timeline.Later(why, r.rest(answer.Header))
	case answer.StatusCode == http.StatusUnauthorized:
		return timeline.Refusal(errors.New("GitHub refuses github.token; make a new one under Settings, Developer settings, Fine-grained tokens"))
	case answer.StatusCode == http.StatusNotFound && part == "":
		return timeline.Refusal(fmt.Errorf("GitHub has no repository %s, or does not show it to github.token: mend github.repositories, or give the token access to the repository, to read %s", r.name, rights[part]))
	case answer.StatusCode == http.StatusForbidden || answer.StatusCode == http.StatusNotFound:
		return timeline.Refusal(fmt.Errorf("GitHub does not let github.token see %s of %s: give it the permission to read %s (%w)", part, r.name, rights[part], why))
	case answer.StatusCode == http.StatusMovedPermanently:
		return timeline.Refusal(fmt.Errorf("the repository %s has another name now; write it into github.repositories", r.name))
	}
	return timeline.Refusal(why)
}

// isLimit reports whether an answer says that too many calls were made.
func isLimit(answer *http.Response, err error) bool {
	h := answer.Header
	return answer.StatusCode == http.StatusTooManyRequests ||
		answer.StatusCode == http.StatusForbidden && (h.Get("X-RateLimit-Remaining") == "0" || h.Get("Retry-After") != "" || strings.Contains(err.Error(), "rate limit"))
}

// How long GitHub is left alone that does not say how long, and at the most.
const (
	restUsual = time.Minute
	restMost  = time.Hour
)

// rest leaves GitHub alone for as long as it asks for.
func (s *Source) rest(h http.Header) time.Duration {
	wait := restUsual
	if seconds, err := strconv.Atoi(h.Get("Retry-After")); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if at, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64); err == nil {
		wait = time.Unix(at, 0).Sub(s.o.Now())
	}
	wait = min(max(wait, time.Second), restMost)
	s.mu.Lock()
	defer s.mu.Unlock()
	if until := s.o.Now().Add(wait); until.After(s.until) {
		s.until = until
	}
	return wait
}

// pause is for how long GitHub is left alone.
func (s *Source) pause() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.until.Sub(s.o.Now())
}

func (r repo) tooMany(path string) error {
	return fmt.Errorf("%s has more than %d %s; these are the newest, ask for a shorter time", r.name, pageMost*pagesMost, path)
}
