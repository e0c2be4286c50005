package timeline

import (
	"fmt"
	"slices"
	"time"

	"github.com/benbjohnson/immutable"
)

// RoleLeft tells that a role has no holder from now on.
type RoleLeft struct {
	Role Role   `json:"role"`
	Of   Person `json:"of"` // who held it
}

// HandoverOffered tells that the holder of a role wants to hand it on. Until it
// is accepted the holder stays in charge.
type HandoverOffered struct {
	Role  Role   `json:"role"`
	To    Person `json:"to"`
	State string `json:"state"` // how things stood when it was offered
}

// HandoverDeclined tells that a handover was not accepted, or was taken back.
type HandoverDeclined struct {
	Role Role   `json:"role"`
	To   Person `json:"to"`
}

// Ticked tells that a step of a role's checklist is done.
type Ticked struct {
	Role Role   `json:"role"`
	Step string `json:"step"`
}

// Left tells that someone went out of the incident's channel.
type Left struct {
	Person Person `json:"person"`
}

// Followed tells that the event's person wants to hear of an incident without
// joining its channel, or no longer does.
type Followed struct {
	Off bool `json:"off,omitempty"`
}

// Deactivated tells that the account of someone who holds a role was closed.
type Deactivated struct {
	Person Person `json:"person"`
}

// AccessAsked tells that the event's person wants to be let into a private
// incident.
type AccessAsked struct {
	Why string `json:"why,omitempty"`
}

// AccessGranted tells that a member let someone into a private incident.
type AccessGranted struct {
	To Person `json:"to"`
}

// GlassBroken tells that an admin came into a private incident without being
// let in. Its members are told.
type GlassBroken struct {
	Reason string `json:"reason"`
}

// Refused tells that someone asked for what they may not do. House only.
type Refused struct {
	What     string `json:"what"`               // the command
	Incident ID     `json:"incident,omitempty"` // none where it was about none
	Why      string `json:"why"`                // the rule that refused it
}

func (RoleLeft) kind() string         { return "role_left" }
func (HandoverOffered) kind() string  { return "handover_offered" }
func (HandoverDeclined) kind() string { return "handover_declined" }
func (Ticked) kind() string           { return "ticked" }
func (Left) kind() string             { return "left" }
func (Followed) kind() string         { return "followed" }
func (Deactivated) kind() string      { return "deactivated" }
func (AccessAsked) kind() string      { return "access_asked" }
func (AccessGranted) kind() string    { return "access_granted" }
func (GlassBroken) kind() string      { return "glass_broken" }
func (Refused) kind() string          { return "refused" }

func (f RoleLeft) String() string { return fmt.Sprintf("%s is no longer the %v", f.Of.ID, f.Role) }
func (f HandoverOffered) String() string {
	return fmt.Sprintf("offered the role of the %v to %s", f.Role, f.To.ID)
}
func (f HandoverDeclined) String() string {
	return fmt.Sprintf("%s is not the next %v", f.To.ID, f.Role)
}
func (f Ticked) String() string        { return fmt.Sprintf("the %v did a step", f.Role) }
func (f Left) String() string          { return f.Person.ID + " left" }
func (f Followed) String() string      { return "follows" }
func (f Deactivated) String() string   { return f.Person.ID + " has no account any more" }
func (f AccessAsked) String() string   { return "asked for access" }
func (f AccessGranted) String() string { return "let in " + f.To.ID }
func (f GlassBroken) String() string   { return "broke the glass" }
func (f Refused) String() string       { return "was refused " + f.What }

// Handover is a role that is being handed on.
type Handover struct {
	Seq  int // the event that offered it
	Role Role
	From Person
	To   Person
	At   time.Time
}

// IsMember reports whether someone belongs to a private incident: declared it,
// was given or offered a role, came into its channel or was let in, and has not
// left since. Who leaves is out, whatever role they hold.
func (inc Incident) IsMember(id string) bool {
	if id == "" || inc.inside == nil {
		return false
	}
	inside, _ := inc.inside.Get(id)
	return inside
}

// IsOpenTo reports whether someone may hear of an incident: of a private one its
// members alone.
func (inc Incident) IsOpenTo(id string) bool { return !inc.Private || inc.IsMember(id) }

// Members returns who belongs to a private incident, by ID.
func (inc Incident) Members() []string {
	return ids(inc.inside)
}

// ids lists those of whom a map says yes, in order.
func ids(of *immutable.Map[string, bool]) (all []string) {
	if of == nil {
		return nil
	}
	for each := of.Iterator(); !each.Done(); {
		if id, yes, _ := each.Next(); yes {
			all = append(all, id)
		}
	}
	slices.Sort(all)
	return all
}

// withMembers is the meaning of facts that bring people in, or take them out.
func (inc Incident) withMembers(ev Event) Incident {
	switch f := ev.Fact.(type) {
	case Declared:
		inc = inc.admit(ev.By)
	case RoleGiven:
		inc = inc.admit(f.To)
	case HandoverOffered:
		inc = inc.admit(f.To)
	case Joined:
		inc = inc.admit(f.Person)
		inc.there = inc.there.Set(f.Person.ID, true)
	case AccessGranted:
		inc = inc.admit(f.To)
	case GlassBroken:
		inc = inc.admit(ev.By)
	case Left:
		inc = inc.dismiss(f.Person)
	case Deactivated:
		inc = inc.dismiss(f.Person)
	}
	return inc
}

func (inc Incident) dismiss(p Person) Incident {
	inc.inside, inc.there = inc.inside.Set(p.ID, false), inc.there.Set(p.ID, false)
	return inc
}

func (inc Incident) admit(p Person) Incident {
	if p.ID != "" {
		inc.inside = inc.inside.Set(p.ID, true)
	}
	return inc
}

// withRoles follows who holds what, and to whom it was offered. Whoever commands
// first has begun the investigation.
func (inc Incident) withRoles(ev Event) Incident {
	switch f := ev.Fact.(type) {
	case RoleGiven:
		inc.Holders, inc.Handovers = inc.withHolder(Holder{f.Role, f.To}), withoutHandover(inc.Handovers, f.Role)
		if inc.Status == IsDeclared && f.Role == Commander {
			inc.Status = Investigating
		}
	case RoleLeft:
		inc = inc.forgetting(RoleOpen + string(f.Role))
		inc.free = append(without(inc.free, func(v vacancy) bool { return v.role == f.Role }), vacancy{f.Role, ev.At})
		inc.Holders = without(inc.Holders, func(h Holder) bool { return h.Role == f.Role })
		inc.Handovers = withoutHandover(inc.Handovers, f.Role)
	case HandoverOffered:
		inc.Handovers = append(withoutHandover(inc.Handovers, f.Role), Handover{ev.Seq, f.Role, inc.Holder(f.Role), f.To, ev.At})
	case HandoverDeclined:
		inc.Handovers = withoutHandover(inc.Handovers, f.Role)
	}
	return inc
}

// Offered returns the handover of a role that is neither accepted nor declined.
func (inc Incident) Offered(r Role) (Handover, bool) {
	for _, h := range inc.Handovers {
		if h.Role == r {
			return h, true
		}
	}
	return Handover{}, false
}

func withoutHandover(all []Handover, r Role) []Handover {
	return without(all, func(h Handover) bool { return h.Role == r })
}

// There returns who is on record as being in the channel, by ID.
func (inc Incident) There() []string { return ids(inc.there) }

// IsGone reports whether the account of someone who held a role was closed.
func (inc Incident) IsGone(id string) bool { return slices.Contains(inc.gone, id) }

// vacancy is a role that was given up.
type vacancy struct {
	role  Role
	since time.Time
}

// FreeSince returns since when nobody holds a role that nobody holds.
func (inc Incident) FreeSince(r Role) time.Time {
	for _, v := range inc.free {
		if v.role == r {
			return v.since
		}
	}
	return inc.Declared
}

// HasAnswered reports whether someone has said how the incident was run.
func (inc Incident) HasAnswered(id string) bool { return slices.Contains(inc.answered, id) }

// HasTicked reports whether a step of a role's checklist is done.
func (inc Incident) HasTicked(r Role, step string) bool {
	return slices.Contains(inc.ticked, Ticked{r, step})
}

// Follows reports whether someone hears of the incident without having joined.
func (inc Incident) Follows(id string) bool { return slices.Contains(inc.Following, id) }

func (inc Incident) following(by Person, off bool) []string {
	others := without(inc.Following, func(id string) bool { return id == by.ID })
	if off {
		return others
	}
	return append(others, by.ID)
}

func (inc Incident) withHolder(h Holder) []Holder {
	holders := append(without(inc.Holders, func(o Holder) bool { return o.Role == h.Role }), h)
	slices.SortStableFunc(holders, func(a, b Holder) int {
		return place(a.Role) - place(b.Role)
	})
	return holders
}

// place is where a role stands among others: those that a configuration adds
// come last.
func place(r Role) int {
	if at := slices.Index(Roles, r); at >= 0 {
		return at
	}
	return len(Roles)
}

// AccessAskedAt returns when someone last asked to be let in; zero for never.
func (inc Incident) AccessAskedAt(id string) time.Time {
	for _, a := range inc.asking {
		if a.By.ID == id {
			return a.At
		}
	}
	return time.Time{}
}
