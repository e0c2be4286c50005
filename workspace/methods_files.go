package workspace

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

var fileMethods = []method{
	{"files.getUploadURLExternal", tier4, []string{"files:write"}, []string{"filename", "length"}, beginUpload},
	{"files.completeUploadExternal", tier4, []string{"files:write"}, []string{"files"}, completeUpload},
	{"files.info", tier4, []string{"files:read"}, []string{"file"}, fileInfo},
	{"files.list", tier3, []string{"files:read"}, nil, listFiles},
	{"files.delete", tier3, []string{"files:write"}, []string{"file"}, deleteFile},
	{"files.upload", tier2, nil, nil, func(*call) (object, error) { return nil, refuse("method_deprecated") }},
}

// fileMost is how many bytes a file may have here.
const fileMost = 32 << 20

func beginUpload(c *call) (object, error) {
	length, err := strconv.Atoi(c.args["length"])
	if err != nil || length < 1 || length > fileMost {
		return nil, invalid("invalid_arguments", []string{"[ERROR] length must be a number of bytes"})
	}
	f := &file{id: c.id("F"), name: c.args["filename"], user: c.app.user.id, length: length, alt: c.args["alt_txt"] + c.args["alt_text"], created: c.now().Unix()}
	f.url = c.host + "/files/" + f.id + "/" + url.PathEscape(f.name)
	token := c.letters("upload", idLetters, 32)
	c.uploads[token] = f
	c.files = append(c.files, f)
	w := c.Workspace
	w.after(uploadFor, func() { w.discard(token, f) })
	return object{"upload_url": c.host + "/upload/" + token, "file_id": f.id}, nil
}

// uploadFor is how long an upload may take until it is completed.
const uploadFor = time.Hour

// discard forgets an upload that was not completed.
func (w *Workspace) discard(token string, f *file) {
	delete(w.uploads, token)
	if !f.done {
		w.files = slices.DeleteFunc(w.files, func(o *file) bool { return o == f })
	}
}

// serveUpload takes a file's content: as the body, or as the first part of a form.
func (w *Workspace) serveUpload(rw http.ResponseWriter, r *http.Request) {
	if w.thaw(r.Context()) != nil {
		return
	}
	content, err := readUpload(r)
	w.mu.Lock()
	defer w.mu.Unlock()
	token := r.PathValue("id")
	f, ok := w.uploads[token]
	if err != nil || !ok || len(content) != f.length {
		http.Error(rw, "no such upload, or not the length that was announced", http.StatusBadRequest)
		return
	}
	delete(w.uploads, token)
	f.content, f.uploaded = content, true
	_, _ = io.WriteString(rw, "OK - "+strconv.Itoa(len(content))) // the caller is gone: nothing to do
}

func readUpload(r *http.Request) ([]byte, error) {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		return io.ReadAll(io.LimitReader(r.Body, fileMost+1))
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, err
	}
	part, err := parts.NextPart()
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(part, fileMost+1))
}

func completeUpload(c *call) (object, error) {
	var wanted []struct{ ID, Title string }
	if err := json.Unmarshal([]byte(c.args["files"]), &wanted); err != nil || len(wanted) == 0 {
		return nil, invalid("invalid_arguments", []string{"[ERROR] files must be a list of objects with an id"})
	}
	rooms, err := c.sharedWith()
	if err != nil {
		return nil, err
	}
	var files []*file
	for _, want := range wanted {
		f, ok := find(c.files, func(f *file) bool { return f.id == want.ID && f.uploaded && !f.done })
		if !ok {
			return nil, refuse("file_not_found")
		}
		if f.title = want.Title; f.title == "" {
			f.title = f.name
		}
		files = append(files, f)
	}
	for _, ch := range rooms {
		if _, ok := ch.message(c.args["thread_ts"]); !ok && c.args["thread_ts"] != "" {
			return nil, refuse("thread_not_found")
		}
	}
	said := content{text: c.args["initial_comment"]}
	if err := c.readBlocks(&said); err != nil {
		return nil, err
	}
	all := []object{}
	for _, f := range files {
		f.done = true
		for _, ch := range rooms {
			f.channels = append(f.channels, ch.id)
		}
		all = append(all, c.fileJSON(f))
	}
	for _, ch := range rooms {
		m := c.own(said)
		m.subtype, m.files = "file_share", files
		if parent, ok := ch.message(c.args["thread_ts"]); ok {
			m.thread = rootOf(parent)
		}
		c.put(ch, m)
		for _, f := range files {
			c.emit("file_shared", ch, object{"channel_id": ch.id, "file_id": f.id, "user_id": c.app.user.id, "file": object{"id": f.id}})
		}
	}
	return object{"files": all}, nil
}

// channelsMost is how many channels a file may be shared with at once.
const channelsMost = 100

// sharedWith is the channels that an upload names.
func (c *call) sharedWith() ([]*channel, error) {
	ids := slices.DeleteFunc(distinct(c.args["channel_id"]+","+c.args["channels"]), func(id string) bool { return id == "" })
	if len(ids) > channelsMost {
		return nil, refuse("channels_limit_exceeded")
	}
	var rooms []*channel
	for _, id := range ids {
		c.args["channel"] = id
		ch, err := c.inChannel("channel")
		if err != nil {
			return nil, err
		}
		rooms = append(rooms, ch)
	}
	return rooms, nil
}

func deleteFile(c *call) (object, error) {
	f, ok := find(c.files, func(f *file) bool { return f.id == c.args["file"] && f.done })
	switch {
	case !ok:
		return nil, refuse("file_not_found")
	case f.user != c.app.user.id:
		return nil, refuse("cant_delete_file")
	}
	c.files = slices.DeleteFunc(c.files, func(o *file) bool { return o == f })
	for _, ch := range c.channels {
		for _, m := range ch.messages {
			if slices.Contains(m.files, f) {
				m.files = slices.DeleteFunc(slices.Clone(m.files), func(o *file) bool { return o == f })
				c.happen(Happening{Kind: Edited, Channel: ch.label(c.Workspace), Message: c.see(ch, m), channel: ch, message: m})
			}
		}
	}
	return object{}, nil
}

func fileInfo(c *call) (object, error) {
	f, ok := find(c.files, func(f *file) bool { return f.id == c.args["file"] && f.done && c.seesFile(f) })
	if !ok {
		return nil, refuse("file_not_found")
	}
	return object{"file": c.fileJSON(f), "comments": []object{}, "response_metadata": metadataOf("")}, nil
}

// seesFile reports whether the app may see a file: its own, and those in
// channels that it may look into.
func (c *call) seesFile(f *file) bool {
	return c.mayRead(f, c.app.user, func(ch *channel) bool { return ch.sees(c.app.user) })
}

func listFiles(c *call) (object, error) {
	since, _ := strconv.ParseInt(c.args["ts_from"], 10, 64)
	files := []object{}
	for _, f := range c.files {
		if f.done && f.created >= since && c.seesFile(f) &&
			(c.args["user"] == "" || f.user == c.args["user"]) &&
			(c.args["channel"] == "" || slices.Contains(f.channels, c.args["channel"])) {
			files = append(files, c.fileJSON(f))
		}
	}
	return object{"files": files, "paging": object{"count": len(files), "total": len(files), "page": 1, "pages": 1}}, nil
}

// serveFile hands out a file's content to the app: with its token, the scope
// files:read, and where it is in a channel of the file's. Anybody else is sent
// to the login page, as Slack does it.
func (w *Workspace) serveFile(rw http.ResponseWriter, r *http.Request) {
	if w.thaw(r.Context()) != nil {
		return
	}
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	w.mu.Lock()
	known := token == w.app.botToken && !w.revoked["bot"] && w.app.has("files:read")
	f, ok := find(w.files, func(f *file) bool { return f.id == r.PathValue("id") && f.done })
	allowed := ok && known && w.mayRead(f, w.app.user, func(ch *channel) bool { return ch.has(w.app.user.id) })
	w.log("file", object{"file": r.PathValue("id"), "ok": allowed})
	content := f.bytes()
	w.mu.Unlock()
	if !allowed {
		http.Redirect(rw, r, "/login?redir="+url.QueryEscape(r.URL.Path), http.StatusFound)
		return
	}
	rw.Header().Set("Content-Type", kindOf(f.name))
	writeFile(rw, content)
}

// serveLogin is where those end up who may not have a file: a page, with status 200.
func serveLogin(rw http.ResponseWriter, _ *http.Request) {
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(rw, "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in to "+teamName+"</body></html>\n") // the caller is gone: nothing to do
}

// mayRead reports whether someone may have a file: their own, and those in
// channels of theirs.
func (w *Workspace) mayRead(f *file, u *user, theirs func(*channel) bool) bool {
	return f.user == u.id || slices.ContainsFunc(f.channels, func(id string) bool {
		ch, ok := w.channel(id)
		return ok && theirs(ch)
	})
}

// servePageFile hands out a file's content to someone's page. What the app has
// uploaded and shared nowhere may stand in its blocks, so everybody may see it.
func (w *Workspace) servePageFile(rw http.ResponseWriter, r *http.Request) {
	me, ok := w.viewer(rw, r)
	if !ok {
		return
	}
	w.mu.Lock()
	f, ok := find(w.files, func(f *file) bool { return f.id == r.PathValue("id") && f.done })
	ok = ok && (f.user == w.app.user.id && len(f.channels) == 0 || w.mayRead(f, me, func(ch *channel) bool { return ch.sees(me) }))
	content := f.bytes()
	w.mu.Unlock()
	if !ok {
		http.NotFound(rw, r)
		return
	}
	kind := kindOf(f.name)
	if !shownKind(kind) {
		kind = "text/plain; charset=utf-8"
	}
	rw.Header().Set("Content-Type", kind)
	writeFile(rw, content)
}

// bytes is what a file has now: a canvas may have others later. The lock is held.
func (f *file) bytes() []byte {
	if f == nil {
		return nil
	}
	return f.content
}

// writeFile writes a file's content, of which nothing can run.
func writeFile(rw http.ResponseWriter, content []byte) {
	rw.Header().Set("X-Content-Type-Options", "nosniff")
	rw.Header().Set("Content-Security-Policy", "sandbox; default-src 'none'")
	_, _ = rw.Write(content) // the caller is gone: nothing to do
}
