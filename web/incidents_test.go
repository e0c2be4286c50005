package web_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"muster/web"
)

const secret = "a-secret-for-tests-only"

func sign(body, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// call is a signed call; what a test changes makes it another.
func call(body string, change func(*http.Request)) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/v1/incidents", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Muster-Signature", sign(body, secret))
	if change != nil {
		change(r)
	}
	return r
}

func TestIncidents(t *testing.T) {
	const good = `{"key":"a","title":"x"}`
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	right := sign(good, secret)
	name := "inc-1-x"
	for _, tt := range []struct {
		what   string
		body   string
		change func(*http.Request)
		err    error
		status int
		want   string
	}{
		{"a new one", good, nil, nil, 201, `{"incident":"INC-1","channel":null,"similar":["INC-9"]}`},
		{"one sent again", `{"key":"again"}`, nil, nil, 200, `{"incident":"INC-1","channel":"inc-1-x","url":"https://s.example/archives/C1"}`},
		{"with a character set", good, header("Content-Type", "application/json; charset=utf-8"), nil, 201, "INC-1"},
		{"space behind it", good + " \n", nil, nil, 201, "INC-1"},
		{"no signature", good, header("X-Muster-Signature", ""), nil, 401, "The signature does not fit. Send X-Muster-Signature: sha256="},
		{"another's signature", good, header("X-Muster-Signature", sign(good, "another secret")), nil, 401, "signature"},
		{"of another body", good + " ", header("X-Muster-Signature", right), nil, 401, "signature"},
		{"half of a signature", good, header("X-Muster-Signature", right[:len(right)/2]), nil, 401, "signature"},
		{"an empty sum", good, header("X-Muster-Signature", "sha256="), nil, 401, "signature"},
		{"another kind of sum", good, header("X-Muster-Signature", strings.Replace(right, "sha256", "sha1", 1)), nil, 401, "signature"},
		{"in capitals", good, header("X-Muster-Signature", "sha256="+strings.ToUpper(right[7:])), nil, 201, "INC-1"},
		{"no hex", good, header("X-Muster-Signature", right+"zz"), nil, 401, "signature"},
		{"a form", good, header("Content-Type", "application/x-www-form-urlencoded"), nil, 415, "Send Content-Type: application/json."},
		{"no kind", good, func(r *http.Request) { r.Header.Del("Content-Type") }, nil, 415, "JSON"},
		{"too long", `{"key":"` + strings.Repeat("x", 64<<10) + `"}`, nil, nil, 413, "more than 65536 bytes"},
		{"another method", good, func(r *http.Request) { r.Method = http.MethodGet }, nil, 405, "POST"},
		{"unknown field", `{"key":"a","titel":"x"}`, nil, nil, 400, `There is no field \"titel\"; the fields are key, title, severity`},
		{"wrong type", `{"key":7}`, nil, nil, 400, `\"key\" has to be a string, and is a number.`},
		{"wrong truth", `{"drill":"yes"}`, nil, nil, 400, `\"drill\" has to be a true or false, and is a string.`},
		{"a list", `[]`, nil, nil, 400, "one JSON object"},
		{"two", good + good, nil, nil, 400, "more behind"},
		{"half", `{"key":`, nil, nil, 400, "The body is no JSON"},
		{"nothing", ``, nil, nil, 400, "The body is no JSON"},
		{"refused", good, nil, web.Refusal{Status: 422, Text: "no title"}, 422, `{"error":"no title"}`},
		{"failed", good, nil, errors.New("lost"), 503, "lost. Send it again with the same key."},
	} {
		got := httptest.NewRecorder()
		web.Incidents(secret, func(_ context.Context, r web.Report) (web.Declared, error) {
			if r.Key == "again" {
				return web.Declared{Incident: "INC-1", Channel: &name, URL: "https://s.example/archives/C1", Again: true}, tt.err
			}
			return web.Declared{Incident: "INC-1", Similar: []string{"INC-9"}}, tt.err
		}).ServeHTTP(got, call(tt.body, tt.change))
		if got.Code != tt.status || !strings.Contains(got.Body.String(), tt.want) {
			t.Errorf("%s: %d %s, want %d with %s", tt.what, got.Code, got.Body, tt.status, tt.want)
		}
		if kind := got.Header().Get("Content-Type"); kind != "application/json" || !json.Valid(got.Body.Bytes()) {
			t.Errorf("%s: the answer is %s: %s", tt.what, kind, got.Body)
		}
	}
}

func TestWithoutASecretNoMachineDeclares(t *testing.T) {
	got := httptest.NewRecorder()
	h := web.Incidents("", func(context.Context, web.Report) (web.Declared, error) {
		t.Error("it was declared")
		return web.Declared{}, nil
	})
	h.ServeHTTP(got, call(`{}`, func(r *http.Request) { r.Header.Set("X-Muster-Signature", sign(`{}`, "")) }))
	if got.Code != http.StatusForbidden || !strings.Contains(got.Body.String(), "sets http.secret") {
		t.Errorf("%d %s", got.Code, got.Body)
	}
}

// FuzzIncidents sends any signed body at all: it is read or refused in words,
// and what is read says what was written.
func FuzzIncidents(f *testing.F) {
	for _, body := range []string{
		`{"key":"a","title":"x","severity":"sev1","service":"s","text":"t","url":"https://x","drill":true,"private":false}`,
		`{"key":null}`, `null`, `{"key":"a"}{}`, `{"KEY":"a","key":"b"}`, "\xff{", `{"key":"\ud800"}`,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		read := false
		got := httptest.NewRecorder()
		web.Incidents(secret, func(_ context.Context, r web.Report) (web.Declared, error) {
			read = true
			return web.Declared{Incident: "INC-1"}, nil
		}).ServeHTTP(got, call(body, nil))
		var answer map[string]any
		if err := json.Unmarshal(got.Body.Bytes(), &answer); err != nil {
			t.Fatalf("%q is answered with %s", body, got.Body)
		}
		why, _ := answer["error"].(string)
		if ok := got.Code == http.StatusCreated; ok != read || ok == (why != "") || read && !json.Valid([]byte(body)) {
			t.Errorf("%q is answered with %d %s", body, got.Code, got.Body)
		}
	})
}
