package cli

import (
	"fmt"
	"io"
	"os"
	"strings"

	"muster/workspace"
)

// teller tells on a terminal what happens in a workspace, as it happens.
type teller struct {
	out    io.Writer
	colour bool
	wide   bool // channel names are not cut
}

func newTeller(out io.Writer) *teller {
	file, ok := out.(*os.File)
	colour := false
	if ok && os.Getenv("NO_COLOR") == "" {
		info, err := file.Stat()
		colour = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return &teller{out: out, colour: colour}
}

const (
	dim    = "\x1b[2m"
	bold   = "\x1b[1m"
	normal = "\x1b[0m"
	margin = "                                "
)

func (t *teller) tell(h workspace.Happening) {
	who, what, style := t.line(h)
	if what == "" {
		return
	}
	lines := strings.Split(what, "\n")
	channel := h.Channel
	if !t.wide {
		channel = clipped(channel, 17)
	}
	head := fmt.Sprintf("%s  %-17s %-6s ", h.At.Format("15:04"), channel, who)
	text := head + strings.Join(lines, "\n"+margin)
	if t.colour && style != "" {
		text = style + text + normal
	}
	fmt.Fprintln(t.out, text)
}

func clipped(text string, n int) string {
	if runes := []rune(text); len(runes) > n {
		return string(runes[:n-1]) + "…"
	}
	return text
}

// line is who did what, and how it is to look; nothing for what is no news.
func (t *teller) line(h workspace.Happening) (who, what, style string) {
	m := h.Message
	switch h.Kind {
	case workspace.Typed:
		return h.Person, h.Text, bold
	case workspace.Pressed:
		return h.Person, "presses [" + h.Text + "]", bold
	case workspace.Posted:
		if m.System() { // the arrival or the topic that it tells of is told already
			return "", "", ""
		}
		return m.Author, said(m), ""
	case workspace.Whispered:
		return m.Author, said(m) + "\n(only " + h.Person + " sees this)", dim
	case workspace.Edited:
		if m.Bot {
			return m.Author, "brings a message up to date: " + firstLine(m.Reading), dim
		}
		return m.Author, "edits: " + m.Reading, ""
	case workspace.Deleted:
		return m.Author, "(deleted) " + firstLine(m.Reading), dim
	case workspace.Reacted:
		return h.Person, "puts :" + h.Text + ": on \"" + clipped(firstLine(m.Reading), 60) + "\"", bold
	case workspace.Unreacted:
		return h.Person, "takes :" + h.Text + ": off \"" + clipped(firstLine(m.Reading), 60) + "\"", bold
	case workspace.Pinned:
		return h.Person, "pins: " + firstLine(m.Reading), dim
	case workspace.Joined:
		return h.Person, "joins", dim
	case workspace.Opened:
		return h.Person, "opens the channel " + h.Channel, ""
	case workspace.Rang:
		return h.Person, "(the telephone rings) " + h.Text, ""
	case workspace.Took:
		return h.Person, "acknowledges " + h.Text, bold
	case workspace.Filed:
		return "", "(a ticket) " + strings.TrimSpace(h.Text+" "+forWhom(h.Person)), ""
	case workspace.Moved:
		return h.Person, "moves " + h.Text, bold
	case workspace.Topic:
		return "", "topic: " + h.Text, dim
	default:
		return "", "", ""
	}
}

// forWhom is whom a ticket is for; nothing where it is for nobody.
func forWhom(person string) string {
	if person == "" {
		return ""
	}
	return "for " + person
}

func said(m workspace.Message) string {
	text := m.Reading
	if m.Thread != "" && m.Thread != m.TS {
		text = "(in a thread) " + text
	}
	for _, f := range m.Files {
		text += "\nfile: " + f[strings.LastIndex(f, "/")+1:]
	}
	var labels []string
	for _, b := range m.Buttons {
		labels = append(labels, "["+b.Label+"]")
	}
	if len(labels) > 0 {
		text += "\n" + strings.Join(labels, " ")
	}
	return text
}
