package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"muster/chat"
	"muster/policy"
)

var help = Command{
	Act:  policy.Read,
	Name: "help", Args: "[COMMAND]", Example: "declare",
	Help: "Explains all commands, or one.",
	Run: func(_ context.Context, c Call) (chat.Answer, error) {
		if c.Args == "" {
			return reply("%s", c.helpAll()), nil
		}
		word, _ := firstWord(c.Args)
		if slices.Contains(taggingWords, strings.ToLower(word)) {
			return reply("%s", c.helpTagging()), nil
		}
		cmd, ok := c.find(word)
		if !ok {
			return chat.Answer{}, c.unknown(word, "")
		}
		return reply("%s", c.helpOne(cmd)), nil
	},
}

func (c Call) helpAll() string {
	var text strings.Builder
	for _, cmd := range c.All {
		if !cmd.Hidden {
			fmt.Fprintf(&text, "`%s` %s\n", c.usage(cmd), cmd.Help)
		}
	}
	fmt.Fprintf(&text, "Without INC-N a command is about the incident whose channel it is typed in.\n")
	fmt.Fprint(&text, c.helpTagging())
	return strings.TrimSpace(text.String())
}

// taggingWords is what people ask about who ask about tagging.
var taggingWords = []string{"tag", "tags", "tagging", "emoji", "reaction", "reactions", "react"}

func (c Call) helpTagging() string {
	if len(c.Emoji) == 0 {
		return "No emoji is configured to put messages on the timeline."
	}
	return "In an incident's channel, a reaction puts a message or a reply on the timeline, and taking it back takes it off:\n" + c.tags()
}

func (c Call) tags() string {
	var parts []string
	for _, e := range c.Emoji {
		parts = append(parts, fmt.Sprintf(":%s: %s", e.Name, e.Tag))
	}
	return strings.Join(parts, " · ")
}

func (c Call) helpOne(cmd Command) string {
	text := fmt.Sprintf("`%s`\n%s", c.usage(cmd), cmd.Help)
	if cmd.More != "" {
		text += " " + cmd.More
	}
	if len(cmd.Aliases) > 0 {
		text += "\nAlso: " + strings.Join(cmd.Aliases, ", ")
	}
	if cmd.Example != "" {
		text += fmt.Sprintf("\nFor example: `%s %s %s`", c.Slash, cmd.Name, cmd.Example)
	}
	return text
}

// unknown answers a word that is no command with those that are near it. What
// more was typed may have been meant as a title.
func (d Desk) unknown(word, rest string) error {
	word, rest = chat.Clip(word, 60), chat.CleanLine(chat.Clip(rest, 100))
	near := d.near(strings.ToLower(word))
	_, _, severity := severityIn(word)
	if rest != "" && (len(near) == 0 || severity) {
		return sorry("There is no command %q. To declare an incident: `%s declare %s %s`. All commands: `%s help`", word, d.Slash, word, rest, d.Slash)
	}
	if len(near) == 0 {
		return sorry("There is no command %q. All of them: `%s help`", word, d.Slash)
	}
	for n := range near {
		near[n] = fmt.Sprintf("`%s %s`", d.Slash, near[n])
	}
	return sorry("There is no command %q. Did you mean %s? All of them: `%s help`", word, strings.Join(near, " or "), d.Slash)
}

// near returns the names of up to three commands that a word is close to, the
// closest first.
func (d Desk) near(word string) []string {
	type distant struct {
		name string
		far  int
	}
	var found []distant
	for _, cmd := range d.All {
		if cmd.Hidden {
			continue
		}
		best := len(word)
		for _, name := range append([]string{cmd.Name}, cmd.Aliases...) {
			best = min(best, distance(word, name))
			if len(word) >= 2 && strings.HasPrefix(name, word) {
				best = 1
			}
		}
		if best <= 2 && best < len(word) {
			found = append(found, distant{cmd.Name, best})
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
