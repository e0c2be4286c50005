package slack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"muster/chat"
	"muster/timeline"
)

// fetchFor is how long one file may take.
const fetchFor = 25 * time.Second

// filesOf returns the files that came with a message.
func filesOf(m slack.Msg) []timeline.File {
	var all []timeline.File
	for _, f := range m.Files {
		address := f.URLPrivateDownload
		if address == "" {
			address = f.URLPrivate
		}
		if f.ID != "" && address != "" {
			all = append(all, timeline.File{ID: f.ID, Name: chat.CleanLine(f.Name), Kind: f.Mimetype, Size: int64(f.Size), URL: address})
		}
	}
	return all
}

// Fetch implements [chat.Chat].
func (s *Slack) Fetch(ctx context.Context, address string, most int64) (content []byte, kind string, err error) {
	if !s.isSlacks(address) {
		return nil, "", timeline.Refusal(errors.New("it is not kept by Slack, and the bot shows its token to nobody else"))
	}
	files := &http.Client{Transport: s.o.Transport, Timeout: fetchFor, CheckRedirect: s.mayFollow}
	var refused error
	err = s.call(ctx, "file", "", func() (err error) {
		if content, kind, err = s.get(ctx, files, address, most); timeline.IsRefusal(err) {
			refused, err = err, nil
		}
		return err
	})
	if refused != nil {
		return nil, "", refused
	}
	return content, kind, timeline.NotDone(err)
}

// errElsewhere is a redirection that is not followed.
var errElsewhere = errors.New("it is not where Slack keeps files")

// mayFollow keeps the token from going anywhere but to Slack.
func (s *Slack) mayFollow(r *http.Request, before []*http.Request) error {
	if len(before) > 5 || !s.isSlacks(r.URL.String()) {
		return errElsewhere
	}
	return nil
}

// isSlacks reports whether the token may be sent to an address.
func (s *Slack) isSlacks(address string) bool {
	u, err := url.Parse(address)
	api, errAPI := url.Parse(s.o.APIURL)
	if err != nil || errAPI != nil || u.User != nil {
		return false
	}
	host := u.Hostname()
	return u.Scheme == api.Scheme && u.Host == api.Host ||
		u.Scheme == "https" && u.Port() == "" && (host == "slack.com" || strings.HasSuffix(host, ".slack.com"))
}

func (s *Slack) get(ctx context.Context, files *http.Client, address string, most int64) ([]byte, string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, "", timeline.Refusal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.o.BotToken)
	a, err := files.Do(r)
	switch {
	case errors.Is(err, errElsewhere):
		return nil, "", timeline.Refusal(errElsewhere)
	case err != nil:
		return nil, "", err
	}
	defer a.Body.Close()
	if a.StatusCode == http.StatusNotFound || a.StatusCode == http.StatusGone {
		return nil, "", timeline.Refusal(errors.New("Slack has it no more"))
	}
	if err := statusOf(a); err != nil {
		return nil, "", err
	}
	content, err := io.ReadAll(io.LimitReader(a.Body, most+1))
	if err == nil && int64(len(content)) > most {
		return nil, "", timeline.Refusal(fmt.Errorf("it has more than %d MB", most>>20))
	}
	return content, a.Header.Get("Content-Type"), err
}
