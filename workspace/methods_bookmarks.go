package workspace

import (
	"net/url"
	"slices"
)

var bookmarkMethods = []method{
	{"bookmarks.add", tier2, []string{"bookmarks:write"}, []string{"channel_id", "title", "type"}, addBookmark},
	{"bookmarks.edit", tier2, []string{"bookmarks:write"}, []string{"channel_id", "bookmark_id"}, editBookmark},
	{"bookmarks.remove", tier2, []string{"bookmarks:write"}, []string{"channel_id", "bookmark_id"}, removeBookmark},
	{"bookmarks.list", tier3, []string{"bookmarks:read"}, []string{"channel_id"}, listBookmarks},
}

// bookmarksMost is how many bookmarks a channel may have. Source: Slack's
// reference of bookmarks.add.
const bookmarksMost = 100

// bookmark is a link in the header of a channel.
type bookmark struct {
	id, title, link, emoji string
	created, updated       int64
}

func (c *call) bookmarkJSON(ch *channel, b *bookmark) object {
	return object{
		"id": b.id, "channel_id": ch.id, "title": b.title, "link": b.link, "emoji": b.emoji, "icon_url": nil, "type": "link", "entity_id": nil,
		"date_created": b.created, "date_updated": b.updated, "rank": "U", "last_updated_by_user_id": c.app.user.id,
		"last_updated_by_team_id": teamID, "shortcut_id": nil, "app_id": c.app.id,
	}
}

func addBookmark(c *call) (object, error) {
	ch, err := c.inChannel("channel_id")
	switch {
	case err != nil:
		return nil, err
	case c.args["type"] != "link":
		return nil, refuse("invalid_bookmark_type")
	case !isLink(c.args["link"]):
		return nil, refuse("invalid_link")
	case len(ch.bookmarks) >= bookmarksMost:
		return nil, refuse("too_many_bookmarks")
	}
	b := &bookmark{id: c.id("Bk"), title: c.args["title"], link: c.args["link"], emoji: c.args["emoji"], created: c.now().Unix()}
	ch.bookmarks = append(ch.bookmarks, b)
	c.changedChannel(ch)
	return object{"bookmark": c.bookmarkJSON(ch, b)}, nil
}

func isLink(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// bookmarked is the bookmark that the call names.
func (c *call) bookmarked() (*channel, *bookmark, error) {
	ch, err := c.inChannel("channel_id")
	if err != nil {
		return nil, nil, err
	}
	b, ok := find(ch.bookmarks, func(b *bookmark) bool { return b.id == c.args["bookmark_id"] })
	if !ok {
		return nil, nil, refuse("not_found")
	}
	return ch, b, nil
}

func editBookmark(c *call) (object, error) {
	ch, b, err := c.bookmarked()
	if err != nil {
		return nil, err
	}
	if link := c.args["link"]; link != "" && !isLink(link) {
		return nil, refuse("invalid_link")
	}
	for key, to := range map[string]*string{"title": &b.title, "link": &b.link, "emoji": &b.emoji} {
		if text := c.args[key]; text != "" {
			*to = text
		}
	}
	b.updated = c.now().Unix()
	c.changedChannel(ch)
	return object{"bookmark": c.bookmarkJSON(ch, b)}, nil
}

func removeBookmark(c *call) (object, error) {
	ch, b, err := c.bookmarked()
	if err != nil {
		return nil, err
	}
	ch.bookmarks = slices.DeleteFunc(ch.bookmarks, func(o *bookmark) bool { return o == b })
	c.changedChannel(ch)
	return object{}, nil
}

func listBookmarks(c *call) (object, error) {
	ch, err := c.joined("channel_id")
	if err != nil {
		return nil, err
	}
	all := []object{}
	for _, b := range ch.bookmarks {
		all = append(all, c.bookmarkJSON(ch, b))
	}
	return object{"bookmarks": all}, nil
}
