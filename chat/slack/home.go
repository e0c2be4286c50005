package slack

import (
	"context"

	"github.com/slack-go/slack"

	"muster/chat"
)

// homeBlocksMost is how many blocks a Home tab may have.
const homeBlocksMost = 100

// ShowHome implements [chat.Chat]. A page that is put up twice is the same page.
func (s *Slack) ShowHome(ctx context.Context, person string, m chat.Message) error {
	var blocks []slack.Block
	for _, part := range m.Parts {
		blocks = append(blocks, s.pen().block(part, len(blocks))...)
	}
	view := slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: blocks[:min(len(blocks), homeBlocksMost)]}}
	return s.call(ctx, "views.publish", "", func() error {
		_, err := s.api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: person, View: view})
		return err
	})
}
