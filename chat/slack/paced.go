package slack

import (
	"net/http"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// paced keeps connections from being opened in a storm, as when each one is
// refused at once: Slack allows few of them, and the library waits only after
// errors.
type paced struct {
	http.RoundTripper
	dials *rate.Limiter
}

const (
	dialEach  = 5 * time.Second
	dialBurst = 5
)

func newPaced(next http.RoundTripper) paced {
	return paced{next, rate.NewLimiter(rate.Every(dialEach), dialBurst)}
}

// RoundTrip implements [http.RoundTripper].
func (p paced) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/apps.connections.open") {
		if err := p.dials.Wait(r.Context()); err != nil {
			return nil, err
		}
	}
	return p.RoundTripper.RoundTrip(r)
}
