package workspace

import (
	"fmt"
	"strings"
)

// Transcript returns what is in a channel as a person reads it: who said what
// when, with replies, reactions, buttons and marks, without what Slack itself writes.
func (w *Workspace) Transcript(channel string) (string, error) {
	messages, err := w.Messages(channel)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for _, m := range messages {
		if !m.System() {
			out.WriteString(m.Line() + "\n")
		}
	}
	return out.String(), nil
}

// Line is a message as a person reads it, with what hangs on it.
func (m Message) Line() string {
	var out strings.Builder
	lead := ""
	if m.Thread != "" && m.Thread != m.TS {
		lead = "    "
	}
	fmt.Fprintf(&out, "%s%s %s: %s", lead, m.At.Format("15:04"), m.Author, strings.ReplaceAll(m.Reading, "\n", "\n"+lead+"      "))
	for _, mark := range m.marks() {
		out.WriteString(" " + mark)
	}
	if len(m.Buttons) > 0 {
		out.WriteString("\n" + lead + "     ")
		for _, b := range m.Buttons {
			out.WriteString(" [" + b.Label + "]")
		}
	}
	for _, r := range m.Reactions {
		fmt.Fprintf(&out, "\n%s      :%s: %s", lead, r.Name, strings.Join(r.Users, ", "))
	}
	return out.String()
}

func (m Message) marks() []string {
	var marks []string
	if m.Edited {
		marks = append(marks, "(edited)")
	}
	if m.Pinned {
		marks = append(marks, "(pinned)")
	}
	if m.Only != "" {
		marks = append(marks, "(only "+m.Only+" sees this)")
	}
	for _, f := range m.Files {
		marks = append(marks, "(file "+f[strings.LastIndex(f, "/")+1:]+")")
	}
	return marks
}
