package workspace

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
)

// vendorCall is one call of a service other than Slack that has its stand-in
// here. While it is served the lock is held.
type vendorCall struct {
	*Workspace
	*http.Request
	body []byte
}

// into reads the body.
func (c *vendorCall) into(value any) bool { return json.Unmarshal(c.body, value) == nil }

// vendorAnswer is the status and the body of an answer; nil is no body.
type vendorAnswer struct {
	status int
	body   any
}

// vendor serves a call under a name, such as "pagerduty.incidents.create",
// which faults and the journal know it by.
func (w *Workspace) vendor(name string, do func(*vendorCall) vendorAnswer) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, bodyMost))
		if err != nil {
			http.Error(rw, err.Error(), http.StatusRequestEntityTooLarge)
			return
		}
		answer, hurt := w.serveVendor(name, &vendorCall{w, r, body}, do)
		if hurt != nil && hurt.answered(rw, r) {
			return
		}
		rw.Header().Set("Content-Type", "application/json; charset=utf-8")
		rw.WriteHeader(answer.status)
		if answer.body != nil {
			_ = json.NewEncoder(rw).Encode(answer.body) // the caller is gone: nothing to do
		}
	}
}

func (w *Workspace) serveVendor(name string, c *vendorCall, do func(*vendorCall) vendorAnswer) (answer vendorAnswer, hurt *fault) {
	w.mu.Lock()
	defer w.mu.Unlock()
	hurt = w.take(func(f *fault) bool {
		family, all := strings.CutSuffix(f.Method, "*")
		return !slices.Contains(eventFaults, f.Kind) && f.Method != "*" && (f.Method == name || all && strings.HasPrefix(name, family))
	})
	answer = vendorAnswer{status: http.StatusInternalServerError}
	if hurt == nil || !hurt.before() {
		answer = do(c)
	}
	data := object{"method": name, "path": c.URL.RequestURI(), "body": string(c.body[:min(len(c.body), argMost)]), "agent": c.UserAgent(), "ok": answer.status < 400, "status": answer.status}
	if hurt != nil {
		data["fault"] = hurt.Kind
	}
	w.log("call", data)
	w.beat()
	return answer, hurt
}
