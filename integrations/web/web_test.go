package web_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"muster/integrations/web"
)

// vendor answers calls as a script says: by status and headers ("503
// Retry-After=9"), or with an error. When the script is over all is well.
type vendor struct {
	mu     sync.Mutex
	script []any
	bodies []string // of each call that came through
}

func (v *vendor) RoundTrip(r *http.Request) (*http.Response, error) {
	sent := ""
	if r.Body != nil {
		text, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		sent = string(text)
		_ = r.Body.Close()
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.bodies = append(v.bodies, sent)
	rec := httptest.NewRecorder()
	if len(v.script) == 0 {
		return rec.Result(), nil
	}
	next := v.script[0]
	v.script = v.script[1:]
	if err, ok := next.(error); ok {
		return nil, err
	}
	words, code := strings.Fields(next.(string)), 0
	fmt.Sscan(words[0], &code)
	for _, word := range words[1:] {
		name, value, _ := strings.Cut(word, "=")
		rec.Header().Set(name, strings.ReplaceAll(value, "_", " "))
	}
	rec.WriteHeader(code)
	return rec.Result(), nil
}

func (v *vendor) calls() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.bodies)
}

// clock is one that stands until it is moved.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

var opening = time.Date(2026, 3, 12, 9, 20, 0, 0, time.UTC)

func open(script ...any) (*web.Client, *vendor, *clock) {
	v, at := &vendor{script: script}, &clock{opening}
	return web.New(web.Options{Name: "PagerDuty", Next: v, Now: at.now}), v, at
}

// call makes one, and returns its status; 0 where there was an error.
func call(ctx context.Context, c *web.Client, method string) (int, error) {
	var body io.Reader
	if method != http.MethodGet {
		body = strings.NewReader("a body")
	}
	r, err := http.NewRequestWithContext(ctx, method, "https://vendor.example/things?token=hidden", body)
	if err != nil {
		return 0, err
	}
	answer, err := c.HTTP(time.Minute).Do(r)
	if err != nil {
		return 0, err
	}
	return answer.StatusCode, answer.Body.Close()
}

var (
	errReset = errors.New("connection reset")
	errDial  = &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
)

func TestWhatIsTriedAgain(t *testing.T) {
	for name, tt := range map[string]struct {
		method string
		as     []web.Class
		urgent bool
		script []any
		tries  int
		status int
	}{
		"a look":                        {method: "GET", script: []any{"503", "502"}, tries: 3, status: 200},
		"a look in vain":                {method: "GET", script: []any{"503", "502", "504"}, tries: 3, status: 504},
		"a look without an answer":      {method: "GET", script: []any{errReset, errReset}, tries: 3, status: 200},
		"a look that breaks something":  {method: "GET", script: []any{"500"}, tries: 2, status: 200},
		"a look that is refused":        {method: "GET", script: []any{"404"}, tries: 1, status: 404},
		"a look that is too many":       {method: "GET", script: []any{"429"}, tries: 1, status: 429},
		"a look, and then too many":     {method: "GET", script: []any{"503", "429"}, tries: 2, status: 429},
		"away, until it says when":      {method: "GET", script: []any{"503 Retry-After=9"}, tries: 1, status: 503},
		"a put":                         {method: "PUT", script: []any{"503"}, tries: 2, status: 200},
		"a put that breaks something":   {method: "PUT", script: []any{"500"}, tries: 1, status: 500},
		"a delete":                      {method: "DELETE", script: []any{errReset}, tries: 2, status: 200},
		"a post":                        {method: "POST", script: []any{"503"}, tries: 1, status: 503},
		"a post without an answer":      {method: "POST", script: []any{errReset}, tries: 1},
		"a post that met nobody":        {method: "POST", script: []any{errDial}, tries: 2, status: 200},
		"a post with a key":             {method: "POST", as: []web.Class{web.Keyed}, script: []any{"503", errReset}, tries: 3, status: 200},
		"a post that only looks":        {method: "POST", as: []web.Class{web.Safe}, script: []any{"500"}, tries: 2, status: 200},
		"a put that is made once":       {method: "PUT", as: []web.Class{web.Once}, script: []any{"503"}, tries: 1, status: 503},
		"a page":                        {method: "POST", as: []web.Class{web.Keyed}, urgent: true, script: []any{"503"}, tries: 1, status: 503},
		"a look for a page":             {method: "GET", urgent: true, script: []any{errReset}, tries: 1},
		"what it does not know is well": {method: "GET", script: []any{"501"}, tries: 1, status: 501},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, v, _ := open(tt.script...)
				ctx := t.Context()
				for _, class := range tt.as {
					ctx = web.As(ctx, class)
				}
				if tt.urgent {
					ctx = web.Urgent(ctx)
				}
				began := time.Now()
				status, err := call(ctx, c, tt.method)
				if status != tt.status || (err != nil) != (tt.status == 0) || v.calls() != tt.tries {
					t.Errorf("%d, %v after %d tries; want %d after %d", status, err, v.calls(), tt.status, tt.tries)
				}
				if took, most := time.Since(began), []time.Duration{0, 250 * time.Millisecond, 1250 * time.Millisecond}[tt.tries-1]; took > most || took < most/2 {
					t.Errorf("it took %v, not between half of %v and all of it", took, most)
				}
				for _, body := range v.bodies {
					if tt.method != http.MethodGet && body != "a body" {
						t.Errorf("a try sent %q", body)
					}
				}
			})
		})
	}
}

// TestAnyBodyIsSentWhole sends what nobody else can replay: a little is kept for
// another try, a lot is sent once.
func TestAnyBodyIsSentWhole(t *testing.T) {
	for size, tries := range map[int]int{10: 2, 1 << 20: 2, 1<<20 + 1: 1, 3 << 20: 1} {
		synctest.Test(t, func(t *testing.T) {
			c, v, _ := open("503")
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "https://vendor.example", io.MultiReader(strings.NewReader(strings.Repeat("x", size))))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.RoundTrip(r); err != nil || v.calls() != tries {
				t.Errorf("%d bytes: %d tries, %v; want %d", size, v.calls(), err, tries)
			}
			for _, body := range v.bodies {
				if len(body) != size {
					t.Errorf("%d bytes were sent of %d", len(body), size)
				}
			}
		})
	}
}

// TestNoTryIsWaitedForInVain has too little time, or is called off meanwhile.
func TestNoTryIsWaitedForInVain(t *testing.T) {
	for name, within := range map[string]func(context.Context) (context.Context, context.CancelFunc){
		"too little time": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 400*time.Millisecond)
		},
		"called off": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(time.Millisecond, cancel)
			return ctx, cancel
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, v, _ := open("503")
				ctx, cancel := within(t.Context())
				defer cancel()
				began := time.Now()
				if status, err := call(ctx, c, http.MethodGet); status != http.StatusServiceUnavailable || v.calls() != 1 || time.Since(began) > time.Millisecond {
					t.Errorf("%d, %v after %d tries and %v; want what was answered, at once", status, err, v.calls(), time.Since(began))
				}
			})
		})
	}
}

func TestLimitsAreKept(t *testing.T) {
	for answer, want := range map[string]time.Duration{
		"429":                  5 * time.Second,
		"420 Retry-After=7":    7 * time.Second,
		"429 Retry-After=0":    time.Second,
		"429 Retry-After=1e99": 10 * time.Minute,
		"429 Retry-After=-4":   5 * time.Second,
		"429 Retry-After=Thu,_12_Mar_2026_09:20:30_GMT":                      30 * time.Second,
		"429 ratelimit-reset=12":                                             12 * time.Second,
		"429 X-RateLimit-Reset=2026-03-12T09:21:05Z":                         65 * time.Second,
		"429 X-RateLimit-Reset=2026-03-12T09:22Z":                            2 * time.Minute,
		"429 X-RateLimit-Reset=1773307220":                                   20 * time.Second,
		"429 X-RateLimit-Reset=2026-03-12T12:00:00Z":                         10 * time.Minute,
		"429 X-RateLimit-Reset=soon":                                         5 * time.Second,
		"503":                                                                0,
		"503 Retry-After=8":                                                  8 * time.Second,
		"200 ratelimit-remaining=1 ratelimit-reset=9":                        0,
		"200 ratelimit-remaining=0":                                          0,
		"200 ratelimit-remaining=0 ratelimit-reset=9":                        9 * time.Second,
		"201 X-RateLimit-Remaining=0 X-RateLimit-Reset=2026-03-12T09:20:03Z": 3 * time.Second,
		"404 ratelimit-remaining=0 ratelimit-reset=9":                        0,
	} {
		t.Run(answer, func(t *testing.T) {
			c, v, at := open(answer)
			if _, err := call(t.Context(), c, http.MethodPost); err != nil {
				t.Fatal(err)
			}
			if got := c.Pause(); got != want {
				t.Fatalf("it is left alone for %v, not %v", got, want)
			}
			if want == 0 {
				return
			}
			at.at = at.at.Add(want - time.Millisecond)
			if _, err := call(t.Context(), c, http.MethodGet); !web.IsPaused(err) || v.calls() != 1 {
				t.Errorf("it was called %d times (%v)", v.calls(), err)
			}
			pages := 2
			if strings.HasPrefix(answer, "4") || strings.HasPrefix(answer, "5") {
				pages = 1
			}
			if _, err := call(web.Urgent(t.Context()), c, http.MethodPost); v.calls() != pages || web.IsPaused(err) != (pages == 1) {
				t.Errorf("with a page it was called %d times, not %d (%v)", v.calls(), pages, err)
			}
			at.at = at.at.Add(time.Millisecond)
			if _, err := call(t.Context(), c, http.MethodGet); err != nil || v.calls() != pages+1 || c.Pause() != 0 {
				t.Errorf("afterwards: %d calls, %v", v.calls(), err)
			}
		})
	}
}

// fail has the vendor fail so often in a row, by calls that are made once.
func fail(t *testing.T, c *web.Client, v *vendor, times int) {
	t.Helper()
	for n := range times {
		v.mu.Lock()
		v.script = []any{[]any{"500", "503", errReset, "502", "504"}[n%5]}
		v.mu.Unlock()
		if _, err := call(t.Context(), c, http.MethodPost); web.IsPaused(err) {
			t.Fatalf("failure %d: %v", n+1, err)
		}
	}
}

func TestWhatFailsEachTimeIsLeftAlone(t *testing.T) {
	c, v, at := open()
	fail(t, c, v, 4)
	for _, well := range []string{"404", "501", "505", "429 Retry-After=1"} { // it answers in good order
		v.script = []any{well}
		if _, err := call(t.Context(), c, http.MethodPost); err != nil {
			t.Fatal(err)
		}
		at.at = at.at.Add(time.Second)
		fail(t, c, v, 4)
	}
	fail(t, c, v, 1)
	before := v.calls()
	_, err := call(t.Context(), c, http.MethodGet)
	if !web.IsPaused(err) || !web.IsPaused(fmt.Errorf("library: %s", err.Error())) || c.Pause() != 15*time.Second || v.calls() != before {
		t.Errorf("it is called again (%v), left alone for %v", err, c.Pause())
	}
	if want := "nothing was sent: PagerDuty fails each time and is left alone for another 15s"; err == nil || err.Error() != want {
		t.Errorf("%v; want %s", err, want)
	}

	at.at = at.at.Add(15 * time.Second)
	fail(t, c, v, 1) // the probe
	if _, err := call(t.Context(), c, http.MethodGet); !web.IsPaused(err) || c.Pause() != 15*time.Second {
		t.Errorf("after a probe in vain: %v, %v", err, c.Pause())
	}
	at.at = at.at.Add(15 * time.Second)
	for range 2 {
		if _, err := call(t.Context(), c, http.MethodGet); err != nil || c.Pause() != 0 {
			t.Errorf("when it is back: %v, %v", err, c.Pause())
		}
	}
	fail(t, c, v, 4)
}

func TestPagesPassTheBreaker(t *testing.T) {
	c, v, at := open()
	fail(t, c, v, 5)
	at.at = at.at.Add(14 * time.Second)
	v.script = []any{"503"}
	if status, err := call(web.Urgent(t.Context()), c, http.MethodPost); status != 503 {
		t.Errorf("%d, %v", status, err)
	}
	if c.Pause() != 15*time.Second {
		t.Errorf("what a page met is not counted: %v", c.Pause())
	}
	if _, err := call(web.Urgent(t.Context()), c, http.MethodPost); err != nil || c.Pause() != 0 {
		t.Errorf("a page went through: %v, %v", err, c.Pause())
	}
}

// TestOneProbeAtATime has a probe that takes its time, and is then called off,
// so that it tells nothing.
func TestOneProbeAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at, slow := &clock{opening}, false
		v := &vendor{}
		c := web.New(web.Options{Now: at.now, Next: through(func(r *http.Request) (*http.Response, error) {
			if slow {
				<-r.Context().Done()
				return nil, r.Context().Err()
			}
			return v.RoundTrip(r)
		})})
		fail(t, c, v, 5)
		at.at = at.at.Add(15 * time.Second)
		slow = true
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() {
			_, err := call(ctx, c, http.MethodGet)
			done <- err
		}()
		synctest.Wait()
		if _, err := call(t.Context(), c, http.MethodGet); !web.IsPaused(err) || c.Pause() != time.Second {
			t.Errorf("a second probe: %v, %v", err, c.Pause())
		}
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		slow = false
		if _, err := call(t.Context(), c, http.MethodGet); err != nil {
			t.Errorf("the next probe: %v", err)
		}
	})
}

type through func(*http.Request) (*http.Response, error)

func (f through) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestWhatWasSentIsNotToldAsUnsent opens the breaker in the midst of a call.
func TestWhatWasSentIsNotToldAsUnsent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, v, _ := open()
		fail(t, c, v, 3)
		v.script = []any{"503", errReset, "200"}
		if _, err := call(t.Context(), c, http.MethodPut); err == nil || web.IsPaused(err) || v.calls() != 5 {
			t.Errorf("%v after %d calls", err, v.calls())
		}
	})
}

// TestACallEndsInTime hangs, and is not tried for longer than it may take.
func TestACallEndsInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := web.New(web.Options{Next: through(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})})
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://vendor.example", nil)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if _, err := c.HTTP(4 * time.Second).Do(r); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 4*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

// TestErrorsTellNoSecrets puts one wherever an error may have it from. They are
// put together here so that no scanner takes this file for a leak.
func TestErrorsTellNoSecrets(t *testing.T) {
	token := "xoxb-" + "123456789012-abcDEF"
	for text, want := range map[string]string{
		"proxy https://ana:hun" + "ter2@proxy.example:3128 is away":    "proxy https://proxy.example:3128 is away",
		`Get "https://vendor.example/a/b?api=hid` + `den#hidden": EOF`: `Get "https://vendor.example/a/b": EOF`,
		"it says " + token: "it says [redacted: Slack token]",
		"dial tcp [::1]:443: connect: connection refused":                              "dial tcp [::1]:443: connect: connection refused",
		"moved to https://a.example/x?t=hidden and https://a.example/y?t=hidden, says": "moved to https://a.example/x and https://a.example/y says",
	} {
		c, v, _ := open()
		for _, do := range []func(*http.Request) (*http.Response, error){c.RoundTrip, c.HTTP(time.Minute).Do} {
			v.script = []any{errors.New(text)}
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "https://ana:hidden@vendor.example/?token=hidden", nil)
			r.RequestURI = ""
			if _, err := do(r); err == nil || err.Error() != "PagerDuty gave no answer: "+want {
				t.Errorf("%v; want %s", err, want)
			}
		}
	}
}

// TestOverTheNetwork follows no redirection, and meets nobody.
func TestOverTheNetwork(t *testing.T) {
	server := httptest.NewServer(http.RedirectHandler("https://elsewhere.example", http.StatusFound))
	defer server.Close()
	c := web.New(web.Options{Name: "Jira"})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := c.HTTP(time.Minute).Do(r)
	if err != nil || answer.StatusCode != http.StatusFound {
		t.Fatalf("%v, %v", answer, err)
	}
	_ = answer.Body.Close()
	server.Close()
	if _, err := c.HTTP(100 * time.Millisecond).Do(r); err == nil || !strings.Contains(err.Error(), "Jira gave no answer: dial tcp") {
		t.Error(err)
	}
}

// TestACallWithoutAConnectionWasNotSent calls where nobody listens.
func TestACallWithoutAConnectionWasNotSent(t *testing.T) {
	nobody := httptest.NewServer(http.NotFoundHandler())
	nobody.Close()
	c := web.New(web.Options{Name: "Vendor"})
	for class, ctx := range map[string]context.Context{"usual": t.Context(), "urgent": web.Urgent(t.Context())} {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, nobody.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.HTTP(time.Minute).Do(r); !web.IsUnsent(err) || !web.IsUnsent(fmt.Errorf("library: %s", err.Error())) || web.IsPaused(err) {
			t.Errorf("%s: %v", class, err)
		}
	}
}
