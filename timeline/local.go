package timeline

import "strings"

// localPrefix begins the IDs of people who used the command line on the bot's
// own machine. No chat has such IDs.
const localPrefix = "LOCAL0"

// LocalPerson is someone who uses the command line, by the name of their
// account on the machine.
func LocalPerson(account string) Person {
	id := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, account)
	return Person{ID: localPrefix + id, Name: account + " (command line)"}
}

// IsLocal reports whether an ID is of someone who used the command line, and so
// can not be reached in the chat; and the name to call them by.
func IsLocal(id string) (name string, local bool) {
	account, local := strings.CutPrefix(id, localPrefix)
	return strings.ToLower(account) + " (command line)", local
}
