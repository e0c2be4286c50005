package workspace

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

var fileMethods = []method{
	{"files.getUploadURLExternal", []string{"files:write"}, []string{"filename", "length"}, beginUpload},
	{"files.completeUploadExternal", []string{"files:write"}, []string{"files"}, completeUpload},
	{"files.info", []string{"files:read"}, []string{"file"}, fileInfo},
	{"files.list", []string{"files:read"}, nil, listFiles},
}

// fileMost is how many bytes a file may have here.
const fileMost = 32 << 20

func beginUpload(c *call) (object, error) {
	length, err := strconv.Atoi(c.args["length"])
	if err != nil || length < 1 || length > fileMost {
		return nil, invalid("invalid_arguments", []string{"[ERROR] length must be a number of bytes"})
	}
	f := &file{id: c.id("F"), name: c.args["filename"], user: c.app.user.id, length: length, created: c.now().Unix()}
	f.url = c.host + "/files/" + f.id + "/" + url.PathEscape(f.name)
	token := c.letters("upload", idLetters, 32)
	c.uploads[token] = f
	c.files = append(c.files, f)
	return object{"upload_url": c.host + "/upload/" + token, "file_id": f.id}, nil
}

// serveUpload takes a file's content: as the body, or as the first part of a form.
func (w *Workspace) serveUpload(rw http.ResponseWriter, r *http.Request) {
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
	var ch *channel
	if c.args["channel_id"] != "" {
		var err error
		if ch, err = c.inChannel("channel_id"); err != nil {
			return nil, err
		}
	}
	var files []*file
	for _, want := range wanted {
		f, ok := find(c.files, func(f *file) bool { return f.id == want.ID && f.uploaded && !f.done })
		if !ok {
			return nil, refuse("file_not_found")
		}
		f.title = want.Title
		files = append(files, f)
	}
	return c.complete(ch, files), nil
}

func (c *call) complete(ch *channel, files []*file) object {
	var all []object
	for _, f := range files {
		f.done = true
		if ch != nil {
			f.channels = []string{ch.id}
		}
		all = append(all, c.fileJSON(f))
	}
	if ch != nil {
		m := c.own(c.args["initial_comment"], nil, nil)
		m.subtype, m.files = "file_share", files
		c.put(ch, m)
	}
	return object{"files": all}
}

func fileInfo(c *call) (object, error) {
	f, ok := find(c.files, func(f *file) bool { return f.id == c.args["file"] && f.done })
	if !ok {
		return nil, refuse("file_not_found")
	}
	return object{"file": c.fileJSON(f), "comments": []object{}, "response_metadata": metadataOf("")}, nil
}

func listFiles(c *call) (object, error) {
	since, _ := strconv.ParseInt(c.args["ts_from"], 10, 64)
	files := []object{}
	for _, f := range c.files {
		if f.done && f.created >= since &&
			(c.args["user"] == "" || f.user == c.args["user"]) &&
			(c.args["channel"] == "" || slices.Contains(f.channels, c.args["channel"])) {
			files = append(files, c.fileJSON(f))
		}
	}
	return object{"files": files, "paging": object{"count": len(files), "total": len(files), "page": 1, "pages": 1}}, nil
}

// serveFile hands out a file's content. Here it needs no login.
func (w *Workspace) serveFile(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	f, ok := find(w.files, func(f *file) bool { return f.id == r.PathValue("id") && f.done })
	w.mu.Unlock()
	if !ok {
		http.NotFound(rw, r)
		return
	}
	rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
	rw.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = rw.Write(f.content) // the caller is gone: nothing to do
}
