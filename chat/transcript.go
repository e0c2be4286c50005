package chat

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"muster/templates"
	"muster/timeline"
)

// transcript writes a channel as a text.
type transcript struct {
	texts templates.Texts
	name  func(id string) string
	out   strings.Builder
}

// write returns the channel's messages in their order, each with its replies
// under it.
func (w *transcript) write(inc timeline.Incident, channel string, all []Standing, whole bool) string {
	plain := templates.Plain(w.name)
	roots, replies := threads(all)
	fmt.Fprintf(&w.out, "%v: %s\n%s\n", inc.ID, plain.Write(inc.Title), w.texts.T("transcript.head", channel, len(roots), count(replies), w.texts.Zone))
	if !whole {
		fmt.Fprintln(&w.out, w.texts.T("transcript.not all"))
	}
	day := ""
	for _, m := range roots {
		if today := w.texts.LongDay(m.Said.At.In(w.texts.Zone)); today != day {
			day = today
			fmt.Fprintf(&w.out, "\n== %s ==\n\n", day)
		}
		w.message(m, "")
		for _, reply := range replies[m.Message.TS] {
			w.message(reply, "    ")
		}
	}
	return w.out.String()
}

func count(replies map[string][]Standing) int {
	n := 0
	for _, thread := range replies {
		n += len(thread)
	}
	return n
}

// threads tells messages from replies, each once and in order. A thread whose
// first message was deleted stays, under what is left of that.
func threads(all []Standing) (roots []Standing, replies map[string][]Standing) {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b Standing) int { return strings.Compare(a.Message.TS, b.Message.TS) })
	replies = map[string][]Standing{}
	seen := map[string]bool{}
	for _, m := range all {
		ts, thread := m.Message.TS, m.Thread
		if seen[ts] { // a reply that was also sent to the channel is told twice
			continue
		}
		seen[ts] = true
		if thread == "" || thread == ts {
			roots = append(roots, m)
			continue
		}
		replies[thread] = append(replies[thread], m)
	}
	for thread, in := range replies {
		if !seen[thread] {
			first := Standing{Message: timeline.Message{Channel: in[0].Message.Channel, TS: thread}}
			first.Said.At = in[0].Said.At
			roots = append(roots, first)
		}
	}
	slices.SortStableFunc(roots, func(a, b Standing) int { return strings.Compare(a.Message.TS, b.Message.TS) })
	return roots, replies
}

// message writes one message: who said what and when, and what became of it.
func (w *transcript) message(m Standing, indent string) {
	said := m.Said
	if said.Author.ID == "" {
		fmt.Fprintf(&w.out, "%s%s\n", indent, w.texts.T("transcript.deleted"))
		return
	}
	who := said.Author.Name
	if who == "" {
		who = w.name(said.Author.ID)
	}
	text := templates.Plain(w.name).Write(said.Text)
	for _, f := range said.Files {
		if !strings.Contains(text, f.Name) {
			text = strings.TrimSpace(text + "\n" + w.texts.T("transcript.file", f.Name))
		}
	}
	under := indent + "    "
	fmt.Fprintf(&w.out, "%s[%s] %s: %s\n", indent, w.clock(said.At), CleanLine(who), strings.ReplaceAll(text, "\n", "\n"+under))
	if said.Version != "" {
		fmt.Fprintf(&w.out, "%s%s\n", under, w.texts.T("transcript.edited", w.edited(said)))
	}
	for _, emoji := range slices.Sorted(maps.Keys(m.Reactions)) {
		var people []string
		for _, id := range m.Reactions[emoji] {
			people = append(people, w.name(id))
		}
		fmt.Fprintf(&w.out, "%s:%s: %s\n", under, emoji, strings.Join(people, ", "))
	}
}

func (w *transcript) clock(t time.Time) string { return t.In(w.texts.Zone).Format("15:04:05") }

// edited is when a message was last edited: with the day where that is another.
func (w *transcript) edited(said Said) string {
	at := said.Edited.In(w.texts.Zone)
	if at.Format(time.DateOnly) != said.At.In(w.texts.Zone).Format(time.DateOnly) {
		return at.Format("2006-01-02 15:04:05")
	}
	return w.clock(at)
}
