package commands

import "slices"

// Group is some commands that help tells together.
type Group struct {
	Heading string // the key of its text
	Names   []string
}

// Groups returns the groups in which help tells of commands.
func Groups() []Group {
	all := make([]Group, 0, len(groups))
	for _, g := range groups {
		all = append(all, Group{g.key, slices.Clone(g.names)})
	}
	return all
}
