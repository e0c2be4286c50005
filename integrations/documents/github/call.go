package github

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"muster/integrations/web"
	"muster/timeline"
)

// answerMost is how much of an answer is read, in bytes.
const answerMost = 16 << 20

// call makes one call about the repository, and judges what came of it. What may be
// kept from taking effect twice is told by the vendor: by the sum of the file that
// is changed, and by the names of branches.
func (r *Repository) call(ctx context.Context, what, method, path string, body, into any) error {
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body) // bytes are written in base64, as GitHub takes them
		if err != nil {
			return timeline.Refusal(err)
		}
		sent = bytes.NewReader(text)
	}
	address := strings.TrimSuffix(r.o.APIURL+"/repos/"+r.o.Repository+"/"+path, "/")
	request, err := http.NewRequestWithContext(web.As(ctx, classOf(method)), method, address, sent)
	if err != nil {
		return timeline.Refusal(err)
	}
	request.Header.Set("Accept", "application/vnd.github+json")
	request.Header.Set("X-GitHub-Api-Version", "2022-11-28")
	request.Header.Set("Authorization", "Bearer "+r.o.Token)
	answer, err := r.http.Do(request)
	if err != nil {
		return r.judge(what, nil, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, answerMost))
	if answer.StatusCode >= 300 {
		return r.judge(what, answer, told(answer.StatusCode, text))
	}
	if err == nil && into != nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		return timeline.Doubtful(fmt.Errorf("%s: GitHub's answer can not be read: %w", what, err))
	}
	return nil
}

// classOf is how often a call may be made: what changes something once, as a
// second time would be refused.
func classOf(method string) web.Class {
	if method == http.MethodGet {
		return web.Safe
	}
	return web.Once
}

// refused is an answer that is none of success.
type refused struct {
	status int
	text   string
}

func (e refused) Error() string { return e.text }

// isStatus reports whether an error is an answer with a status.
func isStatus(err error, status int) bool {
	var e refused
	return errors.As(err, &e) && e.status == status
}

// isTold reports whether GitHub refused something with certain words.
func isTold(err error, words string) bool {
	var e refused
	return errors.As(err, &e) && e.status == http.StatusUnprocessableEntity && strings.Contains(e.text, words)
}

// ruled is how GitHub tells of rules, and of branches that are protected in its
// older way.
var ruled = regexp.MustCompile(`(?i)rule violation|protected branch|through a pull request|required status check|review is required`)

// isRule reports whether a rule of the repository keeps a branch from being written.
func isRule(err error) bool {
	var e refused
	return errors.As(err, &e) && (e.status == http.StatusConflict || e.status == http.StatusUnprocessableEntity) && ruled.MatchString(e.text)
}

// unmarked is an error without what it means for trying again.
func unmarked(err error) error {
	var e refused
	if errors.As(err, &e) {
		return e
	}
	return err
}

// told is what GitHub says is wrong, in one line.
func told(status int, text []byte) error {
	var body struct {
		Message string
		Errors  []struct{ Message string }
	}
	if json.Unmarshal(text, &body) != nil || body.Message == "" {
		return refused{status, fmt.Sprintf("GitHub answers %d", status)}
	}
	all := []string{strings.Join(strings.Fields(body.Message), " ")}
	for _, e := range body.Errors {
		if e.Message != "" {
			all = append(all, e.Message)
		}
	}
	return refused{status, "GitHub says " + strings.Join(all, "; ")}
}

// judge says what an error means for trying again. There is no answer where none
// came.
func (r *Repository) judge(what string, answer *http.Response, err error) error {
	why := fmt.Errorf("%s: %w", what, err)
	switch {
	case answer == nil && web.IsPaused(err):
		return timeline.Later(why, max(time.Second, r.web.Pause()))
	case answer == nil && web.IsUnsent(err):
		return timeline.NotDone(why)
	case answer == nil || answer.StatusCode >= 500:
		return timeline.Doubtful(why)
	case isLimit(answer, err):
		return timeline.Later(why, max(restLeast(answer), r.web.Pause()))
	case answer.StatusCode == http.StatusUnauthorized:
		return timeline.Refusal(errors.New("GitHub refuses github.token; make a new one under Settings, Developer settings, Fine-grained tokens"))
	case answer.StatusCode == http.StatusForbidden:
		return timeline.Refusal(fmt.Errorf("GitHub does not let github.token write to %s; give it the permission to write Contents and Pull requests of it (%w)", r.o.Repository, why))
	case answer.StatusCode < 400: // GitHub leads to the new name, and is not followed
		return timeline.Refusal(fmt.Errorf("the repository %s has another name now; write it into documents.github.repository", r.o.Repository))
	}
	return timeline.Refusal(why)
}

// isLimit reports whether an answer says that too many calls were made.
//
// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api:
// whoever made too many is told 403 or 429.
func isLimit(answer *http.Response, err error) bool {
	h := answer.Header
	return answer.StatusCode == http.StatusTooManyRequests ||
		answer.StatusCode == http.StatusForbidden && (h.Get("X-RateLimit-Remaining") == "0" || h.Get("Retry-After") != "" || strings.Contains(err.Error(), "rate limit"))
}

// restLeast is for how long GitHub is left alone at the least: a 403 does not tell
// the client that it is a limit.
func restLeast(answer *http.Response) time.Duration {
	if seconds, err := time.ParseDuration(answer.Header.Get("Retry-After") + "s"); err == nil {
		return max(time.Second, seconds)
	}
	if answer.StatusCode == http.StatusForbidden {
		return time.Minute
	}
	return time.Second
}
