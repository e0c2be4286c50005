package workspace

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// What the page is told. Messages and views are as the Web API tells them.

// favourites is the emoji that the page offers with one click.
var favourites = []string{"pushpin", "mag", "wrench", "bulb", "mega", "dart", "eyes", "tada", "+1"}

// viewer is who the page is looked at as.
func (w *Workspace) viewer(rw http.ResponseWriter, r *http.Request) (*user, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	u, ok := w.userNamed(r.URL.Query().Get("as"))
	if !ok || u.bot || u.deleted {
		rw.WriteHeader(http.StatusNotFound)
		writeJSON(rw, object{"ok": false, "error": "name who looks: ?as=ana"})
		return nil, false
	}
	return u, true
}

func (w *Workspace) stateFor(u *user) object {
	channels := []object{}
	for _, ch := range w.channels {
		if ch.sees(u) {
			channels = append(channels, w.pageChannel(ch, u))
		}
	}
	return object{
		"me": u.id, "team": teamName, "app": w.pageApp(), "people": w.pagePeople(), "channels": channels,
		"url": "https://" + domain + ".slack.com/", "now": w.now().UnixMilli(),
		"views": w.pageViews(u), "home": w.pageHome(u), "favourites": favourites, "story": w.pageStory(),
		"phone": w.pagePhone(), "tracker": w.pageTracker(),
	}
}

func (w *Workspace) pageApp() object {
	f := w.app.Features
	commands := slices.Clone(f.Commands)
	for _, own := range builtIns() {
		commands = append(commands, own.command)
	}
	return object{
		"id": w.app.user.id, "name": w.app.user.realName, "bot": w.app.user.name, "connected": len(w.conns) > 0,
		"commands": commands, "shortcuts": listed(f.Shortcuts), "home": f.Home.Home,
	}
}

func (w *Workspace) pagePeople() []object {
	var people []object
	for _, u := range w.users {
		people = append(people, object{
			"id": u.id, "name": u.name, "real_name": u.realName, "title": u.title, "email": u.email, "zone": u.zone, "bot": u.bot,
			"deleted": u.deleted, "guest": u.guest, "stranger": u.stranger(), "admin": u.admin,
		})
	}
	return people
}

func (w *Workspace) pageChannel(ch *channel, u *user) object {
	bookmarks := []object{}
	for _, b := range ch.bookmarks {
		bookmarks = append(bookmarks, object{"title": b.title, "link": b.link, "emoji": b.emoji})
	}
	if ch.canvas != nil {
		bookmarks = append(bookmarks, object{"title": cmp.Or(ch.canvas.title, "Canvas"), "link": "/control/files/" + ch.canvas.id + "/canvas?as=" + u.name, "emoji": ":page_facing_up:"})
	}
	name := ch.name
	if ch.im {
		name = ch.other(u.id)
	}
	unread, mentions := ch.unread(u)
	return object{
		"id": ch.id, "name": name, "kind": ch.kind(), "private": ch.private, "archived": ch.archived, "member": ch.has(u.id),
		"topic": ch.topic, "purpose": ch.purpose, "members": listed(ch.members), "pins": listed(ch.pins),
		"bookmarks": bookmarks, "unread": unread, "mentions": mentions, "read": ch.read[u.id],
	}
}

// calls is what calls everybody.
var calls = regexp.MustCompile(`<!(channel|here|everyone)\b`)

// unreadMost is how many unread messages are counted.
const unreadMost = 100

// unread counts what someone has not read in a channel that they are in, and
// how much of it is meant for them.
func (c *channel) unread(u *user) (all, mentions int) {
	if !c.has(u.id) {
		return 0, 0
	}
	for _, m := range slices.Backward(c.messages) {
		if m.ts <= c.read[u.id] || all == unreadMost {
			break
		}
		if m.user == u.id || m.only != "" && m.only != u.id || isSystem(m.subtype) || !m.on("") {
			continue
		}
		all++
		if c.im || m.only == u.id || calls.MatchString(m.text) || strings.Contains(m.text, "<@"+u.id) {
			mentions++
		}
	}
	return all, mentions
}

func (w *Workspace) pageMessage(ch *channel, m *message) object {
	o := w.messageJSON(ch, m)
	if m.only != "" {
		o["only"] = m.only
	}
	return o
}

func (w *Workspace) pageViews(u *user) []object {
	views := []object{}
	for _, v := range w.modals[u.id] {
		views = append(views, v.raw)
	}
	return views
}

func (w *Workspace) pageHome(u *user) any {
	if home := w.homes[u.id]; home != nil {
		return home.raw
	}
	return nil
}

// A page reads so many messages at a time where it does not say.
const pageUsual, pageMost = 60, 500

// servePast sends a page messages of a channel, oldest first: the latest, those
// before a time stamp, or a thread.
func (w *Workspace) servePast(rw http.ResponseWriter, r *http.Request) {
	me, ok := w.viewer(rw, r)
	if !ok {
		return
	}
	q := r.URL.Query()
	limit, err := strconv.Atoi(q.Get("limit"))
	if err != nil || limit < 1 || limit > pageMost {
		limit = pageUsual
	}
	thread, before := q.Get("thread"), q.Get("before")
	if thread != "" {
		limit = pageMost
	}
	answer, found := w.past(me, q.Get("channel"), limit, func(m *message) bool {
		return m.on(thread) && (before == "" || m.ts < before)
	})
	if !found {
		rw.WriteHeader(http.StatusNotFound)
		answer = object{"ok": false, "error": "there is no such channel"}
	}
	writeJSON(rw, answer)
}

// past is the latest messages of a channel that someone may see and that are wanted.
func (w *Workspace) past(me *user, channel string, limit int, wanted func(*message) bool) (object, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, ok := w.channel(channel)
	if !ok || !ch.sees(me) {
		return nil, false
	}
	page, more := []object{}, false
	for _, m := range slices.Backward(ch.messages) {
		if m.only != "" && m.only != me.id || !wanted(m) {
			continue
		}
		if more = len(page) == limit; more {
			break
		}
		page = append(page, w.pageMessage(ch, m))
	}
	slices.Reverse(page)
	return object{"ok": true, "messages": page, "more": more}, true
}

// on reports whether a message stands in a thread, or in the channel itself
// where there is no thread given.
func (m *message) on(thread string) bool {
	if thread != "" {
		return m.ts == thread || m.thread == thread
	}
	return m.thread == "" || m.thread == m.ts || m.subtype == "thread_broadcast"
}
