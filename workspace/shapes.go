package workspace

import (
	"cmp"
	"maps"
	"mime"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"
)

// The shapes in which the Web API and events tell of things. Source: Slack's
// reference of types.

func (w *Workspace) channelJSON(c *channel) object {
	if c.im {
		with := c.other(w.app.user.id)
		u, known := w.user(with)
		return object{
			"id": c.id, "created": c.created, "is_im": true, "is_org_shared": false, "context_team_id": teamID,
			"user": with, "is_archived": c.archived, "is_user_deleted": known && u.deleted, "is_open": true, "priority": 0,
		}
	}
	shared, teams := w.shared(c), []string{teamID}
	if shared {
		teams = append(teams, strangersTeam)
	}
	o := object{
		"id": c.id, "name": c.name, "name_normalized": c.name, "created": c.created, "creator": c.creator,
		"is_channel": !c.mpim, "is_group": c.mpim, "is_im": false, "is_mpim": c.mpim, "is_private": c.private,
		"is_archived": c.archived, "is_general": c.name == general, "is_member": c.has(w.app.user.id),
		"is_shared": shared, "is_ext_shared": shared, "is_org_shared": false, "is_pending_ext_shared": false,
		"pending_shared": []string{}, "shared_team_ids": teams, "unlinked": 0, "context_team_id": teamID, "updated": c.created * 1000,
		"topic":          object{"value": c.topic, "creator": c.creator, "last_set": c.created},
		"purpose":        object{"value": c.purpose, "creator": c.creator, "last_set": c.created},
		"previous_names": listed(c.former), "priority": 0,
	}
	if shared {
		o["conversation_host_id"], o["connected_team_ids"] = teamID, []string{strangersTeam}
	}
	if c.canvas != nil {
		o["properties"] = canvasJSON(c.canvas)
	}
	if c.has(w.app.user.id) {
		o["last_read"] = w.readUpTo(c, w.app.user.id)
	}
	return o
}

// other is the one that a person talks to in direct messages.
func (c *channel) other(id string) string {
	for _, member := range c.members {
		if member != id {
			return member
		}
	}
	return id
}

func (w *Workspace) readUpTo(c *channel, id string) string {
	if ts := c.read[id]; ts != "" {
		return ts
	}
	return "0000000000.000000"
}

func (w *Workspace) profileJSON(u *user) object {
	first, last, _ := strings.Cut(u.realName, " ")
	profile := object{
		"real_name": u.realName, "real_name_normalized": u.realName, "display_name": u.name, "display_name_normalized": u.name,
		"first_name": first, "last_name": last, "title": u.title, "phone": "", "skype": "", "team": u.workplace(), "fields": object{},
		"status_text": "", "status_emoji": "", "status_expiration": 0, "avatar_hash": "0",
	}
	if w.app.has("users:read.email") && u.email != "" {
		profile["email"] = u.email
	}
	if u.bot {
		profile["api_app_id"], profile["bot_id"], profile["always_active"] = w.app.id, w.app.botID, true
	}
	return profile
}

func (w *Workspace) userJSON(u *user) object {
	zone, offset := "Etc/UTC", 0
	if place, err := time.LoadLocation(u.zone); err == nil && u.zone != "" {
		zone = u.zone
		_, offset = w.now().In(place).Zone()
	}
	o := object{
		"id": u.id, "team_id": u.workplace(), "name": u.name, "deleted": u.deleted, "profile": w.profileJSON(u),
		"is_bot": u.bot, "is_app_user": false, "updated": 1,
	}
	if u.deleted { // Slack tells less of those who have gone
		return o
	}
	maps.Copy(o, object{
		"color": "4bbe2e", "real_name": u.realName, "tz": zone, "tz_label": zone, "tz_offset": offset,
		"is_admin": u.admin, "is_owner": u.owner, "is_primary_owner": u.owner,
		"is_restricted": u.guest, "is_ultra_restricted": u.single, "is_email_confirmed": !u.bot, "who_can_share_contact_card": "EVERYONE",
	})
	if u.stranger() {
		o["is_stranger"] = true
	}
	return o
}

func (w *Workspace) botJSON() object {
	return object{
		"id": w.app.botID, "app_id": w.app.id, "user_id": w.app.user.id, "name": w.app.user.realName, "icons": object{},
		"deleted": false, "updated": 1, "team_id": teamID,
	}
}

func (w *Workspace) messageJSON(c *channel, m *message) object {
	o := object{"type": "message", "user": m.user, "text": m.text, "ts": m.ts, "team": teamID}
	if u, ok := w.user(m.user); ok && u.stranger() {
		o["team"], o["user_team"], o["source_team"] = u.team, u.team, u.team
	}
	if m.bot {
		o["bot_id"], o["app_id"], o["bot_profile"] = w.app.botID, w.app.id, w.botJSON()
	}
	set := func(key string, value any, there bool) {
		if there {
			o[key] = value
		}
	}
	set("client_msg_id", m.clientID, m.clientID != "")
	set("subtype", m.subtype, m.subtype != "")
	set("inviter", m.inviter, m.inviter != "")
	set("topic", c.topic, m.subtype == "channel_topic")
	set("purpose", c.purpose, m.subtype == "channel_purpose")
	set("name", c.name, m.subtype == "channel_name")
	set("blocks", m.blocks, len(m.blocks) > 0)
	set("attachments", m.attachments, len(m.attachments) > 0)
	set("thread_ts", m.thread, m.thread != "")
	set("edited", object{"user": m.editor, "ts": m.edited}, m.edited != "")
	set("pinned_to", []string{c.id}, slices.Contains(c.pins, m.ts))
	set("metadata", m.metadata, len(m.metadata) > 0)
	if m.username != "" {
		o["subtype"], o["username"], o["icons"] = "bot_message", m.username, object{"emoji": m.icon}
	}
	var reactions []object
	for _, r := range m.reactions {
		reactions = append(reactions, object{"name": r.name, "users": slices.Clone(r.users), "count": len(r.users)})
	}
	set("reactions", reactions, len(reactions) > 0)
	var files []object
	for _, f := range m.files {
		files = append(files, w.fileJSON(f))
	}
	set("files", files, len(files) > 0)
	set("upload", false, len(files) > 0)
	w.threadJSON(o, c, m)
	return o
}

// threadJSON tells of the thread that a message began or is in.
func (w *Workspace) threadJSON(o object, c *channel, m *message) {
	if n := len(m.replies); n > 0 {
		o["thread_ts"], o["reply_count"], o["reply_users_count"] = m.ts, n, len(m.repliers)
		o["reply_users"], o["latest_reply"], o["is_locked"], o["subscribed"] = slices.Clone(m.repliers), m.replies[n-1], false, false
	}
	if m.thread == "" || m.thread == m.ts {
		return
	}
	if parent, ok := c.message(m.thread); ok {
		o["parent_user_id"] = parent.user
		if m.subtype == "thread_broadcast" {
			o["root"] = w.messageJSON(c, parent)
		}
	}
}

func (w *Workspace) fileJSON(f *file) object {
	kind := cmp.Or(f.kind, kindOf(f.name))
	within := map[string][]string{}
	for _, id := range f.channels {
		if ch, ok := w.channel(id); ok {
			within[ch.kind()] = append(within[ch.kind()], id)
		}
	}
	o := object{
		"id": f.id, "created": f.created, "timestamp": f.created, "name": f.name, "title": f.title, "user": f.user, "user_team": teamID,
		"mimetype": kind, "filetype": strings.TrimPrefix(path.Ext(f.name), "."), "pretty_type": kind, "size": len(f.content), "mode": "hosted",
		"is_external": false, "external_type": "", "is_public": len(within["channel"]) > 0, "public_url_shared": false, "display_as_bot": false, "editable": false,
		"username": "", "channels": listed(within["channel"]), "groups": listed(append(within["group"], within["mpim"]...)), "ims": listed(within["im"]), "comments_count": 0,
		"url_private": f.url, "url_private_download": f.url, "file_access": "visible", "has_rich_preview": false,
		"permalink": "https://" + domain + ".slack.com/files/" + f.user + "/" + f.id + "/" + url.PathEscape(f.name),
	}
	if f.alt != "" {
		o["alt_txt"] = f.alt
	}
	if shownKind(kind) {
		o["thumb_360"], o["thumb_720"] = f.url, f.url
	}
	return o
}

// kindOf is the media type of a file, by its name.
func kindOf(name string) string {
	kind, _, _ := mime.ParseMediaType(mime.TypeByExtension(path.Ext(name)))
	if kind == "" {
		kind = "text/plain"
	}
	return kind
}

// shownKind reports whether a browser may show files of a media type: only
// those that can hold no script.
func shownKind(kind string) bool {
	return slices.Contains([]string{"image/png", "image/jpeg", "image/gif", "image/webp"}, kind)
}

func permalink(c *channel, m *message) string {
	url := "https://" + domain + ".slack.com/archives/" + c.id + "/p" + strings.Replace(m.ts, ".", "", 1)
	if m.thread != "" && m.thread != m.ts {
		url += "?thread_ts=" + m.thread + "&cid=" + c.id
	}
	return url
}
