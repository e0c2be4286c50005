package workspace

import (
	"regexp"
	"slices"
)

var historyMethods = []method{
	{"conversations.history", tier3, pastAny, []string{"channel"}, history},
	{"conversations.replies", tier3, pastAny, []string{"channel", "ts"}, replies},
	{"conversations.mark", tier3, []string{"channels:manage", "groups:write", "im:write", "mpim:write"}, []string{"channel", "ts"}, markRead},
}

// timeStamp is what bounds of a history may look like.
var timeStamp = regexp.MustCompile(`^\d+(\.\d+)?$`)

var pastAny = []string{"channels:history", "groups:history", "im:history", "mpim:history"}

func history(c *call) (object, error) {
	return c.past(func(ch *channel, m *message) bool { return m.on("") }, true)
}

func replies(c *call) (object, error) {
	ch, err := c.joined("channel")
	if err != nil {
		return nil, err
	}
	parent, ok := ch.message(c.args["ts"])
	if !ok {
		return nil, refuse("thread_not_found")
	}
	root := rootOf(parent)
	return c.past(func(_ *channel, m *message) bool { return m.ts == root || m.thread == root }, false)
}

// past returns messages of a channel, newest first as history does or oldest
// first as replies does.
func (c *call) past(shown func(*channel, *message) bool, newestFirst bool) (object, error) {
	ch, err := c.joined("channel")
	if err != nil {
		return nil, err
	}
	for _, key := range []string{"oldest", "latest"} {
		if ts := c.args[key]; ts != "" && !timeStamp.MatchString(ts) {
			return nil, refuse("invalid_ts_" + key)
		}
	}
	var all []*message
	for _, m := range ch.messages {
		if m.only == "" && shown(ch, m) && c.within(m.ts) {
			all = append(all, m)
		}
	}
	if newestFirst {
		slices.Reverse(all)
	}
	from, to, next, err := c.page(len(all), 100, 1000)
	if err != nil {
		return nil, err
	}
	page := []object{}
	for _, m := range all[from:to] {
		page = append(page, c.pastJSON(ch, m))
	}
	return object{"messages": page, "has_more": next != "", "pin_count": len(ch.pins), "response_metadata": metadataOf(next)}, nil
}

func (c *call) within(ts string) bool {
	oldest, latest, inclusive := c.args["oldest"], c.args["latest"], c.is("inclusive")
	if oldest != "" && (ts < oldest || ts == oldest && !inclusive) {
		return false
	}
	return latest == "" || ts < latest || ts == latest && inclusive
}

// pastJSON is a message with its metadata as far as it was asked for.
func (c *call) pastJSON(ch *channel, m *message) object {
	o := c.messageJSON(ch, m)
	if len(m.metadata) > 0 && !c.is("include_all_metadata") {
		delete(o, "metadata")
	}
	return o
}

func markRead(c *call) (object, error) {
	ch, err := c.joined("channel")
	if err != nil {
		return nil, err
	}
	ch.read[c.app.user.id] = c.args["ts"]
	return object{}, nil
}
