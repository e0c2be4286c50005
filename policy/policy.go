// Package policy says who may do what. It is one table, and it is pure: what is
// not in the table is refused.
package policy

import "slices"

// Standing is what someone is in the chat, as far as rights go.
type Standing string

// The standings, from no rights at all to all there are.
const (
	Unknown   Standing = "unknown"      // nobody could say who it is
	Stranger  Standing = "stranger"     // of another company, in a shared channel
	Guest     Standing = "guest"        // invited into some channels only
	Gone      Standing = "gone"         // the account is closed
	Machine   Standing = "machine"      // an app, or a signed call over HTTP
	Local     Standing = "command line" // an account on the bot's own machine
	Presumed  Standing = "presumed"     // taken for a member while the chat can not be asked
	Member    Standing = "member"       // of the workspace
	Responder Standing = "responder"    // a member whom the configuration lets run incidents
	Admin     Standing = "admin"
)

// Standings lists every standing.
var Standings = []Standing{Unknown, Stranger, Guest, Gone, Machine, Local, Presumed, Member, Responder, Admin}

// Act is a kind of thing that can be asked.
type Act string

// The acts, in the order in which help explains them.
const (
	Read       Act = "read"
	Declare    Act = "declare"
	Record     Act = "record"
	Run        Act = "run"
	Publish    Act = "publish"
	RawQuery   Act = "raw query" // of metrics, in the source's own language: what a person types is asked there as it is
	Knock      Act = "knock"
	BreakGlass Act = "break the glass"
	Administer Act = "administer"
)

// Place is where an act is done, as seen by whoever does it.
type Place string

// The places.
const (
	Anywhere Place = "no incident"
	Public   Place = "a public incident"
	Inside   Place = "a private incident, as its member"
	Outside  Place = "a private incident, from outside"
)

// Places lists every place.
var Places = []Place{Anywhere, Public, Inside, Outside}

// Rule is a row of the table: who may do an act, and where.
type Rule struct {
	Act   Act
	Who   []Standing
	Where []Place
}

var (
	people     = []Standing{Presumed, Member, Responder, Admin}
	anybody    = append([]Standing{Local}, people...)
	running    = []Standing{Local, Presumed, Responder, Admin}
	responders = []Standing{Local, Responder, Admin}
	admins     = []Standing{Admin}
	open       = []Place{Anywhere, Public, Inside}
)

// Rules is the table. An act that has no row, a standing or a place that is not
// in its row, is refused.
var Rules = []Rule{
	{Read, anybody, open},
	{Declare, append([]Standing{Machine}, anybody...), []Place{Anywhere}},
	{Record, anybody, open},
	{Run, running, open},
	{Publish, responders, open},
	{RawQuery, admins, open},
	{Knock, people, []Place{Anywhere, Outside}},
	{BreakGlass, admins, []Place{Anywhere, Outside}},
	{Administer, admins, []Place{Anywhere}},
}

// Why says why an act is refused.
type Why string

// The reasons.
const (
	Fine         Why = ""
	NotKnown     Why = "not known"      // who it is could not be looked up
	NotOfHere    Why = "not of here"    // a stranger
	OnlyGuest    Why = "only a guest"   //
	AccountGone  Why = "account gone"   //
	OnlyMachine  Why = "only a machine" //
	NotResponder Why = "not a responder"
	NotAdmin     Why = "not an admin"
	NotMember    Why = "not a member" // of the private incident
	NotHere      Why = "not here"     // the act makes no sense in that place
)

// Judge says whether someone may do something somewhere, and if not, why.
func Judge(s Standing, a Act, p Place) Why {
	at := slices.IndexFunc(Rules, func(r Rule) bool { return r.Act == a })
	if at < 0 {
		return NotHere
	}
	rule := Rules[at]
	if !slices.Contains(rule.Who, s) {
		return lacks(s, rule)
	}
	if !slices.Contains(rule.Where, p) {
		if p == Outside {
			return NotMember
		}
		return NotHere
	}
	return Fine
}

// lacks says what someone is not whom a rule leaves out.
func lacks(s Standing, r Rule) Why {
	switch s {
	case Stranger:
		return NotOfHere
	case Guest:
		return OnlyGuest
	case Gone:
		return AccountGone
	case Machine:
		return OnlyMachine
	case Presumed:
		return NotKnown
	case Member:
		if slices.Contains(r.Who, Responder) {
			return NotResponder
		}
	case Unknown:
		return NotKnown
	}
	return NotAdmin
}
