package changes

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Services is the names of the directory's services, each with the names that
// sources have for it.
type Services map[string][]string

// Named returns the service of the directory that a source means by a name,
// whatever its case; the name itself where there is none.
func (s Services) Named(name string) (ours string, known bool) {
	for service, others := range s {
		if strings.EqualFold(service, name) {
			return service, true // its own name wins over what another is called as well
		}
		if slices.ContainsFunc(others, func(other string) bool { return strings.EqualFold(other, name) }) {
			ours, known = service, true
		}
	}
	if !known {
		return name, false
	}
	return ours, true
}

// unknown says that the directory does not have a service, and which it may be.
func (s Services) unknown(name string) string {
	said := fmt.Sprintf("The directory has no service %q; the change is kept under that name.", name)
	if near := s.Near(name); len(near) > 0 {
		return said + " It may be " + strings.Join(near, " or ") + "; where it is, add the name to services." + near[0] + ".changes."
	}
	return said + " Add it to the directory, or to services.NAME.changes of the service that it is."
}

// nearMost is how many names are offered for one that is not known.
const nearMost = 3

// Near returns the services whose names are like another one, the likest first.
func (s Services) Near(name string) []string {
	type candidate struct {
		name string
		off  int
	}
	var all []candidate
	name = strings.ToLower(name)
	for service, others := range s {
		best := -1
		for _, known := range append([]string{service}, others...) {
			if off, like := offBy(strings.ToLower(known), name); like && (best < 0 || off < best) {
				best = off
			}
		}
		if best >= 0 {
			all = append(all, candidate{service, best})
		}
	}
	slices.SortFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.off, b.off), cmp.Compare(a.name, b.name))
	})
	var names []string
	for _, c := range all[:min(len(all), nearMost)] {
		names = append(names, c.name)
	}
	return names
}

// offBy returns by how many letters two names differ, and whether they are alike:
// one holds the other, or few letters are wrong.
func offBy(known, name string) (off int, like bool) {
	off = distance([]rune(known), []rune(name))
	shorter := min(len(known), len(name))
	holds := shorter >= 3 && (strings.Contains(known, name) || strings.Contains(name, known))
	return off, holds || off <= min(2, shorter/3)
}

// distance counts the letters to put in, leave out or change.
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, other := range b {
			change := diagonal
			if r != other {
				change++
			}
			diagonal, row[j+1] = row[j+1], min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
