package web

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"muster/integrations/changes"
	"muster/integrations/changes/ingest"
)

// Key lets one source tell of changes.
type Key struct {
	Source  string // its name
	Secret  string
	Service string // that its changes are of where a call does not say; empty for none
}

// ChangeCalls says who may tell of changes, and what becomes of those.
type ChangeCalls struct {
	Keys     []Key // without one nobody may
	NeedTime bool  // a signature has to be over a time as well
	Now      func() time.Time
	// Put keeps changes, all of them or none. It answers [changes.Refused] for one
	// that can not be kept and a [Refusal] for what it does not do; another error is
	// told as such and can be tried again.
	Put func(ctx context.Context, told []changes.Change) ([]changes.Outcome, error)
}

// changesMost is how many bytes a call may have, and clocksMost how far the clock
// of whoever signs a time may be from ours: for so long a call can be sent again
// by somebody who saw it, and it changes nothing.
const (
	changesMost = 256 << 10
	clocksMost  = 5 * time.Minute
)

// taken is the answer to a call, and toldOf what it says of one change.
type taken struct {
	Status  string   `json:"status,omitempty"`  // "success", for senders that were made for PagerDuty
	Message string   `json:"message,omitempty"` // for them as well
	Changes []toldOf `json:"changes"`
	Ignored []string `json:"ignored,omitempty"` // why something is no change

	code int
}

type toldOf struct {
	ID       string         `json:"id"`
	Source   string         `json:"source"`
	Status   changes.Status `json:"status"`
	Late     bool           `json:"late,omitempty"`
	Warnings []string       `json:"warnings,omitempty"`
}

// Changes serves machines that tell of changes. A bearer key or a signature tells
// which source it is.
func Changes(c ChangeCalls) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		answer, err := c.take(rw, r)
		var refused Refusal
		switch {
		case errors.As(err, &refused):
			respond(rw, refused.Status, map[string]string{"error": refused.Text})
		case err != nil:
			respond(rw, http.StatusServiceUnavailable, map[string]string{"error": "Nothing is known to be kept: " + err.Error() + ". Send it again: each change is kept once."})
		default:
			respond(rw, answer.code, answer)
		}
	})
}

func (c ChangeCalls) take(rw http.ResponseWriter, r *http.Request) (taken, error) {
	if r.Method != http.MethodPost {
		rw.Header().Set("Allow", http.MethodPost)
		return taken{}, Refusal{http.StatusMethodNotAllowed, "Changes are told with POST."}
	}
	if len(c.Keys) == 0 {
		return taken{}, Refusal{http.StatusForbidden, "Changes are not taken here. Whoever runs Muster sets http.secret, or changes.sources.NAME.secret for each source."}
	}
	body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, changesMost))
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long):
		return taken{}, Refusal{http.StatusRequestEntityTooLarge, fmt.Sprintf("The body has more than %d bytes. Send fewer changes at once, and a url to long texts.", changesMost)}
	case err != nil:
		return taken{}, Refusal{http.StatusBadRequest, "The body did not arrive as a whole. Send it again."}
	}
	key, err := c.who(r.Header, body)
	if err != nil {
		return taken{}, err
	}
	if !ingest.Reads(r.Header.Get("Content-Type")) {
		return taken{}, Refusal{http.StatusUnsupportedMediaType, "The body has to be JSON. Send Content-Type: application/json, or application/cloudevents+json."}
	}
	told, err := ingest.Decode(r.Header, body)
	if err != nil {
		return taken{}, refusedChange(err)
	}
	return c.keep(r.Context(), key, told)
}

// keep keeps what is told, as that of a source.
func (c ChangeCalls) keep(ctx context.Context, key Key, told ingest.Told) (taken, error) {
	for n := range told.Changes {
		told.Changes[n].Source = key.Source
		if told.Changes[n].Service == "" {
			told.Changes[n].Service = key.Service
		}
	}
	outcomes, err := c.Put(ctx, told.Changes)
	if err != nil {
		return taken{}, refusedChange(err)
	}
	answer := taken{Changes: []toldOf{}, Ignored: told.Ignored, code: http.StatusOK}
	for n, o := range outcomes {
		if o.Status == changes.New {
			answer.code = http.StatusCreated
		}
		answer.Changes = append(answer.Changes, toldOf{ID: o.ID, Source: o.Source, Status: o.Status, Late: o.Late(), Warnings: append(told.Warnings[n], o.Warnings...)})
	}
	if told.PagerDuty {
		answer.Status, answer.Message, answer.code = "success", "Change event processed", http.StatusAccepted
	}
	return answer, nil
}

// refusedChange says which change of a list can not be kept.
func refusedChange(err error) error {
	var refused changes.Refused
	switch {
	case !errors.As(err, &refused):
		return err
	case refused.Index < 0:
		return Refusal{http.StatusBadRequest, refused.Why}
	}
	return Refusal{http.StatusBadRequest, fmt.Sprintf("Nothing is kept, because of change [%d]: %s", refused.Index, refused.Why)}
}

// who returns the key that a call is made with. A signature counts before a
// bearer key, and that before a key in the body.
func (c ChangeCalls) who(head http.Header, body []byte) (Key, error) {
	given, signed := signatureOf(head)
	if signed {
		return c.signer(body, given)
	}
	if scheme, secret, ok := strings.Cut(head.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return c.holder(strings.TrimSpace(secret), "The bearer key fits no source. Send that of http.secret, or of changes.sources.NAME.secret.")
	}
	if secret := ingest.RoutingKey(body); secret != "" {
		return c.holder(secret, "The routing_key fits no source. Send the secret of one, as changes.sources.NAME.secret has it.")
	}
	return Key{}, Refusal{http.StatusUnauthorized, "The call has no key. Send Authorization: Bearer and the key, or X-Muster-Signature: sha256= and the HMAC-SHA256 of the body in hex."}
}

// signatures are the headers that a signature may be in, the HMAC-SHA256 in hex,
// and what stands before it there: our own, that of GitHub and those who do as it
// does, and LaunchDarkly's.
var signatures = []struct{ header, before string }{
	{"X-Muster-Signature", "sha256="}, {"X-Hub-Signature-256", "sha256="}, {"X-LD-Signature", ""},
}

// signature is one that a call has.
type signature struct {
	sum   []byte // nil where it is none
	stamp string // the time that is signed with the body, as it is written; empty for none
}

func signatureOf(head http.Header) (s signature, ok bool) {
	for n, at := range signatures {
		text := head.Get(at.header)
		if text == "" {
			continue
		}
		if text, ok := strings.CutPrefix(text, at.before); ok {
			s.sum, _ = hex.DecodeString(text) // what is no hex fits no key
		}
		if n == 0 { // others sign the body alone
			s.stamp = head.Get("X-Muster-Timestamp")
		}
		return s, true
	}
	return s, false
}

// signer returns the key that a call is signed with, now.
func (c ChangeCalls) signer(body []byte, given signature) (Key, error) {
	said := body
	if given.stamp != "" {
		said = append([]byte(given.stamp+"."), body...)
	}
	key, ok := c.find(func(secret string) bool {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(said)
		return hmac.Equal(given.sum, mac.Sum(nil))
	})
	switch {
	case !ok && given.stamp != "":
		return Key{}, Refusal{http.StatusUnauthorized, "The signature fits no source. With X-Muster-Timestamp it is the HMAC-SHA256 of that time, a dot and the body, byte for byte as they are sent, in hex."}
	case !ok:
		return Key{}, Refusal{http.StatusUnauthorized, "The signature fits no source. Send X-Muster-Signature: sha256= and the HMAC-SHA256 of the body, byte for byte as it is sent, in hex, with the secret of the source as the key."}
	case given.stamp == "" && c.NeedTime:
		return Key{}, Refusal{http.StatusUnauthorized, "The signature has no time, which changes.require_timestamp demands. Send X-Muster-Timestamp: the seconds since 1970, and sign that time, a dot and the body."}
	case given.stamp == "":
		return key, nil
	}
	return key, c.timely(given.stamp)
}

// timely refuses a time that is too far from now: the call may be one that was
// overheard.
func (c ChangeCalls) timely(stamp string) error {
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || seconds < 0 || seconds > 1<<40 {
		return Refusal{http.StatusUnauthorized, "X-Muster-Timestamp has to be the seconds since 1970, such as date +%s prints them."}
	}
	apart := c.Now().Sub(time.Unix(seconds, 0)).Round(time.Second)
	direction := "behind"
	if apart < 0 {
		apart, direction = -apart, "ahead of"
	}
	if apart > clocksMost {
		return Refusal{http.StatusUnauthorized, fmt.Sprintf("X-Muster-Timestamp is %v %s Muster's clock, and %v is allowed. Sign each call anew, with the time it is; mend the clock that is wrong.", apart, direction, clocksMost)}
	}
	return nil
}

// holder returns the key that a call shows.
func (c ChangeCalls) holder(shown, otherwise string) (Key, error) {
	given := sha256.Sum256([]byte(shown))
	key, ok := c.find(func(secret string) bool {
		sum := sha256.Sum256([]byte(secret))
		return hmac.Equal(given[:], sum[:])
	})
	if !ok {
		return Key{}, Refusal{http.StatusUnauthorized, otherwise}
	}
	return key, nil
}

// find returns the key that fits. It asks of every one, so that it takes as long
// for each, and for none.
func (c ChangeCalls) find(fits func(secret string) bool) (found Key, ok bool) {
	for _, key := range c.Keys {
		if key.Secret != "" && fits(key.Secret) {
			found, ok = key, true
		}
	}
	return found, ok
}
