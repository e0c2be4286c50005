package web_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"muster/integrations/changes"
	"muster/timeline/bolt"
	"muster/web"
)

const (
	ciSecret   = "the-secret-of-the-pipeline"
	flagSecret = "the-secret-of-the-flags--"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// bookOf is an empty book whose clock stands at noon.
func bookOf(t testing.TB) *changes.Book {
	t.Helper()
	s, err := bolt.Open(filepath.Join(t.TempDir(), "muster.db"), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return &changes.Book{Records: s, Now: func() time.Time { return noon }, Keep: 30 * 24 * time.Hour, Services: changes.Services{"checkout": nil}}
}

func callsOf(b *changes.Book) web.ChangeCalls {
	return web.ChangeCalls{
		Keys: []web.Key{{Source: "http", Secret: secret}, {Source: "ci", Secret: ciSecret, Service: "checkout"}, {Source: "flags", Secret: flagSecret}},
		Now:  b.Now,
		Put: func(ctx context.Context, told []changes.Change) ([]changes.Outcome, error) {
			return b.Put(ctx, told...)
		},
	}
}

// tell makes a call; what a test changes makes it another.
func tell(body string, change func(*http.Request)) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/v1/changes", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if change != nil {
		change(r)
	}
	return r
}

func bearer(key string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+key) }
}

func header(pairs ...string) func(*http.Request) {
	return func(r *http.Request) {
		for n := 0; n < len(pairs); n += 2 {
			r.Header.Set(pairs[n], pairs[n+1])
		}
	}
}

// stamped signs a time with the body.
func stamped(at time.Time, body, key string) func(*http.Request) {
	stamp := fmt.Sprint(at.Unix())
	return header("X-Muster-Timestamp", stamp, "X-Muster-Signature", sign(stamp+"."+body, key))
}

func answered(t *testing.T, c web.ChangeCalls, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	got := httptest.NewRecorder()
	web.Changes(c).ServeHTTP(got, r)
	if kind := got.Header().Get("Content-Type"); kind != "application/json" || !json.Valid(got.Body.Bytes()) {
		t.Errorf("the answer is %s: %s", kind, got.Body)
	}
	return got
}

func TestChangesWhoMayTell(t *testing.T) {
	const good = `{"id":"1","service":"checkout"}`
	plain := strings.TrimPrefix(sign(good, flagSecret), "sha256=")
	sha512Like := sign(good, ciSecret)[:20]
	for _, tt := range []struct {
		what   string
		body   string
		change func(*http.Request)
		status int
		want   string
	}{
		{"a bearer key", good, bearer(secret), 201, `"source":"http"`},
		{"another's bearer key", good, bearer(ciSecret), 201, `"source":"ci"`},
		{"a bearer key in other words", good, header("Authorization", "bearer "+ciSecret), 201, `"source":"ci"`},
		{"a wrong bearer key", good, bearer(ciSecret + "x"), 401, "fits no source"},
		{"half of a bearer key", good, bearer(ciSecret[:10]), 401, "fits no source"},
		{"an empty bearer key", good, bearer(""), 401, "fits no source"},
		{"a password", good, header("Authorization", "Basic "+ciSecret), 401, "The call has no key"},
		{"no key", good, nil, 401, "The call has no key. Send Authorization: Bearer"},
		{"a signature", good, header("X-Muster-Signature", sign(good, ciSecret)), 201, `"source":"ci"`},
		{"a signature as GitHub makes them", good, header("X-Hub-Signature-256", sign(good, secret)), 201, `"source":"http"`},
		{"a signature as LaunchDarkly makes them", good, header("X-LD-Signature", plain), 201, `"source":"flags"`},
		{"a signature with another key", good, header("X-Muster-Signature", sign(good, "another key")), 401, "The signature fits no source"},
		{"a signature of another body", good + " ", header("X-Muster-Signature", sign(good, ciSecret)), 401, "The signature fits no source"},
		{"half of a signature", good, header("X-Muster-Signature", sha512Like), 401, "The signature fits no source"},
		{"an empty sum", good, header("X-Muster-Signature", "sha256="), 401, "The signature fits no source"},
		{"a sum without its kind", good, header("X-Muster-Signature", plain), 401, "The signature fits no source"},
		{"a wrong signature beside a bearer key", good, header("X-Muster-Signature", "sha256=00", "Authorization", "Bearer "+ciSecret), 401, "The signature fits no source"},
		{"a routing key", `{"routing_key":"` + ciSecret + `","payload":{"summary":"x","timestamp":"2026-03-04T12:00:00Z"}}`, nil, 202, `"status":"success","message":"Change event processed"`},
		{"a wrong routing key", `{"routing_key":"x","payload":{"summary":"x"}}`, nil, 401, "The routing_key fits no source"},

		{"a signed time", good, stamped(noon, good, ciSecret), 201, `"source":"ci"`},
		{"a time five minutes ago", good, stamped(noon.Add(-5*time.Minute), good, ciSecret), 201, `"source":"ci"`},
		{"a time five minutes ahead", good, stamped(noon.Add(5*time.Minute), good, ciSecret), 201, `"source":"ci"`},
		{"a stale time", good, stamped(noon.Add(-301*time.Second), good, ciSecret), 401, "X-Muster-Timestamp is 5m1s behind Muster's clock, and 5m0s is allowed"},
		{"a time to come", good, stamped(noon.Add(time.Hour), good, ciSecret), 401, "X-Muster-Timestamp is 1h0m0s ahead of Muster's clock"},
		{"a time that is not signed", good, header("X-Muster-Timestamp", fmt.Sprint(noon.Unix()), "X-Muster-Signature", sign(good, ciSecret)), 401, "of that time, a dot and the body"},
		{"a time that was changed", good, func(r *http.Request) {
			stamped(noon.Add(-time.Hour), good, ciSecret)(r)
			r.Header.Set("X-Muster-Timestamp", fmt.Sprint(noon.Unix()))
		}, 401, "of that time, a dot and the body"},
		{"a time that was taken away", fmt.Sprint(noon.Unix()) + "." + good, func(r *http.Request) {
			stamped(noon, good, ciSecret)(r)
			r.Header.Del("X-Muster-Timestamp")
		}, 400, "The body"},
		{"a word for a time", good, header("X-Muster-Timestamp", "now", "X-Muster-Signature", sign("now."+good, ciSecret)), 401, "the seconds since 1970"},
		{"a time beyond all", good, header("X-Muster-Timestamp", "9223372036854775807", "X-Muster-Signature", sign("9223372036854775807."+good, ciSecret)), 401, "the seconds since 1970"},
	} {
		got := answered(t, callsOf(bookOf(t)), tell(tt.body, tt.change))
		if got.Code != tt.status || !strings.Contains(got.Body.String(), tt.want) {
			t.Errorf("%s: %d %s, want %d with %s", tt.what, got.Code, got.Body, tt.status, tt.want)
		}
		for _, key := range []string{secret, ciSecret, flagSecret} {
			if strings.Contains(got.Body.String(), key) {
				t.Errorf("%s: a key is in the answer: %s", tt.what, got.Body)
			}
		}
	}
}

func TestChangesNeedATimeWhereItIsDemanded(t *testing.T) {
	const good = `{"id":"1"}`
	mac := hmac.New(sha256.New, []byte(flagSecret))
	mac.Write([]byte(good))
	for what, tt := range map[string]struct {
		change func(*http.Request)
		status int
	}{
		"signed with it":     {stamped(noon, good, ciSecret), 201},
		"signed without it":  {header("X-Muster-Signature", sign(good, ciSecret)), 401},
		"signed by a vendor": {header("X-LD-Signature", hex.EncodeToString(mac.Sum(nil))), 401},
		"a bearer key":       {bearer(ciSecret), 201},
	} {
		c := callsOf(bookOf(t))
		c.NeedTime = true
		if got := answered(t, c, tell(good, tt.change)); got.Code != tt.status {
			t.Errorf("%s: %d %s, want %d", what, got.Code, got.Body, tt.status)
		}
	}
}

func TestChangesAnswers(t *testing.T) {
	const event = `{"specversion":"1.0","id":"7","source":"/ci","type":"x","data":{"service":"checkout"}}`
	const run = `{"context":{"id":"1","source":"/ci","type":"dev.cdevents.taskrun.finished.0.2.0","timestamp":"2026-03-04T12:00:00Z"},"subject":{"id":"x"}}`
	const deployed = `{"context":{"id":"1","source":"/ci","type":"dev.cdevents.service.deployed.0.2.0","timestamp":"2026-03-04T12:00:00Z"},"subject":{"id":"checkout"}}`
	for _, tt := range []struct {
		what   string
		body   string
		change func(*http.Request)
		status int
		want   string
	}{
		{"one", `{"id":"1","service":"checkout"}`, nil, 201, `{"changes":[{"id":"1","source":"ci","status":"new"}]}`},
		{"the service of the source", `{"id":"1"}`, nil, 201, `{"changes":[{"id":"1","source":"ci","status":"new"}]}`},
		{"several", `[{"id":"1"},{"id":"2"},{"id":"1"}]`, nil, 201, `{"id":"2","source":"ci","status":"new"},{"id":"1","source":"ci","status":"known"}`},
		{"a beginning and an end", `[{"id":"1","status":"started"},{"id":"1","status":"failed"}]`, nil, 201, `"status":"new"},{"id":"1","source":"ci","status":"merged"}`},
		{"a late one", `{"id":"1","started_at":"2026-03-04T09:00:00Z"}`, nil, 201, `"status":"new","late":true,"warnings":["It began 3h0m0s ago`},
		{"of an unknown service", `{"id":"1","service":"chekout"}`, nil, 201, `It may be checkout; where it is, add the name to services.checkout.changes.`},
		{"without an ID", `{"version":"1"}`, nil, 201, `Send an id."]`},
		{"a future one", `{"id":"1","started_at":"2026-03-04T13:00:00Z"}`, nil, 400, "change [0]: started_at is 1h0m0s ahead of Muster's clock"},
		{"a very old one", `{"id":"1","started_at":"2025-03-04T13:00:00Z"}`, nil, 400, "changes are kept for 30 days"},
		{"one of several that is wrong", `[{"id":"1"},{"id":"2","kind":"x"}]`, nil, 400, "Nothing is kept, because of change [1]: "},
		{"a CloudEvent", event, header("Content-Type", "application/cloudevents+json; charset=utf-8"), 201, `"id":"/ci 7"`},
		{"CloudEvents in a batch", "[" + event + "]", header("Content-Type", "application/cloudevents-batch+json"), 201, `"id":"/ci 7"`},
		{"a binary CloudEvent", `{"service":"checkout"}`, header("Ce-Id", "7", "Ce-Source", "/ci", "Ce-Type", "x", "Ce-Specversion", "1.0"), 201, `"id":"/ci 7"`},
		{"a CDEvent", deployed, nil, 201, `"id":"/ci 1"`},
		{"a CDEvent that is no change", run, nil, 200, `{"changes":[],"ignored":["dev.cdevents.taskrun.finished is not a change`},
		{"a change event for PagerDuty", `{"payload":{"summary":"x","timestamp":"2026-03-04T12:00:00Z"}}`, nil, 202, `"status":"success"`},
		{"a form", `id=1`, header("Content-Type", "application/x-www-form-urlencoded"), 415, "Send Content-Type: application/json"},
		{"no kind of content", `{"id":"1"}`, header("Content-Type", ""), 415, "JSON"},
		{"no JSON", `{"id"`, nil, 400, "The body is no JSON"},
		{"too long", `{"id":"` + strings.Repeat("x", 256<<10) + `"}`, nil, 413, "more than 262144 bytes"},
		{"another method", ``, func(r *http.Request) { r.Method = http.MethodGet }, 405, "POST"},
	} {
		got := answered(t, callsOf(bookOf(t)), tell(tt.body, func(r *http.Request) {
			bearer(ciSecret)(r)
			if tt.change != nil {
				tt.change(r)
			}
		}))
		if got.Code != tt.status || !strings.Contains(got.Body.String(), tt.want) {
			t.Errorf("%s: %d %s, want %d with %s", tt.what, got.Code, got.Body, tt.status, tt.want)
		}
		if allow := got.Header().Get("Allow"); (got.Code == 405) != (allow == "POST") {
			t.Errorf("%s: Allow: %s", tt.what, allow)
		}
	}
}

// TestChangesSentAgainChangeNothing sends a signed call again, by somebody who
// overheard it.
func TestChangesSentAgainChangeNothing(t *testing.T) {
	b := bookOf(t)
	now := noon
	b.Now = func() time.Time { return now }
	c := callsOf(b)
	const body = `[{"id":"1","status":"started"},{"version":"7","status":"succeeded"},{"id":"2","finished_at":"2026-03-04T11:59:00Z","status":"failed"}]`
	if got := answered(t, c, tell(body, stamped(noon, body, ciSecret))); got.Code != 201 {
		t.Fatalf("at first: %d %s", got.Code, got.Body)
	}
	before, err := b.Between(t.Context(), noon.Add(-time.Hour), noon.Add(time.Hour))
	if err != nil || len(before) != 3 {
		t.Fatal(before, err)
	}
	for _, tt := range []struct {
		after  time.Duration
		status int
	}{{time.Second, 200}, {4 * time.Minute, 200}, {6 * time.Minute, 401}, {-6 * time.Minute, 401}} {
		now = noon.Add(tt.after)
		got := answered(t, c, tell(body, stamped(noon, body, ciSecret)))
		if got.Code != tt.status || tt.status == 200 && strings.Count(got.Body.String(), `"status":"known"`) != 3 {
			t.Errorf("%v later: %d %s", tt.after, got.Code, got.Body)
		}
	}
	after, err := b.Between(t.Context(), noon.Add(-time.Hour), noon.Add(time.Hour))
	if err != nil || fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("kept after it: %v, %v\nbefore: %v", after, err, before)
	}
}

func TestWithoutAKeyNobodyTellsOfChanges(t *testing.T) {
	b := bookOf(t)
	c := callsOf(b)
	c.Keys = nil
	got := answered(t, c, tell(`{"id":"1"}`, header("X-Muster-Signature", sign(`{"id":"1"}`, ""))))
	if got.Code != http.StatusForbidden || !strings.Contains(got.Body.String(), "sets http.secret, or changes.sources.NAME.secret") {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	c.Keys = []web.Key{{Source: "empty"}}
	for _, change := range []func(*http.Request){bearer(""), header("X-Muster-Signature", sign(`{"id":"1"}`, ""))} {
		if got := answered(t, c, tell(`{"id":"1"}`, change)); got.Code != http.StatusUnauthorized {
			t.Errorf("with an empty key: %d %s", got.Code, got.Body)
		}
	}
}

func TestChangesOfAStoreThatFails(t *testing.T) {
	c := callsOf(bookOf(t))
	for err, status := range map[error]int{errors.New("lost"): 503, web.Refusal{Status: 503, Text: "the disk is full"}: 503} {
		c.Put = func(context.Context, []changes.Change) ([]changes.Outcome, error) { return nil, err }
		got := answered(t, c, tell(`{"id":"1"}`, bearer(ciSecret)))
		if got.Code != status || got.Header().Get("Retry-After") == "" || !strings.Contains(got.Body.String(), err.Error()) {
			t.Errorf("%v: %d %s", err, got.Code, got.Body)
		}
	}
}

// FuzzChanges makes any call at all, with the right key or none: without it
// nothing is kept, and every answer is JSON that says why.
func FuzzChanges(f *testing.F) {
	for _, body := range []string{`{"id":"1"}`, `[{"id":"1"},{}]`, `{"routing_key":"x","payload":{"summary":"x"}}`, "\xff"} {
		f.Add(body, "Bearer "+ciSecret, "", "")
		f.Add(body, "", sign(body, ciSecret), "")
		f.Add(body, "", sign("1."+body, ciSecret), "1")
		f.Add(body, "Bearer ", "sha256=", "-1")
	}
	f.Fuzz(func(t *testing.T, body, authorization, signature, stamp string) {
		kept := false
		c := web.ChangeCalls{
			Keys: []web.Key{{Source: "ci", Secret: ciSecret}}, Now: func() time.Time { return noon },
			Put: func(context.Context, []changes.Change) ([]changes.Outcome, error) { kept = true; return nil, nil },
		}
		got := httptest.NewRecorder()
		web.Changes(c).ServeHTTP(got, tell(body, header("Authorization", authorization, "X-Muster-Signature", signature, "X-Muster-Timestamp", stamp)))
		if !json.Valid(got.Body.Bytes()) {
			t.Fatalf("it is answered with %s", got.Body)
		}
		_, bearerKey, _ := strings.Cut(authorization, " ")
		right := strings.TrimSpace(bearerKey) == ciSecret || strings.EqualFold(signature, sign(body, ciSecret)) || strings.EqualFold(signature, sign(stamp+"."+body, ciSecret))
		if kept && !right && !strings.Contains(body, ciSecret) {
			t.Errorf("%q, %q, %q, %q: it was kept", body, authorization, signature, stamp)
		}
	})
}
