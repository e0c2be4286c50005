package slack

import (
	"context"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"muster/timeline"
)

// canvasMost is how many characters a canvas takes at once.
//
// https://docs.slack.dev/reference/methods/conversations.canvases.create
const canvasMost = 1 << 20

// Canvas implements [chat.Chat]. To bring it to the same text twice is the same.
func (s *Slack) Canvas(ctx context.Context, channel, title, markdown string) (url string, err error) {
	if n := utf8.RuneCountInString(markdown); n > canvasMost {
		return "", timeline.Refusal(fmt.Errorf("it has %d characters, and a canvas takes %d; hide lines of the timeline and have it approved again, or drop this", n, canvasMost))
	}
	known, err := s.canvasOf(ctx, channel)
	if err != nil {
		return "", err
	}
	content := slack.DocumentContent{Type: "markdown", Markdown: markdown}
	if known.FileId == "" {
		known.FileId, err = s.makeCanvas(ctx, channel, title, content)
	} else if err = s.mayWrite(ctx, known); err == nil {
		err = s.call(ctx, "canvases.edit", "", func() error {
			return s.api.EditCanvasContext(ctx, slack.EditCanvasParams{
				CanvasID: known.FileId, Changes: []slack.CanvasChange{{Operation: "replace", DocumentContent: content}},
			})
		})
	}
	if err != nil {
		return "", err
	}
	return s.fileURL(ctx, known.FileId), nil
}

// canvasOf is the canvas that a channel has; the zero Canvas where it has none.
func (s *Slack) canvasOf(ctx context.Context, channel string) (known slack.Canvas, err error) {
	err = s.call(ctx, "conversations.info", "", func() error {
		c, err := s.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: channel})
		if err == nil && c.Properties != nil {
			known = c.Properties.Canvas
		}
		return err
	})
	return known, timeline.NotDone(err)
}

// makeCanvas makes a channel's canvas. That there is one by now is no refusal: the
// next try looks at it.
func (s *Slack) makeCanvas(ctx context.Context, channel, title string, content slack.DocumentContent) (id string, err error) {
	err = s.call(ctx, "conversations.canvases.create", "", func() error {
		id, err = s.api.CreateChannelCanvasContext(ctx, channel, content, slack.CreateChannelCanvasOptionTitle(title))
		return err
	})
	if code(err) == "channel_canvas_already_exists" {
		return "", errors.New("somebody has made a canvas in the channel meanwhile")
	}
	return id, err
}

// mayWrite refuses to write over what somebody else has made.
func (s *Slack) mayWrite(ctx context.Context, known slack.Canvas) error {
	if known.IsEmpty {
		return nil
	}
	maker := ""
	err := s.call(ctx, "files.info", "", func() error {
		f, _, _, err := s.api.GetFileInfoContext(ctx, known.FileId, 0, 0)
		if err == nil {
			maker = f.User
		}
		return err
	})
	if err == nil && maker != s.me().user {
		return timeline.Refusal(errors.New("the channel's canvas was made by somebody else, and is not written over; copy what is in it and delete it, then try again, or drop this"))
	}
	return timeline.NotDone(err)
}
