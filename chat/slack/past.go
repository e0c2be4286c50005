package slack

import (
	"context"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"muster/chat"
	"muster/timeline"
)

// pastMost is how many messages of one channel, and of one thread, are read
// back, and wholeMost how many where all of them are wanted.
const (
	pastMost  = 5_000
	wholeMost = 50_000
)

// Past returns what stands in a channel now, replies too, and whether that is
// all of it.
func (s *Slack) Past(ctx context.Context, channel string) ([]chat.Standing, bool, error) {
	return s.past(ctx, channel, pastMost)
}

// Thread returns the replies to a message, and whether those are all.
func (s *Slack) Thread(ctx context.Context, channel, ts string) ([]chat.Standing, bool, error) {
	return s.thread(ctx, channel, ts, pastMost)
}

// Whole implements [chat.Chat].
func (s *Slack) Whole(ctx context.Context, channel string) ([]chat.Standing, bool, error) {
	return s.past(ctx, channel, wholeMost)
}

func (s *Slack) past(ctx context.Context, channel string, most int) (all []chat.Standing, whole bool, err error) {
	whole = true
	for cursor := ""; ; {
		var page *slack.GetConversationHistoryResponse
		err := s.calmly(ctx, "conversations.history", func() (err error) {
			page, err = s.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: channel, Limit: pageMost, Cursor: cursor})
			return err
		})
		if err != nil {
			return nil, false, err
		}
		for _, m := range page.Messages {
			all = appendStanding(all, channel, m)
			if m.ReplyCount == 0 {
				continue
			}
			replies, rest, err := s.thread(ctx, channel, m.Timestamp, most)
			if err != nil {
				return nil, false, err
			}
			all, whole = append(all, replies...), whole && rest
		}
		if cursor = page.ResponseMetaData.NextCursor; cursor == "" || !page.HasMore {
			return all, whole, nil
		}
		if len(all) >= most {
			return all, false, nil
		}
	}
}

// thread returns the replies to a message.
func (s *Slack) thread(ctx context.Context, channel, ts string, most int) (all []chat.Standing, whole bool, err error) {
	for cursor := ""; ; {
		var page []slack.Message
		var more bool
		err := s.calmly(ctx, "conversations.replies", func() (err error) {
			page, more, cursor, err = s.api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{ChannelID: channel, Timestamp: ts, Limit: pageMost, Cursor: cursor})
			return err
		})
		if err != nil {
			return nil, false, err
		}
		for _, m := range page {
			if m.Timestamp != ts { // the first message is known already
				all = appendStanding(all, channel, m)
			}
		}
		if cursor == "" || !more {
			return all, true, nil
		}
		if len(all) >= most {
			return all, false, nil
		}
	}
}

// appendStanding leaves out what is only the trace of a deleted message.
func appendStanding(all []chat.Standing, channel string, m slack.Message) []chat.Standing {
	if m.SubType == "tombstone" {
		return all
	}
	now := chat.Standing{Message: timeline.Message{Channel: channel, TS: m.Timestamp}, Said: saidBy(m.Msg), Thread: m.ThreadTimestamp}
	now.Said.At, _ = moment(m.Timestamp) // without one it has no time
	for _, r := range m.Reactions {
		if now.Reactions == nil {
			now.Reactions = map[string][]string{}
		}
		name, _, _ := strings.Cut(r.Name, "::") // a skin tone is no other emoji
		now.Reactions[name] = append(now.Reactions[name], r.Users...)
	}
	return append(all, now)
}

// Members returns who is in a channel, in the order of their IDs.
func (s *Slack) Members(ctx context.Context, channel string) (all []string, err error) {
	for cursor := ""; ; {
		var page []string
		err := s.calmly(ctx, "conversations.members", func() (err error) {
			page, cursor, err = s.api.GetUsersInConversationContext(ctx, &slack.GetUsersInConversationParameters{ChannelID: channel, Limit: pageMost, Cursor: cursor})
			return err
		})
		if err != nil {
			return nil, err
		}
		if all = append(all, page...); cursor == "" {
			slices.Sort(all)
			return all, nil
		}
	}
}
