package chat

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"muster/templates"
	"muster/timeline"
)

// People brings those who have a part into the channel, and tells each in a
// direct message what the role asks of them.
type People struct {
	Chat  Chat
	Texts templates.Texts
	// Wanted returns who is to be invited besides, by the severity and the service:
	// people and user groups. It may be nil.
	Wanted func(timeline.Incident) []string
}

// Name is "people".
func (People) Name() string { return "people" }

// Urgency is that of the channel.
func (People) Urgency() timeline.Urgency { return timeline.Room }

const (
	invite       = "invite"
	tellRole     = "tell-role"
	tellDeclarer = "tell-declarer"
	inviteMore   = "invite-more"
	offer        = "offer"
	inviteBeside = "invite-beside"
)

// React invites and tells whoever is given a part, as soon as there is a
// channel; where there can be none, or it can not be spoken in, the declarer is
// told.
func (p People) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	switch f := ev.Fact.(type) {
	case timeline.ChannelOpened:
		effects := []timeline.Effect{timeline.Do(invite, involved(inc))}
		for _, h := range inc.Holders {
			effects = append(effects, timeline.Do(tellRole, h.Role).OnObject(string(h.Role)))
		}
		return append(effects, p.more(inc)...)
	case timeline.SeverityChanged:
		if inc.Channel.ID != "" && f.To < f.From {
			return p.more(inc)
		}
	case timeline.HandoverOffered:
		effects := []timeline.Effect{timeline.Do(offer, f.Role).OnObject(string(f.Role))}
		if inc.Channel.ID != "" {
			effects = append(effects, timeline.Do(invite, []string{f.To.ID}))
		}
		return effects
	case timeline.SideOpened:
		if inc.Private { // nobody can join it
			return []timeline.Effect{timeline.Do(inviteBeside, inc.Members())}
		}
	case timeline.Absorbed:
		if inc.Channel.ID != "" && len(f.People) > 0 {
			return []timeline.Effect{timeline.Do(invite, f.People)}
		}
	case timeline.AuthorAsked:
		if inc.Channel.ID != "" && !inc.Private && f.Person.ID != "" && !inc.IsThere(f.Person.ID) {
			return []timeline.Effect{timeline.Do(invite, []string{f.Person.ID})}
		}
	case timeline.AccessGranted:
		return p.letIn(inc, f.To)
	case timeline.GlassBroken:
		return p.letIn(inc, ev.By)
	case timeline.RoleGiven:
		if inc.Channel.ID == "" {
			return nil
		}
		return []timeline.Effect{
			timeline.Do(invite, []string{f.To.ID}),
			timeline.Do(tellRole, f.Role).OnObject(string(f.Role)),
		}
	case timeline.Undelivered:
		roomless := inc.Channel.ID == "" && f.Effect.To != p.Name()
		unheard := f.Effect.To == (Room{}).Name() && inc.News(f) // the room itself can not be told
		if inc.ID != timeline.House && (roomless || unheard) {
			return []timeline.Effect{timeline.Do(tellDeclarer, nil)}
		}
	}
	return nil
}

// more invites whom the configuration wants here. Into private incidents nobody
// comes who was not let in.
func (p People) more(inc timeline.Incident) []timeline.Effect {
	if p.Wanted == nil || inc.Private {
		return nil
	}
	if wanted := p.Wanted(inc); len(wanted) > 0 {
		return []timeline.Effect{timeline.Do(inviteMore, wanted)}
	}
	return nil
}

func (p People) letIn(inc timeline.Incident, who timeline.Person) []timeline.Effect {
	if inc.Channel.ID == "" {
		return nil
	}
	return []timeline.Effect{timeline.Do(invite, []string{who.ID})}
}

// involved returns the declarer, whoever holds a role and whoever was let in,
// each once; of a private incident its members.
func involved(inc timeline.Incident) []string {
	if inc.Private {
		return inc.Members()
	}
	people := append([]string{inc.DeclaredBy.ID, inc.ReopenedBy.ID}, inc.Former...)
	for _, h := range inc.Holders {
		people = append(people, h.Person.ID)
	}
	for _, ev := range inc.Events {
		if let, ok := ev.Fact.(timeline.AccessGranted); ok {
			people = append(people, let.To.ID)
		}
	}
	seen := map[string]bool{"": true} // the declarer is nobody where a machine declared it
	return slices.DeleteFunc(people, func(id string) bool {
		again := seen[id]
		seen[id] = true
		return again
	})
}

// Deliver invites or tells.
func (p People) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	switch e.Do {
	case invite:
		return nil, p.inviteTo(ctx, inc.Channel.ID, inc, e)
	case inviteBeside:
		return nil, p.inviteTo(ctx, inc.Side.ID, inc, e)
	case inviteMore:
		return nil, p.inviteMore(ctx, inc, e)
	case offer:
		return nil, p.offer(ctx, inc, e)
	case tellRole:
		return nil, p.tellRole(ctx, inc, e)
	case tellDeclarer:
		if isLocal(inc.DeclaredBy.ID) || inc.DeclaredBy.ID == "" || !inc.IsOpenTo(inc.DeclaredBy.ID) {
			return nil, nil
		}
		was := inc.At(e.Seq)
		failed, _ := was.Events[len(was.Events)-1].Fact.(timeline.Undelivered)
		m := failure(p.Texts, inc.ID, e.Seq, failed)
		m.Text = p.Texts.T("said.on record", inc.ID, inc.Title, m.Text)
		m.Parts[0] = Paragraph{m.Text}
		return nil, PostOnce(ctx, p.Chat, inc.DeclaredBy.ID, m, e)
	}
	return nil, unknownOrder(e)
}

// inviteTo brings in whom the order names, but for those who have left a private
// incident since.
func (p People) inviteTo(ctx context.Context, channel string, inc timeline.Incident, e timeline.Effect) error {
	var people []string
	if err := e.Read(&people); err != nil {
		return err
	}
	left := func(id string) bool { return !inc.IsOpenTo(id) }
	return p.invite(ctx, channel, slices.DeleteFunc(people, left))
}

// invite brings people in together, and one by one where that fails, so that
// one who can not come keeps nobody else out.
func (p People) invite(ctx context.Context, channel string, people []string) error {
	people = slices.DeleteFunc(slices.Clone(people), isLocal)
	if len(people) == 0 {
		return nil
	}
	err := p.Chat.Invite(ctx, channel, people...)
	var one *NotInvited
	switch {
	case !timeline.IsRefusal(err):
		return err
	case len(people) == 1 && errors.As(err, &one):
		return p.missed(one)
	case len(people) == 1:
		return err
	}
	missed := &NotInvited{Why: map[string]string{}}
	for _, person := range people {
		err := p.Chat.Invite(ctx, channel, person)
		switch {
		case errors.As(err, &one):
			maps.Copy(missed.Why, one.Why)
		case err != nil:
			return err
		}
	}
	if len(missed.Why) == 0 {
		return nil
	}
	return p.missed(missed)
}

// missed is a refusal that names who could not be invited.
func (p People) missed(m *NotInvited) error {
	var all []string
	for _, person := range slices.Sorted(maps.Keys(m.Why)) {
		all = append(all, p.Texts.T("reason.who", templates.Person(person), m.Why[person]))
	}
	return timeline.Refusal(errors.New(p.Texts.T("reason.not invited", strings.Join(all, ", "))))
}

// inviteMore brings in people and the members of user groups, as far as they can
// come.
func (p People) inviteMore(ctx context.Context, inc timeline.Incident, e timeline.Effect) error {
	var wanted []string
	if err := e.Read(&wanted); err != nil {
		return err
	}
	var people []string
	for _, id := range wanted {
		if !strings.HasPrefix(id, "S") {
			people = append(people, id)
			continue
		}
		members, err := p.Chat.GroupMembers(ctx, id)
		if err != nil && (len(members) == 0 || !timeline.IsRefusal(err)) {
			return fmt.Errorf("who is in the user group %s: %w", id, err)
		}
		people = append(people, members...)
	}
	slices.Sort(people)
	people = slices.DeleteFunc(slices.Compact(people), inc.IsThere)
	return p.invite(ctx, inc.Channel.ID, people)
}

// offer tells someone that they are to take a role over.
func (p People) offer(ctx context.Context, inc timeline.Incident, e timeline.Effect) error {
	var role timeline.Role
	if err := e.Read(&role); err != nil {
		return err
	}
	offered, ok := inc.Offered(role)
	if !ok || offered.Seq != e.Seq || isLocal(offered.To.ID) || !inc.IsOpenTo(offered.To.ID) {
		return nil // answered meanwhile, or offered to somebody else, or they have left
	}
	t, id := p.Texts, inc.ID.String()
	was := inc.At(e.Seq)
	lead := t.T("state.offered", t.RoleName(role))
	if from := was.Holder(role).ID; from != "" {
		lead = t.T("state.hands on", templates.Person(from), t.RoleName(role))
	}
	m := stateMessage(t, was, t.Handover(was, role), lead+"\n"+t.Part(role).Duties).With(
		Button{Label: t.T("button.accept", t.RoleName(role)), Command: fmt.Sprintf("accept %s %s", id, role), Primary: true},
		Button{Label: t.T("button.decline"), Command: fmt.Sprintf("decline %s %s", id, role)},
	)
	return PostOnce(ctx, p.Chat, offered.To.ID, m, e)
}

func isLocal(id string) bool {
	_, local := timeline.IsLocal(id)
	return local
}

func (p People) tellRole(ctx context.Context, inc timeline.Incident, e timeline.Effect) error {
	var role timeline.Role
	if err := e.Read(&role); err != nil {
		return err
	}
	was := inc.At(e.Seq)
	holder := was.Holder(role)
	if inc.Holder(role).ID != holder.ID || !inc.IsOpenTo(holder.ID) {
		return nil // handed on meanwhile: the next holder is told; or they have left
	}
	if isLocal(holder.ID) {
		return nil // who is on the command line has been told there
	}
	return PostOnce(ctx, p.Chat, holder.ID, Say(p.Texts.RoleTold(was, role)), e)
}
