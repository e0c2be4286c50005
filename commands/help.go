package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"muster/chat"
	"muster/policy"
	"muster/templates"
	"muster/timeline"
)

var help = Command{
	Act:  policy.Read,
	Name: "help", Args: "[COMMAND]", Example: "declare",
	Run: func(_ context.Context, c Call) (chat.Answer, error) {
		if c.Args == "" {
			return chat.Reply(chat.Say(c.helpAll())), nil
		}
		word, _ := firstWord(c.Args)
		if slices.Contains(rightsWords, strings.ToLower(word)) {
			return chat.Reply(chat.Say(c.helpRights())), nil
		}
		if slices.Contains(taggingWords, strings.ToLower(word)) {
			return chat.Reply(chat.Say(c.helpTagging())), nil
		}
		cmd, ok := c.find(word)
		if !ok {
			return chat.Answer{}, c.unknown(word, "")
		}
		return chat.Reply(chat.Say(c.helpOne(cmd))), nil
	},
}

// groups is how help tells commands apart, each group under the key of its
// heading.
var groups = []struct {
	key   string
	names []string
}{
	{"help.begin", []string{"declare", "page", "ack", "access"}},
	{"help.look", []string{"status", "list", "timeline", "tasks", "actions", "service", "oncall", "changes", "metrics", "transcript"}},
	{"help.people", []string{"lead", "comms", "scribe", "role", "handover", "accept", "decline", "step-down"}},
	{"help.tell", []string{"update", "publish", "follow", "unfollow", "side"}},
	{"help.record", []string{"note", "amend", "hide", "unhide", "task", "action"}},
	{"help.course", []string{"sev", "rename", "identify", "mitigate", "resolve", "reopen", "cancel", "merge", "close"}},
	{"help.after", []string{"postmortem", "meeting", "keep", "survey", "review"}},
	{"help.private", []string{"grant", "break-glass"}},
}

// helpAll teaches by example: a line to copy for each command.
func (c Call) helpAll() string {
	var text strings.Builder
	told := map[string]bool{"help": true}
	line := func(cmd Command) {
		example := strings.TrimSpace(cmd.Name + " " + strings.TrimPrefix(cmd.Example, "INC-12 "))
		fmt.Fprintf(&text, " `%s`", example)
		told[cmd.Name] = true
	}
	for _, g := range groups {
		text.WriteString(c.Texts.T(g.key))
		for _, name := range g.names {
			if cmd, ok := c.find(name); ok && !cmd.Hidden {
				line(cmd)
			}
		}
		text.WriteString("\n")
	}
	for _, cmd := range c.All {
		if !cmd.Hidden && !told[cmd.Name] {
			line(cmd)
		}
	}
	fmt.Fprintf(&text, "%s\n", c.Texts.T("help.foot", c.Slash))
	fmt.Fprint(&text, c.helpTagging())
	return strings.TrimSpace(text.String())
}

// rightsWords is what people ask about who ask what they may do.
var rightsWords = []string{"rights", "permissions", "access-rules", "who", "may"}

// helpRights tells what whoever asks may do, and who may do the rest.
func (c Call) helpRights() string {
	lines := []string{c.Texts.T("help.rights", c.Texts.T("standing."+string(c.Standing)))}
	for _, r := range policy.Rules {
		mark := "☐"
		if slices.Contains(r.Who, c.Standing) {
			mark = "☑"
		}
		var who []string
		for _, s := range r.Who {
			who = append(who, c.Texts.T("standing."+string(s)))
		}
		lines = append(lines, c.Texts.T("help.right", mark, c.Texts.T("right."+string(r.Act)), strings.Join(who, ", ")))
	}
	return strings.Join(append(lines, c.Texts.T("help.rights foot")), "\n")
}

// taggingWords is what people ask about who ask about tagging.
var taggingWords = []string{"tag", "tags", "tagging", "emoji", "reaction", "reactions", "react"}

func (c Call) helpTagging() string {
	if len(c.Emoji) == 0 {
		return c.Texts.T("help.no emoji")
	}
	return c.Texts.T("help.tagging", c.tags())
}

func (c Call) tags() string {
	var parts []string
	for _, e := range c.Emoji {
		parts = append(parts, ":"+e.Name+": "+c.Texts.Kind(string(e.Tag)))
	}
	return strings.Join(parts, " · ")
}

func (c Call) helpOne(cmd Command) string {
	text := "`" + c.usage(cmd) + "`\n" + Help(c.Texts, cmd)
	if len(cmd.Aliases) > 0 {
		text += "\n" + c.Texts.T("help.also", strings.Join(cmd.Aliases, ", "))
	}
	if cmd.Example != "" {
		text += "\n" + c.Texts.T("help.example", c.Slash+" "+cmd.Name+" "+cmd.Example)
	}
	return text
}

// Help says what a command does; empty for one that is for buttons.
func Help(t templates.Texts, cmd Command) (text string) {
	key := "command." + cmd.Name
	if t.Has(key + ".help") {
		text = t.T(key + ".help")
	}
	if t.Has(key + ".more") {
		text += " " + t.T(key+".more", kindNames())
	}
	return text
}

// unknown answers a word that is no command with those that are near it. What
// more was typed may have been meant as a title.
func (d Desk) unknown(word, rest string) error {
	word, rest = chat.Clip(word, 60), chat.CleanLine(chat.Clip(rest, 100))
	if id, err := timeline.ParseID(word); err == nil { // the number before the command
		name, more := firstWord(rest)
		if cmd, ok := d.find(name); ok && name != "" && !cmd.Hidden {
			return d.sorry("help.other way round", strings.TrimSpace(fmt.Sprintf("%s %s %v %s", d.Slash, cmd.Name, id, more)))
		}
		return d.sorry("help.other way round", fmt.Sprintf("%s status %v", d.Slash, id))
	}
	near := d.near(strings.ToLower(word))
	_, _, severity := severityIn(word)
	if rest != "" && (len(near) == 0 || severity) {
		return d.sorry("help.meant declare", word, d.Slash, rest)
	}
	if len(near) == 0 {
		return d.sorry("help.unknown", word, d.Slash)
	}
	for n := range near {
		near[n] = fmt.Sprintf("`%s %s`", d.Slash, near[n])
	}
	return d.sorry("help.did you mean", word, strings.Join(near, " "+d.Texts.T("help.or")+" "), d.Slash)
}

// near returns the names of up to three commands that a word is close to, the
// closest first.
func (d Desk) near(word string) []string {
	var all [][]string
	for _, cmd := range d.All {
		if !cmd.Hidden {
			all = append(all, append([]string{cmd.Name}, cmd.Aliases...))
		}
	}
	return nearest(word, all)
}

// nearest returns up to three of some things that a word is close to, the
// closest first. Each is given by its names, the first of which counts.
func nearest(word string, all [][]string) []string {
	type distant struct {
		name string
		far  int
	}
	var found []distant
	for _, names := range all {
		best := len(word)
		for _, name := range names {
			best = min(best, distance(word, name))
			if len(word) >= 2 && strings.HasPrefix(name, word) {
				best = 1
			}
		}
		if best <= 2 && best < len(word) {
			found = append(found, distant{names[0], best})
		}
	}
	slices.SortStableFunc(found, func(a, b distant) int { return a.far - b.far })
	var names []string
	for _, f := range found[:min(3, len(found))] {
		names = append(names, f.name)
	}
	return names
}

// distance counts the letters to add, drop or change to make one word of the
// other.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
