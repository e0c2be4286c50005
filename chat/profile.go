package chat

import "muster/timeline"

// Profile is what a chat knows of someone.
type Profile struct {
	timeline.Person
	Zone  string // the time zone, as "Europe/Paris"; empty where it is not known
	Email string
	Kind  Kind
	Admin bool // of the chat
}

// Kind is what someone is in the chat.
type Kind string

// The kinds.
const (
	Member   Kind = "member"
	Guest    Kind = "guest"    // let into some channels only
	Stranger Kind = "stranger" // of another company, in a shared channel
	App      Kind = "app"
	Gone     Kind = "gone"  // the account is closed
	Local    Kind = "local" // on the command line, and not in the chat at all
)
