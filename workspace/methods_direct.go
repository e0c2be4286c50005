package workspace

import (
	"slices"
	"strings"
)

// directMethods serve direct messages. Source of the limit: Slack's reference
// of conversations.open.
var directMethods = []method{
	{"conversations.open", tier3, []string{"im:write", "mpim:write"}, nil, openDirect},
	{"conversations.close", tier2, []string{"im:write", "mpim:write", "channels:manage", "groups:write"}, []string{"channel"}, closeDirect},
}

// directMost is how many people one can write to at once.
const directMost = 8

func openDirect(c *call) (object, error) {
	if id := c.args["channel"]; id != "" {
		ch, err := c.channelArg("channel")
		if err != nil || !ch.im && !ch.mpim {
			return nil, refuse("channel_not_found")
		}
		return object{"channel": c.channelJSON(ch), "no_op": true, "already_open": true}, nil
	}
	var people []*user
	for _, id := range distinct(c.args["users"]) {
		u, ok := c.user(id)
		switch {
		case !ok:
			return nil, refuse("user_not_found")
		case u.bot:
			return nil, refuse("cannot_dm_bot")
		case u.deleted:
			return nil, refuse("user_disabled")
		}
		people = append(people, u)
	}
	switch {
	case len(people) > directMost:
		return nil, refuse("too_many_users")
	case len(people) > 1:
		if !c.app.has("mpim:write") {
			return nil, c.missingScope("mpim:write")
		}
		return object{"channel": c.channelJSON(c.circle(people))}, nil
	}
	if !c.app.has("im:write") {
		return nil, c.missingScope("im:write")
	}
	ch := c.direct(people[0])
	if c.is("return_im") {
		return object{"channel": c.channelJSON(ch)}, nil
	}
	return object{"channel": object{"id": ch.id}}, nil
}

// circle returns the direct messages of the app with several people.
func (w *Workspace) circle(people []*user) *channel {
	names, ids := []string{}, []string{w.app.user.id}
	for _, u := range people {
		names, ids = append(names, u.name), append(ids, u.id)
	}
	slices.Sort(names)
	name := "mpdm-" + strings.Join(names, "--") + "--" + w.app.user.name + "-1"
	if ch, ok := w.channelNamed(name); ok {
		return ch
	}
	ch := w.found(w.id("G"), name, w.app.user.id)
	ch.mpim, ch.private, ch.members = true, true, ids
	w.happen(Happening{Kind: Opened, Channel: ch.label(w), Person: w.app.user.name, channel: ch})
	return ch
}

func closeDirect(c *call) (object, error) {
	ch, err := c.channelArg("channel")
	switch {
	case err != nil:
		return nil, err
	case !ch.im && !ch.mpim:
		return nil, refuse("method_not_supported_for_channel_type")
	}
	return object{}, nil
}
