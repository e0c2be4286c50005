package confluence

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"time"

	"muster/document"
	"muster/integrations/web"
	"muster/timeline"
)

// answerMost is how much of an answer is read, in bytes.
const answerMost = 16 << 20

// call makes one call that sends JSON, where it sends anything.
func (s *Space) call(ctx context.Context, what, method, path string, body, into any) error {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return timeline.Refusal(err)
		}
	}
	return s.send(ctx, what, method, path, "application/json", text, into)
}

// send makes one call, and judges what came of it.
func (s *Space) send(ctx context.Context, what, method, path, kind string, body []byte, into any) error {
	r, err := http.NewRequestWithContext(ctx, method, s.o.URL+"/"+path, bytes.NewReader(body))
	if err != nil {
		return timeline.Refusal(err)
	}
	if s.o.User != "" {
		r.SetBasicAuth(s.o.User, s.o.Token)
	} else {
		r.Header.Set("Authorization", "Bearer "+s.o.Token)
	}
	r.Header.Set("Accept", "application/json")
	if len(body) > 0 {
		r.Header.Set("Content-Type", kind)
		r.Header.Set("X-Atlassian-Token", "no-check") // a form is taken from nobody else
	}
	answer, err := s.http.Do(r)
	if err != nil {
		return s.judge(what, 0, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, answerMost))
	if answer.StatusCode >= 300 {
		return s.judge(what, answer.StatusCode, sentenceOf(answer.StatusCode, text))
	}
	if err == nil && into != nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		return timeline.Doubtful(fmt.Errorf("%s: Confluence's answer can not be read: %w", what, err))
	}
	return nil
}

// refused is an answer that is none of success.
type refused struct {
	status int
	text   string
}

func (e refused) Error() string { return e.text }

func isStatus(err error, status int) bool {
	var e refused
	return errors.As(err, &e) && e.status == status
}

// isTaken reports whether another page has the title.
func isTaken(err error) bool {
	var e refused
	return errors.As(err, &e) && e.status == http.StatusBadRequest && strings.Contains(e.text, "title already exists")
}

// sentenceOf is what Confluence says is wrong, in the way of either API.
func sentenceOf(status int, text []byte) error {
	var body struct {
		Message string
		Errors  []struct{ Title, Detail string }
	}
	_ = json.Unmarshal(text, &body) // what is no JSON says nothing
	all := []string{}
	if body.Message != "" {
		all = append(all, body.Message)
	}
	for _, e := range body.Errors {
		all = append(all, strings.TrimSpace(e.Title+" "+e.Detail))
	}
	if len(all) == 0 {
		return refused{status, fmt.Sprintf("Confluence answers %d", status)}
	}
	return refused{status, "Confluence says " + strings.Join(all, "; ")}
}

// judge says what an error means for trying again. The status is 0 where there was
// no answer.
func (s *Space) judge(what string, status int, err error) error {
	why := fmt.Errorf("%s: %w", what, err)
	switch {
	case status == http.StatusTooManyRequests, web.IsPaused(err):
		return timeline.Later(why, max(time.Second, s.web.Pause()))
	case status == 0 && web.IsUnsent(err):
		return timeline.NotDone(why)
	case status == 0 || status >= 500:
		return timeline.Doubtful(why)
	case status < 400:
		return timeline.Refusal(errors.New("documents.confluence.url leads elsewhere, as to a page to log in; write the address that the REST API is reached by"))
	case status == http.StatusUnauthorized:
		return timeline.Refusal(errors.New("Confluence refuses documents.confluence.user and token; make a new token"))
	case status == http.StatusForbidden:
		return timeline.Refusal(fmt.Errorf("Confluence does not allow it to the user of documents.confluence.token; let them add pages and attachments to the space %s (%w)", s.o.Space, why))
	}
	return timeline.Refusal(why)
}

// attachAll has a page have its pictures. What one is called follows from what is in
// it, so that one that is there is the right one.
func (s *Space) attachAll(ctx context.Context, p page, pictures map[string]document.Picture) error {
	for _, called := range slices.Sorted(maps.Keys(pictures)) {
		path := "rest/api/content/" + url.PathEscape(p.ID) + "/child/attachment"
		var there struct{ Results []struct{ ID string } }
		err := s.call(ctx, "look for a picture", http.MethodGet, path+"?filename="+url.QueryEscape(called), nil, &there)
		if err != nil {
			return timeline.NotDone(err)
		}
		if len(there.Results) > 0 {
			continue
		}
		form, kind, err := formOf(called, pictures[called])
		if err != nil {
			return timeline.Refusal(err)
		}
		err = s.send(ctx, "attach a picture", http.MethodPost, path, kind, form, nil)
		if err != nil && !strings.Contains(err.Error(), "same file name") {
			return err
		}
	}
	return nil
}

// formOf is a form with one file.
func formOf(called string, p document.Picture) (body []byte, kind string, err error) {
	var out bytes.Buffer
	form := multipart.NewWriter(&out)
	part, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {fmt.Sprintf(`form-data; name="file"; filename="%s"`, called)}, "Content-Type": {p.Kind},
	})
	if err == nil {
		_, err = part.Write(p.Content)
	}
	if err == nil {
		err = form.WriteField("minorEdit", "true")
	}
	err = errors.Join(err, form.Close())
	return out.Bytes(), form.FormDataContentType(), err
}
