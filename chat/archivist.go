package chat

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"muster/templates"
	"muster/timeline"
)

// Archivist keeps the images of tagged messages in a folder of its own. The bot
// gets them with its token; nothing in the chat becomes public for that.
type Archivist struct {
	Chat  Chat
	Texts templates.Texts
	Dir   string // made where there is none, for its owner alone
}

// Name is "archivist".
func (Archivist) Name() string { return "archivist" }

// Urgency is that of what nobody waits for.
func (Archivist) Urgency() timeline.Urgency { return timeline.Cosmetic }

const keep = "keep"

// imagesMost is how many images of one message are kept, and imageMost how many
// bytes each may have.
const (
	imagesMost = 10
	imageMost  = 20 << 20
)

// React orders each image of a message to be kept that the scribe has read.
func (Archivist) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	f, ok := ev.Fact.(timeline.Captured)
	if !ok {
		return nil
	}
	known, _ := inc.Tagged(f.Message)
	images := slices.DeleteFunc(slices.Clone(f.Files), func(f timeline.File) bool { return !strings.HasPrefix(f.Kind, "image/") })
	var effects []timeline.Effect
	for _, file := range images[:min(len(images), imagesMost)] {
		if isKept(known, file) {
			continue
		}
		effects = append(effects, timeline.Do(keep, kept{f.Message, file}).OnObject(f.Message.String()+"/"+file.ID).Newest())
	}
	return effects
}

// kept is a file that is to be kept.
type kept struct {
	Message timeline.Message `json:"message"`
	File    timeline.File    `json:"file"`
}

func isKept(m timeline.TaggedMessage, file timeline.File) bool {
	return slices.ContainsFunc(m.Kept, func(k timeline.FileKept) bool { return k.File == file.ID })
}

// Deliver fetches an image and keeps it. To do so twice makes no second file.
func (a Archivist) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	var want kept
	if e.Do != keep {
		return nil, unknownOrder(e)
	}
	if err := e.Read(&want); err != nil {
		return nil, err
	}
	known, _ := inc.Tagged(want.Message)
	if isKept(known, want.File) || !known.On() {
		return nil, nil
	}
	name := CleanLine(want.File.Name)
	if want.File.Size > imageMost {
		return nil, timeline.Refusal(errors.New(a.Texts.T("reason.large image", name, want.File.Size>>20, imageMost>>20)))
	}
	content, kind, err := a.Chat.Fetch(ctx, want.File.URL, imageMost)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if !isImage(content, kind) {
		return nil, timeline.Refusal(errors.New(a.Texts.T("reason.no image", name)))
	}
	fact := timeline.FileKept{Message: want.Message, File: want.File.ID, Name: name, Sum: sumOf(content), Size: int64(len(content))}
	if fact.Path, err = a.Keep(inc.ID, kind, content); err != nil {
		return nil, fmt.Errorf("keep %s: %w", name, err)
	}
	return []timeline.Fact{fact}, nil
}

// Keep keeps an image of an incident, and returns its path in the folder of files,
// with slashes. The same image has the same path.
func (a Archivist) Keep(id timeline.ID, kind string, content []byte) (string, error) {
	path := id.String() + "/" + sumOf(content) + extension(kind)
	return path, a.write(path, content)
}

// isImage reports whether something is an image, and not a page that asks to
// log in.
func isImage(content []byte, kind string) bool {
	return strings.HasPrefix(kind, "image/") && !strings.HasPrefix(http.DetectContentType(content), "text/html")
}

func sumOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// extensions are how files of a kind are called.
var extensions = map[string]string{
	"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp", "image/bmp": ".bmp",
	"image/tiff": ".tiff", "image/heic": ".heic", "image/svg+xml": ".svg",
}

func extension(kind string) string {
	kind, _, _ = strings.Cut(kind, ";")
	if known, ok := extensions[strings.TrimSpace(kind)]; ok {
		return known
	}
	return ".image"
}

// write writes a file as a whole: it has its name only once it is on the disk.
func (a Archivist) write(path string, content []byte) error {
	path = filepath.Join(a.Dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*") // for its owner alone
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(content)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
