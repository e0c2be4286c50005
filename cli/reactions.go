package cli

import (
	"slices"
	"strings"

	"muster/commands"
	"muster/config"
	"muster/timeline"
)

func reactionsOf(c config.Config) map[string]timeline.Tag {
	reactions := make(map[string]timeline.Tag, len(c.Reactions))
	for emoji, tag := range c.Reactions {
		reactions[emoji] = timeline.Tag(tag)
	}
	return reactions
}

// emojiOf lists the tagging emoji in the order of their tags.
func emojiOf(c config.Config) []commands.Emoji {
	var all []commands.Emoji
	for name, tag := range reactionsOf(c) {
		all = append(all, commands.Emoji{Name: name, Tag: tag})
	}
	slices.SortFunc(all, func(a, b commands.Emoji) int {
		if d := slices.Index(timeline.Tags, a.Tag) - slices.Index(timeline.Tags, b.Tag); d != 0 {
			return d
		}
		return strings.Compare(a.Name, b.Name)
	})
	return all
}
