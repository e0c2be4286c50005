package web

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
)

// Report is the body of a call that declares an incident.
type Report struct {
	Key      string `json:"key"` // the same when the machine sends it again
	Title    string `json:"title"`
	Severity string `json:"severity"`
	Service  string `json:"service"`
	Text     string `json:"text"`
	URL      string `json:"url"`
	Drill    bool   `json:"drill"`
	Private  bool   `json:"private"`
}

const reportFields = "key, title, severity, service, text, url, drill and private"

// Declared is the answer to a report.
type Declared struct {
	Incident string   `json:"incident"`           // "INC-7"
	Channel  *string  `json:"channel"`            // its name; null until it is opened
	URL      string   `json:"url,omitempty"`      // where the channel is
	Similar  []string `json:"similar,omitempty"`  // open incidents that may be the same
	Warnings []string `json:"warnings,omitempty"` // what was taken otherwise than it was written
	Again    bool     `json:"-"`                  // it was declared before, by the same key
}

// Refusal is an answer other than success: what is wrong, and the way out.
type Refusal struct {
	Status int
	Text   string
}

func (r Refusal) Error() string { return r.Text }

// bodyMost is how many bytes a report may have.
const bodyMost = 64 << 10

// Incidents serves calls of machines that declare incidents. Each is signed with
// a secret; without one none is taken. Declare answers a [Refusal] for what it
// does not do; another error is told as such and can be tried again.
func Incidents(secret string, declare func(context.Context, Report) (Declared, error)) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		answer, err := take(rw, r, secret, declare)
		var refused Refusal
		switch {
		case errors.As(err, &refused):
			respond(rw, refused.Status, map[string]string{"error": refused.Text})
		case err != nil:
			respond(rw, http.StatusServiceUnavailable, map[string]string{"error": "Nothing is known to be declared: " + err.Error() + ". Send it again with the same key."})
		case answer.Again:
			respond(rw, http.StatusOK, answer)
		default:
			respond(rw, http.StatusCreated, answer)
		}
	})
}

func take(rw http.ResponseWriter, r *http.Request, secret string, declare func(context.Context, Report) (Declared, error)) (Declared, error) {
	if r.Method != http.MethodPost {
		rw.Header().Set("Allow", http.MethodPost)
		return Declared{}, Refusal{http.StatusMethodNotAllowed, "Incidents are declared with POST."}
	}
	if secret == "" {
		return Declared{}, Refusal{http.StatusForbidden, "Machines may not declare incidents here. Whoever runs Muster sets http.secret, and signs with it."}
	}
	body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, bodyMost))
	if err != nil {
		return Declared{}, unread(err)
	}
	if !signed(body, r.Header.Get("X-Muster-Signature"), secret) {
		return Declared{}, Refusal{http.StatusUnauthorized, "The signature does not fit. Send X-Muster-Signature: sha256= and the HMAC-SHA256 of the body, byte for byte as it is sent, in hex, with http.secret as the key."}
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return Declared{}, Refusal{http.StatusUnsupportedMediaType, "The body has to be JSON. Send Content-Type: application/json."}
	}
	report, err := decode(body)
	if err != nil {
		return Declared{}, err
	}
	return declare(r.Context(), report)
}

func unread(err error) error {
	var long *http.MaxBytesError
	if errors.As(err, &long) {
		return Refusal{http.StatusRequestEntityTooLarge, fmt.Sprintf("The body has more than %d bytes. Send less text, and a url to the rest.", bodyMost)}
	}
	return Refusal{http.StatusBadRequest, "The body did not arrive as a whole. Send it again."}
}

// signed reports whether a signature is that of a body. It takes as long for a
// wrong one as for the right one.
func signed(body []byte, signature, secret string) bool {
	given, ok := strings.CutPrefix(signature, "sha256=")
	sum, err := hex.DecodeString(given)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return hmac.Equal(sum, mac.Sum(nil)) && ok && err == nil
}

// decode reads a report, strictly.
func decode(body []byte) (r Report, err error) {
	strict := json.NewDecoder(bytes.NewReader(body))
	strict.DisallowUnknownFields()
	err = strict.Decode(&r)
	if err == nil {
		if _, more := strict.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("there is more behind the JSON")
		}
	}
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return r, nil
	case errors.As(err, &wrong) && wrong.Field != "":
		return r, Refusal{http.StatusBadRequest, fmt.Sprintf("%q has to be a %s, and is a %s.", wrong.Field, shape(wrong.Type.Kind().String()), shape(wrong.Value))}
	case errors.As(err, &wrong):
		return r, Refusal{http.StatusBadRequest, "The body has to be one JSON object, with " + reportFields + "."}
	case strings.HasPrefix(err.Error(), "json: unknown field "):
		return r, Refusal{http.StatusBadRequest, "There is no field " + strings.TrimPrefix(err.Error(), "json: unknown field ") + "; the fields are " + reportFields + "."}
	default:
		return r, Refusal{http.StatusBadRequest, "The body is no JSON: " + err.Error() + "."}
	}
}

// shape is what JSON calls a kind of value.
func shape(kind string) string {
	if kind == "bool" {
		return "true or false"
	}
	return kind
}

func respond(rw http.ResponseWriter, status int, body any) {
	rw.Header().Set("Content-Type", "application/json")
	rw.Header().Set("Cache-Control", "no-store")
	if status == http.StatusServiceUnavailable {
		rw.Header().Set("Retry-After", "30")
	}
	rw.WriteHeader(status)
	out := json.NewEncoder(rw)
	out.SetEscapeHTML(false)
	_ = out.Encode(body) // who asked is gone: nothing to do
}
