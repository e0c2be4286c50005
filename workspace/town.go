package workspace

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"
)

// Person is someone who works here.
type Person struct {
	Name     string `json:"name"`      // "ana": what she is mentioned by
	RealName string `json:"real_name"` // "Ana Ruiz"
	Title    string `json:"title"`
	Email    string `json:"email"`
	Zone     string `json:"tz"` // "Europe/Madrid"; UTC where it is empty
}

var personName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,20}$`)

// AddPerson brings someone new into the workspace and into #general, and
// returns the ID.
func (w *Workspace) AddPerson(p Person) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !personName.MatchString(p.Name) {
		return "", fmt.Errorf("%q is no name: use up to 21 small letters, digits, dots, dashes and underscores", p.Name)
	}
	if _, err := time.LoadLocation(p.Zone); err != nil {
		return "", fmt.Errorf("%q is no time zone: write it as in Europe/Madrid", p.Zone)
	}
	if slices.Contains(everybody, p.Name) {
		return "", fmt.Errorf("%q calls everybody, so nobody can have the name", p.Name)
	}
	if _, taken := w.userNamed(p.Name); taken {
		return "", fmt.Errorf("%q is here already", p.Name)
	}
	if p.RealName == "" {
		p.RealName = p.Name
	}
	u := &user{id: w.id("U"), name: p.Name, realName: p.RealName, title: p.Title, email: p.Email, zone: p.Zone}
	w.users = append(w.users, u)
	w.peopleChanged()
	w.teamEvent("team_join", object{"user": w.userJSON(u)})
	if ch, ok := w.channelNamed(general); ok {
		w.enter(ch, u, "")
	}
	return u.id, nil
}

// AddChannel opens a channel for someone, with members, and returns its ID.
func (w *Workspace) AddChannel(as, name string, private bool, members ...string) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	u, ok := w.userNamed(as)
	if !ok {
		return "", fmt.Errorf("nobody here is called %q", as)
	}
	switch w.nameProblem(name) {
	case "":
	case "name_taken":
		return "", fmt.Errorf("there is a channel #%s already", name)
	default:
		return "", fmt.Errorf("%q can not be a channel: use up to %d small letters, digits, dashes and underscores", name, nameMost)
	}
	if u.deleted || u.confined() {
		return "", fmt.Errorf("%s can not open channels", as)
	}
	var guests []*user
	for _, member := range members {
		guest, ok := w.userNamed(member)
		if !ok {
			return "", fmt.Errorf("nobody here is called %q", member)
		}
		if why := w.unwelcome(&channel{name: name}, guest); why != "" {
			return "", errors.New(why)
		}
		guests = append(guests, guest)
	}
	ch := w.foundBy(u, name, private)
	for _, guest := range guests {
		if !ch.has(guest.id) {
			w.enter(ch, guest, u.id)
		}
	}
	return ch.id, nil
}

// Deactivate takes someone's account away: they leave every channel and group,
// and can do nothing any more. What they said stays.
func (w *Workspace) Deactivate(name string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	u, ok := w.userNamed(name)
	if err := idle(u, ok, name); err != nil {
		return err
	}
	u.deleted = true
	delete(w.modals, u.id)
	delete(w.homes, u.id)
	isThem := func(id string) bool { return id == u.id }
	for _, g := range w.groups {
		g.users = slices.DeleteFunc(g.users, isThem)
	}
	for _, ch := range w.channels {
		if !ch.im && ch.has(u.id) {
			ch.members = slices.DeleteFunc(ch.members, isThem)
			w.changedChannel(ch)
		}
	}
	for _, r := range w.readers {
		if r.user == u {
			r.end()
		}
	}
	w.peopleChanged()
	w.teamEvent("user_change", object{"user": w.userJSON(u), "cache_ts": w.now().Unix()})
	return nil
}
