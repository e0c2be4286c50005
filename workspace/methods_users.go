package workspace

var userMethods = []method{
	{"users.info", []string{"users:read"}, []string{"user"}, userInfo},
	{"users.list", []string{"users:read"}, nil, listUsers},
	{"users.lookupByEmail", []string{"users:read.email"}, []string{"email"}, userByEmail},
	{"team.info", []string{"team:read"}, nil, teamInfo},
}

func userInfo(c *call) (object, error) {
	u, ok := c.user(c.args["user"])
	if !ok {
		return nil, refuse("user_not_found")
	}
	return object{"user": c.userJSON(u)}, nil
}

func listUsers(c *call) (object, error) {
	from, to, next, err := c.page(len(c.users), 100, 999)
	if err != nil {
		return nil, err
	}
	var members []object
	for _, u := range c.users[from:to] {
		members = append(members, c.userJSON(u))
	}
	return object{"members": members, "cache_ts": c.now().Unix(), "response_metadata": metadataOf(next)}, nil
}

func userByEmail(c *call) (object, error) {
	u, ok := find(c.users, func(u *user) bool { return u.email == c.args["email"] && u.email != "" })
	if !ok {
		return nil, refuse("users_not_found")
	}
	return object{"user": c.userJSON(u)}, nil
}

func teamInfo(c *call) (object, error) {
	return object{"team": object{"id": teamID, "name": teamName, "domain": domain, "email_domain": "demo.example", "icon": object{}, "url": "https://" + domain + ".slack.com/"}}, nil
}
