package policy_test

import (
	"testing"

	"muster/policy"
	_ "muster/torture" // its flag is given to every test binary at once
)

// allowed is every cell of the table that says yes. All others say no.
var allowed = map[policy.Act]map[policy.Place]string{
	policy.Read: {
		policy.Anywhere: "command line, presumed, member, responder, admin",
		policy.Public:   "command line, presumed, member, responder, admin",
		policy.Inside:   "command line, presumed, member, responder, admin",
	},
	policy.Declare: {
		policy.Anywhere: "machine, command line, presumed, member, responder, admin",
	},
	policy.Record: {
		policy.Anywhere: "command line, presumed, member, responder, admin",
		policy.Public:   "command line, presumed, member, responder, admin",
		policy.Inside:   "command line, presumed, member, responder, admin",
	},
	policy.Run: {
		policy.Anywhere: "command line, presumed, responder, admin",
		policy.Public:   "command line, presumed, responder, admin",
		policy.Inside:   "command line, presumed, responder, admin",
	},
	policy.Publish: {
		policy.Anywhere: "command line, responder, admin",
		policy.Public:   "command line, responder, admin",
		policy.Inside:   "command line, responder, admin",
	},
	policy.RawQuery: {
		policy.Anywhere: "admin",
		policy.Public:   "admin",
		policy.Inside:   "admin",
	},
	policy.Knock: {
		policy.Anywhere: "presumed, member, responder, admin",
		policy.Outside:  "presumed, member, responder, admin",
	},
	policy.BreakGlass: {
		policy.Anywhere: "admin",
		policy.Outside:  "admin",
	},
	policy.Administer: {
		policy.Anywhere: "admin",
	},
}

func TestEveryCell(t *testing.T) {
	acts := []policy.Act{"", "something else"}
	for _, r := range policy.Rules {
		acts = append(acts, r.Act)
	}
	for _, act := range acts {
		for _, place := range append(policy.Places, "") {
			var got string
			for _, s := range append(policy.Standings, "") {
				if policy.Judge(s, act, place) != policy.Fine {
					continue
				}
				if got != "" {
					got += ", "
				}
				got += string(s)
			}
			if want := allowed[act][place]; got != want {
				t.Errorf("%q at %q: %q may, want %q", act, place, got, want)
			}
		}
	}
}

func TestWhy(t *testing.T) {
	for _, tt := range []struct {
		s    policy.Standing
		a    policy.Act
		p    policy.Place
		want policy.Why
	}{
		{policy.Unknown, policy.Read, policy.Anywhere, policy.NotKnown},
		{policy.Stranger, policy.Read, policy.Public, policy.NotOfHere},
		{policy.Guest, policy.Declare, policy.Anywhere, policy.OnlyGuest},
		{policy.Gone, policy.Record, policy.Public, policy.AccountGone},
		{policy.Machine, policy.Run, policy.Public, policy.OnlyMachine},
		{policy.Member, policy.Run, policy.Public, policy.NotResponder},
		{policy.Presumed, policy.Publish, policy.Public, policy.NotKnown},
		{policy.Member, policy.Administer, policy.Anywhere, policy.NotAdmin},
		{policy.Responder, policy.BreakGlass, policy.Outside, policy.NotAdmin},
		{policy.Local, policy.Knock, policy.Outside, policy.NotAdmin},
		{policy.Admin, policy.Read, policy.Outside, policy.NotMember},
		{policy.Admin, policy.Declare, policy.Public, policy.NotHere},
		{policy.Admin, "other", policy.Public, policy.NotHere},
	} {
		if got := policy.Judge(tt.s, tt.a, tt.p); got != tt.want {
			t.Errorf("Judge(%q, %q, %q) = %q, want %q", tt.s, tt.a, tt.p, got, tt.want)
		}
	}
}
