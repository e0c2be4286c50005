package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

// hookMost is how many bytes a call may have by which a vendor tells something:
// PagerDuty and Jira send less. hookFor is how long it may take to keep it:
// PagerDuty waits for five seconds.
const (
	hookMost = 2 << 20
	hookFor  = 4 * time.Second
)

// Hook serves calls by which a vendor tells what happened there. Take proves the
// signature and keeps what is told; it is answered when that is done. A [Refusal]
// is answered as such, and after any other error the vendor sends it again.
func Hook(take func(ctx context.Context, head http.Header, body []byte) error) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		err := hooked(rw, r, take)
		var refused Refusal
		switch {
		case errors.As(err, &refused):
			respond(rw, refused.Status, map[string]string{"error": refused.Text})
		case err != nil:
			respond(rw, http.StatusServiceUnavailable, map[string]string{"error": "It could not be kept. Send it again."})
		default:
			respond(rw, http.StatusAccepted, map[string]string{"status": "kept"})
		}
	})
}

func hooked(rw http.ResponseWriter, r *http.Request, take func(context.Context, http.Header, []byte) error) error {
	if r.Method != http.MethodPost {
		rw.Header().Set("Allow", http.MethodPost)
		return Refusal{http.StatusMethodNotAllowed, "Webhooks come with POST."}
	}
	body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, hookMost))
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long):
		return Refusal{http.StatusRequestEntityTooLarge, "The body is longer than any webhook."}
	case err != nil:
		return err // it is sent again
	}
	ctx, cancel := context.WithTimeout(r.Context(), hookFor)
	defer cancel()
	return take(ctx, r.Header, body)
}

// Signed reports whether a signature, "sha256=" and the HMAC-SHA256 of a body in
// hex, is that of the body. It takes as long for a wrong one as for the right one.
func Signed(body []byte, signature, secret string) bool { return signed(body, signature, secret) }
