package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"muster/chat"
	"muster/review"
	"muster/templates"
	"muster/timeline"
)

// keep writes what came of the outage into a folder, if there is one.
func (sh *shell) keep(ctx context.Context, d *demo, dir string) error {
	if dir == "" {
		return nil
	}
	if err := d.write(ctx, dir); err != nil {
		return err
	}
	pictures, err := d.draw(ctx, dir)
	if err != nil {
		return err
	}
	if err := d.review(ctx, dir); err != nil {
		return err
	}
	fmt.Fprintf(sh.out, "Written to %s: %s.\n", dir, strings.Join(append([]string{writtenOut, "the same as .html and .pdf", timelineOut, reviewOut, spokenOut, templates.ReviewPicture}, pictures...), ", "))
	return nil
}

// review writes the review of the story's week, with its picture.
func (d *demo) review(ctx context.Context, dir string) error {
	week := review.WeekOf(demoDay)
	r, err := d.bot.Review(ctx, &week, nil)
	if err != nil {
		return err
	}
	doc, err := reviewOf(d.bot.Bot.Desk.Texts, r)
	if err != nil {
		return err
	}
	for address, picture := range doc.Pictures {
		if err := os.WriteFile(filepath.Join(dir, address), picture.Content, 0o644); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(dir, reviewOut), []byte(d.sited(doc.Markdown)), 0o644)
}

// written is the file that the bot saved the postmortem in.
func (d *demo) written(inc timeline.Incident) string {
	return filepath.Join(d.dir, "postmortems", chat.PostmortemFile(inc))
}

// write writes what came of the outage into a folder: nothing of a postmortem where
// there is no incident yet.
func (d *demo) write(ctx context.Context, dir string) error {
	record, err := d.record(ctx)
	if err != nil {
		return err
	}
	err = errors.Join(os.WriteFile(filepath.Join(dir, timelineOut), []byte(record), 0o644), os.WriteFile(filepath.Join(dir, spokenOut), []byte(d.spoken.String()), 0o644))
	inc, none := d.incident(ctx)
	if err != nil || errors.Is(none, timeline.ErrUnknown) {
		return err
	}
	if none != nil {
		return none
	}
	return d.writeUp(inc, dir)
}

// picturesOut is the folder of the pictures that the postmortem shows.
const picturesOut = "files"

// writeUp writes the postmortem as it stands, with its pictures.
func (d *demo) writeUp(inc timeline.Incident, dir string) error {
	texts := d.bot.Bot.Desk.Texts
	texts.Files = picturesOut
	doc := postmortemOf(d.bot.config, texts, inc)
	doc.Markdown = d.sited(doc.Markdown)
	page, err := doc.HTML()
	if err != nil {
		return err
	}
	pdf, err := doc.PDF(inc.Events[len(inc.Events)-1].At)
	if err != nil {
		return err
	}
	all := map[string][]byte{writtenOut: []byte(doc.Markdown), "postmortem.html": page, "postmortem.pdf": pdf}
	for address, picture := range doc.Pictures {
		all[address] = picture.Content
	}
	for name, content := range all {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, content, 0o644)); err != nil {
			return err
		}
	}
	return nil
}

// sited is a document with the address of the workspace that its reader is to see.
func (d *demo) sited(markdown string) string {
	return strings.ReplaceAll(markdown, d.town.url, d.site)
}

// draw writes the pictures that were shared in the incident's channel, and
// returns their names.
func (d *demo) draw(ctx context.Context, dir string) (names []string, err error) {
	for _, address := range d.pictures(ctx) {
		content, ok := d.town.File(address)
		if !ok {
			return names, fmt.Errorf("the workspace has no file at %s", address)
		}
		name := path.Base(address)
		if slices.Contains(names, name) {
			name = fmt.Sprintf("%d-%s", len(names)+1, name)
		}
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			return names, err
		}
		names = append(names, name)
	}
	return names, nil
}

// pictures are the addresses of those that were shared in the incident's channel.
func (d *demo) pictures(ctx context.Context) (all []string) {
	inc, err := d.incident(ctx)
	if err != nil {
		return nil // it was stopped before there was one
	}
	room, err := d.town.Messages(inc.Channel.Name)
	if err != nil {
		return nil
	}
	for _, m := range room {
		for _, address := range m.Files {
			if strings.HasSuffix(address, ".png") {
				all = append(all, address)
			}
		}
	}
	return all
}

// record is the timeline of every incident, as muster export writes it.
func (d *demo) record(ctx context.Context) (string, error) {
	ids, err := chosen(ctx, d.bot.Store, nil)
	if err != nil {
		return "", err
	}
	var lines strings.Builder
	e := exporter{store: d.bot.Store, format: "jsonl", out: &lines}
	for _, id := range ids {
		if err := e.export(ctx, id); err != nil {
			return "", err
		}
	}
	return lines.String(), nil
}
