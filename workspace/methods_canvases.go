package workspace

import (
	"encoding/json"
	"fmt"
	"slices"
)

var canvasMethods = []method{
	{"conversations.canvases.create", tier2, []string{"canvases:write"}, []string{"channel_id"}, createCanvas},
	{"canvases.edit", tier3, []string{"canvases:write"}, []string{"canvas_id", "changes"}, editCanvas},
}

// canvasMost is how many characters a canvas takes at once. Source: Slack's
// reference of conversations.canvases.create.
const canvasMost = 1 << 20

// canvasKind is the media type of a canvas.
const canvasKind = "application/vnd.slack-docs"

// canvasContent is what a canvas is to say.
type canvasContent struct {
	Type     string `json:"type"`
	Markdown string `json:"markdown"`
}

func (t canvasContent) wrong() bool {
	return t.Type != "markdown" || len([]rune(t.Markdown)) > canvasMost
}

func createCanvas(c *call) (object, error) {
	ch, err := c.inChannel("channel_id")
	if err != nil {
		return nil, err
	}
	var content canvasContent
	if text := c.args["document_content"]; text != "" && (json.Unmarshal([]byte(text), &content) != nil || content.wrong()) {
		return nil, invalid("invalid_arguments", []string{"[ERROR] document_content must be markdown of at most 1 MiB"})
	}
	if ch.canvas != nil {
		return nil, refuse("channel_canvas_already_exists")
	}
	ch.canvas = c.newCanvas(ch, c.app.user, c.args["title"], content.Markdown)
	c.changedChannel(ch)
	return object{"canvas_id": ch.canvas.id}, nil
}

func (w *Workspace) newCanvas(ch *channel, by *user, title, text string) *file {
	f := &file{id: w.id("F"), name: title, title: title, user: by.id, created: w.now().Unix(), channels: []string{ch.id}, done: true, kind: canvasKind, content: []byte(text)}
	w.files = append(w.files, f)
	return f
}

func editCanvas(c *call) (object, error) {
	f, ok := find(c.files, func(f *file) bool { return f.id == c.args["canvas_id"] && f.kind == canvasKind && c.seesFile(f) })
	if !ok {
		return nil, refuse("canvas_not_found")
	}
	var changes []struct {
		Operation       string        `json:"operation"`
		SectionID       string        `json:"section_id"`
		DocumentContent canvasContent `json:"document_content"`
	}
	if json.Unmarshal([]byte(c.args["changes"]), &changes) != nil || len(changes) != 1 {
		return nil, invalid("invalid_arguments", []string{"[ERROR] changes must be a list of one"})
	}
	change := changes[0]
	if change.Operation != "replace" || change.SectionID != "" || change.DocumentContent.wrong() {
		return nil, invalid("invalid_arguments", []string{"[ERROR] this stand-in replaces a whole canvas by markdown, and does nothing else"})
	}
	if ch, ok := c.channel(f.channels[0]); ok && ch.archived {
		return nil, refuse("is_archived")
	}
	f.content = []byte(change.DocumentContent.Markdown)
	return object{}, nil
}

// canvasJSON is what a channel tells of its canvas.
func canvasJSON(f *file) object {
	return object{"canvas": object{"file_id": f.id, "is_empty": len(f.content) == 0, "quip_thread_id": ""}}
}

// Canvas returns what the canvas of a channel says, and whether it has one.
func (w *Workspace) Canvas(name string) (text string, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, ok := find(w.channels, func(c *channel) bool { return c.name == name })
	if !ok || ch.canvas == nil {
		return "", false
	}
	return string(ch.canvas.content), true
}

// WriteCanvas has somebody make the canvas of a channel, or write in it.
func (w *Workspace) WriteCanvas(name, channelName, text string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	u, known := find(w.users, func(u *user) bool { return u.name == name })
	ch, ok := find(w.channels, func(c *channel) bool { return c.name == channelName })
	if !known || !ok || !slices.Contains(ch.members, u.id) {
		return fmt.Errorf("%s is not in a channel %s", name, channelName)
	}
	if ch.canvas == nil {
		ch.canvas = w.newCanvas(ch, u, "", "")
	}
	ch.canvas.content = []byte(text)
	return nil
}
