package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"muster/chat"
	"muster/timeline"
)

// metadataType is the type of the metadata that the bot's messages carry. It
// holds the key of the effect and nothing else: every app can read it.
const metadataType = "muster_message"

func metadata(key string) slack.SlackMetadata {
	return slack.SlackMetadata{EventType: metadataType, EventPayload: map[string]any{"key": key}}
}

// Post implements [chat.Chat].
func (s *Slack) Post(ctx context.Context, to string, m chat.Message) (timeline.Message, error) {
	at, err := s.post(ctx, to, m)
	switch code(err) {
	case "not_in_channel":
		joined := s.join(ctx, to)
		switch {
		case joined == nil:
			return s.post(ctx, to, m)
		case !timeline.IsRefusal(joined):
			return at, joined // nothing was posted; both are tried again
		}
	case "channel_not_found", "is_archived":
		s.forget(to)
	}
	return at, err
}

func (s *Slack) post(ctx context.Context, to string, m chat.Message) (at timeline.Message, err error) {
	options := append(s.content(m, postMost), slack.MsgOptionMetadata(metadata(m.Key)))
	if m.Thread != "" {
		options = append(options, slack.MsgOptionTS(m.Thread))
	}
	err = s.call(ctx, "chat.postMessage", to, func() (err error) {
		at.Channel, at.TS, err = s.api.PostMessageContext(ctx, to, options...)
		return err
	})
	return at, err
}

func (s *Slack) content(m chat.Message, most int) []slack.MsgOption {
	options := []slack.MsgOption{
		slack.MsgOptionText(s.pen().textOf(m, most), false),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
	}
	if blocks := s.pen().blocksOf(m); len(blocks) > 0 {
		options = append(options, slack.MsgOptionBlocks(blocks...))
	}
	return options
}

func (s *Slack) join(ctx context.Context, channel string) error {
	return s.call(ctx, "conversations.join", "", func() error {
		_, _, _, err := s.api.JoinConversationContext(ctx, channel)
		return err
	})
}

// FindPost implements [chat.Chat].
func (s *Slack) FindPost(ctx context.Context, to, thread, key string, since time.Time) (timeline.Message, bool, error) {
	channel, err := s.conversation(ctx, to)
	if err != nil {
		return timeline.Message{}, false, err
	}
	for cursor := ""; ; {
		page, err := s.pageOf(ctx, channel, thread, since, cursor)
		if code(err) == "not_in_channel" {
			return timeline.Message{}, false, nil // it posts where it is a member, so it has not posted here
		}
		if err != nil {
			return timeline.Message{}, false, err
		}
		for _, m := range page.messages {
			if m.Metadata.EventType == metadataType && m.Metadata.EventPayload["key"] == key {
				return timeline.Message{Channel: channel, TS: m.Timestamp}, true, nil
			}
		}
		if cursor = page.next; cursor == "" || !page.more {
			return timeline.Message{}, false, nil
		}
	}
}

// page is a part of what was said in a channel, or in a thread.
type page struct {
	messages []slack.Message
	more     bool
	next     string
}

func (s *Slack) pageOf(ctx context.Context, channel, thread string, since time.Time, cursor string) (p page, err error) {
	if thread == "" {
		history, err := s.history(ctx, channel, since, cursor)
		if err != nil {
			return p, err
		}
		return page{history.Messages, history.HasMore, history.ResponseMetaData.NextCursor}, nil
	}
	err = s.call(ctx, "conversations.replies", "", func() (err error) {
		p.messages, p.more, p.next, err = s.api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
			ChannelID: channel, Timestamp: thread, Oldest: stamp(since), Limit: 200, Cursor: cursor, IncludeAllMetadata: true,
		})
		return err
	})
	return p, err
}

func (s *Slack) history(ctx context.Context, channel string, since time.Time, cursor string) (page *slack.GetConversationHistoryResponse, err error) {
	err = s.call(ctx, "conversations.history", "", func() (err error) {
		page, err = s.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
			ChannelID: channel, Oldest: stamp(since), Limit: 200, Cursor: cursor, IncludeAllMetadata: true,
		})
		return err
	})
	return page, err
}

// conversation returns the channel that a message to someone goes to.
func (s *Slack) conversation(ctx context.Context, to string) (channel string, err error) {
	if !strings.HasPrefix(to, "U") && !strings.HasPrefix(to, "W") {
		return to, nil
	}
	err = s.call(ctx, "conversations.open", "", func() error {
		c, _, _, err := s.api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{to}})
		if err == nil {
			channel = c.ID
		}
		return err
	})
	return channel, err
}

// Edit implements [chat.Chat].
func (s *Slack) Edit(ctx context.Context, at timeline.Message, m chat.Message) error {
	options := append(s.content(m, editMost), slack.MsgOptionMetadata(metadata(m.Key)))
	err := s.call(ctx, "chat.update", "", func() error {
		_, _, _, err := s.api.UpdateMessageContext(ctx, at.Channel, at.TS, options...)
		return err
	})
	switch code(err) {
	case "message_not_found", "edit_window_closed", "cant_update_message":
		return chat.ErrGone
	}
	return err
}

// Pin implements [chat.Chat].
func (s *Slack) Pin(ctx context.Context, at timeline.Message) error {
	err := s.call(ctx, "pins.add", "", func() error {
		return s.api.AddPinContext(ctx, at.Channel, slack.NewRefToMessage(at.Channel, at.TS))
	})
	switch code(err) {
	case "already_pinned":
		return nil
	case "message_not_found":
		return chat.ErrGone
	}
	return err
}

// Whisper implements [chat.Chat].
func (s *Slack) Whisper(ctx context.Context, channel, person string, m chat.Message) error {
	options := s.content(m, editMost)
	if m.Thread != "" {
		options = append(options, slack.MsgOptionTS(m.Thread))
	}
	return s.call(ctx, "chat.postEphemeral", "", func() error {
		_, err := s.api.PostEphemeralContext(ctx, channel, person, options...)
		return err
	})
}

// respond answers an interaction at the address that came with it.
func (s *Slack) respond(ctx context.Context, address string, payload map[string]any) error {
	payload["replace_original"] = false
	body, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := s.http.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("Slack answered %s", answer.Status)
	}
	return nil
}

// Share implements [chat.Chat]. A file exists for nobody until the last of its
// three calls, so that only that one can be in doubt.
func (s *Slack) Share(ctx context.Context, to string, f chat.File) (string, error) {
	channel, err := s.conversation(ctx, to)
	if err != nil {
		return "", timeline.NotDone(err)
	}
	var target *slack.GetUploadURLExternalResponse
	err = s.call(ctx, "files.getUploadURLExternal", "", func() (err error) {
		target, err = s.api.GetUploadURLExternalContext(ctx, slack.GetUploadURLExternalParameters{FileName: f.Name, FileSize: len(f.Content), AltTxt: chat.Clip(f.Alt, altMost)})
		return err
	})
	if err != nil {
		return "", timeline.NotDone(err)
	}
	err = s.call(ctx, "upload", "", func() error {
		return s.api.UploadToURL(ctx, slack.UploadToURLParameters{UploadURL: target.UploadURL, Content: f.Content, Filename: f.Name})
	})
	if err != nil {
		return "", timeline.NotDone(err)
	}
	err = s.call(ctx, "files.completeUploadExternal", "", func() error {
		_, err := s.api.CompleteUploadExternalContext(ctx, slack.CompleteUploadExternalParameters{
			Files: []slack.FileSummary{{ID: target.FileID, Title: f.Title}}, Channel: channel, ThreadTimestamp: f.Thread,
			InitialComment: s.pen().mrkdwn().Write(f.Comment),
		})
		return err
	})
	if err != nil {
		return "", err
	}
	return s.fileURL(ctx, target.FileID), nil
}

// altMost is how many characters Slack keeps of a picture in words.
const altMost = 1000

// fileURL returns where a file can be read; empty where Slack does not say.
func (s *Slack) fileURL(ctx context.Context, id string) (url string) {
	err := s.call(ctx, "files.info", "", func() error {
		f, _, _, err := s.api.GetFileInfoContext(ctx, id, 0, 0)
		if err == nil {
			url = f.Permalink
		}
		return err
	})
	if err != nil {
		s.o.Log.Warn("the link of a shared file is not known", "file", id, "err", err)
	}
	return url
}

// FindShared implements [chat.Chat].
func (s *Slack) FindShared(ctx context.Context, to, title string, since time.Time) (url string, ok bool, err error) {
	channel, err := s.conversation(ctx, to)
	if err != nil {
		return "", false, err
	}
	err = s.call(ctx, "files.list", "", func() error {
		wanted := slack.NewGetFilesParameters()
		wanted.User, wanted.Channel, wanted.TimestampFrom = s.me().user, channel, slack.JSONTime(since.Unix())
		files, _, err := s.api.GetFilesContext(ctx, wanted)
		for _, f := range files {
			if f.Title == title {
				url, ok = f.Permalink, true
			}
		}
		return err
	})
	return url, ok, err
}

// moment reads Slack's time stamp of a message, "1531480800.000200".
func moment(ts string) (time.Time, error) {
	whole, part, _ := strings.Cut(ts, ".")
	seconds, err := strconv.ParseInt(whole, 10, 64)
	micros, errMicros := strconv.ParseInt(part, 10, 64)
	if err != nil || errMicros != nil {
		return time.Time{}, errors.Join(fmt.Errorf("%q is no time stamp of Slack", ts), err, errMicros)
	}
	return time.Unix(seconds, micros*int64(time.Microsecond)).UTC(), nil
}

func stamp(t time.Time) string {
	return fmt.Sprintf("%d.%06d", t.Unix(), t.Nanosecond()/int(time.Microsecond))
}
