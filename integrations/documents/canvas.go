package documents

import (
	"context"

	"muster/document"
)

// Canvases is a chat whose channels have a canvas each.
type Canvases interface {
	// Canvas brings the canvas of a channel to a text, and returns where it is.
	Canvas(ctx context.Context, channel, title, markdown string) (url string, err error)
}

// Canvas publishes in the canvas of the incident's own channel.
type Canvas struct {
	Chat  Canvases
	Write func(d document.Document) string // a document as a canvas takes it
}

// Name implements [Target].
func (Canvas) Name() string { return "canvas" }

// Publish implements [Target]. A channel has one canvas, so that nothing has to be
// looked for. What it says is not told by Slack, so that the same text is written over
// itself.
func (c Canvas) Publish(ctx context.Context, p Publication) (Published, error) {
	url, err := c.Chat.Canvas(ctx, p.Channel, p.Document.Title, c.Write(p.Document))
	return Published{Ref: p.Channel, URL: url}, err
}
