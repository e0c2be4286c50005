package slack

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"muster/chat"
	"muster/timeline"
)

// members is who belongs to a user group.
type members struct {
	ids []string
	err error // why Slack did not say at the latest look-up
}

// What was looked up is good for so long. Afterwards it is still used, and looked
// up anew meanwhile: nobody waits for it.
const (
	profileGood = 15 * time.Minute
	groupGood   = 5 * time.Minute
	groupAgain  = time.Minute // after Slack did not say
)

// Profile returns what Slack knows of someone. It remembers whom it has met.
func (s *Slack) Profile(ctx context.Context, id string) (chat.Profile, error) {
	if name, local := timeline.IsLocal(id); local {
		return chat.Profile{Person: timeline.Person{ID: id, Name: name}, Kind: chat.Local}, nil
	}
	p, known, stale := s.people.recall(id)
	switch {
	case !known:
		return s.lookUp(ctx, id)
	case stale:
		s.behind.Go(func() { s.lookUp(context.WithoutCancel(ctx), id) })
	}
	return p, nil
}

func (s *Slack) lookUp(ctx context.Context, id string) (chat.Profile, error) {
	p := chat.Profile{Person: timeline.Person{ID: id}}
	err := s.call(ctx, "users.info", "", func() error {
		u, err := s.api.GetUserInfoContext(ctx, id)
		if err == nil {
			p = s.profileOf(u)
		}
		return err
	})
	if err == nil {
		s.meet(p)
	}
	return p, err
}

func (s *Slack) meet(p chat.Profile) {
	s.people.keep(p.ID, p, profileGood)
	if p.Kind == chat.Member {
		s.emails.keep(p.Email, p.ID)
	}
}

// profileOf reads one of Slack's people. Who belongs to another team is a
// stranger, whatever else is said of them.
func (s *Slack) profileOf(u *slack.User) chat.Profile {
	p := chat.Profile{
		Person: timeline.Person{ID: u.ID, Name: nameOf(u)}, Zone: u.TZ, Email: u.Profile.Email,
		Kind: chat.Member, Admin: u.IsAdmin || u.IsOwner,
	}
	switch {
	case u.Deleted:
		p.Kind = chat.Gone
	case u.IsBot || u.ID == "USLACKBOT":
		p.Kind = chat.App
	case u.IsStranger || u.TeamID != "" && s.me().team != "" && u.TeamID != s.me().team && u.Enterprise.ID == "":
		p.Kind = chat.Stranger
	case u.IsRestricted || u.IsUltraRestricted:
		p.Kind = chat.Guest
	}
	return p
}

// Person implements [chat.Chat].
func (s *Slack) Person(ctx context.Context, id string) (timeline.Person, string, error) {
	p, err := s.Profile(ctx, id)
	return p.Person, p.Zone, err
}

// Email returns someone's e-mail address.
func (s *Slack) Email(ctx context.Context, id string) (string, error) {
	_, email, err := s.Contact(ctx, id)
	return email, err
}

// Contact returns someone's name and e-mail address.
func (s *Slack) Contact(ctx context.Context, id string) (name, email string, err error) {
	p, err := s.Profile(ctx, id)
	switch {
	case err != nil:
		return "", "", err
	case p.Kind == chat.Local:
		return p.Name, "", timeline.Refusal(errors.New("they are known on the command line only; page the service instead"))
	case p.Email == "":
		return p.Name, "", timeline.Refusal(errors.New("Slack shows no e-mail address of theirs (the app needs the scope users:read.email); page the service instead"))
	}
	return p.Name, p.Email, nil
}

// strangerFor is how long it is believed that an address is nobody's here: those of
// another service's users are asked for again and again.
const strangerFor = 15 * time.Minute

// ByEmail returns who has an e-mail address, and whether anybody does. Whom the
// bot has met is found without a call. Right after the start it waits a little for
// Slack: what people did meanwhile is looked up then, and would go by their names alone.
func (s *Slack) ByEmail(ctx context.Context, email string) (p timeline.Person, ok bool, err error) {
	s.begin.wait(ctx)
	if id, known := s.emails.recall(email); known {
		p, err := s.Profile(ctx, id)
		return p.Person, err == nil && p.Kind == chat.Member, err
	}
	if _, known, stale := s.strangers.recall(strings.ToLower(email)); known && !stale {
		return p, false, nil
	}
	err = s.call(ctx, "users.lookupByEmail", "", func() error {
		u, err := s.api.GetUserByEmailContext(ctx, email)
		if err == nil {
			known := s.profileOf(u)
			s.meet(known)
			p, ok = known.Person, known.Kind == chat.Member
		}
		return err
	})
	if timeline.IsRefusal(err) {
		s.strangers.keep(strings.ToLower(email), struct{}{}, strangerFor)
		return p, false, nil // there is nobody of that address here
	}
	return p, ok, err
}

// Zone returns someone's time zone, and whether Slack knows it.
func (s *Slack) Zone(ctx context.Context, id string) (*time.Location, bool) {
	p, err := s.Profile(ctx, id)
	zone, unknown := time.LoadLocation(p.Zone)
	return zone, err == nil && unknown == nil && p.Zone != ""
}

// InGroup reports whether someone belongs to a user group. What Slack said last
// holds where it does not answer.
func (s *Slack) InGroup(ctx context.Context, person, group string) (bool, error) {
	ids, err := s.GroupMembers(ctx, group)
	return slices.Contains(ids, person), err
}

// GroupMembers implements [chat.Chat]. What Slack said last is good for a while,
// and is then looked up anew without anybody waiting; that it does not say is
// remembered for a minute.
func (s *Slack) GroupMembers(ctx context.Context, group string) ([]string, error) {
	m, known, stale := s.groups.recall(group)
	switch {
	case !known:
		return s.lookUpGroup(ctx, group)
	case stale:
		s.behind.Go(func() { s.lookUpGroup(context.WithoutCancel(ctx), group) })
	}
	return m.ids, m.err
}

func (s *Slack) lookUpGroup(ctx context.Context, group string) ([]string, error) {
	var ids []string
	err := s.call(ctx, "usergroups.users.list", "", func() (err error) {
		ids, err = s.api.GetUserGroupMembersContext(ctx, group)
		return err
	})
	good := groupGood
	if err != nil {
		before, _, _ := s.groups.recall(group)
		ids, good = before.ids, groupAgain
	}
	s.groups.keep(group, members{ids, err}, good)
	return ids, err
}

// Acquaint meets the people of the workspace, up to a number, so that what they
// may do is known before they ask. Nobody waits for it.
func (s *Slack) Acquaint(ctx context.Context, most int) error {
	for cursor, met := "", 0; ; {
		var page []slack.User
		err := s.calmly(ctx, "users.list", func() (err error) {
			p := s.api.GetUsersPaginated(slack.GetUsersOptionLimit(pageMost))
			p.Cursor = cursor
			p, err = p.Next(ctx)
			page, cursor = p.Users, p.Cursor
			return err
		})
		if err != nil {
			return err
		}
		for n := range page {
			s.meet(s.profileOf(&page[n]))
		}
		if met += len(page); cursor == "" || met >= most {
			return nil
		}
	}
}

func nameOf(u *slack.User) string {
	for _, name := range []string{u.Profile.RealName, u.RealName, u.Profile.DisplayName, u.Name} {
		if name := chat.CleanLine(name); name != "" {
			return name
		}
	}
	return u.ID
}
