// Package metricstest says what every source of metrics must do, whoever the
// vendor.
package metricstest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"muster/integrations/metrics"
	"muster/timeline"
)

// Subject is a source under test.
type Subject struct {
	Source metrics.Source
	// Query gives at least two series. The source has samples of them before the
	// window and after it, and within it some that are missing, or no numbers.
	Query   metrics.Query
	Wrong   string   // is not understood
	Many    string   // gives more series than are taken
	Secrets []string // that the source sends, or has in its address
}

// Open makes a subject. It is called through a transport, or over the network
// where that is nil.
type Open func(testing.TB, http.RoundTripper) Subject

// Run holds a source to its promises.
func Run(t *testing.T, open Open) {
	for _, p := range []struct {
		name string
		hold func(*testing.T, Open)
	}{
		{"points are within the window, in order, each once, and numbers", testPoints},
		{"a query that is not understood is refused in a sentence", testWrong},
		{"too many series are cut, the same ones each time, and that is told", testMany},
	} {
		t.Run(p.name, func(t *testing.T) { p.hold(t, open) })
	}
	for _, p := range []struct {
		name string
		hold func(*testing.T, Open)
	}{
		{"an empty query, and no window, are refused before anybody is asked", testNothing},
		{"who can not be reached refuses nothing", testUnreachable},
		{"who has trouble refuses nothing", testTrouble},
		{"who asks for a pause gets it", testPause},
		{"a refused key is named", testKeys},
		{"a page for people is refused", testPage},
		{"errors tell no secrets", testSecrets},
		{"who hangs up waits for nothing", testCancelled},
		{"an answer without an end is refused", testEndless},
		{"an answer that breaks off is no answer", testBroken},
	} {
		t.Run(p.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { p.hold(t, open) }) // nobody waits for real between two tries
		})
	}
}

func testPoints(t *testing.T, open Open) {
	s := open(t, nil)
	a, err := s.Source.Range(t.Context(), s.Query)
	if err != nil || len(a.Series) < 2 || a.Cut != 0 || s.Source.Name() == "" {
		t.Fatalf("%s: %+v, %v", s.Source.Name(), a, err)
	}
	steps := int(s.Query.To.Sub(s.Query.From)/s.Query.Step) + 1
	for _, one := range a.Series {
		if len(one.Points) == 0 || len(one.Points) >= steps || one.Labels == nil {
			t.Errorf("%v has %d points of %d, and some are missing", one.Labels, len(one.Points), steps)
		}
		var before time.Time
		for _, p := range one.Points {
			switch {
			case p.At.Before(s.Query.From.Truncate(time.Millisecond)) || p.At.After(s.Query.To): // nobody keeps time more exactly
				t.Errorf("%v: %v is not from %v to %v", one.Labels, p.At, s.Query.From, s.Query.To)
			case !p.At.After(before):
				t.Errorf("%v: %v comes after %v", one.Labels, p.At, before)
			case math.IsNaN(p.Value) || math.IsInf(p.Value, 0):
				t.Errorf("%v: %v is no number", one.Labels, p.Value)
			}
			before = p.At
		}
	}
}

func testWrong(t *testing.T, open Open) {
	s := open(t, nil)
	q := s.Query
	q.Text = s.Wrong
	_, err := s.Source.Range(t.Context(), q)
	isSentence(t, err)
	if !timeline.IsRefusal(err) {
		t.Errorf("it is no refusal: %v", err)
	}
}

// isSentence holds an error to what people can read.
func isSentence(t *testing.T, err error) {
	t.Helper()
	if err == nil || len(err.Error()) < 20 || len(err.Error()) > 700 || strings.ContainsAny(err.Error(), "\n\t\x00\x1b") {
		t.Errorf("people can not read %v", err)
	}
}

func testMany(t *testing.T, open Open) {
	s := open(t, nil)
	q := s.Query
	q.Text = s.Many
	a, err := s.Source.Range(t.Context(), q)
	if err != nil || len(a.Series) != metrics.SeriesMost || a.Cut < 1 {
		t.Fatalf("%d series, %d cut, %v", len(a.Series), a.Cut, err)
	}
	again, err := s.Source.Range(t.Context(), q)
	if err != nil || !reflect.DeepEqual(a, again) {
		t.Errorf("another time it is another answer (%v)", err)
	}
}

func testNothing(t *testing.T, open Open) {
	s := open(t, carries(func(*http.Request) (*http.Response, error) {
		t.Error("somebody is asked")
		return answers(http.StatusOK, "{}"), nil
	}))
	empty, backwards, still := s.Query, s.Query, s.Query
	empty.Text = " "
	backwards.From, backwards.To = s.Query.To, s.Query.From
	still.Step = 0
	for _, q := range []metrics.Query{empty, backwards, still} {
		if _, err := s.Source.Range(t.Context(), q); !timeline.IsRefusal(err) {
			t.Errorf("%+v: %v", q, err)
		}
	}
}

func testUnreachable(t *testing.T, open Open) {
	s := open(t, carries(func(*http.Request) (*http.Response, error) { return nil, errors.New("no route to host") }))
	_, err := s.Source.Range(t.Context(), s.Query)
	isTrouble(t, err)
}

// isTrouble is for what may be over the next time.
func isTrouble(t *testing.T, err error) {
	t.Helper()
	if err == nil || timeline.IsRefusal(err) || timeline.IsDoubtful(err) {
		t.Errorf("it is judged as refusal %v, doubt %v: %v", timeline.IsRefusal(err), timeline.IsDoubtful(err), err)
	}
}

func testTrouble(t *testing.T, open Open) {
	for _, status := range []int{408, 500, 502, 503, 504} {
		s := open(t, carries(func(*http.Request) (*http.Response, error) { return answers(status, "<html>oops</html>"), nil }))
		_, err := s.Source.Range(t.Context(), s.Query)
		isTrouble(t, err)
		if _, later := timeline.After(err); later != (status == 503) {
			t.Errorf("%d is asked again later: %v (%v)", status, later, err)
		}
	}
}

func testPause(t *testing.T, open Open) {
	for header, value := range map[string]string{"Retry-After": "60", "X-RateLimit-Reset": "60"} {
		calls := 0
		s := open(t, carries(func(*http.Request) (*http.Response, error) {
			calls++
			a := answers(http.StatusTooManyRequests, "")
			a.Header.Set(header, value)
			return a, nil
		}))
		for range 2 {
			_, err := s.Source.Range(t.Context(), s.Query)
			if after, ok := timeline.After(err); !ok || after < 50*time.Second || timeline.IsRefusal(err) {
				t.Errorf("%s: it is to wait %v, %v (%v)", header, after, ok, err)
			}
		}
		if calls != 1 {
			t.Errorf("%d calls are made", calls)
		}
	}
}

func testKeys(t *testing.T, open Open) {
	for _, status := range []int{401, 403} {
		s := open(t, carries(func(*http.Request) (*http.Response, error) { return answers(status, ""), nil }))
		_, err := s.Source.Range(t.Context(), s.Query)
		isSentence(t, err)
		key := strings.ToLower(s.Source.Name()) + "."
		if !timeline.IsRefusal(err) || !strings.Contains(err.Error(), key) {
			t.Errorf("%d: %v, want a refusal with %s", status, err, key)
		}
	}
}

func testPage(t *testing.T, open Open) {
	for _, status := range []int{200, 302, 307} {
		s := open(t, carries(func(*http.Request) (*http.Response, error) {
			a := answers(status, "<!doctype html><form>Log in</form>")
			a.Header.Set("Location", "https://login.example/?token=x")
			return a, nil
		}))
		_, err := s.Source.Range(t.Context(), s.Query)
		isSentence(t, err)
		if !timeline.IsRefusal(err) || !strings.Contains(err.Error(), "page") {
			t.Errorf("%d: %v", status, err)
		}
	}
}

// testSecrets has everybody on the way tell all that they know.
func testSecrets(t *testing.T, open Open) {
	gossip := func(r *http.Request) string { return fmt.Sprintf("%s %v %v", r.URL, r.Header, r.Form) }
	ways := []carries{func(r *http.Request) (*http.Response, error) { return nil, errors.New(gossip(r)) }}
	for _, status := range []int{200, 302, 400, 401, 403, 404, 405, 422, 429, 500, 503} {
		ways = append(ways, func(r *http.Request) (*http.Response, error) { return answers(status, gossip(r)), nil },
			func(r *http.Request) (*http.Response, error) {
				return answers(status, fmt.Sprintf(`{"status":"error","errorType":"bad_data","error":%q,"errors":[%[1]q]}`, gossip(r))), nil
			})
	}
	for n, way := range ways {
		s := open(t, way)
		_, err := s.Source.Range(t.Context(), s.Query)
		isSentence(t, err)
		for _, secret := range s.Secrets {
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Errorf("way %d: %q is in %v", n, secret, err)
			}
		}
	}
}

func testCancelled(t *testing.T, open Open) {
	ctx, hangUp := context.WithCancel(t.Context())
	s := open(t, carries(func(r *http.Request) (*http.Response, error) {
		hangUp()
		<-r.Context().Done()
		return nil, r.Context().Err()
	}))
	began := time.Now()
	_, err := s.Source.Range(ctx, s.Query)
	if !errors.Is(err, context.Canceled) || timeline.IsRefusal(err) || time.Since(began) > 0 {
		t.Errorf("after %v: %v", time.Since(began), err)
	}
}

func testEndless(t *testing.T, open Open) {
	s := open(t, carries(func(*http.Request) (*http.Response, error) {
		a := answers(http.StatusOK, "")
		a.Body = endless{}
		return a, nil
	}))
	_, err := s.Source.Range(t.Context(), s.Query)
	isSentence(t, err)
	if !timeline.IsRefusal(err) || !strings.Contains(err.Error(), "MiB") {
		t.Errorf("%v", err)
	}
}

func testBroken(t *testing.T, open Open) {
	s := open(t, carries(func(*http.Request) (*http.Response, error) {
		a := answers(http.StatusOK, "")
		a.Body = broken{}
		return a, nil
	}))
	_, err := s.Source.Range(t.Context(), s.Query)
	isTrouble(t, err)
}
