package workspace

import (
	"slices"
	"strings"
)

var userMethods = []method{
	{"users.info", tier4, []string{"users:read"}, []string{"user"}, userInfo},
	{"users.list", tier2, []string{"users:read"}, nil, listUsers},
	{"users.lookupByEmail", tier3, []string{"users:read.email"}, []string{"email"}, userByEmail},
	{"users.profile.get", tier4, []string{"users.profile:read"}, nil, userProfile},
	{"users.getPresence", tier3, []string{"users:read"}, nil, presence},
	{"users.setPresence", tier2, []string{"users:write"}, []string{"presence"}, setPresence},
	{"bots.info", tier3, []string{"users:read"}, nil, botInfo},
	{"dnd.info", tier3, []string{"dnd:read"}, nil, doNotDisturb},
	{"team.info", tier3, []string{"team:read"}, nil, teamInfo},
	{"emoji.list", tier2, []string{"emoji:read"}, nil, listEmoji},
	{"usergroups.list", tier2, []string{"usergroups:read"}, nil, listGroups},
	{"usergroups.users.list", tier2, []string{"usergroups:read"}, []string{"usergroup"}, listGroupUsers},
	{"usergroups.users.update", tier2, []string{"usergroups:write"}, []string{"usergroup", "users"}, setGroupUsers},
}

// userArg is the user that the call names; the app's where it names none.
func (c *call) userArg() (*user, error) {
	id := c.args["user"]
	if id == "" {
		id = c.app.user.id
	}
	u, ok := c.user(id)
	if !ok {
		return nil, refuse("user_not_found")
	}
	return u, nil
}

func userInfo(c *call) (object, error) {
	u, err := c.userArg()
	if err != nil {
		return nil, err
	}
	o := c.userJSON(u)
	if c.is("include_locale") {
		o["locale"] = "en-US"
	}
	return object{"user": o}, nil
}

func listUsers(c *call) (object, error) {
	from, to, next, err := c.page(len(c.users), 100, 1000)
	if err != nil {
		return nil, err
	}
	members := []object{}
	for _, u := range c.users[from:to] {
		members = append(members, c.userJSON(u))
	}
	return object{"members": members, "cache_ts": c.now().Unix(), "response_metadata": metadataOf(next)}, nil
}

func userByEmail(c *call) (object, error) {
	u, ok := find(c.users, func(u *user) bool {
		return u.email != "" && strings.EqualFold(u.email, c.args["email"]) && !u.deleted && !u.stranger()
	})
	if !ok {
		return nil, refuse("users_not_found")
	}
	return object{"user": c.userJSON(u)}, nil
}

func userProfile(c *call) (object, error) {
	u, err := c.userArg()
	if err != nil {
		return nil, err
	}
	return object{"profile": c.profileJSON(u)}, nil
}

func presence(c *call) (object, error) {
	if _, err := c.userArg(); err != nil {
		return nil, err
	}
	return object{"presence": "active", "online": true, "auto_away": false, "manual_away": false}, nil
}

func setPresence(c *call) (object, error) {
	if c.args["presence"] != "auto" && c.args["presence"] != "away" {
		return nil, refuse("invalid_presence")
	}
	return object{}, nil
}

func botInfo(c *call) (object, error) {
	if id := c.args["bot"]; id != "" && id != c.app.botID {
		return nil, refuse("bot_not_found")
	}
	return object{"bot": c.botJSON()}, nil
}

func doNotDisturb(c *call) (object, error) {
	if _, err := c.userArg(); err != nil {
		return nil, err
	}
	return object{"dnd_enabled": false, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1, "snooze_enabled": false}, nil
}

func teamInfo(c *call) (object, error) {
	return object{"team": object{
		"id": teamID, "name": teamName, "domain": domain, "email_domain": "demo.example",
		"icon": object{"image_default": true}, "url": "https://" + domain + ".slack.com/",
	}}, nil
}

func listEmoji(c *call) (object, error) {
	return object{"emoji": object{}, "cache_ts": c.ts()}, nil // those of the workspace itself: it has none
}

func groupJSON(g *usergroup) object {
	return object{
		"id": g.id, "team_id": teamID, "is_usergroup": true, "is_subteam": true, "name": g.name, "handle": g.handle, "description": "",
		"is_external": false, "date_create": 1, "date_update": 1, "date_delete": 0, "auto_type": nil, "user_count": len(g.users),
		"prefs": object{"channels": []string{}, "groups": []string{}}, "users": g.users,
	}
}

func listGroups(c *call) (object, error) {
	groups := []object{}
	for _, g := range c.groups {
		o := groupJSON(g)
		if !c.is("include_users") {
			delete(o, "users")
		}
		groups = append(groups, o)
	}
	return object{"usergroups": groups}, nil
}

func (c *call) group() (*usergroup, error) {
	g, ok := find(c.groups, func(g *usergroup) bool { return g.id == c.args["usergroup"] })
	if !ok {
		return nil, refuse("no_such_subteam")
	}
	return g, nil
}

func listGroupUsers(c *call) (object, error) {
	g, err := c.group()
	if err != nil {
		return nil, err
	}
	return object{"users": slices.Clone(g.users)}, nil
}

func setGroupUsers(c *call) (object, error) {
	g, err := c.group()
	if err != nil {
		return nil, err
	}
	ids := strings.Split(c.args["users"], ",")
	for _, id := range ids {
		if _, ok := c.user(id); !ok {
			return nil, refuse("invalid_users")
		}
	}
	former := g.users
	g.users = ids
	without := func(all, of []string) []string {
		return listed(slices.DeleteFunc(slices.Clone(all), func(id string) bool { return slices.Contains(of, id) }))
	}
	added, removed := without(ids, former), without(former, ids)
	c.teamEvent("subteam_members_changed", object{
		"subteam_id": g.id, "team_id": teamID, "date_previous_update": c.now().Unix(), "date_update": c.now().Unix(),
		"added_users": added, "added_users_count": len(added), "removed_users": removed, "removed_users_count": len(removed),
	})
	return object{"usergroup": groupJSON(g)}, nil
}
